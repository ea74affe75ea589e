"""What is asked about goods."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.catalog.models import Sku, normal
from zhanggui.kernel.money import exponent, number_in, plain

MOST_MINOR = 10**12
HEAVIEST_G = 1_000_000


class MoneyField(forms.CharField):
    """An amount typed as people write it, ``68``, ``68.00``, ``¥1,280.5``; clean is minor units of ``currency``."""

    def __init__(self, *, currency: str = "CNY", **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", str(super().clean(value))).strip()
        if not text:
            return None
        digits = exponent(self.currency)
        amount = number_in(text)
        if amount is None:
            raise forms.ValidationError(_("「%s」不是金额，写成 68.00 这样。") % text[:20])
        minor = amount.scaleb(digits)
        if minor < 0 or minor > MOST_MINOR:
            raise forms.ValidationError(_("金额不能是负数，也不能太大。"))
        if minor != minor.to_integral_value():
            raise forms.ValidationError(_("最多 %(n)d 位小数。") % {"n": digits})
        return int(minor)


class SearchForm(forms.Form):
    """The question of the list."""

    q = forms.CharField(label=gettext_lazy("搜索"), max_length=120, required=False)


class SkuForm(forms.Form):
    """One SKU. Without ``sku`` it is a new one; ``fields`` are those this person may change, the others are left out."""

    code = forms.CharField(
        label=gettext_lazy("商品编码"),
        max_length=64,
        help_text=gettext_lazy("平台上的商家编码，订单靠它认货。定了就不改。"),
        error_messages={"required": gettext_lazy("请填商品编码。")},
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200, error_messages={"required": gettext_lazy("请填名称。")})
    spec = forms.CharField(
        label=gettext_lazy("规格"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("颜色、尺寸。拣货时字最大，写最容易拿错的那一点。"),
    )
    barcode = forms.CharField(
        label=gettext_lazy("条码"), max_length=48, required=False, help_text=gettext_lazy("扫码枪扫到的数字。没有就扫商品编码。")
    )
    category = forms.CharField(label=gettext_lazy("类目"), max_length=80, required=False)
    weight_g = forms.IntegerField(
        label=gettext_lazy("一件多重（克）"),
        min_value=0,
        max_value=HEAVIEST_G,
        required=False,
        help_text=gettext_lazy("连内包装。没称重的包裹按它报给快递。"),
        error_messages={
            "invalid": gettext_lazy("请填整数克，例如 410。"),
            "min_value": gettext_lazy("重量不能是负数。"),
            "max_value": gettext_lazy("一件最重 1,000 千克。"),
        },
    )
    price = MoneyField(label=gettext_lazy("售价"), max_length=24, required=False)
    cost = MoneyField(label=gettext_lazy("成本"), max_length=24, required=False, help_text=gettext_lazy("只有店主和财务看得到。"))

    def __init__(self, *args: Any, sku: Sku | None = None, fields: Sequence[str], currency: str = "CNY", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sku = sku
        kept = {*fields, *(("code",) if sku is None else ())}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        for name in ("price", "cost"):
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, MoneyField)
                field.currency = currency
                field.widget.attrs["placeholder"] = plain(0, currency)
        if self.fields:
            next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    @staticmethod
    def told(sku: Sku) -> dict[str, Any]:
        """What stands, as the form shows it."""
        money = {"price": sku.price_minor, "cost": sku.cost_minor}
        facts = {name: getattr(sku, name) for name in ("name", "spec", "barcode", "category")}
        shown = {name: plain(minor, sku.currency) if minor else "" for name, minor in money.items()}
        return {**facts, **shown, "weight_g": sku.weight_g or None}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not normal(code):
            raise forms.ValidationError(_("请填商品编码。"))
        other = Sku.objects.filter(norm=normal(code)).values_list("code", flat=True).first()
        if other is not None:
            raise forms.ValidationError(_("已有编码 %s，换一个，或去改它。") % other)
        return code

    def clean_barcode(self) -> str:
        barcode: str = self.cleaned_data["barcode"].strip()
        if not barcode:
            return ""
        others = Sku.objects.filter(barcode=barcode, retired_at=None)
        other = (others.exclude(pk=self.sku.pk) if self.sku else others).values_list("code", flat=True).first()
        if other is not None:
            raise forms.ValidationError(_("%s 用着这个条码。两样货一个码，扫码就分不清了。") % other)
        return barcode

    def definition(self) -> dict[str, Any]:
        """What was said, in the words of a definition; an emptied amount or weight is nought."""
        said: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("name", "spec", "barcode", "category") if name in self.fields
        }
        if "weight_g" in self.fields:
            said["weight_g"] = self.cleaned_data["weight_g"] or 0
        for name in ("price", "cost"):
            if name in self.fields:
                said[f"{name}_minor"] = self.cleaned_data[name] or 0
        return said
