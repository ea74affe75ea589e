"""A statement beside the book: what stands in both, what is left on either side, and writing down what was missed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import money
from zhanggui.orders.commands.money import Came
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Order
from zhanggui.orders.reading import reconciling
from zhanggui.payments.models import Ledger, Statement, StatementLine

pytestmark = pytest.mark.django_db
BILL = Path(__file__).parent.parent / "data" / "payments" / "wechatpay-bill.csv"


def unpaid(bench: Bench, no: str, minor: int) -> Order:
    line = NewLine(bench.sku, "GW-150-QY", "青釉盖碗", "", 1, minor, 0, minor)
    return bench.place(no, [line], stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None)


@pytest.mark.capability("P-02")
def test_a_bill_is_matched_and_what_is_left_on_either_side_is_listed(shop_id: int, person: Callable[[str], User], client: Client) -> None:
    bench = Bench(shop_id, clock.now())
    client.force_login(person("finance"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "还没有对过账" in client.get("/payments/statements/").content.decode()

    def bring() -> int:
        file = SimpleUploadedFile("bill.csv", BILL.read_bytes())
        answer = client.post("/payments/statements/", {"plugin": "wechatpay", "file": file})
        assert answer.status_code == 302, answer.content
        return int(answer["Location"].rstrip("/").rsplit("/", 1)[1])

    statement = Statement.objects.get(pk=bring())
    # The same file again is the same statement; two of its 45 lines repeat a number, and each number is kept once.
    assert (bring(), Statement.objects.count(), statement.many, StatementLine.objects.count()) == (statement.pk, 1, 45, 43)
    paid = list(StatementLine.objects.filter(kind="paid").order_by("pk")[:3])
    booked, missed = (unpaid(bench, line.order_no, line.amount_minor) for line in paid[:2])
    odd = unpaid(bench, paid[2].order_no, 1000)
    money.receive(
        [
            Came(booked.pk, paid[0].amount_minor, "微信支付", "wechatpay", paid[0].number, at=paid[0].happened_at),
            Came(odd.pk, 5, "微信支付", "wechatpay", "not-in-the-bill", at=paid[0].happened_at),
        ],
        by=SYSTEM, at=clock.now(),
    )  # fmt: skip
    found = reconciling.beside(statement)
    assert (found.matched, found.left_many, found.missing_many) == (1, 42, 1)
    ready = [each for each in found.left if not each.why]
    assert {each.order_id for each in ready} == {missed.pk, odd.pk}
    page = client.get(f"/payments/statements/{statement.pk}/").content.decode()
    assert "not-in-the-bill" in page
    assert missed.number in page
    ids = [each.line.pk for each in found.left[:50]]
    client.post(f"/payments/statements/{statement.pk}/write/", {"ids": ids})
    missed.refresh_from_db()
    assert (missed.stage, missed.payment) == ("pending_review", "paid")
    assert Ledger.objects.filter(gateway="wechatpay", gateway_no=paid[1].number).count() == 1
    client.post(f"/payments/statements/{statement.pk}/write/", {"ids": ids})
    assert reconciling.beside(statement).matched == 3
    strange = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    assert client.post("/payments/statements/", {"plugin": "alipay", "file": strange}).status_code == 422
    assert_clean()
