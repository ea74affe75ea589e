"""The process itself: bound first, then read standard input to standard output; the last line of standard error is a
JSON object that says how it ended."""

import io
import json
import sys
from typing import BinaryIO, cast

from zhanggui.channels.reading.apart import book, page
from zhanggui.channels.reading.apart.bound import bound
from zhanggui.channels.reading.apart.ending import Ended, ended, peak_kib
from zhanggui.channels.reading.apart.refusal import Bounds
from zhanggui.channels.reading.apart.rows import Rows


def read(kind: str, wanted: str | None, bounds: Bounds, formulas: str) -> Ended:
    # The workbook reader wants a file that seeks; standard input is one.
    stream = cast(BinaryIO, sys.stdin.buffer)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="surrogatepass", newline="\n")
    rows = Rows(out, bounds["columns"])
    try:
        if kind == "html":
            return page.read(stream, bounds, rows)
        return book.read(stream, kind, wanted, bounds, rows, formulas)
    except book.Unpacked as found:
        for chunk in found.meter.chunks(found.archive, found.part):
            out.buffer.write(chunk)
        return {"unpacked": found.part.filename}
    finally:
        out.flush()


def main() -> None:
    given = json.loads(sys.argv[-1])
    bound(given["bounds"])
    said = ended(lambda: read(given["kind"], given["wanted"], given["bounds"], given["formulas"]))
    held = int(cast(int, said.pop("beside_kib", 0))) + peak_kib()
    sys.stderr.write("\n" + json.dumps(said | {"peak_kib": held}) + "\n")


if __name__ == "__main__":
    main()
