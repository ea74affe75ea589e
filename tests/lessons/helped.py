"""What the processes of a race for one lesson do. Every function here is called in a process of its own."""

from contextlib import ExitStack
from datetime import UTC, datetime

from tests.flows import team
from tests.web.orders.bench import Bench
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Changed
from zhanggui.lessons.commands import helping, writing
from zhanggui.lessons.commands.writing import Words
from zhanggui.lessons.models import Lesson, Use
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import shops
from zhanggui.stock.commands import warehouses

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
migrate, begin = team.migrate, team.begin


def prepare(many: int) -> tuple[int, list[int]]:
    """A lesson, and so many other orders."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    orders = [bench.put(f"T{nth}").pk for nth in range(many + 1)]
    (lesson,) = writing.add([orders[0]], Words("缺货", solution="从二仓发"), by=SYSTEM, at=AT)
    return lesson, orders[1:]


def press(lesson: int, order: int, without: str = "") -> int:
    with ExitStack() as stack:
        if without:
            stack.enter_context(guards.without(without))
            stack.enter_context(team.meeting_at(helping, "_enter"))
        return len(helping.use([order], lesson, by=SYSTEM, at=AT).done)


def correct(lesson: int, words: str) -> bool:
    try:
        writing.change(lesson, Words(words), seen=1, by=SYSTEM, at=AT)
    except Changed:
        return False
    return True


def stands(lesson: int) -> tuple[int, int, list[str]]:
    """(how often it says it helped, how often it did, what the auditor has against the books)."""
    return Lesson.objects.get(pk=lesson).helped, Use.objects.filter(lesson=lesson).count(), [one.says for one in verify() if one.rows]
