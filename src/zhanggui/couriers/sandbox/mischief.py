"""How each fault looks on the line."""

import copy
import json
from collections.abc import Callable
from typing import Any, Protocol

from zhanggui.couriers.sandbox.faults import BEFORE, Fault, Faults
from zhanggui.couriers.sandbox.numbers import number_for

Payload = dict[str, Any]
PAGE = "<!doctype html><html lang=zh><title>502</title><body><h1>系统维护中</h1></body></html>".encode()
HUGE_B = 3 * 1024 * 1024


class Caller(Protocol):
    """The one who asked, as far as a fault needs to know."""

    def answer(self, status: int, payload: Payload, **headers: str) -> None: ...

    def send(self, status: int, body: bytes, kind: str, **headers: str) -> None: ...

    def cut(self, answer: bytes = b"") -> None:
        """Tear the line down with a reset, after the first half of ``answer``."""

    def drip(self, payload: Payload, gap_s: float) -> None: ...

    def wait(self, seconds: float) -> None: ...

    def another(self, waybill: str) -> str:
        """A number given earlier to another reference; ``waybill`` itself when there is none."""


def strike(fault: Fault, faults: Faults, caller: Caller, act: Callable[[], Payload]) -> None:
    """Answer one request wrongly. ``act`` is what the right answer would have done; it is called once or not at all."""
    if fault.how == "late":
        caller.wait(faults.late_s)
    # An answer that lies about an act that never happened would settle nothing: it names no result.
    payload = {"code": "ok", "message": "成功", "results": []} if fault.when == BEFORE else act()
    whole = json.dumps(payload, ensure_ascii=False).encode()
    json_kind = "application/json; charset=utf-8"
    match fault.how:
        case "reset":
            caller.cut(whole)
        case "hang":
            caller.wait(faults.hang_s)
            caller.cut()
        case "error":
            caller.answer(500, {"code": "internal", "message": "系统开小差了，请稍后再试。"})
        case "html":
            caller.send(200, PAGE, "text/html; charset=utf-8")
        case "truncated":
            caller.send(200, whole[: len(whole) // 2], json_kind)
        case "charset":
            caller.send(200, json.dumps(payload, ensure_ascii=False).encode("gbk", "replace"), json_kind)
        case "drip":
            caller.drip(payload, faults.drip_s)
        case "huge":
            caller.send(200, whole[:-1] + b', "padding": "' + b"x" * HUGE_B + b'"}', json_kind)
        case "redirect":
            caller.answer(307, {"code": "moved", "message": "请改用新地址。"}, Location="/v1/elsewhere")
        case "busy":
            caller.answer(429, {"code": "too-many-requests", "message": "请求太频繁，请稍后再试。"}, **{"Retry-After": "3"})
        case "unauthorised":
            caller.answer(401, {"code": "token-expired", "message": "授权已过期。"})
        case "twin" | "stranger":
            caller.answer(200, mixed_up(fault.how, payload, caller))
        case _:  # drop, late
            caller.cut()


def mixed_up(how: str, payload: Payload, caller: Caller) -> Payload:
    """The answer with its last result given another's number, or another's name."""
    payload = copy.deepcopy(payload)
    results = payload["results"]
    if not results:
        return payload
    last = results[-1]
    key = "reference" if "reference" in last else "waybill"
    if how == "stranger":
        last[key] = number_for("stranger", last[key]) if key == "waybill" else f"X-{last[key]}"
    elif key == "reference" and last["ok"]:
        others = [result["waybill"] for result in results[:-1] if result["ok"]]
        last["waybill"] = others[0] if others else caller.another(last["waybill"])
    return payload
