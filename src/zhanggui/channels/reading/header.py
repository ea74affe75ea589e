"""Which row is the header, and which column is which."""

from collections.abc import Callable, Mapping, Sequence

from zhanggui.channels.reading.cells import is_blank, normal, unwrapped
from zhanggui.channels.reading.errors import DuplicateHeader, HeadersUnknown
from zhanggui.channels.reading.fields import known_words

AROUND = "\ufeff \t\r\n\u3000"
SEARCHED = 20  # a report's title may stand above the header

Knows = Callable[[Sequence[str]], int]


def words_known(cells: Sequence[str]) -> int:
    """How many cells are words some order file uses as a header."""
    words = known_words()
    return sum(1 for cell in cells if cell and normal(cell) in words)


def as_words(cells: Sequence[object]) -> list[str]:
    """Cells as words of a header, without what keeps a spreadsheet from running one (an apostrophe, ``="…"``)."""
    return [unwrapped(cell.strip(AROUND)) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in cells]


def find(rows: Sequence[Sequence[object]], knows: Knows = words_known) -> int | None:
    """The index of the header among the first rows: the one with most known words, or the first with two words."""
    best, most, fallback = None, 0, None
    for at, cells in enumerate(rows[:SEARCHED]):
        words = as_words(cells)
        filled = sum(1 for word in words if word)
        known = knows(words) if filled else 0
        if known > most:
            best, most = at, known
        if fallback is None and filled >= 2:
            fallback = at
    if best is None:
        best = fallback
    if best is None:
        best = next((at for at, cells in enumerate(rows[:SEARCHED]) if not all(is_blank(cell) for cell in cells)), None)
    return best


def refuse_nameless(words: Sequence[str], knows: Knows) -> None:
    """Before anything else is said of a header: whether it is one. Raises HeadersUnknown where no word of it is known."""
    if not knows(words):
        raise HeadersUnknown(headers="、".join(word[:20] for word in words[:8] if word))


def checked(words: Sequence[str], row: int, knows: Knows = words_known) -> list[str]:
    """The header without the blank columns at its end; two columns of one name are refused."""
    header = list(words)
    while header and not header[-1]:
        header.pop()
    seen: set[str] = set()
    for word in header:
        form = normal(word)
        if form and form in seen:
            refuse_nameless(words, knows)
            raise DuplicateHeader(row=row, header=word)
        seen.add(form)
    return header


def letters(width: int) -> list[str]:
    """Names for the columns of a file without a header: those people know from any spreadsheet."""
    return [_letter(at) for at in range(width)]


def _letter(at: int) -> str:
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def beside(rows: Sequence[tuple[int, Sequence[object]]], found: int, knows: Knows = words_known) -> list[tuple[int, list[str]]]:
    """The rows that may be the header instead of the one found: whatever stands above it, and a second row of headings below.
    Empty where there is no doubt; else with the one found among them."""
    said = [(row, as_words(cells)) for row, cells in rows[: found + 2]]
    above = [one for one in said[:found] if any(one[1])]
    below = [one for one in said[found + 1 :] if words_known(one[1]) >= 2 and not like_a_row(one[1])]
    return [*above, said[found], *below] if above or below else []


def like_a_row(words: Sequence[str]) -> bool:
    """Whether these are values rather than headings: figures stand among them."""
    return any(sum(letter.isdigit() for letter in word) >= 3 for word in words)


def places(header: Sequence[str]) -> Mapping[str, int]:
    """Each header's normal form to its column."""
    return {normal(word): at for at, word in enumerate(header) if word}
