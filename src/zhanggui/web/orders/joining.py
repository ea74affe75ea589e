"""Orders that could go in one parcel: found by themselves, merged one door at a time or all at once, and taken apart again."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.orders.reading import joinable, rights
from zhanggui.orders.reading.joinable import Group
from zhanggui.web.frame import say
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, batches

# So many doors on one page; what is merged at once is more.
DOORS = 50


@require_GET
def index(request: Request) -> HttpResponse:
    """Doors to which more than one order goes, the most pressing first; and what is merged and not yet in a wave."""
    actor = request.actor
    actor.require("order.merge")
    found = joinable.candidates(reach=actor.reach)
    merged = joinable.open_bundles(reach=actor.reach, most=DOORS)
    facts = {
        "doors": joinable.shown(found[:DOORS]),
        "many": len(found),
        "orders": sum(len(group.order_ids) for group in found),
        "more": max(len(found) - DOORS, 0),
        "merged": joinable.shown(merged),
        "prices": rights.sees_prices(actor),
        "persons": rights.sees_recipient(actor),
    }
    return render(request, "orders/joining.html", facts)


@require_POST
def join(request: Request) -> HttpResponse:
    """Merge the orders of one door, or of every door there is; or take one parcel apart."""
    request.actor.require("order.merge")
    verb = request.POST.get("verb", "merge")
    if verb not in ("merge", "unmerge"):
        return HttpResponse(status=400)
    if request.POST.get("all"):
        ids = some(joinable.candidates(reach=request.actor.reach))
    else:
        ids = ids_in(request.POST.get("ids", "").split(","))[: batches.MOST]
    if ids:
        acting.act(request, verb, ids)
        # The page itself says what is left: nobody is sent to look at a list.
        request.session.pop("orders.result", None)
    else:
        say.say(request, _("没有可以合的单了"), tone="warn")
    return HttpResponseRedirect(reverse("orders:joining"))


def some(found: list[Group]) -> list[int]:
    """The orders of as many doors as one act may hold, none of them torn."""
    ids: list[int] = []
    for group in found:
        if len(ids) + len(group.order_ids) > batches.MOST:
            break
        ids += group.order_ids
    return ids
