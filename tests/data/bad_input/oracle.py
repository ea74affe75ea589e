"""What a file is to do, beside the file: its oracle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Content = bytes | Callable[[], bytes]


@dataclass(frozen=True)
class Case:
    """``number`` is that of the case in the list; ``file`` its name on disk. Where ``content`` is a function the file is large:
    it is made when it is needed and not kept."""

    number: str
    file: str
    content: Content
    oracle: Mapping[str, Any]

    @property
    def large(self) -> bool:
        return callable(self.content)

    def bytes_of(self) -> bytes:
        return self.content() if callable(self.content) else self.content


@dataclass
class Cases:
    """Gathers the cases of one part of the list."""

    found: list[Case] = field(default_factory=list)

    def add(self, number: str, file: str, content: Content, **oracle: Any) -> None:
        self.found.append(Case(number, f"{number}-{file}", content, {"case": number, **oracle}))


def refused(code: str) -> dict[str, Any]:
    """The whole file, nothing of it imported."""
    return {"verdict": "R", "code": code, "rows_in": 0, "ok": 0, "dup": 0, "rej": 0, "blank": 0}


def taken(ok: int, *, rej: Mapping[int, str] | None = None, blank: int = 0, warn: Mapping[int, str] | None = None, dup: int = 0) -> dict[str, Any]:
    """Rows by what becomes of them; ``rej`` and ``warn`` are codes by physical row."""
    bad = {str(row): code for row, code in (rej or {}).items()}
    said = {str(row): code for row, code in (warn or {}).items()}
    verdict = "X" if bad else "W" if said else "D" if dup else "A"
    return {
        "verdict": verdict, "rows_in": ok + dup + len(bad) + blank, "ok": ok, "dup": dup, "rej": len(bad), "blank": blank,
        "codes": bad, "warnings": said,
    }  # fmt: skip


def asks(code: str, choose: Mapping[str, str], then: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing comes in until somebody chose; ``then`` is what happens after that."""
    return {**refused(code), "verdict": "?", "choose": dict(choose), "then": dict(then)}


def offers(key: str, value: str, first: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Rows are turned away, and another way to read them is offered; ``then`` is what happens when it is taken."""
    return {**first, "offer": key, "choose": {key: value}, "then": dict(then)}


PLACES: Sequence[tuple[str, int]] = (("first", 0), ("middle", 2), ("last", 5))
