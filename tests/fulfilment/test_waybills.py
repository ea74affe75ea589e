"""Numbers from carriers: asked once, recorded once, settled when the answer never came."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers.port import Booked, Doubt, Outcome
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment import shipments
from zhanggui.fulfilment.commands import parcels, waves, waybills
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.commands import holds
from zhanggui.stock.commands import warehouses

pytestmark = pytest.mark.django_db


@pytest.fixture
def boxes(floor: Floor) -> list[int]:
    floor.shelf("A-1", "TEA", 99)
    return floor.picked({"TEA": 2}, {"TEA": 1})


@pytest.mark.capability("F-07")
def test_a_parcel_gets_its_number_and_keeps_it(boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime) -> None:
    first = parcels.label(boxes, by=owner, at=at)
    again = parcels.label(boxes, by=owner, at=at)
    assert (sorted(first.done), first.refused) == (boxes, {})
    assert sorted(again.done) == boxes
    assert [verb for verb, _ in courier.calls] == ["book"]
    rows = Waybill.objects.order_by("id").values_list("reference", "number", "state", "sort_code")
    assert list(rows) == [
        ("P261020-00001-1", "SB000000000001", "issued", "100-A01-001"),
        ("P261020-00002-1", "SB000000000002", "issued", "100-A01-001"),
    ]
    assert Entry.objects.filter(name="WaybillIssued").count() == 2
    sent = courier.shipments[0]
    assert (sent.receiver.name, sent.receiver.city, sent.sender.province, sent.weight_g) == ("林晓1", "武汉市", "浙江省", 600)


@pytest.mark.capability("F-07")
def test_a_carrier_that_says_no_is_quoted_and_the_parcel_is_free_to_try_again(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    reference = "P261020-00001-1"
    courier.answers[reference] = Booked(reference, Outcome.FAILED, code="no-service", message="暂不派送到西藏。")
    batch = parcels.label(boxes, by=owner, at=at)
    assert batch.done == [boxes[1]]
    why = batch.refused[boxes[0]]
    assert (why["code"], why["words"], why["code_said"]) == ("waybill-refused", "暂不派送到西藏。", "no-service")
    again = parcels.label(boxes, by=owner, at=at)
    assert sorted(again.done) == boxes
    tried = Waybill.objects.filter(parcel_id=boxes[0]).order_by("id").values_list("reference", "state", "error")
    assert list(tried) == [("P261020-00001-1", "failed", "暂不派送到西藏。"), ("P261020-00001-2", "issued", "")]


@pytest.mark.capability("F-07")
def test_an_answer_that_never_came_is_asked_for_and_never_booked_again(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    references = ["P261020-00001-1", "P261020-00002-1"]
    courier.answers = {ref: Booked(ref, Outcome.UNKNOWN, code=Doubt.TIMEOUT) for ref in references}
    batch = parcels.label(boxes, by=owner, at=at)
    assert {why["code"] for why in batch.refused.values()} == {"waybill-unsettled"}
    assert {why["code"] for why in parcels.label(boxes, by=owner, at=at).refused.values()} == {"waybill-unsettled"}
    courier.answers = {references[1]: Booked(references[1], Outcome.FAILED, code="never-booked")}
    settled = parcels.settle(at=at)
    assert settled.done == [boxes[0]]
    assert settled.refused[boxes[1]]["code"] == "waybill-refused"
    assert [verb for verb, _ in courier.calls] == ["book", "ask"]
    assert parcels.label(boxes, by=owner, at=at).done == boxes
    assert Waybill.objects.get(parcel_id=boxes[1], state="issued").reference == "P261020-00002-2"


def test_an_asker_that_vanished_is_settled_after_a_while(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    waybills.intend(boxes, by=owner, at=at)
    parcels.settle(at=at + timedelta(minutes=4))
    assert courier.calls == []
    assert sorted(parcels.settle(at=at + timedelta(minutes=6)).done) == boxes


def test_a_plugin_that_breaks_leaves_nothing_booked_twice(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    courier.broken = True
    assert {why["code"] for why in parcels.label(boxes, by=owner, at=at).refused.values()} == {"waybill-unsettled"}
    assert parcels.settle(at=at).done == []
    courier.broken = False
    assert sorted(parcels.settle(at=at).done) == boxes


def test_a_carrier_that_cannot_be_reached_did_nothing(boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime) -> None:
    courier.down = True
    away = parcels.label(boxes, by=owner, at=at).refused
    assert {(why["code"], why["code_said"]) for why in away.values()} == {("carrier-away", "not-sent")}
    courier.down = False
    assert sorted(parcels.label(boxes, by=owner, at=at).done) == boxes


def test_answers_count_once_and_only_for_those_who_asked(boxes: list[int], owner: Actor, at: datetime) -> None:
    waybills.intend(boxes[:1], by=owner, at=at)
    answer = Booked("P261020-00001-1", Outcome.OK, "SB1")
    assert waybills.record([answer, Booked("stranger", Outcome.OK, "SB2")], by=owner, at=at).done == boxes[:1]
    assert waybills.record([answer, Booked("P261020-00001-1", Outcome.OK, "SB9")], by=owner, at=at).done == []
    assert list(Waybill.objects.values_list("number", flat=True)) == ["SB1"]


def test_one_number_for_two_parcels_is_none_for_the_second(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    courier.numbers = {"P261020-00001-1": "SAME", "P261020-00002-1": "SAME"}
    batch = parcels.label(boxes, by=owner, at=at)
    assert batch.done == boxes[:1]
    assert batch.refused[boxes[1]]["code"] == "number-used"


def test_what_cannot_be_asked_for_says_why(floor: Floor, courier: FakeCourier, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 99)
    held, secret = floor.picked({"TEA": 1}, {"TEA": 1})
    holds.hold([Parcel.objects.get(pk=held).order_id], by=owner, at=at)
    nobody = Person("", "", "", "", "", "CN", "湖北省", "武汉市", "洪山区")
    recipient = Parcel.objects.get(pk=secret).order.recipient
    recipient.sealed = None
    recipient.save()
    assert nobody.name == ""
    batch = parcels.label([held, secret], by=owner, at=at)
    assert batch.refused[held]["code"] == "order-stopped"
    assert batch.refused[secret]["code"] == "recipient-closed"
    assert courier.shipments == []
    warehouses.open_one("HZ", "杭州一仓", sender={"name": "仓"}, by=SYSTEM, at=at)
    assert parcels.label([secret], by=owner, at=at).refused[secret]["code"] == "sender-incomplete"


@pytest.mark.capability("F-12", "F-13")
def test_a_typed_number_is_checked_and_used_once(boxes: list[int], owner: Actor, at: datetime) -> None:
    batch = parcels.assign({boxes[0]: " sf 1234567890 ", boxes[1]: "短"}, by=owner, at=at)
    assert batch.done == boxes[:1]
    assert batch.refused[boxes[1]]["code"] == "number-misshapen"
    assert parcels.assign({boxes[1]: "SF1234567890"}, by=owner, at=at).refused[boxes[1]]["code"] == "number-used"
    assert parcels.assign({boxes[0]: "SF9999999999"}, by=owner, at=at).refused[boxes[0]]["code"] == "has-waybill"
    assert Waybill.objects.get().number == "SF1234567890"
    both = parcels.assign({boxes[1]: "SF0000000001", 999: "SF0000000001"}, by=owner, at=at)
    assert both.done == boxes[1:]


@pytest.mark.capability("F-07")
def test_a_number_given_up_goes_back_to_its_carrier_and_a_new_one_is_asked(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    parcels.label(boxes, by=owner, at=at)
    batch = parcels.give_up(boxes[:1], by=replace(owner, why="买家来电"), at=at)
    assert batch.done == boxes[:1]
    assert parcels.give_up(boxes[:1], by=replace(owner, why="买家来电"), at=at).refused[boxes[0]]["code"] == "no-waybill"
    jobs.run_until_idle(at=lambda: at)
    assert courier.calls[-1] == ("void", ["SB000000000001"])
    assert parcels.label(boxes, by=owner, at=at).done == [boxes[1], boxes[0]]
    assert Waybill.objects.get(parcel_id=boxes[0], state="issued").reference == "P261020-00001-2"


def test_giving_back_is_said_again_until_the_carrier_has_heard(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    parcels.label(boxes, by=owner, at=at)
    courier.outcome = Outcome.UNKNOWN
    parcels.give_up(boxes, by=replace(owner, why="买家来电"), at=at)
    jobs.run_until_idle(at=lambda: at)
    assert Job.objects.filter(name="fulfilment.give_back").count() == 1
    courier.outcome = Outcome.OK
    jobs.run_until_idle(at=lambda: at + timedelta(minutes=1))
    assert Job.objects.filter(name="fulfilment.give_back").count() == 0


def test_a_number_that_comes_for_a_void_parcel_goes_straight_back(
    boxes: list[int], courier: FakeCourier, owner: Actor, at: datetime
) -> None:
    order_id = Parcel.objects.get(pk=boxes[0]).order_id
    courier.before = lambda: waves.withdraw([order_id], by=SYSTEM, at=at)
    batch = parcels.label(boxes[:1], by=owner, at=at)
    courier.before = lambda: None
    assert batch.done == []
    assert Waybill.objects.get().state == "voided"
    jobs.run_until_idle(at=lambda: at)
    assert courier.calls[-1] == ("void", ["SB000000000001"])


def test_two_hundred_at_a_time_and_a_fixed_number_of_statements(
    floor: Floor, courier: FakeCourier, owner: Actor, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    floor.shelf("A-1", "TEA", 99)
    boxes = floor.picked(*[{"TEA": 1}] * 12)
    with django_assert_max_num_queries(60) as small:
        parcels.label(boxes[:2], by=owner, at=at)
    with django_assert_max_num_queries(len(small.captured_queries)):
        assert len(parcels.label(boxes[2:7], by=owner, at=at).done) == 5
    monkeypatch.setattr(waybills, "AT_ONCE", 2)
    parcels.label(boxes, by=owner, at=at)
    assert [len(asked) for _, asked in courier.calls] == [2, 5, 2, 2, 1]


def test_a_parcel_nobody_weighed_weighs_what_the_catalogue_says(floor: Floor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 9)
    box = floor.picked({"TEA": 3})[0]
    assert shipments.facts([box])[0].weight_g == 900
