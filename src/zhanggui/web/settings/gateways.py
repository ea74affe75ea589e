"""Settings of gateways: their keys, which are sealed and never shown again, and the address each tells its news to."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.payments import port
from zhanggui.payments.commands import gateways
from zhanggui.payments.models import Gateway
from zhanggui.payments.queries import plugins
from zhanggui.payments.refusals import GatewayIncomplete
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page


class KeysForm(forms.Form):
    """The keys a gateway asks for. ``again``: those left empty stay as they are."""

    def __init__(self, *args: Any, plugin: port.Gateway, again: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        for each in plugin.asks:
            widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}) if each.long else forms.TextInput(attrs={"autocomplete": "off"})
            self.fields[each.name] = forms.CharField(
                label=_(each.zh), required=not (again or each.optional), max_length=gateways.LONGEST, widget=widget,
                help_text=_("不填就不改") if again else "",
            )  # fmt: skip


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """Every contract with its address; a new one, or other keys for one."""
    request.actor.require("settings")
    wanted, chosen = request.POST.get("plugin", request.GET.get("plugin", "")), request.POST.get("gateway", request.GET.get("gateway", ""))
    row = get_object_or_404(Gateway, pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    plugin = plugins().get(row.plugin if row else wanted)
    form = KeysForm(request.POST or None, plugin=plugin, again=row is not None) if plugin else None
    if request.method == "POST" and form is not None and plugin is not None and form.is_valid():
        try:
            if row:
                gateways.change(row.pk, form.cleaned_data, by=request.actor, at=request.at)
            else:
                gateways.enrol(plugin.code, plugin.title, form.cleaned_data, by=request.actor, at=request.at)
        except GatewayIncomplete as refusal:
            form.add_error(None, refusal.sentence)
        else:
            say(request, _("密钥存好了，封着，不会再显示"))
            return redirect("settings:gateways")
    rows = [
        (each, request.build_absolute_uri(reverse("payments:notify", args=[each.key])), plugins().get(each.plugin))
        for each in Gateway.objects.order_by("pk")
    ]
    facts = {"rows": rows, "plugins": list(plugins().values()), "form": form, "plugin": plugin, "row": row}
    bad = form is not None and form.is_bound and bool(form.errors)
    return page(request, "payments", "settings/gateways.html", facts, status=422 if bad else 200)


@require_POST
def switch(request: Request, gateway_id: int) -> HttpResponse:
    """Listen to it, or no more."""
    on = request.POST.get("on") == "1"
    gateways.switch(gateway_id, on, by=request.actor, at=request.at)
    say(request, _("开始听它的通知") if on else _("不再听它的通知"))
    return redirect("settings:gateways")
