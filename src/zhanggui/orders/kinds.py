"""What kinds of orders there are. Pure."""

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
