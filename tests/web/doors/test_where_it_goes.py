"""Where a buyer's order goes: places that belong together, a whole address taken apart; and a form two people change at once."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.web.doors.test_order_form import Buyer, _nobody_tried_before, buyer, form, page, skus
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Changed
from zhanggui.orders.commands import web_forms
from zhanggui.orders.commands.web_forms import Design
from zhanggui.orders.models import Order, OrderForm

__all__ = ["_nobody_tried_before", "buyer", "form", "page", "skus"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("I-10")]


def test_places_that_do_not_lie_in_one_another_are_said_once_and_believed_the_second_time(
    buyer: Buyer, page: str, skus: dict[str, int]
) -> None:
    one = {f"pieces_{skus['CB-6']}": "1", "city": "宜昌市"}
    told = buyer.send(page, **one)
    assert (buyer.last.status_code, "洪山区属于武汉市，不属于宜昌市" in told, "再提交一次" in told) == (422, True, True)
    assert 'name="looked" value="湖北省/宜昌市/洪山区"' in told
    # Another place than the one that was said is looked at anew.
    buyer.send(told, **one, looked="湖北省/武汉市/洪山区")
    assert buyer.last.status_code == 422
    buyer.send(told, **one, looked="湖北省/宜昌市/洪山区")
    assert buyer.last.status_code == 302
    assert Order.objects.get().recipient.city == "宜昌市"


def test_a_whole_address_is_taken_apart_on_the_page_and_orders_nothing(buyer: Buyer, page: str, skus: dict[str, int]) -> None:
    wanted = {f"pieces_{skus['CB-6']}": "2", "name": None, "phone": None, "agree": None, "province": "", "city": "", "district": "", "street": ""}
    told = buyer.send(page, **wanted, whole="周芳芳，13900137622 湖北省武汉市洪山区珞喻路 12 号", apart="1")
    assert buyer.last.status_code == 200
    for name, text in (("name", "周芳芳"), ("phone", "13900137622"), ("province", "湖北省"), ("city", "武汉市"), ("district", "洪山区")):
        assert re.search(f'name="{name}" value="{text}"', told), name
    assert "珞喻路 12 号" in told
    assert "这一项要填" not in told
    assert f'name="pieces_{skus["CB-6"]}" value="2"' in told
    # What it does not know takes nothing away.
    kept = buyer.send(told, **{f"pieces_{skus['CB-6']}": "2"}, whole="改天再说", apart="1")
    assert ('value="林晓"' in kept, "改天再说" in kept) == (True, True)
    assert not Order.objects.exists()
    buyer.send(kept, **{f"pieces_{skus['CB-6']}": "2"})
    assert Order.objects.count() == 1


def test_taking_apart_has_a_pace_of_its_own_and_loses_nothing(buyer: Buyer, page: str, skus: dict[str, int]) -> None:
    statuses = []
    for _ in range(31):
        told = buyer.send(page, whole="湖北省武汉市洪山区珞喻路 12 号", apart="1")
        statuses.append(buyer.last.status_code)
    assert (statuses[:30], statuses[30]) == ([200] * 30, 429)
    assert "林晓" in told


def test_the_places_to_choose_from_are_everybodys() -> None:
    answer = Client().get("/f/places.json")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=86400")
    assert "洪山区" in answer.json()["湖北省"]["武汉市"]
    assert list(answer.json()["上海市"]) == ["上海市"]
    assert not answer.cookies


def test_a_form_that_somebody_else_changed_is_not_written_over(shop_id: int, skus: dict[str, int], form: OrderForm) -> None:
    seen = form.version
    web_forms.design(form.pk, Design("甲写的", "山野杂货"), shop_id=shop_id, seen=seen, by=SYSTEM, at=clock.now())
    with pytest.raises(Changed):
        web_forms.design(form.pk, Design("乙写的", "山野杂货"), shop_id=shop_id, seen=seen, by=SYSTEM, at=clock.now())
    assert OrderForm.objects.get(pk=form.pk).name == "甲写的"


def test_the_page_of_a_form_keeps_what_was_typed_where_somebody_was_quicker(
    shop_id: int, skus: dict[str, int], form: OrderForm, client: Client, person: Any
) -> None:
    client.force_login(person("owner"))
    where = f"/settings/forms/{form.pk}/"
    client.get(where)
    said = {"name": "我写的", "house": "山野", "shop": shop_id, "pays": "first", "language": "zh-hans", "seen": form.version}
    web_forms.design(form.pk, Design("别人写的", "山野杂货"), shop_id=shop_id, by=SYSTEM, at=clock.now())
    answer = client.post(where, said)
    told = answer.content.decode()
    assert (answer.status_code, "我写的" in told, "刚被别人改过" in told) == (409, True, True)
    now = OrderForm.objects.get(pk=form.pk)
    assert f'name="seen" value="{now.version}"' in told
    assert client.post(where, {**said, "seen": now.version}).status_code == 302
    assert OrderForm.objects.get(pk=form.pk).name == "我写的"


def test_a_whole_address_that_names_two_fills_in_the_one_it_means_or_asks(buyer: Buyer, page: str) -> None:
    empty: dict[str, Any] = {"name": None, "phone": None, "province": "", "city": "", "district": "", "street": ""}
    meant = "新地址：重庆市渝北区红锦大道88号 周芳芳 13900137622 旧地址：四川省成都市武侯区人民南路四段27号"
    told = buyer.send(page, **empty, whole=meant, apart="1")
    assert ('name="province" value="重庆市"' in told, 'value="渝北区"' in told, "没把握" in told) == (True, True, False)
    both = "重庆市渝北区红锦大道88号或者四川省成都市武侯区人民南路四段27号 周芳芳 13900137622"
    told = buyer.send(page, **empty, whole=both, apart="1")
    assert told.count("没把握") == 4, "province, city, district and street want a look"
    assert both in told, "the message stays beside its parts"


def test_a_whole_address_of_two_people_wants_a_look_at_all_of_it(buyer: Buyer, page: str) -> None:
    two = "周芳芳 13900137622 重庆市渝北区红锦大道88号\n李木子 13900137623 四川省成都市武侯区人民南路四段27号"
    told = buyer.send(page, name=None, phone=None, province="", city="", district="", street="", whole=two, apart="1")
    assert told.count("没把握") == 6
