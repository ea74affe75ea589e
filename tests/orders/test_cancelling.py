"""Cancelling: nobody does it to paid or approved orders without a reason, and nothing holds an order that is over."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import actor
from tests.web.orders.bench import Bench
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import ReasonNeeded
from zhanggui.orders.commands import holds, progress
from zhanggui.orders.models import Hold, Order
from zhanggui.stock.models import Level

pytestmark = pytest.mark.django_db
Unpaid = Callable[[str], Order]


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


@pytest.fixture
def unpaid(bench: Bench) -> Unpaid:
    return lambda no: bench.put(no, stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None)


@pytest.mark.capability("A-16")
def test_the_owner_says_why_before_a_paid_or_approved_order_is_cancelled(bench: Bench, unpaid: Unpaid, owner: Actor, at: datetime) -> None:
    approved, later = bench.put("T1"), unpaid("T2")
    for why in ("", "。", "11"):
        with pytest.raises(ReasonNeeded) as asked:
            progress.cancel([approved.pk, later.pk], reason=why, by=owner, at=at)
        assert asked.value.facts["many"] == 2
    assert set(Order.objects.values_list("stage", flat=True)) == {"approved", "pending_payment"}
    assert Level.objects.get(sku_id=bench.sku).claimed == 1
    on_account = bench.put("T3", payment="on_account", paid_minor=0, paid_at=None)
    with pytest.raises(ReasonNeeded):
        progress.cancel([on_account.pk], by=owner, at=at)
    assert progress.cancel([later.pk], by=owner, at=at).done == [later.pk]
    assert progress.cancel([approved.pk], reason="买家不要了", by=owner, at=at).done == [approved.pk]


def test_the_house_itself_is_asked_nothing_and_a_role_that_must_say_why_always_does(unpaid: Unpaid, bench: Bench, at: datetime) -> None:
    with pytest.raises(ReasonNeeded):
        progress.cancel([unpaid("T1").pk], by=actor("reviewer"), at=at)
    assert progress.cancel([bench.put("T2").pk], by=SYSTEM, at=at).done


@pytest.mark.capability("A-12")
def test_nothing_holds_a_cancelled_order_and_what_a_person_held_comes_back_with_it(bench: Bench, owner: Actor, at: datetime) -> None:
    by_hand, short = bench.put("T1"), bench.put("T2", 99)
    holds.hold([by_hand.pk], facts={"note": "等买家回话"}, by=owner, at=at)
    assert Order.objects.get(pk=short.pk).holds == 1
    progress.cancel([by_hand.pk, short.pk], reason="买家不要了", by=owner, at=at)
    assert not Hold.objects.filter(cleared_at=None).exists()
    assert set(Order.objects.values_list("holds", flat=True)) == {0}
    progress.restore([by_hand.pk, short.pk], by=owner, at=at)
    hold = Hold.objects.get(cleared_at=None)
    assert (hold.order_id, hold.code, hold.source, hold.facts) == (by_hand.pk, "by-hand", "person", {"note": "等买家回话"})
    jobs.run_until_idle()
    # The rules look at it anew; what a person stopped goes no further by itself.
    assert dict(Order.objects.values_list("pk", "stage")) == {by_hand.pk: "pending_review", short.pk: "pending_review"}
    assert set(Hold.objects.filter(cleared_at=None).values_list("code", flat=True)) == {"by-hand", "out-of-stock"}
    assert Entry.objects.filter(name="OrderCleared").count() == 2


def test_cancelling_many_is_a_constant_number_of_statements(bench: Bench, owner: Actor, at: datetime) -> None:
    def counted(ids: list[int]) -> int:
        holds.hold(ids, by=owner, at=at)
        with CaptureQueriesContext(connection) as told:
            progress.cancel(ids, reason="买家不要了", by=owner, at=at)
            progress.restore(ids, by=owner, at=at)
        return len(told)

    some = [bench.put(f"T{nth}", idle=False).pk for nth in range(6)]
    assert counted(some[:1]) == counted(some[1:])
