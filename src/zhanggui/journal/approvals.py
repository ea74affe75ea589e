"""What waits for a second person: who may agree, agreeing, declining, taking back, and what time does to it."""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhanggui.journal import asking, coding, phrases, reaches, seconds
from zhanggui.journal.book import COMMANDS, Command, acting, tell
from zhanggui.journal.events import ApprovalSettled, every, task
from zhanggui.journal.models import Approval
from zhanggui.kernel import db, masking
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, NotFound, Refused

State = Approval.State
LONGEST = 200


class AlreadySettled(Refused):
    """``facts``: how (the state it is in)."""

    code = "already-settled"
    says = _("这件事已经有结果了，没有再做一遍。")
    fix = _("刷新看看是谁、什么时候定的。")


class OwnAsking(Refused):
    code = "own-asking"
    says = _("自己提的，要另一人同意。")
    fix = _("不想做了，可以收回。")
    status = 403


class AskerMayNot(Refused):
    """``facts``: who."""

    code = "asker-may-not"
    says = _("{who} 现在没有这项权限，或已经停用，这件事作废了，什么都没有做。")
    fix = _("还要做的话，请现在有权限的人来提。")


def capabilities_of(by: Actor) -> list[str]:
    """The rights this actor holds for more than their own shops: what they may agree to."""
    return _rights(by) if by.kind == "person" and by.id is not None else []


def _rights(by: Actor) -> list[str]:
    return [code for code in by.may if "O" not in by.words(code)]


def theirs_to_settle(by: Actor, *, at: datetime) -> QuerySet[Approval]:
    """What waits for this actor's word, the oldest first: never their own asking. What is about themselves they may decline."""
    open_ones = Approval.objects.filter(state=State.WAITING, expires_at__gt=at, needs__in=capabilities_of(by))
    found = open_ones.exclude(asker_id=by.id or 0).exclude(pk__in=_foreign(by, at=at))
    return found.exclude(verb__in=_beyond(by)).order_by("id")


def _foreign(by: Actor, *, at: datetime) -> set[int]:
    """What waits and names something outside this actor's reach; of nobody who reaches everything, and without a statement."""
    open_ones = Approval.objects.filter(state=State.WAITING, expires_at__gt=at, needs__in=capabilities_of(by))
    return _outside(by, open_ones.exclude(asker_id=by.id or 0))


def _outside(by: Actor, rows: QuerySet[Approval]) -> set[int]:
    return set() if by.reach.everywhere else reaches.foreign(by.reach, dict(rows.values_list("pk", "places")))


def _beyond(by: Actor) -> list[str]:
    """Verbs of rights this actor holds narrowed to a part the verb does not take: the same question as at its own door."""
    return [verb.name for verb in COMMANDS.values() if by.can(verb.needs) and not by.granted(verb.needs, takes=verb.takes)]


class Standing(NamedTuple):
    """How many wait for this actor's word, and how many are done by themselves before long."""

    theirs: int
    alone: int


def standing(by: Actor, *, at: datetime) -> Standing:
    """One statement; a few more for one who is bound to some places."""
    mine = capabilities_of(by)
    me = by.id or 0
    open_ones = Approval.objects.filter(state=State.WAITING, expires_at__gt=at).filter(Q(needs__in=mine) | Q(asker_id=me))
    open_ones = open_ones.exclude(pk__in=_foreign(by, at=at))
    theirs = Q(needs__in=mine) & ~Q(asker_id=me) & ~Q(verb__in=_beyond(by))
    return Standing(**open_ones.aggregate(theirs=Count("id", filter=theirs), alone=Count("id", filter=Q(alone=True))))


def asked_by(person_id: int | None) -> QuerySet[Approval]:
    """What this person asked for, the latest first."""
    return Approval.objects.filter(asker_id=person_id or 0).order_by("-id")


def alone_and_waiting(by: Actor, *, at: datetime) -> QuerySet[Approval]:
    """What is done by itself before long, and this actor may see coming: their own, and what their rights are about."""
    seen = Q(asker_id=by.id) | Q(needs__in=capabilities_of(by))
    found = Approval.objects.filter(seen, state=State.WAITING, alone=True, expires_at__gt=at)
    return found.exclude(pk__in=_foreign(by, at=at)).order_by("ready_at", "id")


