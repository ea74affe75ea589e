"""What workers do when the same orders are looked at by several of them at once; each runs in a process of its own."""

from datetime import UTC, datetime

from tests.flows import team
from tests.web.orders.bench import Bench
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import review, ruling, shops
from zhanggui.orders.models import Line, Order, Ruling
from zhanggui.orders.ruling.rule import Condition, Does, Gift, Rule
from zhanggui.stock.commands import warehouses

migrate, begin = team.migrate, team.begin
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
PIECES = (Condition("pieces", "at_least", (1,)),)


def waiting(many: int) -> list[int]:
    """So many orders at review that nothing can fill, and two rules that meet them."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    ids = [bench.put(f"A{nth}", 1000 + nth).pk for nth in range(many)]
    ruling.make(Rule("送杯", PIECES, Does(gift=Gift(bench.other, "", 2), flag="red")), by=SYSTEM, at=AT)
    ruling.make(Rule("先看", PIECES, Does(hold="看一眼")), by=SYSTEM, at=AT)
    return ids


def look(ids: list[int], times: int) -> int:
    """Review them, again and again."""
    for _nth in range(times):
        review.run(ids, by=SYSTEM, at=AT)
    return len(ids)


def stands() -> dict[str, object]:
    return {
        "rulings": Ruling.objects.count(),
        "told": Entry.objects.filter(name="RuleFired").count(),
        "gifts": Line.objects.filter(unit_minor=0).count(),
        "held": sorted(set(Order.objects.values_list("holds", flat=True))),
        "wrong": [each.says for each in verify() if each.rows],
    }
