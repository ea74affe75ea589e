"""The tags of orders, below the categories on the page of orders."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import tags
from zhanggui.orders.models import Tag
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings import labels
from zhanggui.web.settings.labels import Verbs
from zhanggui.web.settings.orders import shown

VERBS = Verbs(
    tags.make, tags.change, tags.arrange, tags.archive, tags.revive, {"tag-known": "name", "no-name": "name", "too-many-tags": "name"}
)


@require_POST
def make(request: Request) -> HttpResponse:
    """One tag more."""
    request.actor.require("settings")
    form = labels.made(request, VERBS)
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
    form = labels.worked_on(request, found, VERBS, away=_("「%s」收起来了：不能再贴，贴着的不动"))
    if form is not None:
        return shown(request, wrong_tag=tag_id, wrong_form=form, status=422)
    return redirect(f"{reverse('settings:orders')}#tags")
