"""Handing over: goods issued, order shipped, parcel told, in one act; and paper on the way."""

from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.fulfilment import queries
from zhanggui.fulfilment.commands import packing, parcels, sheets, waves
from zhanggui.fulfilment.models import Parcel, Wave, Waybill
from zhanggui.fulfilment.refusals import NoWaybill
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders.commands import holds
from zhanggui.orders.models import Line, Order
from zhanggui.papers.facts import Label
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Claim, Ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def boxes(floor: Floor) -> list[int]:
    floor.shelf("A-1", "TEA", 99)
    return floor.packed({"TEA": 2}, {"TEA": 1})


@pytest.mark.capability("F-15", "K-03")
def test_shipping_issues_the_goods_and_ships_the_order_in_one_act(
    boxes: list[int], floor: Floor, owner: Actor, at: datetime
) -> None:
    batch = parcels.ship(boxes, by=owner, at=at)
    assert (batch.done, batch.refused) == (boxes, {})
    assert floor.level("TEA") == (96, 0)
    assert floor.lies("TEA") == {"A-1": 96}
    assert set(Claim.objects.values_list("state", flat=True)) == {"issued"}
    issued = Ledger.objects.filter(kind="issued").order_by("id").values_list("document_kind", "document_id", "delta")
    assert list(issued) == [("parcel", boxes[0], -2), ("parcel", boxes[1], -1)]
    order = Order.objects.get(pk=Parcel.objects.get(pk=boxes[0]).order_id)
    assert (order.stage, order.shipped_at, order.waybill) == ("shipped", at, f"HAND{boxes[0]:08d}")
    assert set(Line.objects.values_list("shipped", "quantity")) == {(2, 2), (1, 1)}
    told = Entry.objects.get(name="ParcelShipped", subject_id=boxes[0])
    assert (told.before, told.after, told.facts["waybill"]) == ("packed", "shipped", order.waybill)
    assert Wave.objects.get().stage == "done"


def test_shipping_twice_issues_once(boxes: list[int], floor: Floor, owner: Actor, at: datetime) -> None:
    parcels.ship(boxes[:1], by=owner, at=at)
    again = parcels.ship(boxes, by=owner, at=at)
    assert again.done == boxes[1:]
    assert again.refused == {boxes[0]: {"code": "already-shipped", "parcel": "P261020-00001"}}
    assert Ledger.objects.filter(kind="issued").count() == 2


