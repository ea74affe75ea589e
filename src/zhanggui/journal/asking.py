"""Asking for a second person: the row that waits, and the leave that was given. Within the transaction of the frame."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings

from zhanggui.journal import coding, marks, reaches, seconds
from zhanggui.journal.models import Approval, Job
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import AskedAlone, Changed, NotAllowed, SecondPersonAsked, StepUpNeeded

PURPOSE = b"journal.approval"
# A house so young has nothing yet to protect from its own owner.
YOUNG = timedelta(hours=24)
# Whoever is alone waits so long, with a notice standing, before it is done.
DELAY = timedelta(minutes=10)
LASTS = timedelta(days=7)
# What was agreed to and is left to who asked is theirs to do for so long.
LEAVE = timedelta(hours=24)
DO_ALONE = "journal.do_alone"


class Verb(marks.Verb, Protocol):
    @property
    def call(self) -> Any: ...
    @property
    def second(self) -> marks.Second | None: ...
    @property
    def takes(self) -> frozenset[str]: ...
    @property
    def named(self) -> Sequence[reaches.Place]: ...


@dataclass(frozen=True)
class Question:
    """An act that needs a second person, before anything is written: what it is, about whom, and whether anybody could agree."""

    verb: Verb
    by: Actor
    said: dict[str, Any]
    about: dict[str, Any]
    person_id: int | None
    digest: str
    alone: bool
    reason: str
    places: reaches.Said


def question(verb: Verb, by: Actor, args: Sequence[Any], kwargs: Mapping[str, Any], *, at: datetime) -> Question | None:
    """What is to be asked; None where there is nobody to ask and nothing yet to protect.

    Raises ``StepUpNeeded`` where nobody else could agree and this is not known to be the person, and ``NotAllowed`` for a
    verb whose arguments cannot be kept, or an actor who is nobody in particular.
    """
    about = dict(verb.second.facts(*args, **kwargs)) if verb.second is not None else {"many": marks.size(args)}
    person_id = about.pop("person_id", None)
    beside = {one for one in (by.id, person_id) if one is not None}
    places = reaches.named(verb.named, args, kwargs)
    alone = not seconds.people().another(verb.needs, takes=verb.takes, beside=beside, places=places)
    if alone:
        if not by.fresh:
            raise StepUpNeeded(needs=verb.needs, who=by.name)
        opened_at = seconds.people().opened_at()
        if opened_at is None or at - opened_at < YOUNG:
            return None
    if by.id is None or not coding.keepable(verb.call):
        raise NotAllowed(needs=verb.needs, who=by.name)
    said = kept(verb, args, kwargs)
    return Question(verb, by, said, about, person_id, _digest(verb, by, said), alone, marks.reason(verb, by, kwargs), places)


def kept(verb: Verb, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they wait."""
    return coding.encode(verb.call, args, kwargs)


def _digest(verb: Verb, by: Actor, said: Mapping[str, Any]) -> str:
    """Who asks for what, whatever the reason; keyed, for a short secret could be guessed from a plain one."""
    what = {name: value for name, value in said.items() if name != verb.because}
    text = json.dumps([verb.name, by.id, what], ensure_ascii=False, sort_keys=True)
    key = bytes.fromhex(settings.KEY_RING.derive("journal.approval"))
    return hashlib.blake2b(text.encode(), key=key, digest_size=32).hexdigest()


def leave(asked: Question, *, at: datetime) -> Approval | None:
    """The approval that lets the asker do this now, once; None where there is none."""
    return Approval.objects.filter(digest=asked.digest, state=Approval.State.READY, expires_at__gt=at).first()


def use(row: Approval, *, at: datetime) -> dict[str, Any]:
    """Spend the leave, together with the act; answers what the book says of it. Raises ``Changed`` where it was just spent."""
    left = Approval.objects.filter(pk=row.pk, state=Approval.State.READY, expires_at__gt=at)
    if not left.update(state=Approval.State.DONE, sealed=None):
        raise Changed(what=str(row.pk))
    return {"approval": row.pk, "agreed_by": row.settler_name, "agreed_by_id": row.settler_id}


def put(asked: Question, *, at: datetime) -> tuple[Approval, bool]:
    """The row that waits, and whether it is new: asked twice is one."""
    same = Approval.objects.filter(digest=asked.digest, state__in=Approval.OPEN)
    same.filter(expires_at__lte=at).update(state=Approval.State.EXPIRED, settled_at=at, sealed=None)
    known = same.first()
    if known is not None:
        return known, False
    row = Approval.objects.create(
        verb=asked.verb.name, needs=asked.verb.needs, asker_id=asked.by.id or 0, asker_name=asked.by.name,
        person_id=asked.person_id, reason=asked.reason, about=asked.about, places=asked.places,
        sealed=settings.KEY_RING.seal_facts(asked.said, PURPOSE), digest=asked.digest, alone=asked.alone, asked_at=at,
        ready_at=at + DELAY if asked.alone else None, expires_at=at + LASTS,
    )  # fmt: skip
    if row.ready_at is not None:
        Job.objects.create(name=DO_ALONE, payload=[row.pk], run_at=row.ready_at, made_at=at)
    return row, True


def told(row: Approval) -> SecondPersonAsked:
    """How it is said to who asked."""
    facts = {"approval_id": row.pk, "alone": row.alone, "ready_at": row.ready_at.isoformat() if row.ready_at else ""}
    return AskedAlone(**facts) if row.alone else SecondPersonAsked(**facts)


def opened(row: Approval) -> dict[str, Any]:
    """The arguments that were kept."""
    return settings.KEY_RING.open_facts(bytes(row.sealed or b""), PURPOSE)
