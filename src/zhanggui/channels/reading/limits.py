"""How much of a file we are willing to read."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file, by default those of the command line; a web upload passes smaller ones. From ``apart_bytes`` unpacked a
    workbook is worth two processes."""

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


COMMAND_LINE = Limits()
WEB = Limits(rows=100_000, unpacked_bytes=200 * MIB)
