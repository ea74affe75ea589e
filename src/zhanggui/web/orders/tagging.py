"""The tags of one order, put on and taken off where one looks at it: its page, its drawer, the review desk."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhanggui.kernel.actor import Actor
from zhanggui.orders.facts_of import NO_TAGS, tags_of
from zhanggui.orders.models import Order, Tag
from zhanggui.orders.reading import detail, rights
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting


def shown(order: Order, actor: Actor) -> dict[str, Any]:
    """The tags it has, and those that may be put on. Two statements; an order nobody tags shows none."""
    every = list(Tag.objects.order_by("place", "pk"))
    worn = tags_of([order.pk]).get(order.pk, NO_TAGS) if every else NO_TAGS
    may = actor.can("order.edit")
    return {
        "may_tag": may,
        "worn": [tag for tag in every if tag.pk in worn],
        "tags": [tag for tag in every if tag.pk not in worn and tag.archived_at is None] if may else [],
    }


@require_POST
def tags(request: Request, order_id: int) -> HttpResponse:
    """Put one on, or take one off; the tags again as they are then."""
    order = detail.seen(order_id, stages=rights.stages_seen(request.actor), reach=request.actor.reach)
    verb, _mark, what = request.POST.get("verb", "").partition(":")
    if verb not in ("tag", "untag") or not what.isdecimal():
        return HttpResponse(status=400)
    acting.act(request, verb, [order_id], what=what)
    if not request.htmx:
        return HttpResponseRedirect(reverse("orders:detail", args=[order_id]))
    answer = render(request, "orders/tags.html", {"order": order, **shown(order, request.actor)})
    say.trigger(answer, "refresh", {})
    return answer
