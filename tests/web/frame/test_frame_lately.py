"""Figures are kept a few seconds in each process; whoever changed something sees it changed, whichever process answers next."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.web.frame import lately

pytestmark = pytest.mark.django_db


@pytest.mark.capability("L-07", "L-09")
def test_what_another_process_counted_before_my_change_is_counted_again(at_counter: Callable[..., Client], shop_id: int, at: Any) -> None:
    browser = at_counter("owner")
    browser.get("/")
    kept = len(asked(browser, "/"))
    again = len(asked(browser, "/"))
    assert again == kept, "nothing is counted twice within a few seconds"
    shops.open_one("second", "二店", by=SYSTEM, at=at)
    answer = browser.post("/language/", {"language": "en", "next": "/"})
    assert answer.cookies[lately.COOKIE].value
    assert len(asked(browser, "/")) > kept, "counted afresh after a change of one's own"
    browser.cookies[lately.COOKIE] = f"{time.time() - 60:.3f}"
    assert len(asked(browser, "/")) == kept
    browser.cookies[lately.COOKIE] = "9" * 40
    assert len(asked(browser, "/")) == kept, "a mark that is none is nobody's"


def asked(browser: Client, path: str) -> list[Any]:
    with CaptureQueriesContext(connection) as said:
        assert browser.get(path).status_code == 200
    return list(said)
