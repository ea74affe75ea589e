"""How orders are numbered and paid is the merchant's to choose."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from tests.web.orders.conftest import at_counter
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import numbering, paying
from zhanggui.orders.commands import choices
from zhanggui.orders.numbering import Format
from zhanggui.orders.refusals import BadNumbering

__all__ = ["at_counter"]
pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


@pytest.mark.capability("N-09")
def test_numbers_are_written_as_the_merchant_chose_and_never_meet_the_old_ones(at_counter: Counter, shop_id: int) -> None:
    bench = Bench(shop_id, clock.now())
    day = clock.day_of(clock.now())
    old = bench.put("T1").number
    assert old == f"{day:%y%m%d}-00001"
    client = at_counter()
    assert f"{day:%y%m%d}-00128" in client.get("/settings/selling/").content.decode()
    shown = client.get(
        "/settings/selling/example/", {"letters": "SY", "day": "yymm", "joint": "-", "digits": "6"}
    ).content.decode()
    assert f"SY{day:%y%m}-000002" in shown
    assert client.post("/settings/selling/", {"letters": "SY", "day": "yyyymmdd", "joint": "-", "digits": "4"}).status_code == 302
    assert [bench.put(f"T{nth}").number for nth in (2, 3)] == [f"SY{day:%Y%m%d}-0001", f"SY{day:%Y%m%d}-0002"]
    choices.set_numbering(prefix="", day="yymmdd", joint="-", digits=3, by=SYSTEM, at=clock.now())
    assert bench.put("T4").number == f"{day:%y%m%d}-002"


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Format("", "yymmdd", "", 5), "runs-together"),
        (Format("", "", "", 5), "runs-together"),
        (Format("A1", "", "", 5), "runs-together"),
        (Format("中", "yymmdd", "-", 5), "prefix"),
        (Format("1A", "yymmdd", "-", 5), "prefix"),
        (Format("", "yymmdd", "-", 12), "digits"),
        (Format("", "month", "-", 5), "day"),
        (Format("SY", "yyyymmdd", "-", 8), ""),
        (Format("SY", "", "", 8), ""),
    ],
)
def test_a_format_whose_numbers_could_meet_is_refused(chosen: Format, why: str, at: datetime) -> None:
    assert chosen.wrong() == why
    if why:
        with pytest.raises(BadNumbering):
            choices.set_numbering(
                prefix=chosen.prefix, day=chosen.day, joint=chosen.joint, digits=chosen.digits, by=SYSTEM, at=at
            )
        assert numbering.in_force() == numbering.USUAL


def test_a_format_that_cannot_be_is_said_beside_its_field(at_counter: Counter, shop_id: int) -> None:
    page = at_counter().post("/settings/selling/", {"letters": "", "day": "yymmdd", "joint": "", "digits": "5"})
    assert page.status_code == 422
    assert "会撞号" in page.content.decode()


@pytest.mark.capability("N-06")
def test_ways_of_paying_are_switched_ordered_and_added(at_counter: Counter, shop_id: int) -> None:
    client = at_counter()
    facts = {}
    for nth, each in enumerate(paying.methods()):
        facts |= {f"name_{nth}": each.name, f"way_{nth}": each.way, f"place_{nth}": str(nth + 1), f"on_{nth}": "1"}
    facts |= {"name_6": "月结", "way_6": "on_account", "on_6": "1", "place_1": "0"}
    del facts["on_3"]
    assert client.post("/settings/selling/methods/", facts).status_code == 302
    assert [(each.name, each.way, each.on) for each in paying.methods()] == [
        ("微信支付", "paid", True),
        ("支付宝", "paid", True),
        ("银行转账", "paid", True),
        ("现金", "paid", False),
        ("货到付款", "cod", True),
        ("挂账", "on_account", True),
        ("月结", "on_account", True),
    ]
    page = client.get("/orders/new/").content.decode()
    assert "月结" in page
    assert '<option value="现金"' not in page
    assert client.post("/settings/selling/methods/", {"name_0": "甲", "on_0": "1", "name_1": "甲"}).status_code == 422
    assert client.post("/settings/selling/methods/", {"name_0": "甲"}).status_code == 422
    assert len(paying.methods()) == 7
