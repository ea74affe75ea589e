"""What waits, in the reader's words: what it is about, how it stands, which right it needs."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.accounts.policy import policy
from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
from zhanggui.kernel.actor import Actor

State = Approval.State


def right(code: str) -> str:
    """A capability as the policy calls it."""
    known = policy().capabilities.get(code)
    if known is None:
        return code
    return known.en if (translation.get_language() or "").startswith("en") else known.zh


def about(row: Approval) -> str:
    """One sentence; of a verb that says nothing of itself the right it needs, and of how many things."""
    roles = {key: _(value) for key, value in row.about.items() if key in ("role", "role_now") and value}
    said = approvals.sentence(row, roles)
    if said:
        return said
    n = int(row.about.get("many", 1))
    return ngettext("%(right)s：%(n)s 项", "%(right)s：%(n)s 项", n) % {"right": right(row.needs), "n": n}


@dataclass(frozen=True)
class Shown:
    """A row of the list. ``mine`` was asked by the reader, ``theirs`` waits for their word; ``stops``: it is about
    them, and they may decline."""

    row: Approval
    about: str
    right: str
    tone: str
    state: str
    mine: bool
    theirs: bool
    stops: bool


def shown(row: Approval, actor: Actor, *, at: datetime) -> Shown:
    tone, state = standing(row, at=at)
    mine = row.asker_id == actor.id
    waits = row.state == State.WAITING and row.expires_at > at
    stops = waits and approvals.may_stop(row, actor)
    theirs = waits and not mine and row.person_id != actor.id
    if theirs and not row.alone:
        state = _("等您同意")
    return Shown(row, about(row), right(row.needs), tone, state, mine, theirs, stops)


def standing(row: Approval, *, at: datetime) -> tuple[str, str]:
    """A tone and the words for how it stands."""
    if row.state in Approval.OPEN and row.expires_at <= at:
        return "quiet", _("过期了，没有做")
    said = {
        State.WAITING: ("warn", _("到点自己做") if row.alone else _("等另一人同意")),
        State.READY: ("info", _("可以去做了，限一次")),
        State.DONE: ("good", _("做了")),
        State.DECLINED: ("bad", _("没有同意")),
        State.WITHDRAWN: ("quiet", _("收回了")),
        State.EXPIRED: ("quiet", _("过期了，没有做")),
        State.FAILED: ("bad", _("没有做成")),
    }
    return said[State(row.state)]
