"""Sending what waits: claimed by a lease, sent outside any transaction, written down, tried again ever more slowly.

At least once: a worker that dies between sending and writing down leaves its lease to run out, and the message goes again
under the same id. Each receiver that fails is left alone for a while and then tried with one message, so that it neither
hammers at what is down nor keeps the others waiting.
"""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from zhanggui.accounts.queries import actor_of
from zhanggui.hooks import offered, queries, signing
from zhanggui.hooks.commands import endpoints
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.journal.book import ask
from zhanggui.journal.events import task
from zhanggui.kernel import db
from zhanggui.kernel.actor import Reach
from zhanggui.kernel.outward import line

# After each failed try the next one waits so long; after the last the message is given up and shown.
WAITS = tuple(timedelta(seconds=s) for s in (5, 60, 300, 1800, 7200, 18_000, 36_000, 86_400))
TRIES = len(WAITS) + 1
OFF_AFTER = timedelta(days=3)
REST = (timedelta(seconds=5), timedelta(minutes=5))
# Longer than a round can take: 20 messages on 8 threads of at most 5 seconds each, of every endpoint.
LEASE = timedelta(seconds=90)
AT_ONCE = 20
THREADS = 8
A_WHILE_S = 20.0
KEPT_TRIES = 10


@dataclass(frozen=True)
class Message:
    """A claimed delivery with all it takes to send it; nothing here is asked of the database again."""

    id: int
    endpoint_id: int
    url: str
    key: str
    secrets: tuple[str, ...]
    body: bytes
    tries: int
    log: list[dict[str, Any]]


@task(lane="outward", tries=3)
def send_waiting(items: Sequence[Any], *, at: datetime) -> None:
    """Send what is due, round after round, for a while; then let others have the lane and come back."""
    del items
    began = time.monotonic()
    while True:
        now = at + timedelta(seconds=time.monotonic() - began)
        tried, again_at = one_round(at=now)
        if not tried:
            if again_at is not None and again_at - now < timedelta(minutes=1):
                ask(send_waiting, [], at=now, run_at=max(again_at, now))
            return
        if time.monotonic() - began > A_WHILE_S:
            ask(send_waiting, [], at=now)
            return


def one_round(*, at: datetime) -> tuple[int, datetime | None]:
    """Send a handful to every endpoint that has something due. How many were tried, and when the next is due."""
    messages: list[Message] = []
    for endpoint in _due(at):
        if not queries.may(endpoint.maker):
            with db.write():
                endpoints.halt([endpoint.pk], "maker", at=at)
            continue
        messages += _claim(endpoint, 1 if endpoint.failures else AT_ONCE, at)
    if not messages:
        return 0, _next_due()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="hooks") as pool:
        answers = list(pool.map(lambda message: _send(message, at), messages))
    _write_down(messages, answers, at)
    return len(messages), None


def _due(at: datetime) -> list[Endpoint]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    due = Delivery.objects.filter(free, endpoint_id=OuterRef("pk"), state=Delivery.State.WAITING, run_at__lte=at)
    awake = Q(rest_until__isnull=True) | Q(rest_until__lte=at)
    found = Endpoint.objects.filter(awake, Exists(due), active=True, gone_at=None)
    return list(found.select_related("maker__role").order_by("id"))


