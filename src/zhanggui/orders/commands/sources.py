"""The ways orders come in, as the merchant wants them: named, ordered, marked, opened and closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.db import connection

from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import sources
from zhanggui.orders.models import Source
from zhanggui.orders.refusals import SourceNamed, SourceUnknown

LOCK = 7_414_257_031
Kind = Literal["manual", "phone", "wechat", "pos", "api"]
Tone = Literal["quiet", "info", "good", "warn", "bad"]


@command(needs="settings")
def add(kind: Kind, name: str, *, tone: Tone = "quiet", by: Actor, at: datetime) -> str:
    """One more way in of this kind, last in the order. Returns its code, which never changes."""
    known = _alone()
    said = _free(name, known)
    taken = {row.code for row in known}
    code = next(made for nth in range(2, 1000) if (made := f"{kind}-{nth}") not in taken)
    Source.objects.create(code=code, kind=kind, name=said, tone=tone, position=max(row.position for row in known) + 10, made_at=at)
    return code


@command(needs="settings")
def change(code: str, *, name: str, tone: Tone, enabled: bool, by: Actor, at: datetime) -> None:
    """What this way in is called, how it is marked, and whether it takes orders. Closed, what came by it stays."""
    known = _alone()
    row = next((each for each in known if each.code == code), None)
    if row is None:
        raise SourceUnknown(source=code[:40])
    said = row.name if name.strip() == sources.called(row) else _free(name, [each for each in known if each is not row])
    _keep(row, at, name=said, tone=tone, enabled=enabled)


@command(needs="settings")
def put_in_order(codes: Sequence[str], *, by: Actor, at: datetime) -> None:
    """The ways in stand in this order wherever they are listed; those not named stand after them as they did."""
    place = {code: nth for nth, code in enumerate(codes)}
    rows = sorted(_alone(), key=lambda row: (place.get(row.code, len(place)), row.position))
    for row in rows:
        row.made_at = row.made_at or at
    for nth, row in enumerate(rows, start=1):
        row.position = nth * 10
    Source.objects.bulk_create([row for row in rows if row.pk is None])
    Source.objects.bulk_update([row for row in rows if row.pk is not None], ["position"])


def _alone() -> list[Source]:
    """The ways in as they stand, and nobody else changes them until this act is written: those of the house have no row to lock."""
    if connection.vendor == "postgresql":
        db.fetch("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return sources.listed()


def _keep(row: Source, at: datetime, **facts: object) -> None:
    """Only what was said is written: its place is somebody else's word."""
    if row.pk is not None:
        Source.objects.filter(pk=row.pk).update(**facts)
        return
    row.made_at = at
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def _free(name: str, others: Sequence[Source]) -> str:
    said = name.strip()[:24]
    if not said or said.casefold() in {each.casefold() for row in others for each in (row.name, sources.called(row))}:
        raise SourceNamed(name=said)
    return said
