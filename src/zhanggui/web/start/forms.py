"""What each first step asks: as little as it takes to go on. The settings ask the rest."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.carriers.commands.contracts import CODE as CARRIER_CODE
from zhanggui.carriers.models import Carrier
from zhanggui.catalog.models import normal
from zhanggui.orders.labels import LONGEST
from zhanggui.orders.models import Shop
from zhanggui.orders.reading.offered import Offered
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame import senders
from zhanggui.web.frame.platforms import PLATFORMS
from zhanggui.web.goods.forms import MoneyField
from zhanggui.web.orders.views import shop_choices

REQUIRED = {"required": gettext_lazy("这一项要填。")}
ROWS = 3
MOST_SORTED = 12
USUAL = ((gettext_lazy("礼品"), "red"), (gettext_lazy("批发"), "blue"), (gettext_lazy("定制"), "purple"), (gettext_lazy("老客"), "green"))
HUES = ("red", "blue", "purple", "green", "orange", "teal", "yellow", "grey")


def free_code(prefix: str, taken: set[str]) -> str:
    """``S1``, ``S2`` …: the first nobody has."""
    return next(code for nth in range(1, 10_000) if (code := f"{prefix}{nth}").casefold() not in taken)


class CompanyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("公司或商号"), max_length=60, error_messages=REQUIRED, help_text=gettext_lazy("例如「杭州山野商贸」。以后可以改。")
    )


class ShopForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("店名"), max_length=60, error_messages=REQUIRED)
    platform = forms.ChoiceField(label=gettext_lazy("平台"), choices=PLATFORMS)

    def code(self) -> str:
        return free_code("S", {code.casefold() for code in Shop.objects.values_list("code", flat=True)})


class BeginForm(forms.Form):
    """The shop or platform everybody begins with who has not chosen themselves."""

    shop = forms.ChoiceField(label=gettext_lazy("默认店铺"), error_messages=REQUIRED)

    def __init__(self, *args: Any, there: Offered, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["shop"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("all", _("全部店铺")), *((group, values) for group, values in shop_choices(there) if values)]


class SortedForm(forms.Form):
    """Some that most shops have, and those of their own."""

    usual = forms.MultipleChoiceField(
        label=gettext_lazy("常用的"), required=False, widget=forms.CheckboxSelectMultiple, choices=[(str(name), name) for name, _hue in USUAL]
    )
    own = forms.CharField(
        label=gettext_lazy("自己起的"), max_length=200, required=False, help_text=gettext_lazy("几个之间用顿号、逗号或空格，每个最多 20 个字。")
    )

    def names(self) -> list[str]:
        own = [name for name in re.split(r"[\s,\uff0c\u3001;\uff1b]+", self.cleaned_data.get("own", "")) if name]
        return list(dict.fromkeys([*self.cleaned_data.get("usual", ()), *own]))

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not self.errors and not self.names():
            self.add_error("own", _("选一个或写一个；不分类就先跳过。"))
        elif any(len(name) > LONGEST for name in self.names()):
            self.add_error("own", _("一个分类最多 20 个字。"))
        elif len(self.names()) > MOST_SORTED:
            self.add_error("own", _("先写十二个以内，以后再加。"))
        return facts


class WarehouseForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("仓库名"), max_length=60, error_messages=REQUIRED)
    sender_name = forms.CharField(label=gettext_lazy("寄件人"), max_length=40, required=False)
    sender_phone = forms.CharField(label=gettext_lazy("寄件电话"), max_length=30, required=False)
    sender_province = forms.CharField(label=gettext_lazy("省"), max_length=30, required=False)
    sender_city = forms.CharField(label=gettext_lazy("市"), max_length=30, required=False)
    sender_district = forms.CharField(label=gettext_lazy("区县"), max_length=30, required=False)
    sender_street = forms.CharField(
        label=gettext_lazy("详细地址"), max_length=120, required=False, help_text=gettext_lazy("填全了才能取电子面单；现在没有就以后填。")
    )

    def code(self) -> str:
        return free_code("W", {code.casefold() for code in Warehouse.objects.values_list("code", flat=True)})

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        senders.look(self)
        return facts

    def sender(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"sender_{name}"].strip() for name in senders.SENDER}


class CarrierForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("快递名"), max_length=60, error_messages=REQUIRED)
    code = forms.CharField(
        label=gettext_lazy("代号"), max_length=24, required=False,
        help_text=gettext_lazy("空着就自动编一个。小写字母和数字，例如 zto，定了不改。"),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().lower()
        if not code:
            return free_code("c", {taken.casefold() for taken in Carrier.objects.values_list("code", flat=True)})
        if not CARRIER_CODE.fullmatch(code):
            raise forms.ValidationError(_("用小写字母、数字、- 和 _，最多 24 个，例如 zto。"))
        return code


class GoodForm(forms.Form):
    """One row; empty it says nothing."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=200, required=False)
    code = forms.CharField(label=gettext_lazy("编码"), max_length=64, required=False)
    price = MoneyField(label=gettext_lazy("售价"), max_length=24, required=False)
    pieces = forms.IntegerField(label=gettext_lazy("现有几件"), min_value=0, max_value=1_000_000, required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not facts.get("name") and any(facts.get(name) for name in ("code", "price", "pieces")):
            self.add_error("name", _("写上名称。"))
        if facts.get("code") and not normal(facts["code"]):
            self.add_error("code", _("请填商品编码。"))
        return facts


GoodForms = forms.formset_factory(GoodForm, extra=ROWS, max_num=ROWS, validate_max=True, absolute_max=ROWS)
