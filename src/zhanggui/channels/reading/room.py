"""Room on the disk: where there is none, whoever brings a file hears so, and nothing half written stays."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from zhanggui.channels.reading.errors import DiskFull

# The disk, somebody's share of it, or the largest file there may be.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def room() -> Iterator[None]:
    """Raises DiskFull where what is written inside finds no room."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull() from None
        raise
