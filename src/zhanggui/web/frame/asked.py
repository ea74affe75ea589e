"""What waits, in the reader's words: what it is about, how it stands, which right it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.accounts import invitations, others
from zhanggui.accounts.policy import policy
from zhanggui.journal import approvals, asking, seconds
from zhanggui.journal.models import Approval
from zhanggui.kernel.actor import Actor
from zhanggui.web.frame.addresses import address

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
    them, and they may decline. ``next`` is what is left to do for the reader, and where."""

    row: Approval
    about: str
    right: str
    tone: str
    state: str
    mine: bool
    theirs: bool
    stops: bool
    next: tuple[str, str] | None
    receipt: Mapping[str, Any] | None


def every(rows: Iterable[Approval], actor: Actor, *, at: datetime) -> list[Shown]:
    """Rows as they are shown. Two statements more where some wait for somebody else, who is then named; one where a link may
    still be to hand over."""
    rows = list(rows)
    waits = [row for row in rows if row.state == State.WAITING and not row.alone and row.expires_at > at]
    able = others.able({row.needs for row in waits}) if waits else {}
    made = {row.pk: int(row.about["outcome"]["invitation"]) for row in rows if "invitation" in row.about.get("outcome", {})}
    left = invitations.not_handed_over(made.values(), at=at) if made else set()
    return [_shown(row, actor, able.get(row.needs, []), made.get(row.pk) in left, at=at) for row in rows]


def _shown(row: Approval, actor: Actor, able: list[tuple[int, str]], link: bool, *, at: datetime) -> Shown:
    tone, state = standing(row, at=at)
    mine = row.asker_id == actor.id
    waits = row.state == State.WAITING and row.expires_at > at
    stops = waits and approvals.may_stop(row, actor)
    theirs = waits and not mine and row.person_id != actor.id
    if theirs and not row.alone:
        state = _("等您同意")
    elif waits and not row.alone:
        state = waits_for([name for pk, name in able if pk not in (row.asker_id, row.person_id)])
    said = row.about.get("outcome", {})
    return Shown(
        row,
        about(row),
        right(row.needs),
        tone,
        state,
        mine,
        theirs,
        stops,
        _next(row, actor, link),
        said if "digest" in said else None,
    )


def waits_for(names: list[str]) -> str:
    """Whose word is waited for."""
    if not names:
        return _("等另一人同意")
    if len(names) == 1:
        return _("等 %(who)s 同意") % {"who": names[0]}
    if len(names) == 2:
        return _("等 %(who)s 或 %(other)s 同意") % {"who": names[0], "other": names[1]}
    return _("等 %(who)s 等 %(n)s 人中一位同意") % {"who": names[0], "n": len(names)}


def beforehand(needs: str, actor: Actor, *, at: datetime) -> str:
    """What becomes of an act of this right once it is asked for; empty where it is simply done."""
    if "A" not in actor.words(needs):
        return ""
    names = [name for pk, name in others.able([needs])[needs] if pk != actor.id]
    if names:
        return _("%(state)s才生效，七天内。") % {"state": waits_for(names)}
    opened_at = seconds.people().opened_at()
    if opened_at is None or at - opened_at < asking.YOUNG:
        return _("开张头一天、只有您一个人能管人：马上生效，不等十分钟。")
    return _("没有别人能同意：十分钟后生效，这期间可以收回。")


def _next(row: Approval, actor: Actor, link: bool) -> tuple[str, str] | None:
    """What whoever asked has still to do themselves after it was agreed to."""
    if row.asker_id != actor.id:
        return None
    if row.state == State.READY:
        return _("回到原来那一页，再按一次就行，限一次。"), ""
    if link:
        return _("邀请做好了。到「人」里按「给链接」，把链接交给他。"), address("settings:people")
    return None


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
