"""The road on screen: tabs that count, the stuck ones first, one trail, and asking the carrier now."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.fulfilment.floor import FakeCourier, Floor
from tests.web.counting import statements
from zhanggui.carriers.port import Status, TrackEvent
from zhanggui.fulfilment.commands import parcels
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.tracking.commands import trails
from zhanggui.tracking.models import Trail

pytestmark = pytest.mark.django_db
Person = Callable[..., Any]
DRAWER = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "drawer"}


@pytest.fixture
def floor(shop_id: int, courier: FakeCourier) -> Floor:
    made = Floor(shop_id, clock.now())
    made.shelf("A-01", "CUP", 400)
    return made


def gone(floor: Floor, many: int = 1, *, at: datetime | None = None) -> list[int]:
    """So many parcels handed over, followed, and not yet asked about."""
    ids = floor.packed(*[{"CUP": 1}] * many)
    moment = at or floor.at
    parcels.ship(ids, by=SYSTEM, at=moment)
    trails.follow(ids, by=SYSTEM, at=moment)
    return ids


def scan(parcel_id: int, status: Status, text: str, at: datetime) -> TrackEvent:
    return TrackEvent(Trail.objects.get(parcel_id=parcel_id).waybill, f"{status}-{at:%H%M%S}", at, status, text, "武汉")


@pytest.mark.capability("T-02", "T-03")
def test_the_board_counts_by_where_parcels_are(client: Client, person: Person, floor: Floor) -> None:
    first, second, third = gone(floor, 3)
    trails.record(
        floor.carrier_id,
        [scan(first, Status.IN_TRANSIT, "到达武汉分拨", floor.at), scan(second, Status.DELIVERED, "已签收", floor.at)],
        by=SYSTEM,
        at=floor.at,
    )
    client.force_login(person("sales"))
    page = client.get("/tracking/")
    tabs = {tab.key: tab.count for tab in page.context["listing"].tabs}
    assert (tabs["all"], tabs["announced"], tabs["in_transit"], tabs["delivered"], tabs["stuck"]) == (3, 1, 1, 1, 0)
    assert [row.trail.parcel_id for row in client.get("/tracking/?tab=in_transit").context["rows"]] == [first]
    assert "到达武汉分拨" in page.content.decode()
    assert third


def test_the_stuck_ones_come_first_and_say_why(client: Client, person: Person, floor: Floor) -> None:
    (still,) = gone(floor, at=floor.at - timedelta(days=4))
    refused, _fine = gone(floor, 2)
    trails.record(floor.carrier_id, [scan(refused, Status.REFUSED, "收件人拒收", floor.at)], by=SYSTEM, at=floor.at)
    client.force_login(person("owner"))
    page = client.get("/tracking/")
    assert page.context["tab"] == "stuck"
    assert [(row.trail.parcel_id, str(row.why)) for row in page.context["rows"]] == [
        (still, "交出去 48 小时了，快递还没揽收"),
        (refused, "买家拒收，正在退回"),
    ]
    assert page.context["rows"][0].late


@pytest.mark.capability("T-02", "T-04")
def test_one_trail_has_carrier_number_arrival_and_every_scan(client: Client, person: Person, floor: Floor) -> None:
    (parcel_id,) = gone(floor)
    events = [
        scan(parcel_id, Status.PICKED_UP, "已揽收", floor.at),
        scan(parcel_id, Status.IN_TRANSIT, "到达武汉", floor.at + timedelta(hours=1)),
    ]
    trails.record(floor.carrier_id, events, by=SYSTEM, at=floor.at)
    client.force_login(person("sales"))
    page = client.get(f"/tracking/{parcel_id}/", **DRAWER)
    text = page.content.decode()
    trail = page.context["card"]["trail"]
    assert "<html" not in text
    assert trail.waybill in text
    assert "松果速运" in text
    assert "预计到" in text
    assert [stop.text for stop, _tone in page.context["card"]["stops"]] == ["到达武汉", "已揽收"]
    told = page.context["card"]["told"]
    assert trail.waybill in told
    assert "运输中" in told
    assert "林" not in told


@pytest.mark.capability("T-03")
def test_asking_now_asks_this_parcel_and_not_twice_a_minute(
    client: Client, person: Person, floor: Floor, courier: FakeCourier
) -> None:
    parcel_id, _other = gone(floor, 2)
    courier.events = [scan(parcel_id, Status.OUT_FOR_DELIVERY, "正在派送", floor.at)]
    client.force_login(person("sales"))
    page = client.post(f"/tracking/{parcel_id}/refresh/", follow=True)
    assert "正在派送" in page.content.decode()
    assert "问过快递了" in page.content.decode()
    asked = [things for verb, things in courier.calls if verb == "track"]
    assert asked == [[Trail.objects.get(parcel_id=parcel_id).waybill]]
    client.post(f"/tracking/{parcel_id}/refresh/")
    assert len([1 for verb, _ in courier.calls if verb == "track"]) == 1


def test_a_carrier_that_does_not_answer_is_said(client: Client, person: Person, floor: Floor, courier: FakeCourier) -> None:
    (parcel_id,) = gone(floor)
    courier.down = True
    client.force_login(person("owner"))
    assert "快递没有回话" in client.post(f"/tracking/{parcel_id}/refresh/", follow=True).content.decode()


def test_a_search_wants_a_whole_number(client: Client, person: Person, floor: Floor) -> None:
    first, _second = gone(floor, 2)
    waybill = Trail.objects.get(parcel_id=first).waybill
    client.force_login(person("owner"))
    assert [row.trail.parcel_id for row in client.get("/tracking/", {"q": waybill}).context["rows"]] == [first]
    assert "没有搜到" in client.get("/tracking/", {"q": "SF000"}).content.decode()


def test_the_list_costs_the_same_for_three_and_for_thirty(client: Client, person: Person, floor: Floor) -> None:
    client.force_login(person("owner"))
    gone(floor, 3)
    few = statements(client, "/tracking/?tab=all")
    gone(floor, 27)
    assert statements(client, "/tracking/?tab=all") == few
    assert few <= 18


def test_an_empty_road_and_one_nobody_follows(client: Client, person: Person, floor: Floor) -> None:
    jobs.run_until_idle()
    client.force_login(person("owner"))
    assert "还没有在路上的包裹" in client.get("/tracking/").content.decode()
    assert client.get("/tracking/999/").status_code == 404


def test_an_export_says_what_the_list_says(client: Client, person: Person, floor: Floor) -> None:
    (parcel_id,) = gone(floor)
    client.force_login(person("owner"))
    content = client.get("/tracking/export/?tab=all").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == Trail.objects.get(parcel_id=parcel_id).waybill
    assert rows[1][3] == "待揽收"
