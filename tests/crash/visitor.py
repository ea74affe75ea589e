"""Somebody at a browser: signed in already, reading lists and writing notes beside orders."""

import html
import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

TOKEN = "a" * 32
SEEN = re.compile(r'name="was-seller" value="([^"]*)"')


@dataclass
class Visitor:
    """``order`` is theirs alone: what they wrote last is what they saw."""

    port: int
    cookie: str
    order: int
    seen: str | None = None
    wrong: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, *, patience_s: float = 30.0) -> tuple[int, bytes]:
        """(status, body). Raises OSError, HTTPException."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=patience_s)
        headers = {"Cookie": f"{self.cookie}; csrftoken={TOKEN}"}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": TOKEN})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def write(self, said: str, *, patience_s: float = 30.0) -> bool:
        """Write a note; whether it was kept."""
        if self.seen is None:
            _, page = self.ask("GET", f"/orders/{self.order}/", patience_s=patience_s)
            found = SEEN.search(page.decode())
            self.seen = html.unescape(found.group(1)) if found else ""
        form = {"seller": said, "was-seller": self.seen}
        status, body = self.ask("POST", f"/orders/{self.order}/notes/", form, patience_s=patience_s)
        if status != 302:
            # Perhaps it was kept and the answer lost: look again before the next try.
            self.seen = None
            self.wrong.append(f"{status} {body[:200]!r}")
            return False
        self.seen = said
        return True

    def until_written(self, said: str, *, within_s: float) -> float:
        """Try until it is kept; seconds it took. Raises AssertionError when it took longer."""
        began = time.monotonic()
        while time.monotonic() - began < within_s:
            try:
                if self.write(said, patience_s=2):
                    return time.monotonic() - began
            except (OSError, HTTPException):
                time.sleep(0.01)
        raise AssertionError(f"nothing could be written for {within_s} s: {self.wrong[-2:]}")
