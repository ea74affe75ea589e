"""Verbs on many orders: done, left out and why, and the way back."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhanggui.fulfilment.commands import waves
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal import reaches
from zhanggui.journal.book import Batch
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders import states
from zhanggui.orders.commands import change, holds, progress, review
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.rows import UNCLAIMED
from zhanggui.orders.reading.verbs import NEEDS
from zhanggui.stock.queries import default_warehouse
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import results, words

MOST = 500
SHOWN = 20


class Done(NamedTuple):
    """What a verb did. ``undo`` is the verb that takes it back, with its ids; ``note`` says more, ``link`` leads on."""

    batch: Batch
    undo: str = ""
    undo_ids: Sequence[int] = ()
    note: str = ""
    link: str = ""
    link_text: str = ""


Verb = Callable[[list[int], Actor, datetime, str], Done]


def approve(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = review.approve(ids, by=by, at=at)
    gone = set(ids) - set(batch.done) - set(batch.refused)
    batch.refuse(gone, "wrong-stage")
    return Done(batch, "unapprove" if by.can("order.unreview") else "", batch.done)


def unapprove(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = review.unapprove(ids, reason=why, by=by, at=at)
    return Done(batch, "approve" if by.can("order.review") else "", batch.done)


def hold(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    """By hand. One held by hand already stays so and is not let go by undoing this."""
    waits = set(Order.objects.filter(pk__in=ids, stage__in=states.UNSHIPPED).values_list("pk", flat=True))
    batch = holds.hold([id_ for id_ in ids if id_ in waits], facts={"note": why[:200]} if why else {}, by=by, at=at)
    fresh, batch.done = batch.done, [id_ for id_ in ids if id_ in waits]
    batch.refuse(set(ids) - waits, "not-there")
    return Done(batch, "clear" if rights.may_clear(by) else "", fresh)


def clear(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    """Let go what was held by hand; the rules look at it again at once."""
    if not rights.may_clear(by):
        raise NotAllowed(needs="order.hold", who=by.name)
    let = review.let_go(ids, by=by, at=at)
    n = len(let.approved)
    note = ngettext("其中 %(n)s 单检查合格，已自动通过", "其中 %(n)s 单检查合格，已自动通过", n) % {"n": n} if n else ""
    return Done(let.batch, "hold_again", let.batch.done, note)


def hold_again(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    """The way back from letting go: what the rules approved meanwhile returns to review."""
    if by.can("order.unreview"):
        return Done(review.hold_again(ids, reason=why, by=by, at=at))
    return Done(holds.hold(ids, by=by, at=at))


def cancel(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = progress.cancel(ids, reason=why, by=by, at=at)
    return Done(batch, "restore", batch.done)


def restore(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = progress.restore(ids, by=by, at=at)
    return Done(batch, "cancel", batch.done)


def submit(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(change.submit(ids, by=by, at=at))


def pay(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(progress.record_payment(ids, by=by, at=at))


def complete(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    done = progress.complete(ids, by=by, at=at)
    batch = Batch(done=done)
    batch.refuse(set(ids) - set(done), "wrong-stage")
    return Done(batch)


def plan(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    try:
        planned = waves.plan(ids, warehouse_id=default_warehouse(reach=by.reach).pk, by=by, at=at)
    except NothingToPlan:
        return Done(why_not_planned(ids, Batch()))
    why_not_planned(planned.batch.refused, planned.batch)
    return Done(planned.batch, note=planned.number, link=address("warehouse:waves"), link_text=_("去看波次"))


def why_not_planned(ids: Collection[int], batch: Batch) -> Batch:
    """Each of ``ids`` refused in ``batch`` for what it itself is: held, not yet approved, in a wave, or past it."""
    held: dict[int, list[str]] = {}
    for id_, code in Hold.objects.filter(order__in=ids, cleared_at=None).values_list("order_id", "code"):
        held.setdefault(id_, []).append(code)
    for id_, stage in Order.objects.filter(pk__in=ids).values_list("pk", "stage"):
        if stage == states.FULFILLING:
            batch.refuse([id_], "in-wave")
        elif stage not in (*UNCLAIMED, states.APPROVED):
            batch.refuse([id_], "wrong-stage")
        elif id_ in held:
            batch.refuse([id_], "held", codes=held[id_])
        else:
            batch.refuse([id_], "not-waiting" if stage == states.APPROVED else "not-approved")
    return batch


VERBS: dict[str, Verb] = {
    "approve": approve,
    "unapprove": unapprove,
    "hold": hold,
    "clear": clear,
    "cancel": cancel,
    "restore": restore,
    "submit": submit,
    "pay": pay,
    "complete": complete,
    "plan": plan,
}


def says(verb: str, n: int) -> str:
    """What was done to ``n`` orders."""
    said = {
        "approve": ngettext("审核通过 %(n)s 单", "审核通过 %(n)s 单", n),
        "unapprove": ngettext("反审核 %(n)s 单", "反审核 %(n)s 单", n),
        "hold": ngettext("挂起 %(n)s 单", "挂起 %(n)s 单", n),
        "hold_again": ngettext("重新挂起 %(n)s 单", "重新挂起 %(n)s 单", n),
        "clear": ngettext("解挂 %(n)s 单", "解挂 %(n)s 单", n),
        "cancel": ngettext("取消 %(n)s 单", "取消 %(n)s 单", n),
        "restore": ngettext("恢复 %(n)s 单", "恢复 %(n)s 单", n),
        "submit": ngettext("提交 %(n)s 单", "提交 %(n)s 单", n),
        "pay": ngettext("%(n)s 单记为已付款", "%(n)s 单记为已付款", n),
        "complete": ngettext("完成 %(n)s 单", "完成 %(n)s 单", n),
        "plan": ngettext("%(n)s 单排进波次", "%(n)s 单排进波次", n),
    }[verb]
    return said % {"n": n}


def act(request: Request, verb: str, ids: list[int], why: str = "") -> Done:
    """Do it, say it, offer the way back. Raises what refuses the whole."""
    actor = request.actor
    actor.require(NEEDS[verb])
    done = VERBS[verb](ids, actor, request.at, why.strip())
    tell(request, verb, done)
    counts.forget()
    return done


def tell(request: Request, verb: str, done: Done) -> None:
    batch, n, left = done.batch, len(done.batch.done), len(done.batch.refused)
    undo = results.undoing(request, done.undo, done.undo_ids) if done.undo and done.undo_ids else ""
    stayed = ngettext("%(n)s 单没有，原因在列表上方", "%(n)s 单没有，原因在列表上方", left) % {"n": left} if left else ""
    if n == 0 and left:
        code, facts = first_refusal(batch)
        why = words.refusal_says(code, facts)
        if left == 1:
            say.say(request, _("没有做成：%s") % why, note=words.refusal_fix(code), tone="warn")
        else:
            say.say(request, _("%s 单都没有做成") % left, tone="warn")
    else:
        note = _("；").join(part for part in (done.note, stayed) if part)
        say.say(request, says(verb, n), note=note, undo=undo, link=done.link, link_text=done.link_text)
    if left:
        numbers = dict(Order.objects.filter(pk__in=list(batch.refused)[:SHOWN]).values_list("pk", "number"))
        rows = [
            results.Left(id_, numbers[id_], words.refusal_says(facts["code"], facts))
            for id_, facts in batch.refused.items()
            if id_ in numbers
        ]
        results.keep(request, results.Result(says(verb, n), rows, left - len(rows)))


def first_refusal(batch: Batch) -> tuple[str, dict[str, Any]]:
    facts = next(iter(batch.refused.values()))
    return facts["code"], facts


def chosen(request: Request) -> list[int]:
    """The orders of a batch that this actor may see at all. Raises NotFound where one is out of their reach."""
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdecimal()][:MOST]
    reaches.within(request.actor.reach, "order", ids)
    seen = rights.stages_seen(request.actor)
    if seen is None:
        return ids
    known = set(Order.objects.filter(pk__in=ids, stage__in=seen).values_list("pk", flat=True))
    return [id_ for id_ in ids if id_ in known]


@require_POST
def batch(request: Request) -> HttpResponse:
    """One verb for the chosen orders; back to the list, which then says what became of each."""
    verb, ids = request.POST.get("verb", ""), chosen(request)
    if verb == "export":
        return _onward(request, f"{reverse('orders:export')}?ids={','.join(map(str, ids))}")
    if verb == "copy":
        return _onward(request, f"{reverse('orders:copy')}?ids={','.join(map(str, ids))}")
    if verb not in VERBS:
        return HttpResponse(status=400)
    if ids:
        act(request, verb, ids, request.POST.get("why", ""))
    return changed(request)


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
    call = hold_again if verb == "hold_again" else VERBS[verb]
    done = call(ids, request.actor, request.at, _("撤回"))
    n, left = len(done.batch.done), len(ids) - len(done.batch.done)
    note = ngettext("%(n)s 单已经往前走了，没有撤", "%(n)s 单已经往前走了，没有撤", left) % {"n": left} if left else ""
    say.say(request, _("已撤回：%s") % says(verb, n), note=note, tone="good" if n else "warn")
    counts.forget()
    return changed(request)


def changed(request: Request) -> HttpResponse:
    """To the page one came from; a part of a page reads its list again instead."""
    if request.htmx:
        answer = HttpResponse(status=204)
        say.trigger(answer, "refresh", {})
        return answer
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else reverse("orders:list"))


def _onward(request: Request, url: str) -> HttpResponse:
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)
