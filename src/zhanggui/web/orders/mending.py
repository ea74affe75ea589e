"""The ways out of a reason to stop: each one form, one command, and the order again as it is then."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhanggui.fulfilment.commands import readdressing
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import change, merging, presale, rejoining
from zhanggui.orders.joining_refusals import NoPart, NotTogether, OtherDoor, TooFarToJoin
from zhanggui.orders.models import Line
from zhanggui.orders.presale_refusals import TooFarToWait
from zhanggui.orders.reading import joinable
from zhanggui.orders.reading.detail import Whole
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, one

MOST_PIECES = 100_000


def _line(request: Request, whole: Whole) -> Line:
    """The line the form speaks of; it must be this order's."""
    asked = request.POST.get("line", "")
    for each in whole.lines:
        if asked == str(each.line.pk):
            return each.line
    raise NotFound(what=_("这一行商品"))


def address(request: Request, whole: Whole) -> str:
    said = {part: request.POST.get(part, "")[:200] for part in change.ADDRESS}
    change.set_address(whole.order.pk, said, by=request.actor, at=request.at)
    return _("收货信息改好了")


def readdress(request: Request, whole: Whole) -> str:
    said = {part: request.POST.get(part, "")[:200] for part in change.ADDRESS}
    seen, why = request.POST.get("version", ""), request.POST.get("why", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    void = readdressing.readdress(whole.order.pk, said, seen=version, reason=why, by=request.actor, at=request.at)
    return _("收货信息改好了；旧面单已作废，请重新取号打印") if void else _("收货信息改好了")


def match(request: Request, whole: Whole) -> str:
    line = _line(request, whole)
    sku = change.sku_called(request.POST.get("sku", ""))
    batch = change.match_sku(line.pk, sku, everywhere=bool(request.POST.get("everywhere")), by=request.actor, at=request.at)
    n = len(batch.done)
    return ngettext("对应好了 %(n)s 单", "对应好了 %(n)s 单", n) % {"n": n}


def swap(request: Request, whole: Whole) -> str:
    line = _line(request, whole)
    change.swap_sku(line.pk, change.sku_called(request.POST.get("sku", "")), by=request.actor, at=request.at)
    return _("商品换好了")


def quantity(request: Request, whole: Whole) -> str:
    line = _line(request, whole)
    said = request.POST.get("value", "").strip()
    pieces = int(said) if said.isdecimal() and int(said) <= MOST_PIECES else line.quantity
    change.change_quantity(line.pk, pieces, by=request.actor, at=request.at)
    return _("%(sku)s 改成 %(n)s 件") % {"sku": line.sku_code, "n": pieces} if pieces else _("%s 这一行去掉了") % line.sku_code


def payment(request: Request, whole: Whole) -> str:
    change.set_payment(whole.order.pk, request.POST.get("value", ""), by=request.actor, at=request.at)
    return _("付款改好了")


def presell(request: Request, whole: Whole) -> str:
    """From when on the order, or one line of it, may be shipped; a day that is left empty means at once."""
    said = request.POST.get("day", "").strip()
    lines = [_line(request, whole).pk] if request.POST.get("line") else []
    batch = presale.set_from([whole.order.pk], acting.day_of(said), line_ids=lines, by=request.actor, at=request.at)
    if batch.refused:
        raise TooFarToWait(number=whole.order.number)
    return _("%s 起才能发，到时自动放行") % said if said else _("随时能发了")


def merge(request: Request, whole: Whole) -> str:
    """With every other order that goes to its door."""
    ids = joinable.could_join(whole.order, reach=request.actor.reach)
    done = merging.merge(ids or [whole.order.pk], by=request.actor, at=request.at).done
    n = len(done)
    return ngettext("%(n)s 单合好了", "%(n)s 单合好了", n) % {"n": n} if n else _("没有能和它一起发的单")


def unmerge(request: Request, whole: Whole) -> str:
    batch = merging.unmerge([whole.order.pk], by=request.actor, at=request.at)
    for told in batch.refused.values():
        raise (TooFarToJoin if told["code"] == TooFarToJoin.code else NotTogether)(**{k: v for k, v in told.items() if k != "code"})
    return _("拆出来了，这一单单独发")


def rejoin(request: Request, whole: Whole) -> str:
    batch = rejoining.rejoin([whole.order.pk], by=request.actor, at=request.at)
    kinds = {kind.code: kind for kind in (NoPart, OtherDoor, TooFarToJoin)}
    for told in batch.refused.values():
        raise kinds[told["code"]](**{name: value for name, value in told.items() if name != "code"})
    return _("并回了原单")


WAYS: dict[str, Callable[[Request, Whole], str]] = {
    "address": address,
    "readdress": readdress,
    "match": match,
    "swap": swap,
    "quantity": quantity,
    "payment": payment,
    "presale": presell,
    "merge": merge,
    "unmerge": unmerge,
    "rejoin": rejoin,
}


@require_POST
def mend(request: Request, order_id: int) -> HttpResponse:
    """Change what is wrong with an order; the rules have looked again by the time this answers."""
    whole = one.found(request, order_id)
    way = WAYS.get(request.POST.get("do", ""))
    if way is None:
        return HttpResponse(status=400)
    done = way(request, whole)
    counts.forget()
    after = one.found(request, order_id)
    passed = after.order.stage == "approved" and whole.order.stage != "approved"
    say.say(request, done, note=_("检查全部合格，已自动通过") if passed else one.kept_by_hand(after))
    return one.again(request, order_id)
