"""What a new order may cost, by who makes it and of what kind it is."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from tests.web.orders.test_editing import open_form, save
from tests.web.orders.test_new_order import PART, URL, counter, placed, send, whole
from zhanggui.accounts.models import User
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import sources
from zhanggui.orders.models import Hold, Order, Shop
from zhanggui.orders.reading import rights

__all__ = ["counter"]
pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


@pytest.mark.capability("L-04", "N-11")
def test_below_the_goods_price_sells_only_who_may_and_says_why(at_counter: Counter, counter: Bench) -> None:
    sales = at_counter("sales")
    User.objects.filter(email="sales@example.com").update(shop_ids=[counter.shop_id])
    send(sales, whole(counter, l0_unit="60"), "preview")
    assert "不能低于商品售价卖" in sales.get(f"{URL}preview/").content.decode()
    assert sales.post(f"{URL}confirm/", {"version": "1", "as": "draft"}).status_code == 403
    send(sales, whole(counter, version="1", l0_unit="70"), "preview")
    assert "不能低于商品售价卖" not in sales.get(f"{URL}preview/").content.decode()
    sales.post(f"{URL}drop/")
    owner = at_counter("owner")
    send(owner, whole(counter, discount="5"), "preview")
    assert owner.post(f"{URL}confirm/", {"version": "1", "as": "order"}).status_code == 422
    assert owner.post(f"{URL}confirm/", {"version": "1", "as": "order", "why": "答应了买家"}).status_code == 302
    told = Entry.objects.filter(name="orders.entry.confirm").latest("id").facts
    assert told["why"] == "答应了买家"


@pytest.mark.capability("I-02")
def test_what_is_given_away_costs_nothing_and_is_looked_at_first(at_counter: Counter, counter: Bench) -> None:
    client = at_counter("sales")
    User.objects.filter(email="sales@example.com").update(shop_ids=[counter.shop_id])
    order = placed(client, whole(counter, kind="gift"))
    assert (order.kind, order.total_minor) == ("gift", 0)
    jobs.run_until_idle()
    assert set(Hold.objects.filter(order=order, cleared_at=None).values_list("code", flat=True)) == {"free-of-charge"}


@pytest.mark.capability("L-04", "I-02")
def test_after_sales_makes_resends_and_exchanges_alone(at_counter: Counter, counter: Bench) -> None:
    client = at_counter("aftersales")
    send(client, whole(counter), "preview")
    assert "只能建补发和换货的单" in client.get(f"{URL}preview/").content.decode()
    assert client.post(f"{URL}confirm/", {"version": "1"}).status_code == 403
    assert placed(client, whole(counter, version="1", kind="resend")).kind == "resend"


@pytest.mark.capability("L-04")
def test_who_sees_no_prices_is_told_no_sums_by_what_keeps_the_draft(
    at_counter: Counter, counter: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at_counter("sales")
    told = send(client, whole(counter), headers={"HX-Request": "true"}).json()
    assert (told["goods"], told["total"]) == ("¥136.00", "¥136.00")
    monkeypatch.setattr(rights, "sees_prices", lambda actor: False)
    hidden = send(client, whole(counter, version="1", buyer_note="急"), headers={"HX-Request": "true"}).json()
    assert (hidden["goods"], hidden["total"], hidden["rows"][0]["total"]) == ("", "", "")


@pytest.mark.capability("N-05", "N-12")
def test_a_sum_no_order_can_have_is_kept_as_typed_and_said_beside_its_line(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    facts = whole(counter)
    for nth in range(150):
        facts |= {f"l{nth}_sku": str(counter.sku), f"l{nth}_quantity": "100000", f"l{nth}_unit": "10000000000"}
    answer = send(client, facts, headers=PART)
    assert answer.status_code == 200
    assert "太大" in answer.json()["rows"][0]["wrong"]["unit"]
    assert 'value="10000000000"' in client.get(URL).content.decode()
    assert client.get(f"{URL}preview/").status_code == 200
    assert client.get("/orders/drafts/").status_code == 200


@pytest.mark.capability("N-12")
def test_a_line_whose_goods_are_gone_is_kept_shown_and_stops_the_order(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter, l1_sku="999999", l1_quantity="3"), "preview")
    assert "没有这个商品" in client.get(f"{URL}preview/").content.decode()
    assert client.post(f"{URL}confirm/", {"version": "1", "as": "order"}).status_code == 422
    assert 'name="l1_sku" value="999999"' in client.get(URL).content.decode()
    assert not Order.objects.exists()


@pytest.mark.capability("L-04", "I-02")
def test_a_gift_at_a_price_is_a_sale_and_its_kind_no_way_around_the_price(at_counter: Counter, counter: Bench) -> None:
    sales = at_counter("sales")
    User.objects.filter(email="sales@example.com").update(shop_ids=[counter.shop_id])
    send(sales, whole(counter, kind="gift", l0_unit="1"), "preview")
    assert "不能低于商品售价卖" in sales.get(f"{URL}preview/").content.decode()
    assert sales.post(f"{URL}confirm/", {"version": "1", "as": "order"}).status_code == 403
    gift = placed(sales, whole(counter, version="1", kind="gift"))
    told = save(sales, gift, open_form(sales, gift), kind="normal")
    assert (told.status_code, "不能低于商品售价卖" in told.content.decode()) == (422, True)
    assert Order.objects.get(pk=gift.pk).kind == "gift"
    owner = at_counter("owner")
    asked = save(owner, gift, open_form(owner, gift), kind="normal").content.decode()
    assert "原因" in asked
    assert Order.objects.get(pk=gift.pk).kind == "gift"


@pytest.mark.capability("I-12", "I-02")
@pytest.mark.parametrize(("source", "status"), [("pos", 422), ("file", 422), ("demo", 422), ("zzz", 422), ("wechat", 409), ("phone-2", 302)])
def test_by_hand_an_order_comes_in_by_an_open_way_of_people_alone(
    source: str, status: int, at_counter: Counter, counter: Bench, at: datetime
) -> None:
    sources.change("wechat", name="微信", tone="good", enabled=False, by=SYSTEM, at=at)
    assert sources.add("phone", "热线", by=SYSTEM, at=at) == "phone-2"
    client = at_counter()
    send(client, whole(counter, source=source), "preview")
    answer = client.post(f"{URL}confirm/", {"version": "1", "as": "order"})
    assert (answer.status_code, Order.objects.count()) == (status, status == 302)
    if status != 302:
        assert "来源" in answer.content.decode()


@pytest.mark.capability("I-01")
def test_a_shop_that_is_switched_off_takes_no_order_by_hand_and_the_page_says_so(at_counter: Counter, counter: Bench) -> None:
    client = at_counter()
    send(client, whole(counter), "preview")
    Shop.objects.filter(pk=counter.shop_id).update(enabled=False)
    assert "停用了，不能下单" in client.get(f"{URL}preview/").content.decode()
    answer = client.post(f"{URL}confirm/", {"version": "1", "as": "order"})
    assert (answer.status_code, "停用了，不能下单" in answer.content.decode()) == (409, True)
    assert not Order.objects.exists()
