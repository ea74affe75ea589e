"""What tags of orders refuse."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class TagKnown(Refused):
    """``facts``: tag."""

    code = "tag-known"
    says = _("已经有「{tag}」这个标签了。")
    fix = _("换一个名字；收起来的标签也占着名字，可以再拿出来用。")
    status = 422


class TagAway(Refused):
    """``facts``: tag."""

    code = "tag-away"
    says = _("标签「{tag}」已经收起来了。")
    fix = _("先在「设置 · 订单」里再拿出来用。")


class TooManyTags(Refused):
    """``facts``: most."""

    code = "too-many-tags"
    says = _("最多 {most} 个标签。")
    fix = _("把不用的改个名字接着用。")
    status = 422
