"""Reading a large file in a process of its own, ahead of the one that writes: both cores work, and a file that brings
the reader down, or to a halt, does not bring us down.

The parent hands over what to read on standard input and gets batches back on standard output, each a length and a
marshalled list. Keys travel by the pipe, never by arguments or environment. The reader binds itself before it reads.
"""

import gc
import json
import marshal
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from zhanggui.channels.formats import chosen, formats
from zhanggui.channels.opened import Counted
from zhanggui.channels.port import Context, Turned
from zhanggui.channels.reading.apart.bound import bound
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.errors import ReaderStopped, Unreadable
from zhanggui.channels.reading.errors import every as refusals
from zhanggui.channels.reading.limits import MIB, Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.ready import Ready, packed, read_ready, unpacked
from zhanggui.kernel import clock, vault
from zhanggui.orders.prepared import Way

# Below this the second process costs more to start than it saves.
WORTH_BYTES = 256 * 1024
# So many orders or so many rows go together.
AT_ONCE, ROWS_AT_ONCE = 250, 2_000
FRAMES_AHEAD = 16
# No more of one file than this comes at once, whoever says it does.
MOST_OF_A_FRAME = 64 * MIB
LENGTH = struct.Struct(">I")
ROWS = struct.Struct(">IIII")

Task = dict[str, Any]


def worth_it(*files: tuple[Path | bytes | None, Any]) -> bool:
    """Whether one of these files (what was given, its table) has so much in it that it is read in a process of its own."""
    return max(_size(given, table) for given, table in files if given is not None) >= WORTH_BYTES


def _size(given: Path | bytes, table: Any) -> int:
    spool = getattr(table, "spool", None)
    if spool is not None:
        return os.fstat(spool.fileno()).st_size
    return given.stat().st_size if isinstance(given, Path) else len(given)


