"""Settings of orders made by us: how they are numbered, and by which ways they are paid."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.kernel import clock
from zhanggui.kernel.errors import Text
from zhanggui.orders import numbering, paying
from zhanggui.orders.commands import choices
from zhanggui.orders.numbering import Format
from zhanggui.orders.refusals import BadMethods
from zhanggui.web.frame import say
from zhanggui.web.frame.request import Request
from zhanggui.web.settings.views import page

DAYS = (
    ("yymmdd", gettext_lazy("年月日，两位年")),
    ("yyyymmdd", gettext_lazy("年月日，四位年")),
    ("yymm", gettext_lazy("年月，两位年")),
    ("yyyymm", gettext_lazy("年月，四位年")),
    ("", gettext_lazy("不带日期")),
)
JOINTS = (("-", "-"), ("_", "_"), ("/", "/"), ("", gettext_lazy("不隔开")))
WAYS = (
    (paying.PAID, gettext_lazy("先收钱再发货")),
    (paying.COD, gettext_lazy("到了再收")),
    (paying.ON_ACCOUNT, gettext_lazy("记账，以后结")),
)
WHY: Mapping[str, Text] = {
    "prefix": gettext_lazy("前缀用字母开头，字母和数字，最多 6 个。"),
    "day": gettext_lazy("没有这样的日期写法。"),
    "joint": gettext_lazy("没有这样的隔开方式。"),
    "digits": gettext_lazy("流水号 3 到 8 位。"),
    "runs-together": gettext_lazy("日期和流水号连在一起分不清，会撞号；请选一个隔开的符号。"),
    "long": gettext_lazy("太长了，单号最多 24 个字。"),
    "none": gettext_lazy("至少留一种付款方式。"),
    "name": gettext_lazy("每种付款方式都要有名字，最多 16 个字。"),
    "twice": gettext_lazy("有两种付款方式同名。"),
    "many": gettext_lazy("最多 20 种付款方式。"),
    "way": gettext_lazy("说清楚钱什么时候到。"),
}


class NumberForm(forms.Form):
    """How numbers are written; the example beside it says what comes of it."""

    letters = forms.CharField(
        label=gettext_lazy("前缀"), max_length=6, required=False, help_text=gettext_lazy("例如 SY；可以不写。默认没有。")
    )
    day = forms.ChoiceField(
        label=gettext_lazy("日期"), choices=DAYS, required=False, help_text=gettext_lazy("日期一换，流水号从 1 开始。")
    )
    joint = forms.ChoiceField(label=gettext_lazy("隔开"), choices=JOINTS, required=False)
    digits = forms.IntegerField(
        label=gettext_lazy("流水号几位"), min_value=3, max_value=8, help_text=gettext_lazy("不够的补 0，用完了自己变长。默认 5。")
    )

    def said(self) -> Format:
        facts = self.cleaned_data
        return Format(facts["letters"].strip(), facts["day"], facts["joint"], facts["digits"])

    def clean(self) -> dict[str, Any] | None:
        if not self.errors and (wrong := self.said().wrong()):
            field = {"runs-together": "joint", "long": "letters", "prefix": "letters"}.get(wrong, wrong)
            self.add_error(field, str(WHY[wrong]))
        return self.cleaned_data


def _initial(form: Format) -> dict[str, Any]:
    return {"letters": form.prefix, "day": form.day, "joint": form.joint, "digits": form.digits}


@require_http_methods(["GET", "POST"])
def selling(request: Request) -> HttpResponse:
    """The numbers of orders; those that stand keep theirs."""
    request.actor.require("settings")
    now = numbering.in_force()
    form = NumberForm(request.POST or None, initial=_initial(now))
    if request.method == "POST" and form.is_valid():
        made = form.said()
        if "example" not in request.POST:
            choices.set_numbering(
                prefix=made.prefix, day=made.day, joint=made.joint, digits=made.digits, by=request.actor, at=request.at
            )
            say.say(request, _("以后的单号这样写：%s") % made.example(clock.day_of(request.at)))
            return redirect("settings:selling")
        now = made
    return _shown(request, form, now)


@require_GET
def example(request: Request) -> HttpResponse:
    """What numbers would look like, while one chooses."""
    request.actor.require("settings")
    form = NumberForm(request.GET)
    facts = {
        "examples": _examples(request, form.said()) if form.is_valid() else [],
        "errors": [text for each in form.errors.values() for text in each],
    }
    return render(request, "settings/number_example.html", facts)


def _examples(request: Request, form: Format) -> list[str]:
    day = clock.day_of(request.at)
    return [form.example(day, figure) for figure in (1, 2, 128)]


def _shown(request: Request, form: NumberForm, now: Format, **more: Any) -> HttpResponse:
    status = 422 if (form.is_bound and form.errors) or more.get("wrong") else 200
    methods = more.pop("methods", None) or paying.methods()
    facts = {"form": form, "examples": _examples(request, now), "methods": list(enumerate(methods)), "ways": WAYS, **more}
    return page(request, "selling", "settings/selling.html", facts, status=status)


@require_POST
def methods(request: Request) -> HttpResponse:
    """Which ways of paying are offered, and in which order; a new one at the end."""
    request.actor.require("settings")
    rows = []
    for nth in range(paying.MOST + 1):
        name = request.POST.get(f"name_{nth}", "").strip()
        if name:
            place = request.POST.get(f"place_{nth}", "")
            rows.append((int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else 999, nth, name))
    rows.sort()
    names = [name for _place, _nth, name in rows]
    ways = [request.POST.get(f"way_{nth}", paying.PAID) for _place, nth, _name in rows]
    on = [name for _place, nth, name in rows if request.POST.get(f"on_{nth}")]
    try:
        choices.set_methods(names, ways=ways, on=on, by=request.actor, at=request.at)
    except BadMethods as refusal:
        now = numbering.in_force()
        said = [paying.Method(name, way, name in on) for name, way in zip(names, ways, strict=True)]
        wrong = WHY.get(str(refusal.facts["why"]), "")
        return _shown(request, NumberForm(initial=_initial(now)), now, methods=said, wrong=str(wrong))
    say.say(request, _("付款方式存好了"))
    return redirect("settings:selling")
