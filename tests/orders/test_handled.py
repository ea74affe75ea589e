"""How much of the work on orders is done by hand, counted from the book: the figures against a day made up of known hands."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import LIN, Bench
from zhanggui.accounts.policy import policy
from zhanggui.journal import jobs as worker
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor, Reach
from zhanggui.orders import jobs
from zhanggui.orders.commands import change, handled, holds, noting, progress, review
from zhanggui.orders.models import DayHandled, Order
from zhanggui.orders.reading.handled import Handled, trend

pytestmark = [pytest.mark.django_db, pytest.mark.capability("I-15")]


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


@pytest.fixture
def hand() -> Actor:
    return Actor("person", 7, "小周", policy().grants_of("owner"), "owner", fresh=True)


def put(bench: Bench, no: str, **facts: Any) -> Order:
    """An order that came at the bench's moment, and was reviewed a minute later by itself."""
    order = bench.put(no, 1, idle=False, **facts)
    worker.run_until_idle(at=lambda: bench.at + timedelta(minutes=1))
    return order


def ship(order: Order, at: datetime, by: Actor = SYSTEM) -> None:
    progress.release([order.pk], wave_id=1, by=by, at=at - timedelta(minutes=1))
    progress.mark_shipped([(order.pk, 1)], by=by, at=at)


def worked(bench: Bench, hand: Actor) -> datetime:
    """Four orders leave: one no hand touched, one changed and approved by hand, one held and let go, one only packed into a wave by hand."""
    at = bench.at + timedelta(hours=3)
    untouched = put(bench, "U1")
    ship(untouched, at)
    wrong = put(bench, "W1", person=LIN._replace(street=""))
    change.set_address(wrong.pk, {"street": "珞喻路 9 号"}, by=hand, at=bench.at + timedelta(hours=1))
    review.approve([wrong.pk], by=hand, at=bench.at + timedelta(hours=2))
    ship(wrong, at)
    stopped = put(bench, "H1")
    holds.hold([stopped.pk], by=hand, at=bench.at + timedelta(minutes=5))
    holds.clear([stopped.pk], "by-hand", by=hand, at=bench.at + timedelta(minutes=9))
    ship(stopped, at)
    late = put(bench, "P1")
    ship(late, at, by=hand)
    # After it left, it is no work on the way out any more.
    noting.set_notes(untouched.pk, noting.Notes("好", "", ""), was=noting.notes_of(untouched), by=hand, at=at + timedelta(hours=1))
    return at


def test_touches_the_share_without_a_hand_and_what_went_wrong_are_counted_from_the_book(bench: Bench, hand: Actor) -> None:
    at = worked(bench, hand)
    assert handled.count(at=at) == 4
    found = trend(clock.day_of(at), 30)
    # W1: its address was mended, which let it pass by itself; approving then moved nothing. H1: held, let go. P1: into a wave.
    assert found.whole == Handled(shipped=4, touches=1 + 2 + 1, by_itself=3, held=2, changed=1, wrong=2)
    assert (found.whole.per_order, found.whole.alone, found.whole.errors) == (1.0, 0.75, 0.5)
    assert len(found.days) == 30
    assert found.days[-1].handled.shipped == 4
    assert found.counted_at == at
    by_hand = sum(
        len(set(Entry.objects.filter(subject_kind="order", subject_id=pk, actor_kind="person", at__lte=at).exclude(
            name="OrderShipped").values_list("at", flat=True)))
        for pk in Order.objects.values_list("pk", flat=True)
    )  # fmt: skip
    assert by_hand == found.whole.touches


def test_a_day_is_counted_again_until_it_is_over_and_then_never(bench: Bench, hand: Actor) -> None:
    at = worked(bench, hand)
    handled.count(at=at)
    ship(put(bench, "U2"), at + timedelta(minutes=10))
    jobs.count_handled(at=at + timedelta(minutes=30))
    assert trend(clock.day_of(at), 1).whole.shipped == 5
    tomorrow = at + timedelta(days=1)
    assert handled.count(at=tomorrow) == 5
    assert handled.count(at=tomorrow + timedelta(hours=1)) == 0
    assert DayHandled.objects.count() == 1


def test_days_on_which_nothing_left_are_passed_over(bench: Bench, hand: Actor) -> None:
    at = worked(bench, hand) + timedelta(days=80)
    with CaptureQueriesContext(connection) as asked:
        assert handled.count(at=at) == 4
    assert len(asked) < 12, "a quarter without a parcel is not ninety looks"
    with CaptureQueriesContext(connection) as asked:
        assert handled.count(at=at + timedelta(hours=1)) == 0
    assert len(asked) < 6


def test_a_shop_one_does_not_reach_is_not_in_the_figures(bench: Bench, hand: Actor) -> None:
    at = worked(bench, hand)
    handled.count(at=at)
    day = clock.day_of(at)
    assert trend(day, 7, reach=Reach(shops=frozenset({bench.shop_id}))).whole.shipped == 4
    assert trend(day, 7, reach=Reach(shops=frozenset({bench.shop_id + 1}))).whole.shipped == 0
    assert trend(day, 7, shop_id=bench.shop_id + 1).whole == Handled()


def test_a_quarter_costs_one_statement_however_many_orders(bench: Bench, hand: Actor) -> None:
    at = worked(bench, hand)
    handled.count(at=at)
    for days in (7, 30, 90):
        with CaptureQueriesContext(connection) as seen:
            trend(clock.day_of(at), days)
        assert len(seen) == 1


def test_an_order_that_came_already_shipped_is_nobodys_work(bench: Bench) -> None:
    order = put(bench, "S1", stage="shipped")
    assert order.shipped_at is None
    assert handled.count(at=bench.at) == 0
