"""How imports went and go."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Q, When

from zhanggui.channels.models import Import, ImportBefore, ImportRow, SavedMapping
from zhanggui.kernel.actor import Reach
from zhanggui.orders import states
from zhanggui.orders.models import Order
from zhanggui.orders.states import ORDER

OUT = (states.SHIPPED, states.DELIVERED, states.COMPLETED)
SURE_AFTER_S, MOST_MAPPINGS = 2, 200


@dataclass(frozen=True)
class Going:
    """How far an import is. ``rows_done`` are those with an outcome."""

    id: int
    number: str
    state: str
    rows_done: int
    orders_done: int
    started_at: datetime | None
    refusal: dict[str, Any]

    @property
    def over(self) -> bool:
        return self.state in ("done", "cancelled", "refused")


def progress(import_id: int) -> Going:
    row = Import.objects.get(pk=import_id)
    done = row.rows_ok + row.rows_duplicate + row.rows_rejected
    return Going(row.pk, row.number, row.state, done, row.orders_in, row.started_at, row.refusal)


def seconds_left(row: Import, *, at: datetime) -> int | None:
    """How long it will still take if the rest goes as what is done did; None where that cannot be said yet."""
    done = row.rows_ok + row.rows_duplicate + row.rows_rejected
    if row.state != Import.State.RUNNING or row.started_at is None or not done or done >= row.rows_expected:
        return None
    passed = (at - row.started_at).total_seconds()
    return math.ceil(passed * (row.rows_expected - done) / done) if passed >= SURE_AFTER_S else None


@dataclass(frozen=True)
class Undoing:
    """What taking an import back would do, or has done: how many orders of it can still be cancelled, are cancelled, have
    left the house, and have gone further otherwise."""

    open: int
    cancelled: int
    out: int
    further: int

    @property
    def stay(self) -> int:
        return self.out + self.further


def undoing(import_id: int) -> Undoing:
    by_stage = dict(Order.objects.filter(pk__in=_made(import_id)).values_list("stage").annotate(Count("pk")))
    may = sum(by_stage.pop(stage, 0) for stage in ORDER.moves["cancel"])
    cancelled, out = by_stage.pop(states.CANCELLED, 0), sum(by_stage.pop(stage, 0) for stage in OUT)
    return Undoing(may, cancelled, out, sum(by_stage.values()))


def stayed(import_id: int, most: int) -> list[Order]:
    """Orders an import made that are not cancelled, with why in their stage: the oldest first."""
    rows = Order.objects.filter(pk__in=_made(import_id)).exclude(stage=states.CANCELLED)
    return list(rows.only("pk", "number", "platform_no", "stage").order_by("pk")[:most])


def to_put_back(import_id: int) -> int:
    """How many orders an import changed that may still be put back as they stood, as far as nobody changed them since."""
    return ImportBefore.objects.filter(of_id=import_id, left__isnull=True).exclude(sealed=None).count()


def left_alone(import_id: int, most: int) -> list[tuple[Order, str, list[str]]]:
    """Orders an import changed that were not put back when it was taken back: why, and what somebody changed since."""
    rows = ImportBefore.objects.filter(of_id=import_id, left__why__isnull=False).order_by("order_id")[:most]
    said = {row.order_id: row.left or {} for row in rows}
    orders = Order.objects.filter(pk__in=said).only("pk", "number", "platform_no", "stage").order_by("pk")
    return [(order, said[order.pk].get("why", ""), said[order.pk].get("fields", [])) for order in orders]


def _made(import_id: int) -> Any:
    rows = ImportRow.objects.filter(of_id=import_id, file=ImportRow.File.GIVEN, outcome=ImportRow.Outcome.OK)
    return rows.values("subject_id")


def after_an_undo(row: Import) -> bool:
    """Whether an import of the same shop was taken back before this one: orders of it may have come back."""
    return Import.objects.filter(shop=row.shop_id, pk__lt=row.pk, undo_ended_at__isnull=False).exists()


def saved_mapping(kind: str, header_digest: str, shop_id: int | None) -> SavedMapping | None:
    """How a table with these headers was matched: for this shop if it ever was, else the last time for any."""
    mine = Case(When(shop_id=shop_id, then=0), default=1)
    rows = SavedMapping.objects.filter(kind=kind, header_digest=header_digest).exclude(mapping={})
    return rows.order_by(mine, "-saved_at").first()


def answers_of_columns(kind: str, header_digest: str, shop_id: int | None) -> dict[str, str]:
    """What was answered of the last file of this shop with these headers."""
    which: dict[str, Any] = {"kind": kind, "header_digest": header_digest, "shop_id": shop_id}
    rows = SavedMapping.objects.filter(**which)
    return rows.values_list("answers", flat=True).first() or {}


def answers_of_file(kind: str, digest: str, shop_id: int | None) -> dict[str, str]:
    """What was answered of this very file when it was last brought to this shop; its header row is ``header_row``."""
    which: dict[str, Any] = {"kind": kind, "digest": digest, "shop_id": shop_id}
    rows = Import.objects.filter(**which).order_by("-pk")
    options = rows.values_list("options", flat=True).first() or {}
    row = options.get("header_row")
    return {**options.get("choices", {}), **({"header_row": str(row)} if row is not None else {})}


def mappings(reach: Reach, kinds: Sequence[str]) -> list[SavedMapping]:
    """Every mapping that is remembered of the shops within ``reach``, the latest first."""
    mine = Q() if reach.shops is None else Q(shop=None) | Q(shop_id__in=sorted(reach.shops))
    return list(SavedMapping.objects.select_related("shop").filter(mine, kind__in=kinds).order_by("-saved_at")[:MOST_MAPPINGS])
