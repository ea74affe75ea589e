"""Text made to fit a given room: cleaned, sized, broken into lines, and cut with … when it must be.

Fitting happens here and not in the templates, so that no text, however long or hostile, can push another part of the
paper away: a template gets finished lines and only puts them in their place.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from zhanggui.papers import fonts

ELLIPSIS = "…"
WIDE_SPACE = "\u3000"
# A line never begins with these, nor ends with those.
NO_START = frozenset("，。、；：！？）」』》】〉…·,.;:!?)]}%℃ ")
NO_END = frozenset("（「『《【〈([{¥$#")
# Controls, direction overrides, joiners, and marks that make no letter with the one before: a tower of those reaches
# into the lines above, and a variation selector only picks another drawing of a character that stays.
UNDRAWN = frozenset({"Cc", "Cf", "Cs", "Co", "Mn", "Mc", "Me"})
# No part of any paper has room for more; keeps a megabyte of text from being measured.
LONGEST = 1_200
POINTS_PER_MM = 72 / 25.4
# Ems from one line to the next.
GAP = 1.2


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that fit their room at ``size`` points. ``cut`` says that something was left out."""

    size: float
    lines: tuple[str, ...]
    cut: bool = False

    @property
    def height_mm(self) -> float:
        """From the top of the first line to the foot of the last."""
        return self.size * (1 + GAP * (len(self.lines) - 1)) / POINTS_PER_MM


def clean(text: str) -> str:
    """One line of what can be printed.

    White space becomes one space (or one full-width space); letters are joined with their accents; what cannot be
    seen by itself goes; a character that no face has becomes 〓.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:LONGEST]
    text = text[:LONGEST]
    if any(map(unicodedata.combining, text)):
        text = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    for char in text:
        kind = unicodedata.category(char)
        if kind in {"Zs", "Zl", "Zp"} or char in "\t\n\r\v\f":
            if kept and not kept[-1].isspace():
                kept.append(char if char == WIDE_SPACE else " ")
        elif kind in UNDRAWN:
            continue
        else:
            kept.append(char if fonts.covers(char) else fonts.MISSING)
    return "".join(kept).strip()


def width(text: str) -> float:
    """Width of clean text, in em."""
    return sum(map(fonts.advance, text)) / 1000


def fit(text: str, *, room_mm: float, sizes: Sequence[float], height_mm: float = 0, gap: float = GAP) -> Fitted:
    """``text`` in a room ``room_mm`` wide, at the first of ``sizes`` (points, largest first) that holds it.

    One line, or as many as ``height_mm`` has room for with ``gap`` ems from one to the next. When even the last size
    does not hold it, the text is cut and ends in …
    """
    text = clean(text)
    broken: list[str] = []
    for size in sizes:
        lines = max(1, int(height_mm * POINTS_PER_MM / size / gap + 0.01))
        em = room_mm * POINTS_PER_MM / size
        # Too long for the room even if no line lost anything to a break: no need to try.
        if size != sizes[-1] and width(text) > em * lines:
            continue
        broken = broken_at(text, em, lines + 1)
        if len(broken) <= lines:
            return Fitted(size, tuple(broken))
    last = shortened(broken[lines - 1] + broken[lines], room_mm, sizes[-1], cut=True)
    return Fitted(sizes[-1], (*broken[: lines - 1], last), cut=True)


def shortened(text: str, room_mm: float, size: float, *, cut: bool = False) -> str:
    """As much of clean ``text`` as one line holds, ending in … if that is not all, or if it was ``cut`` before."""
    room = int(room_mm * POINTS_PER_MM / size * 1000)
    used = 0
    fits = 0
    for at, char in enumerate(text, start=1):
        used += fonts.advance(char)
        if used > room:
            return text[:fits].rstrip() + ELLIPSIS
        if used + fonts.advance(ELLIPSIS) <= room:
            fits = at
    return text[:fits].rstrip() + ELLIPSIS if cut else text


def broken_at(text: str, em: float, most: int) -> list[str]:
    """``text`` in lines of at most ``em``; stops after ``most`` lines. A word longer than a line is broken anywhere."""
    room = int(em * 1000)
    lines: list[str] = []
    start = 0
    while start < len(text) and len(lines) < most:
        end, used = start, 0
        while end < len(text) and used + (step := fonts.advance(text[end])) <= room:
            used += step
            end += 1
        if end < len(text):
            end = _break_before(text, start, max(end, start + 1))
        lines.append(text[start:end].rstrip())
        start = end
        while start < len(text) and text[start].isspace():
            start += 1
    return lines or [""]


def _break_before(text: str, start: int, end: int) -> int:
    """The best place at or before ``end`` to begin the next line; ``end`` itself when there is none."""
    for at in range(end, start, -1):
        before, after = text[at - 1], text[at]
        if before.isspace() or after.isspace():
            return at
        whole_word = _in_word(before) and _in_word(after)
        if not whole_word and after not in NO_START and before not in NO_END:
            return at
    return end


def _in_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "-_/.*+#")
