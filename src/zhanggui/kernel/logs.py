"""One line for each event, and in it only what was allowed: numbers, and names that stand in our own code.

Whatever else a record carries (a path, a statement, the words of an exception, a local value) is dropped, not masked:
a list of what is secret is never whole. Every logger goes through here, also those of the parts we use.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

# A name that stands in code: a verb, a route, a job, a class. Never so many digits that it could be somebody's number.
WORD = re.compile(r"(?!.*\d{5})[A-Za-z_][A-Za-z0-9_.:+-]{0,80}")
REQUEST = re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]{8,15}(?:Z|\+00:00)")
NUMBER, NAME = "number", "name"
# Field → what it may hold. What is not here is not written.
ALLOWED: Mapping[str, str | re.Pattern[str]] = {
    "request": REQUEST,
    "job": NUMBER,
    "task": NAME,
    "lane": NAME,
    "tries": NUMBER,
    "actor": NUMBER,
    "role": NAME,
    "verb": NAME,
    "method": NAME,
    "route": NAME,
    "status": NUMBER,
    "ms": NUMBER,
    "code": NAME,
    "error": NAME,
    "plugin": NAME,
    "many": NUMBER,
    "done": NUMBER,
    "refused": NUMBER,
    "left": NUMBER,
    "rows": NUMBER,
    "bytes": NUMBER,
    "since": MOMENT,
}
# Ours say what happened in a sentence of the code; of others only a sentence with blanks is one, never a finished text.
OURS = ("zhanggui", "config")
BLANK = re.compile(r"%(?:\([^)]*\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
LOOSE = re.compile(r"[^\x20-\x7e]+|\S*@\S*|\d{5,}")
FRAMES = 12

Facts = dict[str, Any]


def bind(**facts: Any) -> None:
    """From here on every line of this request or job says so, too; what was bound before is let go."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**facts)


@contextmanager
def bound(**facts: Any) -> Iterator[None]:
    """The same for as long as the block."""
    with structlog.contextvars.bound_contextvars(**facts):
        yield


def allowed(facts: Mapping[str, Any]) -> Facts:
    """What of ``facts`` may be written: known fields that hold what they say they hold."""
    return {name: value for name, value in facts.items() if name in ALLOWED and _fits(value, ALLOWED[name])}


def _fits(value: Any, kind: str | re.Pattern[str]) -> bool:
    if kind == NUMBER:
        return isinstance(value, int | float)
    pattern = WORD if isinstance(kind, str) else kind
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def told(record: logging.LogRecord) -> Facts:
    """A record as the line it becomes, every value allowed."""
    facts: Facts = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name if WORD.fullmatch(record.name) else "other",
        "event": event_of(record),
    }
    facts |= allowed(structlog.contextvars.get_contextvars())
    facts |= allowed(record.__dict__)
    if record.exc_info and record.exc_info[0] is not None:
        kind, _error, trace = record.exc_info
        facts["error"] = kind.__name__
        facts["places"] = places(trace)
    return facts


def event_of(record: logging.LogRecord) -> str:
    """What happened, in the words of the code: its blanks filled with numbers, everything else left open."""
    said, ours = record.msg, record.name.split(".", 1)[0] in OURS
    if not isinstance(said, str) or not (ours or (record.args and BLANK.search(said))):
        return "said"
    values = iter(record.args if isinstance(record.args, tuple) else ())

    def fill(_: re.Match[str]) -> str:
        value = next(values, None)
        return f"{value:g}" if isinstance(value, int | float) else "…"

    filled = BLANK.sub(fill, LOOSE.sub("~", said)) if record.args else LOOSE.sub("~", said)
    return filled[:200]


def places(trace: TracebackType | None) -> list[str]:
    """Where it went wrong, the innermost last: file, line, function. No words, no values."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


class Line(logging.Formatter):
    """One JSON object a line; where a person looks on, the same as words."""

    def __init__(self, *, plain: bool | None = None, stream: TextIO | None = None) -> None:
        super().__init__()
        where = stream or sys.stderr
        self.plain = where.isatty() if plain is None else plain

    def format(self, record: logging.LogRecord) -> str:
        facts = told(record)
        return _as_words(facts) if self.plain else json.dumps(facts, ensure_ascii=True, separators=(",", ":"))


def _as_words(facts: Facts) -> str:
    moment, level, event = facts.pop("at")[11:23], facts.pop("level"), facts.pop("event")
    where, trail = facts.pop("logger"), facts.pop("places", [])
    more = " ".join(f"{name}={value}" for name, value in facts.items())
    return "\n".join([f"{moment} {level:<7} {where}: {event} {more}".rstrip(), *(f"    {place}" for place in trail)])


def configured(level: str = "INFO") -> dict[str, Any]:
    """The configuration of every logger of a process. ``level`` is ours; others speak from WARNING on.

    Nobody's logger keeps a handler of its own: what is written is written here.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "zhanggui.kernel.logs.Line"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "zhanggui": {"level": level},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "allauth": {"handlers": [], "level": "WARNING", "propagate": True},
            "_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def catch() -> None:
    """What nobody caught is one line like any other, in every thread: an interpreter would print the words of the exception."""
    log = logging.getLogger("zhanggui.process")

    def ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.critical("ended by an error nobody expected", exc_info=(kind, error, trace))

    sys.excepthook = ended
    threading.excepthook = lambda said: ended(said.exc_type, said.exc_value or said.exc_type(), said.exc_traceback)
    logging.captureWarnings(True)
