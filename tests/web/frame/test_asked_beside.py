"""Where a verb asks why: beside the page where the page can, else by a page of its own; and what is refused is said there too."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from tests.web.orders.conftest import _fresh_figures, at_counter, bench
from zhanggui.orders.models import Order

__all__ = ["_fresh_figures", "at_counter", "bench"]
pytestmark = pytest.mark.django_db
BESIDE = {"X-Ask": "1"}


def stage(order: Order) -> str:
    return str(Order.objects.values_list("stage", flat=True).get(pk=order.pk))


@pytest.mark.capability("B-02")
def test_a_page_that_can_ask_beside_itself_is_asked_there_and_goes_on_with_the_reason(
    at_counter: Callable[..., Client], bench: Bench
) -> None:
    order, client = bench.put("T1"), at_counter("reviewer")
    url, said = f"/orders/{order.pk}/act/", {"verb": "cancel"}
    held: Any = client.post(url, said, headers=BESIDE)
    assert (held.status_code, "Location" in held, stage(order)) == (422, False, "approved")
    asked = client.get(held["X-Ask"], headers=BESIDE).content.decode()
    assert "data-ask-form" in asked
    assert "<html" not in asked
    assert "买家不要了" in asked, "what is usually said is offered"
    assert "<html" in client.get(held["X-Ask"]).content.decode(), "the same address is a page of its own"
    done = client.post(url, {**said, "why": "买家不要了"}, headers=BESIDE)
    assert (done.status_code, done["X-Location"], stage(order)) == (200, f"/orders/{order.pk}/", "cancelled")
    assert re.search("取消", client.get(done["X-Location"]).content.decode())


def test_without_scripts_it_is_the_page_as_before(at_counter: Callable[..., Client], bench: Bench) -> None:
    order, client = bench.put("T1"), at_counter("reviewer")
    held = client.post(f"/orders/{order.pk}/act/", {"verb": "cancel"})
    assert held.status_code == 302
    assert "写一句为什么" in client.get(held["Location"]).content.decode()
    part = client.post(f"/orders/{order.pk}/act/", {"verb": "cancel"}, headers={"HX-Request": "true", "HX-Target": "drawer"})
    assert "/again/" in part["HX-Redirect"], "a part of a page that cannot ask is led to it"


def test_a_refusal_is_said_where_it_was_asked(at_counter: Callable[..., Client], bench: Bench) -> None:
    order, client = bench.put("T1"), at_counter("reviewer")
    line = order.lines.get()
    told = client.post(f"/orders/{order.pk}/mend/", {"do": "quantity", "line": line.pk, "value": "2"}, headers=BESIDE)
    assert told.status_code == 409
    assert "toast" in told["HX-Trigger"]
    assert "<html" not in told.content.decode()
