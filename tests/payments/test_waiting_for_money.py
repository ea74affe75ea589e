"""Unpaid orders have an end, reminders before it, a way to wait longer, and are called off where the shop wants it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import PRICE, Bench
from zhanggui.accounts.models import User
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import ReasonNeeded
from zhanggui.ops.verify import assert_clean
from zhanggui.orders import jobs as beats
from zhanggui.orders.commands import dues, money, progress
from zhanggui.orders.commands.money import Came, Try
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading import unpaid
from zhanggui.orders.reading.unpaid import Asked
from zhanggui.payments.commands import terms
from zhanggui.payments.models import Account
from zhanggui.payments.refusals import BadDay, BadTerms
from zhanggui.payments.rules import pace
from zhanggui.payments.terms import USUAL, InForce, Terms

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
STRICT = Terms(120, (60,), (90, 30), True, ("银行转账",), (), 2)


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def wait(bench: Bench, no: str, **more: object) -> Order:
    return bench.put(no, **{"stage": "pending_payment", "payment": "unpaid", "paid_minor": 0, "paid_at": None, **more})  # type: ignore[arg-type]


def told(*names: str) -> list[tuple[str, str]]:
    rows = Entry.objects.filter(name__in=names).order_by("id").values_list("name", "facts")
    return [(name, facts.get("to", "")) for name, facts in rows]


@pytest.mark.capability("P-03", "P-04", "P-06")
def test_who_does_not_pay_in_time_is_reminded_and_called_off_but_not_who_pays_offline_or_in_part(bench: Bench, owner: Actor, at: datetime) -> None:
    terms.say(STRICT, shop_id=bench.shop_id, by=owner, at=at)
    late, bank, part, paid = (wait(bench, no) for no in ("T1", "T2", "T3", "T4"))
    Order.objects.filter(pk=bank.pk).update(payment_method="银行转账")
    assert set(Account.objects.values_list("due_at", flat=True)) == {at + 2 * HOUR}
    money.receive([Came(part.pk, 100)], by=owner, at=at)
    progress.record_payment([paid.pk], by=owner, at=at)
    assert Account.objects.get(order_id=paid.pk).due_at is None
    for minutes, said in ((29, []), (31, ["buyer"]), (59, []), (61, ["staff"]), (91, ["buyer"])):
        before = len(told("PaymentReminded"))
        beats.chase_payments(at=at + timedelta(minutes=minutes))
        # Each step once, for each of the three that wait.
        assert [to for _name, to in told("PaymentReminded")[before:]] == said * 3
    assert not told("PaymentOverdue")
    for _twice in range(2):
        beats.chase_payments(at=at + 2 * HOUR)
    assert dict(Order.objects.values_list("platform_no", "stage")) == {
        "T1": "cancelled", "T2": "pending_payment", "T3": "pending_payment", "T4": "pending_review",
    }  # fmt: skip
    assert len(told("PaymentOverdue")) == 3
    assert Entry.objects.get(name="OrderCancelled").facts["reason"] == dues.UNPAID
    assert Account.objects.get(order_id=late.pk).due_at is None
    assert_clean()


@pytest.mark.capability("P-05")
def test_waiting_longer_needs_a_reason_and_ends_at_so_many_times(bench: Bench, owner: Actor, at: datetime) -> None:
    terms.say(STRICT, by=owner, at=at)
    one, two, done = wait(bench, "T1"), wait(bench, "T2"), bench.put("T3")
    with pytest.raises(ReasonNeeded):
        dues.extend([one.pk], 60, by=owner, at=at)
    batch = dues.extend([one.pk, two.pk, done.pk], 60, reason="买家在等工资", by=owner, at=at)
    assert (batch.done, batch.refused) == ([one.pk, two.pk], {done.pk: {"code": "not-unpaid"}})
    assert set(Account.objects.values_list("due_at", "remind_at", "reminded")) == {(at + 3 * HOUR, at + timedelta(minutes=90), 0)}
    # Past its end it is waited for from now.
    dues.extend([one.pk], 60, reason="再等等", by=owner, at=at + 5 * HOUR)
    assert Account.objects.get(order_id=one.pk).due_at == at + 6 * HOUR
    assert dues.extend([one.pk], 60, reason="再等等", by=owner, at=at).refused == {one.pk: {"code": "extended-enough", "most": 2}}
    # What was extended is not called off by who looked before.
    assert dues.expire([two.pk], by=SYSTEM, at=at + timedelta(minutes=150)).done == []

    def counted(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as said:
            dues.extend(ids, 60, reason="买家在等", by=SYSTEM, at=at)
            dues.chased(ids, note="说好晚上付", next_on="2026-10-21", by=owner, at=at)
            dues.remind(ids, by=SYSTEM, at=at + 2 * HOUR)
            dues.expire(ids, by=SYSTEM, at=at + 9 * HOUR)
        return len(said)

    some = [wait(bench, f"M{nth}", idle=False).pk for nth in range(6)]
    assert counted(some[:1]) == counted(some[1:])


def test_orders_from_before_there_were_ends_get_one_and_a_way_of_paying_may_be_closed_in_one_shop(bench: Bench, owner: Actor, at: datetime) -> None:
    order = wait(bench, "T1")
    Account.objects.all().delete()
    beats.chase_payments(at=at)
    assert Account.objects.get().due_at == at + timedelta(days=1)
    assert Account.objects.get().order_id == order.pk
    terms.say(Terms(methods_off=("支付宝",)), shop_id=bench.shop_id, by=owner, at=at)
    bench.put("T2", payment_method="支付宝")
    assert Hold.objects.get().code == "method-closed"
    terms.as_usual(shop_id=bench.shop_id, by=owner, at=at)
    assert bench.put("T3", payment_method="支付宝").stage == "approved"
    for wrong in (Terms(0), Terms(60, (60,)), Terms(60, (), (1, 2, 3, 4, 5, 6)), Terms(extends_most=-1)):
        with pytest.raises(BadTerms):
            terms.say(wrong, by=owner, at=at)


@pytest.mark.capability("A-13")
def test_the_tabs_of_the_follow_up_say_who_is_to_be_asked(bench: Bench, owner: Actor, at: datetime) -> None:
    terms.say(STRICT, by=owner, at=at)
    one, two, off = (wait(bench, no) for no in ("T1", "T2", "T3"))
    money.fail([Try(two.pk, "NOTENOUGH")], by=owner, at=at)
    money.receive([Came(two.pk, 100)], by=owner, at=at)
    dues.chased([one.pk], note="说晚上付", next_on="2026-10-20", by=owner, at=at)
    with pytest.raises(BadDay):
        dues.chased([one.pk], next_on="明天", by=owner, at=at)
    progress.cancel([off.pk], by=owner, at=at)
    money.receive([Came(off.pk, PRICE)], by=owner, at=at)
    now, day = at + timedelta(minutes=10), date(2026, 10, 20)
    assert unpaid.counts(Asked(), at=now, today=day) == {"waiting": 2, "today": 1, "soon": 2, "over": 0, "failed": 1, "part": 1, "late": 1}
    assert unpaid.pressing(at=at + 3 * HOUR, today=day) == 3
    for tab, found in (("waiting", [one, two]), ("today", [one]), ("failed", [two]), ("late", [off])):
        rows, more = unpaid.rows(Asked(tab), at=now, today=day)
        assert ([row.order for row in rows], more) == (found, False)
    assert unpaid.rows(Asked(q="T2"), at=now, today=day)[0][0].open_minor == PRICE - 100
    assert unpaid.rows(Asked(shop_id=bench.shop_id + 1), at=now, today=day) == ([], False)


@pytest.mark.capability("A-13", "P-03", "P-05", "P-06")
def test_the_follow_up_page_notes_extends_and_cancels(shop_id: int, person: Callable[[str], User], client: Client) -> None:
    bench = Bench(shop_id, clock.now())
    client.force_login(person("owner"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "没有等付款的单" in client.get("/payments/").content.decode()
    one, two = wait(bench, "T1"), wait(bench, "T2")
    assert "剩 23 时" in client.get("/orders/?tab=all").content.decode()
    assert "付款期限" in client.get(f"/orders/{one.pk}/").content.decode()
    ids = [one.pk, two.pk]
    client.post("/payments/act/", {"do": "chase", "ids": ids, "note": "说好晚上付，13800137621", "next_on": "2030-01-02"})
    client.post("/payments/act/", {"do": "extend", "ids": ids, "hours": "48", "reason": "等工资"})
    shown = client.get("/payments/").content.decode()
    assert "说好晚上付" in shown
    assert "13800137621" not in shown
    assert "延过 1 次" in shown
    assert client.get("/payments/?tab=over").status_code == 200
    assert client.get("/payments/?tab=nonsense").status_code == 302
    client.post(f"/orders/{one.pk}/money/", {"do": "extend", "hours": "2", "reason": "再等"})
    assert Account.objects.get(order_id=one.pk).extended == 2
    client.post("/payments/act/", {"do": "cancel", "ids": [two.pk], "reason": "不要了"})
    two.refresh_from_db()
    assert two.stage == "cancelled"


def test_the_terms_are_said_on_their_page(shop_id: int, person: Callable[[str], User], client: Client) -> None:
    client.force_login(person("owner"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/settings/payments/?shop={shop_id}"
    assert "下单后几小时内付款" in client.get(page).content.decode()
    said = {
        "shop": shop_id, "within_h": "2", "staff": "1", "buyer": "1.5，0.5", "extends_most": "2", "cancels": "on", "spared": ["银行转账"],
        "methods": ["支付宝", "银行转账"],
    }  # fmt: skip
    assert client.post("/settings/payments/", {**said, "buyer": "3"}).status_code == 422
    answer = client.post("/settings/payments/", said)
    assert answer.status_code == 302
    kept = InForce().of(shop_id)
    assert (kept.within_min, kept.steps, kept.cancels, kept.spared) == (120, pace.steps((60,), (90, 30)), True, ("银行转账",))
    assert set(kept.methods_off) == {"微信支付", "现金", "货到付款", "挂账"}
    client.post("/settings/payments/", {"shop": shop_id, "usual": "1"})
    assert InForce().of(shop_id) == USUAL


@pytest.mark.one_leg
def test_reminders_come_in_the_order_of_their_time(at: datetime) -> None:
    steps = pace.steps((60, 60), (720, 120))
    assert [(step.before_min, step.to) for step in steps] == [(720, "buyer"), (120, "buyer"), (60, "staff"), (0, "over")]
    due = at + 24 * HOUR
    for hours, behind in ((0, 0), (12, 1), (22, 2), (23, 3), (24, 4), (90, 4)):
        assert pace.passed(due, steps, at + hours * HOUR) == behind
    assert pace.coming(due, steps, 0) == at + 12 * HOUR
    assert pace.coming(due, steps, 4) is None
    assert USUAL.remind(due, at) == at + 12 * HOUR
