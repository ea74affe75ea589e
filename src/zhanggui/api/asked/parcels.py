"""Waves, parcels, waybills, and their way to the door."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from zhanggui.api.asking import Call, Paged, PageOf, page_of, question
from zhanggui.api.shapes import Shape, rows
from zhanggui.api.types import Id, IdIn, MaybeId
from zhanggui.carriers.models import Carrier
from zhanggui.fulfilment import reaching
from zhanggui.fulfilment.models import Parcel, ParcelLine, Pick, Wave, Waybill
from zhanggui.kernel.errors import NotFound
from zhanggui.tracking import reaching as trails
from zhanggui.tracking.models import Stop, Trail

GROUP = "parcels"
WORKS = ("warehouse.work",)


class WaveRow(Shape):
    """Orders picked together."""

    id: Id
    number: str
    warehouse_id: Id
    stage: str
    orders: int
    pieces: int
    made_at: datetime
    released_at: datetime | None
    picked_at: datetime | None
    done_at: datetime | None
    version: int


class PickRow(Shape):
    """One stop of a wave's walk."""

    SOURCES = {"bin_code": "bin__code", "sku_code": "sku__code"}
    id: Id
    wave_id: Id
    seq: int
    bin_id: Id
    bin_code: str
    sku_id: Id
    sku_code: str
    pieces: int
    picked: int
    done_at: datetime | None
    done_by: str


class ParcelRow(Shape):
    """One box to one door."""

    SOURCES = {"order_number": "order__number"}
    id: Id
    number: str
    order_id: Id
    order_number: str
    wave_id: Id
    warehouse_id: Id
    carrier_id: MaybeId
    slot: int
    stage: str
    pieces: int
    weight_g: int
    made_at: datetime
    packed_at: datetime | None
    packed_by: str
    shipped_at: datetime | None
    version: int


class ParcelLineRow(Shape):
    """Pieces of one order line in a parcel."""

    SOURCES = {"sku_code": "sku__code"}
    id: Id
    order_line_id: Id
    sku_id: Id
    sku_code: str
    pieces: int
    packed: int


class WaybillRow(Shape):
    """A number asked of a carrier for a parcel."""

    id: Id
    parcel_id: Id
    carrier_id: Id
    reference: str
    number: str
    state: str
    sort_code: str
    station: str
    error_code: str
    error: str
    prints: int
    asked_at: datetime
    settled_at: datetime | None


class WaveWhole(WaveRow):
    """A wave with its walk."""

    SOURCES = {"picks": ""}
    picks: list[PickRow]


class ParcelWhole(ParcelRow):
    """A parcel with its lines and every waybill ever asked for it."""

    SOURCES = {**ParcelRow.SOURCES, "lines": "", "waybills": ""}
    lines: list[ParcelLineRow]
    waybills: list[WaybillRow]


class TrailRow(Shape):
    """One parcel on its way; `status` is in one vocabulary for every carrier."""

    id: Id
    parcel_id: Id
    carrier_id: Id
    waybill: str
    status: str
    last_text: str
    last_place: str
    last_at: datetime | None
    since: datetime
    expected_at: datetime | None
    delivered_at: datetime | None


class StopRow(Shape):
    """One scan on the way."""

    at: datetime
    status: str
    text: str
    place: str


class TrailWhole(TrailRow):
    """A trail with every scan heard, oldest first."""

    SOURCES = {"stops": ""}
    stops: list[StopRow]


class CarrierRow(Shape):
    """A carrier there is a contract with; its account is told to nobody."""

    id: Id
    code: str
    name: str
    service: str
    waybill_pattern: str
    is_default: bool
    enabled: bool


class WavesAsked(Paged):
    stage: Literal["", "open", "picking", "picked", "done", "cancelled"] = ""
    warehouse: IdIn | None = None


class ParcelsAsked(Paged):
    stage: Literal["", "waiting", "packing", "packed", "shipped", "voided"] = ""
    wave: IdIn | None = None
    order: IdIn | None = None
    carrier: IdIn | None = None


class WaybillsAsked(Paged):
    state: Literal["", "pending", "issued", "unknown", "failed", "voided"] = ""
    parcel: IdIn | None = None
    number: str = Field("", max_length=40)


