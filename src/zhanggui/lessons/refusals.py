"""What cannot be noted, and what is not somebody's to change."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class NothingSaid(Refused):
    code = "lesson-without-problem"
    says = _("要写遇到了什么问题。")
    fix = _("写一句就行；原因和解决办法可以以后补。")
    status = 422


class UnknownKind(Refused):
    """``facts``: kind."""

    code = "unknown-lesson-kind"
    says = _("没有「{kind}」这种问题类型，或已经停用。")
    fix = _("从列表里选一种，或在设置里加。")
    status = 422


class UnknownStep(Refused):
    """``facts``: step."""

    code = "unknown-lesson-step"
    says = _("没有「{step}」这一步。")
    fix = _("从列表里选；不选就是订单现在这一步。")
    status = 422


class BadTags(Refused):
    """``facts``: most, longest."""

    code = "bad-tags"
    says = _("标签最多 {most} 个，每个最多 {longest} 个字。")
    fix = _("去掉几个，或写短一些。")
    status = 422


class NotYours(Refused):
    """``facts``: who."""

    code = "lesson-not-yours"
    says = _("这一条是 {who} 写的。")
    fix = _("请写的人改，或请能审单的人改。")
    status = 403


class Withdrawn(Refused):
    code = "lesson-withdrawn"
    says = _("这一条已经撤回了。")
    fix = _("先恢复，再改或照着做。")


class KindNamed(Refused):
    """``facts``: name."""

    code = "lesson-kind-named"
    says = _("已经有一种问题叫「{name}」。")
    fix = _("换一个名字，免得分不清。")
    status = 422


class BadKind(Refused):
    """``facts``: most."""

    code = "bad-lesson-kind"
    says = _("名字要写，最多 {most} 个字。")
    status = 422


class TooManyKinds(Refused):
    """``facts``: most."""

    code = "too-many-lesson-kinds"
    says = _("自己的问题类型最多 {most} 种。")
    fix = _("改一改不用的，换个名字接着用。")


class KindStays(Refused):
    """``facts``: name."""

    code = "lesson-kind-stays"
    says = _("「{name}」不能停用。")
    fix = _("总要有一种可以选，分不清的都归它。")
    status = 422
