"""Working on one label from its row in the settings, be it a category or a tag: called otherwise, coloured, moved, put away."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say

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


class Verbs(NamedTuple):
    """What may be done with labels of one sort; ``wrong``: refusal → the field it belongs to."""

    make: Callable[..., int]
    change: Callable[..., None]
    arrange: Callable[..., None]
    archive: Callable[..., None]
    revive: Callable[..., None]
    wrong: Mapping[str, str]


def made(request: Request, verbs: Verbs) -> LabelForm:
    """One more; the form says what was wrong with it."""
    form = LabelForm(request.POST)
    if form.is_valid():
        with beside(form, verbs.wrong):
            verbs.make(form.cleaned_data["name"], form.cleaned_data["hue"], by=request.actor, at=request.at)
    return form


def worked_on(request: Request, row: Any, verbs: Verbs, *, away: str) -> LabelForm | None:
    """What the row was posted for; the form where something was wrong with it. ``away`` says what it means that one is put away."""
    verb, by = request.POST.get("verb", "change"), {"by": request.actor, "at": request.at}
    if verb in ("up", "down"):
        ids = list(type(row).objects.filter(archived_at=None).order_by("place", "pk").values_list("pk", flat=True))
        if row.pk in ids:
            nth = ids.index(row.pk)
            ids.insert(min(max(nth + (-1 if verb == "up" else 1), 0), len(ids) - 1), ids.pop(nth))
            verbs.arrange(ids, **by)
    elif verb == "away":
        verbs.archive(row.pk, **by)
        say(request, away % row.name)
    elif verb == "back":
        verbs.revive(row.pk, **by)
        say(request, _("「%s」又可以用了") % row.name)
    else:
        form = LabelForm(request.POST)
        if form.is_valid():
            with beside(form, verbs.wrong):
                verbs.change(row.pk, form.cleaned_data["name"], form.cleaned_data["hue"], **by)
        if form.errors:
            return form
        say(request, _("%s 改好了") % form.cleaned_data["name"])
    return None
