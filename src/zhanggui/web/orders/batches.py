"""Verbs on many orders from the list: the chosen ones or all that match, at once or step by step; what became of each; undone."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhanggui.customers.notes import masked
from zhanggui.journal import reaches
from zhanggui.journal.book import Batch
from zhanggui.orders import drawing
from zhanggui.orders.commands import categories, noting, tags
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rights
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, first, held_for, outcome, results
from zhanggui.web.orders.acting import Done
from zhanggui.web.orders.questions import question_of

# So many at once, and so many in one act: an act holds the books for well under a second.
MOST, STEP = 2_000, 200
BACK: dict[str, Callable[..., Batch]] = {
    "sort_back": categories.sort_back, "flag_back": noting.flag_back, "tags_back": tags.put_back,
    "presale_back": acting.presell_back,
}  # fmt: skip


def chosen(request: Request) -> list[int]:
    """The orders of a batch that this actor may see at all: those ticked, or all that match. Raises NotFound where one is out
    of their reach."""
    if request.POST.get("every"):
        asked = question_of(request, QueryDict(request.POST.get("asked", "").lstrip("?")))
        rows, upto = asked.rows(request), request.POST.get("upto", "")
        # What came after the page was drawn was counted by nobody, and nobody agreed to it.
        rows = rows.filter(pk__lte=int(upto)) if upto.isdecimal() else rows
        return list(rows.order_by(asked.sort, "pk").values_list("pk", flat=True)[:MOST])
    ids = ids_in(request.POST.getlist("ids"))[:MOST]
    reaches.within(request.actor.reach, "order", ids)
    seen = rights.stages_seen(request.actor)
    if seen is None:
        return ids
    known = set(Order.objects.filter(pk__in=ids, stage__in=seen).values_list("pk", flat=True))
    return [id_ for id_ in ids if id_ in known]


@require_POST
def batch(request: Request) -> HttpResponse:
    """One verb for the chosen orders; back to the list, which then says what became of each."""
    said = request.POST
    verb, _mark, what = said.get("verb", "").partition(":")
    if verb == "export":
        return _export(request)
    if verb == "copy":
        return _onward(request, f"{reverse('orders:copies')}?ids={','.join(map(str, chosen(request)[: drawing.MOST]))}")
    if verb not in acting.VERBS and verb not in acting.WITH:
        return HttpResponse(status=400)
    ids, why = chosen(request), said.get("why", "")
    what = held_for.said(said) if verb == "hold" and not what else what
    what = said.get("day", "") if verb == "presale" and not what else what
    acting.may(request.actor, verb)
    first.seen(request, verb, ids, why)
    if len(ids) > STEP:
        results.start(request, results.Run(verb, ids, masked(why), what, len(ids)))
        return _beside(request)
    if ids:
        done = acting.act(request, verb, ids, why, what)
        # Tried again from a result: it says what became of them now, also that nothing is left.
        again = said.get("next") == reverse("orders:result")
        if again:
            results.keep(request, acting.result_of(verb, done.batch, why=why, what=what))
        if again or (done.batch.refused and len(ids) > 1):
            return _beside(request, refresh=True)
    return changed(request)


def _export(request: Request) -> HttpResponse:
    if request.POST.get("every"):
        query = QueryDict(request.POST.get("asked", "").lstrip("?"), mutable=True)
        return _onward(request, f"{reverse('orders:export')}?{query.urlencode()}")
    return _onward(request, f"{reverse('orders:export')}?ids={','.join(map(str, chosen(request)))}")


@require_GET
def result(request: Request) -> HttpResponse:
    """How far a large batch is, or what became of the last one."""
    request.actor.require("order.view", takes=("released",))
    return _result(request)


def _result(request: Request) -> HttpResponse:
    beside = bool(request.htmx) and request.htmx.target == "drawer"
    going = results.running(request)
    last = None if going else results.last(request)
    facts = {"run": going, "result": last and outcome.told(last, request.GET.get("from", "")), "beside": beside}
    return render(request, "orders/result.html" if beside else "orders/result_page.html", facts)


@require_POST
def run(request: Request) -> HttpResponse:
    """The next step of a large batch; or stop where it is. A step that was done already is not done again."""
    request.actor.require("order.view", takes=("released",))
    going = results.running(request)
    if going is None or request.POST.get("step") != str(going.step):
        return _onto(request)
    if "stop" in request.POST:
        going.todo, going.whole = [], going.so_far
    else:
        some, going.todo = going.todo[:STEP], going.todo[STEP:]
        _add(going, acting.do(request, going.verb, some, going.why, going.what))
        going.step += 1
    if going.todo:
        results.start(request, going)
        return _onto(request)
    results.ended(request)
    _finish(request, going)
    return _onto(request, refresh=True)


def _add(going: results.Run, done: Done) -> None:
    going.done += done.batch.done
    going.refused += list(done.batch.refused.items())
    going.undo = done.undo or going.undo
    going.undo_ids += list(done.undo_ids)
    going.before += list((done.before or {}).items())


def _finish(request: Request, going: results.Run) -> None:
    made = Batch(done=going.done, refused=dict(going.refused))
    before = dict(going.before) if going.before else None
    acting.tell(request, going.verb, Done(made, going.undo, going.undo_ids, before=before), why=going.why, what=going.what)
    results.keep(request, acting.result_of(going.verb, made, why=going.why, what=going.what))


@require_POST
def undo(request: Request, token: str) -> HttpResponse:
    """Take the last thing back, once. What moved on meanwhile is left and said."""
    facts = results.taken_back(request, token)
    if facts is None:
        say.say(request, _("已经撤回过了，或太久了"), tone="warn")
        return changed(request)
    if request.session.get("review.last", {}).get("undo") == request.path:
        del request.session["review.last"]
    verb, ids = facts["verb"], [int(id_) for id_ in facts["ids"]]
    reaches.within(request.actor.reach, "order", ids)
    done = _undone(request, verb, ids, facts)
    n, left = len(done.batch.done), len(ids) - len(done.batch.done)
    note = ngettext("%(n)s 单已经往前走了，没有撤", "%(n)s 单已经往前走了，没有撤", left) % {"n": left} if left else ""
    say.say(request, _("已撤回：%s") % acting.says(verb, n), note=note, tone="good" if n else "warn")
    counts.forget()
    return changed(request)


def _undone(request: Request, verb: str, ids: list[int], facts: dict[str, Any]) -> Done:
    by, at = request.actor, request.at
    if verb in BACK:
        return Done(BACK[verb]({int(id_): was for id_, was in facts["before"]}, by=by, at=at))
    call = acting.hold_again if verb == "hold_again" else acting.VERBS[verb]
    return call(ids, by, at, _("撤回"))


def changed(request: Request) -> HttpResponse:
    """To the page one came from; a part of a page reads its list again instead."""
    if request.htmx:
        answer = HttpResponse(status=204)
        say.trigger(answer, "refresh", {})
        return answer
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else reverse("orders:list"))


def _beside(request: Request, *, refresh: bool = False) -> HttpResponse:
    """The result opens beside the list; without scripts the list, or the batch that goes on, is the page."""
    if not request.htmx:
        return changed(request) if refresh else HttpResponseRedirect(reverse("orders:result"))
    answer = HttpResponse(status=204)
    say.trigger(answer, "drawer", {"url": reverse("orders:result")})
    if refresh:
        say.trigger(answer, "refresh", {})
    return answer


def _onto(request: Request, *, refresh: bool = False) -> HttpResponse:
    """The drawer as it is now; without scripts its page."""
    if not request.htmx:
        return HttpResponseRedirect(reverse("orders:result"))
    answer = _result(request)
    if refresh:
        say.trigger(answer, "refresh", {})
    return answer


def _onward(request: Request, url: str) -> HttpResponse:
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)
