"""What may be done with one order, as the menu of its row: fetched when it is opened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhanggui.orders import states
from zhanggui.orders.facts_of import tags_of
from zhanggui.orders.models import Category, Tag
from zhanggui.orders.reading import detail, rights
from zhanggui.orders.reading.rows import UNCLAIMED
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import words
from zhanggui.web.orders.offers import offers


@require_GET
def menu(request: Request, order_id: int) -> HttpResponse:
    """The buttons of its page, each done from here; what is filled in leads to where that is done. Flags and categories."""
    actor = request.actor
    actor.require("order.view", takes=("released",))
    whole = detail.whole(order_id, stages=rights.stages_seen(actor), reach=actor.reach)
    found = offers(whole.order, whole.held, actor)
    edits = actor.can("order.edit")
    unclaimed = whole.order.stage in UNCLAIMED
    facts = {
        "order": whole.order,
        "offered": [*([found.first] if found.first else []), *found.beside, *found.more],
        "flags": words.flags() if edits or actor.can("order.hold") else [],
        "may_edit": edits and unclaimed,
        "may_readdress": actor.can("order.edit_approved_address") and whole.order.stage in (states.APPROVED, states.FULFILLING),
        "may_note": edits or actor.can("order.hold"),
        "may_copy": found.again,
        "flag": words.flag_of(whole.order),
        "tags": Tag.objects.order_by("place", "pk") if edits else [],
        "worn": tags_of([order_id]).get(order_id, ()),
        "categories": Category.objects.filter(archived_at=None).order_by("place", "pk") if edits else [],
    }
    return render(request, "orders/row_menu.html", facts)
