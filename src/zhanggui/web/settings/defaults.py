"""The figures the house works by, read from where they are in force: what each does, and what it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings as house_settings
from django.utils.translation import gettext as _

from zhanggui.carriers.port import Status
from zhanggui.channels.reading.limits import MIB, WEB
from zhanggui.channels.uploads import MOST_MIB
from zhanggui.fulfilment.commands.waves import WAVE_SIZE
from zhanggui.fulfilment.rules.groups import HOT_FROM
from zhanggui.kernel import clock
from zhanggui.tracking.rules import eta, pace
from zhanggui.web.frame import words


@dataclass(frozen=True)
class Setting:
    """A figure in force: its name, what it does, its value."""

    name: str
    does: str
    value: str


@dataclass(frozen=True)
class Group:
    title: str
    settings: Sequence[Setting]


def groups() -> list[Group]:
    number = words.number
    walking = (
        Setting(_("一波几单"), _("一个人一趟推得动的单数，下波次时可以改。"), _("%s 单") % number(WAVE_SIZE)),
        Setting(_("几单同样的货算爆款"), _("到了这个数，建议单独走一波。"), _("%s 单") % number(HOT_FROM)),
    )
    every = pace.CHECK_EVERY_S
    road = (
        Setting(_("没揽收的多久问一次"), _("第一次扫描才说明快递真拿到了。"), words.span(every[Status.ANNOUNCED] or 0)),
        Setting(_("运输中的多久问一次"), _("路上扫得少。"), words.span(every[Status.IN_TRANSIT] or 0)),
        Setting(_("派送中的多久问一次"), _("买家正等着。"), words.span(every[Status.OUT_FOR_DELIVERY] or 0)),
        Setting(_("多久没动静算停滞"), _("超过就排到「要处理」。"), words.span(pace.STILL.total_seconds())),
        Setting(
            _("没有先例时几天到"), _("同一路线到过几个包裹以后，按它们的中位数算。"), words.span(eta.DEFAULT.total_seconds())
        ),
        Setting(_("签收几天后算完成"), _("买家没说什么，订单就完成。"), words.span(pace.COMPLETE_AFTER_DAYS * 86400)),
    )
    files = (
        Setting(_("一次导入最大的文件"), _("再大的用命令行导入。"), f"{number(MOST_MIB)} MB"),
        Setting(_("一次导入最多的行"), _("再多的用命令行导入。"), _("%s 行") % number(WEB.rows)),
        Setting(_("压缩包展开最大"), _("防着一个小文件展开成一大堆。"), f"{number(WEB.unpacked_bytes // MIB)} MB"),
    )
    door = (
        Setting(_("多久没动静就退出"), _("公用的电脑忘了退出，也不会一直开着。"), words.span(house_settings.SESSION_IDLE_S)),
        Setting(_("最长登录多久"), _("到时候再登录一次，有没有在用都一样。"), words.span(house_settings.SESSION_COOKIE_AGE)),
        Setting(_("要紧的事多久确认一次"), _("管人、改设置、备份、看明文之前。"), words.span(house_settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)),
        Setting(_("重设密码的链接管多久"), _("只能用一次，要了新的，旧的作废。"), words.span(house_settings.PASSWORD_RESET_TIMEOUT)),
    )
    house = (Setting(_("时区"), _("一天从哪一刻算起，报表和编号都按它。"), clock.company_zone().key),)
    return [
        Group(_("拣货"), walking),
        Group(_("物流"), road),
        Group(_("导入"), files),
        Group(_("登录"), door),
        Group(_("公司"), house),
    ]
