"""Whose waves and boxes are whose: a wave is its warehouse's, a box its warehouse's and its order's shop's.

A wave in which a box of another's shop lies is nobody's who has certain shops: what is done to it is done to that box too.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from zhanggui.fulfilment.models import Fellow, Parcel, Pick, Scan, Wave, Waybill
from zhanggui.journal.reaches import beyond
from zhanggui.journal.reaches import reach as register
from zhanggui.kernel import db
from zhanggui.kernel.actor import Reach
from zhanggui.orders import reaching as orders
from zhanggui.stock import reaching as stock


def of(reach: Reach, via: str = "") -> Q:
    """The parcels within ``reach``; ``via`` leads to them from another table (``parcel__``). One in which another shop's order goes
    too is nobody's who has certain shops."""
    said = orders.shops(reach, f"{via}order__") & stock.of(reach, via)
    if reach.shops is not None:
        said &= Q(~Exists(Fellow.objects.filter(parcel=OuterRef(f"{via}pk")).exclude(orders.shops(reach, "order__"))))
    return said


def waves(reach: Reach, via: str = "") -> Q:
    """The waves within ``reach``; ``via`` leads to them from another table (``wave__``)."""
    said = stock.of(reach, via)
    if reach.shops is not None:
        others = Parcel.objects.filter(wave=OuterRef(f"{via}pk")).exclude(orders.shops(reach, "order__"))
        along = Fellow.objects.filter(parcel__wave=OuterRef(f"{via}pk")).exclude(orders.shops(reach, "order__"))
        said &= Q(~Exists(others)) & Q(~Exists(along))
    return said


def sql(reach: Reach, parcel: str, order: str) -> tuple[str, list[Any]]:
    """``of`` for a statement of one's own that joins parcels and their orders: conditions that begin with AND."""
    at_shops, shops = orders.sql(Reach(reach.shops), order)
    at_homes, homes = stock.sql(reach, parcel)
    if reach.shops is not None:
        chosen, ids = db.among("fellow.shop_id", sorted(reach.shops))
        at_homes += (
            " AND NOT EXISTS (SELECT 1 FROM fulfilment_fellow along JOIN orders_order fellow ON fellow.id = along.order_id "
            f"WHERE along.parcel_id = {parcel}.id AND NOT ({chosen}))"
        )
        homes = [*homes, ids]
    return at_shops + at_homes, shops + homes


def waves_sql(reach: Reach, wave: str) -> tuple[str, list[Any]]:
    """``waves`` for a statement of one's own: conditions that begin with AND, and their parameters."""
    said, params = stock.sql(reach, wave)
    if reach.shops is not None:
        chosen, ids = db.among("others.shop_id", sorted(reach.shops))
        said += (
            " AND NOT EXISTS (SELECT 1 FROM fulfilment_parcel beside JOIN orders_order others ON others.id = beside.order_id "
            f"WHERE beside.wave_id = {wave}.id AND NOT ({chosen}))"
        )
        params.append(ids)
        along, ids = db.among("fellow.shop_id", sorted(reach.shops))
        said += (
            " AND NOT EXISTS (SELECT 1 FROM fulfilment_fellow along JOIN fulfilment_parcel box ON box.id = along.parcel_id "
            f"JOIN orders_order fellow ON fellow.id = along.order_id WHERE box.wave_id = {wave}.id AND NOT ({along}))"
        )
        params.append(ids)
    return said, params


@register("parcel")
def parcels_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Parcel.objects.filter(of(reach)), ids)


@register("wave")
def waves_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Wave.objects.filter(waves(reach)), ids)


@register("pick")
def picks_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Pick.objects.filter(waves(reach, "wave__")), ids)


@register("waybill")
def waybills_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Waybill.objects.filter(of(reach, "parcel__")), ids)


@register("reference")
def references_outside(references: Sequence[str], reach: Reach) -> Iterable[str]:
    return beyond(Waybill.objects.filter(of(reach, "parcel__")), references, "reference")


@register("scan")
def scans_outside(uids: Sequence[str], reach: Reach) -> Iterable[str]:
    return beyond(Scan.objects.filter(of(reach, "parcel__")), uids, "uid")


@register("beep")
def beeps_outside(uids: Sequence[str], reach: Reach) -> Iterable[str]:
    """A beep nobody told yet is anybody's; one that was told is of its box."""
    return Scan.objects.filter(uid__in=uids).exclude(of(reach, "parcel__")).values_list("uid", flat=True)
