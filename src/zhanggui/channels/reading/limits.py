"""How much of a file we are willing to read."""

from dataclasses import asdict, dataclass, replace
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file, by default those of the command line; a web upload passes smaller ones. From ``apart_bytes`` unpacked a
    workbook is worth two processes. From ``text_bytes`` a text is read in a process of its own, and so is one that is packed."""

    rows: int = 1_200_000
    columns: int = 200
    cell_chars: int = 4_000
    line_bytes: int = 4 * MIB
    unpacked_bytes: int = 512 * MIB
    ratio: int = 100
    entries: int = 2_000
    cpu_s: int = 60
    wall_s: int = 120
    memory_bytes: int = 512 * MIB
    apart_bytes: int = 8 * MIB
    text_bytes: int | None = None  # None: a text is read by whoever asks, however large

    def told(self) -> dict[str, Any]:
        """As another process is told them."""
        return asdict(self)

    @property
    def shares(self) -> int:
        """How many times as many rows as a web upload may have: so many times as long may reading take."""
        return max(1, self.rows // WEB.rows)


COMMAND_LINE = Limits()
WEB = Limits(rows=100_000, unpacked_bytes=200 * MIB, text_bytes=MIB // 4)
# A file that is here already, of a page or of the command line, opened once more for a page.
AGAIN = replace(COMMAND_LINE, text_bytes=WEB.text_bytes)
