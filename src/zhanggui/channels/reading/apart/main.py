"""The process itself: bound first, then read standard input to standard output; the last line of standard error is a
JSON object that says how it ended."""

import io
import json
import resource
import sys
from typing import BinaryIO, cast

from zhanggui.channels.reading.apart import book, page
from zhanggui.channels.reading.apart.alone import alone
from zhanggui.channels.reading.apart.ending import Ended, ended, peak_kib
from zhanggui.channels.reading.apart.refusal import Bounds
from zhanggui.channels.reading.apart.rows import Rows


def bound(bounds: Bounds) -> None:
    """No more memory, time or output than was given, no core left behind, and nobody to talk to."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory_bytes"], bounds["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["cpu_s"], bounds["cpu_s"] + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds["unpacked_bytes"] * 2, bounds["unpacked_bytes"] * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    alone()


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
