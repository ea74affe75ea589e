"""What is asked of the order list, as a form in the address."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.policy import policy
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Reach
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.models import Order
from zhanggui.orders.reading.asked import TIMES, Asked
from zhanggui.orders.reading.offered import Offered, One
from zhanggui.orders.reading.offered import offered as offering
from zhanggui.web.frame.platforms import PLATFORMS
from zhanggui.web.orders.words import FLAG_WORDS, KINDS

SPANS = {"today": (0, 0), "yesterday": (1, 1), "3d": (2, 0), "7d": (6, 0), "30d": (29, 0)}
SORTS = ("ship_by", "-ship_by", "placed_at", "-placed_at", "total_minor", "-total_minor")
ANY = ("", pgettext_lazy("filter", "不限"))
# These stand behind "more": asked seldom, and open by themselves where one of them is on.
SELDOM = (
    "platform", "kind", "presale", "made", "least_pieces", "most_pieces", "category", "tag", "joined", "noted", "flag", "payment", "method", "source",
    "warehouse", "carrier", "waybill", "printed",
)  # fmt: skip
# Of these two stand under one heading: each is named for those who only listen.
PAIRED = ("time", "span", "since", "until", "least", "most", "least_pieces", "most_pieces", "province", "city")


def _choice(label: Any, *choices: tuple[str, Any], first: tuple[str, Any] = ANY) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[first, *choices])


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=3)


def _pieces(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=1_000_000)


class FilterForm(forms.Form):
    """Everything optional; ``asked()`` is what it comes to, within the reach of who asks. An unreadable part is left out, not an error page."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in SORTS], widget=forms.HiddenInput)
    view = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    q = forms.CharField(label=_("找"), required=False, max_length=20_000)
    time = forms.ChoiceField(
        label=_("时间"),
        required=False,
        choices=[("placed", _("下单")), ("paid", _("付款")), ("approved", _("审核")), ("shipped", _("发货")), ("changed", _("修改"))],
    )
    span = _choice(
        _("范围"),
        ("today", _("今天")),
        ("yesterday", _("昨天")),
        ("3d", _("近 3 天")),
        ("7d", _("近 7 天")),
        ("30d", _("近 30 天")),
    )
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    shop = forms.TypedMultipleChoiceField(
        label=_("店铺"), required=False, coerce=int, empty_value=None, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.ChoiceField(label=_("拦截原因"), required=False)
    owner = forms.ChoiceField(label=_("归谁处理"), required=False)
    overdue = forms.BooleanField(label=_("超过处理时限的"), required=False)
    sku = forms.CharField(label=_("商品编码"), required=False, max_length=64)
    province = forms.CharField(label=_("省份"), required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": _("省")}))
    city = forms.CharField(label=_("城市"), required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": _("市")}))
    least = _amount(_("金额从"))
    most = _amount(_("金额到"))
    platform = _choice(_("平台"), *PLATFORMS)
    new = forms.BooleanField(label=_("还没打开过的新单"), required=False)
    kind = forms.ChoiceField(label=_("订单种类"), required=False)
    presale = _choice(
        _("预售"), ("waits", _("没到能发的日子")), ("came", _("到日子了")), ("dateless", _("没定哪天起能发")), ("any", _("有预售的")),
    )  # fmt: skip
    made = _choice(_("几样商品"), ("one", _("只买一件")), ("single", _("一样买几件")), ("multi", _("好几样")))
    least_pieces = _pieces(_("件数从"))
    most_pieces = _pieces(_("件数到"))
    category = forms.ChoiceField(label=_("分类"), required=False)
    tag = forms.ChoiceField(label=_("标签"), required=False)
    joined = _choice(_("合并与拆分"), ("merged", _("和别的单合成一包")), ("split", _("拆过的")))
    noted = _choice(
        _("备注"),
        ("any", _("有备注或留言")),
        ("buyer", _("有买家留言")),
        ("seller", _("有卖家备注")),
        ("internal", _("有内部备注")),
    )
    flag = _choice(_("旗帜"), ("any", _("有旗")), *FLAG_WORDS.items())
    payment = forms.ChoiceField(label=_("付款"), required=False)
    method = forms.CharField(label=_("付款方式"), required=False, max_length=32)
    source = forms.ChoiceField(label=_("来源"), required=False)
    warehouse = forms.ChoiceField(label=_("仓库"), required=False)
    carrier = forms.ChoiceField(label=_("快递"), required=False)
    waybill = _choice(_("运单号"), ("yes", _("有运单号")), ("no", _("没有运单号")))
    printed = _choice(_("面单"), ("yes", _("打印过")), ("no", _("没打印过")))
    batch = forms.IntegerField(label=_("导入"), required=False, min_value=1, widget=forms.HiddenInput)
    # Of an import: what it made and updated, or one of these alone.
    came = forms.ChoiceField(required=False, choices=[("", ""), *((key, key) for key in ("ok", "upd", "dup"))], widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, today: date, reach: Reach, offered: Offered | None = None) -> None:
        super().__init__(_friendly(data))
        self.today = today
        self.reach = reach
        self.offered: Offered = offered or offering(reach)
        for name in PAIRED:
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        self._choose("shop", [(one.pk, one.name) for one in self.offered.shops])
        self._choose("reason", [ANY, *((code, gettext(reason.zh)) for code, reason in REASONS.items()), *self.offered.holds.items()])
        self._choose("owner", [ANY, *((code, gettext(names[0])) for code, names in policy().roles.items() if code != "program")])
        self._choose("payment", [ANY, *((choice.value, gettext(choice.label)) for choice in Order.Payment)])
        self._choose("kind", [ANY, *KINDS.items()])
        self._choose("source", [ANY, *self.offered.sources.items()])
        self._choose("warehouse", [ANY, *_named(self.offered.warehouses)])
        self._choose("carrier", [ANY, *_named(self.offered.carriers)])
        self._choose("category", [ANY, *_named(self.offered.categories), ("none", gettext("没有分类"))])
        self._choose("tag", [ANY, ("any", gettext("有标签")), *_named(self.offered.tags), ("none", gettext("没有标签"))])
        self.fields["until"].widget.attrs["max"] = self.fields["since"].widget.attrs["max"] = today.isoformat()

    def _choose(self, name: str, choices: list[tuple[Any, Any]] | Callable[[], list[tuple[Any, Any]]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def seldom_on(self) -> bool:
        """One of the filters behind "more" is on."""
        return any(self.cleaned_data.get(name) not in (None, "") for name in SELDOM)

    def asked(self, **more: Any) -> Asked:
        """The question. Searching without saying where looks everywhere."""
        self.is_valid()
        said = self.cleaned_data
        first, last = _days(said, self.today)
        tab = said.get("tab") or ("all" if said.get("q") else "unshipped")
        plain = (
            "reason",
            "owner",
            "sku",
            "province",
            "city",
            "flag",
            "kind",
            "payment",
            "noted",
            "made",
            "category",
            "tag",
            "joined",
            "method",
            "source",
            "printed",
        )
        return Asked(
            tab=tab,
            q=said.get("q", ""),
            time=said.get("time") or "placed",
            since=clock.day_bounds(first)[0] if first else None,
            until=clock.day_bounds(last)[1] if last else None,
            shop_ids=self._shops(said),
            least=said.get("least"),
            most=said.get("most"),
            min_pieces=said.get("least_pieces"),
            max_pieces=said.get("most_pieces"),
            warehouse_id=int(said["warehouse"]) if said.get("warehouse") else None,
            carrier_id=int(said["carrier"]) if said.get("carrier") else None,
            labelled=said.get("waybill", ""),
            new=bool(said.get("new")),
            reach=self.reach,
            presold=said.get("presale", ""),
            presold_at=clock.now().replace(second=0, microsecond=0) if said.get("presale") else None,
            # To the minute: what was counted for this question is found again.
            overdue=clock.now().replace(second=0, microsecond=0) if said.get("overdue") else None,
            **{name: said.get(name, "") for name in plain},
            **more,
        )

    def _shops(self, said: dict[str, Any]) -> tuple[int, ...] | None:
        """Those chosen, or on the platform chosen, or both; None is every shop."""
        chosen, platform = said.get("shop") or None, said.get("platform")
        if not platform:
            return tuple(sorted(chosen)) if chosen else None
        return tuple(pk for pk in self.offered.shops_of(platform) if chosen is None or pk in chosen)


def _named(found: list[One]) -> list[tuple[str, str]]:
    return [(str(one.pk), gettext("%s（已停用）") % one.name if one.off else one.name) for one in found]


def _days(said: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    if said.get("span") in SPANS:
        back, end = SPANS[said["span"]]
        return today - timedelta(days=back), today - timedelta(days=end)
    return said.get("since"), said.get("until")


def _friendly(data: QueryDict) -> QueryDict:
    """``?placed=today`` is short for ``?time=placed&span=today``, ``?noted=on`` for any note."""
    given = data.copy()
    for kind in TIMES:
        if kind in given:
            given["time"], given["span"] = kind, given.pop(kind)[-1]
    if given.get("noted") == "on":
        given["noted"] = "any"
    # A list that is empty is no choice; Django reads one blank as a wrong one.
    if "shop" in given:
        given.setlist("shop", [one for one in given.getlist("shop") if one])
    return given
