"""Why a call is turned away before anything of the house is asked."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import NotAllowed, Refused


class NoSuchAddress(Refused):
    """``facts``: path."""

    code = "no-such-address"
    says = _("接口里没有 {path}。")
    fix = _("地址都写在 /api/v1/docs。")
    status = 404


class WrongMethod(Refused):
    """``facts``: method, allowed."""

    code = "wrong-method"
    says = _("这个地址不接受 {method}。")
    fix = _("用 {allowed}。")
    status = 405


class NotLent(NotAllowed):
    """The key was not lent this right, or its maker no longer has it. ``facts``: needs, who."""

    says = _("这把密钥没有「{needs}」的权限。")
    fix = _("做一把带这一项的密钥；做密钥的人自己也要有它。")


class ClosedToPrograms(NotAllowed):
    """The policy gives this right to no program. ``facts``: needs, who."""

    code = "closed-to-programs"
    says = _("「{needs}」不给接口程序用。")
    fix = _("请有权限的人在页面上做。")


class NotJson(Refused):
    """``facts``: why."""

    code = "not-json"
    says = _("请求正文不是能读的 JSON：{why}。")
    fix = _("发 UTF-8 的 JSON 对象，不要带空字符，数字不要超过 64 位。")
    status = 422


class WrongType(Refused):
    code = "wrong-content-type"
    says = _("请求正文要是 JSON。")
    fix = _("加上 Content-Type: application/json。")
    status = 415


class TooLarge(Refused):
    """``facts``: most_mb."""

    code = "too-large"
    says = _("请求正文太大，最多 {most_mb} MB。")
    fix = _("分几次发。")
    status = 413


class KeyMissing(Refused):
    code = "idempotency-key-missing"
    says = _("改动要带 Idempotency-Key。")
    fix = _("每个新请求给一个新的，1 到 200 个看得见的 ASCII 字符，例如一个 UUID；重发时用同一个。")
    status = 422


class NotUnderstood(Refused):
    """The errors stand beside it, each with its place."""

    code = "not-understood"
    says = _("有的内容不对，什么都没有做。")
    fix = _("看 errors 里每一处说了什么。")
    status = 422


class UnknownParameter(Refused):
    """``facts``: name."""

    code = "unknown-parameter"
    says = _("没有「{name}」这个参数。")
    fix = _("参数都写在 /api/v1/docs。")
    status = 422


class BadCursor(Refused):
    code = "bad-cursor"
    says = _("cursor 不是这里给出的。")
    fix = _("原样用上一页的 next；从头看就不带它。")
    status = 422


class BadMatch(Refused):
    code = "bad-if-match"
    says = _("If-Match 读不懂。")
    fix = _("原样用读这一条时得到的 ETag，而且一次只改一条。")
    status = 422


class Stale(Refused):
    """``facts``: id, version."""

    code = "changed"
    says = _("{id} 刚被别人改过，现在是第 {version} 版。")
    fix = _("重新读一遍，再决定。")
    status = 412


class DoesNotFit(Refused):
    code = "does-not-fit"
    says = _("有的内容放不进账里：太长、太大，或指的东西不存在。")
    fix = _("核对长度、数量和编号，再试。")
    status = 422
