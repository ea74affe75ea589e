"""Making a backup, and trying whether it comes back."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pyrage import x25519

from zhanggui import __version__
from zhanggui.kernel import crashing
from zhanggui.kernel.merchants import current
from zhanggui.kernel.vault import OtherKeys, ring_from, written
from zhanggui.ops.backups import archive, manifest, postgres_side, sqlite_side
from zhanggui.ops.backups.manifest import Manifest, Table
from zhanggui.ops.backups.refusals import Busy, DamagedBackup, MadeByNewer, NotClean, NotTheSame, OtherDatabase, OtherMerchant
from zhanggui.ops.preparing import prepare
from zhanggui.ops.verify import verify

KEYS = "keys.json"
SUFFIX = ".zgb"
WORK = ".work-"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A backup as it was made; ``bytes`` and ``sha256`` are of the sealed file."""

    file: Path
    made_at: datetime
    bytes: int
    sha256: str
    rows: int
    orders: int
    seconds: float


@dataclass(frozen=True)
class Tried:
    """A backup that came back: the same tables, audited clean."""

    manifest: Manifest
    checks: int
    seconds: float


class Side(NamedTuple):
    """What knows how to copy a database: ``dump`` into a folder, open that ``aside``, ``put_back`` in its place."""

    dump: Callable[[Path], dict[str, Table]]
    aside: Callable[[Path], AbstractContextManager[dict[str, Table]]]
    put_back: Callable[[Path, str], str]


SIDES = {
    "sqlite": Side(sqlite_side.dump, sqlite_side.aside, sqlite_side.put_back),
    "postgresql": Side(postgres_side.dump, postgres_side.aside, postgres_side.put_back),
}


def side() -> Side:
    return SIDES[connection.vendor]


def folder() -> Path:
    """Where this merchant's backups are kept; made when there is none."""
    kept: Path = settings.BACKUPS / current()
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def name_at(at: datetime) -> str:
    return f"{current()}-{at:%Y%m%d-%H%M%S}{SUFFIX}"


def make(out: Path, *, key: x25519.Identity, at: datetime) -> Made:
    """Copy everything at one moment and seal it into ``out``. Nobody has to stop working.

    The keys that open what is sealed in the database go with it: the backup key alone brings everything back. Raises
    Busy while another copy is made, NoTools and ToolFailed on PostgreSQL.
    """
    began = time.perf_counter()
    with alone(), scratch() as inside:
        crashing.point("backup.before", "dump")
        tables = side().dump(inside)
        crashing.point("backup.after", "dump")
        migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
        says = Manifest(at, current(), connection.vendor, __version__, migrations, tables)
        says.write(inside)
        (inside / KEYS).write_text(written(settings.KEY_RING))
        size, digest = archive.pack(inside, out, key)
        crashing.point("backup.after", "pack")
    orders = tables["orders_order"].rows
    return Made(out, at, size, digest, sum(table.rows for table in tables.values()), orders, time.perf_counter() - began)


def try_out(file: Path, *, key: x25519.Identity) -> Tried:
    """Restore ``file`` aside, compare every table with what it was, ask the auditor, and clear it away again.

    Raises WrongBackupKey, DamagedBackup, MadeByNewer, OtherDatabase, NotTheSame, NotClean.
    """
    began = time.perf_counter()
    with alone(), opened(file, key=key) as (inside, says):
        checks = proved(inside, says, file.name)
    return Tried(says, checks, time.perf_counter() - began)


def proved(inside: Path, says: Manifest, name: str) -> int:
    """The unpacked copy comes back as it was made, and its books are in order; how many checks said so."""
    crashing.point("backup.before", "aside")
    with side().aside(inside) as found:
        crashing.point("backup.after", "aside")
        differing = sorted(table for table in {*says.tables, *found} if says.tables.get(table) != found.get(table))
        if differing:
            raise NotTheSame(file=name, tables=", ".join(differing[:5]))
        ring = ring_from((inside / KEYS).read_text())
        try:
            # One made before an upgrade comes back as this version reads it.
            prepare(ring)
        except OtherKeys as error:
            raise NotClean(file=name, checks="I31") from error
        asked = verify(ring)
        broken = [each.code for each in asked if each.rows]
        if broken:
            raise NotClean(file=name, checks=", ".join(broken))
    return len(asked)


@contextmanager
def opened(file: Path, *, key: x25519.Identity) -> Iterator[tuple[Path, Manifest]]:
    """``file`` unpacked for as long as the block, if it is a backup of a database like ours."""
    with scratch() as inside:
        archive.unpack(file, inside, key)
        try:
            says = manifest.read(inside)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise DamagedBackup(file=file.name) from error
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        missing = [name for name in says.migrations if name not in known]
        if says.format > manifest.FORMAT or missing:
            raise MadeByNewer(file=file.name, missing=missing[:3])
        if says.vendor != connection.vendor:
            raise OtherDatabase(file=file.name, made_on=says.vendor, now=connection.vendor)
        if says.merchant != current():
            raise OtherMerchant(file=file.name, made_for=says.merchant, now=current())
        yield inside, says


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder beside the backups that is gone afterwards: copies are large, and /tmp may be memory."""
    with tempfile.TemporaryDirectory(prefix=WORK, dir=folder()) as inside:
        # Held open and locked: while somebody works in it nobody takes it for the leavings of a dead one.
        handle = os.open(inside, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield Path(inside)
        finally:
            os.close(handle)


@contextmanager
def alone() -> Iterator[None]:
    """One copy at a time on this machine; what a killed one left half made goes first. Raises Busy."""
    with (folder() / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        sweep(older_than=time.time() - 60)
        yield


def sweep(*, older_than: float) -> int:
    """Clear away what processes left that were killed over a copy: folders nobody works in, files that never got their
    name. ``older_than`` in seconds since 1970: one that begins has not locked its folder yet. Returns how many."""
    gone = 0
    for path in [*folder().glob(f"{WORK}*"), *folder().glob(f"*{archive.PART}")]:
        handle = os.open(path, os.O_RDONLY)
        try:
            if os.fstat(handle).st_mtime > older_than:
                continue
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
            gone += 1
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
    return gone
