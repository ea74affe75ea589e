"""What cannot be said of a rule of review."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class AlwaysOn(Refused):
    """``facts``: check."""

    code = "check-always-on"
    says = _("「{check}」不能关。")
    fix = _("没有它，发不出去的单也会通过。")


class BadDial(Refused):
    """``facts``: check, dial."""

    code = "bad-dial"
    says = _("「{check}」的「{dial}」不能这样填。")
    fix = _("数字要在说明的范围里；文字每条最多 20 个字，最多 60 条。")
    status = 422
