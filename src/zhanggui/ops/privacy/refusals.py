"""Why keys stay as they are, and why somebody's data does."""

from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused


class KeysAreGiven(Refused):
    code = "keys-are-given"
    says = _("钥匙由环境变量 ZHANGGUI_KEYS 给出，只有改它的人能换。")
    fix = _("在 ZHANGGUI_KEYS 里加一把新钥匙、改 current，重启，再运行 zhanggui keys reseal。")


class KeysInUse(Refused):
    """``facts``: where, many."""

    code = "keys-in-use"
    says = _("旧钥匙还不能丢：{where} 里还有 {many} 份用它封着。")
    fix = _("等后台封完，或运行 zhanggui keys reseal，再试。")


class NobodyFound(Refused):
    code = "nobody-found"
    says = _("没有这样的人：手机号、姓名、单号都对不上。")
    fix = _("手机号要写全；只留遮住文字的查不到。")
    status = 404


class TooManyInPlain(Refused):
    """``facts``: most, many."""

    code = "too-many-in-plain"
    says = _("一次最多导出 {most} 单明文，这次是 {many} 单。")
    fix = _("分几次导出，或在「设置 · 隐私」里调高。")
    status = 422


class NotWhatWasFound(Refused):
    code = "not-what-was-found"
    says = _("这不是您查到的那些人，什么都没有做。")
    fix = _("再查一次，从查到的结果里做。")
    status = 422
