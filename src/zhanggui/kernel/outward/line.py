"""One request to an address that somebody typed: checked, pinned, short, and honest about what is not known."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import certifi
import httpx
from django.conf import settings

from zhanggui.kernel.outward.places import Address, Forbidden, Place, Rules, choose, place

PATIENCE_S = 5.0
CAP_B = 64 * 1024
# A name with many addresses is tried at so many of them, all within the same five seconds.
ADDRESSES = 3

Resolve = Callable[[str, int], Sequence[str]]
# What can only go wrong before the first byte of a request is out.
BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    """What a request came to.

    ``ok``: a 2xx came back. ``failed``: another answer, or nothing was ever sent. ``unknown``: it was sent and no answer
    came; the other side may have acted. ``why`` is a code: that of Forbidden, ``no-such-name``, ``no-connection``, ``tls``,
    ``slow``, ``broken``, ``redirect``, ``status``; empty when ok. ``body`` holds at most 64 KiB; ``cut``: there was more,
    or time was up.
    """

    outcome: Literal["ok", "failed", "unknown"]
    took_ms: int
    status: int | None = None
    why: str = ""
    body: bytes = b""
    cut: bool = False


def names(host: str, port: int) -> Sequence[str]:
    """Every address the machine's resolver knows for ``host``. Raises OSError."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def trust() -> ssl.SSLContext:
    """The authorities we believe: the usual ones, and those the machine was given."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def send(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    resolve: Resolve = names,
    believe: ssl.SSLContext | None = None,
    patience_s: float = PATIENCE_S,
) -> Answer:
    """Send one request and hear it out, within ``patience_s`` altogether; never raises for what the world does.

    The name is resolved once, every address it has is checked, and one of those is connected to; SNI, Host and the
    certificate stay with the name. No redirect is followed, no proxy of the environment used, no cookie kept.
    """
    call = _Call(rules if rules is not None else settings.OUTWARD, patience_s)
    try:
        there = place(url, call.rules)
        addresses = [there.literal] if there.literal is not None else choose(call.resolved(there, resolve), call.rules)
    except Forbidden as error:
        return call.over("failed", error.code)
    except (OSError, UnicodeError):
        return call.over("failed", "no-such-name")
    answer = call.over("failed", "no-connection")
    for address in addresses[:ADDRESSES]:
        answer = call.make(method, there, address, body, headers or {}, believe or trust())
        if answer.why not in ("no-connection",) or call.left_s <= 0:
            break
    return answer


@dataclass
class _Call:
    """The clock of one request, and the hand on its connection."""

    rules: Rules
    patience_s: float
    began: float = field(default_factory=time.monotonic)
    held: socket.socket | None = None
    late: bool = False

    @property
    def left_s(self) -> float:
        return self.patience_s - (time.monotonic() - self.began)

    def over(self, outcome: Literal["ok", "failed", "unknown"], why: str = "", **facts: Any) -> Answer:
        return Answer(outcome, round((time.monotonic() - self.began) * 1000), why=why, **facts)

    def resolved(self, there: Place, resolve: Resolve) -> Sequence[str]:
        """The one look-up. A resolver cannot be interrupted, so it works aside and is left to itself when time is up."""
        found: list[Sequence[str]] = []
        failed: list[OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found.append(resolve(there.host, there.port))
            except (OSError, UnicodeError) as error:
                failed.append(error)

        aside = threading.Thread(target=ask, daemon=True)
        aside.start()
        aside.join(self.left_s)
        if failed:
            raise failed[0]
        if not found:
            raise Forbidden("no-address")
        return found[0]

    def make(
        self, method: str, there: Place, address: Address, body: bytes, headers: Mapping[str, str], believe: ssl.SSLContext
    ) -> Answer:
        """Connect to ``address`` and speak to ``there``."""
        host = f"[{address}]" if address.version == 6 else str(address)
        # The time-outs of a socket start anew with every byte; only this bell ends an answer that comes in drops.
        bell = threading.Timer(max(self.left_s, 0.001), self.hang_up)
        bell.daemon = True
        bell.start()
        said: dict[str, Any] = {"trace": self.notice}
        if there.literal is None:
            said["sni_hostname"] = there.host
        try:
            with (
                httpx.Client(verify=believe, trust_env=False, follow_redirects=False, timeout=max(self.left_s, 0.001)) as client,
                client.stream(
                    method,
                    f"{there.scheme}://{host}:{there.port}{there.target}",
                    content=body,
                    headers={
                        **headers,
                        "Host": there.authority,
                        "User-Agent": "zhanggui",
                        "Accept-Encoding": "identity",
                        "Connection": "close",
                    },
                    extensions=said,
                ) as response,
            ):
                heard, cut = self.read(response)
                return self.judged(response.status_code, heard, cut)
        except BEFORE_SENDING as error:
            tls = isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error) or "SSL" in str(error)
            return self.over("failed", "slow" if self.late else "tls" if tls else "no-connection")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            return self.over("unknown", "slow" if self.late or isinstance(error, httpx.TimeoutException) else "broken")
        finally:
            bell.cancel()
            self.let_go()

    def read(self, response: httpx.Response) -> tuple[bytes, bool]:
        """The body as it comes, no further than the cap and the clock; (what was read, whether there was more)."""
        heard = bytearray()
        try:
            for piece in response.iter_raw(16 * 1024):
                heard += piece
                if len(heard) > CAP_B or self.left_s <= 0:
                    return bytes(heard[:CAP_B]), True
        except (httpx.HTTPError, ssl.SSLError, OSError):
            # The answer itself had come: its status stands, whatever became of the rest.
            return bytes(heard[:CAP_B]), True
        return bytes(heard), False

    def judged(self, status: int, heard: bytes, cut: bool) -> Answer:
        if 200 <= status < 300:
            return self.over("ok", status=status, body=heard, cut=cut)
        return self.over("failed", "redirect" if 300 <= status < 400 else "status", status=status, body=heard, cut=cut)

    def notice(self, event: str, info: dict[str, Any]) -> None:
        """Keep a second handle on the connection: that of TLS takes the first one over."""
        if event == "connection.connect_tcp.complete":
            self.held = info["return_value"].get_extra_info("socket").dup()
            if self.late:
                self.hang_up()

    def hang_up(self) -> None:
        self.late = True
        if self.held is not None:
            with suppress(OSError):  # it may be closed in the same moment
                self.held.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        if self.held is not None:
            self.held.close()
            self.held = None
