"""The bounds a process sets on itself before it reads what others wrote."""

import resource
from typing import TypedDict

from zhanggui.channels.reading.apart.alone import alone


class Bound(TypedDict):
    """What one process may have."""

    memory_bytes: int
    cpu_s: int
    unpacked_bytes: int


def bound(bounds: Bound) -> None:
    """No more memory, time or output than was given, no core left behind, and nobody to talk to."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory_bytes"], bounds["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["cpu_s"], bounds["cpu_s"] + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds["unpacked_bytes"] * 2, bounds["unpacked_bytes"] * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    alone()
