"""The process itself: bound first, then read standard input to standard output; the last line of standard error is a
JSON object that says how it ended."""

import errno
import io
import json
import resource
import sys
import zipfile
import zlib
from typing import BinaryIO, cast

from python_calamine import CalamineError

from zhanggui.channels.reading.apart import book, page
from zhanggui.channels.reading.apart.alone import alone
from zhanggui.channels.reading.apart.refusal import Bounds, Refuse
from zhanggui.channels.reading.apart.rows import Rows


def bound(bounds: Bounds) -> None:
    """No more memory, time or output than was given, no core left behind, and nobody to talk to."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory_bytes"], bounds["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["cpu_s"], bounds["cpu_s"] + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds["unpacked_bytes"] * 2, bounds["unpacked_bytes"] * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    alone()


def read(kind: str, wanted: str | None, bounds: Bounds, formulas: str) -> dict[str, object]:
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


def answer(kind: str, wanted: str | None, bounds: Bounds, formulas: str) -> dict[str, object]:
    """How the reading ended: facts of what was read, or ``refused`` with a code."""
    try:
        return read(kind, wanted, bounds, formulas)
    except Refuse as refused:
        return {"refused": refused.code, "facts": refused.facts}
    except MemoryError:
        return {"refused": "READER_STOPPED", "facts": {}}
    except zipfile.BadZipFile as error:
        return {"refused": "TRUNCATED" if "not a zip" in str(error) else "CORRUPT", "facts": {}}
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return {"refused": "DISK_FULL", "facts": {}}
        stopped = error.errno in (errno.EFBIG, errno.ENOMEM)
        return {"refused": "READER_STOPPED" if stopped else "CORRUPT", "facts": {}}
    except (CalamineError, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, RuntimeError):
        return {"refused": "CORRUPT", "facts": {}}


def peak_kib() -> int:
    """The most memory this process ever held; 0 where the system does not say. What its parent held is no part of it."""
    try:
        with open("/proc/self/status") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def main() -> None:
    given = json.loads(sys.argv[-1])
    bound(given["bounds"])
    ended = answer(given["kind"], given["wanted"], given["bounds"], given["formulas"]) | {"peak_kib": peak_kib()}
    sys.stderr.write("\n" + json.dumps(ended) + "\n")


if __name__ == "__main__":
    main()
