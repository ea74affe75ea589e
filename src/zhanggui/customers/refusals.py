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


class AddressUnsure(Refused):
    """An address written in one piece that may be another. ``facts``: read."""

    code = "address-unsure"
    says = _("地址没把握：读成了「{read}」。")
    fix = _("只写一个地址，省、市、区县写全，中间空一格。")
    status = 422


class PersonUnsure(Refused):
    """Who it is stays out of the books. ``facts``: none."""

    code = "person-unsure"
    says = _("收件人没把握：姓名或电话可能是另一个。")
    fix = _("姓名、电话、地址各写各的，地址里不写人。")
    status = 422


class NoSuchPhone(Refused):
    """``facts``: phone (masked)."""

    code = "no-such-phone"
    says = _("「{phone}」不像一个完整的电话。")
    fix = _("一行写一个完整的电话。")
    status = 422


class BlockNeedsReason(Refused):
    code = "block-needs-reason"
    says = _("加入黑名单要写明原因。")
    fix = _("写一句为什么，以后别人看得懂。")
    status = 422
