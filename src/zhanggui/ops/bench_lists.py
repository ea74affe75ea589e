"""The order list asked in every way people ask it: the database's time a page, and the whole page over HTTP."""

import base64
import gc
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.customers.models import Recipient
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.bench_house import fill
from zhanggui.ops.bench_samples import sku_code
from zhanggui.ops.benching import database, free_port
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.orders.states import UNSHIPPED

SQL_MS, PAGE_MS = 50, 120
# So many turns that the worst of them is not the p95 yet.
TIMES, PAGES_EACH, WARM = 21, 60, 40
TABS = (
    "unshipped", "draft", "pending_payment", "pending_review", "held", "approved", "fulfilling", "to_print", "to_pick", "to_pack",
    "to_ship", "late", "soon", "short", "refund", "new",
    "shipped", "delivered", "completed", "cancelled", "all",
)  # fmt: skip
SORTS = ("ship_by", "-ship_by", "placed_at", "-placed_at", "total_minor", "-total_minor")
FILTERS: dict[str, dict[str, Any]] = {
    "shop": {"shop": "1"}, "rare shop": {"shop": "7"}, "sku": {"sku": sku_code(0)}, "rare sku": {"sku": sku_code(1_999)},
    "province": {"province": "浙江"}, "rare province": {"province": "西藏"}, "amount": {"least": "400"}, "rare amount": {"least": "1030"},
    "flag": {"flag": "red"}, "any flag": {"flag": "any"}, "cod": {"payment": "cod"}, "noted": {"noted": "on"},
    "reason": {"reason": "price-low"}, "placed today": {"placed": "today"}, "paid 7d": {"paid": "7d"}, "shipped today": {"shipped": "today"},
    "shop + province + flag": {"shop": "2", "province": "广东", "flag": "any"},
    "several shops": {"shop": ["1", "3", "7"]}, "platform": {"platform": "manual"}, "city": {"city": "杭州"}, "rare city": {"city": "拉萨"},
    "province and city": {"province": "浙江", "city": "杭州"}, "one piece": {"made": "one"}, "several kinds": {"made": "multi"},
    "pieces": {"least_pieces": "3", "most_pieces": "4"}, "rare pieces": {"least_pieces": "9"}, "category": {"category": "1"},
    "rare category": {"category": "2"}, "no category": {"category": "none"}, "tag": {"tag": "1"},
    "frequent tag": {"tag": "2"}, "rare tag": {"tag": "3"}, "any tag": {"tag": "any"},
    "no tag": {"tag": "none"}, "merged": {"joined": "merged"},
    "split": {"joined": "split"}, "presale": {"presale": "any"}, "waits for its day": {"presale": "waits"}, "seller's note": {"noted": "seller"},
    "internal note": {"noted": "internal"}, "method": {"method": "支付宝"}, "no such method": {"method": "现金"}, "source": {"source": "file"},
    "rare source": {"source": "api"}, "warehouse": {"warehouse": "1"}, "carrier": {"carrier": "1"}, "with number": {"waybill": "yes"},
    "without number": {"waybill": "no"}, "printed": {"printed": "yes"}, "not printed": {"printed": "no"}, "new": {"new": "on"},
    "approved today": {"approved": "today"}, "approved 30d": {"approved": "30d"},
    "kind": {"kind": "normal"}, "rare kind": {"kind": "gift"}, "no such kind": {"kind": "exchange"}, "changed today": {"changed": "today"},
    "changed 30d": {"changed": "30d"},
    "many at once": {"shop": ["1", "2"], "city": "杭州", "made": "multi", "noted": "any", "payment": "paid", "paid": "30d"},
}  # fmt: skip
# Where filters are tried: what waits, the longest of all, and the sparse ones.
FILTERED = ("unshipped", "completed", "cancelled", "all")


@dataclass(frozen=True)
class Asked:
    """One way of asking, with how long the database took each time, in milliseconds, and how many statements it was asked."""

    name: str
    ms: tuple[float, ...]
    statements: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.ms)

    @property
    def p95(self) -> float:
        return sorted(self.ms)[min(int(len(self.ms) * 0.95), len(self.ms) - 1)]


