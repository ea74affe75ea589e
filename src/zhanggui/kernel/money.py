"""Money is whole minor units (fen, cents) and a currency; sharing it never loses a cent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# ISO 4217: how many digits the minor unit has, where it is not two.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "UGX": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3}
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$", "TWD": "NT$"}
CURRENCY = re.compile(r"^[A-Z]{3}$")
# A comma stands between thousands, or nowhere: what could be read two ways is no amount.
_AMOUNT = re.compile(
    r"(?P<minus>-?)(?:[¥￥$€£]|CNY|RMB|USD|GBP|EUR)?\s?(?P<whole>[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<part>[0-9]{1,30}))?\s?元?"
).fullmatch
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－−", "0123456789.,--")


def exponent(currency: str) -> int:
    """How many decimal digits the currency's major unit is written with (ISO 4217)."""
    return EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: ``minor`` whole units of ``currency``."""

    minor: int
    currency: str = "CNY"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __str__(self) -> str:
        return written(self.minor, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add")
        return other.minor

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Shares in proportion to ``weights`` that sum to the whole, always (largest remainder)."""
        return [Money(share, self.currency) for share in share_out(self.minor, weights)]


def share_out(minor: int, weights: Sequence[int]) -> list[int]:
    """``minor`` shared in proportion to non-negative ``weights``; the shares sum to it exactly.

    The largest remainders get the odd units, earlier ones first. All weights zero: shared evenly.
    """
    if not weights:
        if minor:
            raise ValueError("nothing to share among")
        return []
    if min(weights) < 0:
        raise ValueError("weights are never negative")
    sign, left = (-1, -minor) if minor < 0 else (1, minor)
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    shares = [left * weight // whole for weight in weights]
    odd = left - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(left * weights[at] % whole), at))
    for at in by_remainder[:odd]:
        shares[at] += 1
    return [sign * share for share in shares]


def written(minor: int, currency: str = "CNY") -> str:
    """The amount for people: ``¥1,234.50``, ``−¥5.00``, ``CHF 12.00``."""
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'−' if minor < 0 else ''}{sign}{plain(abs(minor), currency, group=True)}"


def plain(minor: int, currency: str = "CNY", *, group: bool = False) -> str:
    """The amount as digits for files and machines: ``1234.50``."""
    digits = exponent(currency)
    whole, rest = divmod(abs(minor), 10**digits)
    text = f"{whole:,}" if group else str(whole)
    if digits:
        text += f".{rest:0{digits}d}"
    return f"-{text}" if minor < 0 else text


def price_in(currency: str, minor: int, priced_in: str) -> int | None:
    """A price that is said in ``priced_in``, as the price of an order in ``currency``; None where they differ: nobody has said a rate."""
    return minor if priced_in == currency else None


def number_in(text: str) -> Decimal | None:
    """The number an amount is written with, exactly: ``1,234.50``, ``¥68``, ``12.00元``; None where it is no amount.

    A comma that is no mark of thousands (``12,50``) makes it none: nobody guesses what was meant.
    """
    found = _AMOUNT(text.strip().translate(_FULL_WIDTH))
    if not found:
        return None
    return Decimal(f"{found['minus']}{found['whole'].replace(',', '')}.{found['part'] or '0'}")
