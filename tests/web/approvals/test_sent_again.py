"""What a missing reason interrupted is kept, asked about on one page, and sent again as it was; once."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from zhanggui.accounts.models import User
from zhanggui.journal.models import Entry

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
    for field in ('name="verb" value="cancel"', 'name="ids" value="1"', 'name="ids" value="2"', 'name="csrfmiddlewaretoken"', "发货前取消", "2 项"):
        assert field in shown
    assert "tab=all" not in "".join(str(each.get_decoded()) for each in Session.objects.all()), "kept sealed"
    token = re.findall(r'name="again" value="([^"]+)"', shown)[0]
    assert Client().get(page).status_code == 302
    browser.post("/orders/batch/", {**sent, "why": "买家不要了", "again": token}, headers={"referer": f"http://testserver{page}"})
    assert Entry.objects.get(name="orders.progress.cancel").facts["why"] == "买家不要了"
    assert browser.get(page).headers["Location"] == "/orders/?tab=all"
