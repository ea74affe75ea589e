"""Numbers, labels and the door: each parcel answered by itself, nothing handed over twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.fulfilment.floor import FakeCourier, Floor, from_bench
from tests.web.counting import statements
from zhanggui.carriers.commands import contracts
from zhanggui.carriers.port import Booked, Outcome
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds
from zhanggui.stock.models import Warehouse
from zhanggui.web.warehouse import outcomes

pytestmark = pytest.mark.django_db
Beep = Callable[..., Any]


SHIP = "/warehouse/shipping/act/"


@pytest.fixture
def shelves(floor: Floor) -> None:
    floor.shelf("A-01", "CUP", 400)


def printed(*parcel_ids: int) -> None:
    """Their labels are on paper."""
    Waybill.objects.filter(parcel_id__in=parcel_ids).update(prints=1)


def stages(*parcel_ids: int) -> list[str]:
    found = dict(Parcel.objects.filter(pk__in=parcel_ids).values_list("pk", "stage"))
    return [found[parcel_id] for parcel_id in parcel_ids]


@pytest.mark.capability("F-07")
def test_a_wave_gets_its_numbers_and_each_refusal_says_why(
    packer: Client, floor: Floor, courier: FakeCourier, shelves: None
) -> None:
    wave_id = floor.wave(*[{"CUP": 1}] * 3)
    boxes = list(Parcel.objects.filter(wave_id=wave_id).order_by("id"))
    said_no = f"{boxes[1].number}-1"
    courier.answers[said_no] = Booked(said_no, Outcome.FAILED, code="E17", message="账户余额不足")
    assert "向快递要 3 个单号" in packer.get(f"/warehouse/labels/?wave={wave_id}").content.decode()
    answer = packer.post("/warehouse/labels/", {"wave": str(wave_id), "after": "0", "done": "0", "got": "0"})
    text = answer.content.decode()
    assert "取到 2 个，共问了 3 个" in text
    assert "账户余额不足" in text
    assert "再取一次" in text
    page = packer.get(f"/warehouse/waves/{wave_id}/").content.decode()
    assert "账户余额不足" in page
    assert "1 包还没有单号" in page
    courier.answers.clear()
    packer.post("/warehouse/labels/", {"ids": str(boxes[1].pk)})
    assert Waybill.objects.filter(state="issued").count() == 3


@pytest.mark.capability("F-07")
def test_many_numbers_are_asked_in_goes_and_the_page_says_how_far_it_is(
    packer: Client, floor: Floor, courier: FakeCourier, shelves: None
) -> None:
    wave_id = floor.wave(*[{"CUP": 1}] * 50)
    facts = {"wave": str(wave_id), "after": "0", "done": "0", "got": "0"}
    first = packer.post("/warehouse/labels/", facts, HTTP_HX_REQUEST="true")
    assert "问到第 40 个，共 50 个" in first.content.decode()
    assert 'hx-trigger="load, submit"' in first.content.decode()
    facts |= {"after": str(first.context["after"]), "done": "40", "got": str(first.context["got"])}
    last = packer.post("/warehouse/labels/", facts, HTTP_HX_REQUEST="true")
    assert "50 个单号都取到了" in last.content.decode()
    assert [len(asked) for _verb, asked in courier.calls] == [40, 10]


def test_a_time_out_is_said_as_not_known_and_not_asked_again(
    packer: Client, floor: Floor, courier: FakeCourier, shelves: None
) -> None:
    wave_id = floor.wave({"CUP": 1})
    courier.broken = True
    text = packer.post("/warehouse/labels/", {"wave": str(wave_id)}).content.decode()
    assert "不知道取没取到" in text
    assert "再取一次" not in text
    assert packer.get(f"/warehouse/labels/?wave={wave_id}").status_code == 302


def test_a_carrier_that_cannot_be_reached_is_said_so_and_not_asked_on_by_itself(
    packer: Client, floor: Floor, courier: FakeCourier, shelves: None
) -> None:
    wave_id = floor.wave(*[{"CUP": 1}] * 50)
    courier.down = True
    answer = packer.post("/warehouse/labels/", {"wave": str(wave_id)}, HTTP_HX_REQUEST="true")
    text = answer.content.decode()
    assert "连不上 松果速运，包裹" in text
    assert "快递连不上，先停在这里" in text
    assert 'hx-trigger="load, submit"' not in text
    assert "接着取剩下 10 个" in text
    assert "连不上快递，过几分钟再取" in packer.get(f"/warehouse/waves/{wave_id}/").content.decode()
    courier.down = False
    packer.post("/warehouse/labels/", {"wave": str(wave_id)})
    assert Waybill.objects.filter(state="issued").count() == 40


def test_a_wave_with_numbers_in_doubt_is_not_called_done(
    packer: Client, floor: Floor, courier: FakeCourier, shelves: None
) -> None:
    wave_id = floor.wave({"CUP": 1}, {"CUP": 1})
    courier.broken = True
    packer.post("/warehouse/labels/", {"wave": str(wave_id)})
    page = packer.get(f"/warehouse/waves/{wave_id}/").content.decode()
    assert "2 个单号还在向快递核实" in page
    assert "单号都取好了" not in page


def test_without_a_whole_sender_the_way_out_is_named(packer: Client, floor: Floor, shelves: None) -> None:
    wave_id = floor.wave({"CUP": 1})
    Warehouse.objects.update(sender={})
    text = packer.post("/warehouse/labels/", {"wave": str(wave_id)}).content.decode()
    assert "寄件人没有填全" in text
    assert "/settings/warehouses/" in text


@pytest.mark.capability("F-07")
def test_labels_are_printed_once_and_again_only_by_those_who_may(
    packer: Client, floor: Floor, person: Callable[..., Any], shelves: None
) -> None:
    wave_id = floor.wave(*[{"CUP": 1}] * 2)
    packer.post("/warehouse/labels/", {"wave": str(wave_id)})
    answer = packer.post("/warehouse/labels/paper/", {"wave": str(wave_id)})
    assert answer.content.startswith(b"%PDF")
    assert set(Waybill.objects.values_list("prints", flat=True)) == {1}
    none_left = packer.post("/warehouse/labels/paper/", {"wave": str(wave_id)})
    assert none_left.status_code == 409
    assert "没有要打印的面单" in none_left.content.decode()
    assert packer.post("/warehouse/labels/paper/", {"wave": str(wave_id), "again": "1"}).content.startswith(b"%PDF")
    assert packer.post("/warehouse/slips/", {"wave": str(wave_id)}).content.startswith(b"%PDF")


@pytest.mark.capability("F-12")
def test_a_number_is_typed_by_hand_and_checked(packer: Client, floor: Floor, shelves: None) -> None:
    first, second = floor.picked({"CUP": 1}, {"CUP": 1})
    sf = contracts.enrol("sf", "顺丰", waybill_pattern=r"SF\d{12}", by=SYSTEM, at=floor.at)
    told = {"carrier": str(floor.carrier_id), "number": "zz 123456789"}
    assert packer.post(f"/warehouse/parcels/{first}/number/", told).status_code == 302
    assert Waybill.objects.get(parcel_id=first).number == "ZZ123456789"
    again = packer.post(f"/warehouse/parcels/{second}/number/", told)
    assert again.status_code == 422
    assert "已经用在别的包裹上" in again.content.decode()
    wrong = packer.post(f"/warehouse/parcels/{second}/number/", {"carrier": str(sf), "number": "ZZ999999999"})
    assert "不像 顺丰 的运单号" in wrong.content.decode()
    assert "它像 松果速运 的" in wrong.content.decode()


@pytest.mark.capability("F-15")
def test_a_batch_leaves_and_each_that_cannot_says_why(packer: Client, floor: Floor, shelves: None) -> None:
    good, bare, held = floor.packed({"CUP": 1}, {"CUP": 1}, {"CUP": 1})
    Waybill.objects.filter(parcel_id=bare).update(state="voided")
    holds.put_on({Parcel.objects.get(pk=held).order_id: {"manual": {}}}, source="person", by=SYSTEM, at=floor.at)
    printed(good, held)
    packer.post(SHIP, {"verb": "ship", "ids": [str(good), str(bare), str(held)]})
    page = packer.get("/warehouse/shipping/")
    text = page.content.decode()
    assert "交出去 1 个包裹" in text
    assert "2 个没有交出去" in text
    assert {code for code, _ in page.context["outcome"].by_code} == {"no-waybill", "order-stopped"}
    assert "给这 1 个取号" in text
    assert [Parcel.objects.get(pk=pk).stage for pk in (good, bare, held)] == ["shipped", "packed", "packed"]
    assert "没有交出去" not in packer.get("/warehouse/shipping/").content.decode()


@pytest.mark.capability("F-15")
def test_what_left_today_is_listed_with_carrier_and_number(packer: Client, floor: Floor, shelves: None) -> None:
    (parcel_id,) = floor.packed({"CUP": 1})
    printed(parcel_id)
    packer.post(SHIP, {"verb": "ship_all", "shown": str(parcel_id), "carrier": str(floor.carrier_id)})
    page = packer.get("/warehouse/shipping/?carrier=today")
    # What left is counted by the day of now; the floor's clock is fixed, the request's is not.
    assert [row.pk for row in page.context["page"].rows] == [parcel_id]
    assert f"HAND{parcel_id:08d}" in page.content.decode()


def test_only_the_pile_that_was_shown_leaves_and_its_unprinted_labels_are_named(
    packer: Client, floor: Floor, shelves: None
) -> None:
    first, second = floor.packed({"CUP": 1}, {"CUP": 1})
    printed(first)
    page = packer.get(f"/warehouse/shipping/?carrier={floor.carrier_id}")
    assert "其中 1 张面单没印" in page.content.decode()
    assert f'name="shown" value="{first},{second}"' in page.content.decode()
    (late,) = floor.packed({"CUP": 1})
    shown = {"verb": "ship_all", "shown": page.context["shown"], "carrier": str(floor.carrier_id)}
    packer.post(SHIP, {**shown, "sure": "1"})
    assert stages(first, second, late) == ["shipped", "shipped", "packed"]


@pytest.mark.capability("F-15")
def test_a_few_boxes_with_their_labels_on_leave_at_once(packer: Client, floor: Floor, shelves: None) -> None:
    ids = floor.packed(*[{"CUP": 1}] * 3)
    printed(*ids)
    assert packer.post(SHIP, {"verb": "ship", "ids": [str(id_) for id_ in ids]}).status_code == 302
    assert set(stages(*ids)) == {"shipped"}


@pytest.mark.capability("F-15")
def test_a_box_whose_label_was_never_printed_is_asked_about_once(packer: Client, floor: Floor, shelves: None) -> None:
    first, second = floor.packed({"CUP": 1}, {"CUP": 1})
    printed(first)
    asked = packer.post(SHIP, {"verb": "ship", "ids": [str(first), str(second)]})
    text = asked.content.decode()
    assert asked.status_code == 200
    assert stages(first, second) == ["packed", "packed"]
    for said in ("交出 2 包？", "1 包的面单没印过", Parcel.objects.get(pk=second).number, "先打印这 1 张面单", "撤不回来"):
        assert said in text
    # Three ways on: only those printed, all the same, or none.
    assert "只交印过的 1 包" in text
    assert "没印的也交，一共 2 包" in text
    packer.post(SHIP, {"verb": "ship_all", "sure": "1", "shown": asked.context["labelled"]})
    assert stages(first, second) == ["shipped", "packed"]
    packer.post(SHIP, {"verb": "ship_all", "sure": "1", "shown": str(second)})
    assert stages(second) == ["shipped"]


def test_what_stays_behind_is_counted_before_the_question_is_answered(packer: Client, floor: Floor, shelves: None) -> None:
    going, bare = floor.packed({"CUP": 1}, {"CUP": 1})
    Waybill.objects.filter(parcel_id=bare).update(state="voided")
    asked = packer.post(SHIP, {"verb": "ship", "ids": [f"{going},{bare}"]})
    assert "交出 1 包？" in asked.content.decode()
    assert "还有 1 包不能交" in asked.content.decode()
    assert asked.context["all"] == str(going)


def test_a_carrier_that_gives_no_numbers_here_is_not_asked_about_labels(
    packer: Client, floor: Floor, shelves: None, courier: FakeCourier
) -> None:
    (parcel_id,) = floor.packed({"CUP": 1})
    courier.can = frozenset({"track"})
    assert "面单没印" not in packer.get("/warehouse/shipping/").content.decode().split("<table")[0]
    packer.post(SHIP, {"verb": "ship", "ids": [str(parcel_id)]})
    assert stages(parcel_id) == ["shipped"]


@pytest.mark.capability("F-15")
def test_many_are_asked_about_and_every_one_of_them_leaves(packer: Client, floor: Floor, shelves: None) -> None:
    ids = [*floor.packed(*[{"CUP": 1}] * 200), *floor.packed(*[{"CUP": 1}] * 200)]
    floor.shelf("A-02", "POT", 400)
    ids += floor.packed(*[{"POT": 1}] * 200)
    printed(*ids)
    chosen = {"verb": "ship", "ids": [str(id_) for id_ in ids]}
    asked = packer.post(SHIP, chosen)
    assert "交出 600 包？" in asked.content.decode()
    assert "松果速运 600 包" in asked.content.decode()
    packer.post(SHIP, {"verb": "ship_all", "sure": "1", "shown": asked.context["all"]})
    assert set(stages(*ids)) == {"shipped"}


def test_ids_are_taken_all_each_once_and_nothing_else_is() -> None:
    many = [str(n) for n in range(1, 4001)]
    assert outcomes.ids_of(many) == outcomes.ids_of([",".join(many)]) == list(range(1, 4001))
    assert outcomes.ids_of(["7", "7,8", "x", "", "-1", "²", "9" * 19, " 9 "]) == [7, 8, 9]


def test_the_piles_stand_by_carrier(packer: Client, floor: Floor, shelves: None) -> None:
    floor.packed({"CUP": 1}, {"CUP": 1})
    tabs = packer.get("/warehouse/shipping/").context["listing"].tabs
    assert [(tab.label, tab.count) for tab in tabs] == [("全部", 2), ("松果速运", 2), ("今天交出去的", 0)]


def test_the_list_costs_the_same_for_three_and_for_thirty(packer: Client, floor: Floor, shelves: None) -> None:
    floor.packed(*[{"CUP": 1}] * 3)
    few = statements(packer, "/warehouse/shipping/")
    floor.packed(*[{"CUP": 1}] * 27)
    assert statements(packer, "/warehouse/shipping/") == few
    assert few <= 24


def test_at_the_door_each_beep_hands_one_over_once(floor: Floor, beep: Beep, shelves: None) -> None:
    (parcel_id,) = floor.packed({"CUP": 1})
    number = f"HAND{parcel_id:08d}"
    for _ in range(2):
        answer = beep("/warehouse/shipping/door/scan/", number, uid="x")
        assert answer.headers["X-Station"] == "right"
    assert Parcel.objects.get(pk=parcel_id).stage == "shipped"
    again = beep("/warehouse/shipping/door/scan/", number)
    assert again.headers["X-Station"] == "wrong"
    assert "已经发走了" in again.content.decode()


def test_at_one_carriers_door_another_carriers_box_is_red(floor: Floor, beep: Beep, shelves: None) -> None:
    (parcel_id,) = floor.packed({"CUP": 1})
    other = contracts.enrol("sf", "顺丰", by=SYSTEM, at=floor.at)
    answer = beep(f"/warehouse/shipping/door/scan/?carrier={other}", f"HAND{parcel_id:08d}")
    text = answer.content.decode()
    assert answer.headers["X-Station"] == "wrong"
    assert "不是这一家的" in text
    assert "放进 松果速运 的筐" in text
    assert Parcel.objects.get(pk=parcel_id).stage == "packed"


def test_a_box_that_is_not_ready_stays(packer: Client, floor: Floor, beep: Beep, shelves: None) -> None:
    (parcel_id,) = floor.labelled({"CUP": 1})
    answer = beep("/warehouse/shipping/door/scan/", f"HAND{parcel_id:08d}")
    assert answer.headers["X-Station"] == "wrong"
    assert "没有封箱" in answer.content.decode()
    packer.cookies["language"] = "en"
    assert "is still “To pack”" in beep("/warehouse/shipping/door/scan/", f"HAND{parcel_id:08d}").content.decode()
    del packer.cookies["language"]
    assert "认不出" in beep("/warehouse/shipping/door/scan/", "???").content.decode()
    from_bench([parcel_id], at=floor.at)
    assert beep("/warehouse/shipping/door/scan/", f"HAND{parcel_id:08d}").headers["X-Station"] == "right"


def test_at_the_door_a_label_that_was_scanned_is_on_the_box_and_one_never_printed_is_not(
    floor: Floor, beep: Beep, shelves: None
) -> None:
    first, second = floor.packed({"CUP": 1}, {"CUP": 1})
    answer = beep("/warehouse/shipping/door/scan/", Parcel.objects.get(pk=first).number)
    assert answer.headers["X-Station"] == "wrong"
    assert "面单还没印过" in answer.content.decode()
    assert beep("/warehouse/shipping/door/scan/", f"hand{second:08d}").headers["X-Station"] == "right"
    printed(first)
    assert beep("/warehouse/shipping/door/scan/", Parcel.objects.get(pk=first).number).headers["X-Station"] == "right"
    assert stages(first, second) == ["shipped", "shipped"]


def test_chosen_boxes_are_opened_again_or_lose_their_numbers(packer: Client, floor: Floor, shelves: None) -> None:
    first, second = floor.packed({"CUP": 1}, {"CUP": 1})
    packer.post("/warehouse/shipping/act/", {"verb": "void", "ids": [str(first)], "why": "地址错了"})
    assert Waybill.objects.get(parcel_id=first).state == "voided"
    packer.post("/warehouse/shipping/act/", {"verb": "reopen", "ids": [str(second)]})
    assert Parcel.objects.get(pk=second).stage == "packing"
