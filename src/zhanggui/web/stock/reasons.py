"""Why a number is what it is: the movements that add up to it, in the words of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.orders.models import Order
from zhanggui.stock import queries
from zhanggui.stock.models import Ledger, Level
from zhanggui.web.frame.addresses import address

Text = str | Promise
KINDS: Mapping[str, Text] = {
    "received": _("入库"),
    "adjusted": _("盘点"),
    "moved": _("移库"),
    "picked": _("拣货"),
    "returned": _("放回货架"),
    "issued": _("发出"),
    "claimed": _("占用"),
    "released": _("释放占用"),
}
# A piece that only changed its place is still in the house.
WITHIN = ("moved", "picked", "returned")
CLAIMS = ("claimed", "released")


@dataclass(frozen=True)
class Part:
    """One kind of movement and the pieces it came to."""

    word: Text
    pieces: int


@dataclass(frozen=True)
class Happened:
    """A line of the ledger: ``left`` is what was in the house after it, None for a claim, which moves nothing."""

    at: datetime
    word: Text
    kind: str
    delta: int
    place: str
    who: str
    note: str
    document: str
    href: str
    left: int | None


def parts(levels: Iterable[Level]) -> list[Part]:
    """What came in and went out of these levels, by kind; the parts add up to what is on hand. One statement."""
    ids = [level.pk for level in levels]
    sums = dict(Ledger.objects.filter(level_id__in=ids).values_list("kind").annotate(n=Sum("delta")))
    return [Part(word, int(sums[kind])) for kind, word in KINDS.items() if sums.get(kind) and kind not in WITHIN]


def history(sku_id: int, on_hand: int, *, limit: int = 100) -> list[Happened]:
    """What happened to a SKU, newest first, each with what was left after it. At most five statements."""
    rows = queries.ledger(sku_id, limit=limit)
    names = _documents((row.document, row.document_id) for row in rows)
    left, found = on_hand, []
    for row in rows:
        claim = row.kind in CLAIMS
        name, href = names.get((row.document, row.document_id or 0), ("", ""))
        facts = (row.at, KINDS.get(row.kind, row.kind), row.kind, row.delta, row.place, row.who, row.note, name, href)
        found.append(Happened(*facts, None if claim else left))
        left -= 0 if claim else row.delta
    return found


def _documents(wanted: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], tuple[str, str]]:
    """(kind, id) → (number, address) of the orders, waves and parcels that are named."""
    ids: dict[str, set[int]] = {"order": set(), "wave": set(), "parcel": set()}
    for kind, id_ in wanted:
        if id_ is not None and kind in ids:
            ids[kind].add(id_)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for id_, number in orders_named(ids["order"]).items():
        found["order", id_] = (number, address("orders:detail", id_))
    if ids["wave"]:
        for id_, number in Wave.objects.filter(pk__in=ids["wave"]).values_list("id", "number"):
            found["wave", id_] = (number, address("warehouse:wave", id_))
    if ids["parcel"]:
        for id_, number, order_id in Parcel.objects.filter(pk__in=ids["parcel"]).values_list("id", "number", "order_id"):
            found["parcel", id_] = (number, address("orders:detail", order_id))
    return found


def orders_named(ids: Iterable[int]) -> dict[int, str]:
    """Order → its number; no statement for none."""
    wanted = set(ids)
    return dict(Order.objects.filter(pk__in=wanted).values_list("id", "number")) if wanted else {}
