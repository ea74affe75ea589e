"""Verbs on many orders: each is done or says why not, and what can be taken back is taken back."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import LIN, Bench
from zhanggui.fulfilment.models import Wave
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds, review
from zhanggui.orders.models import Hold, Order
from zhanggui.stock.models import Level

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def toasts(answer: Any) -> list[dict[str, Any]]:
    return json.loads(answer["HX-Trigger"])["toast"]["toasts"]


def batch(client: Client, verb: str, *orders: Order, **more: Any) -> Any:
    facts = {"verb": verb, "ids": [order.pk for order in orders], **more}
    return client.post("/orders/batch/", facts, headers={"HX-Request": "true"})


def stage(order: Order) -> str:
    return str(Order.objects.values_list("stage", flat=True).get(pk=order.pk))


@pytest.fixture
def soft(bench: Bench) -> Order:
    """Held for a reason a person may overrule."""
    return bench.put("soft", paid_minor=100)


@pytest.mark.capability("A-15", "A-16")
def test_a_batch_says_of_each_whether_and_why_not_and_can_be_undone(at_counter: Counter, bench: Bench, soft: Order) -> None:
    short, gone = bench.put("short", 99), bench.put("gone", stage="cancelled")
    client = at_counter()
    answer = batch(client, "approve", soft, short, gone)
    assert answer.status_code == 204
    told = toasts(answer)[0]
    assert (told["text"], told["note"]) == ("审核通过 1 单", "2 单没有，看原因和办法")
    assert "refresh" in json.loads(answer["HX-Trigger"])
    assert stage(soft) == "approved"
    # The drawer opens with each of them, why, and what to do; without it the list leads there.
    assert json.loads(answer["HX-Trigger"])["drawer"] == {"url": "/orders/result/"}
    assert 'class="result row"' in client.get("/orders/").content.decode()
    beside = client.get("/orders/result/", headers={"HX-Request": "true", "HX-Target": "drawer"}).content.decode()
    said = re.findall(r"</p><p>([^<]+)</p>", beside)
    assert said[1:] == ["缺货：GW-150-QY 只剩 9 件，本单要 99 件", "现在是「已取消」，做不了这一步"]
    assert "要发它，先恢复这一单" in beside
    # Said once, not for ever.
    assert 'class="result row"' not in client.get("/orders/").content.decode()
    back = client.post(told["undo"], headers={"HX-Request": "true"})
    assert toasts(back)[0]["text"] == "已撤回：反审核 1 单"
    assert stage(soft) == "pending_review"
    assert Level.objects.get(sku_id=bench.sku).claimed == 0
    assert toasts(client.post(told["undo"], headers={"HX-Request": "true"}))[0]["tone"] == "warn"


def test_holding_and_letting_go_are_each_others_way_back(at_counter: Counter, bench: Bench) -> None:
    order, sent = bench.put("T1"), bench.put("T2", stage="shipped")
    client = at_counter()
    held = toasts(batch(client, "hold", order, sent))[0]
    assert held["text"] == "挂起 1 单"
    assert Order.objects.get(pk=order.pk).holds == 1
    client.post(held["undo"], headers={"HX-Request": "true"})
    assert Order.objects.get(pk=order.pk).holds == 0
    holds.hold([order.pk], by=SYSTEM, at=bench.at)
    review.unapprove([order.pk], by=SYSTEM, at=bench.at)
    free = toasts(batch(client, "clear", order))[0]
    assert (free["text"], free["note"]) == ("解挂 1 单", "其中 1 单检查合格，已自动通过")
    client.post(free["undo"], headers={"HX-Request": "true"})
    assert (stage(order), Order.objects.get(pk=order.pk).holds) == ("pending_review", 1)


def test_holding_twice_and_undoing_once_keeps_the_first_hold(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    holds.hold([order.pk], by=SYSTEM, at=bench.at)
    told = toasts(batch(at_counter(), "hold", order))[0]
    assert told["undo"] == ""
    assert Hold.objects.filter(order=order, cleared_at=None).count() == 1


@pytest.mark.capability("A-16")
def test_cancelling_needs_a_reason_where_the_role_must_give_one(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    reviewer = at_counter("reviewer")
    refused = batch(reviewer, "cancel", order)
    assert refused.status_code == 422
    assert refused.headers["HX-Redirect"].startswith("/again/")
    assert stage(order) == "approved"
    told = toasts(batch(reviewer, "cancel", order, why="买家不要了"))[0]
    assert (stage(order), told["text"]) == ("cancelled", "取消 1 单")
    assert Entry.objects.get(name="OrderCancelled", subject_id=order.pk).facts["reason"] == "买家不要了"
    reviewer.post(told["undo"], headers={"HX-Request": "true"})
    jobs.run_until_idle()
    assert stage(order) == "approved"


def test_what_a_role_may_not_do_it_cannot_do_by_hand_either(at_counter: Counter, bench: Bench, soft: Order) -> None:
    order = bench.put("T1")
    for role in ("sales", "readonly", "finance", "warehouse"):
        client = at_counter(role)
        assert batch(client, "approve", soft).status_code in (403, 204)
        assert batch(client, "cancel", order, why="x").status_code == 403
    assert (stage(soft), stage(order)) == ("pending_review", "approved")
    holds.hold([order.pk], by=SYSTEM, at=bench.at)
    assert batch(at_counter("finance"), "clear", order).status_code == 403
    assert Order.objects.get(pk=order.pk).holds == 1


def test_approved_orders_go_into_a_wave_from_the_list(at_counter: Counter, bench: Bench) -> None:
    orders = [bench.put("T1"), bench.put("T2")]
    answer = batch(at_counter(), "plan", *orders)
    assert toasts(answer)[0]["text"] == "2 单排进波次"
    assert Wave.objects.get().orders == 2
    assert {stage(order) for order in orders} == {"fulfilling"}


def test_without_scripts_a_batch_leads_back_to_its_list(at_counter: Counter, soft: Order) -> None:
    client = at_counter()
    answer = client.post("/orders/batch/", {"verb": "approve", "ids": [soft.pk], "next": "/orders/?tab=held"})
    assert (answer.status_code, answer["Location"]) == (302, "/orders/?tab=held")
    assert "审核通过 1 单" in client.get(answer["Location"]).content.decode()
    strange = client.post("/orders/batch/", {"verb": "hold", "ids": [soft.pk], "next": "https://elsewhere.example/"})
    assert strange["Location"] == "/orders/"


def test_drafts_are_handed_in_and_money_is_noted(at_counter: Counter, bench: Bench) -> None:
    draft = bench.put("T1", stage="draft")
    unpaid = bench.put("T2", payment="unpaid", paid_minor=0, paid_at=None, stage="pending_payment")
    client = at_counter()
    batch(client, "submit", draft)
    batch(client, "pay", unpaid)
    jobs.run_until_idle()
    assert (stage(draft), stage(unpaid)) == ("approved", "approved")
    assert Order.objects.get(pk=unpaid.pk).paid_minor == unpaid.total_minor


def test_exporting_the_chosen_leads_to_the_file(at_counter: Counter, bench: Bench) -> None:
    one, two = bench.put("T1", person=LIN), bench.put("T2")
    client = at_counter()
    answer = batch(client, "export", one)
    assert answer["HX-Redirect"] == f"/orders/export/?ids={one.pk}"
    content = client.get(answer["HX-Redirect"])
    assert content.status_code == 200
    assert two.number.encode() not in content.content


def test_a_stale_page_is_told_why_this_order_goes_into_no_wave_and_what_to_do(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    order = bench.put("W1")
    page, plan = f"/orders/{order.pk}/", {"verb": "plan"}
    client.post(f"{page}act/", {"verb": "hold"})
    said = client.post(f"{page}act/", plan, follow=True)
    assert said.status_code == 200
    assert said.request["PATH_INFO"] == page
    assert "先处理拦截原因，再做这一步。" in said.content.decode()
    client.post(f"{page}act/", {"verb": "clear"})
    assert "1 单排进波次" in client.post(f"{page}act/", plan, follow=True).content.decode()
    said = client.post(f"{page}act/", plan, follow=True)
    assert said.request["PATH_INFO"] == page
    assert "没有做成：已经排进波次了" in said.content.decode()


def test_before_anything_is_counted_a_button_says_its_verb_alone(at_counter: Counter, bench: Bench) -> None:
    bench.put("W1")
    page = at_counter().get("/orders/").content.decode()
    for words in ("审核通过", "挂起", "排进波次", "已收到款", "导出（Excel）"):
        assert f'<span class="says">{words}</span>' in page, words
    assert "通过 单" not in page


def test_an_id_longer_than_any_is_refused_and_not_an_error(at_counter: Callable[..., Client], bench: Bench) -> None:
    order, client = bench.put("T-long"), at_counter()
    long = "9" * 40
    for said in ({"verb": "hold", "ids": [str(order.pk), long]}, {"verb": f"sort:{long}", "ids": [str(order.pk)]}):
        assert client.post("/orders/batch/", said).status_code == 404
    assert client.get(f"/orders/export/?ids={long}").status_code == 404
    assert client.get(f"/orders/copies/?ids={long}").status_code == 404
    assert Order.objects.get(pk=order.pk).holds == 0
