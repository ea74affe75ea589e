"""The bench: open, scan, close; what a beep means, and who may vouch for a box."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.fulfilment.floor import Floor
from zhanggui.fulfilment import queries
from zhanggui.fulfilment.commands import packing, parcels
from zhanggui.fulfilment.models import Parcel, ParcelLine, Scan
from zhanggui.fulfilment.refusals import NoSuchParcel, NothingToUndo, NotPicked, OrderStopped, ParcelElsewhere
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders.commands import holds
from zhanggui.orders.models import Order
from zhanggui.stock.commands import warehouses

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(floor: Floor) -> Parcel:
    """Two teas and a cup, picked."""
    floor.shelf("A-1", "TEA", 9)
    floor.shelf("B-1", "CUP", 9)
    return Parcel.objects.get(pk=floor.picked({"TEA": 2, "CUP": 1})[0])


@pytest.mark.capability("F-05")
def test_a_box_is_opened_by_any_number_that_is_on_it(box: Parcel, floor: Floor, owner: Actor, at: datetime) -> None:
    parcels.assign({box.pk: "sb 1234 5678"}, by=SYSTEM, at=at)
    order = Order.objects.get(pk=box.order_id)
    for code in (box.number, box.number.lower(), f" {order.number} ", order.platform_no, "SB12345678"):
        bench = packing.open(code, by=owner, at=at)
        assert (bench.parcel_id, bench.stage, bench.left, bench.waybill) == (box.pk, "packing", 3, "SB12345678")
    for code in ("", "NOBODY", "x" * 500, "'; DROP TABLE"):
        with pytest.raises(NoSuchParcel):
            packing.open(code, by=owner, at=at)
    assert Entry.objects.filter(name="ParcelOpened").count() == 1


@pytest.mark.capability("F-05")
def test_beeps_are_right_wrong_or_extra(box: Parcel, owner: Actor, at: datetime) -> None:
    packing.open(box.number, by=owner, at=at)
    first = packing.scan(box.pk, "69TEA", "u1", by=owner, at=at)
    assert (first.kind, first.left, [line.sku for line in first.expected]) == ("right", 2, ["TEA", "CUP"])
    # The code typed by hand, small and with a blank, means the same.
    second = packing.scan(box.pk, " te a ", "u2", by=owner, at=at)
    assert (second.kind, second.left, [line.sku for line in second.expected]) == ("right", 1, ["CUP"])
    third = packing.scan(box.pk, "69TEA", "u3", by=owner, at=at)
    assert (third.kind, third.left, third.line and third.line.packed) == ("extra", 1, 2)
    fourth = packing.scan(box.pk, "4711", "u4", by=owner, at=at)
    assert (fourth.kind, fourth.left, fourth.line) == ("wrong", 1, None)
    assert list(Scan.objects.order_by("id").values_list("right", flat=True)) == [True, True, False, False]


@pytest.mark.capability("F-05")
def test_the_same_beep_told_again_counts_once(box: Parcel, owner: Actor, at: datetime) -> None:
    packing.open(box.number, by=owner, at=at)
    answers = [packing.scan(box.pk, "69TEA", "u1", by=owner, at=at) for _ in range(3)]
    assert [(answer.kind, answer.left) for answer in answers] == [("right", 2)] * 3
    assert ParcelLine.objects.get(parcel=box, sku__code="TEA").packed == 1
    assert packing.scan(box.pk, "nothing", "u2", by=owner, at=at).kind == "wrong"
    assert packing.scan(box.pk, "69TEA", "u2", by=owner, at=at).kind == "wrong"


def test_a_beep_taken_back_is_open_again_once(box: Parcel, owner: Actor, at: datetime) -> None:
    packing.open(box.number, by=owner, at=at)
    packing.scan(box.pk, "69TEA", "u1", by=owner, at=at)
    assert packing.undo_scan("u1", by=owner, at=at).left == 3
    for uid in ("u1", "never"):
        with pytest.raises(NothingToUndo):
            packing.undo_scan(uid, by=owner, at=at)
    assert packing.scan(box.pk, "69TEA", "u1", by=owner, at=at).kind == "undone"
    assert ParcelLine.objects.get(parcel=box, sku__code="TEA").packed == 0


@pytest.mark.capability("F-05", "F-15")
def test_a_box_is_only_closed_when_every_piece_was_scanned(box: Parcel, owner: Actor, at: datetime) -> None:
    packing.open(box.number, by=owner, at=at)
    packing.scan(box.pk, "69TEA", "u1", by=owner, at=at)
    refused = packing.close([box.pk], by=owner, at=at).refused[box.pk]
    assert (refused["code"], refused["pieces"]) == ("not-all-scanned", 2)
    assert refused["missing"] == [{"sku": "TEA", "name": "商品TEA", "pieces": 1}, {"sku": "CUP", "name": "商品CUP", "pieces": 1}]
    packing.scan(box.pk, "69TEA", "u2", by=owner, at=at)
    packing.scan(box.pk, "69CUP", "u3", by=owner, at=at)
    assert packing.close([box.pk], weights={box.pk: 950}, by=owner, at=at).done == [box.pk]
    box.refresh_from_db()
    assert (box.stage, box.weight_g, box.packed_by, box.packed_at) == ("packed", 950, "owner", at)
    assert queries.packing_today("owner", at=at) == (1, 3)
    assert "forced" not in Entry.objects.get(name="ParcelPacked").facts
    with pytest.raises(ParcelElsewhere):
        packing.scan(box.pk, "69TEA", "u4", by=owner, at=at)


@pytest.mark.capability("F-05")
def test_only_those_with_the_right_vouch_for_an_unscanned_box(
    box: Parcel, roles: dict[str, Actor], at: datetime
) -> None:
    hand, owner = roles["warehouse"], roles["owner"]
    with pytest.raises(NotAllowed):
        packing.close([box.pk], force=True, by=hand, at=at)
    assert packing.pack_whole([box.pk], by=hand, at=at).refused[box.pk]["code"] == "must-scan"
    assert packing.close([box.pk], force=True, by=owner, at=at).done == [box.pk]
    assert Entry.objects.get(name="ParcelPacked").facts["forced"] is True
    assert set(ParcelLine.objects.filter(parcel=box).values_list("packed", "pieces")) == {(2, 2), (1, 1)}


def test_where_nobody_scans_whole_boxes_pass_and_the_book_says_so(
    box: Parcel, floor: Floor, roles: dict[str, Actor], at: datetime
) -> None:
    warehouses.set_rules(floor.warehouse_id, must_scan=False, must_weigh=False, by=SYSTEM, at=at)
    assert packing.pack_whole([box.pk], by=roles["warehouse"], at=at).done == [box.pk]
    assert Entry.objects.get(name="ParcelPacked").facts["forced"] is True
    assert packing.pack_whole([box.pk], by=roles["warehouse"], at=at).refused[box.pk]["code"] == "parcel-elsewhere"


@pytest.mark.capability("F-05")
def test_an_order_that_is_held_stops_the_bench(box: Parcel, owner: Actor, at: datetime) -> None:
    holds.hold([box.order_id], by=owner, at=at)
    with pytest.raises(OrderStopped) as stopped:
        packing.open(box.number, by=owner, at=at)
    assert stopped.value.facts["reasons"] == ["by-hand"]
    box.refresh_from_db()
    assert box.stage == "waiting"


def test_a_box_is_not_packed_before_its_wave_is_picked(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 9)
    floor.wave({"TEA": 1})
    box = Parcel.objects.get()
    with pytest.raises(NotPicked):
        packing.open(box.number, by=owner, at=at)
    assert packing.pack_whole([box.pk], force=True, by=owner, at=at).refused[box.pk]["code"] == "not-picked"


def test_a_closed_box_opens_again_before_it_leaves(box: Parcel, owner: Actor, at: datetime) -> None:
    packing.close([box.pk], force=True, by=owner, at=at)
    assert packing.reopen([box.pk], by=owner, at=at).done == [box.pk]
    assert packing.reopen([box.pk], by=owner, at=at).refused[box.pk]["code"] == "parcel-elsewhere"
    assert packing.close([box.pk], by=owner, at=at).done == [box.pk]


def test_weights_are_noted_until_the_box_is_gone(box: Parcel, owner: Actor, at: datetime) -> None:
    assert packing.weigh({box.pk: 800}, by=owner, at=at).done == [box.pk]
    with pytest.raises(packing.BadWeight):
        packing.weigh({box.pk: 0}, by=owner, at=at)
    box.refresh_from_db()
    assert box.weight_g == 800


def test_a_beep_costs_the_same_in_a_large_box(
    floor: Floor, owner: Actor, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    codes = [f"S{n:02d}" for n in range(12)]
    for code in codes:
        floor.shelf("A-1", code, 9)
    small, large = floor.picked({"S00": 1}, dict.fromkeys(codes, 2))
    for box, uid in ((small, "a"), (large, "b")):
        packing.open(Parcel.objects.get(pk=box).number, by=owner, at=at)
        with django_assert_max_num_queries(10):
            assert packing.scan(box, "69S00", uid, by=owner, at=at).kind == "right"
