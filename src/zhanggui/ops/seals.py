"""Closing runs of the book: each seal covers its entries and the seal before, so a changed or missing line shows."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from zhanggui.journal.models import Entry, Seal
from zhanggui.kernel import db

# Younger lines may still have an older neighbour that is about to be committed.
SETTLED = timedelta(minutes=5)
AT_ONCE = 5_000
LOCK = 7_414_257_026
COLUMNS = (
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "name",
    "subject_kind",
    "subject_id",
    "seq",
    "before",
    "after",
    "facts",
)


def seal(*, at: datetime) -> int:
    """Seal what has settled since the last seal. Returns how many entries were closed."""
    closed = 0
    while True:
        last = Seal.objects.order_by("-last_id").first()
        open_ = Entry.objects.filter(pk__gt=last.last_id if last else 0)
        # Up to the first that has not settled: moments are told by whoever acts, and do not rise with the ids.
        young = open_.filter(at__gte=at - SETTLED).order_by("id").values_list("id", flat=True).first()
        settled = open_ if young is None else open_.filter(pk__lt=young)
        rows = list(settled.order_by("id").values_list(*COLUMNS)[:AT_ONCE])
        if not rows:
            return closed
        with db.write():
            if connection.vendor == "postgresql":
                db.fetch("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            newest = Seal.objects.order_by("-last_id").first()
            if newest != last:
                # Another closes the same lines; two runs over one line would both look broken for ever.
                return closed
            Seal.objects.create(
                first_id=rows[0][0],
                last_id=rows[-1][0],
                entries=len(rows),
                digest=_digest(rows, last.digest if last else ""),
                at=at,
            )
        closed += len(rows)


def _digest(rows: list[tuple[Any, ...]], before: str) -> str:
    total = hashlib.sha256(before.encode())
    for row in rows:
        line = [value.isoformat() if isinstance(value, datetime) else value for value in row]
        total.update(json.dumps(line, ensure_ascii=False, sort_keys=True).encode())
    return total.hexdigest()


def broken_seals() -> list[tuple[Any, ...]]:
    """The seals whose entries are not what they were: (first, last, what is wrong)."""
    wrong: list[tuple[Any, ...]] = []
    before, expected = "", 0
    for each in Seal.objects.order_by("last_id"):
        rows = list(Entry.objects.filter(pk__gt=expected, pk__lte=each.last_id).order_by("id").values_list(*COLUMNS))
        if len(rows) != each.entries:
            wrong.append((each.first_id, each.last_id, f"{len(rows)} entries, sealed with {each.entries}"))
        elif _digest(rows, before) != each.digest:
            wrong.append((each.first_id, each.last_id, "an entry or the seal before it was changed"))
        before, expected = each.digest, each.last_id
    return wrong
