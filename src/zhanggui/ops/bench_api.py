"""The API as a program meets it: lists of fifty orders over HTTP, counted against the processor time of the server alone."""

import http.client
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhanggui.accounts.commands import tokens
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.kernel import clock
from zhanggui.ops.bench_house import fill
from zhanggui.ops.bench_lists import served, signed_in
from zhanggui.ops.benching import database, free_port
from zhanggui.orders.models import Order

CALLS, WARM = 600, 30
MOST_A_MINUTE = "10000000"
LEAST_PER_CORE = 60
ASKED = ("", "?tab=all", "?tab=completed", "?tab=unshipped&limit=50")


@dataclass(frozen=True)
class Called:
    """``per_core``: calls for each second the server's processes really worked; ``limit_per_core`` the same for an answer
    that asks no database."""

    database: str
    orders: int
    calls: int
    seconds: float
    per_core: float
    limit_per_core: float
    p50_ms: float
    p95_ms: float

    def facts(self) -> dict[str, Any]:
        rounded = {name: round(value, 2) if isinstance(value, float) else value for name, value in self.__dict__.items()}
        return {"name": "api", **rounded, "least_per_core": LEAST_PER_CORE, "ratio_to_limit": round(self.per_core / self.limit_per_core, 3)}

    def says(self) -> str:
        return (
            f"api on {self.database}: {self.orders:,} orders, {self.calls} lists of 50 in {self.seconds:.1f} s = "
            f"{self.calls / self.seconds:,.0f} a second, {self.per_core:,.0f} a second of a core (asked ≥ {LEAST_PER_CORE})\n"
            f"  p50 {self.p50_ms:.1f}, p95 {self.p95_ms:.1f} ms; limit in the same run, no database: {self.limit_per_core:,.0f} a second of a core"
        )


def calls(orders: int, sku_ids: list[int]) -> Called:
    """Lists of 50 orders by one program on one line, one after the other."""
    fill(orders, sku_ids)
    signed_in()
    owner = actor_of(User.objects.select_related("role").get(email="bench@example.com"), fresh=True)
    secret = tokens.create("bench", ["order.view", "order.content", "order.recipient"], by=owner, at=clock.now()).secret
    port = free_port()
    os.environ["ZHANGGUI_API_CALLS"] = MOST_A_MINUTE
    with served(port):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        bears = {"Authorization": f"Bearer {secret}"}
        _timed(line, ["/api/v1/orders"], bears, WARM)
        ms, seconds, worked = _timed(line, [f"/api/v1/orders{asked}" for asked in ASKED], bears, CALLS)
        _none, _whole, bare = _timed(line, ["/api/v1/openapi"], {}, CALLS, right=404)
    p95 = sorted(ms)[int(len(ms) * 0.95)]
    return Called(
        database(), Order.objects.count(), CALLS, seconds, CALLS / worked, CALLS / bare, statistics.median(ms), p95
    )


def _timed(
    line: http.client.HTTPConnection, paths: list[str], headers: dict[str, str], many: int, right: int = 200
) -> tuple[list[float], float, float]:
    """(milliseconds of each, seconds of all, seconds the server worked)."""
    spent, before, began = [], worked_s(), time.perf_counter()
    for nth in range(many):
        start = time.perf_counter()
        line.request("GET", paths[nth % len(paths)], headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != right:
            raise RuntimeError(f"{paths[nth % len(paths)]} answered {answer.status}")
        spent.append((time.perf_counter() - start) * 1000)
    seconds = time.perf_counter() - began
    return spent, seconds, max(worked_s() - before, 0.01) if Path("/proc/self/stat").exists() else seconds


def worked_s() -> float:
    """Processor seconds of every process below ours; 0 where the system does not say."""
    below: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = int(stat.parent.name), stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        below.setdefault(int(rest[1]), []).append(pid)
        ticks[pid] = int(rest[11]) + int(rest[12])
    found, waiting = 0, list(below.get(os.getpid(), ()))
    while waiting:
        pid = waiting.pop()
        found += ticks.get(pid, 0)
        waiting += below.get(pid, ())
    return found / os.sysconf("SC_CLK_TCK")
