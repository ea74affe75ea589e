"""Picking: one stop at a time, on a phone, with one hand."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.catalog import queries as catalog
from zhanggui.fulfilment import queries, states
from zhanggui.fulfilment.commands import picks
from zhanggui.fulfilment.models import Pick
from zhanggui.kernel.errors import NotFound, Refused, Wanting
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.warehouse import heard, outcomes
from zhanggui.web.warehouse import walk as walks


@require_GET
def index(request: Request) -> HttpResponse:
    """The waves that wait for feet, the oldest first."""
    request.actor.require("warehouse.work")
    rows = sorted(queries.wave_board(stages=(states.PICKING,), reach=request.actor.reach), key=lambda row: row.wave_id)
    return render(request, "warehouse/picking.html", {"rows": rows, "to_plan": queries.counts(reach=request.actor.reach).to_plan if not rows else 0})


@require_GET
def walk(request: Request, wave_id: int) -> HttpResponse:
    """The stop one is sent to now."""
    request.actor.require("warehouse.work")
    return _show(request, walks.of(wave_id, _after(request, wave_id), reach=request.actor.reach), whole=True)


def _show(
    request: Request, found: walks.Walk, *, whole: bool = False, answer: str = "", trouble: dict[str, Any] | None = None
) -> HttpResponse:
    facts = {"walk": found, "expects": found.expects(), "trouble": trouble, "answer": answer}
    template = "warehouse/walk.html" if whole or not request.htmx else "warehouse/walk_body.html"
    made = render(request, template, facts)
    if answer:
        made["X-Station"] = answer
    return made


def _after(request: Request, wave_id: int) -> int:
    """Behind which stop this person looks for the next: what they skipped comes last."""
    return int(request.session.get("walk", {}).get(str(wave_id), 0))


def _go_on(request: Request, wave_id: int, seq: int) -> None:
    if _after(request, wave_id) != seq:
        request.session["walk"] = {str(wave_id): seq}


@require_POST
def scan(request: Request, wave_id: int) -> HttpResponse:
    """A beep or a press: these pieces were taken. The goods of another stop, or none of this wave, are said in red.

    A press names its stop; a beep is looked for in this stop first.
    """
    actor, at = request.actor, request.at
    actor.require("warehouse.work")
    uid, code, pick = request.POST.get("uid", ""), request.POST.get("code", ""), request.POST.get("pick", "")
    found = walks.of(wave_id, _after(request, wave_id), reach=request.actor.reach)
    known = heard.before("pick", uid)
    if known is not None:
        return _show(request, found, answer=known)
    stop = _pressed(found, int(pick)) if pick.isdigit() else walks.meant(found, code)
    late = _told_late(request)
    if found.now is None:
        return _show(request, found, answer="done")
    if stop is None or (stop.pk != found.now.pk and not pick.isdigit() and not late):
        answer = _show(request, found, answer="wrong", trouble=_wrong(found, code, stop))
        heard.keep("pick", uid, "wrong")
        return answer
    try:
        batch = picks.confirm([stop.pk], by=actor, at=at)
    except Wanting:
        raise
    except Refused as refusal:
        return _show(request, found, answer="stop", trouble={"refusal": refusal, "stop": stop})
    if batch.refused:
        trouble = {"refusal": outcomes.sentence(batch.refused[stop.pk]), "stop": stop}
        return _show(request, walks.of(wave_id, _after(request, wave_id), reach=request.actor.reach), answer="wrong", trouble=trouble)
    _go_on(request, wave_id, stop.seq)
    after = walks.of(wave_id, stop.seq, reach=actor.reach)
    said = "right" if after.now else "done"
    heard.keep("pick", uid, said)
    if not request.htmx:
        return redirect("warehouse:walk", wave_id)
    return _show(request, after, answer=said)


def _told_late(request: Request) -> bool:
    """A beep that waited for the network: the hand went on without us, in whatever order."""
    made = request.POST.get("at", "")
    return made.isdigit() and request.at.timestamp() * 1000 - int(made) > 15_000


def _pressed(found: walks.Walk, pick_id: int) -> Pick | None:
    return next((stop for stop in [found.now, *found.ahead] if stop and stop.pk == pick_id), None)


def _wrong(found: walks.Walk, code: str, stop: Pick | None) -> dict[str, Any]:
    """What was scanned instead: another stop's goods, other goods of ours, or a code nobody knows."""
    if stop is not None:
        return {"sku": stop.sku, "elsewhere": stop.bin.code, "code": code}
    skus = catalog.by_scan(code) if code.strip() else []
    return {"sku": skus[0] if skus else None, "elsewhere": "", "code": code[:64]}


@require_POST
def skip(request: Request, wave_id: int) -> HttpResponse:
    """Later: this stop comes again after the others."""
    request.actor.require("warehouse.work")
    found = walks.of(wave_id, _after(request, wave_id), reach=request.actor.reach)
    if found.now is not None and found.ahead:
        _go_on(request, wave_id, found.now.seq)
    return redirect("warehouse:walk", wave_id)


@require_POST
def undo(request: Request, wave_id: int) -> HttpResponse:
    """Take the last stop back: its pieces go to their bin again."""
    pick = request.POST.get("pick", "")
    if not pick.isdigit():
        raise NotFound(what=_("这一站"))
    picks.undo(int(pick), by=request.actor, at=request.at)
    stop = Pick.objects.select_related("bin").get(pk=int(pick))
    _go_on(request, wave_id, stop.seq - 1)
    say(request, _("撤回了 %s") % stop.bin.code, tone="info", note=_("把货放回这一格"))
    return redirect("warehouse:walk", wave_id)


@require_http_methods(["GET", "POST"])
def short(request: Request, wave_id: int, pick_id: int) -> HttpResponse:
    """Fewer than asked lie there: how many, and what follows."""
    actor = request.actor
    actor.require("warehouse.work")
    found = walks.of(wave_id, reach=actor.reach)
    stop = next((one for one in found.stops if one.pk == pick_id), None)
    if stop is None:
        raise NotFound(what=_("这一站"))
    said = request.POST.get("found", "")
    if request.method == "POST" and said.isdigit():
        gone = picks.short(pick_id, int(said), by=actor, at=request.at)
        _go_on(request, wave_id, stop.seq)
        _say_short(request, stop, int(said), gone)
        return HttpResponseRedirect(reverse("warehouse:walk", args=[wave_id]))
    choices = range(stop.picked, stop.pieces)
    return render(request, "warehouse/short.html", {"walk": found, "stop": stop, "choices": choices, "few": len(choices) <= 9})


def _say_short(request: Request, stop: Pick, found: int, gone: list[int]) -> None:
    missing = stop.pieces - found
    if gone:
        text = ngettext("%(n)d 单退出这个波次，回到审单", "%(n)d 单退出这个波次，回到审单", len(gone)) % {"n": len(gone)}
        say(request, text, tone="warn", note=_("%(bin)s 少 %(n)d 件，记下了，等盘点") % {"bin": stop.bin.code, "n": missing})
    else:
        say(request, _("少的 %d 件到别的库位取") % missing, tone="info", note=_("%s 记下了，等盘点") % stop.bin.code)
