"""Before orders are cancelled somebody sees how many, how many of them are paid and what they come to, and says why where it matters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from tests.web.orders.test_order_batches import batch, toasts
from zhanggui.journal.models import Entry
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
BESIDE = {"X-Ask": "1"}


def stages(*orders: Order) -> list[str]:
    known = dict(Order.objects.values_list("pk", "stage"))
    return [known[order.pk] for order in orders]


def asked(client: Client, answer: Any) -> str:
    """What the dialog says."""
    assert answer.status_code == 422
    return str(client.get(answer["X-Ask"], headers=BESIDE).content.decode())


@pytest.mark.capability("A-16")
def test_the_owner_too_says_why_before_paid_orders_are_cancelled(at_counter: Counter, bench: Bench) -> None:
    paid, waits = bench.put("paid"), bench.put("waits", stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None)
    gone = bench.put("gone", stage="shipped")
    owner, three = at_counter("owner"), [paid.pk, waits.pk, gone.pk]
    said = {"verb": "cancel", "ids": three}
    held = owner.post("/orders/batch/", said, headers={**BESIDE, "HX-Request": "true"})
    page = asked(owner, held)
    for words in ("取消这 2 单", "一共 ¥136.00", "其中 1 单已经付了款，收了 ¥68.00", "1 单已经审核", "另外 1 单取消不了"):
        assert words in page
    assert stages(paid, waits) == ["approved", "pending_payment"]
    # A dot is no reason, and having seen it is none either.
    for more in ({"why": "。"}, {"why": "", "seen_first": "1"}):
        assert owner.post("/orders/batch/", {**said, **more}, headers={**BESIDE, "HX-Request": "true"}).status_code == 422
    told = toasts(batch(owner, "cancel", paid, waits, why="买家不要了"))[0]
    assert (told["text"], stages(paid, waits)) == ("取消 2 单", ["cancelled", "cancelled"])
    assert told["undo"]
    assert Entry.objects.get(name="OrderCancelled", subject_id=paid.pk).facts["reason"] == "买家不要了"


def test_orders_nobody_paid_are_cancelled_once_they_were_seen(at_counter: Counter, bench: Bench) -> None:
    orders = [bench.put(f"U{nth}", stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None) for nth in range(2)]
    owner = at_counter("owner")
    said = {"verb": "cancel", "ids": [order.pk for order in orders]}
    page = asked(owner, owner.post("/orders/batch/", said, headers=BESIDE))
    assert "data-free" in page
    assert "一共 ¥136.00" in page
    assert "付了款" not in page
    assert stages(*orders) == ["pending_payment"] * 2
    owner.post("/orders/batch/", {**said, "seen_first": "1", "why": ""}, headers=BESIDE)
    assert stages(*orders) == ["cancelled"] * 2


def test_the_page_of_an_order_asks_the_same_and_works_without_scripts(at_counter: Counter, bench: Bench) -> None:
    order, owner = bench.put("T1"), at_counter("owner")
    answer = owner.post(f"/orders/{order.pk}/act/", {"verb": "cancel"})
    assert answer.status_code == 302
    page = owner.get(answer["Location"]).content.decode()
    assert "收了 ¥68.00" in page
    assert stages(order) == ["approved"]
    assert 'value="cancel"' in owner.get(f"/orders/{order.pk}/menu/").content.decode(), "the menu of the row asks it itself"
    assert "why-field" not in owner.get("/orders/").content.decode()


def test_many_orders_are_seen_before_the_first_step_of_them(at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhanggui.web.orders.batches.STEP", 1)
    orders = [bench.put(f"T{nth}") for nth in range(2)]
    owner = at_counter("owner")
    held = owner.post("/orders/batch/", {"verb": "cancel", "ids": [order.pk for order in orders]}, headers=BESIDE)
    assert "收了 ¥136.00" in asked(owner, held)
    assert "orders.run" not in owner.session


def test_who_may_only_hold_holds_from_the_list(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    assert toasts(batch(at_counter("finance"), "hold", order))[0]["text"] == "挂起 1 单"
