"""The walk of one wave as a picker sees it: this stop, the next, what is left, and what a beep means."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Sum

from zhanggui.catalog.models import normal
from zhanggui.fulfilment import reaching, states
from zhanggui.fulfilment.models import ParcelLine, Pick, Wave
from zhanggui.fulfilment.rules import slots
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.stock.models import Shelf

# How long a stop takes where nobody has walked yet.
A_STOP_S = 35


@dataclass(frozen=True)
class Share:
    slot: int
    pieces: int


@dataclass(frozen=True)
class Walk:
    """``now`` is where to go, None when all is picked; ``ahead`` are the stops after it in walking order."""

    wave: Wave
    stops: list[Pick]
    now: Pick | None
    ahead: list[Pick]
    done: list[Pick]
    shelf: int = 0
    shares: list[Share] = field(default_factory=list)
    beside: list[Pick] = field(default_factory=list)

    @property
    def place(self) -> int:
        """Which stop this is, counted from one."""
        return len(self.done) + 1

    @property
    def minutes(self) -> int:
        """About how long the rest takes, by the pace so far."""
        times = sorted(stop.done_at for stop in self.done if stop.done_at)
        pace = (times[-1] - times[0]).total_seconds() / (len(times) - 1) if len(times) > 2 else A_STOP_S
        return max(round(min(pace, 300) * (len(self.ahead) + 1) / 60), 1)

    @property
    def bin_head(self) -> str:
        """The part of the bin the aisle tells already."""
        return self.now.bin.code[: -len(self.bin_tail)] if self.now else ""

    @property
    def bin_tail(self) -> str:
        """The part that tells one bin from its neighbours."""
        code = self.now.bin.code if self.now else ""
        cut = max(code.rfind("-"), code.rfind("."), code.rfind(" "))
        return code[cut + 1 :] if 0 < cut < len(code) - 1 else code

    @property
    def last(self) -> Pick | None:
        """The stop done last: the one that can be taken back."""
        return max(self.done, key=lambda stop: (stop.done_at or datetime.min, stop.seq), default=None)

    @property
    def left(self) -> int:
        return self.now.pieces - self.now.picked if self.now else 0

    def expects(self) -> dict[str, Any]:
        """What a beep may be while nobody can be asked: the goods of every open stop, each as often as it has stops."""
        codes: dict[str, str] = {}
        lines: dict[str, dict[str, int]] = {}
        for stop in [self.now, *self.ahead] if self.now else []:
            key = codes.setdefault(stop.sku.code, str(stop.pk))
            if stop.sku.barcode:
                codes.setdefault(stop.sku.barcode, key)
            lines.setdefault(key, {"left": 0})["left"] += 1
        # Online, goods of another stop are for the server to call wrong; offline the hand may go in its own order.
        return {"codes": codes, "lines": lines} | ({"now": str(self.now.pk)} if self.now else {})


def of(wave_id: int, after_seq: int = 0, *, reach: Reach = EVERYWHERE) -> Walk:
    """The walk of a wave from behind ``after_seq``, and then from its beginning. At most four statements."""
    wave = Wave.objects.select_related("warehouse").filter(reaching.waves(reach), pk=wave_id).first()
    if wave is None:
        raise NotFound(what=wave_id)
    stops = list(Pick.objects.filter(wave_id=wave_id, pieces__gt=0).select_related("bin", "sku").order_by("seq", "id"))
    open_stops = [stop for stop in stops if stop.done_at is None] if wave.stage == states.PICKING else []
    ahead = sorted(open_stops, key=lambda stop: (stop.seq <= after_seq, stop.seq, stop.pk))
    done = [stop for stop in stops if stop.done_at is not None]
    if not ahead:
        return Walk(wave, stops, None, [], done)
    now = ahead.pop(0)
    return Walk(wave, stops, now, ahead, done, _lies(now), _shares(stops, now), _alike(stops, now))


def _lies(stop: Pick) -> int:
    return Shelf.objects.filter(bin_id=stop.bin_id, sku_id=stop.sku_id).values_list("pieces", flat=True).first() or 0


def _shares(stops: list[Pick], now: Pick) -> list[Share]:
    """Which slots of the put wall these pieces are for."""
    rows = (
        ParcelLine.objects.filter(parcel__wave_id=now.wave_id, sku_id=now.sku_id)
        .exclude(parcel__stage=states.VOIDED)
        .values_list("parcel__slot")
        .annotate(n=Sum("pieces"))
    )
    wants = [slots.Want(slot, now.sku_id, int(n)) for slot, n in rows]
    same = [stop for stop in stops if stop.sku_id == now.sku_id]
    shared = slots.seed([(stop.sku_id, stop.pieces) for stop in same], wants)
    at = next(place for place, stop in enumerate(same) if stop.pk == now.pk)
    return [Share(slot, pieces) for slot, pieces in shared[at]]


def _alike(stops: list[Pick], now: Pick) -> list[Pick]:
    """Goods of the same name and another spec in this walk: the ones a hand confuses."""
    seen: dict[int, Pick] = {}
    for stop in stops:
        if stop.sku_id != now.sku_id and stop.sku.name == now.sku.name and stop.sku.spec != now.sku.spec:
            seen.setdefault(stop.sku_id, stop)
    return list(seen.values())[:2]


def meant(walk: Walk, code: str) -> Pick | None:
    """The open stop a beep means: this one, or the first ahead with the same goods. A bin's code means nothing is taken yet."""
    said = normal(code)
    if not said:
        return None
    for stop in [walk.now, *walk.ahead] if walk.now else []:
        if said in (stop.sku.norm, normal(stop.sku.barcode)):
            return stop
    return None
