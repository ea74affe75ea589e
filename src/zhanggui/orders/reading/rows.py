"""The rows of the order list: everything a person sees of an order without opening it. Six statements a page,
one more where some wait for their money."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from zhanggui.journal.models import Entry
from zhanggui.journal.reaches import beyond
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.models import Hold, HoldType, Line, Order, Tag, Tagged
from zhanggui.payments.queries import due_of
from zhanggui.stock.queries import available

UNCLAIMED = (states.DRAFT, states.PENDING_PAYMENT, states.PENDING_REVIEW)
# Reasons of the warehouse are bad news, yet looking again may let the order go on.
STUBBORN = ("address-incomplete", "sku-unknown", "amount-mismatch", "unpaid", "out-of-stock")


@dataclass(frozen=True)
class Held:
    """An open reason to stop."""

    code: str
    facts: Mapping[str, Any]
    source: str
    since: datetime
    # Whose it is and by when, as its type says; when it goes by itself; who let the order through but for finance.
    role: str = ""
    due_at: datetime | None = None
    until: datetime | None = None
    event: str = ""
    reviewed_by: str = ""
    name: str = ""

    @property
    def tone(self) -> str:
        return REASONS[self.code].tone if self.code in REASONS else "warn"

    @property
    def by_hand(self) -> bool:
        """A person put it on: a person takes it off."""
        return self.source == "person"

    @property
    def stubborn(self) -> bool:
        """It must be mended; a yes from a person is not enough."""
        return self.code in STUBBORN


@dataclass(frozen=True)
class Light:
    """How the goods of an order stand. ``kind``: free, all, exact, short, unmatched, claimed, or nothing to say."""

    kind: str = ""
    pieces: int = 0


@dataclass(frozen=True)
class Goods:
    """The line worth showing: the first that is in trouble, else the first."""

    name: str = ""
    code: str = ""
    quantity: int = 0
    light: Light = field(default_factory=Light)


@dataclass(frozen=True)
class Row:
    """An order in a list."""

    order: Order
    goods: Goods
    held: list[Held]
    approved_by: str = ""
    approved_itself: bool = False
    pay_by: datetime | None = None
    tags: Sequence[Tag] = ()

    @property
    def new(self) -> bool:
        return self.order.seen_at is None

    @property
    def stubborn(self) -> Held | None:
        return next((held for held in self.held if held.stubborn), None)

    @property
    def tail(self) -> str:
        """The last digits of the phone, as the mask leaves them."""
        tail = self.order.recipient.masked_phone[-4:]
        return tail if tail.isdigit() else ""


def rows(order_ids: Sequence[int], *, reach: Reach = EVERYWHERE) -> list[Row]:
    """The rows of these orders, in the order asked; what they say of others says it of those within ``reach``. Six statements."""
    found = Order.objects.select_related("shop", "recipient", "category").defer(
        "fingerprint", "recipient__sealed", "recipient__platform_ciphertext", "recipient__oaid"
    )
    orders = {order.pk: order for order in found.filter(pk__in=order_ids)}
    goods = goods_of(list(orders.values()), reach=reach)
    held = held_of([order.pk for order in orders.values() if order.holds or order.stage in states.UNSHIPPED], reach=reach)
    approved = approvals([order.pk for order in orders.values() if order.stage in (states.APPROVED, states.FULFILLING)])
    due = due_of([order.pk for order in orders.values() if order.stage == states.PENDING_PAYMENT])
    tags = tags_of(list(orders))
    made = []
    for id_ in order_ids:
        if id_ in orders:
            name, itself = approved.get(id_, ("", False))
            made.append(Row(orders[id_], goods.get(id_, Goods()), held.get(id_, []), name, itself, due.get(id_), tags.get(id_, ())))
    return made


def tags_of(order_ids: Sequence[int]) -> dict[int, list[Tag]]:
    """Order → its tags, in the order the merchant shows them. One statement."""
    found: dict[int, list[Tag]] = defaultdict(list)
    worn = Tagged.objects.filter(order__in=order_ids).select_related("tag").order_by("tag__place", "tag_id") if order_ids else ()
    for one in worn:
        found[one.order_id].append(one.tag)
    return found


def goods_of(orders: Sequence[Order], *, reach: Reach = EVERYWHERE) -> dict[int, Goods]:
    """Order → the line to show, with the light of the whole order. Two statements."""
    stage_of = {order.pk: order.stage for order in orders}
    lines = Line.objects.filter(order__in=stage_of).order_by("order_id", "position")
    by_order: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for order_id, *line in lines.values_list("order_id", "sku_id", "sku_code", "name", "spec", "quantity"):
        by_order[order_id].append(tuple(line))
    wanted = {line[0] for id_, each in by_order.items() if stage_of[id_] in UNCLAIMED for line in each if line[0]}
    free = available(wanted, reach=reach) if wanted else {}
    return {id_: _goods(each, stage_of[id_], free) for id_, each in by_order.items()}


def _goods(lines: Sequence[tuple[Any, ...]], stage: str, free: Mapping[int, int]) -> Goods:
    lights = [light_of(sku_id, quantity, stage, free) for sku_id, _, _, _, quantity in lines]
    worst = min(range(len(lights)), key=lambda nth: (WORSE.index(lights[nth].kind), nth))
    light = lights[worst]
    if light.kind == "free" and len(lines) > 1:
        light, worst = Light("all"), 0
    elif light.kind in ("claimed", ""):
        worst = 0
    _, code, name, spec, quantity = lines[worst]
    return Goods(f"{name} {spec}".strip(), code, quantity, light)


WORSE = ("unmatched", "short", "exact", "free", "all", "claimed", "")


def light_of(sku_id: int | None, quantity: int, stage: str, free: Mapping[int, int]) -> Light:
    """How one line stands: before approval against what is free, afterwards its claim."""
    if stage in (states.APPROVED, states.FULFILLING):
        return Light("claimed", quantity)
    if stage not in UNCLAIMED:
        return Light()
    if sku_id is None:
        return Light("unmatched", quantity)
    there = free.get(sku_id, 0)
    if there < quantity:
        return Light("short", quantity - there)
    return Light("exact" if there == quantity else "free", there)


def held_of(order_ids: Iterable[int], *, reach: Reach = EVERYWHERE) -> dict[int, list[Held]]:
    """Order → what holds it, what must be mended first. One statement; one more where a reason names orders and not all
    orders are within ``reach``."""
    ids = list(order_ids)
    found: dict[int, list[Held]] = defaultdict(list)
    if not ids:
        return found
    open_ = Hold.objects.filter(order__in=ids, cleared_at=None).order_by("id")
    # What the merchant said of the type comes along: no statement more.
    said = HoldType.objects.filter(code=OuterRef("code"))
    open_ = open_.annotate(**{f"said_{name}": Subquery(said.values(name)[:1]) for name in ("role", "due_h", "name")})
    named = ("order_id", "code", "facts", "source", "since", "until", "event", "reviewed_by", "said_role", "said_due_h", "said_name")
    rows = list(open_.values_list(*named))
    others = {id_ for _order, _code, facts, *_rest in rows for id_ in facts.get("ids", ())}
    foreign = set() if reach.everywhere or not others else beyond(Order.objects.filter(reaching.of(reach)), sorted(others))
    for order_id, code, facts, source, since, until, event, reviewed_by, role, due_h, name in rows:
        told = _without(facts, foreign) if foreign else facts
        kind = REASONS.get(code)
        role, due_h = role or (kind.role if kind else "reviewer"), due_h or (kind.due_h if kind else 24)
        due_at = since + timedelta(hours=due_h)
        found[order_id].append(Held(code, told, source, since, role, due_at, until, event, reviewed_by, name or ""))
    for each in found.values():
        each.sort(key=lambda held: (not held.stubborn, ("bad", "warn").index(held.tone) if held.tone in ("bad", "warn") else 2))
    return found


def _without(facts: dict[str, Any], foreign: set[int]) -> dict[str, Any]:
    """The facts of a reason that names other orders, without those that are not to be seen."""
    pairs = [pair for pair in zip(facts.get("ids", ()), facts.get("numbers", ()), strict=False) if pair[0] not in foreign]
    return {**facts, "ids": [id_ for id_, _ in pairs], "numbers": [number for _, number in pairs]} if "ids" in facts else facts


def approvals(order_ids: Sequence[int]) -> dict[int, tuple[str, bool]]:
    """Order → who approved it last, and whether it was the house itself. One statement."""
    if not order_ids:
        return {}
    told = Entry.objects.filter(subject_kind="order", subject_id__in=order_ids, name="OrderApproved").order_by("id")
    rows = told.values_list("subject_id", "actor_name", "actor_kind")
    return {id_: (name, kind == "system") for id_, name, kind in rows if id_ is not None}
