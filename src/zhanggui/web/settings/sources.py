"""The ways orders come in: what each is called, how it is marked, in which order, and whether it is open."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhanggui.kernel.errors import NotFound
from zhanggui.orders import sources as ways
from zhanggui.orders.commands import sources
from zhanggui.orders.models import Source
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page

REQUIRED = {"required": gettext_lazy("这一项要填。")}
# Those a merchant may have several of; the others have one door each.
ADDED = ("manual", "phone", "wechat", "pos", "api")
SAYS = {
    "file": gettext_lazy("导入的表格"), "sync": gettext_lazy("平台接口自动取来的"), "manual": gettext_lazy("在新建订单里录的"),
    "phone": gettext_lazy("接电话录的"), "wechat": gettext_lazy("粘贴聊天记录录的"), "web": gettext_lazy("买家在下单表单里填的"),
    "pos": gettext_lazy("收银机传来的小票"), "api": gettext_lazy("自己的商城、程序建的"),
}  # fmt: skip
TONES = [(tone.value, gettext_lazy(tone.label)) for tone in Source.Tone]


class SourceForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("哪一类"))
    name = forms.CharField(
        label=gettext_lazy("名字"), max_length=24, error_messages=REQUIRED, help_text=gettext_lazy("订单上和筛选里这样叫它。")
    )
    tone = forms.ChoiceField(label=gettext_lazy("颜色"), choices=TONES, widget=forms.RadioSelect, initial="quiet")
    enabled = forms.BooleanField(
        label=gettext_lazy("收新单"), required=False, help_text=gettext_lazy("停用以后，从这里来的新单都不收；以前的单还在。")
    )

    def __init__(self, *args: Any, source: Source | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(code, f"{_(name)} · {SAYS[code]}") for code, name, _tone in ways.OURS if code in ADDED]
        for name in ("kind",) if source else ("enabled",):
            del self.fields[name]


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """Every way in, in the merchant's order; sent with ``up``, that one goes a place up."""
    request.actor.require("settings")
    if request.method == "POST":
        codes = [row.code for row in ways.listed()]
        asked = request.POST.get("up", "")
        if asked not in codes:
            raise NotFound(what=asked[:40])
        at = codes.index(asked)
        codes.insert(max(at - 1, 0), codes.pop(at))
        sources.put_in_order(codes, by=request.actor, at=request.at)
        return redirect("settings:sources")
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = [(row, ways.called(row), SAYS.get(row.kind, "")) for row in ways.listed()]
    return page(request, "sources", "settings/sources.html", {"rows": rows, **more}, status=status)


@require_http_methods(["GET", "POST"])
def source(request: Request, code: str = "") -> HttpResponse:
    """One more way in, or what is said of one."""
    request.actor.require("settings")
    found = next((row for row in ways.listed() if row.code == code), None) if code else None
    if code and found is None:
        raise NotFound(what=code[:40])
    told = {"name": ways.called(found), "tone": found.tone, "enabled": found.enabled} if found else None
    form = SourceForm(request.POST or None, source=found, initial=told)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with beside(form, {"source-named": "name"}):
            if found is None:
                sources.add(said["kind"], said["name"], tone=said["tone"], by=request.actor, at=request.at)
                say(request, _("加了来源 %s") % said["name"])
            else:
                facts = {"name": said["name"], "tone": said["tone"], "enabled": said["enabled"]}
                sources.change(found.code, **facts, by=request.actor, at=request.at)
                says = _("%s 改好了") if said["enabled"] else _("停用了 %s，从这里来的新单都不收")
                say(request, says % said["name"])
        if not form.errors:
            return redirect("settings:sources")
    title = ways.called(found) if found else _("新来源")
    card = {"template": "settings/source_form.html", "form": form, "object": found, "title": title}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)

