"""Which first steps there are, and how far they were taken: ticked by what is in the books, never by a click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import preferences
from zhanggui.accounts.house import standing
from zhanggui.carriers.models import Carrier
from zhanggui.catalog.models import Sku
from zhanggui.orders.models import Category, Order, Shop, Template
from zhanggui.orders.queries import DEFAULT_SHOP
from zhanggui.stock.models import Warehouse

Text = str | Promise
# Code, what it is called, what it is good for.
STEPS: Sequence[tuple[str, Text, Text]] = (
    ("company", _("公司"), _("印在给买家看的页面上。")),
    ("shop", _("店铺"), _("每张订单都属于一家店；线下接单的也算一家。")),
    ("begin", _("默认店铺"), _("订单列表、新建订单、导入都从它开始，随时能换。")),
    ("warehouse", _("仓库"), _("货放在哪里，从哪里寄出。")),
    ("carrier", _("快递"), _("用哪家寄。没接接口的，单号手填。")),
    ("goods", _("商品"), _("先录几样，或把整张商品表带进来。")),
    ("orders", _("第一批订单"), _("导入平台的表、手工录一单，或放几张练习单。")),
    ("sorted", _("订单分类"), _("怎么分由您定：列表里一眼看出哪些是礼品、哪些是批发。")),
    ("templates", _("订单模板"), _("常下的单存一次，以后填个数量就是一单。")),
)


@dataclass(frozen=True)
class Step:
    code: str
    label: Text
    says: Text
    done: bool
    skipped: bool

    @property
    def open(self) -> bool:
        return not self.done and not self.skipped


def listed() -> list[Step]:
    """Every first step as it stands. Ten statements, however full the house."""
    house = standing()
    shops = Shop.objects.count()
    done: Mapping[str, bool] = {
        "company": bool(house.name),
        "shop": shops > 0,
        # With one shop there is nothing to choose.
        "begin": shops == 1 or bool(preferences.of_the_house(DEFAULT_SHOP)),
        "warehouse": Warehouse.objects.exists(),
        "carrier": Carrier.objects.filter(enabled=True).exists(),
        "goods": Sku.objects.exists(),
        "orders": Order.objects.exists(),
        "sorted": Category.objects.exists(),
        "templates": Template.objects.exists(),
    }
    return [Step(code, label, says, done[code], code in house.skipped) for code, label, says in STEPS]
