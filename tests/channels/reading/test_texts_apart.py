"""A text read apart is the same table as one read here, or refused in the same words; and whoever reads it leaves nobody behind."""

import contextlib
import gzip
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.data.bad_input.make import every
from tests.data.bad_input.writing import header, row, rows, text
from zhanggui.channels.formats import formats
from zhanggui.channels.reading import errors, text_table
from zhanggui.channels.reading.asking import Asked
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.csv_table import CsvTable
from zhanggui.channels.reading.limits import MIB, WEB
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.sniff import Kind, kind_of
from zhanggui.channels.reading.text_table import TextTable
from zhanggui.kernel.errors import Refused

HERE, APART = replace(WEB, text_bytes=None), replace(WEB, text_bytes=0)
FACTS = ("header", "header_row", "encoding", "certain", "delimiter", "kind", "sheet", "notes", "heads", "blank_rows")


def texts() -> list[Any]:
    """Of the corpus the small texts, each shape of a refusal and of a question among them."""
    found = []
    for case in every():
        content = b"" if case.large else case.bytes_of()
        with contextlib.suppress(Refused):
            if content and kind_of(content[:4096]) is Kind.TEXT and "-last" not in case.file and "-middle" not in case.file:
                found.append(pytest.param(content, case.oracle.get("choose", {}), id=case.file))
    # Each is two processes: one in three is asked here, all of them by `make soak`.
    return found if os.environ.get("ZHANGGUI_EVERY_CELL") else found[::3]


def told(content: bytes, limits: Any, choices: Choices) -> Any:
    try:
        table = open_table(content, limits=limits, knows=known_by(formats("orders")), choices=choices)
    except Refused as error:
        return error.code, error.facts, [(value, str(words)) for value, words in error.answers] if isinstance(error, Asked) else []
    cells = list(table.rows())
    return [getattr(table, name) for name in FACTS], cells, table.preview(), list(table.column(0))[:1]


@pytest.mark.one_leg
@pytest.mark.parametrize(("content", "choose"), texts())
def test_a_text_read_apart_is_what_it_is_when_read_here(content: bytes, choose: dict[str, str]) -> None:
    row = choose.get("header_row")
    chosen = Choices.of({key: value for key, value in choose.items() if key not in ("header_row", "sheet")}, int(row) if row else None)
    for choices in dict.fromkeys((Choices(), chosen)):
        assert told(content, APART, choices) == told(content, HERE, choices)


def test_a_large_text_and_a_packed_one_are_read_apart_and_a_small_one_is_not() -> None:
    small, large = text(rows(20)).encode(), text(rows(4_000)).encode()
    assert len(small) < WEB.text_bytes < len(large)
    assert isinstance(open_table(small, limits=WEB), CsvTable)
    assert isinstance(open_table(large, limits=WEB), TextTable)
    assert isinstance(open_table(gzip.compress(small), limits=WEB), TextTable)
    assert len(list(open_table(large, limits=WEB).rows())) == 4_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(b"x" * 60 * MIB), "CELL_TOO_LONG"),
        (gzip.compress(b'"' * 60 * MIB), "CELL_TOO_LONG"),
        (gzip.compress(b"a,b\n" * 60 * MIB), "TOO_LARGE_UNPACKED"),
        ((text(rows(3)) + '"' * 1_000_001).encode(), "CELL_TOO_LONG"),
        ((text(rows(3)) + '"\n' * 1_000_001).encode(), "TOO_MANY_ROWS"),
        ((",".join(f"c{nth}" for nth in range(100_000)) + "\n" + text(rows(3), None)).encode(), "TOO_MANY_COLUMNS"),
    ],
    ids=["one line of 60 MiB", "60 MiB of quotes", "240 MiB of rows", "a million quotes", "a million lines of quotes", "100,000 columns"],
)
def test_a_hostile_text_is_refused_by_name(content: bytes, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(errors.Unreadable) as told:
        open_table(content, limits=APART, knows=known_by(formats("orders")))
    assert told.value.code == code
    assert told.value.sentence
    assert time.monotonic() - began < 60


def test_a_cell_beyond_every_sheet_is_nobodys() -> None:
    content = text([*rows(30), ["x"] * 100_000, row(31)]).encode()
    table = open_table(content, limits=APART)
    assert [len(cells) for _row, cells in table.rows()][29:] == [len(header()), 16_384, len(header())]


@pytest.mark.parametrize(
    ("story", "limits"),
    [
        ("import os; os.abort()", APART),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", replace(APART, wall_s=1)),
        ("import sys; sys.stdout.write('x' * 9_000_000); sys.stdout.flush()", APART),
        ("print('[]', flush=True)", APART),
        ("print('{\"knows\": 7}', flush=True); input()", APART),
        ("while True: print('{\"knows\": []}', flush=True)", replace(APART, wall_s=1)),
        ("import sys; sys.path.insert(0, sys.argv[1]); from zhanggui.channels.reading import csv_table; import os, signal\n"
         "csv_table.CsvTable.rows = lambda self: os.kill(os.getpid(), signal.SIGSTOP)\n"
         "from zhanggui.channels.reading import text_apart; text_apart.main()", replace(APART, wall_s=2)),
    ],
    ids=["dies", "stops", "says too much", "says nonsense", "asks nonsense", "asks for ever", "stops in the middle"],
)  # fmt: skip
def test_a_reader_that_dies_stops_or_talks_is_a_refusal_and_nobody_is_left(story: str, limits: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"pass # {time.monotonic_ns()}"
    monkeypatch.setattr(text_table, "_START", f"{story}\n{mark}")
    content = text(rows(20)).encode()
    with pytest.raises(errors.ReaderStopped):
        open_table(content, limits=limits)
    assert not living(mark)
    monkeypatch.undo()
    assert len(list(open_table(content, limits=limits).rows())) == 20


def test_a_reader_of_texts_out_of_memory_or_time_is_a_refusal() -> None:
    content = text(rows(60_000)).encode()
    for limits in (replace(APART, memory_bytes=30 * MIB), replace(APART, wall_s=0)):
        with pytest.raises(errors.ReaderStopped):
            open_table(content, limits=limits)


def living(mark: str) -> list[str]:
    """The processes that were started with this on their command line."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (one / "cmdline").read_bytes():
                found.append(one.name)
    return found
