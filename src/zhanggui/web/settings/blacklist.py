"""The blacklist: phones whose orders wait for somebody, masked; put on, found by the whole phone, lifted."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.customers.commands import blocking
from zhanggui.customers.models import Blocked
from zhanggui.kernel import clock
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching
from zhanggui.orders.models import Order
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page

SHOWN = 300
REQUIRED = {"required": gettext_lazy("这一项要填。")}


class BlockForm(forms.Form):
    """Phones, or the order whose receiver it is; why, and until which day."""

    phones = forms.CharField(
        label=gettext_lazy("电话"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3, "data-private": True, "autocomplete": "off"}),
        help_text=gettext_lazy("完整的电话，一行一个。存的时候加密，以后只看得到遮住的。"), error_messages=REQUIRED,
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("为什么"), max_length=blocking.LONGEST, error_messages=REQUIRED)
    until = forms.DateField(
        label=gettext_lazy("到哪天为止"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("不写就一直在；写了，那天过完自动解除。"),
    )  # fmt: skip

    def __init__(self, *args: Any, order: Order | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if order is not None:
            del self.fields["phones"]

    def clean_until(self) -> datetime | None:
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < clock.day_of(clock.now()):
            raise forms.ValidationError(_("要写以后的日子。"), code="past")
        return clock.day_bounds(day + timedelta(days=1))[0]


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """The lines, those in force first; sent with a whole phone, its lines alone: what is looked for stands in no address."""
    request.actor.require(blocking.RIGHT)
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    sought = request.POST.get("whom", "")[:40] if request.method == "POST" else ""
    rows = Blocked.objects.order_by("lifted_at", "-pk")
    if sought:
        rows = rows.filter(pk__in=blocking.by_phone(sought))
    shown = sorted(rows[:SHOWN], key=lambda row: (row.lifted_at is not None, -row.pk))
    facts = {"rows": shown, "sought": bool(sought), "many": Blocked.objects.filter(lifted_at=None).count(), **more}
    return page(request, "blacklist", "settings/blacklist.html", facts, status=status)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Put phones on it, or the phone of an order's receiver, which nobody needs to see for it."""
    request.actor.require(blocking.RIGHT)
    asked = request.POST.get("order") or request.GET.get("order") or ""
    order = _order(request, asked) if asked else None
    form = BlockForm(request.POST or None, order=order)
    if request.method == "POST" and form.is_valid():
        with beside(form, {"no-such-phone": "phones", "block-needs-reason": "reason"}):
            said = {"reason": form.cleaned_data["reason"], "until": form.cleaned_data["until"], "by": request.actor, "at": request.at}
            if order is not None:
                batch = blocking.add_buyers([order.recipient_id], **said)
            else:
                batch = blocking.add([one for line in form.cleaned_data["phones"].splitlines() if (one := line.strip())], **said)
            n = len(batch.done)
            say(request, ngettext("黑名单加了 %(n)s 个电话", "黑名单加了 %(n)s 个电话", n) % {"n": n}, tone="good" if n else "warn")
        if not form.errors:
            return redirect("settings:blacklist")
    card = {"template": "settings/blacklist_form.html", "form": form, "order": order, "title": _("加入黑名单")}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)


def _order(request: Request, asked: str) -> Order:
    found = Order.objects.select_related("recipient").filter(reaching.of(request.actor.reach), pk__in=ids_in([asked])).first()
    if found is None:
        raise NotFound(what=asked[:20])
    return found


@require_POST
def lift(request: Request) -> HttpResponse:
    """Take the chosen lines off."""
    request.actor.require(blocking.RIGHT)
    n = len(blocking.lift(ids_in(request.POST.getlist("ids"))[:1000], by=request.actor, at=request.at).done)
    if n:
        say(request, ngettext("解除了 %(n)s 个电话，拦下的单正再审一遍", "解除了 %(n)s 个电话，拦下的单正再审一遍", n) % {"n": n})
    return redirect("settings:blacklist")
