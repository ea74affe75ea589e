"""The rail: which modules there are, who sees them, and where they lead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.policy import policy
from zhanggui.kernel.actor import Actor
from zhanggui.web.frame import gate

TODAY, ORDERS, WAREHOUSE, GOODS, SHOP = "", _("订单"), _("仓库"), _("货"), _("店")


@cache
def asked_for() -> frozenset[str]:
    """The rights for which the policy asks somebody a second person."""
    known = policy()
    people = [role for role in known.roles if role != "program"]
    return frozenset(
        code for code, each in known.capabilities.items() if any("A" in (each.grants(role) or "").split() for role in people)
    )


def concerned(actor: Actor) -> bool:
    """Whether this person may ever have to ask, or be asked."""
    return actor.kind == "person" and (
        not asked_for().isdisjoint(actor.may) or any("A" in cell.split() for cell in actor.may.values())
    )


@dataclass(frozen=True)
class Module:
    """One line of the rail. Who sees it is the gate's to say; ``count`` is a key of the counts."""

    group: str | Promise
    label: str | Promise
    url_name: str
    count: str = ""
    tone: str = ""
    icon: str = "box"
    go: str = ""
    query: Mapping[str, str] | None = None
    hint: str | Promise = ""
    thumb: bool = False
    only: Callable[[Actor], bool] | None = None

    @property
    def href(self) -> str | None:
        """Where it leads; None while that area has no address."""
        try:
            path = reverse(self.url_name)
        except NoReverseMatch:
            return None
        return f"{path}?{urlencode(self.query)}" if self.query else path


MODULES: Sequence[Module] = (
    Module(TODAY, _("今天"), "home", icon="home", go="t", thumb=True),
    Module(
        TODAY, _("待我同意"), "approvals:list", "approvals", "warn", icon="check", go="y", hint=_("等您点头的事"), only=concerned
    ),
    Module(ORDERS, _("订单列表"), "orders:list", "unshipped", icon="orders", go="o", hint=_("还没发出的单"), thumb=True),
    Module(ORDERS, _("审单台"), "review:desk", "review", icon="review", go="r", hint=_("待审核的单")),
    Module(ORDERS, _("异常"), "orders:list", "held", "bad", "held", "e", {"tab": "held"}, _("被拦下的单")),
    Module(ORDERS, _("待付款跟进"), "payments:unpaid", "unpaid", icon="clock", go="f", hint=_("没付款的单，谁该联系")),
    Module(ORDERS, _("导入"), "imports:list", icon="import", go="i"),
    Module(ORDERS, _("模板"), "orders:templates", icon="copy", go="m", hint=_("常下的单，一次做好多张")),
    Module(ORDERS, _("经验"), "lessons:list", icon="eye", go="x", hint=_("遇到过的问题，怎么解决的")),
    Module(
        WAREHOUSE,
        _("波次"),
        "warehouse:waves",
        "to_wave",
        icon="waves",
        go="w",
        hint=_("已审核、还没进波次的单"),
    ),
    Module(
        WAREHOUSE,
        _("拣货"),
        "warehouse:picking",
        "picking",
        icon="picking",
        go="p",
        hint=_("在拣的单"),
        thumb=True,
    ),
    Module(
        WAREHOUSE,
        _("打包"),
        "warehouse:packing",
        "packing",
        icon="packing",
        go="b",
        hint=_("等打包的包裹"),
        thumb=True,
    ),
    Module(
        WAREHOUSE,
        _("交接发货"),
        "warehouse:shipping",
        "shipping",
        icon="shipping",
        go="h",
        hint=_("装好、等交接的包裹"),
    ),
    Module(WAREHOUSE, _("物流"), "tracking:board", "moving", icon="tracking", go="l", hint=_("在路上的包裹")),
    Module(GOODS, _("商品"), "goods:list", icon="goods", go="g"),
    Module(GOODS, _("库存"), "stock:list", "short", "warn", "stock", "k", hint=_("缺货的 SKU")),
    Module(SHOP, _("设置"), "settings:index", icon="settings", go="s", hint=_("店铺、仓库、快递、人")),
)


@dataclass(frozen=True)
class Entry:
    """A module this person sees, with its address and whether they are in it."""

    module: Module
    href: str
    current: bool


@dataclass(frozen=True)
class Group:
    label: str | Promise
    entries: list[Entry]


def seen_by(actor: Actor, path: str = "", query: Mapping[str, str] | None = None) -> list[Group]:
    """The rail of ``actor``: what they may not do, and what has no address yet, is left out."""
    found = [
        (module, href)
        for module in MODULES
        if gate.comes(actor, module.url_name)
        and (module.only is None or module.only(actor))
        and (href := module.href) is not None
    ]
    here = _here(found, path, query or {})
    groups: list[Group] = []
    for module, href in found:
        if not groups or groups[-1].label is not module.group:
            groups.append(Group(module.group, []))
        groups[-1].entries.append(Entry(module, href, module is here))
    return groups


def _here(found: Sequence[tuple[Module, str]], path: str, query: Mapping[str, str]) -> Module | None:
    """The module whose address is the longest beginning of ``path``; one whose query agrees goes first."""
    best: tuple[int, int] = (0, 0)
    here = None
    for module, href in found:
        root = href.split("?", 1)[0]
        if not (path == root or (root != "/" and path.startswith(root))):
            continue
        asked = module.query or {}
        if any(query.get(key) != value for key, value in asked.items()):
            continue
        rank = (len(root), len(asked))
        if rank > best:
            best, here = rank, module
    return here
