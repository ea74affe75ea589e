"""What the processes of a race for the ways in do. Every function here is called in a process of its own."""

from datetime import UTC, datetime

from tests.flows import team
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.orders import sources as ways
from zhanggui.orders.commands import sources

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
migrate, begin = team.migrate, team.begin


def work(nth: int) -> int:
    """Five ways in of one's own, one that everybody wants, a name for the telephone, and an order for them all: how many were made."""
    made = 0
    for each in range(5):
        sources.add("phone", f"电话 {nth}-{each}", by=SYSTEM, at=AT)
        made += 1
        sources.put_in_order([row.code for row in reversed(ways.listed())], by=SYSTEM, at=AT)
        sources.change("phone", name=f"总机 {nth}-{each}", tone="good", enabled=True, by=SYSTEM, at=AT)
    try:
        sources.add("manual", "柜台", by=SYSTEM, at=AT)
    except Refused:
        return made
    return made + 1


def stands() -> tuple[int, int, int, int]:
    """How many ways in there are, how many codes, names and places they have."""
    rows = ways.listed()
    return len(rows), len({row.code for row in rows}), len({row.name for row in rows}), len({row.position for row in rows})
