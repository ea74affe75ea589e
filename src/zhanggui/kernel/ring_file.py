"""The key ring of a file, known anew when the file changes: a key turned in one process seals in all of them within a second."""

import time
from collections.abc import Mapping
from pathlib import Path

from zhanggui.kernel.vault import KeyRing, load_ring, ring_from, sealed_with

# So often a process looks whether the file is another; a look is one call to the kernel.
LOOK_S = 0.5


class RingInFile(KeyRing):
    """A ring that is always the one in ``path``. A blob sealed with a key it does not know makes it look at once.

    Whoever takes ``now()`` keeps one ring for a while: a reader of a large file, say. What they seal with it opens as
    long as its key is on the ring.
    """

    def __init__(self, path: Path) -> None:
        ring = load_ring("", path)
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "known", (ring, _mark(path), time.monotonic() + LOOK_S))

    path: Path
    known: tuple[KeyRing, tuple[int, int], float]

    def now(self) -> KeyRing:
        """The ring as the file has it, at most ``LOOK_S`` old."""
        ring, _mark_then, until = self.known
        return ring if time.monotonic() < until else self.look()

    def look(self) -> KeyRing:
        """The ring as the file has it at this moment; the one known while the file is away or being written."""
        ring, mark, _until = self.known
        try:
            found = _mark(self.path)
            if found != mark:
                ring, mark = ring_from(self.path.read_text()), found
        except (OSError, ValueError):
            # Somebody takes the keys away under a house that works: what it knows still opens everything.
            pass
        object.__setattr__(self, "known", (ring, mark, time.monotonic() + LOOK_S))
        return ring

    @property
    def current(self) -> str:
        return self.now().current

    @property
    def sealing(self) -> Mapping[str, bytes]:
        return self.now().sealing

    @property
    def index(self) -> bytes:
        return self.now().index

    @property
    def older(self) -> tuple[bytes, ...]:
        return self.now().older

    @property
    def root(self) -> bytes:
        return self.now().root

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        return self.now().seal(plain, purpose)

    def open(self, blob: bytes, purpose: bytes) -> bytes:
        ring = self.now()
        if sealed_with(blob) not in ring.sealing:
            ring = self.look()
        return ring.open(blob, purpose)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def _mark(path: Path) -> tuple[int, int]:
    """What tells one file from the next that took its name."""
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def held(ring: KeyRing) -> KeyRing:
    """``ring`` as it is now, for work that must not see it change."""
    return ring.now() if isinstance(ring, RingInFile) else ring
