"""What a missing reason interrupted is kept, asked about on one page, and sent again as it was; once."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.mark.capability("L-08")
def test_the_same_form_goes_on_with_its_reason_and_only_once(person: Callable[[str], User], shop_id: int) -> None:
    browser = Client()
    browser.force_login(person("reviewer"))
    sent = {"verb": "cancel", "ids": ["1", "2"], "next": "/orders/?tab=all"}
    came = {"referer": "http://testserver/orders/?tab=all"}
    answer = browser.post("/orders/batch/", sent, headers=came)
    assert answer.status_code == 302
    page = answer.headers["Location"]
    shown = browser.get(page).content.decode()
    for field in (
        'name="verb" value="cancel"',
        'name="ids" value="1"',
        'name="ids" value="2"',
        'name="csrfmiddlewaretoken"',
        "取消这 2 单",
        "2 项",
    ):
        assert field in shown
    assert "tab=all" not in "".join(str(each.get_decoded()) for each in Session.objects.all()), "kept sealed"
    token = re.findall(r'name="again" value="([^"]+)"', shown)[0]
    assert Client().get(page).status_code == 302
    browser.post("/orders/batch/", {**sent, "why": "买家不要了", "again": token}, headers={"referer": f"http://testserver{page}"})
    assert Entry.objects.get(name="orders.progress.cancel").facts["why"] == "买家不要了"
    assert browser.get(page).headers["Location"] == "/orders/?tab=all"


@pytest.mark.capability("L-08")
def test_the_page_that_asks_why_names_what_it_is_about_and_offers_reasons_that_fit(
    person: Callable[[str], User], shop_id: int
) -> None:
    bench = Bench(shop_id, clock.now())
    orders = [bench.put(f"T{nth}") for nth in range(8)]
    owner = Client()
    owner.force_login(person("owner"))
    session = owner.session
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()
    numbers = " ".join(order.number for order in orders)
    plain = owner.get(owner.post("/settings/privacy/plain/", {"numbers": numbers}).headers["Location"]).content.decode()
    assert "导出 8 单的收件人明文" in plain
    assert f'href="/orders/{orders[0].pk}/">{orders[0].number}</a>' in plain
    assert "等 8 项" in plain
    assert "监管或法院来要" in plain
    for unfit in ("填错了", "店主让做的"):
        assert unfit not in plain
    reviewer = Client()
    reviewer.force_login(person("reviewer"))
    cancel = reviewer.post("/orders/batch/", {"verb": "cancel", "ids": [str(orders[0].pk)]}).headers["Location"]
    page = reviewer.get(cancel).content.decode()
    assert all(said in page for said in ("取消这 1 单", orders[0].number, "买家不要了"))


def test_nobody_learns_of_what_is_anothers_by_being_asked_why(person: Callable[[str], User], shop_id: int) -> None:
    order = Bench(shop_id, clock.now()).put("T1")
    reviewer = person("reviewer")
    User.objects.filter(pk=reviewer.pk).update(shop_ids=[])
    browser = Client()
    browser.force_login(reviewer)
    answer = browser.post("/orders/batch/", {"verb": "cancel", "ids": [str(order.pk)]})
    said = browser.get(answer.headers["Location"]).content.decode() if answer.status_code == 302 else answer.content.decode()
    assert order.number not in said
