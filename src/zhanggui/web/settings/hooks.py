"""Outgoing webhooks: who outside is told, what became of each message, and sending again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.hooks import offered, queries
from zhanggui.hooks.commands import deliveries, endpoints
from zhanggui.hooks.commands.endpoints import Opened
from zhanggui.hooks.commands.sending import TRIES
from zhanggui.hooks.models import Endpoint
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.kernel.paging import page as paged
from zhanggui.orders import reaching
from zhanggui.orders.models import Shop
from zhanggui.web.frame import lists, notices
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.notices import Notice
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page

REQUIRED = {"required": gettext_lazy("这一项要填。")}
STATES = ("", "waiting", "failed", "sent")
# Of which field a refusal is.
FIELDS = {"bad-url": "url"}
SINCE = {"day": timedelta(days=1), "week": timedelta(days=7)}
# What a try came to, in words.
WHY = {
    "status": gettext_lazy("对方没有回 2xx"), "redirect": gettext_lazy("对方要转到别处，掌柜不跟"), "slow": gettext_lazy("5 秒没回"),
    "broken": gettext_lazy("话没说完就断了"), "no-connection": gettext_lazy("连不上"), "tls": gettext_lazy("证书不对"),
    "no-such-name": gettext_lazy("查不到这个主机名"), "no-address": gettext_lazy("查不到这个主机名"),
    "closed-address": gettext_lazy("主机名指向内网，没有发"), "inside": gettext_lazy("主机名指向内网，没有发"),
    "not-https": gettext_lazy("不是 https，没有发"), "port": gettext_lazy("端口不对，没有发"),
    "right": gettext_lazy("建它的人已经不能看这类事，没有发"),
    "reach": gettext_lazy("不在建它的人的店铺和仓库里，没有发"), "dropped": gettext_lazy("推送地址删了，没有发"),
}  # fmt: skip
PAUSED = {
    "hand": gettext_lazy("有人暂停的"), "failing": gettext_lazy("三天没有一次成功，自己停的"), "maker": gettext_lazy("建它的人没有权限了"),
}


class EndpointForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名字"), max_length=60, error_messages=REQUIRED)
    url = forms.CharField(
        label=gettext_lazy("网址"), max_length=2048, error_messages=REQUIRED,
        help_text=gettext_lazy("https:// 开头，公网上能打开。内网的要在服务器上先允许。"),
    )  # fmt: skip
    shop = forms.ChoiceField(
        label=gettext_lazy("哪家店"), required=False, help_text=gettext_lazy("选了一家，就只说这家店的订单和包裹。")
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("说哪些事"), widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("至少选一件。")}
    )

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        self.fields["url"].widget.attrs |= {"autocomplete": "off", "inputmode": "url", "placeholder": "https://"}
        shops = Shop.objects.filter(reaching.shop_rows(by.reach)).order_by("id").values_list("id", "name")
        shop, events = self.fields["shop"], self.fields["events"]
        assert isinstance(shop, forms.ChoiceField)
        assert isinstance(events, forms.MultipleChoiceField)
        shop.choices = [("", _("所有的店")), *((str(id_), name) for id_, name in shops)]
        events.choices = [(offer.name, f"{offer.says} · {offer.name}") for offer in offered.OFFERS.values() if by.granted(offer.needs)]

    def clean_shop(self) -> int | None:
        said = self.cleaned_data["shop"]
        return int(said) if said else None


@require_GET
def index(request: Request) -> HttpResponse:
    """Every address that hears of us, and how it stands."""
    request.actor.require(queries.NEEDS)
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = list(queries.rows())
    tallies = queries.tallies([row.pk for row in rows])
    facts = {"rows": [(row, tallies[row.pk]) for row in rows], "paused": PAUSED, "at": request.at, **more}
    return page(request, "hooks", "settings/hooks.html", facts, status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new address; its secret is shown in the answer and nowhere else."""
    request.actor.require(queries.NEEDS)
    request.actor.confirm(queries.NEEDS)
    form = EndpointForm(request.POST or None, by=request.actor, initial={"events": ["order.placed", "order.shipped"]})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = None
        with beside(form, FIELDS):
            made = endpoints.open_one(said["name"], said["url"], said["events"], shop_id=said["shop"], by=request.actor, at=request.at)
        if made is not None:
            say(request, _("建好了 %s") % said["name"])
            return _one(request, made.endpoint_id, shown=made)
    card = {"template": "settings/hook_form.html", "form": form, "title": _("新推送地址"), "object": None}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: Request, endpoint_id: int) -> HttpResponse:
    """Change what is said of it."""
    request.actor.require(queries.NEEDS)
    row = _endpoint(endpoint_id)
    told = {"name": row.name, "url": row.url, "events": row.events, "shop": str(row.shop_id or "")}
    form = EndpointForm(request.POST or None, by=request.actor, initial=told)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with beside(form, FIELDS):
            endpoints.change(row.pk, said["name"], said["url"], said["events"], shop_id=said["shop"], by=request.actor, at=request.at)
        if not form.errors:
            say(request, _("%s 改好了") % said["name"])
            return redirect("settings:hook", row.pk)
    card = {"template": "settings/hook_form.html", "form": form, "title": row.name, "object": row}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)


