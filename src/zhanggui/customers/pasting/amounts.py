"""Sums of money: what is asked, what was paid, what the way costs, what is taken off; and by which means it is paid."""

import re
from decimal import Decimal
from typing import NamedTuple

from zhanggui.customers.pasting.kinds import PAYMENT, SUM
from zhanggui.customers.pasting.parsed import NO_SUM, NOTHING, Said
from zhanggui.customers.pasting.sheet import HARD, Sheet

FIGURE = r"(?P<sum{n}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d{{1,7}}(?:\.\d{{1,2}})?)"
UNIT = r"(?:包(?!邮)|[件个箱盒瓶袋套双条只台斤本支罐桶份把张提对打顶床片卷盆枚部副串株样单天])"
COIN = r"(?:元|块钱?|圆|rmb|cny|yuan)"
SAY = r"(?:(?:一共|共|是|为|了|金额|款|已|的|大概|约|小计){0,3}\s{0,4}[:=]?\s{0,4}(?:是|为|-)?\s{0,4})"
LABELLED = (
    ("freight", r"运费(?!险)|邮费|快递费|物流费|配送费|邮资|shipping(?: fee)?|freight|postage"),
    ("discount", r"优惠券?|减免|立减|(?<![满])减|折扣|抹零|优惠了|便宜了?|满减|让利|少收|discount|coupon"),
    ("paid", (
        r"实付款?|实际支付|已付款?|付了|已转账?|转了|转[你您]|转给[你您]|付[你您]|已支付|实收款?|付款金额|支付金额|已收款?|定金|订金|预付款?|微信支付|"
        r"微信转账?|微信已?付|支付宝已?付|转账|(?<!到)付款|已打款|打款|paid|deposit"
    )),
    ("total", (
        r"合计|总计|总价|总额|总金额|订单金额|订单总额|应付款?|应收款?|总共|共计|一共|金额|货款|代收货款|代收|共|grand total|total|amount|"
        r"券后价?|到手价?|折后价?|优惠后|一口价|成交价|包邮价|货到付款"
    )),
)  # fmt: skip
WITH_LABEL = [
    (
        kind,
        re.compile(
            rf"(?<![A-Za-z])(?P<label>{words}){SAY}(?P<coin>[¥$]|rmb|cny)?\s*{FIGURE.format(n='')}\s*(?P<coin2>{COIN})?"
            rf"(?![\d.]|\s*(?!支付){UNIT}|\s*[*×])",
            re.IGNORECASE,
        ),
    )
    for kind, words in LABELLED
]
PAID_AFTER = re.compile(
    rf"(?:¥\s*)?(?<![\d.a-zA-Z-]){FIGURE.format(n='')}[ \t]{{0,8}}{COIN}?[ \t]{{0,8}}(?:微信|支付宝)?"
    r"(?:已付款?|已转账?|已支付|付过了|已收款?|付掉了)(?!\s*[:\d])"
)
INCLUSIVE = re.compile(r"(?:^|(?<=[\s,;。]))¥?(?P<sum>\d{1,6}(?:\.\d{1,2})?)(?=\s*(?:元|块钱?)?\s*包邮)", re.MULTILINE)
FREE = re.compile(r"包邮|免邮费?|免运费|运费到付|free shipping", re.IGNORECASE)
BARE = re.compile(
    (
        rf"(?:¥\s*{FIGURE.format(n='')}(?:\s*{COIN})?|(?<![\d.a-zA-Z-]){FIGURE.format(n='2')}\s*{COIN})(?!\s*[/每一]\s*{UNIT}|"
        rf"\d)"
    ),
    re.IGNORECASE,
)
NEEDS_COIN = ("共", "代收", "转账", "付款", "便宜", "便宜了", "优惠", "优惠券", "total", "减", "货到付款")

