"""What cannot be said of a rule a merchant writes."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class BadRule(Refused):
    """``facts``: place (``name``, ``conditions``, ``condition.2``, ``actions`` or an action), why."""

    code = "bad-rule"
    says = _("这条规则还不能这样写（{place}：{why}）。")
    fix = _("看看红字说的那一处。")
    status = 422


class RuleKnown(Refused):
    """``facts``: rule."""

    code = "rule-known"
    says = _("已经有一条规则叫「{rule}」。")
    fix = _("换一个名字。")


class TooManyRules(Refused):
    """``facts``: most."""

    code = "too-many-rules"
    says = _("最多 {most} 条规则。")
    fix = _("删掉不用的，或把几条并成一条。")