@require_GET
def one(request: Request, endpoint_id: int) -> HttpResponse:
    """One address with its messages."""
    request.actor.require(queries.NEEDS)
    if elsewhere := lists.astray(request, STATES):
        return elsewhere
    return _one(request, endpoint_id)


def _one(request: Request, endpoint_id: int, *, shown: Opened | None = None) -> HttpResponse:
    row = _endpoint(endpoint_id)
    tally, state = queries.tallies([row.pk])[row.pk], request.GET.get("tab", "")
    here = reverse("settings:hook", args=[row.pk])
    labels = {"": _("全部"), "waiting": _("在等"), "failed": _("没送到"), "sent": _("送到了")}
    many = {"": tally.all, "waiting": tally.waiting, "failed": tally.failed, "sent": tally.sent}
    facts: dict[str, Any] = {
        "row": row,
        "tally": tally,
        "shown": shown,
        "why": WHY,
        "paused": PAUSED,
        "state": state,
        "tries": TRIES,
        "says": {offer.name: offer.says for offer in offered.OFFERS.values()} | {offered.PING: _("试一下")},
        "page": paged(queries.log(row.pk, state), "-id", cursor=request.GET.get("cursor", "")),
        "sub": [
            Tab(key, labels[key], many[key], "bad" if key == "failed" else "", href=f"{here}?tab={key}" if key else here, current=key == state)
            for key in STATES
        ],
    }
    return page(request, "hooks", "settings/hook.html", facts)


@sensitive_post_parameters()
@require_POST
def act(request: Request, endpoint_id: int, verb: str) -> HttpResponse:
    """Try it, pause it, let it run again, renew its secret, let it go, send messages again."""
    row = _endpoint(endpoint_id)
    by, at = request.actor, request.at
    if verb == "ping":
        deliveries.ping([row.pk], by=by, at=at)
        say(request, _("发了一条试试"), note=_("几秒后看这里送到没有"))
    elif verb == "pause":
        endpoints.pause([row.pk], by=by, at=at)
        say(request, _("%s 停了") % row.name, note=_("这段时间的事留着，恢复后再送"))
    elif verb == "resume":
        endpoints.resume([row.pk], by=by, at=at)
        say(request, _("%s 又在送了") % row.name)
    elif verb == "renew":
        return _one(request, row.pk, shown=endpoints.renew_secret(row.pk, by=by, at=at))
    elif verb == "drop":
        endpoints.drop([row.pk], by=by, at=at)
        say(request, _("删掉了 %s") % row.name)
        return redirect("settings:hooks")
    elif verb == "replay":
        return _replay(request, row)
    else:
        raise NotFound(what=verb)
    return redirect("settings:hook", row.pk)


def _replay(request: Request, row: Endpoint) -> HttpResponse:
    """The chosen ones, or all that failed since some time."""
    ids = [int(id_) for id_ in request.POST.getlist("ids") if id_.isdecimal() and len(id_) < 19]
    since = request.POST.get("since", "")
    if since:
        after = request.at - SINCE[since] if since in SINCE else None
        many = deliveries.replay_failed(row.pk, since=after, by=request.actor, at=request.at)
    else:
        ours = queries.log(row.pk).filter(pk__in=ids).values_list("pk", flat=True)
        many = len(deliveries.replay(list(ours), by=request.actor, at=request.at).done)
    say(request, ngettext("%d 条马上再送", "%d 条马上再送", many) % many)
    return redirect("settings:hook", row.pk)


def _endpoint(endpoint_id: int) -> Endpoint:
    row = queries.rows().filter(pk=endpoint_id).first()
    if row is None:
        raise NotFound(what=str(endpoint_id))
    return row


@notices.source
def stopped(actor: Actor, at: datetime) -> Sequence[Notice]:
    """An address that the house stopped by itself waits for somebody."""
    if not actor.can(queries.NEEDS):
        return ()
    words = {each.id: {"name": each.name, "why": PAUSED.get(each.paused_why, "")} for each in queries.known()}
    return [
        Notice("warn", _("推送地址「%(name)s」停了：%(why)s") % words[each.id], door(actor, "settings:hook", each.id))
        for each in queries.known()
        if not each.active and each.paused_why in ("failing", "maker")
    ]
