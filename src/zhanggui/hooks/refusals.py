"""Why an address outside is not taken."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class BadUrl(Refused):
    """``facts``: url, why (a code of ``outward.places.Forbidden``), because (in words)."""

    code = "bad-url"
    says = _("这个网址不能用：{because}。")
    fix = _("写一个 https:// 开头、公网上能打开的网址，端口只能是 443 或 8443。")
    status = 422


class EndpointIncomplete(Refused):
    """``facts``: field."""

    code = "endpoint-incomplete"
    says = _("「{field}」还没填对。")
    fix = _("填好再保存。")
    status = 422


class NoSuchEvents(Refused):
    """``facts``: events."""

    code = "no-such-events"
    says = _("没有这些事件：{events}。")
    fix = _("从列表里选。")
    status = 422


class TooManyEndpoints(Refused):
    """``facts``: most."""

    code = "too-many-endpoints"
    says = _("最多 {most} 个推送地址。")
    fix = _("先删掉不用的。")


class NobodysEndpoint(Refused):
    """An endpoint lends its maker's rights: the system and a program have none to lend."""

    code = "nobodys-endpoint"
    says = _("推送地址要记在一个人名下。")
    fix = _("请有权限的人登录后来建。")


class EndpointOff(Refused):
    """``facts``: name."""

    code = "endpoint-off"
    says = _("「{name}」停着。")
    fix = _("先恢复它。")


# Why an address is refused, in words.
BECAUSE = {
    "too-long": _("太长"), "unreadable": _("里面有不该有的字符"), "not-https": _("不是 https"), "userinfo": _("里面带了用户名或密码"),
    "port": _("端口不对"), "host": _("主机名不对"), "odd-address": _("IP 写法古怪"), "inside": _("是内网的名字"),
    "closed-address": _("是内网或保留的 IP"), "no-address": _("查不到 IP"),
}  # fmt: skip
