"""The columns of the order list: what each is called, how wide it is, who may see it, and what of an order a file says under it."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from zhanggui.kernel.actor import Actor
from zhanggui.orders.reading import rights
from zhanggui.web.frame.lists import Column

COLUMNS = (
    Column("no", pgettext_lazy("one", "订单"), "w-146", fixed=True, first=True, sort="-placed_at"),
    Column("goods", gettext_lazy("商品与库存"), fixed=True),
    Column("who", gettext_lazy("收件人"), "w-120", wide=True),
    Column("paid", gettext_lazy("金额"), "w-96", wide=True, num=True, sort="-total_minor"),
    Column("due", gettext_lazy("发货时限"), "w-120", fixed=True, sort="ship_by"),
    Column("where", gettext_lazy("走到哪 · 为什么"), "w-164", fixed=True),
    Column("carrier", gettext_lazy("快递"), "w-120", wide=True),
    Column("note", gettext_lazy("旗标与备注"), "w-120", wide=True),
    Column("buyer", gettext_lazy("买家"), "w-120", wide=True, extra=True),
    Column("times", gettext_lazy("下单与付款"), "w-120", wide=True, extra=True),
    Column("warehouse", gettext_lazy("仓库"), "w-104", wide=True, extra=True),
    Column("category", gettext_lazy("分类"), "w-104", wide=True, extra=True),
    Column("tags", gettext_lazy("标签"), "w-146", wide=True, extra=True),
    Column("method", gettext_lazy("付款方式"), "w-104", wide=True, extra=True),
    Column("source", gettext_lazy("来源"), "w-104", wide=True, extra=True),
)
PERSONAL, PRICED = ("who", "buyer"), ("paid",)
# With more than these the table is wider than the screen, and runs under its first column.
FITS = 9


def seen_by(actor: Actor) -> list[Column]:
    """The columns this actor may have."""
    hidden = (() if rights.sees_prices(actor) else PRICED) + (() if rights.sees_recipient(actor) else PERSONAL)
    return [column for column in COLUMNS if column.key not in hidden]
