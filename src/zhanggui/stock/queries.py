"""How much is where, and to whom promised."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum

from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.stock import reaching
from zhanggui.stock.models import Bin, Claim, Level, Shelf, Warehouse
from zhanggui.stock.refusals import NoWarehouse


class Place(NamedTuple):
    """Pieces of a SKU in one bin, in walking order."""

    bin_id: int
    bin_code: str
    walk: int
    pieces: int


def warehouses(*, reach: Reach = EVERYWHERE) -> list[Warehouse]:
    """The warehouses within ``reach``, the one orders ship from first."""
    return list(Warehouse.objects.filter(reaching.warehouse_rows(reach)).order_by("-is_default", "id"))


def default_warehouse(*, reach: Reach = EVERYWHERE) -> Warehouse:
    """Where orders ship from; the first of theirs for who does not reach it. Raises NoWarehouse where there is none."""
    found = Warehouse.objects.filter(reaching.warehouse_rows(reach)).order_by("-is_default", "id").first()
    if found is None:
        raise NoWarehouse
    return found


def available(sku_ids: Iterable[int], *, reach: Reach = EVERYWHERE) -> dict[int, int]:
    """SKU → pieces that can still be promised, all warehouses within ``reach`` together."""
    rows = (
        Level.objects.filter(reaching.of(reach), sku_id__in=set(sku_ids))
        .values_list("sku_id")
        .annotate(free=Sum(F("on_hand") - F("claimed") - F("safety")))
    )
    return {sku_id: max(free, 0) for sku_id, free in rows}


def free_in(sku_ids: Iterable[int], warehouse_id: int) -> dict[int, int]:
    """SKU → pieces that can still be promised from this warehouse. One statement."""
    chosen, ids = db.among("sku_id", sorted(set(sku_ids)))
    said = f"SELECT sku_id, on_hand - claimed - safety FROM stock_level WHERE warehouse_id = %s AND {chosen}"
    return {sku_id: max(free, 0) for sku_id, free in db.fetch(said, [warehouse_id, ids])}


def where(sku_ids: Iterable[int], warehouse_id: int) -> dict[int, list[Place]]:
    """SKU → its shelf bins with pieces, in walking order; staging is not a shelf."""
    chosen, ids = db.among("s.sku_id", sorted(set(sku_ids)))
    # CROSS JOIN: the SKUs lead, whatever a database without statistics believes of the bins.
    rows = db.fetch(
        "SELECT s.sku_id, b.id, b.code, b.walk, s.pieces FROM stock_shelf s CROSS JOIN stock_bin b "
        f"WHERE b.id = s.bin_id AND b.warehouse_id = %s AND b.kind = 'shelf' AND s.pieces > 0 AND {chosen} ORDER BY b.walk, b.code",
        [warehouse_id, ids],
    )
    found: dict[int, list[Place]] = {}
    for sku_id, *place in rows:
        found.setdefault(sku_id, []).append(Place(*place))
    return found


def levels(
    *,
    search: str = "",
    tab: str = "all",
    warehouse_id: int | None = None,
    waited: Collection[int] = (),
    reach: Reach = EVERYWHERE,
) -> QuerySet[Level]:
    """Levels with their SKU, as the stock list shows them.

    Tabs: all, waited (the SKUs ``waited``), short (nothing free), low (at or under safety).
    """
    rows = Level.objects.select_related("sku", "warehouse").annotate(free=F("on_hand") - F("claimed") - F("safety"))
    rows = rows.filter(reaching.of(reach))
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    if search:
        rows = rows.filter(Q(sku__code__icontains=search) | Q(sku__name__icontains=search) | Q(sku__barcode=search))
    if tab == "waited":
        rows = rows.filter(sku_id__in=waited)
    elif tab == "short":
        rows = rows.filter(free__lte=0)
    elif tab == "low":
        rows = rows.filter(safety__gt=0, on_hand__lte=F("safety") + F("claimed"))
    return rows.order_by("sku__code", "id")


@dataclass(frozen=True)
class Movement:
    """One line of a SKU's history: pieces on hand or pieces promised. ``staged``: the place is no shelf."""

    at: datetime
    kind: str
    delta: int
    place: str
    staged: bool
    document: str
    document_id: int | None
    who: str
    note: str


def ledger(sku_id: int, *, reach: Reach = EVERYWHERE, limit: int = 200) -> list[Movement]:
    """What happened to a SKU, newest first: movements of pieces, and claims made and ended."""
    theirs, whose = reaching.sql(reach, "b")
    moved = db.fetch(
        "SELECT l.at, l.kind, l.delta, b.code, b.kind, l.document_kind, l.document_id, l.actor_name, l.note FROM stock_ledger l "
        f"JOIN stock_bin b ON b.id = l.bin_id WHERE l.sku_id = %s{theirs} ORDER BY l.id DESC LIMIT %s",
        [sku_id, *whose, limit],
    )
    claims = Claim.objects.filter(level__sku_id=sku_id).filter(reaching.of(reach, "level__")).order_by("-id")[:limit]
    found = [Movement(aware(at), kind, n, code, where == Bin.Kind.STAGING, *rest) for at, kind, n, code, where, *rest in moved]
    for claim in claims:
        found.append(Movement(claim.held_at, "claimed", claim.pieces, "", False, "order", claim.for_order, "", ""))
        if claim.state == Claim.State.RELEASED and claim.ended_at:
            found.append(Movement(claim.ended_at, "released", -claim.pieces, "", False, "order", claim.for_order, "", ""))
    return sorted(found, key=lambda row: row.at, reverse=True)[:limit]


def aware(moment: datetime | str) -> datetime:
    """A moment from a raw statement, as the ORM would give it."""
    return db.moment(moment)


def claims_on(sku_id: int, *, reach: Reach = EVERYWHERE, limit: int = 100) -> Sequence[Claim]:
    """The open promises of a SKU, oldest first."""
    rows = Claim.objects.filter(level__sku_id=sku_id, state=Claim.State.OPEN).filter(reaching.of(reach, "level__"))
    return list(rows.select_related("level").order_by("id")[:limit])


def promised_to(order_id: int) -> dict[int, int]:
    """Line → pieces that are promised to it and not yet gone out. One statement."""
    rows = Claim.objects.filter(for_order=order_id, state=Claim.State.OPEN)
    return dict(rows.values_list("for_line", "pieces"))


def shelves_of(sku_ids: Iterable[int], *, reach: Reach = EVERYWHERE) -> list[Shelf]:
    """Every bin where these SKUs lie, staging too, each with its warehouse. One statement."""
    rows = Shelf.objects.filter(sku_id__in=set(sku_ids), pieces__gt=0).filter(reaching.of(reach, "bin__"))
    return list(rows.select_related("bin", "bin__warehouse"))
