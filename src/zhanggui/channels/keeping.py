"""Uploaded files, kept sealed: they are full of names and addresses."""

import secrets
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.conf import settings

from zhanggui.channels.reading import macros
from zhanggui.channels.reading.room import room

PURPOSE = b"upload"
# What was found in an upload lies beside it.
FOUND, FOUND_IN_IT = ".found", b"found"


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


def size(name: str) -> int:
    """How large an upload is, sealed; 0 where it is gone."""
    try:
        return int((settings.UPLOADS / name).stat().st_size) if name.isalnum() else 0
    except FileNotFoundError:
        return 0


def keep_beside(name: str, content: bytes) -> None:
    """Seal what was found in an upload beside it; nothing where the upload is gone meanwhile. Raises DiskFull."""
    folder: Path = settings.UPLOADS
    draft = folder / f"{name}.{secrets.token_hex(4)}.part"
    with room():
        try:
            draft.write_bytes(settings.KEY_RING.seal(content, FOUND_IN_IT))
            if size(name):
                draft.rename(folder / f"{name}{FOUND}")
        finally:
            draft.unlink(missing_ok=True)


def beside(name: str) -> bytes | None:
    """What ``keep_beside`` kept last. Raises vault.Unopened when the key is gone."""
    try:
        sealed = (settings.UPLOADS / f"{name}{FOUND}").read_bytes() if name.isalnum() else b""
    except FileNotFoundError:
        return None
    content: bytes = settings.KEY_RING.open(sealed, FOUND_IN_IT)
    return content


def forget(name: str) -> None:
    """Throw it away, and what was found in it."""
    if name.isalnum():
        (settings.UPLOADS / name).unlink(missing_ok=True)
        (settings.UPLOADS / f"{name}{FOUND}").unlink(missing_ok=True)


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
