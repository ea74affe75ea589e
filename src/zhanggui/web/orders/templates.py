"""Templates: the list, an order kept as one, what it says, and what is done with it as a whole."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.journal import book
from zhanggui.kernel import paging
from zhanggui.kernel.errors import Changed, Refused, Wanting
from zhanggui.kernel.money import plain
from zhanggui.orders import paying, reaching
from zhanggui.orders.commands import templates
from zhanggui.orders.commands.templates import Wanted, WantedLine
from zhanggui.orders.models import Shop, Template, TemplateLine
from zhanggui.orders.reading import detail, rights
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.rules import wording
from zhanggui.orders.sheet import amount
from zhanggui.web.frame import lists
from zhanggui.web.frame.gate import comes
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders import words
from zhanggui.web.orders.template_wishes import typed

BLANK = 3
PAYMENTS = (
    ("unpaid", gettext_lazy("未付，等收款")),
    ("paid", gettext_lazy("已付清")),
    ("cod", gettext_lazy("货到付款")),
    ("on_account", gettext_lazy("挂账")),
)


class FindForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("找"), required=False, max_length=60)
    shop = forms.TypedChoiceField(label=gettext_lazy("店铺"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, shops: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["shop"].choices = [("", _("全部店铺")), *shops]  # type: ignore[attr-defined]


@require_GET
def index(request: Request) -> HttpResponse:
    """The templates this actor may use, the last used first."""
    actor = request.actor
    if (answer := lists.astray(request, reading.TABS)) is not None:
        return answer
    shops = list(Shop.objects.filter(reaching.shop_rows(actor.reach)).order_by("name", "pk").values_list("pk", "name"))
    form = FindForm(request.GET, shops=shops)
    said = form.cleaned_data if form.is_valid() else {}
    tab = request.GET.get("tab", "") or "all"
    rows = reading.listed(actor, tab=tab, q=said.get("q", ""), shop_id=said.get("shop"))
    page = paging.page(rows, "-used_at", cursor=request.GET.get("cursor", ""))
    counted = reading.counts(actor)
    says = {"all": _("全部"), "mine": _("我的"), "shared": _("共享的"), "recurring": _("自动下单的"), "archived": _("已归档")}
    tabs = [Tab(key, says[key], counted[key], wide=key in ("mine", "archived")) for key in reading.TABS]
    return render(request, "orders/templates.html", {
        "page": page, "form": form, "listing": lists.listing(request, "templates", tabs=tabs, tab=tab, form=form),
        "prices": rights.sees_prices(actor), "asked": bool(said.get("q") or said.get("shop")), "any": counted["all"] + counted["archived"],
        "tab": tab,
    })  # fmt: skip


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("模板叫什么"), max_length=60, error_messages={"required": gettext_lazy("给它起个名字。")})
    customer = forms.ChoiceField(
        label=gettext_lazy("客户"), widget=forms.RadioSelect,
        choices=[("open", gettext_lazy("每次再写")), ("kept", gettext_lazy("总是寄给这一位（加密存着）"))],
    )  # fmt: skip
    buyer_note = forms.BooleanField(label=gettext_lazy("每一单都带上这位买家的留言"), required=False)
    shared = forms.BooleanField(label=gettext_lazy("同事也能用"), required=False)


@require_http_methods(["GET", "POST"])
def save(request: Request, order_id: int) -> HttpResponse:
    """This order kept as a template."""
    whole = detail.whole(order_id, stages=rights.stages_seen(request.actor), reach=request.actor.reach)
    form = SaveForm(request.POST or None, initial={"customer": "open"})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = templates.save(
                order_id, said["name"], keeps_customer=said["customer"] == "kept", keeps_buyer_note=said["buyer_note"],
                shared=said["shared"], by=request.actor, at=request.at,
            )  # fmt: skip
        except Wanting:
            raise
        except Refused as refused:
            form.add_error("customer", str(refused))
        else:
            say(request, _("存成模板了"), note=_("数量、价钱和备注都能再改。"))
            return HttpResponseRedirect(reverse("orders:template", args=[made]))
    facts = {"form": form, "order": whole.order, "lines": whole.lines, "prices": rights.sees_prices(request.actor)}
    return render(request, "orders/template_save.html", facts, status=422 if form.errors else 200)


class TemplateForm(forms.Form):
    """What a template says beside its goods."""

    name = forms.CharField(label=gettext_lazy("名字"), max_length=60, error_messages={"required": gettext_lazy("给它起个名字。")})
    shared = forms.BooleanField(label=gettext_lazy("同事也能用"), required=False)
    payment = forms.ChoiceField(label=gettext_lazy("怎么付"), choices=PAYMENTS)
    payment_method = forms.CharField(
        label=gettext_lazy("付款方式"), required=False, max_length=32, widget=forms.TextInput(attrs={"list": "ways-to-pay", "autocomplete": "off"})
    )
    discount = forms.DecimalField(label=gettext_lazy("整单优惠"), required=False, min_value=0, max_digits=12, decimal_places=2)
    freight = forms.DecimalField(label=gettext_lazy("运费"), required=False, min_value=0, max_digits=12, decimal_places=2)
    begins = forms.ChoiceField(
        label=gettext_lazy("做出来先是"), choices=[("submit", gettext_lazy("提交审核")), ("draft", gettext_lazy("草稿"))]
    )
    ship_within_h = forms.IntegerField(
        label=gettext_lazy("几小时内发货"), required=False, min_value=1, max_value=24 * 60, help_text=gettext_lazy("空着按店铺的。")
    )
    buyer_note = forms.CharField(label=gettext_lazy("买家留言"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    seller_note = forms.CharField(label=gettext_lazy("卖家备注"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    whose = forms.ChoiceField(label=gettext_lazy("客户"), widget=forms.RadioSelect)
    to_name = forms.CharField(label=gettext_lazy("收件人"), required=False, max_length=60)
    to_phone = forms.CharField(label=gettext_lazy("电话"), required=False, max_length=40)
    to_address = forms.CharField(label=gettext_lazy("地址"), required=False, max_length=200)

    def __init__(self, *args: Any, template: Template, **more: Any) -> None:
        super().__init__(*args, **more)
        to = template.recipient
        whose = [("kept", _("总是寄给 %s") % to.masked_name)] if to is not None and to.erased_at is None else []
        self.fields["whose"].choices = [("open", _("每次再写")), *whose, ("new", _("换成这一位"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("whose") == "new" and not said.get("to_name", "").strip():
            self.add_error("to_name", _("写收件人的姓名。"))
        elif said.get("whose") == "new":
            for refused in typed(said["to_name"], said.get("to_phone", ""), said.get("to_address", "")).wrong:
                self.add_error("to_address", f"{refused.sentence} {refused.advice}")
        return said


def _told(template: Template) -> dict[str, Any]:
    to = template.recipient
    return {
        "name": template.name, "shared": template.shared, "payment": template.payment, "payment_method": template.payment_method,
        "discount": plain(template.discount_minor, template.currency), "freight": plain(template.freight_minor, template.currency),
        "begins": "submit" if template.submits else "draft", "ship_within_h": template.ship_within_h,
        "buyer_note": template.buyer_note, "seller_note": template.seller_note,
        "whose": "kept" if to is not None and to.erased_at is None else "open",
    }  # fmt: skip


def _rows_told(template: Template, lines: list[TemplateLine]) -> list[dict[str, Any]]:
    return [
        {
            "code": line.sku_code or line.name, "name": f"{line.name} {line.spec}".strip(), "quantity": line.quantity,
            "unit": plain(line.unit_minor, template.currency), "today": line.todays_price,
            "discount": plain(line.discount_minor, template.currency) if line.discount_minor else "", "note": line.note,
        }
        for line in lines
    ]  # fmt: skip


def _rows_said(data: QueryDict) -> list[dict[str, Any]]:
    """The rows as they were typed, the empty ones left out."""
    # The goods go by the name that a picker of SKUs hears.
    columns = {"code": data.getlist("sku"), **{name: data.getlist(name) for name in ("quantity", "unit", "discount", "note", "says")}}
    today = set(data.getlist("today"))
    found = []
    for nth, code in enumerate(columns["code"]):
        row = {name: (said[nth].strip() if nth < len(said) else "") for name, said in columns.items()}
        if code.strip():
            found.append({**row, "name": row["says"], "today": str(nth) in today})
    return found


def _minor(said: str, currency: str) -> int | None:
    """An amount as a new order by hand reads it, too: nothing typed is nothing, None is what cannot be read."""
    minor, wrong = amount(said, currency)
    return None if wrong else minor or 0


def _line(row: dict[str, Any], currency: str) -> WantedLine | None:
    """A line that can be read; what cannot is said in the row."""
    quantity = int(row["quantity"]) if row["quantity"].isdecimal() and len(row["quantity"]) <= 6 else 0
    unit, discount = _minor(row["unit"], currency), _minor(row["discount"], currency)
    if not quantity:
        row["error"] = _("件数写 1 到 100000 的整数。")
    elif unit is None or discount is None:
        row["error"] = _("金额写成 12.50 这样。")
    else:
        return WantedLine(row["code"], quantity, unit, row["today"], discount, row["note"])
    return None


@require_http_methods(["GET", "POST"])
def edit(request: Request, template_id: int) -> HttpResponse:
    """What a template says, changed by whoever it belongs to."""
    actor = request.actor
    template = reading.one(template_id, by=actor)
    lines = list(TemplateLine.objects.filter(template=template.pk).order_by("position"))
    mine = reading.may_change(template, actor)
    form = TemplateForm(request.POST or None, template=template, initial=_told(template))
    rows, status = _rows_told(template, lines), 200
    if request.method == "POST":
        rows, status = _rows_said(request.POST), 422
        wanted = [_line(row, template.currency) for row in rows]
        if not rows:
            form.add_error(None, _("至少留一种商品。"))
        if form.is_valid() and None not in wanted:
            try:
                _write(request, template, form.cleaned_data, tuple(line for line in wanted if line is not None))
            except Wanting:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status
                for row in rows:
                    if row["code"] in refused.facts.get("codes", ()):
                        row["error"] = _("商品里没有这个编码。")
                if isinstance(refused, Changed):
                    template = reading.one(template_id, by=actor)
            else:
                say(request, _("模板「%s」存好了") % form.cleaned_data["name"])
                return HttpResponseRedirect(reverse("orders:template", args=[template.pk]))
    facts = {
        "template": template, "form": form, "rows": rows, "blanks": range(len(rows), len(rows) + BLANK), "mine": mine, "lines": lines,
        "gaps": wording.gaps(template.buyer_note, template.seller_note), "prices": rights.sees_prices(actor),
        "comes": list(template.recurring.exclude(state="ended").order_by("next_at")), "may_recur": comes(actor, "orders:recurring_new"),
        "runs": reading.makings(actor).filter(template=template.pk).order_by("-pk")[:8],
        "ways": [each for each in paying.methods() if each.on],
        "example": gap(_("班级")), "own": _("、").join(map(gap, (_("日期"), _("序号"), _("件数")))),
        "region": words.region(template.recipient.province, template.recipient.city) if template.recipient else "",
    }  # fmt: skip
    return render(request, "orders/template.html", facts, status=status)


def _write(request: Request, template: Template, said: dict[str, Any], lines: tuple[WantedLine, ...]) -> None:
    wanted = Wanted(
        said["name"], lines, said["payment"], said["payment_method"], template.kind, _minor(str(said["discount"] or ""), template.currency) or 0,
        _minor(str(said["freight"] or ""), template.currency) or 0, said["begins"] == "submit", said["ship_within_h"], said["buyer_note"],
        said["seller_note"], said["shared"],
    )  # fmt: skip
    seen = request.POST.get("seen", "")

    def both() -> None:
        templates.write(template.pk, wanted, seen=int(seen) if seen.isdecimal() else 0, by=request.actor, at=request.at)
        if said["whose"] == "new":
            person = typed(said["to_name"], said["to_phone"], said["to_address"]).person
            templates.set_customer(template.pk, person, by=request.actor, at=request.at)
        elif said["whose"] == "open" and template.recipient_id is not None:
            templates.set_customer(template.pk, None, by=request.actor, at=request.at)

    book.together(both)


@require_POST
def act(request: Request, template_id: int) -> HttpResponse:
    """Archive it, bring it back, or make a copy of one's own."""
    do, where = request.POST.get("do", ""), reverse("orders:template", args=[template_id])
    if do == "archive":
        templates.archive([template_id], by=request.actor, at=request.at)
        say(request, _("归档了"), note=_("从它自动下的单也停了。"))
        where = reverse("orders:templates")
    elif do == "back":
        templates.bring_back([template_id], by=request.actor, at=request.at)
        say(request, _("放回来了，可以接着用"))
    elif do == "copy":
        where = reverse("orders:template", args=[templates.copy(template_id, by=request.actor, at=request.at)])
        say(request, _("复制好了，这一份是您的"))
    else:
        return HttpResponse(status=400)
    return HttpResponseRedirect(where)


def gap(name: str) -> str:
    """A gap as it is typed into a note."""
    return f"{{{name.lower()}}}"
