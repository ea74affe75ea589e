"""Writing the book: ``command`` frames a verb, ``tell`` says what happened, ``number`` hands out document numbers."""

import functools
import inspect
import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection

from zhanggui.journal import asking, coding, marks, reaches
from zhanggui.journal.events import LISTENING, TAPS, TASKS, ApprovalAsked, Event, facts_of_all, name_of
from zhanggui.journal.marks import Second, Weighs, meet, reason, reasons
from zhanggui.journal.models import Approval, Entry, Job
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.kernel.flow import Move

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Ready = Callable[[Mapping[str, Any]], Mapping[str, Any]]
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
    over: str = ""
    takes: frozenset[str] = frozenset()
    marks: str = marks.EVERY
    because: str = ""
    second: Second | None = None
    weighs: Weighs | None = None
    figure: str = ""
    named: Sequence[reaches.Place] = ()
    reasons: Sequence[str] = ()
    ready: Ready | None = None

    @property
    def promise(self) -> str:
        return (self.call.__doc__ or "").strip().split("\n", 1)[0]

    def made_ready(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Sequence[Any], Mapping[str, Any]]:
        """The arguments as the verb takes them, once its slow work is done."""
        if self.ready is None:
            return args, kwargs
        said = inspect.signature(self.call).bind(*args, **kwargs)
        said.arguments |= self.ready(said.arguments)
        return said.args, said.kwargs

    def act(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], *, by: Actor, at: datetime, noted: Mapping[str, Any] | None = None
    ) -> Any:
        """Within what ``by`` reaches, done and written into the book, ``noted`` with it; no phone in what is said. Within a
        transaction."""
        for one in self.named:
            reaches.within(by.reach, one.kind, one.of(args, kwargs))
        told = marks.quiet(self.reasons, kwargs, by=by)
        result = self.call(*args, **told)
        _note_act(self, args, told, result, by=told["by"], at=at, noted=noted or {})
        return result


# One encoder for all: json.dumps would make one a call.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
COMMANDS: dict[str, Command] = {}
_act: ContextVar[str | None] = ContextVar("act", default=None)
Wrap = Callable[[Callable[[], Any]], Any]
_around: ContextVar[Wrap | None] = ContextVar("around", default=None)
_joined: ContextVar[bool] = ContextVar("joined", default=False)


@dataclass
class Batch:
    """What became of each item of a verb that takes many: ``refused`` maps an id to why (a Refused's code and facts)."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, dict[str, Any]] = field(default_factory=dict)

    def refuse(self, ids: Iterable[int], code: str, **facts: Any) -> None:
        for item in ids:
            self.refused[item] = {"code": code, **facts}


@contextmanager
def around(wrap: Wrap) -> Iterator[None]:
    """Within this, the next act is done by ``wrap(act)``, inside the transaction of its effect: what ``wrap`` writes is kept
    or lost together with what the act did."""
    token = _around.set(wrap)
    try:
        yield
    finally:
        _around.reset(token)


def together(acts: Callable[[], T]) -> T:
    """Several verbs as one act: all of them happen or none, and a request that comes again finds them done as one.

    Each asks for its own right and writes its own line, and sees what the ones before it did. What a second person must agree
    to is asked for by itself: ``SecondPersonAsked`` is raised, and nothing else is done.
    """
    wrap = _around.get()

    def whole() -> T:
        within, apart = _joined.set(True), _around.set(None)
        try:
            with db.write():
                return cast(T, wrap(acts)) if wrap is not None else acts()
        finally:
            _around.reset(apart)
            _joined.reset(within)

    try:
        return db.retried(whole)
    except _AskFirst as first:
        raise db.retried(first.ask) from None


class _AskFirst(Exception):
    """Something of what was to be done together must be agreed to first; what was done is undone before it is asked for."""

    def __init__(self, ask: Callable[[], SecondPersonAsked]) -> None:
        self.ask = ask
        super().__init__()


@contextmanager
def acting(name: str) -> Iterator[None]:
    """The transaction of one act: verbs called within it join it, and its right."""
    mark = _act.set(name)
    try:
        with db.write():
            yield
    finally:
        _act.reset(mark)


def command(
    *,
    needs: str,
    takes: Collection[str] = (),
    over: str = "",
    marks: str = marks.EVERY,
    because: str = "",
    second: Second | None = None,
    weighs: Weighs | None = None,
    figure: str = "",
    ready: Ready | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Frame a verb: who may and what their grant asks for, one transaction (tried again when the database asks), one line in the book.

    The verb takes ``by=`` and ``at=`` by keyword. Called from inside another verb it joins that verb's transaction
    and permission: what must be true together is one act. ``takes`` names the narrowed grants the verb looks after itself.
    ``over`` says which of its arguments name whose things, as ``reaches.places`` reads it (``order``: the ids of the first
    one): where one lies outside the actor's reach it is not found, and nothing happens to the others either.

    ``marks`` are those of its capability that this verb takes (``journal.marks``), all unless it says fewer. ``because`` is
    its argument that may hold the reason; ``weighs`` answers, for the arguments, how many pieces or people it moves, and
    ``figure`` names the merchant's figure that bounds it (that of the capability, unless said). ``second`` says how it is asked
    of a second person. Raises TypeError where its arguments could not be kept until then. ``ready`` is called with the arguments
    by name, once it is known who asks and before any transaction of the verb, and answers those that are replaced: slow work.
    """

    def frame(call: Callable[P, R]) -> Callable[P, R]:
        parts = call.__module__.split(".")
        name = f"{parts[1]}.{parts[-1]}.{call.__name__}"
        if second is not None:
            coding.hints(call)
        named = reaches.places(over, call)
        verb = Command(
            name, needs, call, over, frozenset(takes), marks, because, second, weighs, figure or needs, named, reasons(call, because), ready,
        )  # fmt: skip
        COMMANDS[name] = verb

        @functools.wraps(call)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if _act.get() is not None and connection.in_atomic_block:
                said, named_ones = verb.made_ready(args, kwargs)
                return call(*said, **named_ones)
            by, at = cast(Actor, kwargs["by"]), cast(datetime, kwargs["at"])
            by.require(needs, takes=takes)
            asked = asking.question(verb, by, args, kwargs, at=at) if meet(verb, by, args, kwargs) else None
            said, named_ones = verb.made_ready(args, kwargs)
            leave = _leave(verb, asked, said, named_ones, by=by, at=at) if asked is not None else None
            wrap = _around.get()

            def act() -> R:
                if leave is None:
                    return cast(R, verb.act(said, named_ones, by=by, at=at))
                noted, agreed = asking.use(leave, at=at), replace(by, why=leave.reason)
                return cast(R, verb.act(said, _as_agreed(verb, named_ones, agreed), by=agreed, at=at, noted=noted))

            def whole() -> R:
                with acting(name):
                    return cast(R, wrap(act)) if wrap is not None else act()

            return db.retried(whole)

        return run

    return frame