def _next_due() -> datetime | None:
    """When something may be tried next, as far as the messages know; a rest, or a lease of the dead, is the sweep's affair."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, endpoint__active=True, endpoint__gone_at=None, leased_until=None)
    found = waiting.order_by("run_at").values_list("run_at", "endpoint__rest_until").first()
    return None if found is None else max(found[0], found[1] or found[0])


def _claim(endpoint: Endpoint, many: int, at: datetime) -> list[Message]:
    """Lease up to ``many`` due messages of one endpoint. What it may no longer hear of is let go."""
    moment = db.adapt(at)
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with db.write():
        rows = db.fetch(
            "UPDATE hooks_delivery SET leased_until = %s WHERE id IN (SELECT id FROM hooks_delivery WHERE endpoint_id = %s "
            "AND state = 'waiting' AND run_at <= %s AND (leased_until IS NULL OR leased_until < %s) "
            f"ORDER BY run_at, id LIMIT %s{lock}) "
            "RETURNING id, key, event, subject_kind, subject_id, facts, made_at, tries, log",
            [db.adapt(at + LEASE), endpoint.pk, moment, moment, many],
        )
        hidden = _hidden(queries.reach(endpoint), rows)
        may = offered.heard_by(actor_of(endpoint.maker), {row[2] for row in rows})
        unheard = {row[0] for row in rows if row[2] not in may and row[2] != offered.PING} - hidden
        if unheard:
            Delivery.objects.filter(pk__in=unheard).update(state=Delivery.State.FAILED, why="right", leased_until=None)
        if hidden:
            Delivery.objects.filter(pk__in=hidden).update(state=Delivery.State.FAILED, why="reach", leased_until=None)
    secrets = tuple(queries.secrets(endpoint, at=at))
    return [
        Message(id_, endpoint.pk, endpoint.url, key, secrets, body(id_, key, event, kind, subject, _read(facts), made), tries, _read(log))
        for id_, key, event, kind, subject, facts, made, tries, log in sorted(rows)
        if id_ not in hidden | unheard
    ]


def _hidden(reach: Reach, rows: Sequence[Sequence[Any]]) -> set[int]:
    """Which of the claimed rows tell of what lies outside the reach by now."""
    found: set[int] = set()
    for kind in {row[3] for row in rows if row[2] != offered.PING}:
        of_kind = {row[0]: row[4] for row in rows if row[3] == kind}
        beyond = set(queries.outside(reach, kind, sorted(set(of_kind.values()))))
        found |= {id_ for id_, subject in of_kind.items() if subject in beyond}
    return found


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def body(id_: int, key: str, event: str, kind: str, subject_id: int | None, facts: Any, made_at: Any) -> bytes:
    """The message, the same at every try."""
    said: dict[str, Any] = {
        "id": key,
        "type": event,
        "timestamp": db.moment(made_at).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "sequence": id_,
        "subject": {"kind": kind, "id": str(subject_id)},
        "data": facts,
    }
    if link := offered.link(kind, subject_id, settings.ADDRESS):
        said["link"] = link
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _send(message: Message, at: datetime) -> line.Answer:
    headers = signing.headers(message.secrets, message.key, int(at.timestamp()), message.body)
    return line.send("POST", message.url, body=message.body, headers={"Content-Type": "application/json", **headers})


def _write_down(messages: Sequence[Message], answers: Sequence[line.Answer], at: datetime) -> None:
    rows, well = [], dict.fromkeys((message.endpoint_id for message in messages), False)
    for message, answer in zip(messages, answers, strict=True):
        tries, ok = message.tries + 1, answer.outcome == "ok"
        state = "sent" if ok else "failed" if tries >= TRIES else "waiting"
        run_at = at if state != "waiting" else at + timedelta(milliseconds=answer.took_ms) + WAITS[tries - 1]
        said = {"at": at.isoformat(), "outcome": answer.outcome, "status": answer.status, "why": answer.why, "ms": answer.took_ms}
        log = json.dumps([*message.log, said][-KEPT_TRIES:])
        rows.append((state, tries, db.adapt(run_at), db.adapt(at), answer.status, answer.why, answer.took_ms, log, message.id, db.adapt(at + LEASE)))
        well[message.endpoint_id] |= ok
    with db.write():
        # Only what is still ours: a lease that ran out is another's by now.
        db.execute_many(
            "UPDATE hooks_delivery SET state = %s, tries = %s, run_at = %s, leased_until = NULL, tried_at = %s, status = %s, why = %s, "
            "took_ms = %s, log = %s WHERE id = %s AND leased_until = %s",
            rows,
        )
        good = [pk for pk, fine in well.items() if fine]
        Endpoint.objects.filter(pk__in=good).update(failures=0, failing_since=None, rest_until=None)
        for row in Endpoint.objects.filter(pk__in=[pk for pk, fine in well.items() if not fine]):
            since = row.failing_since or at
            rest = min(REST[0] * 2 ** min(row.failures, 10), REST[1])
            Endpoint.objects.filter(pk=row.pk).update(failures=row.failures + 1, failing_since=since, rest_until=at + rest)
            if at - since >= OFF_AFTER:
                endpoints.halt([row.pk], "failing", at=at)
