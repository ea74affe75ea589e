"""How imports went and go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.channels.models import Import, SavedMapping


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


def saved_mapping(kind: str, header_digest: str) -> SavedMapping | None:
    return SavedMapping.objects.filter(kind=kind, header_digest=header_digest).first()
