"""The currencies we take an order in (ISO 4217), and what files write instead of a code."""

CURRENCIES = frozenset((
    "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "KZT", "LKR", "MAD", "MOP", "MXN", "MYR",
    "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY",
    "TWD", "UAH", "UGX", "USD", "UYU", "VND", "ZAR",
))
_WORDS = {
    "人民币": "CNY", "RMB": "CNY", "¥": "CNY", "￥": "CNY", "元": "CNY", "美元": "USD", "$": "USD", "港币": "HKD",
    "港元": "HKD", "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP", "日元": "JPY", "NTD": "TWD", "新台币": "TWD",
}


def currency_of(words: str) -> str | None:
    """The ISO code, or ``None`` where it is none we know."""
    code = words.strip().upper()
    if code in CURRENCIES:
        return code
    return _WORDS.get(code)
