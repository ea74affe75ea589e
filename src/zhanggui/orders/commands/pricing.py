"""What a second person reads before prices are changed: whose, which, and what they come to. Two statements, however many."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.journal.phrases import PHRASES, changed, first_of, line
from zhanggui.journal.phrases import Line as Said
from zhanggui.kernel.money import plain
from zhanggui.orders.kinds import KINDS
from zhanggui.orders.models import Line, Order
from zhanggui.orders.revisions import Revision

PHRASES["order-amount"] = _("{number} {what}")
PHRASES["whole-discount"] = _("整单优惠")
PHRASES["freight"] = _("运费")
PHRASES["kind"] = _("订单种类")
PHRASES.update({f"kind-{kind}": _(word) for kind, word in KINDS.items()})
PHRASES["unit-price"] = _("{code} 单价")
PHRASES["line-discount"] = _("{code} 优惠")


def asked(changes: Sequence[Revision], **_more: Any) -> Mapping[str, Any]:
    """How many orders, and each amount from what to what."""
    orders = {row.pk: row for row in Order.objects.filter(pk__in=[one.order_id for one in changes])}
    named = [each.line_id for one in changes for each in one.lines if each.line_id is not None]
    lines = {row.pk: row for row in Line.objects.filter(pk__in=named, order__in=orders)}
    said = [each for one in changes if one.order_id in orders for each in _amounts(one, orders[one.order_id], lines)]
    return {"many": len(changes), "lines": first_of(said)}


def _amounts(one: Revision, order: Order, lines: Mapping[int, Line]) -> Iterator[Said]:
    """Each amount of one order that would be another, and its kind."""

    def from_to(what: Said, old: int | None, new: int) -> Said:
        named = line("order-amount", number=order.number, what=what)
        return changed(named, "" if old is None else plain(old, order.currency), plain(new, order.currency))

    if one.kind is not None and one.kind != order.kind:
        kinds = [line(f"kind-{kind}") if kind in KINDS else kind for kind in (order.kind, one.kind)]
        yield changed(line("order-amount", number=order.number, what=line("kind")), *kinds)
    if one.discount_minor is not None:
        yield from_to(line("whole-discount"), order.discount_minor, one.discount_minor)
    if one.freight_minor is not None:
        yield from_to(line("freight"), order.freight_minor, one.freight_minor)
    for each in one.lines:
        row = lines.get(each.line_id or 0)
        code = row.sku_code or row.name if row else ""
        if each.unit_minor is not None:
            yield from_to(line("unit-price", code=code), row.unit_minor if row else None, each.unit_minor)
        if each.discount_minor is not None:
            yield from_to(line("line-discount", code=code), row.discount_minor if row else None, each.discount_minor)
