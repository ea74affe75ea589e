"""A public order form: anybody with its link orders at its prices, once a page; whoever is up to something gets nowhere."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.customers import sealing
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.ops.verify import verify
from zhanggui.orders import offering
from zhanggui.orders.commands import sources, web_forms
from zhanggui.orders.commands.web_forms import BadForm, Design, Good
from zhanggui.orders.models import Order, OrderForm
from zhanggui.stock.commands import receipts
from zhanggui.stock.models import Warehouse
from zhanggui.web.doors import passes
from zhanggui.web.frame.middleware import POLICY

pytestmark = [pytest.mark.django_db, pytest.mark.capability("I-10")]
SITE = "https://shop.example.com"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def skus(shop_id: int, at: Any) -> dict[str, int]:
    made = goods.define(
        [Definition("GW-150", "青釉盖碗", "150ml", price_minor=6800), Definition("CB-6", "茶杯"), Definition("OUT", "断货壶")],
        by=SYSTEM, at=at,
    ).ids  # fmt: skip
    house = Warehouse.objects.get().pk
    receipts.receive([receipts.Receipt(house, "A-01", made[code], 10) for code in ("GW-150", "CB-6")], by=SYSTEM, at=at)
    jobs.run_until_idle()
    return made


def made(shop_id: int, skus: dict[str, int], **facts: Any) -> OrderForm:
    wanted = Design("中秋礼盒", "山野杂货", freight_minor=1000, goods=(
        Good(skus["GW-150"], 6000, 3), Good(skus["CB-6"], 1500, 12), Good(skus["OUT"], 9900, 5),
    ))._replace(**facts)  # fmt: skip
    id_ = web_forms.design(None, wanted, shop_id=shop_id, by=SYSTEM, at=clock.now())
    web_forms.set_open(id_, True, by=SYSTEM, at=clock.now())
    return OrderForm.objects.get(pk=id_)


@pytest.fixture
def form(shop_id: int, skus: dict[str, int]) -> OrderForm:
    return made(shop_id, skus)


class Buyer:
    """Somebody with a browser that keeps nothing: no cookie is ever sent back."""

    def __init__(self, form: OrderForm, address: str = "203.0.113.7") -> None:
        self.form, self.address = form, address
        self.path = f"/f/{form.token}/"
        self.last: Any = None

    def get(self, path: str = "", **asked: str) -> str:
        self.last = Client().get(path or self.path, asked, REMOTE_ADDR=self.address)
        return self.last.content.decode()

    def send(self, page: str, **said: Any) -> str:
        facts = {"pass": pass_of(page), "name": "林晓", "phone": "13800137621", "province": "湖北省", "city": "武汉市",
                 "district": "洪山区", "street": "珞喻路 12 号", "note": "", "agree": "on"} | said  # fmt: skip
        sent = {name: value for name, value in facts.items() if value is not None}
        self.last = Client().post(self.path, "&".join(f"{k}={quoted(v)}" for k, v in sent.items()),
            content_type="application/x-www-form-urlencoded", REMOTE_ADDR=self.address)  # fmt: skip
        return self.last.content.decode()

    def later(self, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
        now = clock.now() + timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "now", lambda: now)


def quoted(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in str(value).encode())


def pass_of(page: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found
    return found.group(1)


@pytest.fixture
def buyer(form: OrderForm) -> Buyer:
    return Buyer(form)


@pytest.fixture
def page(buyer: Buyer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page, read for half a minute."""
    found = buyer.get()
    buyer.later(monkeypatch, 30)
    return found


def test_a_buyer_orders_at_the_prices_of_the_form_and_is_told_the_number(
    buyer: Buyer, page: str, skus: dict[str, int], form: OrderForm
) -> None:
    assert "¥60.00" in page
    assert "缺货" in page
    assert "10 件" not in page
    buyer.send(page, **{f"pieces_{skus['GW-150']}": "2", f"pieces_{skus['CB-6']}": "1", "note": "打 13977778882"})
    assert buyer.last.status_code == 302
    order = Order.objects.get()
    assert (order.source, order.stage, order.payment, order.total_minor, order.freight_minor) == (
        "web", "pending_payment", "unpaid", 2 * 6000 + 1500 + 1000, 1000,
    )  # fmt: skip
    assert order.buyer_note == "打 139****8882"
    assert sealing.opened(order.recipient.sealed)[0] == "林晓"
    told = buyer.get(buyer.last["Location"])
    assert order.number in told
    assert "珞喻路" not in told + buyer.last["Content-Type"]
    assert "林晓" not in told
    events = Entry.objects.filter(subject_kind="order", subject_id=order.pk).values_list("name", "actor_name")
    assert set(events) == {("OrderPlaced", "中秋礼盒"), ("OrderSentByForm", "中秋礼盒")}
    assert offering.counted([form.pk], at=clock.now())[form.pk].placed == 1
    assert [each.code for each in verify() if each.rows] == []