def settled_for(by: Actor) -> QuerySet[Approval]:
    """What came to an end among what this actor asked for, settled, or holds the right to settle; the latest first. One who is
    bound to some places sees of others' only what names no place."""
    right = Q(needs__in=capabilities_of(by)) if by.reach.everywhere else Q(needs__in=capabilities_of(by), places=[])
    seen = Q(asker_id=by.id) | Q(settler_id=by.id) | right
    return Approval.objects.filter(seen).exclude(state__in=Approval.OPEN).order_by("-id")


def told_to(program: Actor) -> QuerySet[Approval]:
    """What a program reads: of the rights it was lent and within its reach, as the pages show it to somebody of the house; of
    what has ended only what names no place, where it is bound to some. It settles nothing."""
    found = Approval.objects.filter(needs__in=_rights(program)).exclude(verb__in=_beyond(program))
    if program.reach.everywhere:
        return found
    open_ones = found.filter(state__in=Approval.OPEN)
    return found.filter(Q(places=[]) | Q(pk__in=open_ones.values("pk"))).exclude(pk__in=_outside(program, open_ones))


def may_see(row: Approval, by: Actor) -> bool:
    if by.id is None or row.asker_id == by.id or row.settler_id == by.id:
        return by.id is not None
    return row.needs in capabilities_of(by) and not reaches.foreign(by.reach, {row.pk: row.places})


def may_stop(row: Approval, by: Actor) -> bool:
    """Whether it is about this actor, who may not agree but may decline: else of two owners one could shut the other out."""
    return row.person_id == by.id != row.asker_id and row.needs in capabilities_of(by)


def verb_of(row: Approval) -> Command | None:
    """The verb asked for; None where the house no longer knows it."""
    return COMMANDS.get(row.verb)


def agree(approval_id: int, *, word: str = "", by: Actor, at: datetime) -> Approval:
    """Agree to what somebody else asked for: it is done now, with the rights the asker has today, in one transaction; where its
    answer is for the asker, they may do it once within a day.

    Raises ``NotFound``, ``AlreadySettled``, ``OwnAsking``, ``NotAllowed``, ``StepUpNeeded``, ``AskerMayNot``, and what the verb
    itself refuses with: then it goes on waiting.
    """
    row, verb = _to_settle(approval_id, by, at=at)
    if "S" in verb.marks:
        by.confirm(verb.needs)
    asker = _asker(row, verb, by, at=at)
    db.retried(functools.partial(_do, row, verb, asker, by=by, word=word, at=at))
    row.refresh_from_db()
    return row


def decline(approval_id: int, *, word: str = "", by: Actor, at: datetime) -> Approval:
    """It is not to be done; whom it is about may say so as well. Raises as ``agree`` does before anything is done."""
    row, _verb = _to_settle(approval_id, by, at=at, declines=True)
    return _close(row, State.DECLINED, by=by, at=at, word=word)


def withdraw(approval_id: int, *, by: Actor, at: datetime) -> Approval:
    """Whoever asked no longer wants it. Raises ``NotFound``, ``AlreadySettled``."""
    row = Approval.objects.filter(pk=approval_id, asker_id=by.id or 0).first()
    if row is None:
        raise NotFound(what=approval_id)
    return _close(row, State.WITHDRAWN, by=by, at=at)


def _to_settle(approval_id: int, by: Actor, *, at: datetime, declines: bool = False) -> tuple[Approval, Command]:
    row = Approval.objects.filter(pk=approval_id).first()
    if row is None or not may_see(row, by):
        raise NotFound(what=approval_id)
    if row.asker_id == by.id or (row.person_id == by.id and not declines):
        raise OwnAsking
    verb = verb_of(row)
    if row.state != State.WAITING or row.expires_at <= at or verb is None:
        raise AlreadySettled(how=row.state)
    if "O" in by.words(verb.needs) or not by.granted(verb.needs, takes=verb.takes):
        raise NotAllowed(needs=verb.needs, who=by.name)
    return row, verb


def _asker(row: Approval, verb: Command, by: Actor, *, at: datetime) -> Actor:
    """Who asked, as they stand today. Where they may no longer, it ends here."""
    asker = seconds.people().actor(row.asker_id)
    if asker is None or not asker.granted(verb.needs, takes=verb.takes):
        refusal = AskerMayNot(who=row.asker_name)
        _close(row, State.FAILED, by=by, at=at, word=refusal.sentence)
        raise refusal
    return replace(asker, why=row.reason)


