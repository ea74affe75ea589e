"""The bounds beyond which a second person is asked, as the merchant sets them."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from zhanggui.journal import figures
from zhanggui.journal.commands import figures as setting
from zhanggui.web.frame import lists
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say


class LimitsForm(forms.Form):
    """One box a figure, named by it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        now = figures.every()
        for name, known in figures.FIGURES.items():
            self.fields[name] = forms.IntegerField(
                label=str(known.says), help_text=str(known.does), min_value=known.least, max_value=known.most, initial=now[name],
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """Every figure, with what it does. Lowering holds at once; raising needs a second person."""
    form = LimitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = setting.set_figures(dict(form.cleaned_data), by=request.actor, at=request.at)
        if changed:
            say(request, ngettext("%(n)s 个限额改好了", "%(n)s 个限额改好了", changed) % {"n": changed})
        else:
            say(request, _("没有要改的"), tone="info")
        return redirect("approvals:limits")
    here = reverse("approvals:list")
    tabs = [
        Tab("waiting", _("等我同意"), href=here),
        Tab("mine", _("我提的"), href=f"{here}?tab=mine"),
        Tab("decided", _("有结果的"), href=f"{here}?tab=decided"),
        Tab("limits", _("限额"), href=reverse("approvals:limits")),
    ]
    facts = {"form": form, "listing": lists.listing(request, "approvals", tabs=tabs, tab="limits")}
    return render(request, "approvals/limits.html", facts, status=422 if form.is_bound and form.errors else 200)
