"""What is asked in the settings: each question says what its answer does, and what holds without one."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.models import Carrier
from zhanggui.kernel.money import SIGNS
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame import senders
from zhanggui.web.frame.platforms import PLATFORMS

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,23}")
CURRENCIES = [(code, f"{code} {sign}") for code, sign in SIGNS.items()]
REQUIRED = {"required": gettext_lazy("这一项要填。")}


class CodeField(forms.CharField):
    """A short name for files and programs; never changed afterwards."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=gettext_lazy("代号"), max_length=24, error_messages=REQUIRED, **options)
        self.widget.attrs |= {"autocomplete": "off", "autofocus": True}

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if not CODE.fullmatch(text):
            raise forms.ValidationError(_("用字母、数字、- 和 _，最多 24 个，例如 HZ 或 tmall-1。"))
        return text


class ShopForm(forms.Form):
    code = CodeField(help_text=gettext_lazy("导入和命令行里用它认店，定了不改。"))
    name = forms.CharField(label=gettext_lazy("店名"), max_length=60, error_messages=REQUIRED)
    platform = forms.ChoiceField(
        label=gettext_lazy("平台"), choices=PLATFORMS, help_text=gettext_lazy("决定订单前面的一字标。默认线下。")
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("币种"), choices=CURRENCIES, help_text=gettext_lazy("文件里没写币种时用它。默认人民币。")
    )
    ship_within_h = forms.IntegerField(
        label=gettext_lazy("几小时内发货"),
        min_value=1,
        max_value=24 * 60,
        help_text=gettext_lazy("平台没给期限时，从付款算起，过了就算超时。默认 48。"),
        error_messages={**REQUIRED, "min_value": gettext_lazy("至少 1 小时。"), "max_value": gettext_lazy("最多 60 天。")},
    )
    needs_address = forms.BooleanField(
        label=gettext_lazy("没有地址的单先拦下"),
        required=False,
        help_text=gettext_lazy("当面交货、地址在别处的店可以关。默认开。"),
    )

    def __init__(self, *args: Any, shop: Shop | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shop = shop
        if shop is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Shop.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("已有代号 %s 的店，换一个。") % code)
        return code


class WarehouseForm(forms.Form):
    code = CodeField(help_text=gettext_lazy("库存表里的「仓库」一栏填它，定了不改。"))
    name = forms.CharField(label=gettext_lazy("仓库名"), max_length=60, error_messages=REQUIRED)
    must_scan = forms.BooleanField(
        label=gettext_lazy("打包要逐件扫码"),
        required=False,
        help_text=gettext_lazy("扫齐才能封箱，拿错当场就红。关了可以整箱通过。默认开。"),
    )
    must_weigh = forms.BooleanField(
        label=gettext_lazy("发货要称重"), required=False, help_text=gettext_lazy("没称的包裹交不出去。默认关。")
    )
    sender_name = forms.CharField(label=gettext_lazy("寄件人"), max_length=40, required=False)
    sender_phone = forms.CharField(label=gettext_lazy("寄件电话"), max_length=30, required=False)
    sender_province = forms.CharField(label=gettext_lazy("省"), max_length=30, required=False)
    sender_city = forms.CharField(label=gettext_lazy("市"), max_length=30, required=False)
    sender_district = forms.CharField(label=gettext_lazy("区县"), max_length=30, required=False)
    sender_street = forms.CharField(
        label=gettext_lazy("详细地址"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("姓名、电话、省、市、详细地址填全了才能取电子面单；印在面单上时会遮住一部分。"),
    )

    def __init__(self, *args: Any, warehouse: Warehouse | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse
        if warehouse is not None:
            del self.fields["code"]

    @property
    def rules(self) -> list[forms.BoundField]:
        return [self[name] for name in ("code", "name", "must_scan", "must_weigh") if name in self.fields]

    @property
    def sender_fields(self) -> list[forms.BoundField]:
        return [self[f"sender_{name}"] for name in senders.SENDER]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Warehouse.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("已有代号 %s 的仓库，换一个。") % code)
        return code

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        senders.look(self)
        return facts

    def sender(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"sender_{name}"].strip() for name in senders.SENDER}

    @staticmethod
    def told(warehouse: Warehouse) -> dict[str, Any]:
        facts = {f"sender_{name}": warehouse.sender.get(name, "") for name in senders.SENDER}
        return {"name": warehouse.name, "must_scan": warehouse.must_scan, "must_weigh": warehouse.must_weigh, **facts}


class CarrierForm(forms.Form):
    code = CodeField(help_text=gettext_lazy("小写字母和数字，例如 zto，定了不改。"))
    name = forms.CharField(label=gettext_lazy("快递名"), max_length=60, error_messages=REQUIRED)
    plugin = forms.ChoiceField(
        label=gettext_lazy("怎么取单号"),
        required=False,
        help_text=gettext_lazy("接了口的自动取号、自动查物流；没接口的手填单号。默认手填。"),
    )
    service = forms.CharField(
        label=gettext_lazy("服务"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("例如 标快，照合同写。留空用快递的默认服务。"),
    )
    waybill_pattern = forms.CharField(
        label=gettext_lazy("单号的样子"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("正则表达式，例如 SF\\d{12,13}，手填时照它查错。留空只查长度。"),
    )
    no_service = forms.CharField(
        label=gettext_lazy("不到的地区"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("一行一个，例如 西藏 或 新疆 和田。新建订单时寄到那里会提醒。"),
    )
    settings = forms.CharField(
        label=gettext_lazy("接口账号"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 4, "class": "mono", "data-private": True, "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("一行一项，写成 名=值，例如 customer=…。加密保存，以后不再显示；留空就不改。"),
    )

    def __init__(self, *args: Any, carrier: Carrier | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carrier = carrier
        plugin = self.fields["plugin"]
        assert isinstance(plugin, forms.ChoiceField)
        names = {"sandbox": _("练习快递（不真发）")}
        plugin.choices = [("", _("手填单号")), *((name, names.get(name, name)) for name in sorted(carriers.plugins()))]
        if carrier is not None:
            del self.fields["code"]

    def clean_settings(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for nth, line in enumerate(self.cleaned_data["settings"].splitlines(), 1):
            if not line.strip():
                continue
            name, mark, value = line.partition("=")
            if not mark or not name.strip():
                raise forms.ValidationError(_("第 %d 行要写成 名=值。") % nth)
            found[name.strip()] = value.strip()
        return found
