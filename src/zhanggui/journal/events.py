"""What may happen: the base of every event, and the register of who listens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

EVENTS: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Something that happened to one subject, in the past tense. The first field is the subject's id."""

    subject: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.subject:
            raise TypeError(f"{cls.__name__} names no subject")
        if cls.__name__ in EVENTS and EVENTS[cls.__name__].__module__ != cls.__module__:
            raise TypeError(f"{cls.__name__} is told by two apps")
        EVENTS[cls.__name__] = cls

    @property
    def subject_id(self) -> int:
        return int(getattr(self, names_of(type(self))[0]))


E = TypeVar("E", bound=Event)
Hears = Callable[..., None]


@dataclass(frozen=True)
class Listener:
    """One handler: called with many events of one kind; may be called again with the same ones."""

    name: str
    event: type[Event]
    call: Hears
    lane: str
    tries: int


@dataclass(frozen=True)
class Task:
    """Something to do when asked, or every so often."""

    name: str
    call: Callable[..., None]
    lane: str
    tries: int
    every: timedelta | None = None
    given_up: Callable[..., None] | None = None


LISTENERS: dict[str, Listener] = {}
LISTENING: dict[type[Event], list[Listener]] = {}
TASKS: dict[str, Task] = {}


def name_of(call: Callable[..., Any]) -> str:
    """``zhanggui.orders.handlers.review_placed`` → ``orders.review_placed``."""
    parts = call.__module__.split(".")
    app = parts[1] if len(parts) > 1 and parts[0] == "zhanggui" else parts[0]
    return f"{app}.{call.__name__}"


def on(event: type[E], *, lane: str = "quick", tries: int = 8) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hear ``event``: the function is called as ``handler(events, at=…)`` after the telling transaction committed."""

    def sign_up(call: Callable[..., None]) -> Callable[..., None]:
        listener = Listener(name_of(call), event, call, lane, tries)
        if listener.name not in LISTENERS:
            LISTENING.setdefault(event, []).append(listener)
        LISTENERS[listener.name] = listener
        return call

    return sign_up


Tap = Callable[[type[Event], Sequence[dict[str, Any]], datetime], None]
TAPS: list[Tap] = []


def tap(call: Tap) -> Tap:
    """Hear everything that is told, in the transaction that tells it: ``tap(kind, facts, at)``, once for many events.

    For what must be written together with the effect, whoever is told; where nobody wants it, it must cost nothing.
    """
    if call not in TAPS:
        TAPS.append(call)
    return call


def task(
    *, lane: str = "quick", tries: int = 8, given_up: Callable[..., None] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Something a command may ask for later: called as ``task(items, at=…)``.

    ``given_up`` is called in the same way once it failed for the last time and is in quarantine: for what must not seem to go on.
    """

    def sign_up(call: Callable[..., None]) -> Callable[..., None]:
        TASKS[name_of(call)] = Task(name_of(call), call, lane, tries, given_up=given_up)
        return call

    return sign_up


def every(
    *, seconds: int = 0, minutes: int = 0, hours: int = 0, lane: str = "quick"
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Do it on a steady beat, each slot once however many workers run: called as ``task(at=…)``."""

    def sign_up(call: Callable[..., None]) -> Callable[..., None]:
        period = timedelta(seconds=seconds, minutes=minutes, hours=hours)
        TASKS[name_of(call)] = Task(name_of(call), call, lane, 3, period)
        return call

    return sign_up


def slot_before(at: datetime, period: timedelta) -> datetime:
    """The start of the slot ``at`` falls in, counted from the epoch so that every worker agrees."""
    seconds = int(period.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)


_names: dict[type[Event], tuple[str, ...]] = {}


def names_of(kind: type[Event]) -> tuple[str, ...]:
    names = _names.get(kind)
    if names is None:
        names = _names[kind] = tuple(field.name for field in fields(kind))
    return names


def facts_of_all(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The fields of each of ``events``, all of one kind, as JSON bears them; dates as ISO 8601."""
    names = names_of(type(events[0]))
    return [{name: _plain(getattr(event, name)) for name in names} for event in events]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def event_from(kind: type[Event], facts: dict[str, Any]) -> Event:
    """Read back what ``facts_of_all`` wrote; a field the class has lost since is let go."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in facts.items() if name in known})


def heard(listener: Listener, payload: Sequence[dict[str, Any]]) -> list[Event]:
    return [event_from(listener.event, facts) for facts in payload]


@dataclass(frozen=True)
class ApprovalAsked(Event):
    """Somebody asked for an act that needs a second person."""

    subject: ClassVar[str] = "approval"
    approval_id: int
    verb: str


@dataclass(frozen=True)
class ApprovalSettled(Event):
    """It was agreed to, declined, taken back, or could not be done: ``how`` is the state it ended in."""

    subject: ClassVar[str] = "approval"
    approval_id: int
    how: str


@dataclass(frozen=True)
class FiguresSet(Event):
    """The merchant set bounds; the book says from what to what."""

    subject: ClassVar[str] = "figures"
    figures_id: int
