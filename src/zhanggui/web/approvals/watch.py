"""What the rail counts and the bell rings for: what waits for one's word, and what is done by itself before long."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Text
from zhanggui.web.frame import asked as words
from zhanggui.web.frame import counts, notices
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.notices import Notice
from zhanggui.web.frame.rail import concerned

SHOWN = 3
State = Approval.State
# Whoever asked hears for a day what came of it.
HEARD = timedelta(days=1)

SAYS: dict[str, Text] = {
    State.DONE: gettext_lazy("%(who)s 同意了，做好了：%(what)s"),
    State.READY: gettext_lazy("%(who)s 同意了，等您再按一次：%(what)s"),
    State.DECLINED: gettext_lazy("%(who)s 没有同意：%(what)s"),
}
TONES: dict[str, str] = {State.READY: "warn"}


@counts.providers("approvals", "approvals_alone")
def waiting(actor: Actor, at: datetime) -> Mapping[str, int]:
    if not concerned(actor):
        return {"approvals": 0, "approvals_alone": 0}
    found = approvals.standing(actor, at=at)
    return {"approvals": found.theirs, "approvals_alone": found.alone}


@notices.source
def asked(actor: Actor, at: datetime) -> Sequence[Notice]:
    """Their word is waited for; and what one person asked for alone, with the minute it is done and the way to stop it."""
    now = counts.of(actor, ["approvals", "approvals_alone"], at=at)
    told = []
    if now["approvals_alone"]:
        for row in approvals.alone_and_waiting(actor, at=at)[:SHOWN]:
            due = timezone.localtime(row.ready_at, clock.company_zone())
            facts = {"time": f"{due:%H:%M}", "who": row.asker_name, "what": words.about(row)}
            if approvals.may_stop(row, actor):
                text = _("%(time)s 照做：%(what)s（%(who)s 提的，关于您，可以不同意）") % facts
            else:
                text = _("%(time)s 照做：%(what)s（%(who)s 提的，可以收回）") % facts
            told.append(Notice("warn", text, address("approvals:detail", row.pk)))
    n = now["approvals"]
    if n:
        text = ngettext("%(n)d 件事等您同意", "%(n)d 件事等您同意", n) % {"n": n}
        told.append(Notice("warn", text, address("approvals:list")))
    return told


@notices.source
def settled(actor: Actor, at: datetime) -> Sequence[Notice]:
    """What somebody else said to what this person asked for, and what is left for them to do. One statement."""
    if actor.id is None or not concerned(actor):
        return []
    rows = approvals.asked_by(actor.id).filter(settled_at__gt=at - HEARD, state__in=SAYS).exclude(settler_id=actor.id)
    return [
        Notice(
            TONES.get(row.state, "info"),
            SAYS[row.state] % {"who": row.settler_name, "what": words.about(row)},
            address("approvals:detail", row.pk),
        )
        for row in rows.exclude(settler_id=None)[:SHOWN]
    ]
