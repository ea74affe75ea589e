"""The practice carrier as a program of its own: ``python -m zhanggui.couriers.sandbox.server --announce``.

Standard library only, so that it starts at once and costs next to nothing. It listens on loopback and nowhere else.
"""

import argparse
import ipaddress
import json
import os
import signal
import socket
import socketserver
import struct
import sys
import threading
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from zhanggui.couriers.sandbox import accepts, mischief, signing
from zhanggui.couriers.sandbox.depot import Depot
from zhanggui.couriers.sandbox.faults import VERBS, Fault, Faults, parse
from zhanggui.couriers.sandbox.house import House, Payload, Wrong, now
from zhanggui.couriers.sandbox.page import page

LARGEST_B = 4 * 1024 * 1024
SHOWN = 200
JSON = "application/json; charset=utf-8"


class Door(ThreadingHTTPServer):
    """The listening socket, one thread a connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], house: House) -> None:
        self.house = house
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Desk)

    def server_bind(self) -> None:
        # Not HTTPServer's: that one asks the name service who we are, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not (self.house.leaving.is_set() or isinstance(sys.exception(), ConnectionError | TimeoutError)):
            super().handle_error(request, client_address)


class Desk(BaseHTTPRequestHandler):
    """One connection: reads requests, asks the house, writes answers, or tears the line as a fault demands."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    @property
    def house(self) -> House:
        return cast(Door, self.server).house

    def do_GET(self) -> None:
        house, path = self.house, urlsplit(self.path).path
        if not self.from_here():
            return
        if path == "/":
            words = page(house.depot.parcels(now_ms=now(), limit=SHOWN), ", ".join(map(_word, house.faults.faults)))
            self.send(200, words.encode(), "text/html; charset=utf-8",
                      **{"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"})
        elif path == "/control/parcels":
            self.answer(200, {"parcels": house.depot.parcels(now_ms=now())})
        elif path == "/control/faults":
            self.answer(200, {"spec": ", ".join(map(_word, house.faults.faults))})
        elif path == "/health":
            self.answer(200, {"code": "ok"})
        else:
            self.answer(404, {"code": "no-such-page", "message": "没有这个页面。"})

    def do_POST(self) -> None:
        self.close_connection = True  # until the body is read whole, the next request cannot be found
        where = urlsplit(self.path)
        _, area, verb = ([*where.path.split("/"), "", ""])[:3]
        try:
            if area == "v1" and verb in VERBS:
                self.serve(verb)
            elif area == "control" and self.from_here():
                self.steer(verb, dict(parse_qsl(where.query)))
            elif area != "control":
                raise Wrong(404, "no-such-verb", "没有这个接口。")
        except Wrong as wrong:
            self.answer(wrong.status, {"code": wrong.code, "message": wrong.words})

    def serve(self, verb: str) -> None:
        """One call of the API, with whatever fault it meets."""
        house = self.house
        fault = house.faults.draw(verb)
        if fault and fault.how == "drop":
            return self.cut()
        body = self.body()
        customer = house.admit(self.headers, self.path, body)
        payload = _json(body)
        if fault is None:
            return self.answer(200, house.act(verb, customer, payload))
        return mischief.strike(fault, house.faults, self, lambda: house.act(verb, customer, payload))

    def steer(self, verb: str, query: dict[str, str]) -> None:
        """One verb of the control page, as a form (then back to the page) or as JSON."""
        body = self.body()
        if self.headers.get_content_type() == "application/x-www-form-urlencoded":
            self.house.control(verb, query | dict(parse_qsl(body.decode("utf-8", "replace"))))
            return self.send(303, b"", "text/plain", Location="/")
        asked = _json(body) if body else {}
        if not isinstance(asked, dict):
            raise Wrong(422, "bad-request", "应是一个 JSON 对象。")
        self.answer(200, self.house.control(verb, {**query, **asked}))
        if verb == "close":
            threading.Thread(target=self.server.shutdown, daemon=True).start()
        return None

    def from_here(self) -> bool:
        """Whether the page itself asks, not another site open in the same browser; answers 403 when not."""
        origin, host = self.headers.get("Origin"), self.headers.get("Host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if is_loopback(name) and (origin is None or origin == f"http://{host}"):
            return True
        self.close_connection = True
        self.answer(403, {"code": "not-from-here", "message": "只能从本机的控制页操作。"})
        return False

    def body(self) -> bytes:
        size = self.headers.get("Content-Length", "")
        if not (size.isascii() and size.isdigit()):
            raise Wrong(411, "length-required", "请求没有长度。")
        if int(size) > LARGEST_B:
            raise Wrong(413, "too-large", "请求太大。")
        body = self.rfile.read(int(size))
        if len(body) < int(size):
            raise ConnectionError("the caller hung up")
        self.close_connection = self.request_version != "HTTP/1.1" or self.headers.get("Connection", "").lower() == "close"
        return body

    def answer(self, status: int, payload: Payload, **headers: str) -> None:
        self.send(status, json.dumps(payload, ensure_ascii=False).encode(), JSON, **headers)

    def send(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.wfile.write(self.raw(status, body, kind, headers))

    def raw(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> bytes:
        lines = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store", **headers}
        lines["X-Content-Type-Options"] = "nosniff"
        if self.close_connection:
            lines["Connection"] = "close"
        asked_as = self.headers.get(signing.REQUEST_ID, "")
        if asked_as.isascii() and asked_as.isprintable():
            lines[signing.REQUEST_ID] = asked_as[:64]
        head = f"HTTP/1.1 {status} {responses[status]}\r\n" + "".join(f"{key}: {value}\r\n" for key, value in lines.items())
        return head.encode("latin-1") + b"\r\n" + body

    def cut(self, answer: bytes = b"") -> None:
        self.close_connection = True
        if answer:
            raw = self.raw(200, answer, JSON, {})
            self.wfile.write(raw[: len(raw) - len(answer) // 2])
        # Lingering for no time turns the close into a reset; detached, because the reading half would keep it open.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())

    def drip(self, payload: Payload, gap_s: float) -> None:
        self.close_connection = True
        for byte in self.raw(200, json.dumps(payload, ensure_ascii=False).encode(), JSON, {}):
            self.wfile.write(bytes([byte]))
            self.wait(gap_s)

    def wait(self, seconds: float) -> None:
        self.house.leaving.wait(seconds)

    def another(self, waybill: str) -> str:
        return self.house.depot.another(waybill)

    def log_message(self, *said: Any, **more: Any) -> None:
        """Nothing: a log of requests would be a log of addresses."""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Wrong(400, "bad-json", "请求不是 JSON。") from None


def _word(fault: Fault) -> str:
    tail = f"={fault.chance:g}" if fault.chance < 1 else "" if fault.times is None else f":{fault.times}"
    return f"{fault.how}/{fault.when}{f'@{fault.verb}' if fault.verb else ''}{tail}"


def is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def serve(house: House, host: str, port: int, *, announce: bool) -> None:
    """Listen until ended. While the door is shut (``close``) the port is held, and every caller is refused."""
    while True:
        with Door((host, port), house) as door:
            port = door.server_port
            if announce:
                sys.stdout.write(f"http://{f'[{host}]' if ':' in host else host}:{port}\n")
                sys.stdout.flush()
                announce = False
            door.serve_forever(poll_interval=0.1)
            family = door.address_family
        with socket.socket(family, socket.SOCK_STREAM) as held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((host, port))
            house.leaving.wait(house.shut_s)


def main(arguments: list[str] | None = None) -> None:
    """Exit code 2 for an address that is not loopback, a fault that does not exist, a broken option."""
    words = argparse.ArgumentParser(prog="zhanggui.couriers.sandbox.server", description="练习快递：只在本机监听的模拟快递公司。")
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=0, help="0 = any free port")
    words.add_argument("--state", default=":memory:", metavar="FILE", help="where its books are kept; memory, when not said")
    words.add_argument("--faults", default="", metavar="SPEC", help="for example: error@book:1,hang/before=0.05")
    words.add_argument("--pace", type=float, default=0.0, metavar="SECONDS", help="from scan to scan; 0 = only when told to")
    words.add_argument("--account", action="append", default=[], metavar="CUSTOMER:KEY")
    words.add_argument("--no-service", default=",".join(accepts.NO_SERVICE), metavar="PROVINCES", help="with commas between")
    words.add_argument("--announce", action="store_true", help="print the address in one line")
    words.add_argument("--tied", action="store_true", help="end when standard input is closed")
    chosen = words.parse_args(arguments)
    host = "127.0.0.1" if chosen.host == "localhost" else chosen.host
    if not is_loopback(host):
        words.error(f"{chosen.host} is not loopback")
    if not 0 <= chosen.pace <= 86_400:
        words.error(f"not a pace: {chosen.pace}")
    try:
        parse(chosen.faults)
    except ValueError as problem:
        words.error(str(problem))
    accounts = dict(pair.partition(":")[::2] for pair in chosen.account) or {signing.PRACTICE_CUSTOMER: signing.PRACTICE_KEY}
    provinces = [name.strip() for name in chosen.no_service.split(",") if name.strip()]
    house = House(Depot(chosen.state, pace_s=chosen.pace, no_service=provinces), Faults(chosen.faults), accounts)
    signal.signal(signal.SIGTERM, _leave)
    if chosen.tied:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        serve(house, host, chosen.port, announce=chosen.announce)
    except KeyboardInterrupt:
        pass
    finally:
        house.leaving.set()
        house.depot.close()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end_with_input() -> None:
    # Whoever started us is gone, however it ended: no carrier is left behind with nobody to stop it.
    # Read below ``sys.stdin``: its lock, held by a sleeping thread, would abort an orderly end.
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
