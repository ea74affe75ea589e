"""Settings of review: which rules look at orders, and how strictly, for all shops or one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.kernel.errors import NotFound, Text
from zhanggui.kernel.money import written
from zhanggui.orders.checks.check import HOURS, LONGEST_WORD, MONEY, MOST_WORDS, NUMBER, PERCENT, WORDS, Check, Dial, Said
from zhanggui.orders.checks.listed import by_code, checks
from zhanggui.orders.commands import tuning
from zhanggui.orders.flags import COLOURS, flag_of
from zhanggui.orders.models import Shop
from zhanggui.orders.reading import desk
from zhanggui.orders.tuning import Forces
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders import words
from zhanggui.web.settings.views import page

UNITS: Mapping[str, Text] = {NUMBER: gettext_lazy("件"), MONEY: gettext_lazy("元"), PERCENT: "%", HOURS: gettext_lazy("小时")}
SHOWN_WORDS = 6


@dataclass(frozen=True)
class Row:
    """One rule as the chosen shop has it. ``own``: something was said of it right here."""

    check: Check
    on: bool
    own: bool
    stands: str
    held: int

    @property
    def name(self) -> str:
        return _(self.check.zh)

    @property
    def why(self) -> str:
        return _(self.check.why)


class DialsForm(forms.Form):
    """Whether a rule looks, and a field for each of its dials."""

    enabled = forms.BooleanField(label=gettext_lazy("用这条规则"), required=False)

    def __init__(self, *args: Any, check: Check, **options: Any) -> None:
        super().__init__(*args, **options)
        self.check = check
        if check.always:
            del self.fields["enabled"]
        for dial in check.dials:
            self.fields[dial.name] = field_of(dial)

    def said(self) -> dict[str, Any]:
        """The dials as they are kept."""
        facts = self.cleaned_data
        return {dial.name: kept(dial, facts[dial.name]) for dial in self.check.dials}


def field_of(dial: Dial) -> forms.Field:
    label = _(dial.zh)
    if dial.kind == WORDS:
        help_text = _(dial.help) if dial.help else _("一行一个")
        return WordsField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 8}), help_text=help_text, flags=dial.name == "flags")
    unit = _("%(label)s（%(unit)s）") % {"label": label, "unit": UNITS[dial.kind]}
    if dial.kind == MONEY:
        least, most = Decimal(dial.least) / 100, Decimal(dial.most) / 100
        return forms.DecimalField(label=unit, min_value=least, max_value=most, decimal_places=2)
    return forms.IntegerField(label=unit, min_value=dial.least, max_value=dial.most)


class WordsField(forms.CharField):
    """Words, one a line; of flags their colours."""

    def __init__(self, *, flags: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.flags = flags

    def clean(self, value: Any) -> list[str]:
        said = [word for line in super().clean(value).splitlines() if (word := line.strip())]
        if self.flags:
            said = [flag_of(word) for word in said]
            if strange := [word for word in said if word not in COLOURS]:
                raise forms.ValidationError(_("没有「%s」这种旗子。") % strange[0], code="flag")
        if long := [word for word in said if len(word) > LONGEST_WORD]:
            raise forms.ValidationError(_("「%(word)s…」太长，每行最多 %(n)s 个字。") % {"word": long[0][:8], "n": LONGEST_WORD}, code="long")
        if len(said) > MOST_WORDS:
            raise forms.ValidationError(_("最多 %s 行。") % MOST_WORDS, code="many")
        return list(dict.fromkeys(said))


def kept(dial: Dial, value: Any) -> Any:
    return int(value * 100) if dial.kind == MONEY else value


def shown(dial: Dial, value: Any) -> Any:
    """What the field of a dial begins with."""
    if dial.kind == MONEY:
        return Decimal(value) / 100
    if dial.kind == WORDS:
        return "\n".join(str(words.FLAG_WORDS[one]) if one in COLOURS else one for one in value)
    return value


def dial_says(dial: Dial, value: Any) -> str:
    """One dial in a few words: ``前后多久以内 24 小时``."""
    label = _(dial.zh)
    if dial.kind == WORDS:
        told = [str(words.FLAG_WORDS[one]) if one in COLOURS else one for one in value[:SHOWN_WORDS]]
        more = _("…") if len(value) > SHOWN_WORDS else ""
        return f"{label} {_('、').join(told)}{more}" if told else _("%s 还没有写") % label
    unit = str(UNITS[dial.kind])
    return f"{label} {written(value)}" if dial.kind == MONEY else f"{label} {value} {unit}"


@require_GET
def index(request: Request) -> HttpResponse:
    """Every rule, as all shops have it or the one chosen."""
    request.actor.require("settings")
    return _index(request, _shop(request))


def _shop(request: Request) -> Shop | None:
    asked = request.POST.get("shop", request.GET.get("shop", ""))
    if not asked:
        return None
    found = Shop.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if found is None:
        raise NotFound(what=asked[:20])
    return found


def _index(request: Request, shop: Shop | None, *, status: int = 200, **more: Any) -> HttpResponse:
    forces, held = Forces(), desk.by_reason(reach=request.actor.reach)
    shop_id = shop.pk if shop else None
    force = {each.check.code: each.dials for each in forces.of(shop_id)}
    said = forces.said(shop_id)
    rows = [
        Row(
            check, check.code in force, check.code in said,
            _("；").join(dial_says(dial, force[check.code][dial.name]) for dial in check.dials) if check.code in force else "",
            sum(held.get(code, 0) for code in check.finds),
        )
        for check in checks()
    ]  # fmt: skip
    shops = list(Shop.objects.filter(enabled=True).order_by("name"))
    return page(request, "checks", "settings/checks.html", {"rows": rows, "shop": shop, "shops": shops, **more}, status=status)


@require_http_methods(["GET", "POST"])
def rule(request: Request, code: str) -> HttpResponse:
    """One rule: whether it looks, and its dials; or as it usually stands."""
    request.actor.require("settings")
    found = by_code().get(code)
    if found is None:
        raise NotFound(what=code[:32])
    shop = _shop(request)
    shop_id = shop.pk if shop else None
    if request.method == "POST" and "usual" in request.POST:
        return _done(request, found, shop, tuning.as_usual(code, shop_id=shop_id, by=request.actor, at=request.at))
    forces = Forces()
    force = {each.check.code: each.dials for each in forces.of(shop_id)}
    begin = _begin(found, forces.said(None).get(code), forces.said(shop_id).get(code) if shop_id else None)
    form = DialsForm(request.POST or None, check=found, initial={"enabled": code in force, **begin})
    if request.method == "POST" and form.is_valid():
        on = True if found.always else form.cleaned_data["enabled"]
        return _done(request, found, shop, tuning.tune(code, on, form.said(), shop_id=shop_id, by=request.actor, at=request.at))
    card = {
        "template": "settings/check_form.html", "form": form, "check": found, "title": _(found.zh), "why": _(found.why), "shop": shop,
        "own": code in forces.said(shop_id), "reasons": [words.reason(each) for each in found.finds],
    }  # fmt: skip
    return _index(request, shop, card=card, status=422 if form.is_bound and form.errors else 200)


def _begin(check: Check, everywhere: Said | None, here: Said | None) -> dict[str, Any]:
    dials = check.usual
    for said in (everywhere, here):
        dials |= {name: value for name, value in (said.dials if said else {}).items() if name in dials}
    return {dial.name: shown(dial, dials[dial.name]) for dial in check.dials}


def _done(request: Request, check: Check, shop: Shop | None, again: int) -> HttpResponse:
    note = ngettext("待审核的 %(n)s 单正按新规则再审一遍", "待审核的 %(n)s 单正按新规则再审一遍", again) % {"n": again} if again else ""
    say(request, _("「%s」改好了") % _(check.zh), note=note)
    return redirect(reverse("settings:checks") + (f"?shop={shop.pk}" if shop else ""))