@pytest.mark.parametrize(("pays", "stage"), [("cod", "pending_review"), ("on_account", "pending_review"), ("first", "pending_payment")])
def test_where_an_order_begins_is_said_by_its_form(
    pays: str, stage: str, shop_id: int, skus: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = Buyer(made(shop_id, skus, pays=pays))
    page = buyer.get()
    buyer.later(monkeypatch, 30)
    buyer.send(page, **{f"pieces_{skus['CB-6']}": "1"})
    assert Order.objects.get().stage == stage


def test_a_page_sent_twice_is_one_order_and_sent_otherwise_is_refused(buyer: Buyer, page: str, skus: dict[str, int]) -> None:
    one = {f"pieces_{skus['CB-6']}": "1"}
    buyer.send(page, **one)
    first = buyer.last["Location"]
    buyer.send(page, **one)
    number = Order.objects.get().number
    assert (buyer.last.status_code, number in buyer.get(buyer.last["Location"]), number in buyer.get(first)) == (302, True, True)
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "5"})
    assert buyer.last.status_code == 409
    assert Order.objects.get().number in told
    assert Order.objects.count() == 1


@pytest.mark.parametrize("wrong", [
    {"price": "1"}, {"total_minor": "1"}, {"pieces_999999": "1"}, {"website": "https://spam.example"}, {"pass": "forged"}, {"pass": None},
])  # fmt: skip
def test_a_price_goods_or_a_pass_of_ones_own_order_nothing(
    wrong: dict[str, Any], buyer: Buyer, page: str, skus: dict[str, int], form: OrderForm
) -> None:
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "1", **wrong})
    assert buyer.last.status_code == 422
    assert "没有下单" in told
    assert not Order.objects.exists()
    assert offering.counted([form.pk], at=clock.now())[form.pk].why == {"form-tampered": 1}


def test_the_pass_of_one_form_opens_no_other(buyer: Buyer, page: str, shop_id: int, skus: dict[str, int]) -> None:
    other = Buyer(made(shop_id, skus, goods=(Good(skus["GW-150"], 1, 3),)))
    other.send(page, **{f"pieces_{skus['GW-150']}": "1"})
    assert other.last.status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize("pieces", ["4", "-1", "1.5", "abc", "99999999999999999999"])
def test_more_than_the_form_sells_is_said_beside_the_goods_and_nothing_typed_is_lost(
    pieces: str, buyer: Buyer, page: str, skus: dict[str, int]
) -> None:
    told = buyer.send(page, **{f"pieces_{skus['GW-150']}": pieces, "street": "光谷大道 <b>3</b> 号"})
    assert buyer.last.status_code == 422
    assert "填 0 到 3 的整数" in told
    assert "光谷大道 &lt;b&gt;3&lt;/b&gt; 号" in told
    assert f'value="{pieces[:6]}"' in told
    assert not Order.objects.exists()


def test_what_is_out_of_stock_or_gone_meanwhile_is_not_sold(buyer: Buyer, page: str, skus: dict[str, int], at: Any) -> None:
    told = buyer.send(page, **{f"pieces_{skus['OUT']}": "1"})
    assert (buyer.last.status_code, "断货壶 没有这么多了" in told) == (409, True)
    receipts.count([receipts.Receipt(Warehouse.objects.get().pk, "A-01", skus["CB-6"], 2)], why="盘点", by=SYSTEM, at=at)
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "3"})
    assert (buyer.last.status_code, "茶杯 没有这么多了" in told) == (409, True)
    assert not Order.objects.exists()


