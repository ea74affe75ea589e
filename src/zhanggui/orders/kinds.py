"""What kinds of orders there are, and the ways in by which people bring one. Pure.

What a way in is called, and whether it is open, is the merchant's to say: ``orders.sources``.
"""

import re

NORMAL, WHOLESALE, PRESALE, GIFT, SAMPLE, RESEND, EXCHANGE = (
    "normal",
    "wholesale",
    "presale",
    "gift",
    "sample",
    "resend",
    "exchange",
)
KINDS = {
    NORMAL: "普通",
    WHOLESALE: "批发",
    PRESALE: "预售",
    GIFT: "赠品",
    SAMPLE: "样品",
    RESEND: "补发",
    EXCHANGE: "换货",
}
# Nothing is paid for these: somebody looks at each before it ships.
FREE = (GIFT, SAMPLE, RESEND, EXCHANGE)
# What a grant narrowed to exchanges may make.
AFTER_SALES = (RESEND, EXCHANGE)
SOURCES = {
    "manual": "手工",
    "phone": "电话",
    "wechat": "微信",
    "counter": "门店",
    "web": "网页",
    "other": "其他",
}
# Those of the merchant's own, each of one of ours.
ADDED = re.compile(r"(?:manual|phone|wechat)-[0-9]{1,3}")


def known_source(code: str) -> bool:
    """Whether an order entered by hand may say that it came in so. Whether that way in is open is asked when it is placed."""
    return code in SOURCES or ADDED.fullmatch(code) is not None
