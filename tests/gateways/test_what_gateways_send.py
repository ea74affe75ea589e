"""Notifications and statements as their gateways write them: the official vectors, every byte of doubt, the bill of a day."""

import base64
import gzip
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from zhanggui.gateways.alipay import wire as alipay
from zhanggui.gateways.alipay.gateway import GATEWAY as ALIPAY
from zhanggui.gateways.wechatpay import wire as wechat
from zhanggui.gateways.wechatpay.gateway import GATEWAY as WECHAT
from zhanggui.payments.port import Account, Forged, Kind, Unreadable

pytestmark = pytest.mark.one_leg
DATA = Path(__file__).parent.parent / "data" / "payments"
VECTORS = {each["name"]: each for each in json.loads((DATA / "wechatpay-vectors.json").read_text("utf-8"))}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
OURS = Account({"app_id": "2021000000000001", "seller_id": "2088000000000001", "public_key": PUBLIC})
PAID = {
    "app_id": "2021000000000001", "seller_id": "2088000000000001", "trade_no": "2026102022001400001", "out_trade_no": "261020-00001",
    "trade_status": "TRADE_SUCCESS", "total_amount": "68.00", "gmt_payment": "2026-10-20 10:00:01", "subject": "青釉盖碗 & 杯=2", "body": "",
}  # fmt: skip
AT = datetime(2026, 10, 20, 2, 0, 1, tzinfo=UTC)


def signed(params: dict[str, str]) -> bytes:
    signature = KEY.sign(alipay.signed_text(params), padding.PKCS1v15(), hashes.SHA256())
    return urlencode({**params, "sign": base64.b64encode(signature).decode(), "sign_type": "RSA2"}).encode()


def test_the_official_vectors_of_wechat_pay_open() -> None:
    sealed = VECTORS["wechatpay_aead"]["inputs"]
    resource = {"nonce": sealed["nonce"], "associated_data": sealed["associated_data"], "ciphertext": sealed["ciphertext_b64"]}
    assert wechat.opened(resource, sealed["key"].encode()).decode() == VECTORS["wechatpay_aead"]["expected"]
    told = VECTORS["wechatpay_notify_decrypt"]
    assert wechat.opened(told["inputs"]["resource"], told["inputs"]["api_v3_key"].encode()).decode() == told["expected"]
    with pytest.raises(Forged):
        wechat.opened({**told["inputs"]["resource"], "associated_data": "other"}, told["inputs"]["api_v3_key"].encode())
    notify = VECTORS["wechatpay_notify_signature"]["inputs"]
    headers, body, key = notify["headers"], notify["body"].encode(), wechat.public_key(notify["certificate_pem"])
    at = datetime.fromtimestamp(int(headers["Wechatpay-Timestamp"]), UTC)
    serial = headers["Wechatpay-Serial"]
    wechat.checked(headers, body, key, serial, at)
    for late in (at + timedelta(seconds=301), at - timedelta(seconds=301)):
        with pytest.raises(Forged):
            wechat.checked(headers, body, key, serial, late)
    for wrong in (
        (headers, body + b" ", serial), ({**headers, "Wechatpay-Nonce": "x"}, body, serial), (headers, body, "ABC"),
        ({**headers, "Wechatpay-Signature": "?"}, body, serial), ({}, body, serial),
        # No letter of a signature at all.
        ({**headers, "Wechatpay-Signature": "é"}, body, serial),
    ):  # fmt: skip
        with pytest.raises(Forged):
            wechat.checked(wrong[0], wrong[1], key, wrong[2], at)
    event, resource = wechat.resource_of(body)
    # Signed and sealed by the platform for one merchant: no other takes it.
    plain = wechat.opened(resource, b"testMchAPIv3Key0")
    assert wechat.notice_of(event, plain, "1234567890").kind is Kind.OTHER
    with pytest.raises(Forged):
        wechat.notice_of(event, plain, "1")


@pytest.mark.parametrize(
    ("event", "said", "told"),
    [
        ("TRANSACTION.SUCCESS", {"trade_state": "SUCCESS", "amount": {"total": 6800, "currency": "CNY"}}, (Kind.PAID, "W1", 6800)),
        ("TRANSACTION.SUCCESS", {"trade_state": "CLOSED"}, (Kind.FAILED, "W1", 0)),
        ("REFUND.SUCCESS", {"refund_status": "SUCCESS", "refund_id": "R1", "amount": {"refund": 100}}, (Kind.REFUNDED, "R1", 100)),
        ("REFUND.CLOSED", {"refund_status": "CLOSED", "refund_id": "R1"}, (Kind.OTHER, "R1", 0)),
    ],
)
def test_what_wechat_pay_says_of_money(event: str, said: dict[str, object], told: tuple[Kind, str, int]) -> None:
    plain = json.dumps({"mchid": "1", "transaction_id": "W1", "out_trade_no": "T1", "success_time": "2026-10-20T10:00:01+08:00", **said})
    notice = wechat.notice_of(event, plain.encode(), "1")
    assert (notice.kind, notice.number, notice.amount_minor) == told