def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_ordered(
    buyer: Buyer, page: str, shop_id: int, skus: dict[str, int], form: OrderForm
) -> None:
    web_forms.design(form.pk, Design("中秋礼盒", "山野杂货", goods=(Good(skus["CB-6"], 1800, 12),)), shop_id=shop_id, by=SYSTEM, at=clock.now())
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "1"})
    assert (buyer.last.status_code, "¥18.00" in told, "林晓" in told) == (409, True, True)
    buyer.send(told, **{f"pieces_{skus['CB-6']}": "1"})
    assert Order.objects.get().total_minor == 1800


def test_a_form_offers_goods_there_are_in_a_language_there_is(skus: dict[str, int], shop_id: int) -> None:
    """A program may say anything; what cannot be is refused by us and not by the database."""
    for wrong, code in ((Good(10**6, 100), "no-such-sku"), (Good(skus["CB-6"], -1), "bad-form")):
        with pytest.raises(Refused) as refused:
            made(shop_id, skus, goods=(wrong,))
        assert refused.value.code == code
    with pytest.raises(BadForm):
        made(shop_id, skus, language="tlh-klingon")
    assert not OrderForm.objects.exists()


def test_who_is_faster_than_a_person_is_asked_a_sum_and_answers_it(buyer: Buyer, skus: dict[str, int]) -> None:
    one = {f"pieces_{skus['CB-6']}": "1"}
    told = buyer.send(buyer.get(), **one)
    assert (buyer.last.status_code, "等于几" in told) == (422, True)
    assert "林晓" in told
    asked = passes.read(pass_of(told))
    assert asked
    assert asked.sum_of
    told = buyer.send(told, **one, answer="0")
    assert buyer.last.status_code == 422
    asked = passes.read(pass_of(told))
    assert asked
    assert asked.sum_of
    buyer.send(told, **one, answer=str(sum(asked.sum_of)))
    assert buyer.last.status_code == 302
    assert Order.objects.count() == 1


def test_one_address_that_sends_and_sends_is_asked_then_turned_away_and_others_are_not(
    buyer: Buyer, form: OrderForm, skus: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {f"pieces_{skus['CB-6']}": "1"}
    pages = [buyer.get() for _ in range(34)]
    buyer.later(monkeypatch, 30)
    statuses = []
    for page in pages:
        buyer.send(page, **one)
        statuses.append(buyer.last.status_code)
    assert statuses[:4] == [302] * 4
    assert statuses[4:30] == [422] * 26
    assert set(statuses[30:]) == {429}
    assert Order.objects.count() == 4
    # What was turned away wrote nothing: a flood fills no table.
    assert offering.counted([form.pk], at=clock.now())[form.pk].why == {"form-asks": 26}
    other = Buyer(form, "198.51.100.9")
    other.send(pages[33], **one)
    assert other.last.status_code == 302


def test_a_page_that_lay_open_for_hours_is_shown_anew_with_what_was_written(
    buyer: Buyer, skus: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = buyer.get()
    buyer.later(monkeypatch, passes.LIFE_S + 5)
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "2"})
    assert (buyer.last.status_code, "打开太久" in told, "林晓" in told) == (422, True, True)
    buyer.later(monkeypatch, 30)
    buyer.send(told, **{f"pieces_{skus['CB-6']}": "2"})
    assert buyer.last.status_code == 302


@pytest.mark.parametrize(("field", "said", "says"), [
    ("phone", "123", "号码不对"), ("name", "", "这一项要填"), ("name", HOSTILE, "不能用的符号"), ("city", "", "这一项要填"),
    ("agree", None, "隐私说明"), ("street", "a\u202eb", "不能用的符号"), ("street", "a\x00b", "street-error"), ("name", "长" * 41, "40"),
])  # fmt: skip
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    field: str, said: Any, says: str, buyer: Buyer, page: str, skus: dict[str, int]
) -> None:
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "1", field: said})
    assert (buyer.last.status_code, says in told) == (422, True)
    assert "<script>alert" not in told
    assert not Order.objects.exists()


def test_a_city_that_is_a_province_is_written_once(buyer: Buyer, page: str, skus: dict[str, int]) -> None:
    buyer.send(page, province="上海市", city="", district="静安区", **{f"pieces_{skus['CB-6']}": "1"})
    to = Order.objects.get().recipient
    assert (to.province, to.city, to.district) == ("上海市", "上海市", "静安区")


