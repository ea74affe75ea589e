"""The quick looks across the stages, and the filters by kind and by when an order was changed: each by an index, in no more statements."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.fulfilment.floor import Floor
from tests.web.orders.bench import Bench
from tests.web.orders.test_order_list import numbers_on
from zhanggui.fulfilment.models import Parcel, Wave, Waybill
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds, noting
from zhanggui.orders.models import Order
from zhanggui.orders.reading import filters

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


@pytest.mark.capability("M-05")
def test_orders_are_found_by_their_kind(at_counter: Counter, bench: Bench) -> None:
    usual, gift = bench.put("T1"), bench.put("T2")
    Order.objects.filter(pk=gift.pk).update(kind="gift")
    client = at_counter()
    assert numbers_on(client.get("/orders/?kind=gift")) == [gift.number]
    assert numbers_on(client.get("/orders/?kind=normal")) == [usual.number]
    assert numbers_on(client.get("/orders/?kind=sample")) == []
    assert "订单种类" in client.get("/orders/?kind=gift").content.decode()


@pytest.mark.capability("M-05")
def test_orders_are_found_by_when_they_were_changed(at_counter: Counter, bench: Bench) -> None:
    changed, other = bench.put("T1"), bench.put("T2")
    noting.flag_all([changed.pk], "red", by=SYSTEM, at=bench.at)
    client = at_counter()
    assert numbers_on(client.get("/orders/?changed=today")) == [changed.number]
    assert numbers_on(client.get("/orders/?time=changed&span=yesterday")) == []
    assert set(numbers_on(client.get("/orders/?time=changed"))) == {changed.number, other.number}, "no days, no question"
    # Where the changed are many, it is asked of each order.
    told = filters.changed(bench.at - timedelta(hours=1), bench.at + timedelta(hours=1))
    assert list(Order.objects.filter(told.wide())) == [changed]


@pytest.mark.capability("M-05")
def test_what_few_have_is_read_from_an_index_of_the_few(bench: Bench) -> None:
    for nth in range(30):
        bench.put(f"T{nth}", idle=False)
    for said, index in ((filters.of_kind("gift"), "order_kind"), (filters.changed(bench.at, None), "entry_change")):
        (rows,) = said.rows
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET LOCAL enable_seqscan = off")
        assert index in rows.explain(), index


@pytest.mark.capability("M-03", "M-04")
def test_the_new_ones_have_a_tab_of_their_own(at_counter: Counter, bench: Bench) -> None:
    seen, fresh = bench.put("T1"), bench.put("T2")
    client = at_counter()
    client.get(f"/orders/{seen.pk}/")
    assert numbers_on(client.get("/orders/?tab=new")) == [fresh.number]


@pytest.mark.capability("M-03")
def test_what_a_buyer_wants_back_before_it_left_has_a_tab_of_its_own(at_counter: Counter, bench: Bench) -> None:
    wanted, held, gone = bench.put("T1"), bench.put("T2"), bench.put("T3", stage="shipped", waybill="SF1")
    holds.hold([wanted.pk], "refund-applied", by=SYSTEM, at=bench.at)
    holds.hold([held.pk], "by-hand", by=SYSTEM, at=bench.at)
    client = at_counter()
    page = client.get("/orders/?tab=refund")
    assert (numbers_on(page), "退款中未发" in page.content.decode()) == ([wanted.number], True)
    Order.objects.filter(pk=gone.pk).update(holds=1)
    assert numbers_on(client.get("/orders/?tab=refund")) == [wanted.number]


@pytest.mark.capability("M-03")
def test_an_order_in_the_house_stands_where_its_parcel_does(at_counter: Counter, shop_id: int, at: datetime) -> None:
    floor = Floor(shop_id, at)
    floor.shelf("A-01", "CUP", 5)
    floor.labelled({"CUP": 1})
    order = Order.objects.get()
    client = at_counter()

    def tabs() -> list[str]:
        return [tab for tab in ("to_print", "to_pick", "to_pack", "to_ship") if numbers_on(client.get(f"/orders/?tab={tab}")) == [order.number]]

    assert tabs() == ["to_print", "to_pack"], "picked, with a label that is not printed yet"
    Waybill.objects.update(prints=1)
    assert tabs() == ["to_pack"]
    Parcel.objects.update(stage="packed")
    assert tabs() == ["to_ship"]
    Parcel.objects.update(stage="waiting")
    Wave.objects.update(stage="picking")
    assert tabs() == ["to_pick"]
    Wave.objects.update(stage="picked")
    page = client.get("/orders/").content.decode()
    assert "待打包" in page
    assert "待拣货" not in page


@pytest.mark.capability("M-08")
def test_no_filter_costs_a_page_a_statement_more_than_one(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    for nth in range(12):
        bench.put(f"T{nth}")
    for address in ("/orders/?tab=new", "/orders/?tab=to_print", "/orders/?kind=gift&view=1", "/orders/?changed=today&view=1"):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 14, [one["sql"][:90] for one in asked]
