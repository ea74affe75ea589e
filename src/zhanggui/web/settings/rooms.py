"""What there is to set, in five rooms: twenty tabs in one row are found by nobody."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhanggui.accounts.models import User
from zhanggui.carriers.models import Carrier
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame.lists import Tab


@dataclass(frozen=True)
class Room:
    """Its own tab, which leads to the first of those in it, and these."""

    tab: Tab
    tabs: list[Tab]

    def has(self, key: str) -> bool:
        return any(each.key == key for each in self.tabs)


def rooms(actor: Actor) -> list[Room]:
    """Those of which somebody may see anything, with what they may see. As many statements whoever looks."""
    shops, homes = Shop.objects.count(), Warehouse.objects.count()
    carriers, people = Carrier.objects.filter(enabled=True).count(), User.objects.filter(is_active=True).count()
    may: dict[str, bool] = {
        "blacklist": actor.can("customer.block"), "people": actor.can("people.manage"), "roles": actor.can("people.manage"),
        "tokens": actor.can("token.create"), "hooks": actor.can("token.create"), "privacy": bool(actor.granted("customer.erase")),
        "backups": actor.can("backup"), "payments": bool(actor.granted("settings")), "selling": bool(actor.granted("settings")),
    }  # fmt: skip
    every: list[tuple[str, str, list[Tab]]] = [
        ("house", _("店铺与仓库"), [
            Tab("shops", ngettext("店铺", "店铺", shops), shops), Tab("warehouses", ngettext("仓库", "仓库", homes), homes),
            Tab("carriers", ngettext("快递", "快递", carriers), carriers), Tab("defaults", _("规则和默认值")),
        ]),
        ("work", _("订单与审单"), [
            Tab("orders", _("分类与标签")), Tab("checks", _("审单规则")), Tab("rules", _("自动审单")), Tab("holds", _("挂起类型")),
            Tab("lessons", _("问题类型")), Tab("blacklist", _("黑名单")), Tab("sources", pgettext("tab", "来源")), Tab("forms", _("下单表单")),
        ]),
        ("money", _("收款与单号"), [Tab("payments", pgettext("tab", "付款")), Tab("selling", _("单号和付款"))]),
        ("people", _("人员与安全"), [
            Tab("people", _("人"), people), Tab("roles", pgettext("tab", "角色")), Tab("privacy", _("隐私")), Tab("backups", _("备份")),
        ]),
        ("programs", _("接口"), [Tab("tokens", _("接口密钥")), Tab("hooks", _("推送"))]),
    ]  # fmt: skip
    found = []
    for key, label, tabs in every:
        seen = [replace(tab, href=reverse(f"settings:{tab.key}")) for tab in tabs if may.get(tab.key, True)]
        if seen:
            found.append(Room(Tab(key, label, href=seen[0].href), seen))
    return found