def test_alipay_is_believed_only_where_every_parameter_is_signed_and_meant_for_us() -> None:
    assert not ALIPAY.wrong(OURS)
    notice = ALIPAY.notice(OURS, {}, signed(PAID), AT)
    assert (notice.kind, notice.order_no, notice.number, notice.amount_minor, notice.at) == (Kind.PAID, "261020-00001", PAID["trade_no"], 6800, AT)
    good = signed(PAID)
    for forged in (
        good.replace(b"68.00", b"0.01"), signed({**PAID, "app_id": "2"}), signed({**PAID, "seller_id": "2"}), good + b"&more=1",
        good.replace(b"RSA2", b"RSA"), urlencode(PAID).encode(), urlencode({**PAID, "sign": "签", "sign_type": "RSA2"}).encode(),
    ):  # fmt: skip
        with pytest.raises(Forged):
            ALIPAY.notice(OURS, {}, forged, AT)
    for strange in (b"", b"\xff", good + b"&trade_no=1", b"=" * 300):
        with pytest.raises((Unreadable, Forged)):
            ALIPAY.notice(OURS, {}, strange, AT)
    refund = {**PAID, "trade_status": "TRADE_CLOSED", "refund_fee": "10.00", "out_biz_no": "RF1", "gmt_refund": "2026-10-20 10:00:01.312"}
    told = ALIPAY.notice(OURS, {}, signed(refund), AT)
    assert (told.kind, told.number, told.amount_minor, told.so_far) == (Kind.REFUNDED, f"{PAID['trade_no']}/RF1", 1000, True)
    assert ALIPAY.notice(OURS, {}, signed({**PAID, "trade_status": "TRADE_CLOSED"}), AT).kind is Kind.FAILED
    assert ALIPAY.notice(OURS, {}, signed({**PAID, "trade_status": "WAIT_BUYER_PAY"}), AT).kind is Kind.OTHER


def test_settings_that_cannot_be_right_are_named() -> None:
    assert ALIPAY.wrong(Account({"app_id": "x"})) == "app_id"
    assert ALIPAY.wrong(Account({"app_id": "1", "public_key": "none"})) == "public_key"
    said = {"mchid": "1", "api_v3_key": "k" * 32, "serial": "S", "public_key": VECTORS["wechatpay_notify_signature"]["inputs"]["certificate_pem"]}
    assert not WECHAT.wrong(Account(said))
    for name, wrong in (("mchid", "x"), ("api_v3_key", "short"), ("serial", ""), ("public_key", "x")):
        assert WECHAT.wrong(Account({**said, name: wrong})) == name


def test_the_bill_of_a_day_adds_up_to_its_own_sums() -> None:
    data = (DATA / "wechatpay-bill.csv").read_bytes()
    found = list(WECHAT.statement(data))
    paid = sum(each.amount_minor for each in found if each.kind is Kind.PAID)
    back = sum(each.amount_minor for each in found if each.kind is Kind.REFUNDED)
    # Its last line: 订单总金额 0.47, 申请退款总金额 0.14.
    assert (paid, back) == (47, 14)
    assert list(WECHAT.statement(gzip.compress(data))) == found
    for broken in (b"", b"PK\x03\x04", b"a,b\n1,2\n", data[:300], b"\x1f\x8bxx"):
        with pytest.raises(Unreadable):
            WECHAT.statement(broken)


def test_the_detail_file_of_alipay_is_read_alone_and_in_its_archive() -> None:
    head = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,订单金额（元）,退款批次号/请求号,备注"
    text = "\n".join([
        "#支付宝业务明细查询", "#账号：[20880000]", "#起始日期：[2026年10月20日]", "#-----业务明细列表----", head,
        "2026102022001\t,T1\t,交易\t,盖碗\t,2026-10-20 10:00:00\t,2026-10-20 10:00:05\t,\t,68.00\t,\t,\t",
        "2026102022001\t,T1\t,退款\t,盖碗\t,2026-10-20 11:00:00\t,2026-10-20 11:00:05\t,\t,-10.00\t,RF1\t,\t",
        "#-----业务明细列表结束----", "#导出时间：[2026年10月21日]",
    ])  # fmt: skip
    plain = text.encode("gb18030")
    found = list(ALIPAY.statement(plain))
    assert [(each.kind, each.order_no, each.number, each.amount_minor) for each in found] == [
        (Kind.PAID, "T1", "2026102022001", 6800), (Kind.REFUNDED, "T1", "2026102022001/RF1", 1000),
    ]  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sums.csv", "#汇总".encode("gb18030"))
        archive.writestr("lines.csv", plain)
    assert list(ALIPAY.statement(packed.getvalue())) == found
    for broken in (b"", b"PK\x03\x04", plain.replace(b"68.00", b"6x.00"), head.encode()[:20]):
        with pytest.raises(Unreadable):
            ALIPAY.statement(broken)
