"""What somebody chose where a file can be read in more than one way. Nothing of it is ever guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Choices:
    """Each is ``""`` until somebody chose; ``asking.WAYS`` lists what may be said. ``header_row`` is a physical row, 0 where
    the file has no header at all."""

    kind: str = ""
    unpack: str = ""
    encoding: str = ""
    delimiter: str = ""
    quotes: str = ""
    header_row: int | None = None
    numbers: str = ""
    formulas: str = ""
    hidden: str = ""
    fill: str = ""
    dates: str = ""
    serials: str = ""
    sku_numbers: str = ""
    repeats: str = ""
    amounts: str = ""
    payment: str = ""
    goods: str = ""
    extras: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str], header_row: int | None = None) -> Self:
        """From the words kept with an import; a name nobody knows (any more) is left out."""
        known = {each.name for each in fields(cls)} - {"header_row"}
        given: dict[str, Any] = {key: value for key, value in said.items() if key in known}
        return cls(header_row=header_row, **given)
