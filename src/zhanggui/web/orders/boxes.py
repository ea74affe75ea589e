"""What the rooms above orders know of each: its boxes, their waves, numbers and how far they are."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from zhanggui.fulfilment import states
from zhanggui.fulfilment.models import Fellow, Parcel, Waybill


@dataclass(frozen=True)
class Box:
    """The newest live parcel of an order, as its row in a list says it. ``step``: release, pick, pack, ship or nothing."""

    step: str
    word: str
    tone: str
    note: str
    carrier: str
    waybill: str


def of(order_ids: Collection[int]) -> dict[int, Box]:
    """Order → its box, its own or that of one it was merged with. Two statements; none where no order is that far."""
    if not order_ids:
        return {}
    live = Waybill.objects.filter(parcel=OuterRef("pk"), state__in=Waybill.LIVE)
    rides = dict(Fellow.objects.filter(order__in=order_ids).exclude(parcel__stage=states.VOIDED).values_list("order_id", "parcel_id"))
    own = Parcel.objects.filter(order__in=order_ids).exclude(stage=states.VOIDED)
    rows = own | Parcel.objects.filter(pk__in=rides.values()) if rides else own
    found = rows.select_related("wave", "carrier", "trail").annotate(
        live_number=Subquery(live.values("number")[:1]), live_state=Subquery(live.values("state")[:1])
    )
    boxes = {parcel.pk: (parcel, _box(parcel, parcel.live_number or "", parcel.live_state or "")) for parcel in found.order_by("id")}
    asked = set(order_ids)
    theirs = {parcel.order_id: box for parcel, box in boxes.values() if parcel.order_id in asked}
    return theirs | {order_id: boxes[pk][1] for order_id, pk in rides.items() if pk in boxes}


def _box(parcel: Parcel, number: str, state: str) -> Box:
    step, word, tone, note = _where(parcel)
    if not number and state:
        number = _("待核实") if state == Waybill.State.UNKNOWN else _("取号中")
    return Box(step, word, tone, note, parcel.carrier.name if parcel.carrier else "", number)


def _where(parcel: Parcel) -> tuple[str, str, str, str]:
    """Where a parcel is (what comes next, a word and its tone), and why or since when."""
    wave = parcel.wave
    if parcel.stage == states.WAITING:
        if wave.stage == states.OPEN:
            return "release", _("待下发"), "info", _("波次 %s") % wave.number
        if wave.stage == states.PICKING:
            return "pick", _("待拣货"), "going", _("波次 %s · 在拣") % wave.number
        return "pack", _("待打包"), "going", _("%(slot)s 号格 · 已拣齐") % {"slot": parcel.slot}
    if parcel.stage == states.PACKING:
        return "pack", _("打包中"), "going", parcel.packed_by or _("%s 号格") % parcel.slot
    if parcel.stage == states.PACKED:
        weight = _("已称重 %.2f kg") % (parcel.weight_g / 1000) if parcel.weight_g else _("已装好，等交接")
        return "ship", _("待发货"), "info", weight
    trail = getattr(parcel, "trail", None)
    text = trail.last_text if trail is not None else ""
    return "", "", "", text
