"""Letting a backup be the books: proved aside first, and the books before it kept."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from pyrage import x25519

from zhanggui.journal.book import command, tell
from zhanggui.kernel import secret_files
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.vault import joined, ring_from, written
from zhanggui.ops.backups import making, open_books
from zhanggui.ops.backups.manifest import Manifest
from zhanggui.ops.backups.refusals import OtherKeys
from zhanggui.ops.events import Restored
from zhanggui.ops.preparing import prepare
from zhanggui.ops.privacy import erased_list


@dataclass(frozen=True)
class Back:
    """``before`` is where the books that stood until now are kept: a file, or a schema. ``erased``: people the backup brought
    back who had been erased since, and were again."""

    manifest: Manifest
    before: str
    checks: int
    new_keys: bool
    erased: int = 0


def restore(file: Path, *, key: x25519.Identity, by: Actor, at: datetime) -> Back:
    """Replace the books by those in ``file``. Servers and workers must be stopped.

    Nothing is touched before the file was opened, restored aside, compared and audited. What stood before is kept under
    another name; the keys that open the restored data come with it. Raises every refusal of ``try_out``, StillOpen, OtherKeys.
    """
    by.require("backup")
    stamp = f"{at:%Y%m%d_%H%M%S}"
    with open_books.closed(), making.alone(), making.opened(file, key=key) as (inside, says):
        ring = ring_from((inside / making.KEYS).read_text())
        # Of one house: keys that came since stay in use, and open what was sealed with them beside the database.
        ring = joined(settings.KEY_RING, ring) or ring
        keys = written(ring)
        differ = keys != written(settings.KEY_RING)
        if differ and settings.KEYS_ARE_GIVEN:
            raise OtherKeys(file=file.name)
        checks = making.proved(inside, says, file.name)
        # Before the database that knows of them is put aside: who was erased since stays erased.
        erased = erased_list.known(making.folder(), file.resolve().parent)
        before = making.side().put_back(inside, stamp)
        if differ:
            _change_keys(keys, stamp)
    connections.close_all()
    prepare(ring)
    note_restored(file.name, says.made_at, by=by, at=at)
    gone = erased_list.applied(erased, by=SYSTEM, at=at)
    erased_list.write(making.folder())
    return Back(says, before, checks, differ, gone)


def _change_keys(text: str, stamp: str) -> None:
    """The keys of the restored data; those until now are kept beside them, for the books that are kept, too."""
    own: Path = settings.DATA / "keys.json"
    draft = own.with_suffix(f".{stamp}")
    secret_files.write(draft, text)
    if own.exists():
        own.rename(own.with_name(f"keys.before-restore-{stamp}.json"))
    draft.rename(own)
    secret_files.settle(own.parent)


@command(needs="backup", marks="S")
def note_restored(name: str, made_at: datetime, *, by: Actor, at: datetime) -> None:
    """The book says from when its lines before this one are."""
    tell([Restored(0)], by=by, at=at, facts={0: {"name": name, "made_at": made_at.isoformat()}})
