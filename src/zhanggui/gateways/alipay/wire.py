"""Alipay's wire: parameters of a notification, their signature, and the detail file. Pure."""

import base64
import binascii
import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from zhanggui.payments.port import Entry, Forged, Kind, Notice, Unreadable

CHINA = timezone(timedelta(hours=8))
PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")
MOST_ROWS, MOST_BYTES = 500_000, 100 * 1024 * 1024
ORDER, TRADE, WHAT, MADE, DONE = "商户订单号", "支付宝交易号", "业务类型", "创建时间", "完成时间"
SUM, REFUND_NO = "订单金额（元）", "退款批次号/请求号"


def public_key(text: str) -> rsa.RSAPublicKey:
    """The key as Alipay shows it: base64 alone, or PEM. Raises ValueError."""
    said = text.strip()
    try:
        found = load_pem_public_key(said.encode()) if "BEGIN" in said else load_der_public_key(base64.b64decode("".join(said.split())))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ValueError("no public key") from error
    if not isinstance(found, rsa.RSAPublicKey):
        raise ValueError("no RSA key")
    return found


def signed_text(params: Mapping[str, str]) -> bytes:
    """What is signed: everything but the signature itself, by name, those that are empty left out."""
    kept = sorted((name, value) for name, value in params.items() if name not in ("sign", "sign_type") and value)
    return "&".join(f"{name}={value}" for name, value in kept).encode()


def checked(params: Mapping[str, str], key: rsa.RSAPublicKey) -> None:
    """Raises Forged where the signature is not of this key over exactly these parameters."""
    if params.get("sign_type", "RSA2") != "RSA2":
        raise Forged("sign_type")
    try:
        signature = base64.b64decode(params.get("sign", ""), validate=True)
        key.verify(signature, signed_text(params), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError) as error:
        raise Forged("signature") from error


def params_of(body: bytes) -> dict[str, str]:
    """The form of a notification; a name said twice makes it unreadable."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except (UnicodeDecodeError, ValueError) as error:
        raise Unreadable("form") from error
    if len({name for name, _value in pairs}) != len(pairs):
        raise Unreadable("twice")
    return dict(pairs)


def minor(text: str) -> int:
    """Yuan as text, in fen, exactly."""
    try:
        value = Decimal(text.strip()).scaleb(2)
        if value != value.to_integral_value() or abs(value) > 10**14:
            raise Unreadable("amount")
    except (InvalidOperation, ValueError) as error:
        raise Unreadable("amount") from error
    return int(value)


def moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip()[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)
    except ValueError:
        return None


def notice_of(params: Mapping[str, str]) -> Notice:
    """What the parameters say, their signature checked before."""
    status, trade, order = params.get("trade_status", ""), params.get("trade_no", ""), params.get("out_trade_no", "")
    if not trade or not order:
        raise Unreadable("number")
    if params.get("refund_fee"):
        number = f"{trade}/{params.get('out_biz_no') or params['refund_fee']}"
        at = moment(params.get("gmt_refund", ""))
        return Notice(Kind.REFUNDED, order, trade, number[:64], minor(params["refund_fee"]), "CNY", at, so_far=True)
    if status in PAID:
        at = moment(params.get("gmt_payment", ""))
        return Notice(Kind.PAID, order, trade, trade, minor(params.get("total_amount", "")), "CNY", at)
    if status == "TRADE_CLOSED":
        return Notice(Kind.FAILED, order, trade, trade, 0, "CNY", moment(params.get("gmt_close", "")), status)
    return Notice(Kind.OTHER, order, trade, trade)


def lines_of(data: bytes) -> list[Entry]:
    """The detail file: a table of GBK text under a few lines of heading, alone or in the ZIP it comes in."""
    text = _text(_unpacked(data))
    table = csv.reader(io.StringIO(text))
    head: list[str] = []
    found: list[Entry] = []
    for nth, row in enumerate(table):
        cells = [cell.strip() for cell in row]
        if nth > MOST_ROWS:
            raise Unreadable("rows")
        if not head:
            head = cells if TRADE in cells and ORDER in cells else []
        elif cells and not cells[0].startswith("#") and len(cells) >= len(head) - 1:
            found.append(_entry(dict(zip(head, cells, strict=False))))
    if not head:
        raise Unreadable("header")
    return found


def _entry(row: Mapping[str, str]) -> Entry:
    sum_ = minor(row.get(SUM, ""))
    back = sum_ < 0 or "退款" in row.get(WHAT, "")
    trade = row.get(TRADE, "")[:64]
    at = moment(row.get(DONE, "")) or moment(row.get(MADE, ""))
    if not trade or at is None:
        raise Unreadable("row")
    number = f"{trade}/{row.get(REFUND_NO, '')}"[:64] if back else trade
    return Entry(Kind.REFUNDED if back else Kind.PAID, row.get(ORDER, "")[:64], trade, number, abs(sum_), "CNY", at)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # Of the two files of a day the one of single lines: the other only adds them up. Their names are GBK without saying so.
            members = [one for one in archive.infolist() if one.filename.lower().endswith(".csv") and one.file_size <= MOST_BYTES]
            for one in sorted(members, key=lambda member: -member.file_size):
                inner = archive.read(one)
                if TRADE.encode("gb18030") in inner[:4000] or TRADE.encode() in inner[:4000]:
                    return inner
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Unreadable("archive") from error
    raise Unreadable("archive")


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("text")
