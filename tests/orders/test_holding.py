"""Holds by their types: whose, by when, what they stop, what lets them go; and the step of finance."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import Bench
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import change, finance, holding_types, holds, progress, releasing, review, ruling, shops, tuning
from zhanggui.orders.commands import money as receipts
from zhanggui.orders.commands.holding_types import TypeSaid
from zhanggui.orders.holding import Types
from zhanggui.orders.holding_refusals import BadType, ReturnNeedsReason, StepOfReview, TypeNamed, UnknownEvent, UntilIsPast
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.orders.refusals import UnknownReason
from zhanggui.orders.ruling.rule import Condition, Does, Rule
from zhanggui.stock.models import Level

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def stands(order: Order) -> tuple[str, int, list[str]]:
    codes = Hold.objects.filter(order=order, cleared_at=None).order_by("pk").values_list("code", flat=True)
    fresh = Order.objects.get(pk=order.pk)
    return fresh.stage, fresh.holds, list(codes)


def wrong() -> list[str]:
    return [one.says for one in verify() if one.rows]


@pytest.mark.capability("A-07", "A-12")
def test_a_type_says_whether_it_stops_review_or_shipping_and_what_becomes_of_the_goods(bench: Bench, owner: Actor) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    remind = holding_types.add("贺卡", TypeSaid(role="sales", due_h=2, stops_review=False, stops_shipping=False), **by)
    pausing = holding_types.add("等模特图", TypeSaid(stops_review=False), **by)
    order = bench.put("T1", paid_minor=1)
    holds.hold([order.pk], remind, **by)
    assert stands(order) == ("pending_review", 1, ["underpaid", remind])
    assert Entry.objects.filter(name="OrderHeld").last().facts["names"] == {remind: "贺卡"}  # type: ignore[union-attr]
    # Whoever approves decides what stops review; what only reminds stays, and stops nothing.
    assert review.approve([order.pk], **by).done == [order.pk]
    assert stands(order) == ("approved", 0, [remind])
    holds.hold([order.pk], pausing, **by)
    assert stands(order) == ("approved", 1, [remind, pausing])
    # An approved order keeps its goods, or gives them back and returns.
    holds.hold([order.pk], "wait-stock", **by)
    assert stands(order) == ("pending_review", 2, [remind, pausing, "wait-stock"])
    assert Level.objects.get(sku=bench.sku).claimed == 0
    # What was said of the type holds for what stands open.
    holding_types.change(pausing, TypeSaid(stops_review=False, stops_shipping=False), **by)
    assert stands(order)[1] == 1
    assert review.let_go([order.pk], **by).batch.done == [order.pk]
    assert stands(order) == ("pending_review", 1, ["underpaid"])
    assert review.held_back([order.pk], **by).done == [order.pk]
    assert stands(order)[2] == ["underpaid", remind, pausing, "wait-stock"]
    # What a check finds may be made a reminder; what must be mended may not.
    holding_types.change("underpaid", TypeSaid(role="finance", stops_review=False, stops_shipping=False), **by)
    holding_types.change("sku-unknown", TypeSaid(stops_review=False, stops_shipping=False), **by)
    two, strange = bench.put("T2", paid_minor=1), bench.put("T3", sku=None, code="OLD")
    assert (stands(two), stands(strange)) == (("approved", 0, ["underpaid"]), ("pending_review", 1, ["sku-unknown"]))
    holding_types.as_usual("underpaid", **by)
    assert stands(two) == ("approved", 1, ["underpaid"])
    assert [Types().of(code).merges for code in ("by-hand", "wait-merge", "unpaid")] == [True, True, False]
    assert wrong() == []


@pytest.mark.capability("A-07")
def test_what_cannot_be_said_of_a_type_or_a_hold_is_refused(bench: Bench, owner: Actor, roles: dict[str, Actor]) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    holding_types.add("贺卡", TypeSaid(), **by)
    for name, said, refusal in (
        ("贺卡", TypeSaid(), TypeNamed), ("缺货", TypeSaid(), TypeNamed), ("", TypeSaid(), BadType), ("长" * 21, TypeSaid(), BadType),
        ("甲", TypeSaid(role="nobody"), BadType), ("甲", TypeSaid(due_h=0), BadType), ("甲", TypeSaid(event="rain"), BadType),
    ):  # fmt: skip
        with pytest.raises(refusal):
            holding_types.add(name, said, **by)
    with pytest.raises(NotAllowed):
        holding_types.add("乙", TypeSaid(), by=roles["reviewer"], at=bench.at)
    holding_types.change("own-1", TypeSaid(enabled=False), **by)
    order = bench.put("T1")
    for code, facts, denied in (
        ("own-1", {}, UnknownReason), ("no-such", {}, UnknownReason), ("by-hand", {"until": bench.at}, UntilIsPast),
        ("by-hand", {"event": "rain"}, UnknownEvent),
    ):  # fmt: skip
        with pytest.raises(denied):
            holds.hold([order.pk], code, **facts, **by)
    assert stands(order) == ("approved", 0, [])


@pytest.mark.capability("A-07", "A-17")
def test_a_hold_goes_by_itself_in_time_or_once_what_it_waited_for_happened(bench: Bench, owner: Actor, system: Actor) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    timed, goods, money, refund, booked = (bench.put(f"T{n}") for n in range(5))
    review.unapprove([one.pk for one in (timed, goods, money, refund, booked)], reason="再看看", **by)
    Order.objects.filter(pk__in=[money.pk, booked.pk]).update(payment="partial", paid_minor=1)
    Order.objects.filter(pk=refund.pk).update(platform_status="退款中")
    holds.hold([timed.pk], until=bench.at + HOUR, **by)
    holds.hold([goods.pk], "wait-stock", **by)
    holds.hold([money.pk, booked.pk], "wait-payment", **by)
    holds.hold([refund.pk], event="refund-closed", **by)
    review.run([timed.pk, goods.pk, money.pk, refund.pk, booked.pk], by=system, at=bench.at)
    assert {stands(one)[0] for one in (timed, goods, money, refund, booked)} == {"pending_review"}
    assert releasing.due(by=SYSTEM, at=bench.at + HOUR - timedelta(seconds=1)) == 0
    assert releasing.due(by=SYSTEM, at=bench.at + HOUR) == 1
    assert stands(timed) == ("approved", 0, [])
    assert Entry.objects.filter(name="OrderCleared", subject_id=timed.pk).last().facts["itself"] == "until"  # type: ignore[union-attr]
    bench.receive(bench.sku, 3)
    change.set_payment(money.pk, "paid", **by)
    receipts.receive([receipts.Came(booked.pk, booked.total_minor - 2)], **by)
    jobs.run_until_idle()
    assert stands(goods)[0] == stands(money)[0] == "approved"
    assert "wait-payment" in stands(booked)[2]
    receipts.receive([receipts.Came(booked.pk, 1)], **by)
    jobs.run_until_idle()
    assert stands(booked) == ("approved", 0, [])
    assert set(stands(refund)[2]) == {"refund-applied", "by-hand"}
    releasing.refund_closed([refund.pk], at=bench.at)
    assert "by-hand" in stands(refund)[2]
    Order.objects.filter(pk=refund.pk).update(platform_status="等待卖家发货")
    releasing.refund_closed([refund.pk], at=bench.at)
    assert stands(refund) == ("approved", 0, [])
    assert wrong() == []


def ask_finance(by: dict[str, Any], over: int = 5000) -> None:
    tuning.tune("finance", True, {"over": over, "ways": ["对公打款"]}, **by)


@pytest.mark.capability("A-11", "A-15", "A-16")
def test_finance_is_a_second_step_that_nobody_else_takes(bench: Bench, owner: Actor, roles: dict[str, Actor]) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    reviewer, money = {**by, "by": roles["reviewer"]}, {**by, "by": roles["finance"]}
    ask_finance(by)
    other = shops.open_one("second", "二店", by=SYSTEM, at=bench.at)
    tuning.tune("finance", False, {}, shop_id=other, **by)
    order = bench.put("T1", paid_minor=1)
    assert stands(order) == ("pending_review", 2, ["underpaid", "finance-asked"])
    # Who reviews lets through what is theirs; the money waits for finance, however often anybody looks again.
    assert review.approve([order.pk], **reviewer).refused[order.pk]["code"] == "finance-asked"
    review.run([order.pk], by=SYSTEM, at=bench.at)
    assert stands(order) == ("pending_review", 1, ["finance-asked"])
    assert Hold.objects.get(order=order, cleared_at=None).reviewed_by == roles["reviewer"].name
    for verb in (finance.accept, finance.give_back):
        with pytest.raises(NotAllowed):
            verb([order.pk], **reviewer)
    with pytest.raises(StepOfReview):
        holds.clear([order.pk], "finance-asked", **reviewer)
    with pytest.raises(ReturnNeedsReason):
        finance.give_back([order.pk], reason="。", **money)
    # Given back, it is with who reviews again, with the reason; approved again, finance is asked again.
    assert finance.give_back([order.pk], reason="少付的钱没人答应，电 13800137621", **money).done == [order.pk]
    assert stands(order) == ("pending_review", 1, ["finance-returned"])
    assert Hold.objects.get(order=order, cleared_at=None).facts == {"note": "少付的钱没人答应，电 138****7621"}
    assert review.approve([order.pk], **reviewer).done == []
    assert stands(order)[2] == ["finance-asked"]
    assert finance.accept([order.pk], **money).done == [order.pk]
    assert stands(order) == ("approved", 0, [])
    told = Entry.objects.filter(name="OrderCleared", subject_id=order.pk, facts__code="finance-asked").last()
    assert told is not None
    assert (told.actor_name, told.facts["finance"]) == (roles["finance"].name, "passed")
    # Accepting twice changes nothing. Unapproved and untouched it is not asked of finance again; changed it is.
    assert finance.accept([order.pk], **money).refused[order.pk]["code"] == "finance-not-asked"
    review.unapprove([order.pk], reason="换货", **by)
    assert review.approve([order.pk], **reviewer).done == [order.pk]
    review.unapprove([order.pk], reason="换货", **by)
    change.change_quantity(Line.objects.get(order=order).pk, 2, **by)
    assert "finance-asked" in stands(order)[2]
    # Who has both rights takes both steps at once.
    assert review.approve([order.pk], **by).done == [order.pk]
    review.unapprove([order.pk], reason="换货", **by)
    review.run([order.pk], by=SYSTEM, at=bench.at)
    assert "finance-asked" not in stands(order)[2]
    progress.cancel([order.pk], reason="不要了", **by)
    assert wrong() == []


@pytest.mark.capability("A-15", "A-16")
def test_a_rule_a_way_of_paying_and_many_orders_at_once_ask_finance(bench: Bench, owner: Actor, roles: dict[str, Actor]) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    reviewer, money = {**by, "by": roles["reviewer"]}, {**by, "by": roles["finance"]}
    ask_finance(by, over=0)
    ruling.make(Rule("三件问财务", (Condition("pieces", "at_least", (3,)),), Does(finance="核对金额", hold="看一眼")), **by)
    ruled = bench.put("T1", 3)
    offline = bench.put("T2", payment="on_account", payment_method="对公打款", paid_minor=0, paid_at=None)
    free = bench.put("T3")
    assert (stands(ruled)[2], stands(offline)[2]) == (["rule-held", "finance-asked"], ["finance-asked"])
    assert stands(free)[0] == "approved"
    # Finance first: what is for others stays theirs.
    assert finance.accept([ruled.pk, offline.pk, free.pk], **money).done == sorted([ruled.pk, offline.pk])
    assert (stands(ruled)[2], stands(offline)[0]) == (["rule-held"], "approved")
    assert review.approve([ruled.pk], **reviewer).done == [ruled.pk]
    many = [bench.put(f"M{n}", 3, sku=bench.other, code="GDB-350").pk for n in range(6)]
    review.approve(many, **reviewer)
    with CaptureQueriesContext(connection) as one:
        finance.accept(many[:1], **money)
    with CaptureQueriesContext(connection) as rest:
        finance.accept(many[1:], **money)
    assert len(one) == len(rest)
    assert not Hold.objects.filter(order__in=many, cleared_at=None, code="finance-asked").exists()
    assert wrong() == []
