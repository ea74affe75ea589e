"""A message is pasted, and comes apart: name, phones, address, goods and sums, and what is unsure says so."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from zhanggui.customers.pasting import Candidate, Parsed, parse

CORPUS = Path(__file__).parent.parent / "data" / "pasted"
MARK = re.compile(r"\{(\w)\|([^{}]*)\}")
FIELDS = {"n": "name", "p": "phone", "q": "phone2", "x": "extension", "T": "town", "z": "postcode", "w": "payment", "m": "note", "i": "number"}
SUMS = {"t": "total_minor", "a": "paid_minor", "f": "freight_minor", "o": "discount_minor"}
# What is asked of every message; the others only where the message says them.
ALWAYS = ("name", "phone", "phone2", "extension", "province", "city", "district", "street", "goods", *SUMS.values())


class Message(NamedTuple):
    where: str
    text: str
    expected: dict[str, Any]


def messages(pattern: str = "*") -> Iterator[Message]:
    for file in sorted(CORPUS.glob(f"{pattern}.txt")):
        for nth, block in enumerate(file.read_text("utf-8").split("\n%%\n"), 1):
            yield message_of(f"{file.stem}:{nth}", block)


def message_of(where: str, block: str) -> Message:
    place, _, rest = block.strip("\n").partition("\n")
    province, city, district = place.removeprefix("@").split("/")
    expected: dict[str, Any] = {name: "" for name in ALWAYS} | {"province": province, "city": city, "district": district, "goods": []}
    expected |= dict.fromkeys(SUMS.values())
    if rest.startswith("#"):
        goods, _, rest = rest.partition("\n")
        for one in goods.removeprefix("#").split(";"):
            found = re.fullmatch(r"\s*(.+?) x(\d+)(?: @([\d.]+))?", one)
            assert found, one
            expected["goods"].append((tight(found[1]), int(found[2]), minor(found[3]) if found[3] else None))
    for mark in MARK.finditer(rest):
        shown, equals, meant = mark[2].partition("=")
        value = meant if equals else shown
        if mark[1] == "d":
            expected["street"] += tight(value)
        elif mark[1] in SUMS:
            expected[SUMS[mark[1]]] = minor(value)
        elif mark[1] in "pq" and not equals:
            expected[FIELDS[mark[1]]] = re.sub(r" ", "", value) if value.startswith(("0", "+")) else re.sub(r"\D", "", value)
        elif value:
            expected[FIELDS[mark[1]]] = value
    return Message(where, MARK.sub(lambda mark: mark[2].partition("=")[0], rest), expected)


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


def tight(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def loose(text: str) -> str:
    return re.sub(r"\W", "", tight(text))


def wrong(message: Message, parsed: Parsed) -> dict[str, tuple[Any, Any, bool]]:
    """Field → (expected, found, was it sure), for those that are wrong. What is missing is nothing to be sure of."""
    found: dict[str, tuple[Any, Any, bool]] = {}
    for name, value in message.expected.items():
        if name == "goods":
            got = [(tight(line.text), line.quantity, line.unit_minor) for line in parsed.goods]
            # A price that was worked out is no mistake where none was written down for one piece.
            meant = [(text, many, one) for text, many, one in value]
            if [g[:2] for g in got] != [m[:2] for m in meant] or any(m[2] not in (None, g[2]) for g, m in zip(got, meant, strict=True)):
                found[name] = (meant, got, bool(got) and all(line.sure for line in parsed.goods))
            continue
        said = getattr(parsed, name)
        value_found = said.value
        if name == "street":
            value_found = tight(said.value).replace(",", "")
        elif name == "note":
            value, value_found = loose(value), loose(value_found)
        if value_found != value:
            found[name] = (value, value_found, bool(said.value not in ("", None)) and said.sure)
    return found


def score(pattern: str = "*") -> tuple[int, int, int, int, list[str]]:
    """(messages, wholly right, fields, wrong though sure, what was wrong)."""
    many = right = fields = sure = 0
    said = []
    for message in messages(pattern):
        errors = wrong(message, parse(message.text))
        many, right = many + 1, right + (not errors)
        fields += len(message.expected)
        sure += sum(error[2] for error in errors.values())
        said += [f"{message.where} {name}: {e[0]!r} was read as {e[1]!r}{' SURE' if e[2] else ''}" for name, e in errors.items()]
    return many, right, fields, sure, said
