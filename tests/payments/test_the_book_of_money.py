"""Many receipts make one order paid, nothing is given back twice, and what failed stays written."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import actor
from tests.web.orders.bench import PRICE, Bench
from zhanggui.accounts.models import User
from zhanggui.journal import jobs
from zhanggui.journal.book import COMMANDS
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import change, money, progress
from zhanggui.orders.commands.money import Back, Came, Try
from zhanggui.orders.models import Hold, Order
from zhanggui.payments.models import Account, Ledger
from zhanggui.payments.refusals import NoAmount, NoSuchMethod, OtherAmount, RefundTooMuch
from zhanggui.payments.rules.causes import CAUSES, CODES, cause_of
from zhanggui.web.orders.money import minor_in

pytestmark = pytest.mark.django_db
HALF = PRICE // 2


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def unpaid(bench: Bench, no: str, **more: object) -> Order:
    return bench.put(no, **{"stage": "pending_payment", "payment": "unpaid", "paid_minor": 0, "paid_at": None, **more})  # type: ignore[arg-type]


def stands(order: Order) -> tuple[str, str, int]:
    order.refresh_from_db()
    return order.stage, order.payment, order.paid_minor


@pytest.mark.capability("P-02", "A-11")
def test_receipts_add_up_and_the_order_goes_on_when_they_are_whole(bench: Bench, at: datetime) -> None:
    order, by = unpaid(bench, "T1"), actor("reviewer")
    first = Came(order.pk, HALF, "支付宝", "alipay", "2026101922001")
    money.receive([first], by=by, at=at)
    assert stands(order) == ("pending_payment", "partial", HALF)
    # Told twice, it is one; said of another order or another sum it is refused.
    money.receive([first, first], by=by, at=at)
    assert stands(order) == ("pending_payment", "partial", HALF)
    with pytest.raises(OtherAmount):
        money.receive([first._replace(amount_minor=HALF + 1)], by=by, at=at)
    with pytest.raises(OtherAmount):
        money.receive([first._replace(order_id=unpaid(bench, "T2").pk)], by=by, at=at)
    for none in (0, -5, money.MOST_MINOR + 1):
        with pytest.raises(NoAmount):
            money.receive([Came(order.pk, none)], by=by, at=at)
    money.receive([Came(order.pk, PRICE - HALF, "现金")], by=by, at=at)
    jobs.run_until_idle()
    assert stands(order) == ("approved", "paid", PRICE)
    assert list(Ledger.objects.values_list("kind", "amount_minor", "method")) == [
        ("receipt", HALF, "支付宝"), ("receipt", PRICE - HALF, "现金"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        money.receive([first], by=actor("warehouse"), at=at)
    assert_clean()


@pytest.mark.capability("P-02")
def test_nothing_goes_back_that_did_not_come_in(bench: Bench, at: datetime) -> None:
    # Paid before its account was opened: what it came with is the first line of the book.
    order, by = bench.put("T1"), actor("finance")
    assert order.stage == "approved"
    money.refund([Back(order.pk, HALF)], reason="少了一件", by=by, at=at)
    assert stands(order) == ("approved", "paid", PRICE - HALF)
    with pytest.raises(RefundTooMuch) as told:
        money.refund([Back(order.pk, HALF), Back(order.pk, 1)], reason="再退", by=by, at=at)
    assert told.value.facts["left"] == "¥34.00"
    money.refund([Back(order.pk, HALF, "支付宝", "alipay", "R1")] * 2, reason="全退", by=by, at=at)
    assert stands(order) == ("approved", "refunded", 0)
    # What was given back whole before it left is held: nobody packs it by mistake.
    assert Hold.objects.get(cleared_at=None).code == "refund-applied"
    account = Account.objects.get()
    assert (account.came_minor, account.back_minor) == (PRICE, PRICE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(back_minor=PRICE + 1)
    assert [kind for (kind,) in Ledger.objects.values_list("kind")] == ["opening", "refund", "refund"]
    assert_clean()


def test_what_is_said_of_payment_elsewhere_is_written_into_the_same_book(bench: Bench, owner: Actor, at: datetime) -> None:
    order, other = unpaid(bench, "T1", paid_minor=HALF, payment="partial"), unpaid(bench, "T2")
    progress.record_payment([order.pk, other.pk], method="微信支付", by=owner, at=at)
    change.set_payment(bench.put("T3", stage="pending_review", payment="unpaid", paid_minor=0, paid_at=None).pk, "paid", by=owner, at=at)
    lines = Ledger.objects.order_by("pk").values_list("account__order_id", "kind", "amount_minor", "note")
    assert sorted(lines) == sorted([
        (order.pk, "opening", HALF, ""), (order.pk, "receipt", PRICE - HALF, ""), (other.pk, "receipt", PRICE, ""),
        (Order.objects.get(platform_no="T3").pk, "receipt", PRICE, "by-hand"),
    ])  # fmt: skip
    assert_clean()


@pytest.mark.capability("P-07", "P-08")
def test_a_try_that_failed_is_kept_and_another_way_goes_on(bench: Bench, owner: Actor, at: datetime) -> None:
    order = unpaid(bench, "T1", payment_method="支付宝")
    told = Try(order.pk, "ACQ.BUYER_BALANCE_NOT_ENOUGH", PRICE, "支付宝", "alipay", "A1")
    money.fail([told, told], by=owner, at=at)
    assert Account.objects.get().failed == 1
    with pytest.raises(NoSuchMethod):
        money.choose_method([order.pk], "贝壳", by=owner, at=at)
    money.choose_method([order.pk], "微信支付", by=owner, at=at)
    assert stands(order) == ("pending_payment", "unpaid", 0)
    money.choose_method([order.pk], "货到付款", by=owner, at=at)
    jobs.run_until_idle()
    assert stands(order) == ("approved", "cod", 0)
    # At the door the driver took it: recorded, it is paid.
    money.receive([Came(order.pk, PRICE, "现金")], by=owner, at=at)
    assert stands(order) == ("approved", "paid", PRICE)


@pytest.mark.capability("P-02")
def test_money_for_an_order_that_was_cancelled_is_not_lost(bench: Bench, owner: Actor, at: datetime) -> None:
    order = unpaid(bench, "T1")
    progress.cancel([order.pk], by=owner, at=at)
    money.receive([Came(order.pk, PRICE, "支付宝", "alipay", "L1")], by=SYSTEM, at=at)
    assert stands(order) == ("cancelled", "paid", PRICE)
    assert Account.objects.get().late
    progress.restore([order.pk], by=owner, at=at)
    jobs.run_until_idle()
    assert stands(order) == ("approved", "paid", PRICE)
    assert_clean()


def test_many_receipts_are_a_constant_number_of_statements(bench: Bench, owner: Actor, at: datetime) -> None:
    def counted(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as said:
            money.receive([Came(id_, PRICE, "支付宝", "alipay", f"N{id_}") for id_ in ids], by=owner, at=at)
            money.refund([Back(id_, 100) for id_ in ids], reason="少了", by=SYSTEM, at=at)
        return len(said)

    some = [unpaid(bench, f"T{nth}", idle=False).pk for nth in range(6)]
    assert counted(some[:1]) == counted(some[1:])


@pytest.mark.capability("P-02", "P-07", "P-08")
def test_the_page_of_an_order_writes_it_down(bench: Bench, person: Callable[[str], User], client: Client) -> None:
    order = unpaid(bench, "T1")
    client.force_login(person("owner"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page, path = client, f"/orders/{order.pk}/"
    assert "还没有收到钱" in page.get(path).content.decode()
    page.post(f"{path}money/", {"do": "receive", "amount": "34", "method": "银行转账", "number": "8812"})
    page.post(f"{path}money/", {"do": "fail", "code": "limit"})
    shown = page.get(path).content.decode()
    assert "银行转账 8812" in shown
    assert "超过了限额" in shown
    assert page.post(f"{path}money/", {"do": "receive", "amount": "一百"}, headers={"accept": "text/html"}).status_code == 422
    page.post(f"{path}money/", {"do": "receive", "amount": "34.00", "method": "现金"})
    assert stands(order)[:2] == ("pending_review", "paid")
    answer = page.post(f"{path}money/", {"do": "refund", "amount": "999", "reason": "试试"})
    assert answer.status_code == 409
    page.post(f"{path}money/", {"do": "refund", "amount": "10", "reason": "少了一件"})
    assert stands(order)[2] == PRICE - 1000
    assert "少了一件" in page.get(path).content.decode()


@pytest.mark.one_leg
def test_every_code_has_its_plain_words_and_every_amount_is_exact() -> None:
    assert set(CODES.values()) <= set(CAUSES)
    assert cause_of("nobody knows").code == "other"
    assert cause_of("notenough").code == "balance"
    assert [minor_in(text, currency) for text, currency in (("1,234.50", "CNY"), ("¥0.01", "CNY"), ("500", "JPY"))] == [123450, 1, 500]
    for text in ("", "0", "-3", "0.001", "1,2", "NaN"):
        with pytest.raises(NoAmount):
            minor_in(text, "CNY")


def test_what_a_refund_weighs_is_said_in_whole_units_of_its_own_currency(bench: Bench) -> None:
    orders = [bench.put(f"C{nth}") for nth in range(3)]
    for order, currency in zip(orders, ("CNY", "JPY", "KWD"), strict=True):
        Order.objects.filter(pk=order.pk).update(currency=currency)
    weighs = COMMANDS["orders.money.refund"].weighs
    assert weighs is not None
    assert [weighs([Back(order.pk, 20_001)]) for order in orders] == [201, 20_001, 21]
