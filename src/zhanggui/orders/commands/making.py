"""Making orders from a template: one or hundreds, each key once, and the way back while nothing has moved."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

from zhanggui.journal.book import Batch, command, numbers, tell
from zhanggui.kernel import clock, db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.orders import drawing, reaching, refusals, states
from zhanggui.orders.commands import intake, progress
from zhanggui.orders.drafts import NewOrder
from zhanggui.orders.drawing import Drawn, Wish
from zhanggui.orders.events import MakingTakenBack, OrderMadeFrom, OrdersMade
from zhanggui.orders.models import Made, Making, Order, Template
from zhanggui.orders.reading import templates as reading

MADE = ("making_id", "position", "order_id", "origin_id", "code", "facts")
LONGEST_KEY = 80
UNMOVED = (states.DRAFT, states.PENDING_PAYMENT, states.PENDING_REVIEW, states.APPROVED)


class Result(NamedTuple):
    """``fresh`` off: these were made before, under the same key. ``orders`` are the new ones by position."""

    making_id: int
    fresh: bool
    orders: dict[int, int]
    refused: int


@command(needs="order.create", over="template")
def make(
    template_id: int, wishes: Sequence[Wish], *, key: str, submits: bool | None = None, rows: Sequence[int] = (), by: Actor, at: datetime
) -> Result:
    """Place an order for each wish, at most five hundred; one that cannot be is named with its reason and does not stop the others.

    Exactly once a ``key`` of this template: asked again with the same one, the orders are those of the first time. ``rows`` are the
    lines of a table that the wishes stand in, by which people know them. A constant number of statements. Raises TooManyAtOnce,
    TemplateArchived, ShopClosed, and makes nothing then.
    """
    if len(wishes) > drawing.MOST:
        raise refusals.TooManyAtOnce(many=len(wishes), most=drawing.MOST)
    template = reading.one(template_id, by=by)
    usable(template)
    drawn = drawing.draw(drawing.ground(template, wishes, reach=by.reach), wishes, submits=submits, at=at)
    return enter(drawn, template, source="template", key=f"{by.kind}:{by.id}:{template.pk}:{key}", rows=rows, by=by, at=at)


def usable(template: Template) -> None:
    if template.archived_at is not None:
        raise refusals.TemplateArchived(name=template.name)
    if not template.shop.enabled:
        raise refusals.ShopClosed(shop=template.shop.name)


def enter(
    drawn: Sequence[Drawn], template: Template, *, source: str, key: str, rows: Sequence[int] = (), by: Actor, at: datetime, **more: Any
) -> Result:
    """Write what was drawn, within the transaction of a verb: the making first, under its key, so that of two the second finds it."""
    making, fresh = begun(source, key, template=template, by=by, at=at, **more)
    if not fresh:
        return again(making)
    placed = put(
        making, {nth: each.order for nth, each in enumerate(drawn, start=1) if each.order}, shop_id=template.shop_id, by=by, at=at
    )
    refused = {nth: drawing.said_of(each.against[0]) for nth, each in enumerate(drawn, start=1) if each.order is None}
    written(making, placed, refused, rows=rows)
    facts = {order_id: {"making": making.number} for order_id in placed.values()}
    tell([OrderMadeFrom(order_id, template.pk) for order_id in placed.values()], by=by, at=at, facts=facts)
    tell([OrdersMade(making.pk, len(placed), len(refused))], by=by, at=at)
    if placed:
        Template.objects.filter(pk=template.pk).update(uses=F("uses") + len(placed), used_at=at)
    return Result(making.pk, True, placed, len(refused))


def begun(source: str, key: str, *, template: Template | None, by: Actor, at: datetime, **more: Any) -> tuple[Making, bool]:
    """The making under this key, and whether it is ours: one statement decides between two."""
    (id_,) = db.take_ids(Making, 1)
    (count,) = numbers(f"making:{clock.day_of(at):%y%m%d}", 1)
    once = guards.stands("making.once")
    fresh = Making(
        pk=id_, number=f"M{clock.day_of(at):%y%m%d}-{count:04d}", key=_whole(key) if once else None, source=source, template=template,
        by_id=by.id, by_name=by.name, at=at, **more,
    )  # fmt: skip
    Making.objects.bulk_create([fresh], ignore_conflicts=once)
    found = Making.objects.get(key=fresh.key) if once else fresh
    return found, found.pk == id_


def _whole(key: str) -> str:
    """The key as its column holds it: two that begin alike stay two."""
    return key if len(key) <= LONGEST_KEY else hashlib.blake2b(key.encode(), digest_size=LONGEST_KEY // 2).hexdigest()


def again(making: Making) -> Result:
    rows = Made.objects.filter(making=making.pk, order__isnull=False).values_list("position", "order_id")
    return Result(making.pk, False, {nth: order_id for nth, order_id in rows if order_id is not None}, making.refused)


def put(making: Making, orders: Mapping[int, NewOrder], *, shop_id: int, by: Actor, at: datetime) -> dict[int, int]:
    """Place these under numbers of the making: position → order."""
    numbered = {f"{making.number}-{nth:03d}": nth for nth in orders}
    new = [orders[nth]._replace(platform_no=no) for no, nth in numbered.items()]
    placed = intake.place(new, shop_id=shop_id, source=making.source, by=by, at=at) if new else None
    return {numbered[no]: order_id for no, order_id in placed.created.items()} if placed else {}


def written(
    making: Making,
    placed: Mapping[int, int],
    refused: Mapping[int, Mapping[str, Any]],
    origins: Mapping[int, int] | None = None,
    *,
    rows: Sequence[int] = (),
) -> None:
    """What became of each row, and how many of each."""
    known = origins or {}
    # Beside its facts, the line of the table by which whoever wrote it knows it.
    lines = {nth: {"row": number} for nth, number in enumerate(rows, start=1)}
    found: list[tuple[Any, ...]] = [(making.pk, nth, order_id, known.get(nth), "", lines.get(nth, {})) for nth, order_id in placed.items()]
    for nth, why in refused.items():
        found.append((making.pk, nth, None, known.get(nth), why["code"][:32], {**why["facts"], **lines.get(nth, {})}))
    Made.objects.bulk_create(
        [Made(**dict(zip(MADE, row, strict=True))) for row in sorted(found, key=lambda row: row[1])], batch_size=600
    )
    Making.objects.filter(pk=making.pk).update(made=len(placed), refused=len(refused))


@command(needs="order.create", over="making")
def take_back(making_id: int, *, by: Actor, at: datetime) -> Batch:
    """Cancel what was made at that time, as far as none of it has moved into the warehouse; what has is named and stays.

    For whoever made it, and whoever may cancel orders; of copies of several shops' orders, those within their reach. Raises
    NothingToTakeBack.
    """
    making = reading.making(making_id, by=by)
    if by.kind != "system" and making.by_id != by.id and not by.granted("order.cancel"):
        raise refusals.NothingToTakeBack(number=making.number)
    stands = dict(Order.objects.filter(reaching.of(by.reach), made_by__making=making.pk).values_list("pk", "stage"))
    going = sorted(id_ for id_, stage in stands.items() if stage in UNMOVED)
    batch = progress.cancel(going, reason=making.number, by=by, at=at) if going else Batch()
    batch.refuse([id_ for id_, stage in stands.items() if stage not in (*UNMOVED, states.CANCELLED)], "wrong-stage")
    if not batch.done:
        raise refusals.NothingToTakeBack(number=making.number)
    Making.objects.filter(pk=making.pk).update(taken_back_at=at)
    tell([MakingTakenBack(making.pk, len(batch.done))], by=by, at=at)
    return batch
