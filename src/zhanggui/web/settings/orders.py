"""Settings of orders: the categories people sort them into, their tags, and the shop everything begins with."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders.views import shop_choices, shop_said, shop_word
from zhanggui.web.settings.views import page

DAYS = 30
HUES = (
    ("grey", gettext_lazy("灰")),
    ("red", gettext_lazy("红")),
    ("orange", gettext_lazy("橙")),
    ("yellow", gettext_lazy("黄")),
    ("green", gettext_lazy("绿")),
    ("teal", gettext_lazy("青")),
    ("blue", gettext_lazy("蓝")),
    ("purple", gettext_lazy("紫")),
)


class LabelForm(forms.Form):
    """What a category or a tag is called, and its colour."""

    name = forms.CharField(label=gettext_lazy("名字"), max_length=20, error_messages={"required": gettext_lazy("这一项要填。")})
    hue = forms.ChoiceField(label=gettext_lazy("颜色"), choices=HUES, widget=forms.RadioSelect, required=False, initial="grey")


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """The categories with what they hold, and the default shop; or one category more."""
    request.actor.require("settings")
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with beside(form, {"category-known": "name", "no-name": "name"}):
            categories.make(form.cleaned_data["name"], form.cleaned_data["hue"], by=request.actor, at=request.at)
        if not form.errors:
            say(request, _("有了新分类「%s」") % form.cleaned_data["name"])
            return redirect("settings:orders")
    return shown(request, form=form, status=422 if form.is_bound and form.errors else 200)


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
    verb = request.POST.get("verb", "change")
    by: dict[str, Any] = {"by": request.actor, "at": request.at}
    if verb in ("up", "down"):
        ids = list(Category.objects.filter(archived_at=None).order_by("place", "pk").values_list("pk", flat=True))
        if category_id in ids:
            nth = ids.index(category_id)
            ids.insert(min(max(nth + (-1 if verb == "up" else 1), 0), len(ids) - 1), ids.pop(nth))
            categories.arrange(ids, **by)
    elif verb == "away":
        categories.archive(category_id, **by)
        say(request, _("「%s」收起来了：不能再分进去，分好的不动") % found.name)
    elif verb == "back":
        categories.revive(category_id, **by)
        say(request, _("「%s」又可以用了") % found.name)
    else:
        form = LabelForm(request.POST)
        if form.is_valid():
            with beside(form, {"category-known": "name", "no-name": "name"}):
                categories.change(category_id, form.cleaned_data["name"], form.cleaned_data["hue"], **by)
        if form.errors:
            return shown(request, wrong=category_id, wrong_form=form, status=422)
        say(request, _("%s 改好了") % form.cleaned_data["name"])
    return redirect("settings:orders")


@require_POST
def default_shop(request: Request) -> HttpResponse:
    """Which shop or platform everybody begins with who has not chosen themselves."""
    request.actor.require("settings")
    said = shop_said(request.POST.get("shop", ""), offered(request.actor.reach))
    tastes.prefer_for_all(DEFAULT_SHOP, said or None, by=request.actor, at=request.at)
    say(request, _("记住了，每个人可以在「视图」里改自己的"))
    return redirect("settings:orders")
