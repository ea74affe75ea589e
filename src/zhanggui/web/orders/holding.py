"""A reason to stop as the order's page shows it: a sentence, and the ways out that this order and this actor have."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from zhanggui.kernel.actor import Actor
from zhanggui.orders import states
from zhanggui.orders.models import Line
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.detail import LineShown, Whole
from zhanggui.orders.reading.rows import UNCLAIMED, Held
from zhanggui.orders.rulebook import FINANCE_RIGHT
from zhanggui.web.frame.addresses import address
from zhanggui.web.orders import words
from zhanggui.web.orders.words import Said


@dataclass(frozen=True)
class Way:
    """A way out with one click: ``do`` and its facts are what the form sends."""

    do: str
    says: str
    line_id: int | None = None
    value: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Stop:
    """A reason to stop, said, with its ways out. ``form`` names the questions it needs: address, match, swap."""

    held: Held
    said: Said
    ways: list[Way] = field(default_factory=list)
    form: str = ""
    lines: list[Line] = field(default_factory=list)
    link: str = ""
    link_says: str = ""
    others: list[tuple[int, str]] = field(default_factory=list)
    whose: str = ""

    @property
    def tone(self) -> str:
        return "bad" if self.held.tone == "bad" else "warn" if self.held.tone == "warn" else "quiet"


def stop(held: Held, whole: Whole, actor: Actor) -> Stop:
    """The reason with what can be done about it here. Without the right to change the order, only the sentence."""
    said = words.hold_says(held, whole.order.currency)
    if held.by_hand:
        return _by_hand(held, said, whole, actor)
    if whole.order.stage not in UNCLAIMED:
        return Stop(held, said)
    make = _MAKERS.get(held.code)
    made = make(held, said, whole, actor) if make else Stop(held, said)
    soft = not held.stubborn and not whole.stubborn
    if make is None and soft and actor.can("order.review"):
        return Stop(held, said, [Way("approve", _("放行"))])
    return made


def short_lines(whole: Whole) -> list[LineShown]:
    return [one for one in whole.lines if one.light.kind == "short"]


def _stock(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    short = short_lines(whole)
    # As it is now: since it was stopped goods came or went, and pieces were changed.
    now = [{"sku": one.line.sku_code, "free": one.free, "wanted": one.line.quantity} for one in short]
    said = words.hold_says(replace(held, facts={"short": now})) if short else Said(_("缺货：现在看够了"), _("再审一次就能往下走"))
    link = address("stock:list", search=short[0].line.sku_code) if short else ""
    if not actor.can("order.edit"):
        return Stop(held, said, link=link, link_says=_("去看库存"))
    ways = []
    if not short:
        ways.append(Way("approve", _("现在够了，再审一次"), primary=True))
    for one in short:
        if one.free:
            says = _("%(sku)s 改成现有 %(n)s 件") % {"sku": one.line.sku_code, "n": one.free}
            ways.append(Way("quantity", says, one.line.pk, str(one.free)))
        elif len(whole.lines) > 1:
            ways.append(Way("quantity", _("不要 %s 这一行") % one.line.sku_code, one.line.pk, "0"))
    return Stop(held, said, ways, "swap", [one.line for one in short], link, _("去看库存"))


def _address(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    return Stop(held, said, form="address" if actor.can("order.edit") else "")


def _unknown(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    strange = [one.line for one in whole.lines if one.line.sku_id is None]
    return Stop(held, said, form="match" if actor.can("order.edit") else "", lines=strange)


def _unpaid(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    if not actor.can("order.review"):
        return Stop(held, said)
    ways = [
        Way("payment", _("款已收到"), value="paid"),
        Way("payment", _("改成货到付款"), value="cod"),
        Way("payment", _("改成挂账"), value="on_account"),
    ]
    return Stop(held, said, ways)


def _double(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    numbers, ids = held.facts.get("numbers", []), held.facts.get("ids", [])
    others = list(zip(ids, numbers, strict=False))
    may = actor.can("order.review")
    link = address("review:compare", whole.order.pk, ids[0]) if may and ids else ""
    ways = [Way("approve", _("不是重复，放行"))] if may and not whole.stubborn else []
    return Stop(held, said, ways, link=link, link_says=_("并排比较"), others=others)


def _money(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    """Who reviews says yes first, or finance does: whoever is asked here."""
    if held.reviewed_by:
        said = Said(said.title, _("%s 审过了，等财务通过") % held.reviewed_by)
    ways = [Way("accept", _("财务通过"))] if actor.can(FINANCE_RIGHT) and whole.order.stage == states.PENDING_REVIEW else []
    if not held.reviewed_by and not whole.stubborn and actor.can("order.review") and not ways:
        ways.append(Way("approve", _("审过了，送财务")))
    return Stop(held, said, ways)


def _by_hand(held: Held, said: Said, whole: Whole, actor: Actor) -> Stop:
    """What keeps it though the rules have nothing against it."""
    if whole.order.stage == states.PENDING_REVIEW:
        said = Said(said.title, _("别的都合格了，它也不会自己往下走；解挂后马上再审一次"))
    elif whole.order.stage == states.APPROVED:
        said = Said(said.title, _("已经审核过，解挂后才能排波次"))
    return Stop(held, said, [Way("clear", _("解挂"))] if rights.may_clear(actor) else [])


_MAKERS = {
    "out-of-stock": _stock,
    "address-incomplete": _address,
    "sku-unknown": _unknown,
    "unpaid": _unpaid,
    "duplicate-suspected": _double,
    "finance-asked": _money,
}
