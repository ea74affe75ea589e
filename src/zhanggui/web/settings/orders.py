"""Settings of orders: the categories people sort them into, their tags, and the shop everything begins with."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.accounts import preferences
from zhanggui.accounts.commands import tastes
from zhanggui.kernel import clock
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import categories
from zhanggui.orders.models import Category
from zhanggui.orders.queries import DEFAULT_SHOP
from zhanggui.orders.reading import sorted as sorting
from zhanggui.orders.reading.offered import offered
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders.views import shop_choices, shop_said, shop_word
from zhanggui.web.settings import labels
from zhanggui.web.settings.labels import HUES, LabelForm, Verbs
from zhanggui.web.settings.views import page

DAYS = 30
VERBS = Verbs(
    categories.make, categories.change, categories.arrange, categories.archive, categories.revive, {"category-known": "name", "no-name": "name"}
)


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """The categories with what they hold, and the default shop; or one category more."""
    request.actor.require("settings")
    if request.method == "GET":
        return shown(request)
    form = labels.made(request, VERBS)
    if form.errors:
        return shown(request, form=form, status=422)
    say(request, _("有了新分类「%s」") % form.cleaned_data["name"])
    return redirect("settings:orders")


def shown(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with what was wrong in one of its forms."""
    since, _end = clock.day_bounds(clock.day_of(request.at) - timedelta(days=DAYS - 1))
    facts = {
        "form": LabelForm(),
        "tag_form": LabelForm(),
        "rows": sorting.drawers(since=since, reach=request.actor.reach),
        "tags": sorting.tags(since=since, reach=request.actor.reach),
        "choices": shop_choices(offered(request.actor.reach)),
        "chosen": shop_word(preferences.of_the_house(DEFAULT_SHOP)),
        "hues": HUES,
        "days": DAYS,
        **more,
    }
    return page(request, "orders", "settings/orders.html", facts, status=status)


@require_http_methods(["GET", "POST"])
def category(request: Request, category_id: int) -> HttpResponse:
    """Call one otherwise, colour it, move it, put it away or take it out again."""
    request.actor.require("settings")
    found = Category.objects.filter(pk=category_id).first()
    if found is None:
        raise NotFound(what=category_id)
    if request.method == "GET":
        return redirect(f"{reverse('settings:orders')}#category-{category_id}")
    form = labels.worked_on(request, found, VERBS, away=_("「%s」收起来了：不能再分进去，分好的不动"))
    if form is not None:
        return shown(request, wrong=category_id, wrong_form=form, status=422)
    return redirect("settings:orders")


@require_POST
def default_shop(request: Request) -> HttpResponse:
    """Which shop or platform everybody begins with who has not chosen themselves."""
    request.actor.require("settings")
    said = shop_said(request.POST.get("shop", ""), offered(request.actor.reach))
    tastes.prefer_for_all(DEFAULT_SHOP, said or None, by=request.actor, at=request.at)
    say(request, _("记住了，每个人可以在「视图」里改自己的"))
    return redirect("settings:orders")
