"""One call's line to the practice carrier: signed, short of patience, and honest about what it does not know."""

import os
import re
import socket
import ssl
import threading
import time
import uuid
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from zhanggui.carriers.port import Account, Doubt, Unreachable
from zhanggui.couriers.sandbox import signing, wire
from zhanggui.kernel import crashing

# Where the practice carrier beside the house listens, told by whoever started it.
WHERE = "ZHANGGUI_PRACTICE_URL"
PATIENCE_S = 10.0
CONNECT_S = 3.0
CAP_B = 1024 * 1024
PLAIN = re.compile(r"[!-~]{1,100}")
LOOPBACK = ("127.0.0.1", "::1", "localhost")

# What can only go wrong before the first byte of a request is out.
BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Line:
    """Settings: ``url`` (``http`` on loopback only), ``customer``, ``secret``, and ``timeout_s`` for one whole answer.

    Without a ``url`` it is the practice carrier that runs beside the house.
    Unreachable when the settings are no settings: nothing can be sent with them.
    """

    def __init__(self, account: Account) -> None:
        settings = dict(account.settings)
        if not settings.get("url") and os.environ.get(WHERE):
            settings = {**settings, "url": os.environ[WHERE], "customer": signing.PRACTICE_CUSTOMER, "secret": signing.PRACTICE_KEY}
        self.url, self.customer, self.secret = (settings.get(key, "") for key in ("url", "customer", "secret"))
        try:
            where = urlsplit(self.url)
            usable = where.scheme == "http" and where.hostname in LOOPBACK and where.port is not None and where.path in ("", "/")
            self.patience_s = float(settings.get("timeout_s") or PATIENCE_S)
        except ValueError:
            usable = False
        # The practice carrier is on this machine. Any other address in its settings is a mistake or a trap.
        if not usable or not PLAIN.fullmatch(self.customer) or not self.secret or not 0 < self.patience_s <= 120:
            raise Unreachable("bad-settings")
        self._socket: socket.socket | None = None
        self._late = False

    def __enter__(self) -> Self:
        self._http = httpx.Client(
            base_url=self.url,
            timeout=httpx.Timeout(self.patience_s, connect=min(CONNECT_S, self.patience_s)),
            follow_redirects=False,
            trust_env=False,                                    # a proxy of the environment has no business in between
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),     # trusts nobody: there is no TLS here, and no bundle to load
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "zhanggui"},
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def say(self, verb: str, body: bytes) -> wire.Heard:
        """Send one request and hear it out.

        Unreachable when it was never sent, or when the carrier says it was too busy to act. Said again only
        once, and only after a 401: a request that was not believed was not acted upon.
        """
        crashing.point("call.before", verb)
        answer, again = self._say(verb, body)
        crashing.point("call.after", verb)
        return self._say(verb, body)[0] if again else answer

    def _say(self, verb: str, body: bytes) -> tuple[wire.Heard, bool]:
        path, timestamp = f"/v1/{verb}", str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            signing.CUSTOMER: self.customer,
            signing.TIMESTAMP: timestamp,
            signing.SIGNATURE: signing.sign(self.secret, timestamp, path, body),
            signing.REQUEST_ID: str(uuid.uuid4()),
        }
        # The time-outs of a socket start anew with every byte; only this one ends an answer that comes in drops.
        self._late = False
        bell = threading.Timer(self.patience_s, self._hang_up)
        bell.daemon = True
        bell.start()
        try:
            with self._http.stream("POST", path, content=body, headers=headers, extensions={"trace": self._notice}) as response:
                if response.status_code == 429:
                    raise Unreachable("busy", retry_after_s=_seconds(response.headers.get("Retry-After", "")))
                said = _body(response)
        except BEFORE_SENDING as error:
            raise Unreachable(type(error).__name__) from error
        except httpx.HTTPError as error:
            slow = self._late or isinstance(error, httpx.TimeoutException)
            return wire.doubtful(Doubt.TIMEOUT if slow else Doubt.BROKEN), False
        finally:
            bell.cancel()
        if said is None:
            return wire.doubtful(Doubt.UNREADABLE), False
        return wire.heard(response.status_code, said), response.status_code == 401

    def _notice(self, event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._socket = info["return_value"].get_extra_info("socket")
            if self._late:
                self._hang_up()

    def _hang_up(self) -> None:
        self._late = True
        if self._socket is not None:
            with suppress(OSError):  # it may be closed in the same moment
                self._socket.shutdown(socket.SHUT_RDWR)


def _body(response: httpx.Response) -> bytes | None:
    """The body as it came; None when it is longer than any right answer, or packed though we said not to."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return None
    said = bytearray()
    for piece in response.iter_raw():
        said += piece
        if len(said) > CAP_B:
            return None
    return bytes(said)


def _seconds(text: str) -> int | None:
    return min(int(text), 3600) if text.isascii() and text.isdigit() and len(text) < 10 else None
