"""The message on the table: which characters are understood already, and what is left between them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from zhanggui.customers.pasting.scripts import plain

HARD = "\n,;!?|。\t"
SOFT = " 、/:【】[]《》<>~*_=\"“”'"
TOKEN = re.compile(rf"[^{re.escape(HARD + SOFT)}]+")
# What only parts one thing from the next: ~ and | everywhere but between figures.
PARTS = re.compile(r"(?<!\d)~|~(?!\d)|[丨︱│┃¦\\…]")
# 8块5 and 8块5毛.
COINS = re.compile(r"(?<![\d.])(\d{1,5})块(\d)(?:(毛|角)|(?=\s*(?:$|[^\u4e00-\u9fff\d.\s]|[一每钱\n])))", re.MULTILINE)
# ¥1,280.00 and 1,280元: one number.
THOUSANDS = re.compile(r"(?P<coin>[¥$]\s{0,4})?(?<![\d.,])(?P<sum>\d{1,3}(?:,\d{3})+)(?P<part>\.\d{1,2})?(?![\d,])(?P<unit>\s{0,4}(?:元|块|圆))?")
# A comma in brackets parts nothing: T恤(白色,L).
INNER = "\u060c"
BRACKETED = re.compile(r"\([^()\n\d]{1,12},[^()\n]{1,8}\)")
CLAUSE = re.compile(rf"[^{re.escape(HARD)}]+")


class Token(NamedTuple):
    text: str
    start: int
    end: int


class Sheet:
    """``text``: in plain script, every character in its old place. ``free`` is the same with blanks where it is understood."""

    def __init__(self, given: str) -> None:
        self.given = given
        self.text = COINS.sub(lambda sum_: f"{sum_[1]}.{sum_[2]}{'元' if sum_[3] else ''}", PARTS.sub(",", plain(given)))
        self.text = BRACKETED.sub(lambda inside: inside[0].replace(",", INNER), self.text)
        self.text = THOUSANDS.sub(_whole, self.text)
        self.claims = bytearray(len(given))
        self._letters = list(self.text)
        self._free: str | None = self.text

    def claim(self, start: int, end: int, kind: int) -> None:
        self.claims[start:end] = bytes([kind]) * (end - start)
        self._letters[start:end] = "\n" * (end - start)
        self._free = None

    def claim_free(self, start: int, end: int, kind: int) -> None:
        """Claim what nothing else has claimed."""
        for at in range(start, end):
            if not self.claims[at]:
                self.claim(at, at + 1, kind)

    def release(self, start: int, end: int) -> None:
        self.claims[start:end] = bytes(end - start)
        self._letters[start:end] = self.text[start:end]
        self._free = None

    def blank(self, start: int, end: int) -> None:
        """Read on as if these words were not there."""
        blanks = " " * (end - start)
        self.text = self.text[:start] + blanks + self.text[end:]
        self._letters[start:end] = blanks
        self._free = None

    @property
    def free(self) -> str:
        """What is not understood yet; the rest is ``\\n``, which nothing reads across."""
        if self._free is None:
            self._free = "".join(self._letters)
        return self._free

    def tokens(self, start: int = 0, end: int | None = None) -> Iterator[Token]:
        for found in TOKEN.finditer(self.free, start, len(self.text) if end is None else end):
            yield Token(found.group(), found.start(), found.end())

    def clauses(self, start: int = 0, end: int | None = None) -> Iterator[Token]:
        for found in CLAUSE.finditer(self.free, start, len(self.text) if end is None else end):
            yield trimmed(Token(found.group(), found.start(), found.end()))

    def written(self, start: int, end: int) -> str:
        """As it was given, full-width figures folded, blanks within it single."""
        given = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in self.given[start:end])
        return " ".join(given.split())

    def beside(self, start: int, end: int, kind: int, *, lines: bool = True) -> bool:
        """Does what is claimed as ``kind`` stand right before or right after, with nothing but separators between?"""
        at = start - 1
        while at >= 0 and not self.claims[at] and (self.text[at] in HARD or self.text[at] in SOFT or self.text[at] in "()-+"):
            if self.text[at] == "\n" and not lines:
                break
            at -= 1
        if at >= 0 and self.claims[at] == kind:
            return True
        at = end
        while (
            at < len(self.text)
            and not self.claims[at]
            and (self.text[at] in HARD or self.text[at] in SOFT or self.text[at] in "()-+")
        ):
            if self.text[at] == "\n" and not lines:
                break
            at += 1
        return at < len(self.text) and self.claims[at] == kind


def _whole(found: re.Match[str]) -> str:
    """A sum without its commas, and as long as it was; a number that is no money stays as it is."""
    if not (found["coin"] or found["unit"] or found["part"]):
        return found[0]
    figures = found["sum"].replace(",", "")
    # A nought before it keeps its place; where it would be one figure too many, a blank.
    fill = " " if found["coin"] or len(found["sum"]) > 6 else "0"
    return (found["coin"] or "") + figures.rjust(len(found["sum"]), fill) + (found["part"] or "") + (found["unit"] or "")


def trimmed(token: Token, extra: str = "") -> Token:
    odd = HARD + SOFT + extra
    start, end = token.start, token.end
    text = token.text
    while text and text[0] in odd:
        text, start = text[1:], start + 1
    while text and text[-1] in odd:
        text, end = text[:-1], end - 1
    return Token(text, start, end)
