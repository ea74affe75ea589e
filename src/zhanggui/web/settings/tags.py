"""The tags of orders, below the categories on the page of orders."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import tags
from zhanggui.orders.models import Tag
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.orders import LabelForm, shown

BESIDE = {"tag-known": "name", "no-name": "name", "too-many-tags": "name"}


@require_POST
def make(request: Request) -> HttpResponse:
    """One tag more."""
    request.actor.require("settings")
    form = LabelForm(request.POST)
    if form.is_valid():
        with beside(form, BESIDE):
            tags.make(form.cleaned_data["name"], form.cleaned_data["hue"], by=request.actor, at=request.at)
    if form.errors:
        return shown(request, tag_form=form, status=422)
    say(request, _("有了新标签「%s」") % form.cleaned_data["name"])
    return redirect(f"{reverse('settings:orders')}#tags")


@require_http_methods(["GET", "POST"])
def one(request: Request, tag_id: int) -> HttpResponse:
    """Call one otherwise, colour it, move it, put it away or take it out again."""
    request.actor.require("settings")
    found = Tag.objects.filter(pk=tag_id).first()
    if found is None:
        raise NotFound(what=tag_id)
    if request.method == "GET":
        return redirect(f"{reverse('settings:orders')}#tag-{tag_id}")
    verb = request.POST.get("verb", "change")
    by: dict[str, Any] = {"by": request.actor, "at": request.at}
    if verb in ("up", "down"):
        ids = list(Tag.objects.filter(archived_at=None).order_by("place", "pk").values_list("pk", flat=True))
        if tag_id in ids:
            nth = ids.index(tag_id)
            ids.insert(min(max(nth + (-1 if verb == "up" else 1), 0), len(ids) - 1), ids.pop(nth))
            tags.arrange(ids, **by)
    elif verb == "away":
        tags.archive(tag_id, **by)
        say(request, _("「%s」收起来了：不能再贴，贴着的不动") % found.name)
    elif verb == "back":
        tags.revive(tag_id, **by)
        say(request, _("「%s」又可以用了") % found.name)
    else:
        form = LabelForm(request.POST)
        if form.is_valid():
            with beside(form, BESIDE):
                tags.change(tag_id, form.cleaned_data["name"], form.cleaned_data["hue"], **by)
        if form.errors:
            return shown(request, wrong_tag=tag_id, wrong_form=form, status=422)
        say(request, _("%s 改好了") % form.cleaned_data["name"])
    return redirect(f"{reverse('settings:orders')}#tags")
