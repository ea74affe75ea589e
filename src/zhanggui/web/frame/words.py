"""Figures and moments as people say them, in the reader's language and the company's zone. Pure: the moment is given."""

from collections.abc import Callable
from datetime import datetime

from babel import Locale
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from zhanggui.kernel import clock
from zhanggui.kernel.money import exponent, written

MINUTE, HOUR, DAY = 60, 3600, 86400
SOON_S = 4 * HOUR
CAP = 10_000
Say = Callable[[int], str]


# Made once: to find a language by its name takes longer than to write a number in it, and a page has hundreds.
ENGLISH, CHINESE = Locale.parse("en"), Locale.parse("zh_CN")


def locale() -> Locale:
    return ENGLISH if (get_language() or "").startswith("en") else CHINESE


def number(value: float | int) -> str:
    """``1,234``; grouped as the reader's language does."""
    return str(format_decimal(value, locale=locale())).replace("-", "−")


def capped(value: int, cap: int = CAP) -> str:
    """A count that was only taken up to ``cap``: ``10,000+`` beyond it."""
    return f"{number(cap)}+" if value > cap else number(value)


def percent(part: float, digits: int = 1) -> str:
    """``0.116`` → ``11.6%``; a minus is a real one."""
    return str(format_percent(part, format=f"0.{'#' * digits}%" if digits else "0%", locale=locale())).replace("-", "−")


def money(minor: int, currency: str = "CNY", *, whole: bool = False) -> str:
    """``¥1,234.50``; ``whole`` leaves the cents of a large sum away."""
    if not whole:
        return written(minor, currency)
    unit = 10 ** exponent(currency)
    text = written(round(minor / unit) * unit, currency)
    return text.rsplit(".", 1)[0] if exponent(currency) else text


def span(seconds: float) -> str:
    """How long, in the two largest units that matter: ``38 分``, ``1 时 12 分``, ``20 时``, ``3 天``."""
    left = int(max(seconds, 0))
    if left < MINUTE:
        return _("不到 1 分")
    if left < HOUR:
        return _("%(m)d 分") % {"m": left // MINUTE}
    if left < 12 * HOUR and left % HOUR >= MINUTE:
        return _("%(h)d 时 %(m)02d 分") % {"h": left // HOUR, "m": left % HOUR // MINUTE}
    if left < DAY:
        return _("%(h)d 时") % {"h": left // HOUR}
    days = left // DAY
    return ngettext("%(d)d 天", "%(d)d 天", days) % {"d": days}


def exact(moment: datetime) -> str:
    """``2026-11-22 11:54:03 Asia/Shanghai``: for a hint."""
    zone = clock.company_zone()
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone.key}"


def day(moment: datetime, at: datetime) -> str:
    """The day beside today: 昨天, 今天, 明天, ``11-24``, ``2025-11-24``."""
    then, today = clock.day_of(moment), clock.day_of(at)
    near = {-1: pgettext("moment", "昨天"), 0: pgettext("moment", "今天"), 1: pgettext("moment", "明天")}.get((then - today).days)
    if near:
        return near
    return f"{then:%m-%d}" if then.year == today.year else f"{then:%Y-%m-%d}"


def point(moment: datetime, at: datetime) -> str:
    """``今天 11:54``, ``昨天 20:10``, ``11-24 09:00``."""
    return f"{day(moment, at)} {moment.astimezone(clock.company_zone()):%H:%M}"


def when(moment: datetime, at: datetime) -> str:
    """``3 分前``, ``5 分后``; past the hour ``今天 11:54``."""
    gone = (at - moment).total_seconds()
    if abs(gone) < MINUTE:
        return _("刚刚") if gone >= 0 else _("马上")
    if abs(gone) < HOUR:
        minutes = int(abs(gone) // MINUTE)
        return (_("%(m)d 分前") if gone > 0 else _("%(m)d 分后")) % {"m": minutes}
    return point(moment, at)


def countdown(moment: datetime, at: datetime) -> tuple[str, str]:
    """What is left until ``moment`` and how pressing: ``("剩 38 分", "soon")``, ``("超时 26 分", "late")``."""
    left = (moment - at).total_seconds()
    if left < 0:
        return _("超时 %s") % span(-left), "late"
    return _("剩 %s") % span(left), "soon" if left < SOON_S else ""
