"""Why orders say no."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class Held(Refused):
    """``facts``: number, reasons."""

    code = "held"
    says = _("{number} 被拦下：{reasons}。")
    fix = _("先处理拦截原因，再审核。")


class WrongStage(Refused):
    """``facts``: number, stage."""

    code = "wrong-stage"
    says = _("{number} 现在是「{stage}」，做不了这一步。")
    fix = _("刷新看看它走到哪了。")


class UnknownReason(Refused):
    """``facts``: reason."""

    code = "unknown-reason"
    says = _("没有「{reason}」这种挂起原因。")
    status = 422
