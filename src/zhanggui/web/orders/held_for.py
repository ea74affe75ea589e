"""What somebody chooses when they hold orders: the type, until when or for which event; and how a hold says whose it is and how late."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts.models import Role
from zhanggui.accounts.policy import policy
from zhanggui.kernel import clock
from zhanggui.orders.checks.reasons import PAID, REFUND_CLOSED, STOCK
from zhanggui.orders.holding import Types
from zhanggui.orders.reading.rows import Held
from zhanggui.web.frame import words as frame

Text = str | Promise
EVENTS: Mapping[str, Text] = {
    PAID: gettext_lazy("付清款"), STOCK: gettext_lazy("到货"), REFUND_CLOSED: gettext_lazy("平台退款关闭"),
}  # fmt: skip
APART = "|"


class Choice(NamedTuple):
    """The type, and when the hold goes by itself."""

    code: str = "by-hand"
    until: datetime | None = None
    event: str = ""


def said(post: Mapping[str, str]) -> str:
    """What the form chose, in one word that a batch carries along; empty where it chose nothing."""
    parts = [str(post.get(name, "")).strip()[:24] for name in ("hold_code", "hold_until", "hold_event")]
    return APART.join(parts) if any(parts) else ""


def choice(text: str) -> Choice:
    """The same read again. A time is in the company's zone; one that cannot be read is none."""
    code, until, event = [*text.split(APART), "", "", ""][:3]
    try:
        moment = datetime.fromisoformat(until) if until else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.company_zone())
    return Choice(code or "by-hand", moment, event)


def offered() -> list[list[str]]:
    """(code, name) of the types to choose from. One statement."""
    return [[one.code, one.name] for one in Types().by_hand()]


def house_roles() -> dict[str, str]:
    """Code → what a role of the house is called."""
    return {code: _(names[0]) for code, names in policy().roles.items()}


def role_names() -> dict[str, str]:
    """The same with the merchant's own roles. One statement."""
    return house_roles() | dict(Role.objects.filter(built_in=False).values_list("code", "name"))


def ends(held: Held, at: datetime) -> str:
    """When it goes by itself; empty where somebody must let it go."""
    if held.until is not None:
        return _("到 %s 自动放行") % frame.when(held.until, at)
    return _("%s就自动放行") % EVENTS[held.event] if held.event in EVENTS else ""


def late(held: Held, at: datetime) -> str:
    """How long past its hours; empty while it is within them."""
    if held.due_at is None or at <= held.due_at:
        return ""
    hours = int((at - held.due_at).total_seconds()) // 3600
    return _("超时 %s 天") % (hours // 24) if hours >= 48 else _("超时 %s 小时") % max(hours, 1)


def whose(held: Held, names: Mapping[str, str], at: datetime) -> str:
    """Whose it is, by when or how late, and when it goes by itself: one line under the reason."""
    owner = names.get(held.role, held.role)
    told = late(held, at)
    if not told and held.due_at is not None:
        told = _("%s 前处理") % frame.when(held.due_at, at)
    parts = [_("归%s") % owner if owner else "", told, ends(held, at)]
    return _(" · ").join(part for part in parts if part)
