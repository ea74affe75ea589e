"""What the desk does with an order: the chosen ways out first, then approve, hold or leave it; and on to the next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhanggui.journal.book import together
from zhanggui.orders import states
from zhanggui.orders.commands import change, duplicates, merging, sending, splitting
from zhanggui.orders.models import Order
from zhanggui.orders.reading import desk as reading
from zhanggui.orders.reading import joinable, parts
from zhanggui.orders.reading.detail import Whole
from zhanggui.orders.revisions import LineChange, Revision
from zhanggui.orders.rulebook import FINANCE_ASKED
from zhanggui.orders.rules.parting import Take
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, leaving, results
from zhanggui.web.orders.acting import Done
from zhanggui.web.orders.holding import short_lines

DOUBLE = "duplicate-suspected"
PAYMENTS = ("paid", "cod", "on_account")
AT_ONCE = 500


def chosen(request: Request) -> dict[str, str]:
    """Reason → the way out that was chosen for it."""
    return {name.removeprefix("fix-"): str(value) for name, value in request.POST.items() if name.startswith("fix-")}


def words_for(fixes: Mapping[str, str]) -> str:
    """What the one button will do, as its words."""
    if "cancel" in fixes.values():
        return _("取消这一单，看下一单")
    if "wait" in fixes.values():
        return _("先放着，看下一单")
    if "part" in fixes.values():
        return _("拆单并通过有货的，看下一单")
    if "ready" in fixes.values():
        return _("拆单并通过能发的，看下一单")
    if "merge" in fixes.values():
        return _("合单并通过，看下一单")
    if house_in(fixes.values()):
        return _("换仓并通过，看下一单")
    does = {"cut": _("改件数"), "swap": _("换商品"), "match": _("对应商品"), "mend": _("补地址")}
    parts = [word for value, word in does.items() if value in fixes.values()]
    if set(fixes.values()) & set(PAYMENTS):
        parts.append(_("改付款"))
    if parts:
        return _("%s并通过，看下一单") % _("、").join(parts)
    return _("放行并通过，看下一单") if fixes else _("通过，看下一单")


def house_in(values: Iterable[str]) -> int:
    """The warehouse that was chosen to send it from; 0 where none was."""
    said = next((value.removeprefix("house:") for value in values if value.startswith("house:")), "")
    return int(said) if said.isdecimal() and len(said) < 19 else 0


@require_POST
def says(request: Request) -> HttpResponse:
    """The words of the button for what is chosen now. Changes nothing."""
    request.actor.require("order.review")
    return HttpResponse(words_for(chosen(request)), content_type="text/plain; charset=utf-8")


@require_POST
def decide(request: Request) -> HttpResponse:
    """Approve with the chosen ways out, or hold; then the next order of the same reason."""
    request.actor.require("order.review")
    order_id = int(request.POST.get("order", "0") or 0)
    reason = request.POST.get("reason", "")
    reach = request.actor.reach
    line = reading.line_up(reason, reach=reach) if reason else []
    whole = reading.case(order_id, at=request.at, reach=reach).whole
    if request.POST.get("verb") == "hold":
        done = acting.act(request, "hold", [order_id])
        return _next(request, whole.order, reason, line, done)
    fixes = chosen(request)
    if "cancel" in fixes.values():
        return _next(request, whole.order, reason, line, acting.act(request, "cancel", [order_id], _("重复下单")))
    if "wait" in fixes.values():
        together(lambda: _mend(request, whole, fixes))
        return _next(request, whole.order, reason, line, None)
    return _approved(request, whole.order, together(lambda: _mended_and_approved(request, whole, fixes)), reason, line)


def _mend(request: Request, whole: Whole, fixes: Mapping[str, str]) -> None:
    """Carry out the chosen ways out, all lines of the order by one command. What refuses is said, and none of it happened."""
    by, at, values = request.actor, request.at, set(fixes.values())
    if fixes.get(DOUBLE) == "pass" and (ids := [id_ for held in whole.held if held.code == DOUBLE for id_ in held.facts.get("ids", ())]):
        duplicates.keep(whole.order.pk, ids, by=by, at=at)
    said = mended(request, whole, values)
    if said != Revision(whole.order.pk):
        batch = change.revise([said], by=by, at=at)
        change.refuse(batch)
    strange = [one.line.pk for one in whole.lines if one.line.sku_id is None] if "match" in values else []
    if house := house_in(values):
        sending.send_from([whole.order.pk], house, by=by, at=at)
    if "merge" in values:
        merging.merge(joinable.could_join(whole.order, reach=by.reach), by=by, at=at)
    if "part" in values:
        takes = parts.goods(whole.order, reach=by.reach).divided("stock").takes
        splitting.split(takes, by=by, at=at)
    if "ready" in values:
        splitting.split([Take(pk, pieces) for pk, pieces in _not_yet(whole, at)], by=by, at=at)
    if matches := [change.Match(pk, sku) for pk, sku in _codes(request, strange).items()]:
        change.match_skus(matches, everywhere=bool(request.POST.get("everywhere")), by=by, at=at)


def _not_yet(whole: Whole, at: datetime) -> list[tuple[int, int]]:
    """The lines that may not be shipped yet, whole."""
    return [(one.line.pk, one.line.quantity) for one in whole.lines if one.line.ships_from is not None and one.line.ships_from > at]


def mended(request: Request, whole: Whole, values: Collection[str]) -> Revision:
    """The chosen ways out that change this order, as one revision."""
    to = {part: request.POST.get(part, "")[:200] for part in change.ADDRESS} if "mend" in values else {}
    short = short_lines(whole)
    swaps = _codes(request, [one.line.pk for one in short]) if "swap" in values else {}
    cuts = {one.line.pk: one.free for one in short} if "cut" in values else {}
    lines = [LineChange(pk, swaps.get(pk), cuts.get(pk)) for pk in dict.fromkeys([*swaps, *cuts])]
    payment = next((value for value in PAYMENTS if value in values), None)
    return Revision(whole.order.pk, to=to, lines=lines or (), payment=payment)


def _codes(request: Request, line_ids: Sequence[int]) -> dict[int, int]:
    """Line → the goods whose code was typed beside it. One statement."""
    typed = {pk: code for pk in line_ids if (code := request.POST.get(f"sku-{pk}", "").strip())}
    known = change.skus_called(list(typed.values())) if typed else {}
    return {pk: known[code] for pk, code in typed.items()}


def _mended_and_approved(request: Request, whole: Whole, fixes: Mapping[str, str]) -> Done | None:
    """The ways out, then what approving did; None where mending let the order pass by itself."""
    _mend(request, whole, fixes)
    if Order.objects.values_list("stage", flat=True).get(pk=whole.order.pk) == states.APPROVED:
        return None
    return acting.VERBS["approve"]([whole.order.pk], request.actor, request.at, "")


def _approved(request: Request, order: Order, done: Done | None, reason: str, line: list[int]) -> HttpResponse:
    counts.forget()
    if done is None:
        undo = results.undoing(request, "unapprove", [order.pk]) if request.actor.can("order.unreview") else ""
        say.say(request, _("%s 检查合格，已通过") % order.number, undo=undo)
        return _went(request, order, _("已通过"), undo, reason, line)
    if not done.batch.done and acting.first_refusal(done.batch)[0] == FINANCE_ASKED:
        say.say(request, _("%s 审过了，等财务通过") % order.number)
        return _went(request, order, _("等财务"), "", reason, line)
    if not done.batch.done:
        why = leaving.says(*acting.first_refusal(done.batch))
        say.say(request, _("%(number)s 还不能通过：%(why)s") % {"number": order.number, "why": why}, tone="warn")
        return _to(reason, order.pk)
    undo = results.undoing(request, done.undo, done.undo_ids) if done.undo else ""
    say.say(request, _("%s 已通过") % order.number, undo=undo)
    return _went(request, order, _("已通过"), undo, reason, line)


def _next(request: Request, order: Order, reason: str, line: list[int], done: Done | None) -> HttpResponse:
    stage = Order.objects.values_list("stage", flat=True).get(pk=order.pk)
    word = {states.CANCELLED: _("已取消"), states.APPROVED: _("已通过")}.get(stage, _("先放着") if done is None else _("已挂起"))
    undo = ""
    if done is not None and done.undo and done.undo_ids:
        undo = results.undoing(request, done.undo, done.undo_ids)
    request.session.pop("orders.result", None)
    return _went(request, order, word, undo, reason, line)


def _went(request: Request, order: Order, word: str, undo: str, reason: str, line: list[int]) -> HttpResponse:
    """Remember the last one for the foot of the desk, and go to the one after it."""
    request.session["review.last"] = {"id": order.pk, "number": order.number, "word": word, "undo": undo}
    place = line.index(order.pk) if order.pk in line else -1
    rest = line[place + 1 :] + line[: max(place, 0)]
    return _to(reason, rest[0] if rest else None)


def _to(reason: str, order_id: int | None) -> HttpResponse:
    query = f"?reason={reason}" + (f"&order={order_id}" if order_id else "")
    return HttpResponseRedirect(f"{reverse('review:desk')}{query}")


@require_POST
def greens(request: Request) -> HttpResponse:
    """Approve everything no check has anything against. What is not well after all is held and said."""
    request.actor.require("order.review")
    ids = reading.line_up(reading.GREEN, reach=request.actor.reach)[:AT_ONCE]
    if ids:
        done = acting.act(request, "approve", ids)
        left = len(done.batch.refused)
        if left:
            request.session.pop("orders.result", None)
            note = ngettext("%(n)s 单有新问题，已按原因停下", "%(n)s 单有新问题，已按原因停下", left) % {"n": left}
            say.say(request, note, tone="warn")
    return HttpResponseRedirect(reverse("review:desk"))
