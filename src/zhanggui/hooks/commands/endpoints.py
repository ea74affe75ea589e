"""Who outside is told: opening, changing, pausing, letting go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from zhanggui.hooks import offered, signing
from zhanggui.hooks.events import EndpointChanged, EndpointDropped, EndpointOpened, EndpointPaused, EndpointResumed
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.hooks.queries import PURPOSE, forget, secrets
from zhanggui.hooks.refusals import BECAUSE, BadUrl, EndpointIncomplete, NobodysEndpoint, NoSuchEvents, TooManyEndpoints
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.kernel.outward.places import Forbidden, place

MOST = 20
# Both secrets sign for so long, so that a receiver can change over without losing a message.
BOTH_LIVE = timedelta(hours=24)


@dataclass(frozen=True)
class Opened:
    """An endpoint and its signing secret, which nobody is shown again."""

    endpoint_id: int
    secret: str


@command(needs="token.create", over="shop@shop_id")
def open_one(name: str, url: str, events: Sequence[str], *, shop_id: int | None = None, by: Actor, at: datetime) -> Opened:
    """Tell a program outside of these events from now on; of one shop's orders only where ``shop_id`` is given.

    It hears no more than ``by`` may. The secret is shown this once. Raises ``BadUrl``, ``NoSuchEvents``,
    ``EndpointIncomplete``, ``TooManyEndpoints``, ``NobodysEndpoint``; ``NotAllowed`` for events of what ``by`` may not see.
    """
    facts = _checked(name, url, events, by=by)
    if Endpoint.objects.filter(gone_at=None).count() >= MOST:
        raise TooManyEndpoints(most=MOST)
    secret = signing.new_secret()
    row = Endpoint.objects.create(
        **facts, shop_id=shop_id, maker_id=_person(by), secrets_sealed=_sealed({"now": secret}), made_at=at
    )
    tell([EndpointOpened(row.pk)], by=by, at=at)
    _look_anew()
    return Opened(row.pk, secret)


@command(needs="token.create", over="shop@shop_id")
def change(
    endpoint_id: int, name: str, url: str, events: Sequence[str], *, shop_id: int | None = None, by: Actor, at: datetime
) -> None:
    """Change what is said of it, all at once. Who changes it answers for it from now on: it hears no more than they may.

    Raises as ``open_one`` does.
    """
    row = _endpoint(endpoint_id)
    facts = {**_checked(name, url, events, by=by), "shop_id": shop_id}
    changed = sorted(field.removesuffix("_id") for field, value in facts.items() if getattr(row, field) != value)
    if not changed:
        return
    elsewhere = {"failures": 0, "failing_since": None, "rest_until": None} if "url" in changed else {}
    Endpoint.objects.filter(pk=endpoint_id).update(**facts, **elsewhere, maker_id=_person(by))
    tell([EndpointChanged(endpoint_id, changed)], by=by, at=at)
    _look_anew()


@command(needs="token.create")
def renew_secret(endpoint_id: int, *, by: Actor, at: datetime) -> Opened:
    """Give it a new secret, shown this once. For a day every message is signed with both, then with the new one alone."""
    row = _endpoint(endpoint_id)
    before, secret = secrets(row, at=at)[0], signing.new_secret()
    sealed = _sealed({"now": secret, "before": before, "until": (at + BOTH_LIVE).isoformat()})
    Endpoint.objects.filter(pk=endpoint_id).update(secrets_sealed=sealed, maker_id=_person(by))
    tell([EndpointChanged(endpoint_id, ["secret"])], by=by, at=at)
    _look_anew()
    return Opened(endpoint_id, secret)


@command(needs="token.create")
def pause(endpoint_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Send nothing there for now. What happens meanwhile is kept for it, thirty days long."""
    return _batch(endpoint_ids, _stop(endpoint_ids, "hand", by=by, at=at))


@command(needs="token.create")
def resume(endpoint_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Send there again, first what waited. Who lets it run again answers for it from now on."""
    found = Endpoint.objects.filter(pk__in=endpoint_ids, gone_at=None, active=False)
    done = sorted(found.values_list("pk", flat=True))
    Endpoint.objects.filter(pk__in=done).update(
        active=True, paused_why="", failures=0, failing_since=None, rest_until=None, maker_id=_person(by)
    )
    tell([EndpointResumed(pk) for pk in done], by=by, at=at)
    _look_anew()
    return _batch(endpoint_ids, done)


@command(needs="token.create")
def drop(endpoint_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Tell it nothing more, ever; what waited for it is let go, its secret forgotten."""
    done = sorted(Endpoint.objects.filter(pk__in=endpoint_ids, gone_at=None).values_list("pk", flat=True))
    Endpoint.objects.filter(pk__in=done).update(active=False, gone_at=at, secrets_sealed=b"")
    Delivery.objects.filter(endpoint_id__in=done, state=Delivery.State.WAITING).update(state=Delivery.State.FAILED, why="dropped")
    tell([EndpointDropped(pk) for pk in done], by=by, at=at)
    _look_anew()
    return _batch(endpoint_ids, done)


def halt(endpoint_ids: Sequence[int], why: str, *, at: datetime) -> list[int]:
    """The house pauses them by itself: ``failing`` or ``maker``. In the caller's transaction. Which it really paused."""
    return _stop(endpoint_ids, why, by=SYSTEM, at=at)


def _stop(ids: Sequence[int], why: str, *, by: Actor, at: datetime) -> list[int]:
    done = sorted(Endpoint.objects.filter(pk__in=ids, gone_at=None, active=True).values_list("pk", flat=True))
    Endpoint.objects.filter(pk__in=done).update(active=False, paused_why=why)
    tell([EndpointPaused(pk, why) for pk in done], by=by, at=at)
    _look_anew()
    return done


def _look_anew() -> None:
    """Now, for what this transaction still tells; and when it is over, for whoever looked before it was."""
    forget()
    transaction.on_commit(forget)


def _checked(name: str, url: str, events: Sequence[str], *, by: Actor) -> dict[str, object]:
    if not (name := name.strip()) or len(name) > 60:
        raise EndpointIncomplete(field=_("名字"))
    wanted = [event for event in offered.names() if event in set(events)]
    if unknown := sorted(set(events) - set(wanted)):
        raise NoSuchEvents(events=", ".join(unknown)[:200])
    if not wanted:
        raise EndpointIncomplete(field=_("事件"))
    for event in wanted:
        by.require(offered.BY_NAME[event].needs)
    try:
        there = place(url.strip(), settings.OUTWARD)
    except Forbidden as error:
        raise BadUrl(url=url[:200], why=error.code, because=BECAUSE[error.code]) from error
    return {"name": name, "url": there.url, "events": wanted}


def _person(by: Actor) -> int:
    if by.kind != "person" or by.id is None:
        raise NobodysEndpoint
    return by.id


def _sealed(facts: dict[str, str]) -> bytes:
    return bytes(settings.KEY_RING.seal_facts(facts, PURPOSE))


def _endpoint(endpoint_id: int) -> Endpoint:
    row = Endpoint.objects.filter(pk=endpoint_id, gone_at=None).first()
    if row is None:
        raise NotFound(what=str(endpoint_id))
    return row


def _batch(asked: Sequence[int], done: Sequence[int]) -> Batch:
    batch = Batch(done=list(done))
    batch.refuse(set(asked) - set(done), "not-found")
    return batch
