"""Secrets in files of their own: made once, whole, mode 0600, and on the disk before anything is sealed with them."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The text of ``path``, written there from ``make`` when there is none yet.

    Two processes that start at once agree: the file appears whole, and whoever comes second reads the first's.
    """
    if not path.exists():
        # A name nobody had before: what a start that was cut off left lying must not stop the next one.
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        write(draft, make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        settle(path.parent)
    return path.read_text()


def write(path: Path, text: str) -> None:
    """A new file only its owner reads, on the disk when this returns. Raises FileExistsError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        # On the disk before the first order is sealed with it: without the keys nobody is ever opened again.
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """The folder's own list of names is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
