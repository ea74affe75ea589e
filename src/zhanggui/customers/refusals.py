"""Why personal data stays shut."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class EnoughSeen(Refused):
    """``facts``: most."""

    code = "enough-seen"
    says = _("今天已经看了 {most} 位收件人的明文，到上限了。")
    fix = _("请店主在「设置 · 隐私」里调高，或明天再看。")
    status = 429


class AlreadyErased(Refused):
    """``facts``: at (a date)."""

    code = "already-erased"
    says = _("这位收件人的信息已于 {at} 删除，只留下遮住的文字。")
    status = 410
