"""Holding by type from the list and the desk, finance's tab, and two orders side by side."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.web.orders.bench import LIN, SECRETS, Bench
from tests.web.orders.test_order_batches import batch, toasts
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holding_types, holds, review, tuning
from zhanggui.orders.commands.holding_types import TypeSaid
from zhanggui.orders.models import Hold, KeptApart, Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def stage(order: Order) -> str:
    return str(Order.objects.values_list("stage", flat=True).get(pk=order.pk))


@pytest.mark.capability("A-07", "A-17")
def test_holding_asks_for_type_and_end_and_the_list_finds_whose_and_how_late(at_counter: Counter, bench: Bench) -> None:
    own = holding_types.add("等贺卡", TypeSaid(role="sales", due_h=2), by=SYSTEM, at=bench.at)
    one, two = bench.put("T1"), bench.put("T2")
    client = at_counter()
    asked = client.post("/orders/batch/", {"verb": "hold", "asks": "1", "ids": [one.pk]}, headers={"X-Ask": "1", "HX-Request": "true"})
    form = client.get(asked["X-Ask"], headers={"X-Ask": "1"}).content.decode()
    for words in ("等贺卡", "暂停发货", "付清款", "hold_until"):
        assert words in form, words
    assert "缺货" not in form
    soon = (clock.now() + timedelta(hours=3)).astimezone(clock.company_zone())
    told = toasts(batch(client, "hold", one, asks="1", seen_first="1", why="缺卡", hold_code=own, hold_until=f"{soon:%Y-%m-%dT%H:%M}"))[0]
    assert told["text"] == "挂起 1 单"
    held = Hold.objects.get(order=one, cleared_at=None)
    assert (held.code, held.facts, held.until and f"{held.until.astimezone(clock.company_zone()):%H:%M}") == (own, {"note": "缺卡"}, f"{soon:%H:%M}")
    past = batch(client, "hold", two, asks="1", seen_first="1", hold_until="2020-01-01T08:00")
    assert past.status_code == 422
    # Whose it is and how late stands on its page; the list finds it by type, owner and by what nobody looked at.
    page = client.get(f"/orders/{one.pk}/").content.decode()
    for words in ("等贺卡：缺卡", "归客服", "自动放行", "解挂"):
        assert words in page, words
    Hold.objects.filter(pk=held.pk).update(since=clock.now() - timedelta(hours=5))
    assert "超时 3 小时" in client.get(f"/orders/{one.pk}/").content.decode()
    asks = ((f"reason={own}", True), ("owner=sales", True), ("owner=finance", False), ("overdue=on", True), ("overdue=on&owner=finance", False))
    assert "超时 3 小时" in client.get(f"/orders/?tab=unshipped&reason={own}").content.decode()
    for query, found in asks:
        assert (one.number in client.get(f"/orders/?tab=unshipped&{query}").content.decode()) is found, query
    client.post(told["undo"], headers={"HX-Request": "true"})
    assert not Hold.objects.filter(order=one, cleared_at=None).exists()
    # Let go and taken back it is held for the same again.
    batch(client, "hold", one, asks="1", seen_first="1", why="再等", hold_code=own)
    gone = toasts(batch(client, "clear", one))[0]
    client.post(gone["undo"], headers={"HX-Request": "true"})
    assert Hold.objects.get(order=one, cleared_at=None).code == own


@pytest.mark.capability("A-07")
def test_the_desk_shows_whose_reasons_are_and_which_are_late(at_counter: Counter, bench: Bench) -> None:
    bench.put("T1", 99)
    low = bench.put("T2", paid_minor=1)
    Hold.objects.filter(order=low).update(since=clock.now() - timedelta(days=3))
    Hold.objects.exclude(order=low).update(since=clock.now())
    client = at_counter()
    page = client.get("/review/").content.decode()
    for words in ("仓库 1", "财务 1", "超时 1"):
        assert words in page, words
    mine = client.get("/review/?owner=finance").content.decode()
    assert low.number in mine
    assert "缺货</span>" not in mine


@pytest.mark.capability("A-11", "A-15")
def test_finance_has_a_tab_and_passes_or_returns_from_it(at_counter: Counter, bench: Bench) -> None:
    tuning.tune("finance", True, {"over": 5000}, by=SYSTEM, at=bench.at)
    one, two = bench.put("T1"), bench.put("T2")
    reviewer, money = at_counter("reviewer"), at_counter("finance")
    desk = reviewer.post("/review/decide/", {"order": one.pk, "reason": "finance-asked", "verb": "approve", "fix-finance-asked": "pass"}, follow=True)
    assert "审过了，等财务通过" in desk.content.decode()
    assert stage(one) == "pending_review"
    assert 'value="accept"' not in reviewer.get(f"/orders/{one.pk}/").content.decode()
    told = toasts(batch(reviewer, "approve", one, two))[0]
    assert "没有做成" in told["text"] or "没有" in told["text"]
    page = money.get("/orders/?tab=finance").content.decode()
    for words in (one.number, two.number, "财务通过"):
        assert words in page
    assert 'value="accept"' in money.get(f"/orders/{one.pk}/").content.decode()
    asked = money.post("/orders/batch/", {"verb": "give_back", "asks": "1", "ids": [two.pk]}, headers={"X-Ask": "1", "HX-Request": "true"})
    assert "钱还没到账" in money.get(asked["X-Ask"], headers={"X-Ask": "1"}).content.decode()
    assert toasts(batch(money, "give_back", two, why="钱还没到账"))[0]["text"] == "财务退回 1 单"
    assert "财务退回：钱还没到账" in reviewer.get(f"/review/?order={two.pk}").content.decode()
    assert toasts(batch(money, "accept", one))[0]["text"] == "财务通过 1 单"
    assert stage(one) == "approved"
    assert "财务通过：待财审" in money.get(f"/orders/{one.pk}/").content.decode()
    assert batch(reviewer, "accept", two).status_code == 403


@pytest.mark.capability("A-06")
def test_two_that_look_alike_are_compared_kept_apart_for_good_or_one_is_cancelled(at_counter: Counter, bench: Bench) -> None:
    first, second = bench.put("T1", person=LIN), bench.put("T2", 2, person=LIN, buyer_note="再加一个")
    client, address = at_counter(), f"/review/compare/{second.pk}/{first.pk}/"
    assert address in client.get(f"/review/?order={second.pk}").content.decode()
    assert address in client.get(f"/orders/{second.pk}/").content.decode()
    page = client.get(address).content.decode()
    for words in (first.number, "再加一个", "合成一个包裹", "相同", "青釉盖碗", "是两单，各发各的"):
        assert words in page, words
    assert page.count('<tr class="differs">') >= 4
    for secret in SECRETS:
        assert secret not in page
    # The paid one is cancelled with a reason only, and the warning says that the money does not go back by itself.
    asked = client.post("/orders/batch/", {"verb": "cancel", "asks": "1", "ids": [second.pk]}, headers={"X-Ask": "1", "HX-Request": "true"})
    assert "取消不会自动退款" in client.get(asked["X-Ask"], headers={"X-Ask": "1"}).content.decode()
    client.post(f"{address}keep/")
    assert (stage(second), list(KeptApart.objects.values_list("low_id", "high_id"))) == ("approved", [(first.pk, second.pk)])
    review.unapprove([second.pk, first.pk], reason="再看", by=SYSTEM, at=bench.at)
    review.run([second.pk, first.pk], by=SYSTEM, at=bench.at)
    assert {stage(first), stage(second)} == {"approved"}
    assert "说过这是两单" in client.get(address).content.decode()
    client.post(f"{address}keep/")
    assert Entry.objects.filter(name="OrderToldApart").count() == 2
    # Of a third one it is asked again; on the desk a yes is remembered, too.
    third = bench.put("T3", person=LIN)
    assert sorted(Hold.objects.get(order=third, cleared_at=None).facts["ids"]) == [first.pk, second.pk]
    client.post("/review/decide/", {"order": third.pk, "reason": "duplicate-suspected", "verb": "approve", "fix-duplicate-suspected": "pass"})
    assert (stage(third), KeptApart.objects.count()) == ("approved", 3)
    holds.hold([third.pk], "special", by=SYSTEM, at=bench.at)
    beside = f"/review/compare/{third.pk}/{first.pk}/"
    assert "有拦截还没处理" in client.get(beside).content.decode()
    # What could go in one parcel is merged from here, and nobody is asked of the pair afterwards.
    fourth = bench.put("T4", person=LIN)
    assert stage(fourth) == "pending_review"
    told = client.post("/orders/batch/", {"verb": "merge", "ids": [first.pk, fourth.pk], "next": "/review/"})
    assert told.status_code == 302
    assert "已经合在一起" in client.get(f"/review/compare/{fourth.pk}/{first.pk}/").content.decode()
    assert client.get(f"/review/compare/{third.pk}/999999/").status_code == 404
