"""Orders read and made ready in one go, here or in a process ahead of us. Nothing here touches the database."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.channels.port import ChannelOrder, Context, FileFormat, Payment, Problem, Table, Turned
from zhanggui.customers.sealing import Person
from zhanggui.orders import states
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.flags import flag_of
from zhanggui.orders.prepared import Prepared, Way, outlined, prepared

FIRST_STAGE = {
    "unpaid": states.PENDING_PAYMENT,
    "paid": states.PENDING_REVIEW,
    "shipped": states.SHIPPED,
    "completed": states.COMPLETED,
    "cancelled": states.CANCELLED,
    # Out of the way of the rules until somebody hands it in.
    "held": states.DRAFT,
    "unknown": states.PENDING_REVIEW,
}
KEPT_BACK = (states.PENDING_PAYMENT, states.PENDING_REVIEW)


class Ready(NamedTuple):
    """One order, ready but for its SKUs. ``warnings`` are (row, column, code, value); ``beside`` its companion's rows; ``again``
    those of ``rows`` that only said an earlier one once more."""

    order: Prepared
    rows: tuple[int, ...]
    warnings: tuple[tuple[int, str, str, str], ...]
    currency: str
    beside: tuple[int, ...] = ()
    again: tuple[int, ...] = ()


def made_ready(order: ChannelOrder, way: Way, *, draft: bool, now: Callable[[], datetime], looking: bool = False) -> Ready:
    """A shop's order as the books take it; its SKUs are still only codes. ``draft``: it waits until somebody hands it in, unless it
    is over at its shop: what was sent or cancelled there must not be sent from here. ``looking``: only what tells it from others."""
    to, first = order.recipient, FIRST_STAGE[order.said.value]
    new = NewOrder(
        order.platform_no,
        order.placed_at or now(),
        tuple([
            NewLine(None, line.sku, line.name, line.spec, line.quantity, line.unit_minor, line.discount_minor, line.total_minor,
                    line.note, line.platform_no)
            for line in order.lines
        ]),
        Person(to.name, to.phone, to.phone2, to.street, to.account, to.country, to.province, to.city, to.district, to.postcode,
               to.oaid, to.ciphertext),
        order.currency, order.discount_minor, order.freight_minor, order.total_minor, order.paid_minor, order.payment.value,
        states.DRAFT if draft and first in KEPT_BACK else first, order.payment_method, order.paid_at, order.ship_by, order.status_raw,
        order.buyer_note, order.seller_note, flag_of(order.flag), "normal", order.waybill, order.ships_from,
    )  # fmt: skip
    warnings = tuple([(p.row, p.column, str(p.code), p.value) for p in order.warnings])
    # What is owed on account is compared with what the same buyer owes already.
    outline = looking and order.payment is not Payment.ON_ACCOUNT
    return Ready((outlined if outline else prepared)(new, way), order.rows, warnings, order.currency, order.beside, order.again)


def read_ready(
    format: FileFormat,
    table: Table,
    context: Context,
    companion: Table | None,
    way: Way,
    *,
    draft: bool,
    now: Callable[[], datetime],
    looking: bool = False,
) -> Iterator[Ready | Turned]:
    """Every order of the file, ready or turned away; where it is only ``looking``, nothing is sealed."""
    for item in format.read(table, context, companion):
        yield made_ready(item, way, draft=draft, now=now, looking=looking) if isinstance(item, ChannelOrder) else item


def packed(items: Iterable[Ready | Turned]) -> list[tuple[Any, ...]]:
    """Plain tuples that marshal bears; a turned one has no fingerprint."""
    plain: list[tuple[Any, ...]] = []
    for item in items:
        if isinstance(item, Ready):
            order = item.order
            plain.append((
                order.platform_no, order.fingerprint, order.order, order.recipient, order.lines, item.rows, item.warnings, item.currency,
                item.beside, item.again, order.awaits,
            ))  # fmt: skip
        else:
            problems = tuple([(p.row, p.column, str(p.code), p.value, p.beside) for p in item.problems])
            plain.append((item.platform_no, None, item.rows, problems, item.beside))
    return plain


def unpacked(plain: Iterable[tuple[Any, ...]]) -> Iterator[Ready | Turned]:
    """What ``packed`` packed."""
    for item in plain:
        if item[1] is None:
            yield Turned(item[0], item[2], tuple([Problem(*problem) for problem in item[3]]), item[4])
        else:
            order = Prepared(item[0], item[1], item[2], item[3], item[4], (), item[10])
            yield Ready(order, item[5], item[6], item[7], item[8], item[9])