class TrailsAsked(Paged):
    status: str = Field("", max_length=16)
    waybill: str = Field("", max_length=40)
    parcel: IdIn | None = None


def _narrowed(found: Any, **said: Any) -> Any:
    return found.filter(**{name: value for name, value in said.items() if value not in (None, "")})


@question("/waves", GROUP, *WORKS, answers=PageOf[WaveRow])
def list_waves(call: Call, asked: WavesAsked) -> Any:
    """Waves, the newest first."""
    found = Wave.objects.filter(reaching.waves(call.by.reach))
    return page_of(WaveRow, _narrowed(found, stage=asked.stage, warehouse=asked.warehouse), asked)


@question("/waves/{wave_id}", GROUP, *WORKS, answers=WaveWhole)
def one_wave(call: Call, wave_id: int) -> Any:
    """A wave with its walk."""
    found = rows(WaveWhole, Wave.objects.filter(reaching.waves(call.by.reach), pk=wave_id))
    if not found:
        raise NotFound(what=wave_id)
    return {**found[0], "picks": rows(PickRow, Pick.objects.filter(wave=wave_id).order_by("seq", "id"))}


@question("/parcels", GROUP, *WORKS, "parcel.ship", "waybill.get", takes=("returns",), answers=PageOf[ParcelRow])
def list_parcels(call: Call, asked: ParcelsAsked) -> Any:
    """Parcels, the newest first."""
    found = Parcel.objects.filter(reaching.of(call.by.reach))
    return page_of(
        ParcelRow, _narrowed(found, stage=asked.stage, wave=asked.wave, order=asked.order, carrier=asked.carrier), asked
    )


@question("/parcels/{parcel_id}", GROUP, *WORKS, "parcel.ship", "waybill.get", takes=("returns",), answers=ParcelWhole)
def one_parcel(call: Call, parcel_id: int) -> Any:
    """A parcel with its lines and waybills."""
    found = rows(ParcelWhole, Parcel.objects.filter(reaching.of(call.by.reach), pk=parcel_id))
    if not found:
        raise NotFound(what=parcel_id)
    lines = rows(ParcelLineRow, ParcelLine.objects.filter(parcel=parcel_id).order_by("id"))
    return {**found[0], "lines": lines, "waybills": rows(WaybillRow, Waybill.objects.filter(parcel=parcel_id).order_by("id"))}


@question("/waybills", GROUP, "waybill.get", *WORKS, takes=("returns",), answers=PageOf[WaybillRow])
def list_waybills(call: Call, asked: WaybillsAsked) -> Any:
    """Waybills, the newest first; voided and failed ones too."""
    found = Waybill.objects.filter(reaching.of(call.by.reach, "parcel__"))
    return page_of(WaybillRow, _narrowed(found, state=asked.state, parcel=asked.parcel, number=asked.number.upper()), asked)


@question("/trails", GROUP, "tracking.view", answers=PageOf[TrailRow])
def list_trails(call: Call, asked: TrailsAsked) -> Any:
    """Parcels on their way, the newest first."""
    found = Trail.objects.filter(trails.of(call.by.reach))
    return page_of(TrailRow, _narrowed(found, status=asked.status, waybill=asked.waybill, parcel=asked.parcel), asked)


@question("/trails/{trail_id}", GROUP, "tracking.view", answers=TrailWhole)
def one_trail(call: Call, trail_id: int) -> Any:
    """A trail with every scan heard."""
    found = rows(TrailWhole, Trail.objects.filter(trails.of(call.by.reach), pk=trail_id))
    if not found:
        raise NotFound(what=trail_id)
    return {**found[0], "stops": rows(StopRow, Stop.objects.filter(trail=trail_id).order_by("at", "id"))}


@question(
    "/carriers", GROUP, "order.view", "waybill.get", "tracking.view", takes=("released", "returns"), answers=PageOf[CarrierRow]
)
def list_carriers(call: Call, asked: Paged) -> Any:
    """Carriers in use."""
    return page_of(CarrierRow, Carrier.objects.filter(enabled=True), asked, "id")
