"""Types of holds: whose each is, by when, what it stops, what lets it go; and types of one's own."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.commands import holding_types
from zhanggui.orders.commands.holding_types import LONGEST, MOST_H, TypeSaid
from zhanggui.orders.holding import Type, Types
from zhanggui.orders.models import Hold
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders.held_for import EVENTS
from zhanggui.web.settings.views import page

REQUIRED = {"required": gettext_lazy("这一项要填。")}
FLAGS = ("stops_review", "stops_shipping", "keeps_stock", "merges", "buys")


class TypeForm(forms.Form):
    """One type; a type of the house that must be mended says nothing of what it stops."""

    name = forms.CharField(label=gettext_lazy("名字"), max_length=LONGEST, error_messages=REQUIRED)
    role = forms.ChoiceField(label=gettext_lazy("归谁处理"))
    due_h = forms.IntegerField(label=gettext_lazy("几小时内处理"), min_value=1, max_value=MOST_H, initial=24)
    enabled = forms.BooleanField(label=gettext_lazy("挂起时可以选它"), required=False, initial=True)
    stops_review = forms.BooleanField(label=gettext_lazy("拦住审核"), required=False, initial=True)
    stops_shipping = forms.BooleanField(label=gettext_lazy("拦住发货"), required=False, initial=True)
    keeps_stock = forms.BooleanField(
        label=gettext_lazy("占住的货还留着"), required=False, initial=True, help_text=gettext_lazy("不留的，已审核的单挂起后回到待审核，货放回。")
    )
    merges = forms.BooleanField(label=gettext_lazy("挂着也可以合并"), required=False)
    buys = forms.BooleanField(label=gettext_lazy("缺的货算进采购"), required=False, initial=True)
    event = forms.ChoiceField(label=gettext_lazy("什么时候自动放行"), required=False)

    def __init__(self, *args: Any, kind: Type | None, **options: Any) -> None:
        super().__init__(*args, **options)
        role, event = self.fields["role"], self.fields["event"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(event, forms.ChoiceField)
        role.choices = [(code, _(name) if code in NAMED else name) for code, name in holding_types.roles()]
        event.choices = [("", _("不自动，有人解挂")), *((code, str(says)) for code, says in EVENTS.items())]
        if kind is not None and not kind.own:
            del self.fields["name"]
        if kind is not None and not kind.hand:
            # What a check found goes when the check finds it no more.
            for name in ("enabled", "event"):
                del self.fields[name]
        if kind is not None and kind.fixed:
            for name in ("stops_review", "stops_shipping"):
                del self.fields[name]

    def said(self, kind: Type | None) -> TypeSaid:
        before = {name: getattr(kind, name) for name in vars(TypeSaid())} if kind is not None else {}
        told = {name: value for name, value in self.cleaned_data.items() if name != "name"}
        return TypeSaid(**{**before, **told})


NAMED = frozenset({"owner", "sales", "reviewer", "warehouse", "aftersales", "finance", "readonly"})


@require_GET
def index(request: Request) -> HttpResponse:
    """Every type: those people may choose first, then those that checks find."""
    request.actor.require("settings")
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    held = Hold.objects.filter(reaching.of(request.actor.reach, "order__"), cleared_at=None)
    many = dict(held.values_list("code").annotate(many=Count("pk")))
    roles = {code: _(name) if code in NAMED else name for code, name in holding_types.roles()}
    kinds = Types().all()
    rows = [(one, roles.get(one.role, one.role), EVENTS.get(one.event, ""), many.get(one.code, 0)) for one in kinds]
    groups = [(_("可以自己选的"), [row for row in rows if row[0].hand]), (_("检查和规则查出来的"), [row for row in rows if not row[0].hand])]
    return page(request, "holds", "settings/holds.html", {"groups": groups, **more}, status=status)


@require_http_methods(["GET", "POST"])
def kind(request: Request, code: str = "") -> HttpResponse:
    """One more type of one's own, or how one stands."""
    request.actor.require("settings")
    found = Types().get(code) if code else None
    if code and found is None:
        raise NotFound(what=code[:24])
    if request.method == "POST" and "usual" in request.POST and found is not None:
        holding_types.as_usual(found.code, by=request.actor, at=request.at)
        say(request, _("「%s」恢复默认了") % found.name)
        return redirect("settings:holds")
    form = TypeForm(request.POST or None, kind=found, initial=found._asdict() | {"name": found.name} if found else None)
    if request.method == "POST" and form.is_valid():
        name, said = form.cleaned_data.get("name", ""), form.said(found)
        with beside(form, {"hold-type-named": "name", "bad-hold-type": "name"}):
            if found is None:
                holding_types.add(name, said, by=request.actor, at=request.at)
                say(request, _("加了挂起类型「%s」") % name)
            else:
                holding_types.change(found.code, said, name=name, by=request.actor, at=request.at)
                say(request, _("「%s」改好了") % (name or found.name))
        if not form.errors:
            return redirect("settings:holds")
    card = {
        "template": "settings/hold_type.html", "form": form, "kind": found, "title": found.name if found else _("新的挂起类型"),
        "why": _(REASONS[found.code].why) if found and found.code in REASONS else "",
        "flags": [form[name] for name in FLAGS if name in form.fields], "others": [form[name] for name in form.fields if name not in FLAGS],
    }  # fmt: skip
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)
