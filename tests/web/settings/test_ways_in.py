"""Sources and order forms on their settings pages."""

import re
from typing import Any

import pytest
from django.test import Client

from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import sources as ways
from zhanggui.orders.models import FormGood, OrderForm
from zhanggui.papers import codes

pytestmark = pytest.mark.django_db


@pytest.mark.capability("I-12")
def test_a_source_is_renamed_closed_added_and_moved_up(owner_in: Client) -> None:
    told = owner_in.get("/settings/sources/").content.decode()
    assert "手工录入" in told
    assert owner_in.post("/settings/sources/phone/", {"name": "客服热线", "tone": "good"}).status_code == 302
    assert {row.code: (row.name, row.enabled) for row in ways.listed()}["phone"] == ("客服热线", False)
    again = owner_in.post("/settings/sources/new/", {"kind": "wechat", "name": "客服热线", "tone": "info"})
    assert (again.status_code, "已经有一个来源叫" in again.content.decode()) == (422, True)
    assert owner_in.post("/settings/sources/new/", {"kind": "wechat", "name": "企业微信", "tone": "info"}).status_code == 302
    owner_in.post("/settings/sources/", {"up": "wechat-2"})
    assert [row.code for row in ways.listed()][-2:] == ["wechat-2", "api"]
    assert owner_in.post("/settings/sources/", {"up": "fax"}).status_code == 404
    assert owner_in.get("/settings/sources/fax/").status_code == 404


@pytest.mark.capability("I-10")
def test_a_form_is_made_filled_opened_and_its_code_leads_to_it(owner_in: Client, at: Any) -> None:
    made = goods.define([Definition("GW-150", "青釉盖碗", price_minor=6800)], by=SYSTEM, at=at).ids
    shop_id = re.search(r'<option value="(\d+)"', owner_in.get("/settings/forms/new/").content.decode())
    assert shop_id
    said = {"name": "预订", "shop": shop_id.group(1), "house": "山野杂货", "pays": "cod"}
    page = owner_in.post("/settings/forms/new/", said)["Location"]
    form = OrderForm.objects.get()
    assert not form.enabled
    assert Client().get(f"/f/{form.token}/").status_code == 410
    whole = {**said, "language": "zh-hans", "shows_stock": "on", "add": "gw-150", "freight": "8", "origins": "https://shop.example.com"}
    assert owner_in.post(page, whole).status_code == 302
    assert list(FormGood.objects.values_list("sku_id", "price_minor", "most")) == [(made["GW-150"], 6800, 10)]
    for wrong, says in (
        ({"add": "NO-SUCH"}, "商品里没有 NO-SUCH"), ({f"price_{made['GW-150']}": "abc"}, "不是金额"),
        ({f"most_{made['GW-150']}": "0"}, "1 到 9999"), ({"origins": "https://*.example.com"}, "不是网站的地址"),
    ):  # fmt: skip
        answer = owner_in.post(page, {**whole, "add": "", **wrong, "intro": "写了很久的话"})
        assert (answer.status_code, says in answer.content.decode(), "写了很久的话" in answer.content.decode()) == (422, True, True)
    owner_in.post(page, {**whole, "add": "", f"price_{made['GW-150']}": "58", f"most_{made['GW-150']}": "3"})
    assert list(FormGood.objects.values_list("price_minor", "most")) == [(5800, 3)]
    assert owner_in.get(f"{page}preview/?lang=en").status_code == 200
    owner_in.post(f"{page}open/")
    assert Client().get(f"/f/{form.token}/").status_code == 200
    shown = owner_in.get(page).content.decode()
    assert "&lt;iframe src=" in shown
    link = f"http://testserver/f/{form.token}/"
    assert link in shown
    assert codes.qr(link).svg
    assert "预订" in owner_in.get("/settings/forms/").content.decode()
    old = form.token
    owner_in.post(f"{page}renew/")
    assert Client().get(f"/f/{old}/").status_code == 404
    owner_in.post(page, {**whole, "add": "", f"drop_{made['GW-150']}": "1"})
    assert not FormGood.objects.exists()
    owner_in.post(f"{page}close/")
    assert not OrderForm.objects.get().enabled
    assert owner_in.post(f"{page}burn/").status_code == 404
