"""Text with gaps: ``第 {序号} 批，{班级} 收`` and what fills them. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

GAP = re.compile(r"\{([^{}\n]{1,20})\}")
# What the house fills in by itself, by the names people may use for it.
DATE, TIME, NUMBER, PIECES = "日期", "时间", "序号", "件数"
OURS: Mapping[str, str] = {
    DATE: DATE, "date": DATE, TIME: TIME, "time": TIME, NUMBER: NUMBER, "no": NUMBER, PIECES: PIECES, "pieces": PIECES,
}  # fmt: skip


def gaps(*texts: str) -> list[str]:
    """The names of the gaps somebody has to fill, each once, in the order they stand."""
    found = (name.strip() for text in texts for name in GAP.findall(text))
    return list(dict.fromkeys(name for name in found if name.lower() not in OURS))


def ours(*, local: datetime, number: int, pieces: int) -> dict[str, str]:
    """What fills the gaps of the house: the day and the time an order is placed, the how many-th it is, its pieces."""
    return {DATE: f"{local:%Y-%m-%d}", TIME: f"{local:%H:%M}", NUMBER: str(number), PIECES: str(pieces)}


def filled(text: str, said: Mapping[str, str], own: Mapping[str, str]) -> str:
    """``text`` with its gaps filled; one that nothing fills stays as it is."""

    def fill(found: re.Match[str]) -> str:
        name = found[1].strip()
        known = OURS.get(name.lower())
        return own.get(known, "") if known else said.get(name, found[0])

    return GAP.sub(fill, text)


def unfilled(texts: Iterable[str], said: Mapping[str, str]) -> list[str]:
    """The gaps that nobody filled."""
    return [name for name in gaps(*texts) if not said.get(name, "").strip()]
