"""A form that arrives twice is done once: the mark it carries is kept in the transaction of what it did.

The mark comes in the field ``once`` of a form or the header ``X-Once`` of a part of a page. A form without one (no
JavaScript) is done as often as it comes.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhanggui.journal import book
from zhanggui.journal import once as keeping
from zhanggui.web.frame.say import say, trigger

log = logging.getLogger("zhanggui.once")
FIELD, HEADER = "once", "X-Once"
MARK = re.compile(r"[0-9a-f]{16,64}")
# Between their acts somebody outside is asked: each is a step of its own, and asking again goes on from where it stands.
STEPWISE = frozenset({"warehouse:labels", "tracking:refresh"})
# These change with every sending and say nothing of what is asked.
BESIDE = (FIELD, "csrfmiddlewaretoken")


@contextmanager
def guarded(request: HttpRequest) -> Iterator[None]:
    """Within this, the act of a marked request is done once. What must happen along with it is done ``book.together``:
    of two acts apart the second could be lost between them, and asking again would pass it over. That is said in the log."""
    if request.method != "POST":
        yield
        return
    settled: list[bool] = []
    done_here: list[bool] = []

    def wrap(act: Callable[[], Any]) -> Any:
        found = once(act)
        done_here.append(True)
        route = request.resolver_match.view_name if request.resolver_match else ""
        if len(done_here) == 2 and route not in STEPWISE:
            log.warning("two acts apart in one request", extra={"route": route})
        return found

    def once(act: Callable[[], Any]) -> Any:
        # The form is read only now: whoever takes a file in has said by then how.
        ask = None if settled else _ask(request)
        if ask is None:
            return act()
        done = keeping.kept(ask, lambda result: (200, b""))(act)
        # Only what is committed counts: an act the database sends back begins again with its mark.
        transaction.on_commit(lambda: settled.append(True))
        return done

    with book.around(wrap):
        yield


def _ask(request: HttpRequest) -> keeping.Ask | None:
    mark = request.headers.get(HEADER, "") or request.POST.get(FIELD, "")
    actor = getattr(request, "actor", None)
    if actor is None or actor.id is None or not MARK.fullmatch(mark):
        return None
    said = [(name, values) for name, values in sorted(request.POST.lists()) if name not in BESIDE]
    print_ = hashlib.sha256(repr((request.path, said)).encode()).hexdigest()
    # The mark stands for what was said with it: a form that was changed is another form.
    return keeping.Ask(f"person:{actor.id}", f"form:{mark}:{print_[:16]}", print_, request.at)  # type: ignore[attr-defined]


def done_before(request: HttpRequest) -> HttpResponse:
    """The answer to a form that was done already: nothing is done again, and the page one came from says so as it is now."""
    text = _("刚才那次已经做成了，没有再做一遍")
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=204)
        trigger(answer, "toast", {"toasts": [{"text": text, "tone": "info"}]})
        trigger(answer, "refresh", {})
        return answer
    say(request, text, tone="info")
    came = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(came if safe else "/")