@dataclass(frozen=True)
class Table:
    """Every way of asking in one run, beside ``limit``: fifty rows by their keys, or an answer without a database."""

    name: str
    database: str
    orders: int
    most_ms: float
    limit: Asked
    asked: list[Asked] = field(default_factory=list)

    @property
    def worst(self) -> Asked:
        return max(self.asked, key=lambda one: one.p95)

    def facts(self) -> dict[str, Any]:
        rows = [
            {"asked": one.name, "p50_ms": round(one.p50, 2), "p95_ms": round(one.p95, 2), "statements": one.statements}
            for one in self.asked
        ]
        over = [one.name for one in self.asked if one.p95 > self.most_ms]
        return {
            "name": self.name, "database": self.database, "orders": self.orders, "most_ms": self.most_ms,
            "limit_p95_ms": round(self.limit.p95, 2), "worst_p95_ms": round(self.worst.p95, 2), "worst": self.worst.name,
            "ratio_to_limit": round(self.worst.p95 / max(self.limit.p95, 0.001), 1), "over": over, "asked": rows,
        }  # fmt: skip

    def says(self) -> str:
        rows = sorted(self.asked, key=lambda one: -one.p95)
        lines = [f"{self.name} on {self.database}: {self.orders:,} orders, {len(rows)} ways, asked p95 ≤ {self.most_ms:.0f} ms"]
        lines += [
            f"  {'OVER' if one.p95 > self.most_ms else '    '} p50 {one.p50:8.2f}  p95 {one.p95:8.2f} ms  {one.statements:3d} statements  {one.name}"
            for one in rows
        ]
        lines.append(f"  limit in the same run ({self.limit.name}): p50 {self.limit.p50:.2f}, p95 {self.limit.p95:.2f} ms")
        return "\n".join(lines)


def lists(orders: int, sku_ids: list[int]) -> Table:
    """The order list at so many orders: each tab, sort, filter, page and search; the database's time for the whole page."""
    fill(orders, sku_ids)
    read_once()
    client = signed_in()
    gc.freeze()
    found = []
    for name, ask in ways():
        found.append(_timed(name, client, ask))
    ids = list(Order.objects.order_by("-id").values_list("pk", flat=True)[: 50 * TIMES])
    limit = Asked("fifty rows by their keys", tuple(_by_key(ids[nth * 50 : nth * 50 + 50]) for nth in range(TIMES)), 1)
    return Table("list", database(), Order.objects.count(), SQL_MS, limit, found)


def pages(orders: int, sku_ids: list[int]) -> Table:
    """The order list over HTTP as somebody who signed in gets it, whole, at so many orders; and the other pages a day begins with."""
    fill(orders, sku_ids)
    read_once()
    cookie = signed_in().cookies[settings.SESSION_COOKIE_NAME].value
    port = free_port()
    lists_of: dict[str, dict[str, str]] = {"unshipped": {}, **{tab: {"tab": tab} for tab in ("completed", "all", "held")}}
    shown = {f"page of {name}": f"/orders/?{urlencode(query)}" for name, query in lists_of.items()}
    shown["figures, after the page"] = "/orders/tabs/"
    shown |= {"home": "/", "one order": f"/orders/{Order.objects.order_by('-id').values_list('pk', flat=True)[1_000]}/"}
    shown |= {"review desk": "/review/", "warehouse": "/warehouse/", "tracking": "/tracking/"}
    with served(port):
        base = f"http://127.0.0.1:{port}"
        # Each thread of the server opens a line of its own to the database, once for its life.
        for _ in range(WARM):
            _fetched(f"{base}/orders/", cookie)
        found = [
            Asked(name, tuple(_fetched(base + path, cookie) for _ in range(PAGES_EACH + 1))[1:]) for name, path in shown.items()
        ]
        limit = Asked("an answer without a database", tuple(_fetched(f"{base}/healthz", "") for _ in range(PAGES_EACH)))
    return Table("page", database(), Order.objects.count(), PAGE_MS, limit, found)


def read_once() -> None:
    """The database is in memory, as on the machine of a shop at work: a first reading of the disk is not what is measured."""
    if connection.vendor == "sqlite":
        with Path(connection.settings_dict["NAME"]).open("rb", buffering=0) as whole:
            while whole.read(1 << 24):
                pass
        return
    for model in (Order, Line, Recipient, Hold, Entry):
        db.fetch(f"SELECT SUM(LENGTH(one::text)) FROM {model._meta.db_table} AS one")


def signed_in() -> Client:
    """The owner of the scratch house, at a screen."""
    user = User.objects.filter(email="bench@example.com").first()
    if user is None:
        people.open_shop("bench@example.com", "量一量", "kettle-lamp-42-bench", by=SYSTEM, at=clock.now())
        user = User.objects.get(email="bench@example.com")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


Ask = Callable[[int], dict[str, Any]]


def ways() -> Iterator[tuple[str, Ask]]:
    """Every way of asking: a name, and the question of its nth turn."""
    for tab in TABS:
        yield f"tab {tab}", _same(tab=tab)
    for tab in FILTERED:
        for sort in SORTS:
            yield f"sort {tab} {sort}", _same(tab=tab, sort=sort)
    for tab in ("unshipped", "completed", "cancelled", "all"):
        for sort in ("", "placed_at", "total_minor"):
            yield f"deep {tab} {sort}".strip(), _deep(tab, sort)
    for tab in FILTERED:
        for name, query in FILTERS.items():
            yield f"filter {tab}, {name}", _same(tab=tab, **query)
    # Among so many orders the figures over the list are asked for after the page, by themselves.
    yield "figures", _same()
    for name, query in FILTERS.items():
        yield f"figures, {name}", _same(**query)
    for tab in ("all", "unshipped", "completed"):
        for name, words in searches().items():
            yield f"search {tab}, {name}", _turned(tab if tab != "all" else "", words)


