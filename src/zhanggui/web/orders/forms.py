"""What is asked of the order list, as a form in the address."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Reach
from zhanggui.orders import reaching
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.models import Order, Shop
from zhanggui.orders.reading.asked import TIMES, Asked

SPANS = {"today": (0, 0), "yesterday": (1, 1), "3d": (2, 0), "7d": (6, 0), "30d": (29, 0)}
FLAGS = (("red", _("红")), ("yellow", _("黄")), ("green", _("绿")), ("blue", _("蓝")), ("purple", _("紫")))
SORTS = ("ship_by", "-ship_by", "placed_at", "-placed_at", "total_minor", "-total_minor")


class FilterForm(forms.Form):
    """Everything optional; ``asked()`` is what it comes to, within the reach of who asks. An unreadable part is left out, not an error page."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in SORTS], widget=forms.HiddenInput)
    q = forms.CharField(label=_("找"), required=False, max_length=20_000)
    time = forms.ChoiceField(
        label=_("时间"), required=False, choices=[("placed", _("下单")), ("paid", _("付款")), ("shipped", _("发货"))]
    )
    span = forms.ChoiceField(
        label=_("范围"),
        required=False,
        choices=[
            ("", _("不限")),
            ("today", _("今天")),
            ("yesterday", _("昨天")),
            ("3d", _("近 3 天")),
            ("7d", _("近 7 天")),
            ("30d", _("近 30 天")),
        ],
    )
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    shop = forms.TypedChoiceField(label=_("店铺"), required=False, coerce=int, empty_value=None)
    reason = forms.ChoiceField(label=_("拦截原因"), required=False)
    sku = forms.CharField(label=_("商品编码"), required=False, max_length=64)
    province = forms.CharField(label=_("省份"), required=False, max_length=20)
    least = forms.DecimalField(label=_("金额从"), required=False, min_value=0, max_digits=12, decimal_places=2)
    most = forms.DecimalField(label=_("金额到"), required=False, min_value=0, max_digits=12, decimal_places=2)
    flag = forms.ChoiceField(label=_("旗帜"), required=False, choices=[("", _("不限")), ("any", _("有旗")), *FLAGS])
    payment = forms.ChoiceField(label=_("付款"), required=False)
    noted = forms.BooleanField(label=_("有备注或留言"), required=False)
    batch = forms.IntegerField(label=_("导入"), required=False, min_value=1, widget=forms.HiddenInput)
    # Of an import: what it made and updated, or one of these alone.
    came = forms.ChoiceField(required=False, choices=[("", ""), *((key, key) for key in ("ok", "upd", "dup"))], widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, today: date, reach: Reach) -> None:
        super().__init__(_friendly(data))
        self.today = today
        self.reach = reach
        for name in ("time", "span", "since", "until", "least", "most"):
            # Two stand under one heading: each is named for those who only listen.
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        shops = list(Shop.objects.filter(reaching.shop_rows(reach)).order_by("name", "pk").values_list("pk", "name"))
        self.fields["shop"].choices = [("", _("全部店铺")), *shops]  # type: ignore[attr-defined]
        reasons = [(code, _(reason.zh)) for code, reason in REASONS.items()]
        self.fields["reason"].choices = [("", _("不限")), *reasons]  # type: ignore[attr-defined]
        payments = [(choice.value, _(choice.label)) for choice in Order.Payment]
        self.fields["payment"].choices = [("", _("不限")), *payments]  # type: ignore[attr-defined]
        self.fields["until"].widget.attrs["max"] = self.fields["since"].widget.attrs["max"] = today.isoformat()

    def asked(self, **more: Any) -> Asked:
        """The question. Searching without saying where looks everywhere."""
        self.is_valid()
        said = self.cleaned_data
        first, last = _days(said, self.today)
        tab = said.get("tab") or ("all" if said.get("q") else "unshipped")
        return Asked(
            tab=tab,
            q=said.get("q", ""),
            time=said.get("time") or "placed",
            since=clock.day_bounds(first)[0] if first else None,
            until=clock.day_bounds(last)[1] if last else None,
            shop_id=said.get("shop"),
            reason=said.get("reason", ""),
            sku=said.get("sku", ""),
            province=said.get("province", ""),
            min_minor=int(said["least"] * 100) if said.get("least") is not None else None,
            max_minor=int(said["most"] * 100) if said.get("most") is not None else None,
            flag=said.get("flag", ""),
            payment=said.get("payment", ""),
            noted=bool(said.get("noted")),
            reach=self.reach,
            **more,
        )


def _days(said: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    if said.get("span") in SPANS:
        back, end = SPANS[said["span"]]
        return today - timedelta(days=back), today - timedelta(days=end)
    return said.get("since"), said.get("until")


def _friendly(data: QueryDict) -> QueryDict:
    """``?placed=today`` is short for ``?time=placed&span=today``."""
    given = data.copy()
    for kind in TIMES:
        if kind in given:
            given["time"], given["span"] = kind, given.pop(kind)[-1]
    return given
