"""Which column of a strange table is which of our fields: a proposal for a person to look over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.fields import ORDER_FIELDS

# Asides that change nothing; a unit of weight in brackets does, and stays.
_ASIDE = re.compile(
    r"[(（\[【]\s*(?:元|人民币|件|个|必填|选填|可选|可不填|¥|￥|CNY|RMB|required|optional)\s*[)）\]】]", re.IGNORECASE
)
_MARKS = re.compile(r"[\s_\-*:：#/.·、]+")
_CERTAIN, _KNOWN, _LOOSE, _GUESS, _PART = 100, 90, 75, 60, 50
# What these mean depends on whose table it is: only ever a guess for a person to confirm.
_UNSURE: Mapping[str, tuple[str, ...]] = {
    "order_no": ("单号", "编号", "流水号", "No", "Number", "ID"), "placed_at": ("日期", "时间", "Time"), "paid": ("实收", "收款"),
    "total": ("总价", "价钱"), "street": ("送到哪", "送货地点"), "name": ("客户", "买家", "Name"), "seller_note": ("说明", "Remarks"),
}  # fmt: skip
_SHORTEST_PART = 3  # two characters are part of too many headers


@dataclass(frozen=True, slots=True)
class Match:
    """A field's column and how sure we are, 50 (looks like it) to 100 (our own word for it)."""

    header: str
    column: int
    confidence: int


def propose(header: Sequence[str], fields: Mapping[str, Sequence[str]] = ORDER_FIELDS) -> dict[str, Match]:
    """A column for each field that has one; no column twice. Exact words go before look-alikes."""
    found: dict[str, Match] = {}
    free = {at: word for at, word in enumerate(header) if word}
    for form, confidence in ((_normal, _KNOWN), (_loose, _LOOSE)):
        written: dict[str, list[int]] = {}
        for column, word in free.items():
            written.setdefault(form(word), []).append(column)
        for field, words in fields.items():
            if field in found:
                continue
            for rank, word in enumerate(words):
                at = next((at for at in written.get(form(word), ()) if at in free), None)
                if at is not None:
                    sure = _CERTAIN if rank == 0 and confidence == _KNOWN else confidence
                    found[field] = Match(free.pop(at), at, sure)
                    break
    for field, words in _UNSURE.items():
        at = next((at for at, said in free.items() if _loose(said) in {_loose(word) for word in words}), None)
        if field in fields and field not in found and at is not None:
            found[field] = Match(free.pop(at), at, _GUESS)
    loose = {column: _loose(word) for column, word in free.items()}
    for field, words in fields.items():
        if field in found:
            continue
        parts = [part for word in words if len(part := _loose(word)) >= _SHORTEST_PART]
        at = next((at for at in free if any(part in loose[at] for part in parts)), None)
        if at is not None:
            found[field] = Match(free.pop(at), at, _PART)
    return found


def unsure(found: Mapping[str, Match]) -> list[str]:
    """The fields whose column is only a guess: not read until a person says so."""
    return [field for field, match in found.items() if match.confidence < _LOOSE]


def settled(
    header: Sequence[str], chosen: Mapping[str, str] | None, fields: Mapping[str, Sequence[str]] = ORDER_FIELDS,
) -> dict[str, int]:
    """Our field → column: what a person chose (a header, or ``""`` for none), and our proposal for the rest where it is an
    exact word. A chosen header the file does not have is as if not there."""
    at_word = {normal(word): at for at, word in enumerate(header) if word}
    columns = {field: at_word[normal(word)] for field, word in (chosen or {}).items() if word and normal(word) in at_word}
    taken = set(columns.values())
    for field, match in propose(header, fields).items():
        if field not in columns and field not in (chosen or {}) and match.column not in taken and match.confidence >= _LOOSE:
            columns[field] = match.column
            taken.add(match.column)
    return columns


# The first rows of a file are each asked whether they are its header, under each delimiter: the same words every time.
_normal = lru_cache(4096)(normal)


@lru_cache(4096)
def _loose(word: str) -> str:
    return _MARKS.sub("", normal(_ASIDE.sub("", word)))
