"""A large text file as a table: judged and written down in a process of its own, streamed from there as often as asked."""

import json
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import zhanggui
from zhanggui.channels.port import BadCell
from zhanggui.channels.reading import asking, errors
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.header import Knows
from zhanggui.channels.reading.limits import MIB, Limits
from zhanggui.channels.reading.source import Source
from zhanggui.channels.reading.spool import Spooled, lines_of
from zhanggui.channels.reading.table import first

_ROOT = str(Path(zhanggui.__file__).parents[1])
_START = "import sys; sys.path.insert(0, sys.argv[1]); import runpy; runpy.run_module({!r}, run_name='__main__')".format(
    "zhanggui.channels.reading.text_apart"
)
_MOST_SAID = 4 * MIB
# More than any file needs, and so few that the answers find room in the pipe though nobody takes them.
_MOST_ASKED = 2_000


class TextTable(Spooled):
    """See ``table.OpenTable``. Opening it has the file read through by another process: what refuses the whole file is raised here,
    ReaderStopped among it where that process came to no end within its bounds."""

    kind = "csv"
    sheet = ""
    header: list[str]
    header_row: int
    encoding: str
    certain: bool
    delimiter: str
    blank_rows: int

    def __init__(self, source: Source, limits: Limits, knows: Knows, choices: Choices = Choices()) -> None:
        self.other_sheets: list[str] = []
        self.other_heads: dict[str, list[list[str]]] = {}
        self.notes: dict[str, int] = {}
        self.spool = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - lives as long as its table
        try:
            with source.as_file(limits) as file:
                said = _told(file, self.spool, limits, knows, choices)
        except BaseException:
            self.spool.close()
            raise
        if "known" not in said:
            self.spool.close()
            raise _refusal(said)
        self.__dict__.update(said["known"])
        self.heads = [(row, words) for row, words in said["known"]["heads"]]

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        for at, cells, *bad in lines_of(self.spool):
            for place, code in bad[0].items() if bad else ():
                cells[int(place)] = BadCell(code)
            yield at, cells

    def column(self, index: int) -> Iterator[object]:
        for _at, cells, *bad in lines_of(self.spool):
            if index < len(cells):
                yield BadCell(bad[0][str(index)]) if bad and str(index) in bad[0] else cells[index]

    def preview(self, most: int = 20) -> list[tuple[int, list[object]]]:
        """The first rows below the header."""
        return first(self.rows(), most)


def _refusal(said: dict[str, Any]) -> errors.Unreadable:
    facts = {name: value for name, value in said.get("facts", {}).items() if name != "choose"}
    code, answers = str(said.get("refused")), tuple((str(value), str(words)) for value, words in said.get("answers", ()))
    asked = asking.every().get(code)
    return asked(answers, **facts) if asked is not None else errors.every().get(code, errors.ReaderStopped)(**facts)


def _told(file: BinaryIO, spool: BinaryIO, limits: Limits, knows: Knows, choices: Choices) -> dict[str, Any]:
    """How the reading ended; nothing is left of it then, however it did."""
    asked = {"place": file.fileno(), "spool": spool.fileno(), "limits": limits.told(), "choices": asdict(choices)}
    command = [sys.executable, "-I", "-c", _START, _ROOT, json.dumps(asked)]
    # Our own interpreter with our own program; the file is only its input.
    reader = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(file.fileno(), spool.fileno()), env={}, bufsize=0
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    try:
        for words in islice(_lines(reader.stdout, time.monotonic() + limits.wall_s), _MOST_ASKED):
            said = json.loads(words)
            if "knows" not in said:
                return dict(said)
            reader.stdin.write(b"%d\n" % knows(said["knows"]))
    except (ValueError, TypeError, BrokenPipeError):
        pass  # what it said is not what it was asked for: it came to no good end
    finally:
        # One that was stopped hears nothing else.
        reader.kill()
        reader.wait()
        reader.stdin.close()
        reader.stdout.close()
    return {}


def _lines(pipe: IO[bytes], until: float) -> Iterator[bytes]:
    """The lines of a pipe as they come, until it ends, says too much at once, or the time is up."""
    poll, held = select.poll(), b""
    poll.register(pipe, select.POLLIN | select.POLLHUP)
    while len(held) <= _MOST_SAID and (left := until - time.monotonic()) > 0 and poll.poll(left * 1000):
        chunk = pipe.read(65_536)
        if not chunk:
            return
        *lines, held = (held + chunk).split(b"\n")
        yield from lines