MEANS = (
    ("货到付款", r"货到付款|货到收款|代收货款|(?<![a-z])cod(?![a-z])|cash on delivery"),
    ("银行转账", r"银行转账|对公转账|对公打款|银行打款|网银|公对公|对公|银行卡|汇款|bank transfer"),
    ("微信", r"微信(?:支付|付款?|转账|已付|转了?|红包|收款)|(?:已|用|走|通过)微信|(?<=[\d元块][, ])微信(?=[\s,;。]|$)|wechat ?pay"),
    ("支付宝", r"支付宝(?:支付|付款|转账|已付)?|alipay"),
    ("信用卡", r"信用卡|credit card|visa|mastercard"),
    ("花呗", r"花呗"),
    ("云闪付", r"云闪付|银联"),
    ("月结", r"月结|挂账|赊账|账期"),
    ("现金", r"付?现金|cash"),
    ("PayPal", r"paypal"),
)  # fmt: skip
MEANS_OF = [(word, re.compile(pattern, re.IGNORECASE)) for word, pattern in MEANS]
LABELLED_MEANS = (("微信", re.compile("微信|wechat", re.IGNORECASE)), ("到付", re.compile("到付")))


class Sums(NamedTuple):
    total: Said[int | None] = NO_SUM
    paid: Said[int | None] = NO_SUM
    freight: Said[int | None] = NO_SUM
    discount: Said[int | None] = NO_SUM


def minor(figure: str) -> int:
    return int((Decimal(figure.replace(",", "")) * 100).to_integral_value())


def labelled(sheet: Sheet) -> dict[str, Said[int | None]]:
    """Sums that say what they are; claimed."""
    found: dict[str, Said[int | None]] = {}
    for kind, pattern in WITH_LABEL:
        for match in pattern.finditer(sheet.free):
            word = match["label"].lower()
            bare = word in NEEDS_COIN and not (match["coin"] or match["coin2"]) and ":" not in match.group()
            # 优惠20 alone between commas is a sum; 共3 may be pieces.
            if bare and (not _alone(sheet.free, match.start(), match.end(), word) or (word == "共" and minor(match["sum"]) < 2_000)):
                continue
            sum_ = Said[int | None](minor(match["sum"]), not (bare and word == "共"), ((match.start(), match.end()),))
            sheet.claim(match.start(), match.end(), SUM)
            if kind not in found:
                found[kind] = sum_
            elif found[kind].value != sum_.value:
                found[kind] = Said(found[kind].value, False, found[kind].spans, (*found[kind].others, sum_.value))
    after = PAID_AFTER.search(sheet.free) if "paid" not in found else None
    if after:
        found["paid"] = Said(minor(after["sum"]), True, (after.span(),))
        sheet.claim(after.start(), after.end(), SUM)
    inclusive = INCLUSIVE.search(sheet.free) if "total" not in found else None
    if inclusive:
        found["total"] = Said(minor(inclusive["sum"]), False, (inclusive.span("sum"),))
        sheet.claim(*inclusive.span("sum"), SUM)
    for match in FREE.finditer(sheet.free):
        if "freight" not in found and "到付" not in match.group():
            found["freight"] = Said(0, True, ((match.start(), match.end()),))
            sheet.claim(match.start(), match.end(), SUM)
    return found


def _alone(text: str, start: int, end: int, word: str) -> bool:
    return (not start or not text[start - 1].isalnum() or word == "共") and (end == len(text) or text[end - 1] == " " or text[end] in HARD + " ")


def bare(sheet: Sheet) -> Said[int | None]:
    """A sum that says nothing of itself is likely the whole; claimed where it is the only one."""
    found = list(BARE.finditer(sheet.free))
    if not found:
        return NO_SUM
    sums = [minor(match["sum"] or match["sum2"]) for match in found]
    sheet.claim(found[0].start(), found[0].end(), SUM)
    return Said(sums[0], False, ((found[0].start(), found[0].end()),), tuple(sums[1:]))


def means(sheet: Sheet, zones: list[tuple[int, int]]) -> Said[str]:
    """How it is paid; claimed. ``zones``: where the message says that it speaks of this."""
    for start, end in zones:
        for word, pattern in (*MEANS_OF, *LABELLED_MEANS):
            match = pattern.search(sheet.text, start, end)
            if match:
                sheet.claim(match.start(), match.end(), PAYMENT)
                return Said(word, True, ((match.start(), match.end()),))
    for word, pattern in MEANS_OF:
        match = pattern.search(sheet.text)
        if match:
            if not any(sheet.claims[match.start() : match.end()]):
                sheet.claim(match.start(), match.end(), PAYMENT)
            return Said(word, True, ((match.start(), match.end()),))
    return NOTHING
