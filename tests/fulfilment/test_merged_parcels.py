"""Orders to one door in one parcel: each stays an order, all of them travel together, and the way back is open until it is packed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import actor
from tests.fulfilment.floor import LIN, FakeCourier, Floor, from_bench
from zhanggui.carriers.port import Status, TrackEvent
from zhanggui.fulfilment import asked, queries
from zhanggui.fulfilment.commands import packing, parcels, picks, readdressing, sheets, waves
from zhanggui.fulfilment.models import Fellow, Parcel, ParcelLine, Wave
from zhanggui.fulfilment.refusals import NothingToPlan, OrderStopped
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import change, holds, merging, progress, review
from zhanggui.orders.joining_refusals import GoesWithOthers
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading import joinable
from zhanggui.papers.facts import Label, PackingSlip
from zhanggui.tracking.commands import trails

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(floor: Floor) -> list[int]:
    """Three orders of one buyer, of different goods, approved."""
    for sku in ("TEA", "CUP", "POT"):
        floor.shelf("A-1", sku, 20)
    return floor.orders({"TEA": 2}, {"CUP": 1}, {"POT": 1}, one_door=True)


def bundle_of(order_id: int) -> int | None:
    return Order.objects.values_list("bundle_id", flat=True).get(pk=order_id)


def planned(floor: Floor, order_ids: list[int] | None = None) -> waves.Planned:
    return waves.plan(order_ids, warehouse_id=floor.warehouse_id, by=SYSTEM, at=floor.at)


@pytest.mark.capability("A-06")
def test_orders_to_one_door_are_found_merged_and_taken_apart_again(floor: Floor, three: list[int], owner: Actor, at: datetime) -> None:
    (alone,) = floor.orders({"TEA": 1})
    assert joinable.candidates() == [(tuple(three), None)]
    before = list(Order.objects.order_by("pk").values("number", "total_minor", "paid_minor", "buyer_note", "stage", "version"))
    done = merging.merge([*three, alone], by=owner, at=at)
    assert (done.done, done.refused) == (three, {alone: {"code": "goes-alone", "number": Order.objects.get(pk=alone).number}})
    assert len({bundle_of(id_) for id_ in three}) == 1
    assert bundle_of(alone) is None
    assert joinable.candidates() == []
    assert merging.merge(three, by=owner, at=at).done == []
    # One that comes later is offered to those that go already, and joins them.
    (later,) = floor.orders({"CUP": 2}, one_door=True, platform_no="T9", buyer_note="一起发")
    holds.clear([later], "duplicate-suspected", by=owner, at=at)
    review.approve([later], by=owner, at=at)
    (found,) = joinable.candidates()
    assert (set(found.order_ids), found.bundle_id) == ({*three, later}, bundle_of(three[0]))
    assert merging.merge(list(found.order_ids), by=owner, at=at).done == [later]
    assert merging.unmerge([later], by=owner, at=at).done == [later]
    assert set(merging.unmerge(three[:2], by=owner, at=at).done) == set(three), "the last one is not left with itself"
    assert merging.unmerge(three[:1], by=owner, at=at).refused[three[0]]["code"] == "not-together"
    after = list(Order.objects.exclude(pk=later).order_by("pk").values("number", "total_minor", "paid_minor", "buyer_note", "stage", "version"))
    assert after == before
    assert Entry.objects.filter(name="OrderUnmerged", facts__how="by-hand").count() == 4
    with pytest.raises(NotAllowed):
        merging.merge(three, by=actor("sales"), at=at)
    # What somebody holds for a reason that goes alone is left out, the others go together.
    holds.hold(three[:1], "wait-return", by=owner, at=at)
    assert joinable.candidates() == [((*three[1:], later), None)]
    done = merging.merge(three, by=owner, at=at)
    assert (done.done, done.refused) == (three[1:], {three[0]: {"code": "held", "codes": ["wait-return"]}})
    assert_clean()


@pytest.mark.capability("A-06")
def test_who_is_refunded_changed_or_cancelled_leaves_what_it_was_merged_with(
    floor: Floor, three: list[int], owner: Actor, at: datetime
) -> None:
    first, second, third = three
    merging.merge(three, by=owner, at=at)
    holds.hold([third], "refund-applied", by=owner, at=at)
    assert (bundle_of(first), bundle_of(third)) == (bundle_of(second), None)
    refused = merging.merge(three, by=owner, at=at).refused
    assert refused[third]["code"] == "stopped-there"
    holds.clear([third], "refund-applied", by=owner, at=at)
    assert merging.merge(three, by=owner, at=at).done == [third]
    review.unapprove([second], by=SYSTEM, at=at)
    change.set_address(second, {"street": "别处 1 号"}, by=owner, at=at)
    assert (bundle_of(second), bundle_of(first)) == (None, bundle_of(third))
    progress.cancel([first], reason="买家不要了", by=owner, at=at)
    assert [bundle_of(id_) for id_ in three] == [None, None, None]
    assert Entry.objects.filter(name="OrderUnmerged", facts__how="changed").count() == 4
    assert_clean()


@pytest.mark.capability("A-06", "F-15")
def test_merged_orders_are_one_parcel_from_the_wave_to_the_door(
    floor: Floor, three: list[int], courier: FakeCourier, owner: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, second, third = three
    Order.objects.filter(pk=second).update(payment="cod", paid_minor=0, buyer_note="放门卫")
    Order.objects.filter(pk=third).update(payment="cod", paid_minor=400, seller_note="加一张卡")
    (alone,) = floor.orders({"TEA": 1})
    merging.merge(three, by=owner, at=at)
    # Asked of one, all of them come.
    wave = planned(floor, [second, alone])
    assert set(wave.batch.done) == {*three, alone}
    box = Parcel.objects.get(order=lead)
    assert list(Fellow.objects.values_list("parcel_id", "order_id")) == [(box.pk, second), (box.pk, third)]
    assert (Parcel.objects.count(), box.pieces, Wave.objects.get().orders) == (2, 4, 4)
    assert set(ParcelLine.objects.filter(parcel=box).values_list("order_line__order_id", flat=True)) == set(three)
    waves.release([wave.wave_id], by=owner, at=at)
    picks.confirm_waves([wave.wave_id], by=owner, at=at)
    # Any of their numbers opens the one box, and every note is read there.
    number = Order.objects.get(pk=third).number
    assert queries.find_parcel(number) == box.pk
    bench = packing.open(number, by=owner, at=at)
    assert (bench.fellows, bench.buyer_note, bench.seller_note) == (
        tuple(Order.objects.filter(pk__in=three[1:]).order_by("pk").values_list("number", flat=True)), "放门卫", "加一张卡",
    )  # fmt: skip
    with pytest.raises(GoesWithOthers):
        readdressing.readdress(second, {"street": "别处 1 号"}, reason="买家说的", by=owner, at=at)
    assert merging.unmerge([second], by=owner, at=at).refused[second]["code"] == "too-far-to-join"
    # Held for one of them, the box stops.
    holds.hold([third], by=owner, at=at)
    with pytest.raises(OrderStopped):
        packing.open(number, by=owner, at=at)
    assert parcels.label([box.pk], carrier_id=floor.carrier_id, by=owner, at=at).refused[box.pk]["code"] == "order-stopped"
    holds.clear([third], holds.BY_HAND, by=owner, at=at)
    assert parcels.label([box.pk], carrier_id=floor.carrier_id, by=owner, at=at).done == [box.pk]
    assert courier.shipments[-1].cod_minor == 1000 + 600
    printed: list[Any] = []
    monkeypatch.setattr(sheets.press, "render", lambda kind, said: printed.append(said) or b"")
    parcels.labels_pdf([box.pk], by=owner, at=at)
    parcels.slips_pdf([box.pk], by=owner, at=at)
    labels, slips = printed
    assert isinstance(labels[0], Label)
    assert all(isinstance(slip, PackingSlip) for slip in slips)
    numbers = tuple(Order.objects.filter(pk__in=three).order_by("pk").values_list("number", flat=True))
    assert (labels[0].order_numbers, labels[0].collect_minor, labels[0].buyer_note) == (numbers, 1600, "放门卫")
    assert [(slip.order_number, len(slip.lines)) for slip in slips] == [(one, 1) for one in numbers]
    tabs = {key: set(Order.objects.filter(tab(at)).values_list("pk", flat=True)) for key, tab in asked.TABS.items()}
    assert tabs["to_pack"] == {*three, alone}
    assert set(Order.objects.filter(asked.TABS["to_pack"].each(at)).values_list("pk", flat=True)) == {*three, alone}  # type: ignore[misc]
    waybill = courier.numbers[f"{box.number}-1"]
    assert set(Order.objects.filter(asked.named_by(waybill)).values_list("pk", flat=True)) == set(three)
    from_bench([box.pk], at=at)
    assert parcels.ship([box.pk], by=owner, at=at).done == [box.pk]
    assert set(Order.objects.filter(pk__in=three).values_list("stage", "waybill")) == {("shipped", waybill)}
    assert Entry.objects.filter(name="OrderShipped", facts__parcel_id=box.pk).count() == 3
    assert [each.pk for each in queries.order_parcels(third)] == [box.pk]
    trails.follow([box.pk], lanes={}, by=SYSTEM, at=at)
    there = TrackEvent(waybill, "1", at + timedelta(hours=30), Status.DELIVERED, "已签收")
    trails.record(floor.carrier_id, [there], by=SYSTEM, at=at + timedelta(hours=31))
    assert {floor.stage(id_) for id_ in three} == {"delivered"}
    assert_clean()


def test_an_order_that_waits_keeps_those_it_was_merged_with_and_what_is_missing_holds_only_its_own(
    floor: Floor, three: list[int], owner: Actor, at: datetime
) -> None:
    lead, second, third = three
    merging.merge(three, by=owner, at=at)
    holds.hold([third], by=owner, at=at)
    with pytest.raises(NothingToPlan):
        planned(floor)
    with pytest.raises(NothingToPlan):
        planned(floor, [lead])
    holds.clear([third], holds.BY_HAND, by=owner, at=at)
    wave = planned(floor)
    assert waves.withdraw([second], by=SYSTEM, at=at).done == three
    assert {floor.stage(id_) for id_ in three} == {"approved"}
    assert bundle_of(lead) == bundle_of(third)
    assert Wave.objects.get(pk=wave.wave_id).stage == "cancelled"
    again = planned(floor)
    waves.release([again.wave_id], by=owner, at=at)
    pots = next(pick for pick in again_picks(again.wave_id) if pick[1] == floor.skus["POT"])
    assert picks.short(pots[0], 0, by=owner, at=at) == three
    assert [floor.stage(id_) for id_ in three] == ["approved", "approved", "pending_review"]
    assert list(Hold.objects.filter(cleared_at=None).values_list("order_id", "code")) == [(third, "shelf-short")]
    assert_clean()


def again_picks(wave_id: int) -> list[tuple[int, int]]:
    return list(Wave.objects.get(pk=wave_id).picks.values_list("pk", "sku_id"))


def test_merging_many_takes_as_many_statements_as_merging_two(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    floor.shelf("A-1", "CUP", 99)

    def counted(doors: int, first: int) -> int:
        ids: list[int] = []
        for nth in range(doors):
            ids += floor.orders({"TEA": 1}, {"CUP": 1}, person=LIN._replace(phone=f"137{first + nth:08d}"), one_door=True)
        with CaptureQueriesContext(connection) as told:
            assert len(merging.merge(ids, by=owner, at=at).done) == 2 * doors
            planned(floor, ids)
        return len(told)

    assert counted(1, 0) == counted(6, 100)
