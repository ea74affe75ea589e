"""Who has the books open: servers and workers hold a shared lock, whoever replaces the books needs it alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from zhanggui.ops.backups import postgres_side
from zhanggui.ops.backups.refusals import StillOpen

LOCK = "open.lock"


@contextmanager
def in_use() -> Iterator[None]:
    """Held for as long as this process, or one it forked, works in the books."""
    with (settings.DATA / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def closed() -> Iterator[None]:
    """Nobody of ours works in the books while the block runs. Raises StillOpen."""
    with (settings.DATA / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StillOpen from error
        # On other machines, too.
        if connection.vendor == "postgresql" and postgres_side.others():
            raise StillOpen
        yield