@pytest.mark.capability("F-15")
def test_those_that_cannot_go_are_named_and_do_not_stop_the_others(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    good, held, open_, bare = floor.picked(*[{"TEA": 1}] * 4)
    parcels.assign({box: f"HAND{box:08d}" for box in (good, held, open_)}, by=SYSTEM, at=at)
    packing.pack_whole([good, held, bare], force=True, by=SYSTEM, at=at)
    holds.hold([Parcel.objects.get(pk=held).order_id], by=owner, at=at)
    doors = queries.ready_to_ship()
    assert [(door.ready, door.unlabelled, door.held, door.ready_ids) for door in doors] == [(1, 1, 1, (good,))]
    batch = parcels.ship([good, held, open_, bare, 999], by=owner, at=at)
    assert batch.done == [good]
    assert {key: why["code"] for key, why in batch.refused.items()} == {
        held: "order-stopped",
        open_: "not-packed",
        bare: "no-waybill",
    }
    assert Wave.objects.get().stage == "picked"


def test_where_weighing_is_asked_for_nothing_leaves_unweighed(
    boxes: list[int], floor: Floor, owner: Actor, at: datetime
) -> None:
    warehouses.set_rules(floor.warehouse_id, must_scan=True, must_weigh=True, by=SYSTEM, at=at)
    packing.weigh({boxes[0]: 700}, by=owner, at=at)
    batch = parcels.ship(boxes, by=owner, at=at)
    assert (batch.done, batch.refused[boxes[1]]["code"]) == (boxes[:1], "not-weighed")


@pytest.mark.capability("F-07")
def test_a_void_box_gives_order_and_number_back(
    boxes: list[int], floor: Floor, courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    order_id = Parcel.objects.get(pk=boxes[0]).order_id
    assert parcels.void(boxes[:1], why="damaged", by=replace(owner, why="买家来电"), at=at).done == boxes[:1]
    assert floor.stage(order_id) == "approved"
    assert Waybill.objects.get(parcel_id=boxes[0]).state == "voided"
    parcels.ship(boxes[1:], by=owner, at=at)
    assert Wave.objects.get().stage == "done"
    assert parcels.void(boxes, by=replace(owner, why="买家来电"), at=at).refused[boxes[1]]["code"] == "parcel-elsewhere"
    assert waves.withdraw([order_id], by=replace(owner, why="买家来电"), at=at).refused[order_id]["code"] == "already-shipped"
    again = waves.plan([order_id], warehouse_id=floor.warehouse_id, by=owner, at=at)
    assert again.number == "W261020-02"


@pytest.mark.capability("F-07")
def test_labels_are_printed_masked_and_every_print_is_counted(
    floor: Floor, courier: FakeCourier, roles: dict[str, Actor], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.shelf("A-1", "TEA", 99)
    boxes = floor.picked({"TEA": 2}, {"TEA": 1})
    parcels.label(boxes, by=roles["owner"], at=at)
    set_: list[Label] = []

    def render(kind: str, facts: list[Label]) -> bytes:
        set_[:] = facts
        return b"%PDF"

    with monkeypatch.context() as patch:
        patch.setattr(sheets.press, "render", render)
        parcels.labels_pdf(list(reversed(boxes)), by=roles["program"], at=at)
        label = set_[1]
        receiver = label.receiver
        assert (receiver.name, receiver.phone, receiver.street) == ("林**", "138******01", "珞喻路 12 号 3 栋 ***")
        assert (label.parcel_number, label.waybill, label.reprints) == ("P261020-00001", "SB000000000001", 0)
        assert (label.sender.phone, label.sender.address) == ("057*******21", "浙江省杭州市余杭区良渚街道 5 号")
        assert (label.slot, label.wave_number, label.printed_at) == ("1", "W261020-01", "10-20 10:00")
        assert [(line.sku, line.pieces) for line in label.goods] == [("TEA", 2)]
        with pytest.raises(NotAllowed):
            parcels.labels_pdf(boxes, by=roles["program"], at=at)
    assert parcels.labels_pdf(boxes, by=roles["warehouse"], at=at).startswith(b"%PDF")
    assert set(Waybill.objects.values_list("prints", flat=True)) == {2}


def test_a_label_without_a_number_is_not_printed(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    boxes = floor.picked({"TEA": 2})
    with pytest.raises(NoWaybill):
        parcels.labels_pdf(boxes, by=owner, at=at)


@pytest.mark.capability("F-01", "F-04")
def test_the_walk_and_the_slips_come_on_paper(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    floor.shelf("B-1", "CUP", 99)
    wave_id = floor.wave({"TEA": 2}, {"TEA": 1, "CUP": 1})
    sheet = sheets.pick_sheet(wave_id, picker="小周", at=at)
    assert [(row.bin, row.sku, row.pieces) for row in sheet.rows] == [("A-1", "TEA", 3), ("B-1", "CUP", 1)]
    assert [(share.slot, share.pieces) for share in sheet.rows[0].slots] == [("1", 2), ("2", 1)]
    assert parcels.pick_sheet_pdf(wave_id, by=owner, at=at).startswith(b"%PDF")
    boxes = list(Parcel.objects.values_list("pk", flat=True))
    assert parcels.slips_pdf(boxes, by=owner, at=at).startswith(b"%PDF")


def test_fifty_labels_and_fifty_parcels_cost_as_many_statements_as_two(
    floor: Floor, courier: FakeCourier, owner: Actor, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    floor.shelf("A-1", "TEA", 99)
    boxes = floor.packed(*[{"TEA": 1}] * 20)
    # Two of each first wave's kind: the last parcel of a wave also ends it.
    with django_assert_max_num_queries(60) as two:
        parcels.labels_pdf(boxes[:2], by=owner, at=at)
        parcels.ship(boxes[:2], by=owner, at=at)
    with django_assert_max_num_queries(len(two.captured_queries)):
        parcels.labels_pdf(boxes[2:18], by=owner, at=at)
        parcels.ship(boxes[2:18], by=owner, at=at)
