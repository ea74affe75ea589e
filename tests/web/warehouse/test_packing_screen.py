"""The bench: right, wrong, enough, stopped; weighed where asked; undone; and quick."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.fulfilment.floor import Floor
from tests.web.counting import statements
from zhanggui.fulfilment.models import Parcel, Scan
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds
from zhanggui.stock.commands import warehouses

pytestmark = pytest.mark.django_db
Beep = Callable[..., Any]


@pytest.fixture
def box(floor: Floor) -> Parcel:
    """Two cups and a pot, picked, with a number."""
    floor.shelf("A-01", "CUP", 50)
    floor.shelf("A-02", "POT", 50)
    floor.shelf("A-03", "JUG", 50)
    (parcel_id,) = floor.labelled({"CUP": 2, "POT": 1})
    return Parcel.objects.get(pk=parcel_id)


@pytest.fixture
def opened(packer: Client, box: Parcel) -> Parcel:
    """The same, open on the bench."""
    packer.post("/warehouse/packing/open/", {"code": box.number})
    return box


def scan_at(box: Parcel) -> str:
    return f"/warehouse/packing/{box.pk}/scan/"


@pytest.mark.capability("F-05")
def test_a_box_opens_by_its_own_its_orders_or_its_waybills_number(beep: Beep, box: Parcel) -> None:
    for code in (box.number, box.order.number, f"HAND{box.pk:08d}", box.order.platform_no):
        answer = beep("/warehouse/packing/open/", code)
        assert answer.headers["HX-Redirect"] == f"/warehouse/packing/{box.pk}/", code


@pytest.mark.capability("F-05")
def test_every_piece_is_scanned_and_the_last_one_closes_the_box(packer: Client, beep: Beep, opened: Parcel) -> None:
    page = packer.get(f"/warehouse/packing/{opened.pk}/")
    assert page.context["expects"]["codes"]["69CUP"]
    assert beep(scan_at(opened), "69CUP").headers["X-Station"] == "right"
    answer = beep(scan_at(opened), "cup")
    assert answer.headers["X-Station"] == "right"
    assert "<span data-left-all>1</span>" in answer.content.decode()
    answer = beep(scan_at(opened), "POT")
    text = answer.content.decode()
    assert answer.headers["X-Station"] == "done"
    assert "3 件都齐了" in text
    assert f"贴面单 {opened.pk:04d}"[:6] in text
    opened.refresh_from_db()
    assert (opened.stage, opened.packed_by) == ("packed", "warehouse")


@pytest.mark.capability("F-05")
def test_the_wrong_piece_is_red_and_shows_the_difference(packer: Client, beep: Beep, opened: Parcel) -> None:
    answer = beep(scan_at(opened), "JUG")
    text = answer.content.decode()
    assert answer.headers["X-Station"] == "wrong"
    assert "不是这一件" in text
    assert "商品JUG" in text
    assert "商品CUP" in text
    answer = beep(scan_at(opened), "no-such-code")
    assert "没有这个条码的商品" in answer.content.decode()
    assert not Scan.objects.filter(right=True).exists()


def test_one_too_many_says_so(packer: Client, beep: Beep, opened: Parcel) -> None:
    beep(scan_at(opened), "POT")
    answer = beep(scan_at(opened), "POT")
    assert answer.headers["X-Station"] == "wrong"
    assert "多了一件" in answer.content.decode()


def test_the_same_beep_told_twice_counts_once_even_the_one_that_closed(packer: Client, beep: Beep, opened: Parcel) -> None:
    for _ in range(2):
        beep(scan_at(opened), "CUP", uid="a")
    beep(scan_at(opened), "CUP", uid="b")
    for _ in range(2):
        assert beep(scan_at(opened), "POT", uid="c").headers["X-Station"] == "done"
    assert Scan.objects.filter(right=True).count() == 3


def test_the_next_waybill_scanned_at_a_closed_box_opens_the_next(
    packer: Client, floor: Floor, beep: Beep, opened: Parcel
) -> None:
    (second,) = floor.labelled({"JUG": 1})
    for code in ("CUP", "CUP", "POT"):
        beep(scan_at(opened), code)
    assert beep(scan_at(opened), f"HAND{second:08d}").headers["HX-Redirect"] == f"/warehouse/packing/{second}/"
    assert beep(scan_at(opened), "CUP").headers["X-Station"] == "wrong"


def test_undo_takes_the_last_scan_out_and_opens_a_box_it_had_closed(packer: Client, beep: Beep, opened: Parcel) -> None:
    for code in ("CUP", "CUP", "POT"):
        beep(scan_at(opened), code)
    packer.post(f"/warehouse/packing/{opened.pk}/undo/")
    opened.refresh_from_db()
    assert opened.stage == "packing"
    page = packer.get(f"/warehouse/packing/{opened.pk}/")
    assert page.context["box"].left == 1
    assert beep(scan_at(opened), "POT").headers["X-Station"] == "done"


def test_a_held_order_stops_the_hand(beep: Beep, box: Parcel, floor: Floor) -> None:
    holds.put_on({box.order_id: {"manual": {}}}, source="person", by=SYSTEM, at=floor.at)
    answer = beep("/warehouse/packing/open/", box.number)
    assert answer.headers["X-Station"] == "stop"
    assert "别发" in answer.content.decode()


def test_what_is_not_picked_yet_or_nobody_knows_is_said(beep: Beep, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 50)
    wave_id = floor.wave({"CUP": 1})
    number = Parcel.objects.get(wave_id=wave_id).number
    answer = beep("/warehouse/packing/open/", number)
    assert answer.headers["X-Station"] == "wrong"
    text = answer.content.decode()
    assert "还没拣齐" in text
    assert "它的货还在 A-01，没拣下来" in text
    assert f'href="/warehouse/picking/{wave_id}/"' in text
    assert "去拣剩下 1 站" in text
    assert "XYZ 不是待打包的包裹" in beep("/warehouse/packing/open/", "XYZ").content.decode()


@pytest.mark.capability("F-05")
def test_where_it_is_weighed_a_number_closes_the_box(packer: Client, beep: Beep, opened: Parcel, floor: Floor) -> None:
    warehouses.set_rules(floor.warehouse_id, must_scan=True, must_weigh=True, by=SYSTEM, at=floor.at)
    for code in ("CUP", "CUP", "POT"):
        answer = beep(scan_at(opened), code)
    assert answer.headers["X-Station"] == "right"
    assert "称一下" in answer.content.decode()
    assert "900 克" in answer.content.decode()
    answer = beep(scan_at(opened), "1940")
    assert answer.headers["X-Station"] == "done"
    opened.refresh_from_db()
    assert (opened.stage, opened.weight_g) == ("packed", 1940)


def test_only_those_who_may_pass_a_box_unscanned_and_the_book_says_so(packer: Client, boss: Client, opened: Parcel) -> None:
    address = f"/warehouse/packing/{opened.pk}/"
    assert "不扫了，封箱" not in packer.get(address).content.decode()
    assert packer.post(f"{address}close/").status_code == 403
    assert "3 件不扫了，封箱" in boss.get(address).content.decode()
    boss.post(f"{address}close/")
    opened.refresh_from_db()
    assert (opened.stage, opened.packed_by) == ("packed", "owner")
    assert Entry.objects.get(name="ParcelPacked", subject_id=opened.pk).facts["forced"] is True


def test_without_scripts_the_bench_is_a_form(packer: Client, box: Parcel) -> None:
    answer = packer.post("/warehouse/packing/open/", {"code": box.number})
    assert answer.headers["Location"] == f"/warehouse/packing/{box.pk}/"
    page = packer.post(scan_at(box), {"code": "CUP"})
    assert page.status_code == 200
    assert "<html" in page.content.decode()
    assert Scan.objects.filter(right=True).count() == 1


def test_a_beep_is_answered_in_time(packer: Client, beep: Beep, floor: Floor) -> None:
    """Twelve kinds in a box, three hundred boxes waiting: the server has its answer well within 150 ms."""
    for n in range(12):
        floor.shelf(f"B-{n:02d}", f"S{n}", 400)
    floor.labelled(*[{"S0": 1}] * 300)
    (parcel_id,) = floor.labelled({f"S{n}": 2 for n in range(12)})
    packer.post("/warehouse/packing/open/", {"code": f"HAND{parcel_id:08d}"})
    walls, works = [], []
    for n in range(12):
        wall, work = time.perf_counter(), time.process_time()
        assert beep(f"/warehouse/packing/{parcel_id}/scan/", f"S{n}").headers["X-Station"] == "right"
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    # By the clock on the wall the best of twelve: a neighbour on the same cores slows some of them, hardly all.
    assert min(walls) < 0.150, walls
    # By our own work the one in the middle: this is what a neighbour cannot hide.
    assert statistics.median(works) < 0.150, works


def test_the_bench_costs_the_same_for_two_lines_and_for_twelve(packer: Client, floor: Floor, opened: Parcel) -> None:
    few = statements(packer, f"/warehouse/packing/{opened.pk}/")
    for n in range(12):
        floor.shelf(f"B-{n:02d}", f"S{n}", 40)
    (large,) = floor.labelled({f"S{n}": 2 for n in range(12)})
    packer.post("/warehouse/packing/open/", {"code": f"HAND{large:08d}"})
    assert statements(packer, f"/warehouse/packing/{large}/") == few
    assert few <= 14


def test_the_start_lists_what_waits_and_counts_ones_own_day(packer: Client, floor: Floor, beep: Beep, box: Parcel) -> None:
    page = packer.get("/warehouse/packing/")
    assert [one.pk for one in page.context["waiting"]] == [box.pk]
    few = statements(packer, "/warehouse/packing/")
    floor.labelled(*[{"JUG": 1}] * 20)
    assert statements(packer, "/warehouse/packing/") == few
    packer.post("/warehouse/packing/open/", {"code": box.number})
    for code in ("CUP", "CUP", "POT"):
        beep(scan_at(box), code)
    today = packer.get("/warehouse/packing/").context["today"]
    assert (today.parcels, today.pieces) == (1, 3)


@pytest.mark.capability("F-05")
def test_a_box_that_is_not_picked_says_what_it_waits_for(packer: Client, beep: Beep, floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 50)
    floor.shelf("A-02", "POT", 50)
    wave_id = floor.wave({"CUP": 1}, {"POT": 1}, release=False)
    cup, pot = Parcel.objects.filter(wave_id=wave_id).order_by("id")
    unsent = packer.get(f"/warehouse/packing/{cup.pk}/").content.decode()
    assert "它的波次还没下发" in unsent
    assert f'href="/warehouse/waves/{wave_id}/"' in unsent
    packer.post(f"/warehouse/waves/{wave_id}/release/")
    packer.post(f"/warehouse/picking/{wave_id}/scan/", {"code": "CUP"})
    assert "它的货拣好了，同一波里别的还没拣完" in beep("/warehouse/packing/open/", cup.number).content.decode()
    assert "它的货还在 A-02，没拣下来" in beep("/warehouse/packing/open/", pot.number).content.decode()
    page = packer.get(f"/warehouse/waves/{wave_id}/").content.decode()
    assert page.count("还没拣齐") == 2
    assert f'href="/warehouse/packing/{cup.pk}/"' not in page


def test_at_a_closed_box_the_next_one_not_picked_yet_is_not_called_stopped(
    packer: Client, beep: Beep, opened: Parcel, floor: Floor
) -> None:
    for code in ("CUP", "CUP", "POT"):
        beep(scan_at(opened), code)
    wave_id = floor.wave({"JUG": 1})
    answer = beep(scan_at(opened), Parcel.objects.get(wave_id=wave_id).number)
    assert answer.headers["X-Station"] == "wrong"
    assert "别发" not in answer.content.decode().split("data-cover")[1]
    assert "还没拣齐" in answer.content.decode()


def test_looking_at_a_box_opens_nothing(packer: Client, box: Parcel) -> None:
    page = packer.get(f"/warehouse/packing/{box.pk}/")
    box.refresh_from_db()
    assert box.stage == "waiting"
    assert f'value="{box.number}"' in page.content.decode()
