"""A line says what happened, to which number, how long it took; nothing that belongs to a person or opens a door."""

import io
import json
import logging
import sqlite3
from typing import Any

import pytest
import structlog

from zhanggui.kernel import logs

SECRETS = ("甄秋鹤朵", "Lin Xiaomei", "18812349876", "lin@example.com", "金雀路 77 号", "kettle-lamp-42", "tok_9f8e7d6c5b4a")


@pytest.fixture
def said() -> Any:
    """Everything every logger says at its most talkative, as the house writes it."""
    stream = io.StringIO()
    hand = logging.StreamHandler(stream)
    hand.setFormatter(logs.Line(plain=False))
    names = (None, "zhanggui.request", "django.request", "django.db.backends", "allauth", "_granian", "py.warnings", "zhanggui.bench")
    loggers = [logging.getLogger(name) for name in names]
    before = [(one.level, one.disabled) for one in loggers]
    logging.getLogger().addHandler(hand)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield stream
    logging.getLogger().removeHandler(hand)
    for one, (level, _) in zip(loggers, before, strict=True):
        one.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_what_is_allowed_is_written_and_the_rest_is_dropped(said: io.StringIO) -> None:
    with logs.bound(request="7F3A-0192"):
        facts = {"verb": "orders.review.approve", "ms": 12.5, "done": 3, "actor": 7, "buyer": SECRETS[0], "path": "/orders/?q=18812349876"}
        logging.getLogger("zhanggui.bench").info("an act is done", extra=facts)
    (line,) = lines(said)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info", "logger": "zhanggui.bench", "event": "an act is done", "request": "7F3A-0192", "verb": "orders.review.approve",
        "ms": 12.5, "done": 3, "actor": 7,
    }  # fmt: skip


@pytest.mark.parametrize("field", sorted(logs.ALLOWED))
def test_an_allowed_field_holds_only_what_it_says_it_holds(field: str) -> None:
    for secret in SECRETS:
        # One word of Latin letters could be a class or a code: such a field is filled from the code alone.
        if secret not in ("tok_9f8e7d6c5b4a", "kettle-lamp-42"):
            assert logs.allowed({field: secret}) == {}
    assert logs.allowed({field: object()}) == {}


def test_nothing_a_record_can_carry_brings_a_secret_into_the_log(said: io.StringIO) -> None:
    log = logging.getLogger("zhanggui.bench")
    for secret in SECRETS:
        log.debug("a name %s and %r of %d", secret, {"phone": secret}, 3)
        log.debug("keyed %(name)s", {"name": secret})
        log.debug("made ready before: 甄秋鹤朵 18812349876 lin@example.com")
        log.debug(secret if not secret.isascii() else "x")
        log.info("more", extra={"note": secret, "sql": f"SELECT '{secret}'"}, stack_info=True)
        for name in ("django.request", "django.db.backends", "allauth", "_granian", "py.warnings"):
            logging.getLogger(name).error(f"already said {secret}")
            logging.getLogger(name).error("%s: %s", "Internal Server Error", f"/orders/?q={secret}", extra={"request": secret})
        try:
            held = {"value": secret}
            raise ValueError(f"{secret} {held}")
        except ValueError as error:
            log.exception("it fell over")
            try:
                raise RuntimeError(secret) from error
            except RuntimeError:
                logging.getLogger("django.request").error("%s: %s", "Internal Server Error", secret, exc_info=True)
    text = said.getvalue()
    assert [secret for secret in SECRETS if secret in text or json.dumps(secret)[1:-1] in text] == []
    told = lines(said)
    assert len(told) > 100
    fell = [line for line in told if line["event"] == "it fell over"]
    assert {line["error"] for line in fell} == {"ValueError"}
    assert all(place.startswith("test_logs.py:") and " test_nothing" in place for line in fell for place in line["places"])
    assert {line["event"] for line in told if line["logger"] == "allauth"} == {"said", "…: …"}


@pytest.mark.django_db
def test_a_statement_is_never_written_with_what_it_binds(said: io.StringIO) -> None:
    logger = logging.getLogger("django.db.backends")
    row = (0.25, "SELECT '18812349876'", ("甄秋鹤朵",), "default")
    logger.debug("(%.3f) %s; args=%s; alias=%s", *row, extra={"sql": row[1], "params": row[2], "duration": row[0]})
    assert [line["event"] for line in lines(said)] == ["(0.25) …; args=…; alias=…"]


def test_a_person_at_the_terminal_reads_words() -> None:
    # What another story's request said of itself is not this one's.
    structlog.contextvars.clear_contextvars()
    record = logging.LogRecord("zhanggui.worker", logging.WARNING, "x.py", 1, "a job is in quarantine", (), None)
    record.__dict__ |= {"job": 12, "task": "channels.run_import"}
    assert logs.Line(plain=True).format(record).endswith("warning zhanggui.worker: a job is in quarantine job=12 task=channels.run_import")


def test_what_nobody_caught_says_its_place_and_not_its_words(said: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr("threading.excepthook", None)
    logs.catch()
    logging.captureWarnings(False)
    try:
        raise sqlite3.IntegrityError(SECRETS[0])
    except sqlite3.IntegrityError as error:
        __import__("sys").excepthook(type(error), error, error.__traceback__)
    (line,) = lines(said)
    assert (line["error"], line["level"]) == ("IntegrityError", "critical")
    assert SECRETS[0] not in said.getvalue()
