"""What the practice carrier does with a request, once it is read: the verbs of its API and of its control page."""

import threading
import time
from collections.abc import Mapping
from datetime import datetime
from email.message import Message
from typing import Any

from zhanggui.couriers.sandbox import plans, signing
from zhanggui.couriers.sandbox.depot import Depot
from zhanggui.couriers.sandbox.faults import Faults

MOST = 200  # shipments, references or numbers in one request
FIELDS = {"book": "shipments", "ask": "references", "void": "waybills", "track": "waybills", "handover": "waybills"}

Payload = dict[str, Any]


class Wrong(Exception):
    """A request refused as a whole. ``status`` is HTTP's; ``code`` for programs, ``words`` for people."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(code)
        self.status, self.code, self.words = status, code, words


class House:
    """The books, the faults and the accounts; it knows nothing of sockets. ``accounts``: customer → key."""

    def __init__(self, depot: Depot, faults: Faults, accounts: Mapping[str, str]) -> None:
        self.depot, self.faults, self.accounts = depot, faults, accounts
        self.leaving = threading.Event()
        self.shut_s = 0.0

    def admit(self, headers: Message, path: str, body: bytes) -> str:
        """The customer who signed this; Wrong 401 when nobody we know did."""
        customer = headers.get(signing.CUSTOMER, "")
        timestamp, signature = headers.get(signing.TIMESTAMP, ""), headers.get(signing.SIGNATURE, "")
        fault = signing.fault_of(self.accounts.get(customer), timestamp, path, body, signature, now_s=time.time())
        if fault:
            raise Wrong(401, fault, "签名不对、时间相差太多，或没有这个客户。")
        return customer

    def act(self, verb: str, customer: str, payload: Any) -> Payload:
        """Do what ``verb`` says with up to MOST things; each has its own answer in ``results``, in the same order."""
        things = payload.get(FIELDS[verb]) if isinstance(payload, dict) else None
        if not isinstance(things, list):
            raise Wrong(422, "bad-request", f"缺少 {FIELDS[verb]}。")
        if len(things) > MOST:
            raise Wrong(400, "batch-too-large", f"一次最多 {MOST} 个。")
        if verb != "book" and not all(isinstance(thing, str) and len(thing) <= 64 for thing in things):
            raise Wrong(422, "bad-request", f"{FIELDS[verb]} 里只能是文字。")
        now_ms, depot = now(), self.depot
        match verb:
            case "book":
                results = depot.book(customer, things, now_ms=now_ms)
            case "ask":
                results = depot.ask(customer, things)
            case "void":
                results = depot.void(customer, things, now_ms=now_ms)
            case "track":
                results = depot.track(customer, things, now_ms=now_ms)
            case _:
                results = depot.hand_over(customer, things, now_ms=now_ms)
        return {"code": "ok", "message": "成功", "results": results}

    def control(self, verb: str, asked: Payload) -> Payload:
        """The verbs of whoever sits at the machine: ``advance``, ``faults``, ``close``."""
        match verb:
            case "advance":
                return self._advance(asked)
            case "faults":
                return self._set_faults(asked)
            case "close":
                # Nobody can be refused by a program that is listening: the door is really shut for a while.
                self.shut_s = _number(asked, "for_s", 1.0)
                return {"for_s": self.shut_s}
        raise Wrong(404, "no-such-verb", "没有这个操作。")

    def _advance(self, asked: Payload) -> Payload:
        waybills = asked.get("waybills")
        if isinstance(waybills, str):
            waybills = [waybills]
        if waybills is not None and not (isinstance(waybills, list) and all(isinstance(one, str) for one in waybills)):
            raise Wrong(422, "bad-request", "waybills 应是运单号列表。")
        steps, to, at = int(_number(asked, "steps", 1)), asked.get("to") or "", asked.get("at")
        if to and to not in plans.TARGETS:
            raise Wrong(422, "bad-request", f"to 只能是 {' '.join(plans.TARGETS)}。")
        if not 1 <= steps <= 100:
            raise Wrong(422, "bad-request", "steps 应在 1 到 100 之间。")
        return self.depot.advance(waybills, steps=steps, to=to, at_ms=_moment(at) if at else None, now_ms=now())

    def _set_faults(self, asked: Payload) -> Payload:
        faults = self.faults
        try:
            faults.set(str(asked.get("spec", "")))
        except ValueError as problem:
            raise Wrong(422, "bad-faults", str(problem)) from None
        faults.hang_s = _number(asked, "hang_s", faults.hang_s)
        faults.late_s = _number(asked, "late_s", faults.late_s)
        faults.drip_s = _number(asked, "drip_s", faults.drip_s)
        return {"spec": asked.get("spec", "")}


def now() -> int:
    return time.time_ns() // 1_000_000


def _number(asked: Payload, key: str, otherwise: float) -> float:
    try:
        value = float(asked.get(key, otherwise))
    except (TypeError, ValueError):
        value = -1
    if not 0 <= value <= 3600:
        raise Wrong(422, "bad-request", f"{key} 应是 0 到 3600 之间的数。")
    return value


def _moment(at: Any) -> int:
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Wrong(422, "bad-request", "at 应是带时区的 ISO 时间。")
    return int(moment.timestamp() * 1000)
