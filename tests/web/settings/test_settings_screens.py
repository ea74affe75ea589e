"""Settings on screen: what each does, who may, and that nobody is locked out by mistake."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client

from zhanggui.accounts.models import User
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.queries import account_of
from zhanggui.journal.models import Entry
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse

pytestmark = pytest.mark.django_db
Person = Callable[..., Any]
PAGES = ("shops", "warehouses", "carriers", "people", "defaults")


def test_only_the_owner_comes_in(client: Client, person: Person, shop_id: int) -> None:
    for role in ("finance", "warehouse", "readonly", "reviewer"):
        client.force_login(person(role))
        for page in (*PAGES, "shops/new", "carriers/new", "people/new"):
            assert client.get(f"/settings/{page}/").status_code == 403, (role, page)
        assert client.post("/settings/shops/new/", {"code": "x", "name": "x"}).status_code == 403
    client.force_login(person("owner"))
    for page in PAGES:
        assert client.get(f"/settings/{page}/").status_code == 200


def test_a_shop_is_opened_and_changed_and_its_code_stays(owner_in: Client) -> None:
    told = {
        "code": "pdd-1",
        "name": "山野好物",
        "platform": "pdd",
        "currency": "CNY",
        "ship_within_h": "24",
        "needs_address": "on",
    }
    assert owner_in.post("/settings/shops/new/", told).status_code == 302
    shop = Shop.objects.get(code="pdd-1")
    assert (shop.mark, shop.ship_within_h, shop.needs_address) == ("拼", 24, True)
    owner_in.post(f"/settings/shops/{shop.pk}/", {**told, "code": "other", "name": "好物", "needs_address": ""})
    shop.refresh_from_db()
    assert (shop.code, shop.name, shop.needs_address) == ("pdd-1", "好物", False)
    again = owner_in.post("/settings/shops/new/", {**told, "code": "PDD-1"})
    assert again.status_code == 422
    assert "已有代号 PDD-1 的店" in again.content.decode()


def test_every_setting_says_what_it_does_and_its_default(owner_in: Client) -> None:
    for page in ("shops/new", "warehouses/new", "carriers/new", "people/new"):
        text = owner_in.get(f"/settings/{page}/").content.decode()
        assert "默认" in text, page
    groups = owner_in.get("/settings/defaults/").context["groups"]
    assert all(one.does and one.value for group in groups for one in group.settings)


def test_a_warehouse_keeps_its_sender_and_its_rules(owner_in: Client) -> None:
    sender = {
        "name": "王",
        "phone": "021-58880001",
        "province": "上海市",
        "city": "上海市",
        "district": "浦东新区",
        "street": "世纪大道 1 号",
    }
    told = {"code": "SH", "name": "上海二仓", "must_scan": "on", **{f"sender_{part}": said for part, said in sender.items()}}
    owner_in.post("/settings/warehouses/new/", told)
    made = Warehouse.objects.get(code="SH")
    assert (made.must_scan, made.must_weigh, made.sender["street"]) == (True, False, "世纪大道 1 号")
    owner_in.post(f"/settings/warehouses/{made.pk}/", {**told, "must_scan": "", "must_weigh": "on"})
    made.refresh_from_db()
    assert (made.must_scan, made.must_weigh, made.sender["name"]) == (False, True, "王")
    text = owner_in.get("/settings/warehouses/").content.decode()
    assert "没填全，取不了面单" in text


@pytest.mark.capability("F-11")
def test_a_carrier_is_taken_on_with_sealed_settings_never_shown_again(owner_in: Client) -> None:
    told = {
        "code": "zto",
        "name": "中通",
        "plugin": "sandbox",
        "service": "",
        "waybill_pattern": "",
        "settings": "customer=K1\nsecret=s3cr3t",
    }
    owner_in.post("/settings/carriers/new/", told)
    carrier = Carrier.objects.get(code="zto")
    assert carrier.is_default
    assert account_of(carrier).settings == {"customer": "K1", "secret": "s3cr3t"}
    assert b"s3cr3t" not in bytes(carrier.settings_sealed or b"")
    assert "s3cr3t" not in owner_in.get(f"/settings/carriers/{carrier.pk}/").content.decode()
    owner_in.post(f"/settings/carriers/{carrier.pk}/", {**told, "name": "中通快递", "settings": ""})
    carrier.refresh_from_db()
    assert (carrier.name, account_of(carrier).settings["secret"]) == ("中通快递", "s3cr3t")
    assert house.KEY_RING


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("waybill_pattern", "SF(", "不是正则表达式"), ("settings", "no mark", "第 1 行要写成"), ("code", "中通", "用字母、数字")],
)
def test_a_wrong_carrier_is_said_beside_its_field(owner_in: Client, field: str, value: str, says: str) -> None:
    answer = owner_in.post("/settings/carriers/new/", {"code": "zto", "name": "中通", "plugin": "", field: value})
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.capability("F-11")
def test_the_default_is_moved_and_a_carrier_switched_off(owner_in: Client, at: datetime) -> None:
    for code in ("zto", "sf"):
        owner_in.post("/settings/carriers/new/", {"code": code, "name": code, "plugin": ""})
    sf = Carrier.objects.get(code="sf")
    owner_in.post(f"/settings/carriers/{sf.pk}/default/")
    assert list(Carrier.objects.filter(is_default=True)) == [sf]
    owner_in.post(f"/settings/carriers/{sf.pk}/off/")
    sf.refresh_from_db()
    assert (sf.enabled, sf.is_default) == (False, False)


def test_somebody_is_let_in_with_a_role_and_switched_off_at_once(owner_in: Client) -> None:
    told = {"name": "李强", "email": "li@example.com", "role": "warehouse", "password": "kettle-lamp-42"}
    owner_in.post("/settings/people/new/", told)
    li = User.objects.get(email="li@example.com")
    his = Client()
    his.force_login(li)
    assert his.get("/warehouse/waves/").status_code == 200
    owner_in.post(f"/settings/people/{li.pk}/", {"what": "role", "role": "readonly"})
    assert his.get("/warehouse/waves/").status_code == 403
    owner_in.post(f"/settings/people/{li.pk}/off/")
    assert his.get("/").status_code == 302
    owner_in.post(f"/settings/people/{li.pk}/on/")
    assert User.objects.get(pk=li.pk).is_active


@pytest.mark.capability("L-03")
def test_one_who_forgot_is_handed_a_link_that_works_once(owner_in: Client, person: Person) -> None:
    sales = person("sales")
    hers, door = Client(), Client()
    hers.force_login(sales)
    assert owner_in.post(f"/settings/people/{sales.pk}/", {"what": "link", "why": " "}).status_code == 422
    page = owner_in.post(f"/settings/people/{sales.pk}/", {"what": "link", "why": "当面来说忘了"}).content.decode()
    link = re.search(r"http://testserver(/accounts/password/new/[^<\"]+)", page)
    assert link
    assert hers.get("/").status_code == 302, "she is out wherever she was"
    assert link[1] not in owner_in.get(f"/settings/people/{sales.pk}/").content.decode(), "shown once"
    form = door.get(link[1]).headers["Location"]
    door.post(form, {"password1": "green-door-17", "password2": "green-door-17"})
    assert User.objects.get(pk=sales.pk).check_password("green-door-17")
    assert Client().get(link[1]).status_code == 410
    line = Entry.objects.get(name="AccessChanged", facts__what="link")
    assert (line.subject_id, line.facts["why"], line.actor_name) == (sales.pk, "当面来说忘了", "owner")


@pytest.mark.capability("L-05")
def test_a_role_that_asks_for_it_leads_its_people_to_set_it_up(owner_in: Client, person: Person) -> None:
    finance = Client()
    finance.force_login(person("finance"))
    assert finance.get("/orders/").status_code == 200
    owner_in.post("/settings/roles/finance/ask/")
    assert finance.get("/orders/").headers["Location"] == "/accounts/security/"
    assert finance.get("/pulse/").status_code == 204
    page = finance.get("/accounts/security/").content.decode()
    assert "您的角色要求两步验证" in page
    assert 'href="/orders/"' not in page, "nothing else is offered"
    assert finance.get("/accounts/security/codes/").status_code == 200
    owner_in.post("/settings/roles/finance/spare/")
    assert finance.get("/orders/").status_code == 200


def test_the_last_owner_stays_and_nobody_switches_themselves_off(owner_in: Client) -> None:
    me = User.objects.get(email="owner@example.com")
    assert "不能停用自己" in owner_in.post(f"/settings/people/{me.pk}/off/").content.decode()
    answer = owner_in.post(f"/settings/people/{me.pk}/", {"what": "role", "role": "readonly"})
    assert "唯一的店主" in answer.content.decode()
    assert User.objects.get(pk=me.pk).role.code == "owner"


def test_a_taken_address_is_said_beside_it(owner_in: Client) -> None:
    told = {"name": "又一个", "email": "owner@example.com", "role": "sales", "password": "kettle-lamp-42"}
    answer = owner_in.post("/settings/people/new/", told)
    assert answer.status_code == 422
    assert "已经有账号了" in answer.content.decode()
