"""A file that means harm, or a reader that falls or stops in the middle: a refusal in its own words, nobody left running, the
process that answers people no larger, and the file may be brought again."""

import gzip
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.channels.reading.test_texts_apart import living
from tests.data.bad_input.writing import header, row, rows, text
from zhanggui.channels import ahead, jobs, taking, uploads
from zhanggui.channels.models import Import
from zhanggui.channels.reading.errors import HeadersMissing, ReaderStopped
from zhanggui.channels.reading.limits import MIB, WEB
from zhanggui.channels.refusals import FileTooLarge
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
GROWN_MIB, SECONDS = 64, 60


@contextmanager
def no_larger() -> Iterator[None]:
    """At no moment inside do we hold so much more than before."""
    first = most = held()
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.01):
            most = max(most, held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.monotonic()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    assert most - first <= GROWN_MIB, f"grown by {most - first:.0f} MiB"
    assert time.monotonic() - began < SECONDS


def held() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


WIDE = ["x"] * 100_000
HOSTILE = {
    "one line of 60 MiB, packed": (lambda: gzip.compress(b"x" * 60 * MIB), "CELL_TOO_LONG"),
    "one line of 19 MiB": (lambda: b"x" * 19 * MIB, "CELL_TOO_LONG"),
    "a million quotes": (lambda: (text(rows(3)) + '"' * 1_000_000).encode(), "CELL_TOO_LONG"),
    "rows of 100,000 cells": (lambda: text([WIDE] * 90).encode(), "TOO_MANY_COLUMNS"),
    "rows of 100,000 cells further down": (lambda: text([*rows(30), *[WIDE] * 90]).encode(), "COLUMN_COUNT"),
    "lines of two letters a cell": (lambda: text(rows(30)).encode() + (b"ab," * 1_300_000 + b"\n") * 4, "COLUMN_COUNT"),
}


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_within_its_bounds(name: str, shop_id: int, owner: Actor, at: datetime) -> None:
    make, code = HOSTILE[name]
    content = make()
    with no_larger():
        if code == "COLUMN_COUNT":
            look = uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)
            assert (look.totals.rows_ok, look.problems[0].code) == (30, code)
        else:
            with pytest.raises(Refused) as told:
                uploads.look(content, "orders.csv", shop_id=shop_id, choices={"kind": "as-is"}, by=owner)
            assert told.value.code == code
    import_id = uploads.submit(content, "orders.csv", shop_id=shop_id, options={"choices": {"kind": "as-is"}}, by=owner, at=at)
    with no_larger():
        jobs.run_import([import_id], at=at)
    taken = Import.objects.get(pk=import_id)
    assert (taken.state, taken.orders_created) == (("done", 30) if code == "COLUMN_COUNT" else ("refused", 0))
    assert taken.refusal.get("code", code) == code


def test_a_file_too_large_to_come_is_not_even_opened(shop_id: int, owner: Actor) -> None:
    content = b"x" * 60 * MIB
    with no_larger(), pytest.raises(FileTooLarge):
        uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)


