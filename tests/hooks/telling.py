"""Orders to tell of, sending what is due, and checking a signature as a receiver does."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from receivers import Heard

from zhanggui.customers.sealing import Person
from zhanggui.hooks.commands import sending
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder


def place(no: str, shop_id: int, at: datetime, person: Person | None = None, **facts: Any) -> None:
    someone = person or Person("林晓", "13800137621", "", "珞喻路 12 号", "", "CN", "湖北省", "武汉市", "洪山区")
    line = NewLine(None, "GW-150-QY", "青釉盖碗", "150ml", 1, 6800, 0, 6800)
    order = NewOrder(no, at, (line,), someone, "CNY", 0, 0, 6800, 6800, "paid", "pending_review", paid_at=at)
    intake.place([order._replace(**facts)], shop_id=shop_id, by=SYSTEM, at=at)


def send(at: datetime) -> int:
    """Everything due at ``at``, and nothing of the other jobs."""
    total = 0
    while True:
        tried, _ = sending.one_round(at=at)
        if not tried:
            return total
        total += tried


def signed(secret: str, heard: Heard) -> bool:
    """As a receiver checks it, written out from the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    wanted = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return any(each == f"v1,{wanted}" for each in heard.headers["webhook-signature"].split(" "))
