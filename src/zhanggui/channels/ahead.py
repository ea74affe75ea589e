"""Reading a large file in a process of its own, ahead of the one that writes: both cores work, and a file that brings
the reader down does not bring us down.

The parent hands over what to read on standard input and gets batches back on standard output, each a length and a
marshalled list. Keys travel by the pipe, never by arguments or environment.
"""

import gc
import marshal
import pickle
import queue
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from zhanggui.channels.formats import chosen, formats
from zhanggui.channels.opened import Counted
from zhanggui.channels.port import Context, Turned
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.errors import ReaderStopped
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.sheet_table import SheetTable
from zhanggui.channels.ready import Ready, packed, read_ready, unpacked
from zhanggui.kernel import clock, vault
from zhanggui.orders.prepared import Way

# Below this the second process costs more to start than it saves.
WORTH_BYTES = 1_500_000
AT_ONCE = 250
FRAMES_AHEAD = 16
LENGTH = struct.Struct(">I")
ENDED = b"\xff\xff\xff\xff"
ROWS = struct.Struct(">IIII")

Task = dict[str, Any]


def worth_it(*given: Path | bytes | None) -> bool:
    """Whether one of these files is large enough to be read in a process of its own."""
    sizes = (each.stat().st_size if isinstance(each, Path) else len(each) for each in given if each is not None)
    return max(sizes) >= WORTH_BYTES


class Ahead:
    """The orders of one file, read ahead. At the end is known how many rows were ``seen`` and how many were blank
    (``blank_rows``), and the same ``beside``, of its companion."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.places = [each["handed"][1] for each in (task["given"], task["companion"]) if each is not None and each["handed"]]
        self.seen, self.blank_rows = 0, 0
        self.beside = (0, 0)

    def __iter__(self) -> Iterator[Ready | Turned]:
        """Raises ReaderStopped when the process ends before the file does."""
        program = [sys.executable, "-m", "zhanggui.channels.ahead"]
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=self.places)  # noqa: S603  # our own module
        assert process.stdin is not None
        assert process.stdout is not None
        frames: queue.Queue[bytes] = queue.Queue(FRAMES_AHEAD)
        ending = threading.Event()
        # A pipe holds less than one batch: without somebody to empty it the reader would wait for every write of ours.
        hand = threading.Thread(target=_drain, args=(process.stdout, frames, ending), daemon=True)
        try:
            try:
                with process.stdin as out:
                    pickle.dump(self.task, out, protocol=5)
            except BrokenPipeError:
                # It is gone before it heard what to read.
                raise ReaderStopped() from None
            hand.start()
            while (frame := frames.get())[:1] == BATCH:
                yield from unpacked(marshal.loads(frame[1:]))  # noqa: S302  # our own child's
            if frame[:1] != END:
                raise ReaderStopped()
            self.seen, self.blank_rows, *beside = ROWS.unpack(frame[1:])
            self.beside = beside[0], beside[1]
        finally:
            ending.set()
            process.terminate()
            process.wait()
            if hand.ident is not None:
                hand.join()
            process.stdout.close()


BATCH, END, BROKEN = b"b", b"e", b"x"


def _drain(stream: IO[bytes], frames: "queue.Queue[bytes]", ending: threading.Event) -> None:
    """Take frames off the pipe as they come; the last one says whether the file ended or the reader did."""
    frame = b""
    while frame[:1] not in (END, BROKEN):
        head = stream.read(4)
        if len(head) < 4:
            frame = BROKEN
        elif head == ENDED:
            frame = END + stream.read(ROWS.size)
            if len(frame) != ROWS.size + 1:
                frame = BROKEN
        else:
            wanted = LENGTH.unpack(head)[0]
            frame = BATCH + stream.read(wanted)
            if len(frame) != wanted + 1:
                frame = BROKEN
        while not ending.is_set():
            try:
                frames.put(frame, timeout=0.5)
            except queue.Full:
                continue
            break
        else:
            return


def file_of(given: Path | bytes, table: Any) -> dict[str, Any]:
    """One file as it travels. A workbook that was taken apart already is not taken apart again."""
    handed = table.handed() if hasattr(table, "handed") else None
    return {"given": None if handed else given, "handed": handed}


def _open(file: dict[str, Any], **chosen: Any) -> Any:
    return SheetTable.received(*file["handed"]) if file["handed"] else open_table(file["given"], **chosen)


def task_of(
    given: dict[str, Any], companion: dict[str, Any] | None, *, format: str, limits: Limits, context: Context, way: Way, draft: bool,
    choices: Choices, sheet: str | None,
) -> Task:  # fmt: skip
    """Everything the reader needs to know, as it travels."""
    return {
        "given": given, "companion": companion, "format": format, "limits": limits, "context": context, "draft": draft,
        "choices": choices, "sheet": sheet, "naive": way.naive, "ring": vault.written(way.ring),
        "ship_within_s": way.ship_within.total_seconds(),
    }  # fmt: skip


def main(asked: IO[bytes], told: IO[bytes]) -> int:
    """The reader's own life: read the task, write batches, end. It makes tuples by the million and no cycles."""
    gc.set_threshold(20_000, 50, 50)
    task: Task = pickle.load(asked)  # noqa: S301  # from our own parent
    way = Way(naive=task["naive"], ring=vault.ring_from(task["ring"]), ship_within=timedelta(seconds=task["ship_within_s"]))
    knows = known_by(formats("orders"))
    # It was opened under its name before, by who asks us: a file that may be told from its name was.
    choices = replace(task["choices"], kind="as-is")
    table = Counted(_open(task["given"], limits=task["limits"], knows=knows, choices=choices, sheet=task["sheet"]))
    companion = None
    if task["companion"] is not None:
        companion = Counted(_open(task["companion"], limits=task["limits"], knows=knows, choices=replace(choices, header_row=None)))
    format = chosen("orders", table, task["format"])
    batch = []
    for item in read_ready(format, table, task["context"], companion, way, draft=task["draft"], now=clock.now):
        batch.append(item)
        if len(batch) >= AT_ONCE:
            _send(told, packed(batch))
            batch = []
    _send(told, packed(batch))
    beside = (companion.seen, companion.blank_rows) if companion is not None else (0, 0)
    told.write(ENDED + ROWS.pack(table.seen, table.blank_rows, *beside))
    told.flush()
    return 0


def _send(told: IO[bytes], plain: list[tuple[Any, ...]]) -> None:
    data = marshal.dumps(plain, 2)
    told.write(LENGTH.pack(len(data)))
    told.write(data)


def lived(asked: IO[bytes], told: IO[bytes]) -> int:
    """``main``, silent about what it read: the words of an exception may quote a buyer, its place never does."""
    try:
        return main(asked, told)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(f"the reader ended: {type(error).__name__} at {place.filename.rsplit('/', 1)[-1]}:{place.lineno}\n")
        return 1


if __name__ == "__main__":
    sys.exit(lived(sys.stdin.buffer, sys.stdout.buffer))
