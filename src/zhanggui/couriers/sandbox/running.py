"""The practice carrier for as long as somebody needs it: ``with SandboxServer() as carrier: …``."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import zhanggui
from zhanggui.carriers.port import Account
from zhanggui.couriers.sandbox import signing

START_S = 10.0
STOP_S = 5.0
ASK_S = 10.0
SOURCES = str(Path(zhanggui.__file__).parents[1])


class SandboxServer:
    """A server in a process of its own on a free loopback port; it ends with ``stop`` and with whoever started it.

    ``state``: the file its books are kept in; memory when empty. ``pace_s``: seconds between two scans of a
    parcel; 0 = only ``advance`` moves it. ``port``: 0 = any free one.
    RuntimeError when it does not come up.
    """

    def __init__(self, state: str | Path = "", *, pace_s: float = 0.0, faults: str = "", port: int = 0) -> None:
        options = ["--port", str(port), "--state", str(state) or ":memory:", "--pace", str(pace_s), "--faults", faults]
        # -S: it needs nothing that is installed, and starts in half the time.
        program = [sys.executable, "-S", "-m", "zhanggui.couriers.sandbox.server"]
        self._command = [*program, *options, "--announce", "--tied"]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> Self:
        """Return once it listens."""
        # Its input is a pipe only we hold: were we killed, it would see the end of it and leave.
        self._process = process = subprocess.Popen(  # noqa: S603  # our own module
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": SOURCES}
        )
        bell = threading.Timer(START_S, process.kill)
        bell.start()
        try:
            assert process.stdout is not None
            self.url = process.stdout.readline().decode().strip()
        finally:
            bell.cancel()
        if not self.url:
            self.stop()
            raise RuntimeError(f"the practice carrier did not start (exit code {process.returncode})")
        return self

    def stop(self) -> None:
        """End the process; nothing to do when it ended already."""
        self._end(subprocess.Popen.terminate)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(subprocess.Popen.kill)

    def _end(self, way: Callable[["subprocess.Popen[bytes]"], None]) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        way(process)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """0 when it does not run."""
        return self._process.pid if self._process else 0

    def account(self, **more: str) -> Account:
        """How to reach it: what a shop would type into the carrier's settings. ``more`` adds or replaces settings."""
        practice = {"url": self.url, "customer": signing.PRACTICE_CUSTOMER, "secret": signing.PRACTICE_KEY}
        return Account("sandbox", {**practice, **more})

    def advance(
        self, waybills: Sequence[str] | None = None, *, steps: int = 1, to: str = "", at: datetime | None = None
    ) -> dict[str, Any]:
        """Move parcels that were handed over: ``{"moved": how many, "skipped": [{"waybill", "code"}]}``.

        ``waybills``: None = all that are on their way. ``steps`` scans, or on to the scan ``to`` (a word of
        ``port.Status``), the last of them at ``at``.
        """
        asked = {"waybills": None if waybills is None else list(waybills), "steps": steps, "to": to}
        return self.control("advance", **asked, at=at.isoformat() if at else None)

    def faults(self, spec: str = "", **seconds: float) -> None:
        """From now on misbehave like this; an empty ``spec`` is good behaviour. ``seconds``: hang_s, late_s, drip_s."""
        self.control("faults", spec=spec, **seconds)

    def close_door(self, for_s: float) -> None:
        """Refuse every connection for so long."""
        self.control("close", for_s=for_s)

    def parcels(self) -> list[dict[str, Any]]:
        """Everything it has in its books, newest first."""
        found: list[dict[str, Any]] = self._ask("GET", "/control/parcels", None)["parcels"]
        return found

    def control(self, verb: str, **asked: Any) -> dict[str, Any]:
        """One verb of the control page. ValueError with the server's words when it says no."""
        return self._ask("POST", f"/control/{verb}", json.dumps(asked).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        line = HTTPConnection(urlsplit(self.url).netloc, timeout=ASK_S)
        try:
            line.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = line.getresponse()
            said: dict[str, Any] = json.loads(response.read())
        finally:
            line.close()
        if response.status != 200:
            raise ValueError(f"{said.get('code')}: {said.get('message')}")
        return said
