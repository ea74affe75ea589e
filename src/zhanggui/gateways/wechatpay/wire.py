"""WeChat Pay's wire: what is signed, what is sealed, what a notification says, and the bill of a day. Pure."""

import base64
import binascii
import csv
import gzip
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from zhanggui.payments.port import Entry, Forged, Kind, Notice, Unreadable

CHINA = timezone(timedelta(hours=8))
SKEW_S = 300
ALGORITHM = "AEAD_AES_256_GCM"
MOST_ROWS, MOST_BYTES = 500_000, 100 * 1024 * 1024
AT, TRADE, ORDER, STATE, CURRENCY, REFUND_ID, REFUND_SUM, PAID_SUM = (
    "交易时间", "微信订单号", "商户订单号", "交易状态", "货币种类", "微信退款单号", "申请退款金额", "订单金额",
)  # fmt: skip
REFUND_STATE, OLD_REFUND_SUM, OLD_PAID_SUM = "退款状态", "退款金额", "应结订单金额"


def public_key(text: str) -> rsa.RSAPublicKey:
    """The platform's key: its certificate, or the public key, in PEM. Raises ValueError."""
    said = text.strip().encode()
    try:
        found = load_pem_x509_certificate(said).public_key() if b"CERTIFICATE" in said else load_pem_public_key(said)
    except (ValueError, TypeError) as error:
        raise ValueError("no public key") from error
    if not isinstance(found, rsa.RSAPublicKey):
        raise ValueError("no RSA key")
    return found


def checked(headers: Mapping[str, str], body: bytes, key: rsa.RSAPublicKey, serial: str, at: datetime) -> None:
    """Raises Forged where the signature is not the platform's over exactly this, or where it is older than five minutes."""
    said = {name.lower(): value for name, value in headers.items()}
    stamp, nonce = said.get("wechatpay-timestamp", ""), said.get("wechatpay-nonce", "")
    if said.get("wechatpay-serial", "").upper() != serial.upper():
        raise Forged("serial")
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or abs(at.timestamp() - int(stamp)) > SKEW_S:
        raise Forged("timestamp")
    try:
        signature = base64.b64decode(said.get("wechatpay-signature", ""), validate=True)
        key.verify(signature, f"{stamp}\n{nonce}\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError) as error:
        raise Forged("signature") from error


def opened(resource: Mapping[str, Any], key: bytes) -> bytes:
    """What a sealed resource holds. Raises Forged where another key sealed it or a byte was changed."""
    try:
        if resource.get("algorithm", ALGORITHM) != ALGORITHM:
            raise Unreadable("algorithm")
        nonce, more = str(resource["nonce"]).encode(), str(resource.get("associated_data") or "").encode()
        return AESGCM(key).decrypt(nonce, base64.b64decode(str(resource["ciphertext"])), more)
    except InvalidTag as error:
        raise Forged("resource") from error
    except (KeyError, ValueError, binascii.Error) as error:
        raise Unreadable("resource") from error


def resource_of(body: bytes) -> tuple[str, Mapping[str, Any]]:
    """(what happened, the sealed resource) of a notification."""
    try:
        said = json.loads(body)
        return str(said["event_type"]), dict(said["resource"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable("body") from error


def notice_of(event: str, plain: bytes, mchid: str) -> Notice:
    """What the opened resource says. Raises Forged where it is of another merchant."""
    try:
        said = json.loads(plain)
        if str(said.get("mchid", said.get("sp_mchid", ""))) != mchid:
            raise Forged("mchid")
        if event.startswith("TRANSACTION."):
            return _payment(said)
        if event.startswith("REFUND."):
            return _refund(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("resource") from error
    return Notice(Kind.OTHER)


def _payment(said: Mapping[str, Any]) -> Notice:
    trade, order, state = str(said["transaction_id"]), str(said["out_trade_no"]), str(said["trade_state"])
    if state != "SUCCESS":
        return Notice(Kind.FAILED, order, trade, trade, 0, "CNY", None, state)
    amount = said["amount"]
    return Notice(Kind.PAID, order, trade, trade, _whole(amount["total"]), str(amount.get("currency", "CNY")), _iso(said.get("success_time")))


def _refund(said: Mapping[str, Any]) -> Notice:
    trade, order, number = str(said["transaction_id"]), str(said["out_trade_no"]), str(said["refund_id"])
    if str(said["refund_status"]) != "SUCCESS":
        return Notice(Kind.OTHER, order, trade, number)
    return Notice(Kind.REFUNDED, order, trade, number, _whole(said["amount"]["refund"]), "CNY", _iso(said.get("success_time")))


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 < value < 10**14:
        raise Unreadable("amount")
    return value


def _iso(text: Any) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(str(text))
    return found.astimezone(UTC) if found.tzinfo else None


def lines_of(data: bytes) -> list[Entry]:
    """The bill of a day: cells begin with a backtick, two lines of sums at its end. Packed by gzip or not."""
    table = csv.reader(io.StringIO(_text(data)))
    head: list[str] = []
    found: list[Entry] = []
    for nth, row in enumerate(table):
        if nth > MOST_ROWS:
            raise Unreadable("rows")
        cells = [cell.strip().removeprefix("`").strip() for cell in row]
        if not head:
            head = cells
            if TRADE not in head or ORDER not in head:
                raise Unreadable("header")
        elif len(cells) < len(head):
            break  # the sums of the day
        else:
            found += _entries(dict(zip(head, cells, strict=False)))
    if not head:
        raise Unreadable("header")
    return found


def _entries(row: Mapping[str, str]) -> list[Entry]:
    state, trade, order, currency = row.get(STATE, ""), row[TRADE], row[ORDER], row.get(CURRENCY) or "CNY"
    at = _moment(row.get(AT, ""))
    if at is None or not trade:
        raise Unreadable("row")
    if state == "SUCCESS":
        sum_ = _minor(row.get(PAID_SUM) or row.get(OLD_PAID_SUM, ""))
        return [Entry(Kind.PAID, order[:64], trade[:64], trade[:64], sum_, currency, at)] if sum_ else []
    if state in ("REFUND", "REVOKED") and row.get(REFUND_STATE, "SUCCESS") in ("SUCCESS", ""):
        sum_ = _minor(row.get(REFUND_SUM) or row.get(OLD_REFUND_SUM, ""))
        number = row.get(REFUND_ID, "") or trade
        return [Entry(Kind.REFUNDED, order[:64], trade[:64], number[:64], sum_, currency, at)] if sum_ else []
    return []


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)
    except ValueError:
        return None


def _minor(text: str) -> int:
    try:
        value = Decimal(text).scaleb(2)
    except InvalidOperation as error:
        raise Unreadable("amount") from error
    if value != value.to_integral_value() or not 0 <= value < 10**14:
        raise Unreadable("amount")
    return int(value)


def _text(data: bytes) -> str:
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(MOST_BYTES + 1)
        except (OSError, EOFError) as error:
            raise Unreadable("archive") from error
        if len(data) > MOST_BYTES:
            raise Unreadable("archive")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("text") from error
