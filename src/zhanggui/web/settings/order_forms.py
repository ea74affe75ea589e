"""Public order forms, as whoever keeps them sees them: what each offers and says, its link, and what came of it."""

import base64
import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts.house import standing
from zhanggui.catalog.models import Sku
from zhanggui.kernel.errors import Changed, NotFound, refusals
from zhanggui.kernel.money import plain
from zhanggui.orders import offering, reaching
from zhanggui.orders.commands import web_forms
from zhanggui.orders.commands.web_forms import MOST_GOODS, Design, Good
from zhanggui.orders.models import FormGood, OrderForm, Shop
from zhanggui.orders.queries import goods_by_code
from zhanggui.papers.codes import qr
from zhanggui.web.doors import showing
from zhanggui.web.doors.forms import BuyerForm
from zhanggui.web.frame.beside import beside
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.goods.forms import MoneyField
from zhanggui.web.settings.views import page

REQUIRED = {"required": gettext_lazy("这一项要填。")}
PAYS = [(each.value, gettext_lazy(each.label)) for each in OrderForm.Pays]
FIELDS = {"bad-origin": "origins"}


class NewForm(forms.Form):
    """What must be known before there is a form."""

    name = forms.CharField(
        label=gettext_lazy("表单名字"), max_length=60, error_messages=REQUIRED, help_text=gettext_lazy("买家看到的标题，例如「中秋礼盒预订」。")
    )
    shop = forms.ChoiceField(label=gettext_lazy("哪家店"), help_text=gettext_lazy("订单记在这家店，价格用它的币种。"))
    house = forms.CharField(
        label=gettext_lazy("商家名称"), max_length=60, error_messages=REQUIRED,
        help_text=gettext_lazy("写在页头和隐私说明里：谁在收买家的信息。"),
    )  # fmt: skip
    pays = forms.ChoiceField(
        label=gettext_lazy("怎么付款"), choices=PAYS, help_text=gettext_lazy("先付款的单从「待付款」开始，其余的直接进「待审核」。")
    )

    def __init__(self, *args: Any, shops: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        shop = self.fields["shop"]
        assert isinstance(shop, forms.ChoiceField)
        shop.choices = [(str(id_), name) for id_, name in shops]
        self.fields["name"].widget.attrs |= {"autocomplete": "off"}


class WholeForm(NewForm):
    """Everything a form says; its goods stand beside it."""

    intro = forms.CharField(label=gettext_lazy("开头的话"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    freight = MoneyField(label=gettext_lazy("运费"), max_length=24, required=False, help_text=gettext_lazy("每单加这么多；空着不收。"))
    shows_stock = forms.BooleanField(
        label=gettext_lazy("说有货、缺货"), required=False, help_text=gettext_lazy("只说有没有，不说几件；缺货的不能订。")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("先用哪种语言"), choices=settings.LANGUAGES, help_text=gettext_lazy("买家在页头可以换。")
    )
    thanks = forms.CharField(
        label=gettext_lazy("下单以后说什么"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如收款方式、客服微信。单号和下一步怎么走，掌柜会说。"),
    )  # fmt: skip
    privacy = forms.CharField(
        label=gettext_lazy("隐私说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("空着就用掌柜写好的：只为这一单用，只给快递，到期删除，怎么查怎么删。"),
    )  # fmt: skip
    origins = forms.CharField(
        label=gettext_lazy("可以嵌在哪些网站里"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false", "placeholder": "https://shop.example.com"}),
        help_text=gettext_lazy("一行一个。空着就哪里都不能嵌，只能打开链接。"),
    )  # fmt: skip
    add = forms.CharField(
        label=gettext_lazy("加商品"), max_length=2000, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
        help_text=gettext_lazy("商品编码或条码，名称或拼音首字母也找得到，几个之间用空格；价格先用商品的售价，加进来再改。"),
    )  # fmt: skip

    def __init__(self, *args: Any, rows: Sequence[FormGood], currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows, self.currency = rows, currency
        self.goods: list[Good] = []
        self.wrong: dict[int, str] = {}
        freight = self.fields["freight"]
        assert isinstance(freight, MoneyField)
        freight.currency = currency

        self.fields["add"].widget.attrs |= {"data-finder": reverse("orders:skus"), "data-finder-many": True}

    def clean_origins(self) -> tuple[str, ...]:
        return tuple(each for each in self.cleaned_data["origins"].split() if each)

    def clean_add(self) -> list[Good]:
        said = re.split(r"[\s,\uff0c\u3001]+", self.cleaned_data["add"].strip())
        said = [code for code in said if code]
        found = goods_by_code(said)
        lost = [code for code in said if code not in found]
        if lost:
            raise forms.ValidationError(_("商品里没有 %s。") % _("、").join(code[:40] for code in lost))
        here = {row.sku_id for row in self.rows}
        skus = {sku.pk: sku for sku in Sku.objects.filter(pk__in=[found[code][0] for code in said])}
        return [Good(id_, sku.price_minor) for id_, sku in skus.items() if id_ not in here]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        price = MoneyField(currency=self.currency, max_length=24, required=False)
        for row in self.rows:
            if self.data.get(f"drop_{row.sku_id}"):
                continue
            most = str(self.data.get(f"most_{row.sku_id}", row.most)).strip()
            try:
                minor = price.clean(self.data.get(f"price_{row.sku_id}", "")) or 0
            except forms.ValidationError as wrong:
                self.wrong[row.sku_id] = wrong.messages[0]
                continue
            if not (most.isascii() and most.isdecimal() and 0 < int(most[:9]) <= web_forms.MOST_PIECES):
                self.wrong[row.sku_id] = _("最多件数填 1 到 9999。")
                continue
            self.goods.append(Good(row.sku_id, minor, int(most)))
        self.goods += facts.get("add") or []
        if self.wrong:
            self.add_error(None, _("有的商品价格或件数不对。"))
        if len(self.goods) > MOST_GOODS:
            self.add_error("add", _("一张表单最多 %s 种商品。") % MOST_GOODS)
        return facts

    def design(self) -> Design:
        said = self.cleaned_data
        names = ("name", "house", "intro", "privacy", "thanks", "language", "pays", "shows_stock", "origins")
        return Design(**{name: said[name] for name in names}, freight_minor=said["freight"] or 0, goods=tuple(self.goods))


def _shops(request: Request) -> list[tuple[int, str]]:
    return list(Shop.objects.filter(reaching.shop_rows(request.actor.reach), enabled=True).order_by("id").values_list("pk", "name"))


def _found(request: Request, form_id: int) -> OrderForm:
    rows = OrderForm.objects.select_related("shop").filter(reaching.shops(request.actor.reach))
    return get_object_or_404(rows, pk=form_id)


@require_GET
def index(request: Request) -> HttpResponse:
    """Every form, what came of it in thirty days, and whether it takes orders."""
    request.actor.require("settings")
    return _index(request)


def _index(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    found = offering.forms(reach=request.actor.reach)
    counted = offering.counted([row.pk for row in found], at=request.at)
    return page(request, "forms", "settings/forms.html", {"rows": [(row, counted[row.pk]) for row in found], **more}, status=status)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A new form, closed until it has goods and is opened."""
    request.actor.require("settings")
    request.actor.confirm("settings")
    shops = _shops(request)
    form = NewForm(request.POST or None, shops=shops, initial={"house": standing().name})
    form.fields["house"].required = False
    form.fields["house"].help_text = _("写在页头和隐私说明里：谁在收买家的信息。空着就写店名。")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        house = said["house"] or dict(shops)[int(said["shop"])]
        wanted = Design(said["name"], house, pays=said["pays"], language=request.LANGUAGE_CODE)
        made = web_forms.design(None, wanted, shop_id=int(said["shop"]), by=request.actor, at=request.at)
        say(request, _("建好了 %s") % said["name"], note=_("加上商品，就能把链接发出去。"))
        return redirect("settings:form", made)
    card = {"template": "settings/form_new.html", "form": form, "title": _("新下单表单"), "object": None, "shops": shops}
    return _index(request, card=card, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "POST"])
def one(request: Request, form_id: int) -> HttpResponse:
    """One form whole: what it says and offers, its link, and what became of those who used it."""
    request.actor.require("settings")
    found = _found(request, form_id)
    rows = list(FormGood.objects.filter(form=found.pk).select_related("sku").order_by("position", "id"))
    names = ("name", "house", "intro", "privacy", "thanks", "language", "pays", "shows_stock")
    told = {name: getattr(found, name) for name in names} | {
        "shop": str(found.shop_id), "origins": "\n".join(found.origins),
        "freight": plain(found.freight_minor, found.shop.currency) if found.freight_minor else "",
    }  # fmt: skip
    form = WholeForm(request.POST or None, shops=_shops(request), rows=rows, currency=found.shop.currency, initial=told)
    status, seen = 422, request.POST.get("seen", "")
    if request.method == "POST" and form.is_valid():
        with beside(form, FIELDS):
            shop_id = int(form.cleaned_data["shop"])
            version = int(seen) if seen.isdecimal() and len(seen) < 9 else None
            try:
                web_forms.design(found.pk, form.design(), shop_id=shop_id, seen=version, by=request.actor, at=request.at)
            except Changed as changed:
                form.add_error(None, f"{changed.sentence} {_('下面是您写的：看一遍，再保存一次，就按您的。')}")
                status, found = changed.status, _found(request, form_id)
        if not form.errors:
            say(request, _("%s 改好了") % form.cleaned_data["name"])
            return redirect("settings:form", found.pk)
    said: QueryDict | dict[str, str] = request.POST if form.is_bound else {}
    goods = [
        {
            "row": row,
            "price": said.get(f"price_{row.sku_id}", plain(row.price_minor, found.shop.currency)),
            "most": said.get(f"most_{row.sku_id}", str(row.most)),
            "drop": bool(said.get(f"drop_{row.sku_id}")),
            "wrong": form.wrong.get(row.sku_id, ""),
        }
        for row in rows
    ]
    link = f"{settings.ADDRESS.rstrip('/')}{_path(found)}" if settings.ADDRESS else request.build_absolute_uri(_path(found))
    counted = offering.counted([found.pk], at=request.at)[found.pk]
    facts = {
        "form": form, "object": found, "goods": goods, "link": link,
        "inside": host if stays_inside(host := urlsplit(link).hostname or "") else "",
        "qr": base64.b64encode(qr(link).svg.encode()).decode(),
        "embed": f'<iframe src="{link}" title="{escape(found.name)}" width="100%" height="1200" loading="lazy"></iframe>',
        "counted": counted,
        "why": _why(counted.why),
    }  # fmt: skip
    return page(request, "forms", "settings/order_form.html", facts, status=status if form.is_bound and form.errors else 200)


def stays_inside(host: str) -> bool:
    """Whether only this machine or its own network knows this host: nobody outside gets there."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return "." not in name or name.endswith((".local", ".localhost", ".lan", ".internal", ".home.arpa"))


def _path(found: OrderForm) -> str:
    return reverse("doors:form", args=[found.token])


def _why(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why attempts were refused, in words."""
    known = refusals()
    return [(re.split(r"[\uff0c,]", known[code]().sentence)[0] if code in known else code, n) for code, n in counted.items()]


@require_GET
def preview(request: Request, form_id: int) -> HttpResponse:
    """The page as a buyer sees it, also while it is closed; nothing can be sent from here."""
    request.actor.require("settings")
    found = _found(request, form_id)
    goods = offering.offered(found)
    with translation.override(showing.language_of(found, request.GET.get("lang", ""))):
        facts = showing.facts(found, goods, BuyerForm(None, goods=goods), at=request.at)
        return render(request, "doors/form.html", {**facts, "preview": True})


@require_POST
def act(request: Request, form_id: int, verb: str) -> HttpResponse:
    """Open it, close it, or give it a new link."""
    request.actor.require("settings")
    found = _found(request, form_id)
    if verb in ("open", "close"):
        web_forms.set_open(found.pk, verb == "open", by=request.actor, at=request.at)
        say(request, (_("%s 开始收订单") if verb == "open" else _("%s 停了，打开链接的人会看到不收订单")) % found.name)
    elif verb == "renew":
        web_forms.renew_link(found.pk, by=request.actor, at=request.at)
        say(request, _("换了链接，旧链接打不开了"))
    else:
        raise NotFound(what=verb)
    return redirect("settings:form", found.pk)
