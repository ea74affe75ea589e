"""What workers do at the moment a slot comes; each runs in a process of its own."""

import os
import signal
from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from tests.flows import team
from tests.web.orders.bench import LIN, Bench
from zhanggui.accounts.policy import policy
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.ops.verify import verify
from zhanggui.orders import jobs
from zhanggui.orders.commands import making, recurring, shops, templates
from zhanggui.orders.commands.templates import Wanted, WantedLine
from zhanggui.orders.drawing import Wish
from zhanggui.orders.models import Making, Order, Recurring
from zhanggui.orders.rules.recurrence import Rhythm
from zhanggui.stock.commands import warehouses

migrate, begin = team.migrate, team.begin
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
OWNER = Actor("person", 7, "店主", policy().grants_of("owner"), "owner", fresh=True)


def coming(many: int) -> list[int]:
    """So many that come every day at nine; ten in the morning of the day before the first."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    order = bench.put("A1", 1, person=LIN, idle=False)
    found = []
    for nth in range(many):
        template = templates.save(order.pk, f"每天 {nth}", keeps_customer=True, shared=True, by=OWNER, at=AT)
        wanted = Wanted(f"每天 {nth}", (WantedLine("GW-150-QY", 1, 6800),), payment="on_account", shared=True)
        templates.write(template, wanted, seen=1, by=OWNER, at=AT)
        found.append(recurring.begin(template, Rhythm("day", time(9, 0), date(2026, 10, 1)), by=OWNER, at=AT))
    return found


def work(days: int, without: str = "") -> int:
    """Look once a day at nine, as a worker does, for so many days; how many orders this process placed."""
    placed = 0
    real = making.enter

    def counting(*args: Any, **more: Any) -> Any:
        nonlocal placed
        result = real(*args, **more)
        placed += result.fresh and len(result.orders)
        return result

    making.enter = counting
    try:
        for day in range(1, days + 1):
            at = AT + timedelta(days=day)
            if without:
                # SQLite's one writer looks and places in one breath: nobody could be met there.
                meeting = team.meeting_at(recurring, "rhythm_of") if connection.vendor == "postgresql" else nullcontext()
                with guards.without(without), meeting:
                    jobs.place_recurring(at=at)
            else:
                jobs.place_recurring(at=at)
    finally:
        making.enter = real
    return placed


def die_placing() -> None:
    """Killed when the order is written and nothing is committed yet."""
    making.written = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
    jobs.place_recurring(at=AT + timedelta(days=1))


def stands() -> tuple[int, int, list[str]]:
    """(orders that came by themselves, times it came, invariants that do not hold)."""
    orders = Order.objects.filter(source="recurring").count()
    return orders, Making.objects.filter(recurring__isnull=False).count(), [each.says for each in verify() if each.rows]


def make_same(key: str, many: int) -> tuple[bool, list[int]]:
    """The same form sent: whether it was ours, and the orders it led to."""
    template = Recurring.objects.order_by("pk").first()
    assert template is not None
    made = making.make(template.template_id, [Wish()] * many, key=key, by=OWNER, at=AT)
    return made.fresh, sorted(made.orders.values())
