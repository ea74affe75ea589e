"""The way of one parcel, scan by scan, known from its number alone. Pure."""

from typing import NamedTuple

from zhanggui.couriers.sandbox.accepts import short
from zhanggui.couriers.sandbox.numbers import draw

DELIVERED, RETRIED, RETURNED, LOST = "delivered", "retried", "returned", "lost"
FATES = (DELIVERED, RETRIED, RETURNED, LOST)
REASONS = ("电话无人接听，稍后再派", "收件人不在家，改约明天再派", "地址不详，正在联系收件人")

# What ``advance`` may be told to drive a parcel to → the scan that means it.
TARGETS = {
    "picked_up": "COLLECT",
    "in_transit": "HUB",
    "out_for_delivery": "DELIVERING",
    "delivered": "SIGNED",
    "failed_attempt": "ATTEMPT",
    "refused": "REJECT",
    "returned": "RETURN",
    "lost": "LOST",
}


class Stop(NamedTuple):
    """One scan. ``op`` is the carrier's own code of it."""

    op: str
    text: str
    place: str


class Way(NamedTuple):
    """From where to where: places only, no person."""

    from_province: str
    from_city: str
    to_province: str
    to_city: str
    to_district: str


def fate_of(waybill: str) -> str:
    """How it ends when nobody interferes: of a hundred, four need a second attempt and three come back."""
    lot = draw(waybill + "/fate", 100)
    return RETRIED if lot < 4 else RETURNED if lot < 7 else DELIVERED


def plan(waybill: str, way: Way, fate: str) -> tuple[Stop, ...]:
    """Every scan from pick-up to the end, in order: six to nine of them, three fewer within one city."""
    origin, target = place(way.from_province, way.from_city), place(way.to_province, way.to_city)
    here, there = short(way.from_city), short(way.to_city)
    district = way.to_district.strip() or way.to_city
    courier = f"{1 + draw(waybill + '/courier', 99):02d} 号快递员"
    stops = [
        Stop("COLLECT", f"【{here}】快件已揽收", origin),
        Stop("HUB", f"快件到达【{here}转运中心】", origin),
    ]
    if origin != target:
        stops += [
            Stop("HUB", f"快件离开【{here}转运中心】，发往【{there}转运中心】", origin),
            Stop("HUB", f"快件到达【{there}转运中心】", target),
        ]
    if fate == LOST:
        return *stops, Stop("LOST", "快件遗失，已登记理赔", target)
    out = Stop("DELIVERING", f"【{district}营业点】{courier}正在派送", f"{target}{way.to_district.strip()}")
    stops.append(out)
    if fate == RETRIED:
        stops += [Stop("ATTEMPT", REASONS[draw(waybill + "/reason", len(REASONS))], out.place), out]
    if fate == RETURNED:
        return *stops, Stop("REJECT", "收件人拒收，快件退回", out.place), Stop("RETURN", "退回件已由寄件人签收", origin)
    return *stops, Stop("SIGNED", "快件已签收，签收人：本人", out.place)


def steered(waybill: str, way: Way, fate: str, steps: int, to: str) -> tuple[str, int] | None:
    """(fate, steps) that bring a parcel which took ``steps`` to the next scan meaning ``to``.

    The past is never rewritten: a fate is only changed for one with the same scans so far. None when no way leads there.
    """
    gone = plan(waybill, way, fate)[:steps]
    for other in (fate, *(one for one in FATES if one != fate)):
        stops = plan(waybill, way, other)
        if stops[:steps] != gone:
            continue
        for index in range(steps, len(stops)):
            if stops[index].op == TARGETS[to]:
                return other, index + 1
    return None


def place(province: str, city: str) -> str:
    """``湖北省``, ``武汉市`` → ``湖北省武汉市``; a municipality is said once."""
    return city if province == city else province + city