@pytest.fixture
def falls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have the reader do something to itself after its first batch; returns its mark on the command line."""

    def make(signal: str) -> str:
        story = tmp_path / f"{signal}.py"
        story.write_text(
            "import os, signal, sys, zhanggui.channels.ahead as a\nsend = a._send\n"
            f"def once(told, plain):\n    send(told, plain); told.flush(); os.kill(os.getpid(), signal.{signal})\n"
            "a._send = once; a.main(sys.stdin.buffer, sys.stdout.buffer)"
        )
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\nexec {ahead.sys.executable} {story}\n")
        python.chmod(0o755)
        monkeypatch.setattr(ahead, "sys", SimpleNamespace(executable=str(python)))
        for room in (uploads, jobs):
            monkeypatch.setattr(room, "WEB", replace(WEB, wall_s=3))
        for size in ("AT_ONCE", "THEN"):
            monkeypatch.setattr(taking, size, 100)
        return str(story)

    return make


@pytest.mark.capability("I-08")
@pytest.mark.one_leg
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGSTOP"])
def test_a_reader_that_falls_or_stops_in_the_middle_refuses_the_file_and_it_may_come_again(
    signal: str, falls: Any, shop_id: int, owner: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = text(rows(4_000)).encode()
    story = falls(signal)
    with pytest.raises(ReaderStopped):
        uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)
    assert not living(story)
    jobs.run_import([uploads.submit(content, "orders.csv", shop_id=shop_id, by=owner, at=at)], at=at)
    closed = Import.objects.get()
    came = Order.objects.count()
    assert (closed.state, closed.refusal["code"]) == ("cancelled", "READER_STOPPED")
    assert 0 < came == closed.orders_created < 4_000
    assert not living(story)
    monkeypatch.undo()
    look = uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)
    assert (look.totals.rows_ok, look.totals.rows_duplicate) == (4_000 - came, came)
    jobs.run_import([uploads.submit(content, "orders.csv", shop_id=shop_id, by=owner, at=at)], at=at)
    assert Order.objects.count() == 4_000


@pytest.mark.one_leg
def test_a_reader_that_never_takes_its_task_is_a_refusal(
    tmp_path: Path, shop_id: int, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -STOP $$\n")
    python.chmod(0o755)
    monkeypatch.setattr(ahead, "sys", SimpleNamespace(executable=str(python)))
    monkeypatch.setattr(ahead, "WORTH_BYTES", 0)
    monkeypatch.setattr(uploads, "WEB", replace(WEB, wall_s=1))
    content = text(rows(1_500)).encode()
    assert 65_536 < len(content) < WEB.text_bytes, "more than the pipe holds, and handed over by it"
    with pytest.raises(ReaderStopped):
        uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)
    assert not living(str(python))


@pytest.mark.one_leg
@pytest.mark.parametrize("bounds", [{"memory_bytes": 40 * MIB}, {"cpu_s": 0}])
def test_the_reader_ahead_has_no_more_than_its_bounds(
    bounds: dict[str, int], shop_id: int, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = text(rows(4_000)).encode()
    task_of = ahead.task_of
    monkeypatch.setattr(ahead, "task_of", lambda *given, limits, **rest: task_of(*given, limits=replace(limits, **bounds), **rest))
    with pytest.raises(ReaderStopped):
        uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)


HEADLESS = ["件" if word == "数量" else word for word in header()]


def test_what_refuses_a_large_file_as_a_whole_is_said_in_its_own_words(shop_id: int, owner: Actor) -> None:
    for many in (20, 4_000):
        with pytest.raises(HeadersMissing) as told:
            uploads.look(text(rows(many), HEADLESS).encode(), "a.csv", shop_id=shop_id, format="template", by=owner)
        assert told.value.sentence == "缺少必需的列：数量。"


@pytest.mark.capability("I-06")
def test_a_look_reads_the_file_once_and_tells_the_first_of_what_is_wrong_and_the_number_of_all(
    shop_id: int, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, times = OrdersIn.read, []

    def counted(self: OrdersIn) -> Any:
        times.append(1)
        return read(self)

    monkeypatch.setattr(OrdersIn, "read", counted)
    content = text([*rows(10), *(row(nth, 数量="zz", 单价="yy") for nth in range(11, 3_011))]).encode()
    look = uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)
    assert times == [1]
    assert (look.totals.rows_ok, look.totals.rows_rejected, len(look.problems)) == (10, 3_000, 200)
    assert len(look.totals.rejects) == 200
    assert [each.row for each in look.problems[:4]] == [12, 12, 13, 13]


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
@pytest.mark.parametrize("quantity", ["1", "zz"])
def test_a_look_at_the_largest_file_there_may_be_does_not_make_us_larger(quantity: str, shop_id: int, owner: Actor) -> None:
    content = text(row(nth, 数量=quantity) for nth in range(99_000)).encode()
    with no_larger():
        look = uploads.look(content, "orders.csv", shop_id=shop_id, by=owner)
    assert look.totals.rows_in == 99_000
    assert (look.totals.rows_ok or look.totals.rows_rejected) == 99_000
