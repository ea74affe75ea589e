"""Messages: written with what they tell of, tried out by hand, sent again."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from json import JSONEncoder
from typing import Any

from zhanggui.hooks import offered, queries
from zhanggui.hooks.commands.sending import send_waiting
from zhanggui.hooks.events import DeliveriesReplayed, EndpointChanged
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.hooks.refusals import EndpointOff
from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.journal.events import Event, names_of
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound

COLUMNS = ("key", "endpoint_id", "event", "subject_kind", "subject_id", "facts", "made_at", "run_at", "log")
_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write(kind: type[Event], facts: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """A message to everyone outside who hears such events, in the transaction that tells them.

    Two statements however many events, and one more for each endpoint that is bound to a shop; none where nobody hears.
    """
    offer = offered.OFFERS.get(kind.__name__)
    if offer is None:
        return
    hearing = [endpoint for endpoint in queries.known() if endpoint.collects and offer.name in endpoint.events]
    if not hearing:
        return
    key, moment = names_of(kind)[0], db.adapt(at)
    ids = [int(each[key]) for each in facts]
    rows: list[tuple[Any, ...]] = []
    for endpoint in hearing:
        hidden: Collection[int] = set(queries.outside(endpoint.reach, offer.subject, ids))
        rows += [
            (new_key(), endpoint.id, offer.name, offer.subject, id_, _json(offered.carried(offer, each)), moment, moment, "[]")
            for id_, each in zip(ids, facts, strict=True)
            if id_ not in hidden
        ]
    if rows:
        db.insert_many(Delivery, COLUMNS, rows, adapted=True)
        ask(send_waiting, [], at=at)


def new_key() -> str:
    """The ``webhook-id`` of a message: never the same again, not even after a restore."""
    return f"msg_{secrets.token_hex(16)}"


@command(needs="token.create")
def ping(endpoint_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Send each a message that says nothing, to see whether it arrives. Raises ``EndpointOff`` for one that is paused."""
    rows = list(Endpoint.objects.filter(pk__in=endpoint_ids, gone_at=None).order_by("id"))
    for row in rows:
        if not row.active:
            raise EndpointOff(name=row.name)
    done = [row.pk for row in rows]
    moment = db.adapt(at)
    db.insert_many(
        Delivery, COLUMNS, [(new_key(), pk, offered.PING, "endpoint", pk, "{}", moment, moment, "[]") for pk in done], adapted=True
    )
    # Whoever presses the button wants to see it now, and not after the rest a failing receiver is given.
    Endpoint.objects.filter(pk__in=done).update(rest_until=None)
    tell([EndpointChanged(pk, ["ping"]) for pk in done], by=by, at=at)
    if done:
        ask(send_waiting, [], at=at)
    batch = Batch(done=done)
    batch.refuse(set(endpoint_ids) - set(done), "not-found")
    return batch


@command(needs="token.create")
def replay(delivery_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Send these messages again, with all their tries anew and under the same id: a receiver that has one knows it."""
    found = Delivery.objects.filter(pk__in=delivery_ids, endpoint__gone_at=None).exclude(state=Delivery.State.WAITING)
    done = _again(found.values_list("pk", "endpoint_id"), by=by, at=at)
    batch = Batch(done=done)
    batch.refuse(set(delivery_ids) - set(done), "not-found")
    return batch


@command(needs="token.create")
def replay_failed(endpoint_id: int, *, since: datetime | None = None, by: Actor, at: datetime) -> int:
    """Send every message again that was given up, of those written at or after ``since``. Returns how many."""
    if not Endpoint.objects.filter(pk=endpoint_id, gone_at=None).exists():
        raise NotFound(what=str(endpoint_id))
    found = Delivery.objects.filter(endpoint_id=endpoint_id, state=Delivery.State.FAILED)
    if since is not None:
        found = found.filter(made_at__gte=since)
    return len(_again(found.values_list("pk", "endpoint_id"), by=by, at=at))


def _again(rows: Any, *, by: Actor, at: datetime) -> list[int]:
    chosen = dict(rows)
    if not chosen:
        return []
    where, ids = db.among("id", sorted(chosen))
    moment = db.adapt(at)
    db.execute(
        "UPDATE hooks_delivery SET state = 'waiting', tries = 0, run_at = %s, leased_until = NULL, why = '' " f"WHERE {where}", [moment, ids]
    )
    many: dict[int, int] = {}
    for endpoint_id in chosen.values():
        many[endpoint_id] = many.get(endpoint_id, 0) + 1
    tell([DeliveriesReplayed(pk, n) for pk, n in sorted(many.items())], by=by, at=at)
    ask(send_waiting, [], at=at)
    return sorted(chosen)
