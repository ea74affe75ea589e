"""Changing an order before the warehouse has it: sums that add up, holds that go, a history without gaps."""

from datetime import datetime

import pytest

from tests.web.orders.bench import LIN, PRICE, Bench
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import change, noting
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Line, Order
from zhanggui.orders.refusals import BelowNothing, LastLine, NoSuchSku, ReasonMissing

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def all_true() -> list[str]:
    """The invariants that do not hold."""
    return [one.says for one in verify() if one.rows]


def test_a_discount_shrinks_with_its_pieces_and_the_order_still_adds_up(bench: Bench, at: datetime) -> None:
    lines = [
        NewLine(bench.sku, "GW-150-QY", "盖碗", "", 12, PRICE, 1000, 12 * PRICE - 1000),
        NewLine(bench.other, "GDB-350", "公道杯", "", 1, 3990, 0, 3990),
    ]
    goods = sum(line.total_minor for line in lines)
    order = bench.place("T1", lines, discount_minor=500, freight_minor=800, total_minor=goods + 300, paid_minor=goods + 300)
    first, second = Line.objects.filter(order=order).order_by("position")
    change.change_quantity(first.pk, 5, by=SYSTEM, at=at)
    first.refresh_from_db()
    assert (first.quantity, first.discount_minor, first.total_minor) == (5, 417, 5 * PRICE - 417)
    assert all_true() == []
    assert second.quantity == 1


def test_the_last_line_stays_and_nothing_costs_less_than_nothing(bench: Bench, at: datetime) -> None:
    order = bench.put("T1", 12)
    line = Line.objects.get(order=order)
    with pytest.raises(LastLine):
        change.change_quantity(line.pk, 0, by=SYSTEM, at=at)
    dear = bench.put("T2", 12, discount_minor=11 * PRICE, total_minor=PRICE, paid_minor=PRICE)
    with pytest.raises(BelowNothing):
        change.change_quantity(Line.objects.get(order=dear).pk, 3, by=SYSTEM, at=at)
    assert all_true() == []


def test_many_orders_of_one_strange_code_are_reviewed_now_and_by_the_worker(bench: Bench, at: datetime) -> None:
    orders = [bench.put(f"T{n}", sku=None, code="OLD", idle=False) for n in range(103)]
    bench.receive(bench.sku, 200)
    line = Line.objects.get(order=orders[0])
    batch = change.match_sku(line.pk, bench.sku, everywhere=True, by=SYSTEM, at=at)
    assert len(batch.done) == 103
    assert Order.objects.filter(stage="approved").count() == 100
    assert Job.objects.filter(name="orders.review_again").count() == 1
    with pytest.raises(NoSuchSku):
        change.sku_called("nothing")


def test_a_changed_receiver_is_found_by_what_is_true_now(bench: Bench, at: datetime) -> None:
    order = bench.put("T1", person=LIN._replace(street="", oaid=""))
    change.set_address(order.pk, {"phone": "13900139000", "street": "中山路 1 号"}, by=SYSTEM, at=at)
    person = noting.reveal(order.pk, why="核对地址", by=SYSTEM, at=at)
    assert (person.name, person.phone, person.street, person.city) == ("林晓晓", "13900139000", "中山路 1 号", "武汉市")
    told = Entry.objects.filter(subject_kind="order", subject_id=order.pk).values_list("facts", flat=True)
    assert not any("中山路" in str(facts) or "13900139000" in str(facts) for facts in told)
    with pytest.raises(ReasonMissing):
        noting.reveal(order.pk, why=" ", by=SYSTEM, at=at)


def test_who_may_not_change_changes_nothing(bench: Bench, roles: dict[str, Actor], at: datetime) -> None:
    order = bench.put("T1", 99)
    line = Line.objects.get(order=order)
    for role in ("warehouse", "finance", "readonly", "aftersales"):
        for call in (
            lambda by: change.change_quantity(line.pk, 1, by=by, at=at),
            lambda by: change.set_address(order.pk, {"name": "x"}, by=by, at=at),
            lambda by: change.swap_sku(line.pk, bench.other, by=by, at=at),
            lambda by: change.match_sku(line.pk, bench.other, by=by, at=at),
            lambda by: change.set_payment(order.pk, "cod", by=by, at=at),
            lambda by: change.submit([order.pk], by=by, at=at),
        ):
            with pytest.raises(NotAllowed):
                call(roles[role])
    line.refresh_from_db()
    assert (line.quantity, line.sku_id) == (99, bench.sku)
