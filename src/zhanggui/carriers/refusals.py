"""What a person is told about carriers."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class CarrierKnown(Refused):
    """``facts``: carrier (its short code)."""

    code = "carrier-known"
    says = _("已经有代号为 {carrier} 的快递。")
    fix = _("换一个代号，或修改原来的快递。")


class CarrierIncomplete(Refused):
    """``facts``: field."""

    code = "carrier-incomplete"
    says = _("快递的「{field}」没有填，或填得不对。")
    fix = _("补全后再保存。")
    status = 422


class NoSuchPlugin(Refused):
    """``facts``: plugin."""

    code = "no-such-plugin"
    says = _("没有安装名为 {plugin} 的快递插件。")
    fix = _("检查插件名；不接插件时留空，手工填写运单号。")
    status = 422


class BadPattern(Refused):
    """``facts``: pattern."""

    code = "bad-pattern"
    says = _("运单号格式 {pattern} 不是正则表达式。")
    fix = _("例如 SF\\d{{13}}；留空则只检查长度。")
    status = 422


class CarrierOff(Refused):
    """``facts``: carrier."""

    code = "carrier-off"
    says = _("快递 {carrier} 已停用。")
    fix = _("先启用它，或换一家快递。")


class NumberMisshapen(Refused):
    """``facts``: number, carrier."""

    code = "number-misshapen"
    says = _("{number} 不像 {carrier} 的运单号。")
    fix = _("核对单号，或换成对应的快递。")
    status = 422
