"""What the living page shows: every part in every state. Samples only; nothing here is read from the books."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.web.frame.lists import Chip, Column, Listing, Tab

TONES = (
    ("quiet", _("安静"), _("没有要做的：已取消、未取号")),
    ("info", _("告知"), _("等人：待审核、有留言")),
    ("going", _("进行"), _("机器或同事在做：拣货中")),
    ("good", _("好"), _("成了：已发货、有货")),
    ("warn", _("当心"), _("不管会坏：快超时、重复")),
    ("bad", _("坏"), _("已经坏：缺货、超时、失败")),
)
COLOURS = (
    ("paper", _("活儿摊在这上面")),
    ("desk", _("托着活儿的：栏、表头")),
    ("well", _("指着的、图片底")),
    ("line", _("发丝线")),
    ("edge", _("输入框的边，3 : 1")),
    ("ink", _("字")),
    ("ink-2", _("次要的字")),
    ("ink-3", _("最淡的字，4.5 : 1")),
    ("act", _("能做的事")),
    ("act-wash", _("选中的")),
    ("seal", _("印，与危险")),
)
TYPES = (
    ("t-note", "12", _("3 号台 · 已拣齐")),
    ("t-body", "13", _("青釉盖碗 150ml，一共 8 件")),
    ("t-lead", "14", _("缺货：只剩 3 件，本单要 5 件")),
    ("t-head", "16", "1122-04173"),
    ("t-sum", "20", "¥118,204.00"),
    ("s-item", "24", _("送人，别放价签")),
    ("s-word", "40", _("还差 3 件")),
)
# fmt: off
ICONS = (
    "home", "orders", "review", "held", "import", "waves", "picking", "packing", "shipping", "tracking", "goods", "stock",
    "settings", "search", "bell", "help", "person", "menu", "fold", "clock", "file", "printer", "export", "copy", "cross",
    "check", "plus", "up", "down", "left", "right", "arrowup", "undo", "eye", "flag", "more", "cols", "box", "scan", "skip",
    "warn", "moon", "offline",
)
# fmt: on


class SampleForm(forms.Form):
    """A question of each kind, one of them answered wrongly."""

    note = forms.CharField(label=_("内部备注"), required=False, help_text=_("不会同步到平台"), widget=forms.TextInput())
    house = forms.ChoiceField(
        label=_("发货仓"), choices=[("1", _("杭州一仓（默认）")), ("2", _("杭州二仓"))], help_text=_("默认按规则选")
    )
    phone = forms.CharField(label=_("手机号"))
    number = forms.CharField(label=_("平台单号"), disabled=True, initial="2683114022918376012", help_text=_("来自天猫，不能改"))
    agreed = forms.BooleanField(label=_("先付运费"), required=False)

    def clean_phone(self) -> str:
        raise forms.ValidationError(_("少一位：只有 10 位数字"))


@dataclass(frozen=True)
class Row:
    """One row of the sample table."""

    number: str
    mark: str
    shop: object
    name: object
    sku: str
    pieces: int
    stock_tone: str
    stock: object
    minor: int
    ship_by: datetime
    stage: str
    why: object
    chips: tuple[tuple[str, object], ...] = ()
    new: bool = False
    chosen: bool = False
    current: bool = False
    can: str = "approve hold"
    cannot: object = ""


def rows(at: datetime) -> list[Row]:
    """Plain, new, chosen, open; short, low; late, soon, calm; a name that is too long."""
    bowl, long = _("青釉盖碗 150ml"), _("青釉盖碗 150ml 茶具礼盒装 带托盘 国风手绘 端午限定 送长辈送客户 可刻字 两只装")
    shop = _("山野旗舰店")

    def after(**left: int) -> datetime:
        return at + timedelta(**left, seconds=20)

    calm = Row(
        "1122-04031", "猫", shop, bowl, "GW-150-QY", 1, "good", _("可用 86"), 6800, after(hours=9, minutes=2), "approved",
        _("自动通过：检查都合格"),
    )  # fmt: skip
    new = Row(
        "1122-04207", "京", shop, bowl, "GW-150-QY", 1, "good", _("可用 86"), 6800, after(hours=22), "pending_review", "",
        (("warn", _("可合并")),), new=True,
    )  # fmt: skip
    chosen = Row(
        "1122-04180", "淘", shop, bowl, "GW-150-QY", 12, "warn", _("刚好 12 件"), 81600, after(minutes=38), "pending_review",
        _("等人看：有买家留言"), chosen=True,
    )  # fmt: skip
    late = Row(
        "1122-04173", "拼", shop, long, "GW-150-QY-LONG", 1, "bad", _("差 1 件"), 1268000, at - timedelta(minutes=26),
        "pending_review", "", (("bad", _("缺货")), ("warn", _("疑似重复"))), current=True, can="hold", cannot=_("缺货"),
    )  # fmt: skip
    return [calm, new, chosen, late]


def listing() -> Listing:
    """Tabs with and without figures, two filters that are on, two columns to hide."""
    return Listing(
        name="sample",
        tabs=[
            Tab("", _("全部未发"), 1162, href="#", current=True),
            Tab("review", _("待审核"), 286, href="#"),
            Tab("held", _("异常"), 37, "bad", href="#"),
            Tab("money", _("待财审"), 0, href="#"),
            Tab("all", _("全部"), 10001, href="#"),
            Tab("shipped", _("已发货"), href="#"),
        ],
        chips=[Chip(_("付款"), str(_("近 7 天")), "#"), Chip(_("仓库"), str(_("杭州一仓")), "#")],
        every_column=[Column("money", _("实付")), Column("why", _("走到哪 · 为什么"))],
        exports=[(_("导出这张表"), "#")],
        clear_href="#",
        shown=frozenset({"money", "why"}),
    )