def searches() -> dict[str, list[str]]:
    """What people type, by kind; each kind in several words."""
    last = Order.objects.order_by("-id").values_list("pk", flat=True)[0]
    some = Order.objects.filter(pk__in=[max(last * nth // 16, 1) for nth in range(1, 17)]).exclude(waybill="").order_by("id")
    rows = list(some)
    phones = [f"1{38 + (row.pk - 1) % 2}{((row.pk - 1) * 7_919) % 100_000_000:08d}" for row in rows]
    return {
        "number": [row.number for row in rows], "number tail": [row.number[-4:] for row in rows],
        "platform number": [row.platform_no for row in rows], "phone": phones, "last four": [phone[-4:] for phone in phones],
        "waybill": [row.waybill for row in rows], "waybill tail": [row.waybill[-6:] for row in rows], "name prefix": ["王", "李", "张"],
        "name": ["王伟", "李娜", "张静思"], "sku": [sku_code(0), sku_code(3)], "rare sku": [sku_code(1_999)],
        "pasted numbers": ["\n".join(row.number for row in rows)], "nothing": ["没有这个人的单", "zzzz9999"],
    }  # fmt: skip


def _same(**query: Any) -> Ask:
    return lambda nth: query


def _turned(tab: str, words: list[str]) -> Ask:
    return lambda nth: {"q": words[nth % len(words)], **({"tab": tab} if tab else {})}


def _deep(tab: str, sort: str) -> Ask:
    """A page from the middle on, ever deeper."""
    column = sort or {"unshipped": "ship_by", "all": "placed_at"}.get(tab, "ship_by")
    rows = Order.objects.all()
    if tab != "all":
        rows = rows.filter(stage__in=UNSHIPPED if tab == "unshipped" else [tab])
    values = sorted(rows.order_by("pk").values_list(column, "pk"))
    # Only these are kept: a million more for the collector to walk over would be measured with every page.
    places = [values[len(values) * (nth + 5) // (TIMES + 10)] for nth in range(TIMES)]

    def ask(nth: int) -> dict[str, str]:
        value, id_ = places[nth]
        told = {"at": value.isoformat()} if hasattr(value, "isoformat") else value
        cursor = base64.urlsafe_b64encode(json.dumps([0, told, id_], separators=(",", ":")).encode()).decode().rstrip("=")
        return {"tab": tab, "cursor": cursor, **({"sort": sort} if sort else {})}

    return ask


class _Timed:
    """A database cursor that counts what it is kept waiting for, the fetching too: SQLite works while it is read."""

    def __init__(self, cursor: Any, spent: list[float]) -> None:
        self._cursor, self._spent = cursor, spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._cursor, name)
        if name not in ("execute", "executemany", "fetchone", "fetchmany", "fetchall", "__next__"):
            return found

        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return found(*args, **kwargs)
            finally:
                self._spent.append(time.perf_counter() - began)

        return timed

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


def _timed(name: str, client: Client, ask: Ask) -> Asked:
    ms, many = [], 0
    for nth in range(-1, TIMES):
        spent: list[float] = []
        asked: list[str] = []

        def watch(
            execute: Any, sql: str, params: Any, many_: bool, context: Any, spent: list[float] = spent, asked: list[str] = asked
        ) -> Any:
            asked.append(sql)
            wrapped = context["cursor"]
            if not isinstance(wrapped.cursor, _Timed):
                wrapped.cursor = _Timed(wrapped.cursor, spent)
            return execute(sql, params, many_, context)

        # Python's own tidying would fall into a statement's time: it is not the database's.
        gc.collect()
        gc.disable()
        try:
            with connection.execute_wrapper(watch):
                answer = client.get("/orders/tabs/" if name.startswith("figures") else "/orders/", ask(max(nth, 0)))
        finally:
            gc.enable()
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code}")
        # The first turn only warms what every later one finds warm.
        if nth >= 0:
            ms.append(sum(spent) * 1000)
            many = len(asked)
    return Asked(name, tuple(ms), many)


def _by_key(ids: list[int]) -> float:
    began = time.perf_counter()
    list(Order.objects.filter(pk__in=ids))
    return (time.perf_counter() - began) * 1000


def _fetched(url: str, cookie: str) -> float:
    began = time.perf_counter()
    asked = urllib.request.Request(url, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})  # noqa: S310  # ourselves
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        if "login" in answer.url:
            raise RuntimeError("signed out")
        answer.read()
    return (time.perf_counter() - began) * 1000


@contextmanager
def served(port: int) -> Iterator[None]:
    """The product's own server before the scratch house, without the worker, which would change it."""
    how = ["--interface", "wsgi", "--blocking-threads", "8", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    served = subprocess.Popen([sys.executable, "-m", "granian", *how, "config.wsgi:application"])  # noqa: S603
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                _fetched(f"http://127.0.0.1:{port}/healthz", "")
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        served.terminate()
        served.wait(30)
