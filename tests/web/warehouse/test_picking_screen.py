"""The walk on a phone: where to go, one beep or one press a stop, red for the wrong thing, nothing counted twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.fulfilment.floor import Floor
from tests.web.counting import statements
from zhanggui.fulfilment.models import Pick, Wave

pytestmark = pytest.mark.django_db
Beep = Callable[..., Any]


@pytest.fixture
def wave_id(floor: Floor) -> int:
    floor.shelf("A-01-01", "CUP", 50, walk=1)
    floor.shelf("A-01-02", "POT", 50)
    floor.shelf("A-01-03", "JUG", 50)
    return floor.wave({"CUP": 2}, {"CUP": 1, "POT": 1}, {"JUG": 1})


@pytest.mark.capability("F-02")
def test_the_screen_says_where_to_go_how_many_to_take_and_what_comes_next(packer: Client, floor: Floor, wave_id: int) -> None:
    page = packer.get(f"/warehouse/picking/{wave_id}/")
    walk, text = page.context["walk"], page.content.decode()
    assert (walk.bin_head, walk.bin_tail, walk.left, walk.place, len(walk.stops)) == ("A-01-", "01", 3, 1, 3)
    assert [(share.slot, share.pieces) for share in walk.shares] == [(1, 2), (3, 1)]
    assert "扫码，或按这里：取了 3 件" in text
    assert walk.ahead[0].bin.code == "A-01-02"


@pytest.mark.capability("F-02")
def test_a_beep_takes_the_whole_stop_and_shows_the_next(packer: Client, floor: Floor, beep: Beep, wave_id: int) -> None:
    answer = beep(f"/warehouse/picking/{wave_id}/scan/", "69CUP")
    assert answer.headers["X-Station"] == "right"
    assert "<span>A-01-</span>02" in answer.content.decode()
    assert floor.lies("CUP") == {"A-01-01": 47, "STAGE": 3}
    beep(f"/warehouse/picking/{wave_id}/scan/", "pot")
    answer = beep(f"/warehouse/picking/{wave_id}/scan/", "JUG")
    assert answer.headers["X-Station"] == "done"
    assert "拣齐了" in answer.content.decode()
    assert Wave.objects.get(pk=wave_id).stage == "picked"


def test_the_same_beep_told_twice_counts_once(floor: Floor, beep: Beep, wave_id: int) -> None:
    for _ in range(2):
        answer = beep(f"/warehouse/picking/{wave_id}/scan/", "CUP", uid="one")
        assert answer.headers["X-Station"] == "right"
    assert floor.stops(wave_id)[0] == ("A-01-01", "CUP", 3, 3)
    assert [stop[3] for stop in floor.stops(wave_id)[1:]] == [0, 0]


def test_the_wrong_thing_is_red_says_whose_it_is_and_takes_nothing(floor: Floor, beep: Beep, wave_id: int) -> None:
    answer = beep(f"/warehouse/picking/{wave_id}/scan/", "POT")
    text = answer.content.decode()
    assert answer.headers["X-Station"] == "wrong"
    assert "它在 A-01-02，到那一站再取" in text
    assert "商品CUP" in text
    answer = beep(f"/warehouse/picking/{wave_id}/scan/", "0000")
    assert answer.headers["X-Station"] == "wrong"
    assert "0000" in answer.content.decode()
    assert all(stop[3] == 0 for stop in floor.stops(wave_id))


def test_beeps_that_waited_for_the_network_count_in_whatever_order(floor: Floor, beep: Beep, wave_id: int) -> None:
    assert beep(f"/warehouse/picking/{wave_id}/scan/", "JUG", at="1000").headers["X-Station"] == "right"
    assert [stop[3] for stop in floor.stops(wave_id)] == [0, 0, 1]


def test_the_page_knows_what_would_be_right_before_it_asks(packer: Client, wave_id: int) -> None:
    expects = packer.get(f"/warehouse/picking/{wave_id}/").context["expects"]
    first = str(Pick.objects.get(wave_id=wave_id, seq=1).pk)
    assert expects["codes"]["69CUP"] == expects["codes"]["CUP"] == first
    assert expects["lines"] == {key: {"left": 1} for key in {expects["codes"][code] for code in ("CUP", "POT", "JUG")}}


def test_without_scripts_a_press_is_a_form(packer: Client, floor: Floor, wave_id: int) -> None:
    pick = Pick.objects.get(wave_id=wave_id, seq=1)
    answer = packer.post(f"/warehouse/picking/{wave_id}/scan/", {"pick": str(pick.pk)})
    assert answer.headers["Location"] == f"/warehouse/picking/{wave_id}/"
    assert floor.stops(wave_id)[0][3] == 3


def test_a_skipped_stop_comes_again_at_the_end(packer: Client, wave_id: int) -> None:
    packer.post(f"/warehouse/picking/{wave_id}/skip/")
    walk = packer.get(f"/warehouse/picking/{wave_id}/").context["walk"]
    assert [stop.bin.code for stop in [walk.now, *walk.ahead]] == ["A-01-02", "A-01-03", "A-01-01"]


def test_undo_puts_the_last_stop_back_and_leads_to_it(packer: Client, floor: Floor, beep: Beep, wave_id: int) -> None:
    beep(f"/warehouse/picking/{wave_id}/scan/", "CUP")
    last = packer.get(f"/warehouse/picking/{wave_id}/").context["walk"].last
    packer.post(f"/warehouse/picking/{wave_id}/undo/", {"pick": str(last.pk)})
    assert floor.lies("CUP") == {"A-01-01": 50}
    assert packer.get(f"/warehouse/picking/{wave_id}/").context["walk"].now.pk == last.pk


@pytest.mark.capability("F-02")
def test_too_few_asks_how_many_and_says_what_follows(packer: Client, floor: Floor, wave_id: int) -> None:
    pick = Pick.objects.get(wave_id=wave_id, seq=1)
    address = f"/warehouse/picking/{wave_id}/short/{pick.pk}/"
    text = packer.get(address).content.decode()
    assert "要 3 件，找到几件？" in text
    assert "一件也没有" in text
    packer.post(address, {"found": "2"})
    page = packer.get(f"/warehouse/picking/{wave_id}/")
    assert "1 单退出这个波次" in page.content.decode()
    assert floor.lies("CUP")["STAGE"] == 2


def test_too_few_here_but_enough_elsewhere_goes_on_there(packer: Client, floor: Floor, wave_id: int) -> None:
    floor.shelf("Z-09", "CUP", 5)
    pick = Pick.objects.get(wave_id=wave_id, seq=1)
    packer.post(f"/warehouse/picking/{wave_id}/short/{pick.pk}/", {"found": "1"})
    assert ("Z-09", "CUP", 2, 0) in floor.stops(wave_id)


def test_the_walk_costs_the_same_for_three_stops_and_for_thirty(packer: Client, floor: Floor, wave_id: int) -> None:
    few = statements(packer, f"/warehouse/picking/{wave_id}/")
    for n in range(30):
        floor.shelf(f"B-{n:02d}", f"S{n}", 5)
    long = floor.wave({f"S{n}": 1 for n in range(30)})
    assert statements(packer, f"/warehouse/picking/{long}/") == few
    assert few <= 10


def test_the_list_of_walks_and_an_empty_floor(packer: Client, floor: Floor) -> None:
    assert "没有要拣的波次" in packer.get("/warehouse/picking/").content.decode()
    floor.shelf("A-01", "CUP", 9)
    floor.wave({"CUP": 1})
    assert "开始拣" in packer.get("/warehouse/picking/").content.decode()
