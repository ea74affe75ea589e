"""Reading a large file in a process of its own, ahead of the one that writes: both cores work, and a file that brings
the reader down does not bring us down.

The parent hands over what to read on standard input and gets batches back on standard output, each a length and a
marshalled list. Keys travel by the pipe, never by arguments or environment.
"""

import gc
import marshal
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from zhanggui.channels.formats import chosen, formats
from zhanggui.channels.port import Context, Turned
from zhanggui.channels.reading.choose import known_by
from zhanggui.channels.reading.errors import ReaderStopped
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.ready import Ready, packed, read_ready, unpacked
from zhanggui.kernel import clock, vault
from zhanggui.orders.prepared import Way

# Below this the second process costs more to start than it saves.
WORTH_BYTES = 1_500_000
AT_ONCE = 250
LENGTH = struct.Struct(">I")
ENDED = b"\xff\xff\xff\xff"

Task = dict[str, Any]


def worth_it(given: Path | bytes) -> bool:
    size = given.stat().st_size if isinstance(given, Path) else len(given)
    return size >= WORTH_BYTES


class Ahead:
    """The orders of one file, read ahead; ``blank_rows`` and ``seen`` are known at the end."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.blank_rows = 0
        self.seen = 0

    def __iter__(self) -> Iterator[Ready | Turned]:
        """Raises ReaderStopped when the process ends before the file does."""
        program = [sys.executable, "-m", "zhanggui.channels.ahead"]
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  # our own module
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with process.stdin as out:
                pickle.dump(self.task, out, protocol=5)
            while (head := _exactly(process.stdout, 4)) != ENDED:
                yield from unpacked(marshal.loads(_exactly(process.stdout, LENGTH.unpack(head)[0])))  # noqa: S302  # our own child's
            self.seen, self.blank_rows = struct.unpack(">II", _exactly(process.stdout, 8))
        finally:
            process.stdout.close()
            process.terminate()
            process.wait()


def _exactly(stream: IO[bytes], many: int) -> bytes:
    data = stream.read(many)
    if len(data) != many:
        raise ReaderStopped()
    return data


def task_of(
    given: Path | bytes, companion: Path | bytes | None, *, format: str, limits: Limits, context: Context, way: Way, draft: bool,
    header_row: int | None, sheet: str | None,
) -> Task:  # fmt: skip
    """Everything the reader needs to know, as it travels."""
    return {
        "given": given, "companion": companion, "format": format, "limits": limits, "context": context, "draft": draft,
        "header_row": header_row, "sheet": sheet, "naive": way.naive, "ring": vault.written(way.ring),
        "ship_within_s": way.ship_within.total_seconds(),
    }  # fmt: skip


def main(asked: IO[bytes], told: IO[bytes]) -> int:
    """The reader's own life: read the task, write batches, end. It makes tuples by the million and no cycles."""
    gc.set_threshold(20_000, 50, 50)
    task: Task = pickle.load(asked)  # noqa: S301  # from our own parent
    way = Way(naive=task["naive"], ring=vault.ring_from(task["ring"]), ship_within=timedelta(seconds=task["ship_within_s"]))
    knows = known_by(formats("orders"))
    table: Any = open_table(task["given"], limits=task["limits"], knows=knows, header_row=task["header_row"], sheet=task["sheet"])
    companion: Any = open_table(task["companion"], limits=task["limits"], knows=knows) if task["companion"] is not None else None
    format = chosen("orders", table, task["format"])
    seen, batch = 0, []
    for item in read_ready(format, table, task["context"], companion, way, draft=task["draft"], now=clock.now):
        seen += len(item.rows)
        batch.append(item)
        if len(batch) >= AT_ONCE:
            _send(told, packed(batch))
            batch = []
    _send(told, packed(batch))
    told.write(ENDED + struct.pack(">II", seen, table.blank_rows))
    told.flush()
    return 0


def _send(told: IO[bytes], plain: list[tuple[Any, ...]]) -> None:
    data = marshal.dumps(plain, 2)
    told.write(LENGTH.pack(len(data)))
    told.write(data)


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
