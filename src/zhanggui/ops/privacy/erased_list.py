"""The list of the erased beside the backups: numbers and moments, nobody's data. A database that comes back is brought up to it."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from zhanggui.customers.commands import erasing
from zhanggui.customers.models import Erasure
from zhanggui.kernel.actor import Actor

NAME = "erased.list"
Row = tuple[int, datetime, str]


def write(folder: Path) -> int:
    """Bring the list in ``folder`` up to the database's and what it says itself; how many are on it."""
    rows = sorted({*here(), *read(folder)})
    draft = folder / f"{NAME}.{os.getpid()}.part"
    with draft.open("w") as file:
        file.writelines(f"{id_} {made_at.isoformat()} {cause}\n" for id_, made_at, cause in rows)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder / NAME)
    return len(rows)


def read(folder: Path) -> set[Row]:
    """What the list in ``folder`` says; empty where there is none. Lines that are no line of ours are passed over."""
    found: set[Row] = set()
    try:
        lines = (folder / NAME).read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return found
    for line in lines:
        parts = line.split()
        try:
            found.add((int(parts[0]), datetime.fromisoformat(parts[1]), parts[2]))
        except (IndexError, ValueError):
            continue
    return found


def here() -> set[Row]:
    """What the database in use knows; empty where it does not answer, or is from before there was a list."""
    try:
        return set(Erasure.objects.values_list("recipient_id", "made_at", "cause"))
    except DatabaseError:
        return set()


def known(*folders: Path) -> set[Row]:
    """Everybody who was erased as far as anybody knows: the database in use, and the lists in these folders."""
    return here().union(*(read(folder) for folder in dict.fromkeys(folders)))


def applied(rows: Iterable[Row], *, by: Actor, at: datetime) -> int:
    """Erase again those whom the database in use has brought back; how many that were."""
    return erasing.again(set(rows), by=by, at=at)
