"""What the processes of one race do: several people who opened the same order and press save at the same moment."""

import time
from contextlib import nullcontext

from tests.flows import team
from tests.flows.racing import AT, audit
from tests.web.orders.bench import PRICE, Bench
from zhanggui.journal.models import Entry
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import change, shops
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Line, Order
from zhanggui.orders.revisions import LineChange, Revision
from zhanggui.orders.standing import standing
from zhanggui.stock.commands import warehouses

migrate, begin = team.migrate, team.begin
__all__ = ["audit", "begin", "migrate", "order", "save", "says"]


def order(lines: int) -> tuple[int, list[int]]:
    """An order that waits, with so many lines."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    placed = bench.place("T1", [NewLine(bench.sku, "GW-150-QY", "盖碗", "", 20 + nth, PRICE, 0, (20 + nth) * PRICE) for nth in range(lines)])
    return placed.pk, list(Line.objects.filter(order=placed).order_by("position").values_list("pk", flat=True))


def save(order_id: int, line_id: int, pieces: int, note: str, guarded: bool) -> str:
    """Look at the order, take one's time, and save: pieces of one line, and a note where there is one to write. Answers how it went."""
    seen, was = Order.objects.get(pk=order_id).version, standing(order_id)
    time.sleep(0.5)
    said = Revision(order_id, seen, was, lines=[LineChange(line_id, quantity=pieces)], internal_note=note or None)
    with nullcontext() if guarded else guards.without("orders.version"):
        told = change.revise([said], by=SYSTEM, at=AT).refused.get(order_id)
    return str(told["code"]) if told else "saved"


def says(order_id: int) -> tuple[list[int], str, int, int]:
    """(pieces of each line, note, version, how many changes the book tells)."""
    row = Order.objects.get(pk=order_id)
    pieces = list(Line.objects.filter(order=order_id).order_by("position").values_list("quantity", flat=True))
    return pieces, row.internal_note, row.version, Entry.objects.filter(name="OrderChanged", subject_id=order_id).count()
