"""Writing the book: ``command`` frames a verb, ``tell`` says what happened, ``number`` hands out document numbers."""

import functools
import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection

from zhanggui.journal.events import LISTENING, TASKS, Event, facts_of, name_of
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.flow import Move

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("zhanggui.command")

ENTRY = ("at", "actor_kind", "actor_id", "actor_name", "name", "subject_kind", "subject_id", "seq", "before", "after", "facts")
JOB = ("name", "lane", "payload", "dedupe_key", "state", "run_at", "made_at", "attempts", "leased_by", "error")
# A handler hears at most this many events in one call, so that its transaction stays short.
HEARD_AT_ONCE = 500


@dataclass(frozen=True)
class Command:
    """A verb of the house, as the registry knows it."""

    name: str
    needs: str
    call: Callable[..., Any]

    @property
    def promise(self) -> str:
        return (self.call.__doc__ or "").strip().split("\n", 1)[0]


# One encoder for all: json.dumps would make one a call.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
COMMANDS: dict[str, Command] = {}
_act: ContextVar[str | None] = ContextVar("act", default=None)


@dataclass
class Batch:
    """What became of each item of a verb that takes many: ``refused`` maps an id to why (a Refused's code and facts)."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, dict[str, Any]] = field(default_factory=dict)

    def refuse(self, ids: Iterable[int], code: str, **facts: Any) -> None:
        for item in ids:
            self.refused[item] = {"code": code, **facts}


def command(*, needs: str, takes: Collection[str] = ()) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Frame a verb: who may and has lately shown who they are, one transaction (tried again when the database asks), one line in the book.

    The verb takes ``by=`` and ``at=`` by keyword. Called from inside another verb it joins that verb's transaction
    and permission: what must be true together is one act. ``takes`` names the narrowed grants the verb looks after itself.
    """

    def frame(call: Callable[P, R]) -> Callable[P, R]:
        parts = call.__module__.split(".")
        name = f"{parts[1]}.{parts[-1]}.{call.__name__}"
        COMMANDS[name] = Command(name, needs, call)

        @functools.wraps(call)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if _act.get() is not None and connection.in_atomic_block:
                return call(*args, **kwargs)
            by, at = cast(Actor, kwargs["by"]), cast(datetime, kwargs["at"])
            by.require(needs, takes=takes)
            by.confirm(needs)

            def whole() -> R:
                mark = _act.set(name)
                try:
                    with db.write():
                        result = call(*args, **kwargs)
                        _note_act(name, args, result, by=by, at=at)
                        return result
                finally:
                    _act.reset(mark)

            return db.retried(whole)

        return run

    return frame


def _note_act(name: str, args: Sequence[Any], result: Any, *, by: Actor, at: datetime) -> None:
    facts: dict[str, Any] = {}
    if args and isinstance(args[0], (list, tuple)):
        facts["asked"] = len(args[0])
    if isinstance(result, Batch):
        facts |= {"done": len(result.done), "refused": len(result.refused)}
    write_entries([(db.adapt(at), by.kind, by.id, by.name, name, "", None, None, "", "", json.dumps(facts))])


def write_entries(rows: Iterable[Sequence[Any]]) -> None:
    """Raw lines of the book, in ``ENTRY`` order, moments adapted."""
    db.insert_many(Entry, ENTRY, rows, adapted=True)


def tell(
    events: Sequence[Event],
    *,
    by: Actor,
    at: datetime,
    moves: Sequence[Move] | None = None,
    facts: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Write what happened and queue those who listen, in the transaction of the effect.

    All events are of one kind. ``moves`` (same order) are the steps their subjects took; ``facts`` adds to the book,
    by subject id, what the listeners need not carry.
    """
    if not events:
        return
    kind = type(events[0])
    told = [facts_of(event) for event in events]
    more = facts or {}
    moment = db.adapt(at)
    first = (moment, by.kind, by.id, by.name, kind.__name__, kind.subject)
    rows: list[tuple[Any, ...]] = []
    for nth, event in enumerate(events):
        subject_id = event.subject_id
        extra = more.get(subject_id) if more else None
        said = _json({**told[nth], **extra} if extra else told[nth])
        if moves:
            move = moves[nth]
            rows.append((*first, subject_id, move.seq, move.before, move.after, said))
        else:
            rows.append((*first, subject_id, None, "", "", said))
    write_entries(rows)
    jobs = [
        (listener.name, listener.lane, _json(chunk), None, "waiting", moment, moment, 0, "", "")
        for listener in LISTENING.get(kind, [])
        for chunk in db.in_chunks(told, HEARD_AT_ONCE)
    ]
    db.insert_many(Job, JOB, jobs, adapted=True)


def ask(
    call: Callable[..., None], items: Sequence[Any], *, at: datetime, run_at: datetime | None = None, key: str | None = None
) -> None:
    """Queue a ``@task`` for later, in the transaction of the effect. With ``key`` a second asking while it waits is one.

    Asking again for one in quarantine lets it out.
    """
    todo = TASKS[name_of(call)]
    if key is not None:
        same = Job.objects.filter(dedupe_key=key)
        if same.filter(state=Job.State.QUARANTINED).update(state=Job.State.WAITING, attempts=0, run_at=run_at or at) or same.exists():
            return
    row = (todo.name, todo.lane, json.dumps(list(items)), key, "waiting", run_at or at, at, 0, "", "")
    db.insert_many(Job, JOB, [row])


def numbers(series: str, many: int) -> range:
    """``many`` fresh numbers of ``series``, in the transaction that uses them; a rolled-back number leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_counter (series, last) VALUES (%s, %s) "
            "ON CONFLICT (series) DO UPDATE SET last = journal_counter.last + excluded.last RETURNING last",
            [series, many],
        )
        last = int(cursor.fetchone()[0])
    return range(last - many + 1, last + 1)
