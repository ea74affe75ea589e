"""Where a shop sells, by its name."""

from django.utils.translation import gettext_lazy

PLATFORMS = (
    ("manual", gettext_lazy("线下、手工")),
    ("taobao", gettext_lazy("淘宝")),
    ("tmall", gettext_lazy("天猫")),
    ("jd", gettext_lazy("京东")),
    ("pdd", gettext_lazy("拼多多")),
    ("douyin", gettext_lazy("抖音")),
    ("wechat", gettext_lazy("视频号")),
    ("retail", gettext_lazy("别的平台")),
)
