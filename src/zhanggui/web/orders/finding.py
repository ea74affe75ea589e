"""Goods for what somebody types into a field that takes them: by code, name, first letters of the pinyin, or barcode."""

from django.http import HttpResponse
from django.shortcuts import render

from zhanggui.catalog import queries as catalog
from zhanggui.orders.reading import entry as asking
from zhanggui.orders.reading import rights
from zhanggui.web.frame.request import Request


def skus(request: Request) -> HttpResponse:
    """The list for ``q``: what can still be promised of each, and its price for whoever sees prices. Whether the actor may ask is the
    view's to say."""
    found = catalog.found(request.GET.get("q", "")[:120])
    free = asking.free_of([sku.pk for sku in found], reach=request.actor.reach)
    rows = [(sku, free.get(sku.pk, 0)) for sku in found]
    return render(request, "orders/new_skus.html", {"rows": rows, "prices": rights.sees_prices(request.actor)})
