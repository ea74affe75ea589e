"""Settings of payment: how long money is waited for, who is reminded when, and which ways a shop offers."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhanggui.kernel.errors import NotFound
from zhanggui.orders import paying
from zhanggui.orders.models import Shop
from zhanggui.payments.commands import terms as saying
from zhanggui.payments.refusals import BadTerms
from zhanggui.payments.terms import ALL, InForce, Terms
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page


class HoursField(forms.CharField):
    """Hours before the end, several with commas between: kept as minutes."""

    def clean(self, value: Any) -> tuple[int, ...]:
        minutes = []
        for each in filter(None, re.split(r"[^0-9.\w-]+", unicodedata.normalize("NFKC", super().clean(value)))):
            try:
                found = int(Decimal(each) * 60)
            except ArithmeticError:
                found = 0
            if not 0 < found <= saying.LONGEST_MIN:
                raise forms.ValidationError(_("写几小时，用逗号隔开，例如 12, 2。"), code="hours")
            minutes.append(found)
        return tuple(sorted(set(minutes), reverse=True))


class TermsForm(forms.Form):
    """The terms of one shop, or of all."""

    within_h = forms.DecimalField(
        label=gettext_lazy("下单后几小时内付款"), required=False, min_value=Decimal("0.1"), max_value=2160, decimal_places=2,
        help_text=gettext_lazy("不写就一直等。平台的单另有平台自己的时限。"),
    )  # fmt: skip
    staff = HoursField(label=gettext_lazy("到期前几小时提醒自己人"), required=False, max_length=60)
    buyer = HoursField(
        label=gettext_lazy("到期前几小时提醒买家"), required=False, max_length=60,
        help_text=gettext_lazy("到点记进订单的经过，并推送 payment.reminded；短信或机器人接推送就能发。"),
    )  # fmt: skip
    extends_most = forms.IntegerField(label=gettext_lazy("一单最多延几次"), min_value=0, max_value=saying.MOST_TIMES)
    cancels = forms.BooleanField(label=gettext_lazy("到期没付，自动取消"), required=False)
    spared = forms.MultipleChoiceField(
        label=gettext_lazy("这些付款方式不自动取消"), required=False, widget=forms.CheckboxSelectMultiple
    )
    methods = forms.MultipleChoiceField(
        label=gettext_lazy("这里收的付款方式"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("没勾的，订单审核时会拦下来问。货到付款、挂账的额度在「审单规则」里，也可以每个店单独定。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ways = [(each.name, _(each.name)) for each in paying.methods()]
        for name in ("spared", "methods"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = ways

    def said(self) -> Terms:
        facts = self.cleaned_data
        within = int(facts["within_h"] * 60) if facts["within_h"] else None
        off = tuple(each.name for each in paying.methods() if each.name not in facts["methods"])
        return Terms(within, facts["staff"], facts["buyer"], facts["cancels"], tuple(facts["spared"]), off, facts["extends_most"])


def _begins(terms: Terms) -> dict[str, Any]:
    def hours(minutes: tuple[int, ...]) -> str:
        return ", ".join(f"{Decimal(each) / 60:.2f}".rstrip("0").rstrip(".") for each in minutes)

    within = (Decimal(terms.within_min) / 60).quantize(Decimal("0.01")).normalize() if terms.within_min else None
    return {
        "within_h": f"{within:f}" if within is not None else "", "staff": hours(terms.remind_staff), "buyer": hours(terms.remind_buyer),
        "extends_most": terms.extends_most, "cancels": terms.cancels, "spared": list(terms.spared),
        "methods": [each.name for each in paying.methods() if each.name not in terms.methods_off],
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """The terms of all shops, or of the one chosen."""
    request.actor.require("settings")
    asked = request.POST.get("shop", request.GET.get("shop", ""))
    shop = Shop.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if asked and shop is None:
        raise NotFound(what=asked[:20])
    shop_id = shop.pk if shop else None
    force = InForce()
    form = TermsForm(request.POST or None, initial=_begins(force.of(shop_id or ALL)))
    there = reverse("settings:payments") + (f"?shop={shop.pk}" if shop else "")
    if request.method == "POST" and "usual" in request.POST:
        saying.as_usual(shop_id=shop_id, by=request.actor, at=request.at)
        say(request, _("付款期限恢复了"))
        return redirect(there)
    if request.method == "POST" and form.is_valid():
        try:
            saying.say(form.said(), shop_id=shop_id, by=request.actor, at=request.at)
        except BadTerms as refusal:
            form.add_error("buyer" if refusal.facts["what"] == "remind" else "within_h", refusal.advice)
        else:
            say(request, _("付款期限存好了，新来的单照这个"))
            return redirect(there)
    shops = list(Shop.objects.filter(enabled=True).order_by("name"))
    facts = {"form": form, "shop": shop, "shops": shops, "own": (shop_id or ALL) in force.said}
    return page(request, "payments", "settings/payments.html", facts, status=422 if form.is_bound and form.errors else 200)