def test_hostile_words_reach_the_order_and_stay_words(buyer: Buyer, page: str, skus: dict[str, int], client: Client, person: Any) -> None:
    note = f"{HOSTILE}=HYPERLINK(\"https://spam.example\")'; DROP TABLE orders_order; --"
    buyer.send(page, note=note, **{f"pieces_{skus['CB-6']}": "1"})
    order = Order.objects.get()
    client.force_login(person("owner"))
    shown = client.get(f"/orders/{order.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown
    assert "网页表单" in shown


def test_too_much_or_of_another_kind_is_not_even_read(buyer: Buyer, page: str, skus: dict[str, int], form: OrderForm) -> None:
    buyer.send(page, note="长" * 9000, **{f"pieces_{skus['CB-6']}": "1"})
    assert buyer.last.status_code == 422
    answer = Client().post(buyer.path, {"name": "x"}, REMOTE_ADDR=buyer.address)
    assert answer.status_code == 422
    assert not Order.objects.exists()


@pytest.mark.capability("I-12")
def test_a_form_or_a_way_in_that_is_closed_says_so(buyer: Buyer, page: str, skus: dict[str, int], form: OrderForm, at: Any) -> None:
    sources.change("web", name="网页表单", tone="good", enabled=False, by=SYSTEM, at=at)
    told = buyer.send(page, **{f"pieces_{skus['CB-6']}": "1"})
    assert (buyer.last.status_code, "停用了" in told) == (409, True)
    web_forms.set_open(form.pk, False, by=SYSTEM, at=at)
    for told in (buyer.send(page, **{f"pieces_{skus['CB-6']}": "1"}), buyer.get()):
        assert (buyer.last.status_code, "现在不收订单" in told) == (410, True)
    web_forms.renew_link(form.pk, by=SYSTEM, at=at)
    buyer.get()
    assert buyer.last.status_code == 404
    assert not Order.objects.exists()


def test_only_the_sites_a_merchant_named_may_show_it_and_no_other_page_at_all(
    buyer: Buyer, shop_id: int, skus: dict[str, int]
) -> None:
    buyer.get()
    assert buyer.last["Content-Security-Policy"] == POLICY
    assert buyer.last["X-Frame-Options"] == "DENY"
    inside = Buyer(made(shop_id, skus, origins=(f"{SITE}/", "https://www.example.org:8443")))
    page = inside.get()
    assert "X-Frame-Options" not in inside.last
    ancestors = "frame-ancestors https://shop.example.com https://www.example.org:8443"
    assert inside.last["Content-Security-Policy"] == POLICY.replace("frame-ancestors 'none'", ancestors)
    # Also where it is refused; no cookie is set or wanted.
    inside.send(page)
    assert ancestors in inside.last["Content-Security-Policy"]
    assert not inside.last.cookies
    for closed in ("/accounts/login/", "/f/nobody/", "/healthz"):
        assert "frame-ancestors 'none'" in Client().get(closed)["Content-Security-Policy"]


@pytest.mark.parametrize("origin", [
    "*", "https://*.example.com", "http://shop.example.com", "https://shop.example.com/path", "https://a.b; script-src *", "javascript:alert(1)",
    "https://localhost", "https://1.2.3.4", "'self'",
])  # fmt: skip
def test_no_wildcard_path_or_second_rule_gets_into_the_policy(origin: str, shop_id: int, skus: dict[str, int]) -> None:
    with pytest.raises(web_forms.BadOrigin):
        made(shop_id, skus, origins=(origin,))


def test_the_page_speaks_both_languages_and_keeps_the_one_chosen(
    buyer: Buyer, skus: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = buyer.get(lang="en")
    buyer.later(monkeypatch, 30)
    assert 'lang="en"' in told
    assert "What would you like?" in told
    buyer.path += "?lang=en"
    buyer.send(told, **{f"pieces_{skus['CB-6']}": "1"})
    assert buyer.last["Location"].endswith("?lang=en")
    assert "Received, thank you" in buyer.get(buyer.last["Location"])


def test_nobody_finds_an_order_by_trying_slips(buyer: Buyer, form: OrderForm) -> None:
    for slip in ("261020-00001", passes.slip(form.pk + 1, "261020-00001"), "x" * 500):
        buyer.get(f"/f/{form.token}/thanks/{slip}/")
        assert buyer.last.status_code == 404
