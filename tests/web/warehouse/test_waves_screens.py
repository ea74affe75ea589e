"""Waves on screen: what is offered, one press to the pickers, how far each is, what cancelling would do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.fulfilment.floor import Floor
from tests.web.counting import statements
from zhanggui.fulfilment.commands import picks, waves
from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
PDF = "application/pdf"


@pytest.mark.capability("F-03")
def test_what_is_worth_a_wave_is_offered_with_counts(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 50)
    floor.shelf("A-02", "POT", 50)
    floor.orders(*[{"CUP": 1}] * 6, {"CUP": 1, "POT": 2})
    offers = packer.get("/warehouse/waves/").context["offers"]
    assert [(one.kind, one.orders, one.takes, one.saved) for one in offers] == [
        ("all", 7, 7, 5),
        ("hot", 6, 6, 5),
        ("single", 6, 6, 5),
        ("mixed", 1, 1, 0),
    ]


@pytest.mark.capability("F-01")
def test_one_press_makes_the_wave_and_sends_it_to_the_pickers(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 50)
    floor.shelf("A-02", "POT", 50)
    floor.orders(*[{"CUP": 1}] * 6, {"POT": 2})
    told = {"kind": "hot", "key": "CUP", "warehouse": str(floor.warehouse_id), "size": "50"}
    answer = packer.post("/warehouse/waves/plan/", told)
    wave = Wave.objects.get()
    assert answer.headers["Location"] == f"/warehouse/waves/{wave.pk}/"
    assert (wave.stage, wave.orders) == ("picking", 6)
    assert floor.stops(wave.pk) == [("A-01", "CUP", 6, 0)]


def test_a_wave_is_no_larger_than_asked(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 50)
    floor.orders(*[{"CUP": 1}] * 25)
    packer.post("/warehouse/waves/plan/", {"kind": "all", "key": "", "warehouse": str(floor.warehouse_id), "size": "20"})
    assert Wave.objects.get().orders == 20


def test_an_offer_that_is_gone_is_said_and_makes_nothing(packer: Client, floor: Floor) -> None:
    answer = packer.post("/warehouse/waves/plan/", {"kind": "all", "key": "", "warehouse": str(floor.warehouse_id)})
    assert answer.status_code == 409
    assert "没有可以排波次的订单" in answer.content.decode()
    assert not Wave.objects.exists()


def test_the_board_and_a_wave_cost_the_same_for_few_and_for_many(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 200)
    first = floor.wave({"CUP": 1})
    few = statements(packer, "/warehouse/waves/"), statements(packer, f"/warehouse/waves/{first}/")
    second = floor.wave(*[{"CUP": 1}] * 20)
    for _ in range(6):
        floor.wave({"CUP": 1})
    assert (statements(packer, "/warehouse/waves/"), statements(packer, f"/warehouse/waves/{second}/")) == few
    assert max(few) <= 24


def test_a_wave_shows_its_parcels_stops_and_what_came_short(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    wave_id = floor.wave({"CUP": 1}, {"CUP": 2})
    (pick,) = Wave.objects.get(pk=wave_id).picks.all()
    gone = picks.short(pick.pk, 1, by=SYSTEM, at=floor.at)
    page = packer.get(f"/warehouse/waves/{wave_id}/")
    text = page.content.decode()
    assert len(gone) == 1
    assert "库位 A-01 的 CUP 账上够 3 件，只找到 1 件" in text
    assert "1 包作废，订单退回" in text
    assert [box.slot for box in page.context["boxes"]] == [1]
    assert "A-01" in packer.get(f"/warehouse/waves/{wave_id}/?tab=stops").content.decode()


def test_cancelling_says_first_what_will_happen(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    floor.shelf("A-02", "POT", 10)
    wave_id = floor.wave({"CUP": 1}, {"POT": 2})
    pick = Wave.objects.get(pk=wave_id).picks.order_by("seq").first()
    assert pick is not None
    picks.confirm([pick.pk], by=SYSTEM, at=floor.at)
    text = packer.get(f"/warehouse/waves/{wave_id}/cancelling/").content.decode()
    assert "2 单回到「已审核」" in text
    assert "已经拣下来的 1 件" in text
    packer.post(f"/warehouse/waves/{wave_id}/cancel/")
    assert Wave.objects.get(pk=wave_id).stage == "cancelled"
    assert floor.lies("CUP") == {"A-01": 10}


def test_a_picked_wave_is_not_cancelled_and_the_page_says_why(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    parcel_id = floor.picked({"CUP": 1})[0]
    wave_id = Parcel.objects.get(pk=parcel_id).wave_id
    assert "不能整个取消了" in packer.get(f"/warehouse/waves/{wave_id}/cancelling/").content.decode()
    packer.post(f"/warehouse/waves/{wave_id}/cancel/")
    assert "做不了这一步" in packer.get(f"/warehouse/waves/{wave_id}/").content.decode()


@pytest.mark.capability("F-01")
def test_the_walk_on_paper(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    wave_id = floor.wave({"CUP": 1})
    answer = packer.get(f"/warehouse/waves/{wave_id}/sheet.pdf")
    assert answer.headers["Content-Type"] == PDF
    assert answer.content.startswith(b"%PDF")
    packer.post(f"/warehouse/waves/{wave_id}/picked/")
    assert Wave.objects.get(pk=wave_id).stage == "picked"


def test_who_only_reads_or_reviews_stays_outside(client: Client, person: Callable[..., Any], floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    wave_id = floor.wave({"CUP": 1}, release=False)
    for role in ("readonly", "reviewer"):
        client.force_login(person(role))
        for page in ("waves/", f"waves/{wave_id}/", "picking/", f"picking/{wave_id}/", "packing/", "shipping/", "shipping/door/"):
            assert client.get(f"/warehouse/{page}").status_code == 403, (role, page)
        for act in ("waves/plan/", f"waves/{wave_id}/release/", f"waves/{wave_id}/cancel/", "shipping/act/", "packing/open/"):
            answer = client.post(f"/warehouse/{act}", {"verb": "ship", "ids": "1"})
            assert answer.status_code in (403, 409), (role, act)
    assert Wave.objects.get(pk=wave_id).stage == "open"


def test_a_wave_not_sent_yet_is_sent_from_its_page(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    wave_id = floor.wave({"CUP": 1}, release=False)
    packer.post(f"/warehouse/waves/{wave_id}/release/")
    assert floor.stops(wave_id) == [("A-01", "CUP", 1, 0)]


def test_goods_nobody_wants_any_more_are_carried_back(packer: Client, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 10)
    order_ids = floor.orders({"CUP": 1}, {"CUP": 2})
    made = waves.plan(order_ids, warehouse_id=floor.warehouse_id, by=SYSTEM, at=floor.at)
    waves.release([made.wave_id], by=SYSTEM, at=floor.at)
    picks.confirm_waves([made.wave_id], by=SYSTEM, at=floor.at)
    waves.withdraw(order_ids[1:], by=SYSTEM, at=floor.at)
    assert "2 件拣下来了又用不着" in packer.get(f"/warehouse/waves/{made.wave_id}/").content.decode()
    packer.post(f"/warehouse/waves/{made.wave_id}/put_back/")
    assert floor.lies("CUP") == {"A-01": 9, "STAGE": 1}


def test_a_shop_without_a_warehouse_is_shown_how_to_get_one(client: Client, person: Callable[..., Any]) -> None:
    client.force_login(person("warehouse"))
    page = client.get("/warehouse/waves/")
    assert page.status_code == 200
    assert "还没有仓库" in page.content.decode()
    assert "去建仓库" not in page.content.decode()
    client.force_login(person("owner"))
    assert 'href="/settings/warehouses/">去建仓库' in client.get("/warehouse/waves/").content.decode()


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/warehouse/picking/", "/warehouse/waves/"),
        ("/warehouse/packing/", "/warehouse/waves/"),
        ("/warehouse/shipping/", "/warehouse/packing/"),
        ("/warehouse/shipping/?carrier=today", "/warehouse/shipping/"),
        ("/warehouse/shipping/door/", "/warehouse/packing/"),
    ],
)
def test_where_nothing_waits_the_step_before_is_one_press_away(packer: Client, address: str, way: str) -> None:
    empty = packer.get(address).content.decode().split('class="empty"')[1].split("</div>")[0]
    assert f'href="{way}"' in empty
