"""Uploaded files, kept sealed: they are full of names and addresses."""

import secrets
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.conf import settings

from zhanggui.channels.reading import macros
from zhanggui.channels.reading.room import room

PURPOSE = b"upload"


def keep(content: bytes) -> str:
    """Seal and store, without the macros of a workbook; returns the name to find it by, which says nothing of what it holds.

    Raises DiskFull where it finds no room; nothing of it stays then.
    """
    folder: Path = settings.UPLOADS
    sealed = settings.KEY_RING.seal(macros.taken_out(content), PURPOSE)
    name = secrets.token_hex(16)
    draft = folder / f"{name}.part"
    with room():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(sealed)
            draft.rename(folder / name)
        finally:
            draft.unlink(missing_ok=True)
    return name


def kept(name: str) -> bytes:
    """What was kept under ``name``. Raises FileNotFoundError, or vault.Unopened when the key is gone."""
    if not name.isalnum():
        raise FileNotFoundError(name)
    content: bytes = settings.KEY_RING.open((settings.UPLOADS / name).read_bytes(), PURPOSE)
    return content


def forget(name: str) -> None:
    if name.isalnum():
        (settings.UPLOADS / name).unlink(missing_ok=True)


def forget_unclaimed(claimed: Collection[str], *, before: datetime) -> int:
    """Throw away what was kept before then and nobody claims by its name: uploads somebody looked at and never took in. How many."""
    many = 0
    for file in settings.UPLOADS.glob("*"):
        try:
            old = file.is_file() and file.name not in claimed and file.stat().st_mtime < before.timestamp()
        except FileNotFoundError:
            continue
        if old:
            file.unlink(missing_ok=True)
            many += 1
    return many
