"""A page that asks by itself whether it is still true, and mostly hears that it is.

The mark of an answer is where the book stood, which minute it was (waits and countdowns are told to the minute) and a
digest of what was shown. While the book stands where it stood one statement answers; when it moved, and this page shows
the same all the same, nothing is sent either.
"""

import hashlib
import re
from datetime import datetime

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from zhanggui.journal.models import Entry

HEADER = "X-Live"
# What goes on without a line in the book: rows taken in, jobs done, a backup being made.
BESIDE_THE_BOOK = frozenset({"imports:detail", "imports:list", "machine:index", "settings:backups", "frame:pulse"})
# The pass against forged requests is drawn anew for every page.
PASS = re.compile(rb"[A-Za-z0-9]{64}")
TAG = re.compile(r'W/"([0-9a-f.]+)-([0-9a-f]{24})"')


def asks(request: HttpRequest) -> bool:
    """The page asks by itself: nobody is there, and what is said once waits for somebody."""
    return request.method == "GET" and HEADER in request.headers


def unchanged(request: HttpRequest, name: str) -> HttpResponse | None:
    """304 where the book stands where it stood when this page was drawn. One statement."""
    if not asks(request) or name in BESIDE_THE_BOOK:
        return None
    stands = request.__dict__["stands"] = _stands(request.at)  # type: ignore[attr-defined]
    known = TAG.fullmatch(request.headers.get("If-None-Match", ""))
    return _same(request, known[0]) if known and known[1] == stands else None


def marked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its mark; 304 with the new mark where it shows what was shown before."""
    if not asks(request) or response.status_code != 200 or response.streaming or "ETag" in response:
        return response
    digest = hashlib.sha256(PASS.sub(b"", response.content)).hexdigest()[:24]
    tag = f'W/"{request.__dict__.get("stands", "0.0")}-{digest}"'
    known = TAG.fullmatch(request.headers.get("If-None-Match", ""))
    if known and known[2] == digest:
        return _same(request, tag)
    response["ETag"] = tag
    return response


def _stands(at: datetime) -> str:
    newest = Entry.objects.aggregate(newest=Max("id"))["newest"] or 0
    return f"{newest:x}.{int(at.timestamp()) // 60:x}"


def _same(request: HttpRequest, tag: str) -> HttpResponse:
    answer = HttpResponseNotModified()
    answer["ETag"] = tag
    answer["Cache-Control"] = "no-store"
    return answer
