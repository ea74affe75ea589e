"""From the door of the house to the door of the buyer."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers.port import Outcome, Status, TrackEvent
from zhanggui.fulfilment.commands import packing, parcels
from zhanggui.fulfilment.models import Parcel
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.commands import holds
from zhanggui.orders.models import Order
from zhanggui.tracking import queries
from zhanggui.tracking.commands import ending, polling, trails
from zhanggui.tracking.models import Stop, Trail

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ship(floor: Floor, *baskets: dict[str, int]) -> list[int]:
    """Booked with the carrier, packed, shipped; what follows has happened."""
    boxes = floor.picked(*baskets)
    assert not parcels.label(boxes, by=SYSTEM, at=floor.at).refused
    packing.pack_whole(boxes, force=True, by=SYSTEM, at=floor.at)
    assert parcels.ship(boxes, by=SYSTEM, at=floor.at).done == boxes
    jobs.run_until_idle(at=lambda: floor.at)
    return boxes


@pytest.fixture
def boxes(floor: Floor) -> list[int]:
    floor.shelf("A-1", "TEA", 999)
    return ship(floor, {"TEA": 1}, {"TEA": 1})


def scan(trail: Trail, hours: float, word: Status, text: str = "") -> TrackEvent:
    return TrackEvent(trail.waybill, f"{hours}", trail.since + hours * HOUR, word, text or word.value, "杭州市")


@pytest.mark.capability("T-01", "T-04")
def test_a_shipped_parcel_is_followed_and_handed_to_its_carrier(
    boxes: list[int], courier: FakeCourier, at: datetime
) -> None:
    found = Trail.objects.order_by("id")
    assert [(trail.parcel_id, trail.status, trail.waybill) for trail in found] == [
        (boxes[0], "announced", "SB000000000001"),
        (boxes[1], "announced", "SB000000000002"),
    ]
    assert found[0].expected_at == at + timedelta(days=3)
    assert found[0].next_check_at == at + timedelta(minutes=30)
    assert ("handover", ["SB000000000001", "SB000000000002"]) in courier.calls
    assert trails.follow(boxes, by=SYSTEM, at=at) == []


def test_a_hand_over_nobody_answered_is_said_again(floor: Floor, courier: FakeCourier, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    courier.outcome = Outcome.UNKNOWN
    ship(floor, {"TEA": 1})
    assert Job.objects.filter(name="tracking.hand_over").count() == 1
    courier.outcome = Outcome.OK
    jobs.run_until_idle(at=lambda: at + HOUR)
    assert not Job.objects.filter(name="tracking.hand_over").exists()
    assert [verb for verb, _ in courier.calls].count("handover") == 2


@pytest.mark.capability("T-01", "T-03", "T-06")
def test_scans_are_written_once_and_the_order_hears_how_it_ends(
    boxes: list[int], courier: FakeCourier, floor: Floor, at: datetime
) -> None:
    trail = Trail.objects.get(parcel_id=boxes[0])
    courier.events = [scan(trail, 1, Status.PICKED_UP, "已揽收"), scan(trail, 20, Status.OUT_FOR_DELIVERY)]
    assert polling.poll(at=at + 21 * HOUR) == 1
    assert polling.poll(at=at + 21 * HOUR) == 0
    trail.refresh_from_db()
    assert (trail.status, trail.checked_at, trail.last_place) == ("out_for_delivery", at + 21 * HOUR, "杭州市")
    courier.events.append(scan(trail, 22, Status.DELIVERED, "已签收，签收人：林晓"))
    assert polling.poll(at=at + 23 * HOUR) == 1
    trail.refresh_from_db()
    assert (trail.status, trail.next_check_at, trail.last_text) == ("delivered", None, "已签收，签收人：林**")
    assert trail.delivered_at == at + 22 * HOUR
    assert Stop.objects.filter(trail=trail).count() == 3
    parcel = Parcel.objects.get(pk=boxes[0])
    assert (floor.stage(parcel.order_id), Order.objects.get(pk=parcel.order_id).delivered_at) == ("delivered", at + 23 * HOUR)
    assert list(Entry.objects.filter(name="ParcelMoved").values_list("facts__status", flat=True)) == ["out_for_delivery"]
    assert Entry.objects.filter(name="ParcelDelivered").count() == 1
    shown = queries.trail(boxes[0])
    assert shown is not None
    assert [stop.status for stop in shown.stops.all()] == ["delivered", "out_for_delivery", "picked_up"]


@pytest.mark.capability("T-06")
def test_delivered_stays_delivered_whatever_comes_late(boxes: list[int], floor: Floor, at: datetime) -> None:
    trail = Trail.objects.get(parcel_id=boxes[0])
    order_id = Parcel.objects.get(pk=boxes[0]).order_id
    trails.record(floor.carrier_id, [scan(trail, 9, Status.DELIVERED)], by=SYSTEM, at=at + 10 * HOUR)
    late = [scan(trail, 3, Status.PICKED_UP), scan(trail, 12, Status.IN_TRANSIT)]
    assert trails.record(floor.carrier_id, late, by=SYSTEM, at=at + 13 * HOUR) == []
    assert trails.record(floor.carrier_id, [scan(trail, 9, Status.DELIVERED)], by=SYSTEM, at=at + 14 * HOUR) == []
    trail.refresh_from_db()
    assert (trail.status, trail.delivered_at, Stop.objects.count()) == ("delivered", at + 9 * HOUR, 3)
    assert floor.stage(order_id) == "delivered"
    assert Entry.objects.filter(name="ParcelDelivered").count() == 1


def test_strangers_and_the_same_scan_twice_in_one_answer_are_one(boxes: list[int], floor: Floor, at: datetime) -> None:
    trail = Trail.objects.get(parcel_id=boxes[0])
    one = scan(trail, 1, Status.PICKED_UP)
    stranger = TrackEvent("NOT-OURS", "1", at, Status.DELIVERED, "")
    assert trails.record(floor.carrier_id, [one, one, stranger], by=SYSTEM, at=at + HOUR) == [boxes[0]]
    assert Stop.objects.count() == 1


def test_a_carrier_that_does_not_answer_is_counted_and_asked_ever_later(
    boxes: list[int], courier: FakeCourier, at: datetime
) -> None:
    courier.down = True
    moment = at + HOUR
    polling.poll(at=moment)
    trail = Trail.objects.get(parcel_id=boxes[0])
    assert (trail.failures, trail.next_check_at, trail.checked_at) == (1, moment + timedelta(minutes=1), None)
    polling.poll(at=moment + timedelta(minutes=1))
    trail.refresh_from_db()
    assert (trail.failures, trail.next_check_at) == (2, moment + timedelta(minutes=3))
    courier.down = False
    polling.poll(at=moment + timedelta(minutes=3))
    trail.refresh_from_db()
    assert (trail.failures, trail.checked_at) == (0, moment + timedelta(minutes=3))


def test_parcels_in_somebodys_hands_are_not_asked_about_twice(
    boxes: list[int], courier: FakeCourier, at: datetime
) -> None:
    courier.before = lambda: polling.poll(at=at + HOUR)
    polling.poll(at=at + HOUR)
    assert [verb for verb, _ in courier.calls].count("track") == 1


@pytest.mark.capability("T-09", "U-04")
def test_a_week_after_arrival_an_order_nobody_stops_is_complete(
    boxes: list[int], floor: Floor, owner: Actor, at: datetime
) -> None:
    done, held = (Parcel.objects.get(pk=box).order_id for box in boxes)
    events = [scan(trail, 1, Status.DELIVERED) for trail in Trail.objects.all()]
    trails.record(floor.carrier_id, events, by=SYSTEM, at=at)
    holds.hold([held], by=owner, at=at)
    assert ending.complete_due(at=at + timedelta(days=6, hours=23)) == 0
    assert ending.complete_due(at=at + timedelta(days=7)) == 1
    assert (floor.stage(done), floor.stage(held)) == ("completed", "delivered")


@pytest.mark.capability("T-02", "T-07")
def test_the_board_counts_and_names_what_stands_still(
    boxes: list[int], floor: Floor, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = Trail.objects.order_by("id")
    assert [row.why for row in queries.stuck(at + HOUR)] == ["not-collected", "not-collected"]
    news = [scan(first, 2, Status.IN_TRANSIT), scan(second, 3, Status.REFUSED)]
    trails.record(floor.carrier_id, news, by=SYSTEM, at=at + 4 * HOUR)
    assert [(row.trail.pk, row.why) for row in queries.stuck(at)] == [(second.pk, "refused")]
    with django_assert_num_queries(1):
        found = queries.stuck(at + 9 * HOUR)
        assert [(row.trail.parcel.order.number, row.trail.carrier.name, row.why) for row in found] == [
            ("261020-00001", "松果速运", "not-moving"),
            ("261020-00002", "松果速运", "refused"),
        ]
    with django_assert_num_queries(1):
        board = queries.board()
    assert (board["in_transit"], board["refused"], board["delivered"]) == (1, 1, 0)
    assert set(board) == {status.value for status in Status}
    # Counted no further than one beyond the bound.
    with mock.patch.object(queries, "CAP", -1):
        assert set(queries.board().values()) == {0}
    with django_assert_num_queries(1):
        page = queries.rows(queries.Filters(limit=1))
        assert [row.parcel.order.recipient.province for row in page] == ["湖北省"]
    rest = queries.rows(queries.Filters(before_id=page[0].pk))
    assert [row.pk for row in rest] == [first.pk]
    assert [row.pk for row in queries.rows(queries.Filters(search=second.waybill.lower()))] == [second.pk]
    assert [row.pk for row in queries.rows(queries.Filters(search="261020-00001"))] == [first.pk]
    assert [row.pk for row in queries.rows(queries.Filters(status="refused"))] == [second.pk]
    assert len(queries.rows(queries.Filters(late=at + timedelta(days=4)))) == 2


@pytest.mark.capability("T-04")
def test_the_lane_tells_when_the_next_parcel_arrives(floor: Floor, courier: FakeCourier, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    ship(floor, *[{"TEA": 1}] * 3)
    took = zip(Trail.objects.order_by("id"), (20, 26, 90), strict=True)
    events = [scan(trail, hours, Status.DELIVERED) for trail, hours in took]
    trails.record(floor.carrier_id, events, by=SYSTEM, at=at)
    assert queries.lane_times() == {("浙江省", "湖北省"): 26 * HOUR}
    box = ship(floor, {"TEA": 1})[0]
    assert Trail.objects.get(parcel_id=box).expected_at == at + 26 * HOUR


def test_a_hundred_scans_cost_as_many_statements_as_two(
    floor: Floor, courier: FakeCourier, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    floor.shelf("A-1", "TEA", 999)
    ship(floor, *[{"TEA": 1}] * 22)
    every = list(Trail.objects.order_by("id"))
    few, many = every[:2], every[2:]
    with django_assert_max_num_queries(40) as small:
        trails.record(floor.carrier_id, [scan(trail, 1, Status.DELIVERED) for trail in few], by=SYSTEM, at=at)
    with django_assert_max_num_queries(len(small.captured_queries)):
        events = [scan(trail, hours, Status.IN_TRANSIT) for trail in many for hours in range(4)]
        events += [scan(trail, 9, Status.DELIVERED) for trail in many]
        assert len(trails.record(floor.carrier_id, events, by=SYSTEM, at=at)) == 20
