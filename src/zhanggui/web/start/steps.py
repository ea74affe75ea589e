"""Which first steps there are, and how far they were taken: ticked by what is in the books, never by a click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.house import standing
from zhanggui.carriers.models import Carrier
from zhanggui.catalog.models import Sku
from zhanggui.orders.models import Order, Shop
from zhanggui.stock.models import Warehouse

Text = str | Promise
# Code, what it is called, what it is good for.
STEPS: Sequence[tuple[str, Text, Text]] = (
    ("company", _("公司"), _("印在给买家看的页面上。")),
    ("shop", _("店铺"), _("每张订单都属于一家店；线下接单的也算一家。")),
    ("warehouse", _("仓库"), _("货放在哪里，从哪里寄出。")),
    ("carrier", _("快递"), _("用哪家寄。没接接口的，单号手填。")),
    ("goods", _("商品"), _("先录几样，或把整张商品表带进来。")),
    ("orders", _("第一批订单"), _("导入平台的表、手工录一单，或放几张练习单。")),
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
    """Every first step as it stands. Six statements."""
    house = standing()
    done: Mapping[str, bool] = {
        "company": bool(house.name),
        "shop": Shop.objects.exists(),
        "warehouse": Warehouse.objects.exists(),
        "carrier": Carrier.objects.filter(enabled=True).exists(),
        "goods": Sku.objects.exists(),
        "orders": Order.objects.exists(),
    }
    return [Step(code, label, says, done[code], code in house.skipped) for code, label, says in STEPS]
