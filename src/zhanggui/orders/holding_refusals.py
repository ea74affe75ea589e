"""What cannot be said of a hold, of a type of holds, or of the step of finance."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class UntilIsPast(Refused):
    code = "until-is-past"
    says = _("挂到什么时候，要写以后的时间。")
    fix = _("换一个以后的时间，或不写时间。")
    status = 422


class UnknownEvent(Refused):
    """``facts``: event."""

    code = "unknown-event"
    says = _("没有「{event}」这种自动放行。")
    fix = _("可以等付清款、等到货、等平台退款关闭。")
    status = 422


class StepOfReview(Refused):
    """``facts``: reason."""

    code = "step-of-review"
    says = _("「{reason}」不能直接解除。")
    fix = _("请有财务审核权限的人通过或退回。")


class TypeNamed(Refused):
    """``facts``: name."""

    code = "hold-type-named"
    says = _("已经有一种挂起叫「{name}」。")
    fix = _("换一个名字，免得分不清。")
    status = 422


class BadType(Refused):
    """``facts``: what."""

    code = "bad-hold-type"
    says = _("挂起类型的「{what}」不能这样填。")
    fix = _("名字最多 20 个字，时限 1 到 720 小时，负责的角色从列表里选。")
    status = 422


class TooManyTypes(Refused):
    """``facts``: most."""

    code = "too-many-hold-types"
    says = _("自己的挂起类型最多 {most} 种。")
    fix = _("改一改不用的，换个名字接着用。")


class ReturnNeedsReason(Refused):
    code = "return-needs-reason"
    says = _("退回要写明原因。")
    fix = _("写一句退回给审单的人要改什么。")
    status = 422
