"""Backups as the house knows them: noted, tried, dropped when their time is over."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from zhanggui.journal.book import ask, command, tell
from zhanggui.journal.events import task
from zhanggui.journal.marks import Second
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.ops.backups import keys, making
from zhanggui.ops.backups.keeping import Kept, to_drop
from zhanggui.ops.backups.making import Made, Tried
from zhanggui.ops.backups.refusals import Busy
from zhanggui.ops.events import BackupKeyTaken, BackupMade, BackupTaken, BackupTried
from zhanggui.ops.models import ASKED, Backup
from zhanggui.ops.privacy import erased_list


def back_up(*, by_hand: bool, by: Actor, at: datetime) -> Backup:
    """Make a backup, prove that it comes back, and let older ones go whose time is over.

    One that does not come back stays, is called bad and says why. Raises Refused when none could be made.
    """
    by.require("backup")
    key = keys.own_key()
    made = making.make(making.folder() / making.name_at(at), key=key, at=at)
    erased_list.write(making.folder())
    backup_id = note(made, by_hand=by_hand, by=by, at=at)
    prove(backup_id, by=by)
    if not by_hand:
        drop(to_drop(_kept()), by=by, at=at)
    return Backup.objects.get(pk=backup_id)


def or_say_why(*, by_hand: bool, by: Actor, at: datetime) -> None:
    """A backup nobody waits for: one that cannot be made is listed with the reason, and tried again at its next time."""
    try:
        back_up(by_hand=by_hand, by=by, at=at)
    except Busy:
        return
    except (Refused, OSError, ValueError) as error:
        failed(error.sentence if isinstance(error, Refused) else str(error), by_hand=by_hand, by=by, at=at)


@command(needs="backup", marks="")
def failed(problem: str, *, by_hand: bool, by: Actor, at: datetime) -> int:
    """None could be made at this time. Returns the id of the line that says so."""
    row, _ = Backup.objects.update_or_create(
        name=making.name_at(at),
        defaults={"state": Backup.State.BAD, "by_hand": by_hand, "made_at": at, "bytes": 0, "sha256": "", "problem": problem[:300]},
    )
    tell([BackupTried(row.pk, False)], by=by, at=at, facts={row.pk: {"problem": problem[:300]}})
    return row.pk


def last_by_itself() -> datetime | None:
    """When the last was made, or tried, without a hand; where there is none, when the house was founded."""
    newest = Backup.objects.filter(by_hand=False).order_by("-made_at").values_list("made_at", flat=True).first()
    return newest or Entry.objects.order_by("id").values_list("at", flat=True).first()


def prove(backup_id: int, *, by: Actor) -> bool:
    """Restore it aside, compare, audit; whether it came back. Raises Busy."""
    by.require("backup")
    row = Backup.objects.get(pk=backup_id)
    try:
        tried = making.try_out(making.folder() / row.name, key=keys.own_key())
    except Refused as error:
        if error.code == "backup-busy":
            raise
        found(backup_id, None, problem=error.sentence, by=by, at=clock.now())
        return False
    except OSError as error:
        found(backup_id, None, problem=str(error), by=by, at=clock.now())
        return False
    found(backup_id, tried, problem="", by=by, at=clock.now())
    return True


@command(needs="backup", marks="")
def note(made: Made, *, by_hand: bool, by: Actor, at: datetime) -> int:
    """A file lies in the folder: it is listed, and not yet called good. Returns its id."""
    row = Backup.objects.create(
        name=made.file.name, by_hand=by_hand, made_at=at, bytes=made.bytes, sha256=made.sha256,
        orders=made.orders, rows=made.rows, took_ms=round(made.seconds * 1000),
    )  # fmt: skip
    tell([BackupMade(row.pk)], by=by, at=at, facts={row.pk: {"name": made.file.name, "bytes": made.bytes}})
    return row.pk


@command(needs="backup", marks="")
def found(backup_id: int, tried: Tried | None, *, problem: str, by: Actor, at: datetime) -> None:
    """What trying it out found: good, or bad and why."""
    state = Backup.State.GOOD if tried else Backup.State.BAD
    Backup.objects.filter(pk=backup_id).update(state=state, tried_at=at, problem=problem[:300])
    tell([BackupTried(backup_id, tried is not None)], by=by, at=at, facts={backup_id: {"problem": problem[:300]}} if problem else None)


@task(lane="copies", tries=1)
def back_up_asked(items: Sequence[Any], *, at: datetime) -> None:
    """Somebody asked for a backup; ``items`` names nothing."""
    or_say_why(by_hand=True, by=SYSTEM, at=at)


@task(lane="copies", tries=1)
def try_again(items: Sequence[int], *, at: datetime) -> None:
    """Somebody asked whether these still come back."""
    for backup_id in items:
        prove(backup_id, by=SYSTEM)


@command(needs="backup", marks="")
def ask_for_one(*, by: Actor, at: datetime) -> None:
    """Queue a backup; asking again while it waits is one."""
    ask(back_up_asked, [], at=at, key=ASKED)


@command(needs="backup", marks="")
def ask_to_try(backup_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Queue that these are restored aside once more."""
    for backup_id in backup_ids:
        ask(try_again, [backup_id], at=at, key=f"ops.try_again.{backup_id}")


def _of_backup(backup_id: int, *args: Any, **kwargs: Any) -> dict[str, Any]:
    return {"name": Backup.objects.filter(pk=backup_id).values_list("name", flat=True).first() or str(backup_id)}


@command(needs="backup", second=Second(gettext_lazy("下载备份 {name}"), _of_backup, answers=True))
def hand_out(backup_id: int, *, by: Actor, at: datetime) -> Path:
    """The file, for whoever takes a copy elsewhere; the book says who took it. Raises NotFound when it is gone."""
    row = Backup.objects.filter(pk=backup_id).first()
    if row is None or not file_of(row).is_file():
        raise NotFound(what=row.name if row else backup_id)
    tell([BackupTaken(backup_id)], by=by, at=at, facts={backup_id: {"name": row.name}})
    return file_of(row)


@command(needs="backup", second=Second(gettext_lazy("下载备份的钥匙"), answers=True))
def hand_out_key(*, by: Actor, at: datetime) -> str:
    """The key file's text, to be kept elsewhere; the book says who took it."""
    tell([BackupKeyTaken(0)], by=by, at=at)
    return keys.own_text()


@command(needs="backup", marks="S")
def drop(backup_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Let these go, file and line. Returns how many."""
    rows = list(Backup.objects.filter(pk__in=backup_ids))
    for row in rows:
        (making.folder() / row.name).unlink(missing_ok=True)
    Backup.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _kept() -> list[Kept]:
    zone = timezone.get_default_timezone()
    # Those made by hand stay until a hand drops them.
    rows = Backup.objects.filter(by_hand=False).values_list("id", "made_at", "state")
    return [Kept(id_, made_at.astimezone(zone), state == Backup.State.GOOD) for id_, made_at, state in rows]


def file_of(row: Backup) -> Path:
    return making.folder() / row.name