def _as_agreed(verb: Command, kwargs: Mapping[str, Any], agreed: Actor) -> dict[str, Any]:
    """The arguments with the reason that was agreed to: what is said now is nobody's word but the asker's."""
    because = {verb.because: agreed.why} if agreed.why and verb.because in kwargs else {}
    return {**kwargs, **because, "by": agreed}


def _leave(
    verb: Command, question: asking.Question, args: Sequence[Any], kwargs: Mapping[str, Any], *, by: Actor, at: datetime
) -> Approval:
    """A second person must agree: the approval that already lets this actor do it.

    Else it is asked for, and ``SecondPersonAsked`` says so. What could not be done now is refused now: it is tried, and taken back.
    """
    # What is kept is what is done: the word itself of a password is not.
    asked = replace(question, said=asking.kept(verb, args, kwargs))
    given = asking.leave(asked, at=at)
    if given is not None:
        return given
    db.retried(functools.partial(_try, verb, args, kwargs, by=by, at=at))

    def whole() -> SecondPersonAsked:
        with db.write():
            row, new = asking.put(asked, at=at)
            if new:
                tell([ApprovalAsked(row.pk, verb.name)], by=by, at=at, facts={row.pk: {"why": row.reason}} if row.reason else None)
            return asking.told(row)

    if _joined.get():
        raise _AskFirst(whole)
    raise db.retried(whole)


class _TakenBack(Exception):
    """It could be done; what it did is undone."""


def _try(verb: Command, args: Sequence[Any], kwargs: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    with suppress(_TakenBack), acting(verb.name):
        verb.act(args, kwargs, by=by, at=at)
        raise _TakenBack


def _note_act(
    verb: Command, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any, *, by: Actor, at: datetime, noted: Mapping[str, Any]
) -> None:
    facts: dict[str, Any] = {**noted}
    if args and isinstance(args[0], (list, tuple)):
        facts["asked"] = len(args[0])
    why = reason(verb, by, kwargs)
    if why:
        facts["why"] = why
    if isinstance(result, Batch):
        facts |= {"done": len(result.done), "refused": len(result.refused)}
    write_entries([(db.adapt(at), by.kind, by.id, by.name, verb.name, "", None, None, "", "", json.dumps(facts))])


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
    told = facts_of_all(events)
    more = facts or {}
    moment = db.adapt(at)
    first = (moment, by.kind, by.id, by.name, kind.__name__, kind.subject)
    rows: list[tuple[Any, ...]] = []
    for nth, event in enumerate(events):
        subject_id = event.subject_id
        extra = more.get(subject_id) if more else None
        said = _json({**told[nth], **extra}) if extra else _told(told[nth])
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
    for tap in TAPS:
        tap(kind, told, at)


def _told(facts: dict[str, Any]) -> str:
    """The same as ``_json``, shorter for the one number most events are: imports tell them by the hundred thousand."""
    if len(facts) == 1:
        ((name, value),) = facts.items()
        if type(value) is int:
            return f'{{"{name}":{value}}}'
    return _json(facts)


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
