"""Keys for programs: which there are, a new one shown once, and taking one back."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts.commands import tokens
from zhanggui.accounts.commands.tokens import BadTokenWish, MadeToken
from zhanggui.accounts.models import Token
from zhanggui.accounts.policy import policy
from zhanggui.accounts.tokens import lendable
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching as orders
from zhanggui.orders.models import Shop
from zhanggui.stock import reaching as stock
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.views import page

NEEDS = "token.create"
DAYS = ((30, gettext_lazy("30 天")), (90, gettext_lazy("90 天")), (180, gettext_lazy("半年")), (365, gettext_lazy("一年")))
SHOWN = 200


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("给谁用"), max_length=60, help_text=gettext_lazy("例如 官网、BI 报表。它做的事记在这个名字下。"),
        error_messages={"required": gettext_lazy("请起一个名字，最多 60 个字。")},
    )  # fmt: skip
    days = forms.TypedChoiceField(label=gettext_lazy("多久到期"), choices=DAYS, coerce=int, initial=tokens.USUAL_DAYS)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("能做什么"), widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("至少选一项。")}
    )
    shop_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("只给这些店"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    warehouse_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("只给这些仓库"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    networks = forms.CharField(
        label=gettext_lazy("只能从这些地址来"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("一行一个，例如 203.0.113.7 或 203.0.113.0/24。不填就不限。"),
    )  # fmt: skip

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        english = (translation.get_language() or "").startswith("en")
        known = policy().capabilities
        shops = Shop.objects.filter(orders.shop_rows(by.reach)).order_by("id").values_list("pk", "name")
        houses = Warehouse.objects.filter(stock.warehouse_rows(by.reach)).order_by("id").values_list("pk", "name")
        rights = [(code, known[code].en if english else known[code].zh) for code in lendable(by)]
        # A program never gets further than the mask, whatever the right is called among people.
        rights = [(code, _("看收件人（只看遮住的）") if code == "order.recipient" else said) for code, said in rights]
        for name, choices in (("scopes", rights), ("shop_ids", list(shops)), ("warehouse_ids", list(houses))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_networks(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]


@require_GET
def index(request: Request) -> HttpResponse:
    """Every key there is, the newest first; those that open nothing any more stay for the record."""
    request.actor.require(NEEDS)
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = list(Token.objects.select_related("maker").order_by("-pk")[:SHOWN])
    facts = {"rows": [(row, _state(row, request)) for row in rows], **more}
    return page(request, "tokens", "settings/tokens.html", facts, status=status)


def _state(row: Token, request: Request) -> str:
    """on, or why it opens nothing: revoked, expired, gone."""
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at <= request.at:
        return "expired"
    return "on" if row.maker.is_active and row.maker.generation == row.generation else "gone"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new key; its secret is shown in the answer and nowhere else."""
    request.actor.require(NEEDS)
    request.actor.confirm(NEEDS)
    form = TokenForm(request.POST or None, by=request.actor)
    made: MadeToken | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = tokens.create(
                said["name"], said["scopes"], days=said["days"], shop_ids=said["shop_ids"] or None,
                warehouse_ids=said["warehouse_ids"] or None, networks=said["networks"], by=request.actor, at=request.at,
            )  # fmt: skip
        except BadTokenWish as refusal:
            form.add_error(refusal.facts["field"], refusal.sentence)
    if made is not None:
        say(request, _("%s 的密钥做好了") % form.cleaned_data["name"])
        return _index(request, shown=made)
    card = {"template": "settings/token_form.html", "form": form}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)


@require_GET
def one(request: Request, token_id: int) -> HttpResponse:
    """One key: what it was lent, how far, from where it came last."""
    request.actor.require(NEEDS)
    row = _token(token_id)
    english = (translation.get_language() or "").startswith("en")
    known = policy().capabilities
    card = {
        "template": "settings/token.html", "row": row, "state": _state(row, request),
        "scopes": [known[code].en if english else known[code].zh for code in row.scopes if code in known],
        "shops": None if row.shop_ids is None else list(Shop.objects.filter(pk__in=row.shop_ids).values_list("name", flat=True)),
        "warehouses": None
        if row.warehouse_ids is None
        else list(Warehouse.objects.filter(pk__in=row.warehouse_ids).values_list("name", flat=True)),
    }  # fmt: skip
    return _index(request, card=card)


@require_POST
def revoke(request: Request, token_id: int) -> HttpResponse:
    """Take one back; it opens nothing from the next call on."""
    row = _token(token_id)
    tokens.revoke([row.pk], by=request.actor, at=request.at)
    say(request, _("%s 的密钥作废了") % row.name, note=_("马上就打不开了"))
    return redirect("settings:tokens")


def _token(token_id: int) -> Token:
    row = Token.objects.select_related("maker").filter(pk=token_id).first()
    if row is None:
        raise NotFound(what=str(token_id))
    return row