class Ahead:
    """The orders of one file, read ahead. At the end is known how many rows were ``seen`` and how many were blank
    (``blank_rows``), and the same ``beside``, of its companion; and which rows are ``sums`` of others."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.places = [each["handed"][2] for each in (task["given"], task["companion"]) if each is not None and each["handed"]]
        self.seen, self.blank_rows = 0, 0
        self.beside = (0, 0)
        self.sums: list[int] = []
        self.sums_beside: list[int] = []

    def __iter__(self) -> Iterator[Ready | Turned]:
        """Raises ReaderStopped when the process ends before the file does, or lets us wait too long, and what refuses the whole file."""
        program = [sys.executable, "-m", "zhanggui.channels.ahead"]
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=self.places)  # noqa: S603  # our own module
        frames: queue.Queue[bytes] = queue.Queue(FRAMES_AHEAD)
        ending = threading.Event()
        # A pipe holds little: without somebody to fill the one and empty the other each of us would wait for the other.
        hand = threading.Thread(target=_talk, args=(process, self.task, frames, ending), daemon=True)
        hand.start()
        # Only the time that we wait for it is counted, not what we do with what it gave.
        left = float(self.task["limits"].wall_s * self.task["limits"].shares)
        try:
            while True:
                began = time.monotonic()
                try:
                    frame = frames.get(timeout=max(left, 0))
                except queue.Empty:
                    raise ReaderStopped() from None
                left -= time.monotonic() - began
                if frame[:1] != BATCH:
                    break
                yield from unpacked(marshal.loads(frame[1:]))  # noqa: S302  # our own child's
            if frame[:1] == SAID_NO:
                said = json.loads(frame[1:])
                raise refusals().get(said["code"], ReaderStopped)(**said["facts"])
            if frame[:1] != END:
                raise ReaderStopped()
            self.seen, self.blank_rows, *beside = ROWS.unpack(frame[1 : 1 + ROWS.size])
            self.beside = beside[0], beside[1]
            self.sums, self.sums_beside = json.loads(frame[1 + ROWS.size :])
        finally:
            ending.set()
            # One that was stopped hears nothing else.
            process.kill()
            process.wait()
            hand.join()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()


BATCH, END, SAID_NO, BROKEN = b"b", b"e", b"r", b"x"


def _talk(process: "subprocess.Popen[bytes]", task: Task, frames: "queue.Queue[bytes]", ending: threading.Event) -> None:
    """Hand over the task, then take frames off the pipe as they come; the last one says how the file ended, or that the reader did."""
    assert process.stdin is not None
    assert process.stdout is not None
    frame = b""
    try:
        with process.stdin as out:
            pickle.dump(task, out, protocol=5)
    except (BrokenPipeError, ValueError):
        # It is gone before it heard what to read.
        frame = BROKEN
        _put(frames, frame, ending)
    while frame[:1] not in (END, SAID_NO, BROKEN):
        frame = _frame(process.stdout)
        if not _put(frames, frame, ending):
            return


def _frame(stream: IO[bytes]) -> bytes:
    head = stream.read(5)
    if len(head) < 5 or (wanted := LENGTH.unpack(head[1:])[0]) > MOST_OF_A_FRAME:
        return BROKEN
    frame = head[:1] + stream.read(wanted)
    return frame if len(frame) == wanted + 1 else BROKEN


def _put(frames: "queue.Queue[bytes]", frame: bytes, ending: threading.Event) -> bool:
    """Whether somebody still takes it."""
    while not ending.is_set():
        try:
            frames.put(frame, timeout=0.5)
        except queue.Full:
            continue
        return True
    return False


def file_of(given: Path | bytes, table: Any) -> dict[str, Any]:
    """One file as it travels. One that was taken apart already is not taken apart again."""
    handed = table.handed() if hasattr(table, "handed") else None
    return {"given": None if handed else given, "handed": handed}


def _open(file: dict[str, Any], **chosen: Any) -> Any:
    if not file["handed"]:
        return open_table(file["given"], **chosen)
    kind, known, place = file["handed"]
    return kind.received(known, place)


def task_of(
    given: dict[str, Any], companion: dict[str, Any] | None, *, format: str, limits: Limits, context: Context, way: Way, draft: bool,
    choices: Choices, sheet: str | None, looking: bool = False,
) -> Task:  # fmt: skip
    """Everything the reader needs to know, as it travels."""
    return {
        "given": given, "companion": companion, "format": format, "limits": limits, "context": context, "draft": draft,
        "choices": choices, "sheet": sheet, "looking": looking, "naive": way.naive, "ring": vault.written(way.ring),
        "ship_within_s": way.ship_within.total_seconds(),
    }  # fmt: skip


def main(asked: IO[bytes], told: IO[bytes]) -> int:
    """The reader's own life: read the task, write batches, end. It makes tuples by the million and no cycles."""
    gc.set_threshold(20_000, 50, 50)
    task: Task = pickle.load(asked)  # noqa: S301  # from our own parent
    limits: Limits = task["limits"]
    # Rows of one order that stand far apart are held: a file of the command line may have ever so many.
    memory = limits.memory_bytes * min(limits.shares, 4)
    bound({"memory_bytes": memory, "cpu_s": limits.cpu_s * limits.shares, "unpacked_bytes": limits.unpacked_bytes})
    way = Way(naive=task["naive"], ring=vault.ring_from(task["ring"]), ship_within=timedelta(seconds=task["ship_within_s"]))
    knows = known_by(formats("orders"))
    # It was opened under its name before, by who asks us: a file that may be told from its name was.
    choices = replace(task["choices"], kind="as-is")
    table = Counted(_open(task["given"], limits=task["limits"], knows=knows, choices=choices, sheet=task["sheet"]))
    companion = None
    if task["companion"] is not None:
        companion = Counted(_open(task["companion"], limits=task["limits"], knows=knows, choices=replace(choices, header_row=None)))
    format = chosen("orders", table, task["format"])
    batch: list[Ready | Turned] = []
    rows = 0
    for item in read_ready(format, table, task["context"], companion, way, draft=task["draft"], now=clock.now, looking=task["looking"]):
        batch.append(item)
        rows += len(item.rows)
        if len(batch) >= AT_ONCE or rows >= ROWS_AT_ONCE:
            _send(told, packed(batch))
            batch, rows = [], 0
    _send(told, packed(batch))
    beside = (companion.seen, companion.blank_rows) if companion is not None else (0, 0)
    sums = json.dumps([table.sums, companion.sums if companion is not None else []]).encode()
    _say(told, END, ROWS.pack(table.seen, table.blank_rows, *beside) + sums)
    told.flush()
    return 0


def _send(told: IO[bytes], plain: list[tuple[Any, ...]]) -> None:
    _say(told, BATCH, marshal.dumps(plain, 2))


def _say(told: IO[bytes], what: bytes, data: bytes) -> None:
    told.write(what + LENGTH.pack(len(data)))
    told.write(data)


def lived(asked: IO[bytes], told: IO[bytes]) -> int:
    """``main``, silent about what it read: the words of an exception may quote a buyer, its place never does."""
    try:
        return main(asked, told)
    except Unreadable as refusal:
        # Something of the whole file that only its reading shows, a column it lacks for one.
        _say(told, SAID_NO, json.dumps({"code": refusal.code, "facts": refusal.facts}).encode())
        told.flush()
        return 0
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(f"the reader ended: {type(error).__name__} at {place.filename.rsplit('/', 1)[-1]}:{place.lineno}\n")
        return 1


if __name__ == "__main__":
    sys.exit(lived(sys.stdin.buffer, sys.stdout.buffer))
