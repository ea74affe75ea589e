"""The kinds of trouble people choose from: called as the merchant calls them, put away, and kinds of one's own."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.kernel.errors import NotFound
from zhanggui.lessons.commands import sorting
from zhanggui.lessons.commands.sorting import LONGEST
from zhanggui.lessons.kinds import Kinds
from zhanggui.lessons.models import Lesson
from zhanggui.lessons.rules.usual import OTHER
from zhanggui.orders import reaching
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page

REQUIRED = {"required": gettext_lazy("这一项要填。")}


class KindForm(forms.Form):
    """One kind; of one that is new, or that stays whatever is said, only its name."""

    name = forms.CharField(label=gettext_lazy("名字"), max_length=LONGEST, error_messages=REQUIRED)
    enabled = forms.BooleanField(label=gettext_lazy("记问题时可以选它"), required=False, initial=True)

    def __init__(self, *args: Any, code: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if code in ("", OTHER):
            del self.fields["enabled"]


@require_GET
def index(request: Request) -> HttpResponse:
    """Every kind, with how much was noted of it."""
    request.actor.require("settings")
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    noted = Lesson.objects.filter(reaching.of(request.actor.reach, "order__"), withdrawn_at=None).order_by()
    many = dict(noted.values_list("kind").annotate(many=Count("pk")))
    rows = [(one, many.get(one.code, 0)) for one in Kinds().all()]
    return page(request, "lessons", "settings/lessons.html", {"rows": rows, **more}, status=status)


@require_http_methods(["GET", "POST"])
def kind(request: Request, code: str = "") -> HttpResponse:
    """One more kind of one's own, or how one is called."""
    request.actor.require("settings")
    found = Kinds().get(code) if code else None
    if code and found is None:
        raise NotFound(what=code[:16])
    if request.method == "POST" and "usual" in request.POST and found is not None:
        sorting.as_usual(found.code, by=request.actor, at=request.at)
        say(request, _("「%s」恢复默认了") % found.name)
        return redirect("settings:lessons")
    form = KindForm(request.POST or None, code=code, initial={"name": found.name, "enabled": found.enabled} if found else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        with beside(form, {"lesson-kind-named": "name", "bad-lesson-kind": "name"}):
            if found is None:
                sorting.add(name, by=request.actor, at=request.at)
                say(request, _("加了问题类型「%s」") % name)
            else:
                enabled = form.cleaned_data.get("enabled", True)
                sorting.change(found.code, name=name, enabled=enabled, by=request.actor, at=request.at)
                say(request, _("「%s」改好了") % name)
        if not form.errors:
            return redirect("settings:lessons")
    title = found.name if found else _("新的问题类型")
    card = {"template": "settings/lesson_kind.html", "form": form, "kind": found, "title": title}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)
