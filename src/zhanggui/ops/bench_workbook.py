"""A large workbook taken in: how long, and how little of us it needs."""

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import write_worksheet

from zhanggui.channels.commands import imports
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.taking import digest_of
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops import bench_samples
from zhanggui.ops.benching import database, scratch_file, timed
from zhanggui.orders.models import Shop

# The workbook reader by itself, in a process of its own, every cell of every row once.
_READ = "import sys, python_calamine as c; [None for _ in c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows()]"


@dataclass(frozen=True)
class Workbook:
    """``seconds`` is wall time from the file to the last order, the reading processes among it, ``cpu_seconds`` what all of them
    worked, which a busy machine does not lengthen; ``grown_mb`` is what the
    importing process gained at its worst, ``child_peak_mb`` the largest of the processes that read for it."""

    name: str
    database: str
    rows: int
    columns: int
    file_mb: float
    seconds: float
    cpu_seconds: float
    rows_per_s: float
    grown_mb: float
    child_peak_mb: float
    limit_seconds: float

    def facts(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}

    def says(self) -> str:
        return (
            f"{self.name} on {self.database}: {self.rows:,} rows of {self.columns} columns ({self.file_mb:.1f} MB) "
            f"in {self.seconds:.2f} s = {self.rows_per_s:,.0f} rows a second "
            f"({self.cpu_seconds:.2f} s of all cores)\n"
            f"  we grew by {self.grown_mb:.0f} MB, the largest reader had {self.child_peak_mb:.0f} MB\n"
            f"  the workbook reader alone in the same run {self.limit_seconds:.2f} s"
        )


def taken_in(rows: int, shop: Shop) -> Workbook:
    """A workbook of ``rows`` orders through the importer, within the limits of an upload."""
    file = scratch_file("orders.xlsx")
    columns = _written(file, rows)
    digest, size = digest_of(file)
    upload = imports.Upload(file.name, digest, size)
    import_id = imports.begin("orders", upload, shop_id=shop.pk, format="auto", mapping={}, options={}, by=SYSTEM, at=clock.now())
    taken: list[Any] = []

    def work() -> None:
        taken.append(OrdersIn(file, shop=shop, by=SYSTEM, limits=WEB).run(import_id))

    before = _spent()
    seconds, grown = _watched(work)
    spent = _spent() - before
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert (taken[0].rows_in, taken[0].orders_created) == (rows, rows), taken[0]
    limit = timed(lambda: subprocess.run([sys.executable, "-c", _READ, str(file)], check=True))  # noqa: S603  # our own program
    return Workbook("xlsx", database(), rows, columns, size / 1e6, seconds, spent, rows / seconds, grown, child, limit)


def _written(file: Path, rows: int) -> int:
    """One order a row, in twenty columns of our template; how many columns."""
    header, lines = bench_samples.single_rows(rows)
    write_worksheet([dict(zip(header, line, strict=True)) for line in lines], str(file))
    return len(header)


def _watched(work: Callable[[], None]) -> tuple[float, float]:
    """(seconds, megabytes gained at the worst moment), the memory read ten times a second."""
    before = worst = _held()
    over = threading.Event()

    def watch() -> None:
        nonlocal worst
        while not over.wait(0.1):
            worst = max(worst, _held())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began = time.perf_counter()
    try:
        work()
    finally:
        seconds = time.perf_counter() - began
        over.set()
        watcher.join()
    return seconds, (max(worst, _held()) - before) / 1e6


def _spent() -> float:
    """Seconds of all cores that we and those who worked for us have used."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _held() -> int:
    """Bytes of memory this process has now."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