def _do(row: Approval, verb: Command, asker: Actor, *, by: Actor, word: str, at: datetime) -> None:
    state = State.READY if verb.second is not None and verb.second.answers else State.DONE
    args, kwargs = coding.decode(verb.call, asking.opened(row))
    # Why is what was read: where the asker said one thing and the verb's own argument another, the one that was agreed to.
    kwargs |= {verb.because: row.reason} if row.reason and verb.because in kwargs else {}
    with acting(verb.name):
        # Taken first, within the transaction of the effect: of two who agree at once, one finds it settled.
        if not _settle(row, state, by=by, at=at, word=word):
            raise AlreadySettled(how=State.DONE)
        # Nobody agrees to what they could not do themselves: what lies outside their own reach is not theirs to settle.
        for one in verb.named:
            reaches.within(by.reach, one.kind, one.of(args, kwargs))
        if state == State.DONE:
            noted = {"approval": row.pk, "agreed_by": by.name, "agreed_by_id": by.id}
            result = verb.act(args, {**kwargs, "by": asker, "at": at}, by=asker, at=at, noted=noted)
            if verb.second is not None and verb.second.outcome is not None:
                told = dict(verb.second.outcome(result))
                Approval.objects.filter(pk=row.pk).update(about={**row.about, "outcome": told})


def _close(row: Approval, state: Approval.State, *, by: Actor, at: datetime, word: str = "") -> Approval:
    def whole() -> None:
        with db.write():
            if not _settle(row, state, by=by, at=at, word=word):
                raise AlreadySettled(how=row.state)

    db.retried(whole)
    row.refresh_from_db()
    return row


def _settle(row: Approval, state: Approval.State, *, by: Actor, at: datetime, word: str) -> bool:
    """One conditional statement: whoever comes second finds nothing to settle. The arguments are forgotten."""
    facts: dict[str, Any] = {"state": state, "settled_at": at, "settler_id": by.id, "settler_name": by.name, "sealed": None}
    if state == State.READY:
        facts["expires_at"] = at + asking.LEAVE
    given = Approval.OPEN if state == State.WITHDRAWN else (State.WAITING,)
    waiting = Approval.objects.filter(pk=row.pk, state__in=given, expires_at__gt=at)
    if not waiting.update(**facts, word=masking.masked(word.strip())[:LONGEST]):
        return False
    tell([ApprovalSettled(row.pk, state.value)], by=by, at=at)
    return True


@task(tries=3)
def do_alone(items: Sequence[int], *, at: datetime) -> None:
    """What one who is alone asked for, its time of waiting over: done with the rights they have now. What cannot be done ends."""
    for row in Approval.objects.filter(pk__in=list(items), state=State.WAITING, alone=True, ready_at__lte=at, expires_at__gt=at):
        verb = verb_of(row)
        if verb is None:
            _close(row, State.FAILED, by=SYSTEM, at=at)
            continue
        try:
            db.retried(functools.partial(_do, row, verb, _asker(row, verb, SYSTEM, at=at), by=SYSTEM, word="", at=at))
        except (AskerMayNot, AlreadySettled):
            continue
        except Refused as refusal:
            _close(row, State.FAILED, by=SYSTEM, at=at, word=refusal.sentence)


@every(hours=1)
def let_expire(*, at: datetime) -> None:
    """What nobody settled in its time comes to an end, and what it would have done is forgotten."""
    with db.write():
        over = Approval.objects.filter(state__in=Approval.OPEN, expires_at__lte=at)
        over.update(state=State.EXPIRED, settled_at=at, sealed=None)


def sentence(row: Approval, words: Mapping[str, Any] | None = None) -> str:
    """What it is about, in the reader's language; empty for a verb that says nothing of itself. ``words`` go before its facts."""
    verb = verb_of(row)
    if verb is None or verb.second is None:
        return ""
    return str(verb.second.says).format_map({**row.about, **(words or {})})


def lines(row: Approval) -> Collection[str]:
    """Sentences that say more of what it would change, in the reader's language."""
    return [phrases.said(each) for each in row.about.get("lines", [])]
