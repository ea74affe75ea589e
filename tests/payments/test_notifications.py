"""A gateway tells of money: once, twice, forged, for another amount, for no order of ours, and the refund before its payment."""

import base64
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from tests.web.orders.bench import PRICE, Bench
from zhanggui.accounts.models import User
from zhanggui.gateways.alipay import wire
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import progress
from zhanggui.orders.models import Order
from zhanggui.payments.commands import gateways
from zhanggui.payments.models import Account, Gateway, Ledger, Notice
from zhanggui.payments.refusals import GatewayIncomplete

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
APP = "2021000000000001"


@pytest.fixture
def bench(shop_id: int) -> Bench:
    return Bench(shop_id, clock.now())


@pytest.fixture
def gateway(shop_id: int) -> Gateway:
    made = gateways.enrol("alipay", "", {"app_id": APP, "public_key": PUBLIC}, by=SYSTEM, at=clock.now())
    return Gateway.objects.get(pk=made)


Tell = Callable[..., int]


@pytest.fixture
def tell(gateway: Gateway) -> Tell:
    """Alipay says of an order that it is paid, or whatever else; the status of our answer."""

    def told(order_no: str, trade_no: str, amount: str = "68.00", *, change: bytes = b"", **more: str) -> int:
        params = {"app_id": APP, "out_trade_no": order_no, "trade_no": trade_no, "trade_status": "TRADE_SUCCESS", "total_amount": amount, **more}
        signature = KEY.sign(wire.signed_text(params), padding.PKCS1v15(), hashes.SHA256())
        body = urlencode({**params, "sign": base64.b64encode(signature).decode(), "sign_type": "RSA2"}).encode() + change
        answer = Client(enforce_csrf_checks=True).post(
            f"/payments/notify/{gateway.key}/", body, content_type="application/x-www-form-urlencoded"
        )
        return int(answer.status_code)

    return told


def unpaid(bench: Bench, no: str) -> Order:
    return bench.put(no, stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None)


def stands(order: Order) -> tuple[str, str, int]:
    order.refresh_from_db()
    return order.stage, order.payment, order.paid_minor


@pytest.mark.capability("P-02")
def test_what_is_told_twice_is_paid_once_and_what_is_forged_not_at_all(bench: Bench, gateway: Gateway, tell: Tell) -> None:
    order = unpaid(bench, "T1")
    assert tell(order.number, "A1", change=b"&x=1") == 400
    assert Gateway.objects.get().refused == 1
    assert not Notice.objects.exists()
    assert [tell(order.number, "A1") for _again in range(3)] == [200] * 3
    assert stands(order) == ("pending_review", "paid", PRICE)
    assert Ledger.objects.get().gateway_no == "A1"
    # By the number the shop calls it, and by our own number tried once more.
    two, three = unpaid(bench, "T2"), unpaid(bench, "T3")
    tell("T2", "A2")
    tell(f"{three.number}_2", "A3")
    assert stands(two)[1] == stands(three)[1] == "paid"
    assert Client().get(f"/payments/notify/{gateway.key}/").status_code == 405
    assert Client().post("/payments/notify/none/").status_code == 404
    large = Client().post(f"/payments/notify/{gateway.key}/", b"a" * 70_000, content_type="application/x-www-form-urlencoded")
    assert large.status_code == 413
    gateways.switch(gateway.pk, False, by=SYSTEM, at=clock.now())
    assert tell("T9", "A9") == 404
    assert_clean()


@pytest.mark.capability("P-02", "P-07")
def test_what_cannot_be_placed_is_kept_and_shown_until_somebody_places_it(
    bench: Bench, tell: Tell, person: Callable[[str], User], client: Client
) -> None:
    order, gone = unpaid(bench, "T1"), unpaid(bench, "T4")
    tell("nobody-knows", "A1")
    tell(order.number, "A2", "67.99")
    tell(order.number, "A3", trade_status="TRADE_CLOSED")
    progress.cancel([gone.pk], by=SYSTEM, at=clock.now())
    tell("T4", "A4")
    assert dict(Notice.objects.values_list("number", "state")) == {"A1": "aside", "A2": "aside", "A3": "done", "A4": "done"}
    assert stands(order) == ("pending_payment", "unpaid", 0)
    assert Account.objects.get(order_id=order.pk).failed == 1
    # Late money is not lost: written down, and shown.
    assert stands(gone) == ("cancelled", "paid", PRICE)
    client.force_login(person("finance"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/payments/notices/").content.decode()
    assert "没有这个单号的订单" in page
    assert "金额和还差的不一样" in page
    one, two = Notice.objects.get(number="A1"), Notice.objects.get(number="A2")
    assert client.post(f"/payments/notices/{two.pk}/", {"do": "settle", "number": "no such"}).status_code == 422
    client.post(f"/payments/notices/{two.pk}/", {"do": "settle", "number": order.number})
    assert stands(order) == ("pending_payment", "partial", 6799)
    client.post(f"/payments/notices/{one.pk}/", {"do": "dismiss", "reason": "别的店的"})
    assert client.post(f"/payments/notices/{one.pk}/", {"do": "dismiss", "reason": "别的店的"}).status_code == 409
    assert set(Notice.objects.filter(number__in=("A1", "A2")).values_list("state", flat=True)) == {"settled", "nothing"}


def test_a_refund_told_before_its_payment_is_written_after_it(bench: Bench, tell: Tell) -> None:
    order = unpaid(bench, "T1")
    refund = {"refund_fee": "10.00", "out_biz_no": "R1"}
    tell(order.number, "A1", **refund)
    assert Notice.objects.get().why == "refund-first"
    tell(order.number, "A1")
    assert stands(order) == ("pending_review", "paid", PRICE - 1000)
    # What Alipay says is all that went back so far: of it only what is new is written.
    tell(order.number, "A1", refund_fee="25.00", out_biz_no="R2")
    tell(order.number, "A1", **refund)
    assert stands(order)[2] == PRICE - 2500
    assert sorted(Ledger.objects.filter(kind="refund").values_list("amount_minor", flat=True)) == [1000, 1500]
    assert_clean()


def test_keys_are_sealed_and_said_on_their_page(shop_id: int, person: Callable[[str], User], client: Client) -> None:
    client.force_login(person("owner"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "支付宝公钥" in client.get("/settings/gateways/?plugin=alipay").content.decode()
    said = {"plugin": "alipay", "app_id": APP, "public_key": "wrong"}
    assert client.post("/settings/gateways/", said).status_code == 422
    assert client.post("/settings/gateways/", {**said, "public_key": PUBLIC}).status_code == 302
    row = Gateway.objects.get()
    assert APP.encode() not in bytes(row.settings_sealed or b"")
    shown = client.get("/settings/gateways/").content.decode()
    assert f"/payments/notify/{row.key}/" in shown
    assert PUBLIC not in shown
    client.post(f"/settings/gateways/{row.pk}/", {"on": "0"})
    assert not Gateway.objects.get().enabled
    with pytest.raises(GatewayIncomplete):
        gateways.change(row.pk, {"app_id": "not a number"}, by=SYSTEM, at=clock.now())
