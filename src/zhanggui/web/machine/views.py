"""The machine behind the counter: what waits, what runs, what gave up and why."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.journal import queries as journal
from zhanggui.kernel.errors import NotFound
from zhanggui.ops.commands import jobs
from zhanggui.web.frame import health, lists
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.machine import words

TABS = ("quarantined", "running", "due", "later", "beats")


@require_GET
def index(request: Request) -> HttpResponse:
    """One tab of jobs under how the machine stands. Four statements."""
    request.actor.require("settings")
    tab = request.GET.get("tab", "")
    if elsewhere := lists.astray(request, TABS):
        return elsewhere
    now = journal.waiting(at=request.at)
    if tab not in TABS:
        tab = "quarantined" if now.quarantined else "due"
    counts = {"quarantined": now.quarantined, "due": now.due, "later": now.later}
    labels = {"quarantined": _("没做成"), "running": _("正在做"), "due": _("在排队"), "later": _("等时间到"), "beats": _("定时")}
    tabs = [
        Tab(key, labels[key], counts.get(key), "bad" if key == "quarantined" else "", href=f"{reverse('machine:index')}?tab={key}")
        for key in TABS
    ]
    facts: dict[str, Any] = {
        "tab": tab,
        "now": now,
        "crew": journal.workers(at=request.at),
        "alive": journal.worker_alive(at=request.at),
        "listing": lists.listing(request, "jobs", tabs=tabs, tab=tab),
        "shown": journal.SHOWN,
    }
    if tab == "beats":
        facts["beats"] = [(words.of(name), name, due_at) for name, due_at in journal.beats()]
    else:
        facts["rows"] = [(words.of(row.name), row) for row in journal.jobs(tab, at=request.at)]
    return render(request, "machine/jobs.html", facts)


@require_POST
def act(request: Request, verb: str) -> HttpResponse:
    """Try the chosen ones again, or let them go."""
    ids = [int(id_) for id_ in request.POST.getlist("ids") if id_.isdigit()]
    if verb == "retry":
        done = len(jobs.retry(ids, by=request.actor, at=request.at).done)
        say(request, ngettext("%d 件事马上再做", "%d 件事马上再做", done) % done)
    elif verb == "discard":
        done = len(jobs.discard(ids, by=request.actor, at=request.at).done)
        say(request, ngettext("%d 件事不做了，日志里记着", "%d 件事不做了，日志里记着", done) % done)
    else:
        raise NotFound(what=verb)
    health.forget()
    return redirect(f"{reverse('machine:index')}?tab={request.POST.get('tab', '')}")
