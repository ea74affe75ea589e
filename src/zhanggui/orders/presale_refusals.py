"""What is refused of goods that are sold before they are there."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class BadDay(Refused):
    code = "bad-day"
    says = _("这不是一个日子。")
    fix = _("从日历里选一天，或留空。")
    status = 422


class TooFarToWait(Refused):
    """``facts``: number."""

    code = "too-far-to-wait"
    says = _("{number} 已经在仓库里或已经结束，不能再定哪天起发。")
    fix = _("还没发出的，先退出波次再改。")
