"""Copies of orders: the same goods to the same person once more, with a number of their own and nothing paid yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.customers.queries import persons
from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders import drawing, refusals
from zhanggui.orders.commands import making
from zhanggui.orders.commands.making import Result
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.events import OrderCopied, OrderCopiedFrom, OrdersMade
from zhanggui.orders.models import Line, Order
from zhanggui.orders.rulebook import bought_lines


@command(needs="order.create", over="order")
def copy(
    order_ids: Sequence[int],
    *,
    key: str,
    times: int = 1,
    submits: bool = False,
    keeps_notes: bool = True,
    by: Actor,
    at: datetime,
) -> Result:
    """Each of these orders once more, or ``times``: same goods, prices and recipient, unpaid, as a draft or handed in.

    An order that was to be paid at the door or on account still is. The history of both says which came from which. One
    whose goods are retired, whose shop is closed or whose recipient was erased is named and left. Exactly once a ``key``.
    Raises TooManyAtOnce. A constant number of statements for each shop among them.
    """
    ids = list(dict.fromkeys(order_ids))
    if not 1 <= times * len(ids) <= drawing.MOST:
        raise refusals.TooManyAtOnce(many=times * len(ids), most=drawing.MOST)
    begun, fresh = making.begun("copy", f"copy:{by.kind}:{by.id}:{key}", template=None, by=by, at=at)
    if not fresh:
        return making.again(begun)
    found = Order.objects.select_related("shop", "recipient").in_bulk(ids)
    people = persons(order.recipient for order in found.values() if order.recipient.erased_at is None)
    lines: dict[int, list[Line]] = {}
    for line in bought_lines(ids).select_related("sku"):
        lines.setdefault(line.order_id, []).append(line)
    new: dict[int, dict[int, NewOrder]] = {}
    refused: dict[int, dict[str, Any]] = {}
    origins: dict[int, int] = {}
    for nth, id_ in enumerate([id_ for id_ in ids for _ in range(times)], start=1):
        origins[nth] = id_
        order = found.get(id_)
        against = _against(order, lines.get(id_, []))
        if order is None or against is not None:
            refused[nth] = drawing.said_of(against or refusals.NoSuchOrder(number=str(id_)))
            continue
        payment = order.payment if order.payment in drawing.LATER else "unpaid"
        new.setdefault(order.shop_id, {})[nth] = NewOrder(
            "", at, tuple(_again(line) for line in lines[id_]), people[order.recipient_id]._replace(note=""), order.currency,
            order.discount_minor, order.freight_minor, order.total_minor, 0, payment, drawing.begins(payment, submits=submits),
            order.payment_method, None, None, "", order.buyer_note if keeps_notes else "", order.seller_note if keeps_notes else "",
            order.flag if keeps_notes else "", order.kind,
        )  # fmt: skip
    placed: dict[int, int] = {}
    for shop_id, orders in sorted(new.items()):
        placed |= making.put(begun, orders, shop_id=shop_id, by=by, at=at)
    making.written(begun, placed, refused, origins)
    _told(placed, origins, {id_: order.number for id_, order in found.items()}, begun.number, by=by, at=at)
    tell([OrdersMade(begun.pk, len(placed), len(refused))], by=by, at=at)
    return Result(begun.pk, True, placed, len(refused))


def _told(
    placed: dict[int, int], origins: dict[int, int], numbers: dict[int, str], number: str, *, by: Actor, at: datetime
) -> None:
    facts = {order_id: {"origin": numbers[origins[nth]], "making": number} for nth, order_id in placed.items()}
    tell([OrderCopiedFrom(order_id, origins[nth]) for nth, order_id in placed.items()], by=by, at=at, facts=facts)
    many: dict[int, int] = {}
    for nth in placed:
        many[origins[nth]] = many.get(origins[nth], 0) + 1
    made = {id_: {"making": number} for id_ in many}
    tell([OrderCopied(id_, n) for id_, n in sorted(many.items())], by=by, at=at, facts=made)


def _against(order: Order | None, lines: Sequence[Line]) -> Refused | None:
    if order is None:
        return None
    if not order.shop.enabled:
        return refusals.ShopClosed(shop=order.shop.name)
    if order.recipient.erased_at is not None:
        return refusals.CustomerErased()
    retired = next((line.sku.code for line in lines if line.sku is not None and line.sku.retired_at is not None), None)
    return refusals.SkuRetired(sku=retired) if retired else None


def _again(line: Line) -> NewLine:
    return NewLine(
        line.sku_id,
        line.sku_code,
        line.name,
        line.spec,
        line.quantity,
        line.unit_minor,
        line.discount_minor,
        line.total_minor,
        line.note,
    )
