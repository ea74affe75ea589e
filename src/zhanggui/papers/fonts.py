"""The faces paper is set in: what they can print and how wide each character is.

The packaged Noto Sans SC comes first, so a label looks the same on every machine. Where the system has the larger
Noto Sans CJK, it stands behind for the rare names the packaged one lacks. Nothing else is ever used: a
character no face has is shown as 〓 rather than borrowed from a face nobody chose.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

# Where Debian's fonts-noto-cjk and most other distributions put it.
LARGER = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
)
# A printer's geta mark: typesetters have long put it where a character is missing.
MISSING = "〓"


class FontBrokenError(Exception):
    """The file is not an OpenType font, or lacks the tables every one has."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: ``advances`` gives the width of each character it has, in thousandths of an em."""

    path: Path
    advances: Mapping[int, int]


@cache
def packaged() -> Face:
    """Noto Sans SC as it comes with the product's own dependencies."""
    return _face(pylopdf_fonts_zh_cn.sans_path())


@cache
def larger() -> Face | None:
    """The system's Noto Sans CJK, or None where it is not installed."""
    found = next((path for path in LARGER if path.is_file()), None)
    return _face(found) if found else None


@cache
def loaded() -> typst.Fonts:
    """The fonts given to typst: ours and, if there, the larger one; none of typst's own, no other of the system's."""
    faces = [face for face in (packaged(), larger()) if face]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(face.path.parent) for face in faces],
    )


@cache
def face_of(char: str) -> Face | None:
    """The face that prints this character; None where none does."""
    return next((face for face in (packaged(), larger()) if face and ord(char) in face.advances), None)


def covers(char: str) -> bool:
    return face_of(char) is not None


@cache
def advance(char: str) -> int:
    """Width of one character in thousandths of an em; 0 for one that stands over another, or that no face has."""
    face = face_of(char)
    return face.advances[ord(char)] if face else 0


def _face(path: Path) -> Face:
    data = path.read_bytes()
    try:
        tables = _tables(data)
        em = _u16(data, tables["head"] + 18)
        advances = _advances(data, tables)
        glyphs = _glyphs(data, tables["cmap"])
    except (KeyError, IndexError, struct.error) as broken:
        raise FontBrokenError(str(path)) from broken
    last = len(advances) - 1
    return Face(path, {code: advances[min(glyph, last)] * 1000 // em for code, glyph in glyphs.items() if glyph})


def _tables(data: bytes) -> dict[str, int]:
    """Where each table starts; of a collection, those of its first face (all share one character map in Noto CJK)."""
    start = _u32(data, 12) if data[:4] == b"ttcf" else 0
    records = (start + 12 + 16 * at for at in range(_u16(data, start + 4)))
    return {data[at : at + 4].decode("latin-1"): _u32(data, at + 8) for at in records}


def _advances(data: bytes, tables: Mapping[str, int]) -> list[int]:
    count = _u16(data, tables["hhea"] + 34)
    return [advance for advance, _bearing in struct.iter_unpack(">HH", data[tables["hmtx"] : tables["hmtx"] + 4 * count])]


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """{code point: glyph} from the full-range (format 12) character map."""
    subtables = {cmap + _u32(data, cmap + 8 + 8 * at) for at in range(_u16(data, cmap + 2))}
    full = next((at for at in sorted(subtables) if _u16(data, at) == 12), None)
    if full is None:
        raise KeyError("format 12")
    groups = data[full + 16 : full + 16 + 12 * _u32(data, full + 12)]
    return {
        code: glyph + code - first
        for first, last, glyph in struct.iter_unpack(">III", groups)
        for code in range(first, last + 1)
    }


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")
