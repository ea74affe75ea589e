"""What runs in a process of its own for a text file: the file judged as a whole, and its rows written down for whoever asked.

It is told on its command line what to read under which bounds. On standard output it says one JSON object a line: it asks of a row
how many of its words are known, which is answered on standard input, and at last says how it ended.
"""

import json
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.apart.bound import bound
from zhanggui.channels.reading.apart.ending import Ended, ended, peak_kib
from zhanggui.channels.reading.asking import Asked
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.csv_table import CsvTable
from zhanggui.channels.reading.errors import Unreadable
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.source import Source

# No sheet is wider; what a row of a text has beyond is no cell anybody could put right.
WIDEST = 16_384
_LONGEST_WORD = 200
_KNOWN = ("encoding", "certain", "delimiter", "header_row", "header", "heads", "blank_rows")


def read(place: int, spool: int, limits: Limits, choices: Choices) -> Ended:
    """The rows of the file open at ``place``, written where ``spool`` is open; what is known of the table, or why it is refused."""
    try:
        with open(place, "rb") as file, open(spool, "w", encoding="utf-8", newline="\n") as out:
            table = CsvTable(Source(file), limits, lambda words: _known(words, limits), choices)
            encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
            for at, cells in table.rows():
                if len(cells) > WIDEST:
                    del cells[WIDEST:]
                if BadCell not in set(map(type, cells)):  # as in nearly every row
                    out.write(encode([at, cells]) + "\n")
                    continue
                bad = {str(nth): cell.code for nth, cell in enumerate(cells) if isinstance(cell, BadCell)}
                out.write(encode([at, [None if isinstance(cell, BadCell) else cell for cell in cells], bad]) + "\n")
    except Unreadable as error:
        # Words of ours are said by whoever asked us, in their language.
        answers = [(value, words) for value, words in error.answers if isinstance(words, str)] if isinstance(error, Asked) else []
        return {"refused": error.code, "facts": error.facts, "answers": answers}
    return {"known": {name: getattr(table, name) for name in _KNOWN}}


def _known(words: Sequence[str], limits: Limits) -> int:
    """How many of these words are known, by whoever asked us to read."""
    _tell({"knows": [word[:_LONGEST_WORD] for word in words[: limits.columns]]})
    return int(sys.stdin.readline())


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    given = json.loads(sys.argv[-1])
    limits = Limits(**given["limits"])
    bound({"memory_bytes": limits.memory_bytes, "cpu_s": limits.cpu_s, "unpacked_bytes": limits.unpacked_bytes})
    try:
        said = ended(lambda: read(given["place"], given["spool"], limits, Choices(**given["choices"])))
    except Exception as error:
        # The words of an exception may quote a buyer, its place never does.
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(f"the reader ended: {type(error).__name__} at {place.filename.rsplit('/', 1)[-1]}:{place.lineno}\n")
        said = {"refused": "READER_STOPPED", "facts": {}}
    _tell(said | {"peak_kib": peak_kib()})


if __name__ == "__main__":
    main()
