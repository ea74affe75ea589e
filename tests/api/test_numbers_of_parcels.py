"""A program asks for waybill numbers: written down once a key, fetched by the worker, read where waybills are."""

from datetime import datetime
from typing import Any

import pytest

from tests.api.caller import Caller, secret_of
from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers.port import Booked, Outcome
from zhanggui.fulfilment.commands import numbers
from zhanggui.fulfilment.models import Waybill
from zhanggui.journal import jobs
from zhanggui.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.capability("F-07")]
ASK = "/fulfilment/numbers/request"


@pytest.fixture
def boxes(shop_id: int, courier: FakeCourier, at: datetime) -> list[int]:
    floor = Floor(shop_id, at)
    floor.shelf("A-1", "TEA", 99)
    return floor.picked({"TEA": 2}, {"TEA": 1})


def test_numbers_are_asked_for_once_and_are_there_when_the_worker_was(
    boxes: list[int],
    courier: FakeCourier,
    person: Any,
    at: datetime,
) -> None:
    program = Caller(secret_of(person("owner")))
    body = {"parcel_ids": [str(pk) for pk in boxes]}
    status, told = program.post(ASK, body, key="once")
    assert status == 200, told
    assert [one["parcel_id"] for one in told["result"]["asked"]] == body["parcel_ids"]
    assert told["result"]["batch"] == {"done": [], "refused": {}}
    assert courier.calls == []
    assert program.post(ASK, body, key="once")[1] == told
    assert {each["code"] for each in program.post(ASK, body)[1]["result"]["batch"]["refused"].values()} == {"waybill-unsettled"}
    jobs.run_until_idle(at=clock.now)
    assert [verb for verb, _ in courier.calls] == ["book"]
    rows = program.get("/waybills", parcel=boxes[0])[1]["items"]
    assert [(row["state"], row["number"]) for row in rows] == [("issued", "SB000000000001")]
    assert program.post(ASK, body)[1]["result"]["batch"]["done"] == body["parcel_ids"]
    # The job comes again, as any may: nobody is asked twice.
    numbers.fetch([int(row["id"]) for row in rows], at=at)
    assert len(courier.calls) == 1


def test_a_carrier_that_says_no_stands_with_the_waybill_and_another_may_be_asked_for(
    boxes: list[int],
    courier: FakeCourier,
    person: Any,
) -> None:
    program = Caller(secret_of(person("owner")))
    courier.answers["P261020-00001-1"] = Booked("P261020-00001-1", Outcome.FAILED, code="no-service", message="暂不派送到西藏。")
    program.post(ASK, {"parcel_ids": [str(boxes[0])]})
    jobs.run_until_idle(at=clock.now)
    (row,) = program.get("/waybills", parcel=boxes[0])[1]["items"]
    assert (row["state"], row["error"]) == ("failed", "暂不派送到西藏。")
    asked = program.post(ASK, {"parcel_ids": [str(boxes[0])]})[1]["result"]["asked"]
    assert [one["reference"] for one in asked] == ["P261020-00001-2"]
    assert Waybill.objects.filter(state="pending").count() == 1
