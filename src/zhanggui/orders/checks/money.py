"""Does the money add up, is it there, and is it enough?"""

from zhanggui.orders.checks.check import MONEY, PERCENT, WORDS, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding
from zhanggui.orders.kinds import FREE

COD, ON_ACCOUNT = "cod", "on_account"
OWED_LATER = (COD, ON_ACCOUNT)


def amounts_add_up(facts: Facts, dials: Dials) -> Finding | None:
    """Σ lines − discount + freight is what the buyer owes, to the cent."""
    lines = 0
    for line in facts.lines:
        lines += line.total_minor
        if line.quantity * line.unit_minor - line.discount_minor != line.total_minor:
            return Finding("amount-mismatch", True, {"sku": line.sku_code, "line_minor": line.total_minor})
    total = lines - facts.discount_minor + facts.freight_minor
    if total == facts.total_minor and lines == facts.goods_minor:
        return None
    return Finding("amount-mismatch", True, {"lines_minor": total, "total_minor": facts.total_minor})


def payment_is_there(facts: Facts, dials: Dials) -> Finding | None:
    """Goods leave for money that came, or for a way of paying that allows later."""
    if facts.payment == "paid" or facts.payment in OWED_LATER:
        return None
    return Finding("unpaid", True, {"paid_minor": facts.paid_minor, "total_minor": facts.total_minor})


def paid_is_enough(facts: Facts, dials: Dials) -> Finding | None:
    """Paid less than owed: somebody should know why before it ships."""
    if facts.payment != "paid" or facts.paid_minor + dials["short"] >= facts.total_minor:
        return None
    return Finding("underpaid", False, {"paid_minor": facts.paid_minor, "total_minor": facts.total_minor})


def method_is_open(facts: Facts, dials: Dials) -> Finding | None:
    """A way of paying that the shop no longer offers."""
    return Finding("method-closed", False, {"method": facts.method}) if facts.method_closed else None


def cod_is_small(facts: Facts, dials: Dials) -> Finding | None:
    """Who refuses a dear parcel at the door costs two freights and the goods."""
    if facts.payment != COD or facts.total_minor <= dials["most"]:
        return None
    return Finding("cod-over", False, {"total_minor": facts.total_minor, "most_minor": dials["most"]})


def credit_is_left(facts: Facts, dials: Dials) -> Finding | None:
    """What one buyer owes altogether, this order among it."""
    owed = facts.owed_minor + facts.total_minor - facts.paid_minor
    if facts.payment != ON_ACCOUNT or owed <= dials["most"]:
        return None
    return Finding("credit-over", False, {"owed_minor": owed, "most_minor": dials["most"]})


def price_is_sane(facts: Facts, dials: Dials) -> Finding | None:
    """Sold under cost or far under the list, unless it is a gift: a price slip costs most on the busiest day."""
    if facts.kind in FREE:
        return None
    for line in facts.lines:
        floor = line.quantity * max(line.cost_minor * dials["of_cost"], line.price_minor * dials["of_price"]) // 100
        if line.unit_minor and line.total_minor < floor:
            return Finding("price-low", False, {"sku": line.sku_code, "total_minor": line.total_minor, "cost_minor": floor})
    return None


def total_is_usual(facts: Facts, dials: Dials) -> Finding | None:
    """So much money in one order is looked at by somebody."""
    if facts.total_minor < dials["most"]:
        return None
    return Finding("total-odd", False, {"total_minor": facts.total_minor, "most_minor": dials["most"]})


def nothing_leaves_for_nothing_unseen(facts: Facts, dials: Dials) -> Finding | None:
    """A gift, a sample, a resend, a sale of which nothing is owed: goods for no money leave once somebody has looked. A gift that was
    split off was looked at with the rest of its order."""
    free = facts.kind in FREE or (facts.total_minor <= 0 and bool(facts.lines) and not facts.part)
    return Finding("free-of-charge", False, {"kind": facts.kind}) if free else None


def finance_is_content(facts: Facts, dials: Dials) -> Finding | None:
    """So much money, or a way of paying that somebody must see come in: the second step of review."""
    over, ways = dials["over"], dials["ways"]
    if over and facts.total_minor >= over:
        return Finding("finance-asked", False, {"total_minor": facts.total_minor, "most_minor": over})
    if facts.method and facts.method in ways and facts.paid_minor < facts.total_minor:
        return Finding("finance-asked", False, {"method": facts.method})
    return None


CHECKS = (
    Check("sums", "金额加得起来", "商品、优惠、运费合起来要等于应付", amounts_add_up, ("amount-mismatch",)),
    Check("paid", "钱到了", "钱没到，又不是货到付款或挂账的，不发", payment_is_there, ("unpaid",)),
    Check(
        "paid-enough", "没有少付", "实付少于应付，要有人知道为什么", paid_is_enough, ("underpaid",),
        (Dial("short", "少多少以内不管", MONEY, 0),),
    ),
    Check("method", "付款方式还开着", "店里停用了的付款方式", method_is_open, ("method-closed",)),
    Check(
        "cod", "货到付款的上限", "贵的单被拒收，赔两趟运费", cod_is_small, ("cod-over",),
        (Dial("most", "最多", MONEY, 200_000),), on=False,
    ),
    Check(
        "credit", "挂账的额度", "一个买家欠着的钱，连这一单", credit_is_left, ("credit-over",),
        (Dial("most", "最多欠", MONEY, 1_000_000),), on=False,
    ),
    Check(
        "price", "没有卖低", "低于成本或标价的几成算卖低；赠品不算", price_is_sane, ("price-low",),
        (Dial("of_cost", "低于成本的", PERCENT, 100, 1, 1000), Dial("of_price", "低于标价的（0 不看标价）", PERCENT, 0, 0, 100)),
    ),
    Check(
        "total", "金额特别大", "大单先让人看一眼", total_is_usual, ("total-odd",),
        (Dial("most", "到多少算大", MONEY, 1_000_000, 1),), on=False,
    ),
    Check(
        "finance", "要财务再审", "审过以后，这些单还要有财务审核权限的人通过", finance_is_content, ("finance-asked",),
        (
            Dial("over", "到多少要财务审（0 不按金额）", MONEY, 500_000),
            Dial("ways", "没收到钱时要财务审的付款方式", WORDS, (), help="线下转账、对公打款这类，一行一个"),
        ), on=False,
    ),
    Check(
        "free", "免费发货有人看过", "赠品、样品、补发、换货，还有应付是 0 的单，要有人看过再发", nothing_leaves_for_nothing_unseen,
        ("free-of-charge",),
    ),
)  # fmt: skip
