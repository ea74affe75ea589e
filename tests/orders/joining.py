"""What the hands of a race at the same orders do: merge, take apart, split, plan. Each runs in a process of its own."""

from collections.abc import Sequence
from contextlib import ExitStack

from tests.flows import team
from tests.fulfilment.floor import LIN
from tests.fulfilment.race_stories import AT, floor
from zhanggui.fulfilment.commands import waves
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.ops.verify import assert_clean
from zhanggui.orders import bundles
from zhanggui.orders.commands import merging, splitting
from zhanggui.orders.models import Line, Order
from zhanggui.orders.rules.parting import Take

migrate, begin = team.migrate, team.begin
GOODS = ("TEA", "CUP", "POT", "BOX", "JAR")


def prepare(rounds: int) -> list[list[int]]:
    """So many times five orders of one buyer, of different goods."""
    place = floor()
    for sku in GOODS:
        place.shelf("A-1", sku, 500)
    made = []
    for nth in range(rounds):
        person = LIN._replace(phone=f"137{nth:08d}")
        made.append(place.orders(*[{sku: 5} for sku in GOODS], person=person, one_door=True))
    return made


def merge(order_ids: Sequence[int], without: str = "") -> int:
    """Merge these. Unguarded, nobody joins before everybody has looked."""
    with ExitStack() as stack:
        if without:
            stack.enter_context(guards.without(without))
            stack.enter_context(team.meeting_at(bundles, "join"))
        return len(merging.merge(order_ids, by=SYSTEM, at=AT).done)


def take(line_id: int, pieces: int) -> bool:
    try:
        splitting.split([Take(line_id, pieces)], by=SYSTEM, at=AT)
    except Refused:
        return False
    return True


def act(verb: str, order_ids: Sequence[int]) -> None:
    """Plan them into a wave, or take them apart."""
    try:
        if verb == "plan":
            waves.plan(list(order_ids), warehouse_id=Order.objects.get(pk=order_ids[0]).warehouse_id or 0, by=SYSTEM, at=AT)
        else:
            merging.unmerge(list(order_ids)[:1], by=SYSTEM, at=AT)
    except Refused:
        return


def alone(order_ids: Sequence[int]) -> list[int]:
    """The bundles of these with one order in them."""
    return [bundle for bundle, ids in bundles.members(bundles.of(order_ids).values()).items() if len(ids) == 1]


def lines(order_id: int) -> list[int]:
    return list(Line.objects.filter(order=order_id).values_list("pk", flat=True))


def family(order_id: int) -> tuple[int, int, int, int]:
    """(orders, pieces, minor units, claimed pieces) of an order and its parts."""
    orders = Order.objects.filter(pk=order_id) | Order.objects.filter(split_from=order_id)
    rows = list(orders.values_list("pk", "pieces", "total_minor"))
    chosen, ids = db.among("for_order", [row[0] for row in rows])
    claimed = db.fetch(f"SELECT COALESCE(SUM(pieces), 0) FROM stock_claim WHERE {chosen} AND state = 'open'", [ids])[0][0]
    return len(rows), sum(row[1] for row in rows), sum(row[2] for row in rows), int(claimed)


def clean() -> None:
    assert_clean()
