"""How the columns of a file matched our fields: remembered, called something, forgotten."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhanggui.channels.commands.imports import may_bring
from zhanggui.channels.models import SavedMapping
from zhanggui.channels.refusals import NamelessMapping
from zhanggui.journal.book import command
from zhanggui.kernel import masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound

LONGEST = 60


@command(needs="import.files", takes=("stock",), over="shop@shop_id")
def remember(
    kind: str,
    header_digest: str,
    mapping: Mapping[str, str],
    answers: Mapping[str, str] | None = None,
    *,
    name: str,
    shop_id: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Keep how these headers match our fields, and what was answered of such a file, for the next one of this shop that has the
    same. What is not said this time, and a name somebody gave, stay."""
    may_bring(kind, by)
    which: dict[str, Any] = {"kind": kind, "header_digest": header_digest, "shop_id": shop_id}
    said: dict[str, Any] = {"saved_at": at, "by_name": by.name}
    if mapping:
        said["mapping"] = dict(mapping)
    if answers is not None:
        said["answers"] = dict(answers)
    first = {"mapping": {}, **which, **said, "name": name[:LONGEST]}
    SavedMapping.objects.update_or_create(**which, defaults=said, create_defaults=first)


@command(needs="import.files", takes=("stock",), over="mapping")
def rename(mapping_id: int, name: str, *, by: Actor, at: datetime) -> None:
    """Call it something one finds again."""
    row = _row(mapping_id, by)
    said = masking.masked(" ".join(name.split()))[:LONGEST]
    if not said:
        raise NamelessMapping
    SavedMapping.objects.filter(pk=row.pk).update(name=said)


@command(needs="import.files", takes=("stock",), over="mapping")
def forget(mapping_id: int, *, by: Actor, at: datetime) -> None:
    """The next file with these headers is matched anew. Imports that used it keep theirs."""
    _row(mapping_id, by).delete()


def _row(mapping_id: int, by: Actor) -> SavedMapping:
    row = SavedMapping.objects.filter(pk=mapping_id).first()
    if row is None:
        raise NotFound(what=mapping_id)
    may_bring(row.kind, by)
    return row
