"""The first day of a shop: opened at the door, led through its first steps, its first colleague among them."""

import pytest
from django.test import Client

from zhanggui.accounts.commands import inviting, rescue, roles
from zhanggui.accounts.models import Role, User
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
OPENING = {"shop": "山野杂货", "name": "老板", "email": "boss@example.com", "password": "kettle-lamp-42"}


@pytest.mark.capability("L-10", "L-06")
def test_a_shop_is_opened_and_its_owner_led_from_step_to_step() -> None:
    boss = Client()
    assert boss.get("/", follow=True).redirect_chain[-1][0] == "/welcome/"
    assert boss.post("/welcome/", OPENING)["Location"] == "/start/"
    home = boss.get("/").content.decode()
    steps = ("建第一家店", "录入商品", "给商品入库", "导入第一批订单", "审核通过第一单", "邀请第一位同事", "开启两步验证")
    places = [home.index(step) for step in steps]
    assert places == sorted(places)
    assert "做过了" in home, "the shop was named at the door"
    assert 'href="/settings/people/invite/"' in home
    assert "还只有您一个人" in boss.get("/settings/people/").content.decode()
    inviting.invite("sales", name="小王", by=SYSTEM, at=clock.now())
    assert 'href="/settings/people/invite/"' not in boss.get("/").content.decode()


@pytest.mark.capability("L-05")
def test_a_role_of_the_shops_own_may_ask_for_a_second_step_too() -> None:
    boss, hers = Client(), Client()
    boss.post("/welcome/", OPENING)
    code = roles.copy("sales", "晚班客服", by=SYSTEM, at=clock.now())
    person = User.objects.create_user(
        "wang@example.com", "kettle-lamp-42", name="王芳", role=Role.objects.get(code=code), joined_at=clock.now()
    )
    hers.force_login(person)
    assert hers.get("/orders/").status_code == 200
    boss.post(f"/settings/roles/{code}/ask/")
    assert hers.get("/orders/")["Location"] == "/accounts/security/"
    copied = roles.copy(code, "晚班二", by=SYSTEM, at=clock.now())
    assert Role.objects.get(code=copied).second_factor, "a copy asks for no less"
    rescue.ask_second_factor(code, False, by=SYSTEM, at=clock.now())
    assert hers.get("/orders/").status_code == 200
