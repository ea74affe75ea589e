"""A wave from approved orders to a walk, and back again."""

from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.fulfilment.floor import Floor
from zhanggui.fulfilment import queries
from zhanggui.fulfilment.commands import picks, waves
from zhanggui.fulfilment.models import Parcel, Pick, Wave
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.commands import holds
from zhanggui.orders.models import Hold

pytestmark = pytest.mark.django_db


@pytest.mark.capability("F-01", "A-17")
def test_approved_orders_become_a_wave_of_numbered_parcels(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-01", "TEA", 10)
    floor.shelf("A-02", "CUP", 10)
    orders = floor.orders({"TEA": 2}, {"TEA": 1, "CUP": 1}, {"TEA": 1})
    planned = waves.plan(None, warehouse_id=floor.warehouse_id, by=owner, at=at)
    assert planned.number == "W261020-01"
    assert sorted(planned.batch.done) == sorted(orders)
    rows = Parcel.objects.order_by("id").values_list("number", "order_id", "slot", "pieces", "carrier_id")
    assert list(rows) == [
        ("P261020-00001", orders[0], 1, 2, floor.carrier_id),
        ("P261020-00002", orders[1], 3, 2, floor.carrier_id),
        ("P261020-00003", orders[2], 2, 1, floor.carrier_id),
    ]
    assert [floor.stage(order_id) for order_id in orders] == ["fulfilling"] * 3
    made = Entry.objects.filter(name="ParcelMade").values_list("seq", "before", "after")
    assert list(made) == [(1, "", "waiting")] * 3


def test_an_order_somebody_holds_stays_out_and_says_so(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-01", "TEA", 10)
    first, second = floor.orders({"TEA": 1}, {"TEA": 1})
    holds.hold([second], by=owner, at=at)
    planned = waves.plan([first, second, 999_999], warehouse_id=floor.warehouse_id, by=owner, at=at)
    assert planned.batch.done == [first]
    assert planned.batch.refused == {second: {"code": "held", "codes": ["by-hand"]}, 999_999: {"code": "not-waiting"}}
    with pytest.raises(NothingToPlan):
        waves.plan([first, second], warehouse_id=floor.warehouse_id, by=owner, at=at)
    assert Wave.objects.count() == 1


@pytest.mark.capability("F-01", "F-03")
def test_a_released_wave_walks_the_shelves_once_for_all_its_orders(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-10", "TEA", 3)
    floor.shelf("A-2", "TEA", 9)
    floor.shelf("B-1", "CUP", 5)
    wave_id = floor.wave({"TEA": 2}, {"TEA": 3, "CUP": 1}, {"CUP": 2})
    assert floor.stops(wave_id) == [("A-2", "TEA", 5, 0), ("B-1", "CUP", 3, 0)]
    assert Wave.objects.get(pk=wave_id).stage == "picking"


def test_pieces_another_picker_is_sent_for_are_not_sent_for_twice(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 4)
    floor.shelf("A-2", "TEA", 4)
    first = floor.wave({"TEA": 3})
    second = floor.wave({"TEA": 3})
    assert floor.stops(first) == [("A-1", "TEA", 3, 0)]
    assert floor.stops(second) == [("A-2", "TEA", 3, 0)]


def test_when_the_shelves_lack_the_last_promised_leaves_the_wave(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    early, late = floor.orders({"TEA": 2}, {"TEA": 2})
    planned = waves.plan([early, late], warehouse_id=floor.warehouse_id, by=owner, at=at)
    # Two pieces lie in no shelf a picker could be sent to: a wave of yesterday left them in staging.
    shelf = Pick._meta.get_field("bin").related_model.objects.get(code="A-1")
    from_shelf = picks.Take(shelf.pk, floor.skus["TEA"], 2)
    picks.take_from_shelves([from_shelf], wave_id=planned.wave_id, by=SYSTEM, at=at)
    waves.release([planned.wave_id], by=owner, at=at)
    assert floor.stops(planned.wave_id) == [("A-1", "TEA", 2, 0)]
    assert (floor.stage(early), floor.stage(late)) == ("fulfilling", "pending_review")
    hold = Hold.objects.get(order_id=late)
    assert (hold.code, hold.source) == ("shelf-short", "person")
    assert hold.facts["missing"] == [{"sku_id": floor.skus["TEA"], "wanted": 2}]
    assert floor.level("TEA") == (5, 2)
    assert Parcel.objects.get(order_id=late).stage == "voided"


def test_a_cancelled_wave_gives_orders_and_pieces_back(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    floor.shelf("A-2", "CUP", 5)
    wave_id = floor.wave({"TEA": 2, "CUP": 1}, {"TEA": 1})
    stop = Pick.objects.get(wave_id=wave_id, sku__code="TEA")
    picks.confirm([stop.pk], by=owner, at=at)
    assert floor.lies("TEA") == {"A-1": 2, "STAGE": 3}
    batch = waves.cancel([wave_id], by=owner, at=at)
    assert batch.done == [wave_id]
    assert floor.lies("TEA") == {"A-1": 5}
    orders = Parcel.objects.filter(wave_id=wave_id).values_list("order_id", "stage")
    assert {floor.stage(order_id) for order_id, _ in orders} == {"approved"}
    assert {stage for _, stage in orders} == {"voided"}
    assert floor.level("TEA") == (5, 3)
    assert waves.cancel([wave_id], by=owner, at=at).refused[wave_id]["code"] == "wave-elsewhere"
    again = waves.plan(None, warehouse_id=floor.warehouse_id, by=owner, at=at)
    assert len(again.batch.done) == 2


def test_an_order_taken_out_shrinks_the_walk_and_leaves_the_rest(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 9)
    wave_id = floor.wave({"TEA": 2}, {"TEA": 1})
    out = Parcel.objects.filter(wave_id=wave_id).order_by("id").first()
    assert out is not None
    batch = waves.withdraw([out.order_id], why="buyer-asked", by=replace(owner, why="买家来电"), at=at)
    assert batch.done == [out.order_id]
    assert floor.stops(wave_id) == [("A-1", "TEA", 1, 0)]
    picks.confirm_waves([wave_id], by=owner, at=at)
    assert Wave.objects.get(pk=wave_id).stage == "picked"


def test_what_was_picked_for_nobody_is_carried_back_once(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 9)
    wave_id = floor.wave({"TEA": 2}, {"TEA": 1})
    picks.confirm_waves([wave_id], by=owner, at=at)
    gone = Parcel.objects.filter(wave_id=wave_id).order_by("id").first()
    assert gone is not None
    waves.withdraw([gone.order_id], by=replace(owner, why="买家来电"), at=at)
    assert queries.wave_board()[0].leftover == 2
    assert picks.put_back([wave_id], by=owner, at=at) == 2
    assert picks.put_back([wave_id], by=owner, at=at) == 0
    assert floor.lies("TEA") == {"A-1": 8, "STAGE": 1}


def test_an_open_wave_whose_orders_all_left_is_dropped(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 9)
    wave_id = floor.wave({"TEA": 2}, release=False)
    waves.withdraw([Parcel.objects.get().order_id], by=replace(owner, why="买家来电"), at=at)
    assert Wave.objects.get(pk=wave_id).stage == "cancelled"


@pytest.mark.capability("F-03")
def test_waiting_orders_are_suggested_as_they_are_worth_picking_together(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 50)
    floor.shelf("A-2", "CUP", 50)
    floor.orders(*[{"TEA": 1}] * 6, {"TEA": 1, "CUP": 1}, {"CUP": 3})
    found = {group.kind: group for group in queries.suggest(floor.warehouse_id)}
    assert {kind: (group.what, group.orders, group.pieces) for kind, group in found.items()} == {
        "all": ("", 8, 11),
        "hot": ("TEA", 6, 6),
        "single": ("", 6, 6),
        "mixed": ("", 1, 2),
    }
    assert found["hot"].stops_saved == 5
    planned = waves.plan(found["hot"].order_ids, warehouse_id=floor.warehouse_id, by=owner, at=at)
    assert len(planned.batch.done) == 6


def test_ten_orders_cost_as_many_statements_as_two(
    floor: Floor, owner: Actor, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    floor.shelf("A-1", "TEA", 99)
    floor.shelf("A-2", "CUP", 99)
    small = floor.orders(*[{"TEA": 1, "CUP": 1}] * 2)
    large = floor.orders(*[{"TEA": 1, "CUP": 1}] * 10)
    with django_assert_max_num_queries(60) as first:
        one = waves.plan(small, warehouse_id=floor.warehouse_id, by=owner, at=at)
        waves.release([one.wave_id], by=owner, at=at)
        picks.confirm_waves([one.wave_id], by=owner, at=at)
    with django_assert_max_num_queries(len(first.captured_queries)):
        two = waves.plan(large, warehouse_id=floor.warehouse_id, by=owner, at=at)
        waves.release([two.wave_id], by=owner, at=at)
        picks.confirm_waves([two.wave_id], by=owner, at=at)


def test_boards_ask_a_fixed_number_of_questions(
    floor: Floor, owner: Actor, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    floor.shelf("A-1", "TEA", 99)
    for many in (1, 4):
        for _ in range(many):
            floor.wave({"TEA": 1}, {"TEA": 2})
        with django_assert_num_queries(3):
            board = queries.wave_board()
        with django_assert_num_queries(4):
            wave = queries.wave_detail(board[0].wave_id)
            assert [(pick.bin.code, pick.sku.code) for pick in wave.picks.all()] == [("A-1", "TEA")]
            assert [parcel.order.number for parcel in wave.parcels.all()]
        with django_assert_num_queries(1):
            counts = queries.counts()
        with django_assert_num_queries(2):
            queries.suggest(floor.warehouse_id)
        with django_assert_num_queries(2):
            page = queries.parcels(waybill="none")
        with django_assert_num_queries(3):
            assert len(queries.order_parcels(page[0].order_id)) == 1
    assert (board[0].orders, board[0].stops, board[0].parcels) == (2, 1, 2)
    assert (counts.to_plan, counts.to_pick, counts.to_label) == (0, 5, 10)
