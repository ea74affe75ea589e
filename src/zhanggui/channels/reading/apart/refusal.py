"""How a reading apart ends early."""

from typing import TypedDict


class Bounds(TypedDict):
    """The limits of one reading, as they cross the process boundary."""

    rows: int
    columns: int
    unpacked_bytes: int
    ratio: int
    entries: int
    cpu_s: int
    memory_bytes: int
    apart_bytes: int
    level: int


class Refuse(Exception):
    """Ends the reading with a code of ``errors`` and its facts."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def too_large(bounds: Bounds) -> Refuse:
    return Refuse("TOO_LARGE_UNPACKED", most=f"{bounds['unpacked_bytes'] // (1024 * 1024)} MiB")
