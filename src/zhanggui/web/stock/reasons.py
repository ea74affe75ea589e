"""Why a number is what it is: the movements that add up to it, in the words of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.fulfilment import reaching as boxed
from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.kernel.actor import Reach
from zhanggui.orders import reaching as orders
from zhanggui.orders.models import Hold, Order
from zhanggui.stock import queries
from zhanggui.stock.models import Ledger, Level
from zhanggui.stock.queries import Movement
from zhanggui.web.frame.addresses import address

Text = str | Promise
KINDS: Mapping[str, Text] = {
    "received": _("收货入库"),
    "adjusted": _("盘点改数"),
    "moved": _("移到别的库位"),
    "picked": _("拣走"),
    "returned": _("放回货架"),
    "issued": _("发出"),
    "claimed": _("占用"),
    "released": _("释放占用"),
}
# A piece that only changed its place is still in the house.
WITHIN = ("moved", "picked", "returned")
CLAIMS = ("claimed", "released")
HOLDS = 1000


@dataclass(frozen=True)
class Part:
    """One kind of movement and the pieces it came to."""

    word: Text
    pieces: int


@dataclass(frozen=True)
class Happened:
    """A line of the ledger: ``left`` is what was in the house after it, None for a claim, which moves nothing.

    Pieces that only changed their place are one line from ``place`` to ``onto``, and ``delta`` how many.
    """

    at: datetime
    word: Text
    kind: str
    delta: int
    place: Text
    who: str
    note: str
    document: str
    href: str
    left: int | None
    onto: Text = ""


def parts(levels: Iterable[Level]) -> list[Part]:
    """What came in and went out of these levels, by kind; the parts add up to what is on hand. One statement."""
    ids = [level.pk for level in levels]
    sums = dict(Ledger.objects.filter(level_id__in=ids).values_list("kind").annotate(n=Sum("delta")))
    return [Part(word, int(sums[kind])) for kind, word in KINDS.items() if sums.get(kind) and kind not in WITHIN]


def history(sku_id: int, on_hand: int, reach: Reach, *, limit: int = 100) -> list[Happened]:
    """What happened to a SKU, newest first, each with what was left after it. At most five statements."""
    rows = queries.ledger(sku_id, reach=reach, limit=limit)
    names = _documents(((row.document, row.document_id) for row in rows), reach)
    left, found, at = on_hand, [], 0
    while at < len(rows):
        row, further = rows[at], rows[at + 1] if at + 1 < len(rows) else None
        at += 1
        name, href = names.get((row.document, row.document_id or 0), ("", ""))
        word, who = KINDS.get(row.kind, row.kind), row.who
        if further is not None and _one_carrying(row, further):
            at += 1
            start, end = (row, further) if row.delta < 0 else (further, row)
            facts = (row.at, word, row.kind, end.delta, _place(start), who, row.note, name, href)
            found.append(Happened(*facts, left, _place(end)))
            continue
        claim = row.kind in CLAIMS
        facts = (row.at, word, row.kind, row.delta, _place(row), who, row.note, name, href)
        found.append(Happened(*facts, None if claim else left))
        left -= 0 if claim else row.delta
    return found


def _one_carrying(one: Movement, other: Movement) -> bool:
    """Whether two movements are the two ends of one: taken from here, laid down there."""
    same = (one.kind, one.at, one.document, one.document_id) == (other.kind, other.at, other.document, other.document_id)
    return same and one.kind in WITHIN and one.delta + other.delta == 0


def _place(row: Movement) -> Text:
    return _("待打包") if row.staged else row.place


@dataclass(frozen=True)
class Waiting:
    """An order that is held because there was not enough of a SKU, and how many it wants."""

    number: str
    href: str
    wanted: int


def waited(reach: Reach) -> set[int]:
    """SKUs that orders are held for, as their holds name them. One statement."""
    return {one["sku_id"] for _, lacking in _lacking(reach) for one in lacking}


def waiting(sku_id: int, reach: Reach, *, limit: int = 100) -> list[Waiting]:
    """The orders that are held for a SKU, those held longest first. Two statements."""
    wanted = {order_id: one["wanted"] for order_id, lacking in _lacking(reach) for one in lacking if one["sku_id"] == sku_id}
    first = list(wanted)[:limit]
    numbers = orders_named(first, reach)
    return [Waiting(numbers[id_], address("orders:detail", id_), wanted[id_]) for id_ in first]


def _lacking(reach: Reach) -> list[tuple[int, list[dict[str, Any]]]]:
    """(order, what it lacks); of very many holds only the first are read."""
    held = Hold.objects.filter(code="out-of-stock", cleared_at=None).filter(orders.of(reach, "order__"))
    rows = held.order_by("id").values_list("order_id", "facts")[:HOLDS]
    return [(order_id, facts.get("short", [])) for order_id, facts in rows]


def _documents(wanted: Iterable[tuple[str, int | None]], reach: Reach) -> dict[tuple[str, int], tuple[str, str]]:
    """(kind, id) → (number, address) of the orders, waves and parcels that are named."""
    ids: dict[str, set[int]] = {"order": set(), "wave": set(), "parcel": set()}
    for kind, id_ in wanted:
        if id_ is not None and kind in ids:
            ids[kind].add(id_)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for id_, number in orders_named(ids["order"], reach).items():
        found["order", id_] = (number, address("orders:detail", id_))
    if ids["wave"]:
        for id_, number in Wave.objects.filter(boxed.waves(reach), pk__in=ids["wave"]).values_list("id", "number"):
            found["wave", id_] = (number, address("warehouse:wave", id_))
    if ids["parcel"]:
        parcels = Parcel.objects.filter(boxed.of(reach), pk__in=ids["parcel"])
        for id_, number, order_id in parcels.values_list("id", "number", "order_id"):
            found["parcel", id_] = (number, address("orders:detail", order_id))
    return found


def orders_named(ids: Iterable[int], reach: Reach) -> dict[int, str]:
    """Order → its number, of those within ``reach``; no statement for none."""
    wanted = set(ids)
    return dict(Order.objects.filter(orders.of(reach), pk__in=wanted).values_list("id", "number")) if wanted else {}
