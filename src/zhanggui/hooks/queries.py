"""Questions about who outside is told, and what became of it."""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of, reach_of
from zhanggui.hooks import offered
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.journal import reaches
from zhanggui.kernel.actor import Reach

NEEDS = "token.create"
FRESH_S = 5.0
PURPOSE = b"hooks.endpoint"


@dataclass(frozen=True)
class Known:
    """An endpoint as the one cached look knows it; ``events`` are those its maker may see."""

    id: int
    name: str
    events: frozenset[str]
    reach: Reach
    active: bool
    paused_why: str

    @property
    def collects(self) -> bool:
        """A pause by hand, or after failures, loses nothing; who lost the right hears nothing of that time."""
        return self.active or self.paused_why != "maker"


@dataclass(frozen=True)
class Tally:
    """How an endpoint stands: messages by state, and when one last arrived."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    arrived_at: datetime | None = None

    @property
    def all(self) -> int:
        return self.waiting + self.sent + self.failed


_kept: tuple[float, Sequence[Known]] | None = None
_lock = threading.Lock()


def known() -> Sequence[Known]:
    """Every endpoint there is, at most ``FRESH_S`` seconds old; most houses have none, and then it costs nothing more."""
    global _kept
    with _lock:
        if _kept is not None and time.monotonic() < _kept[0]:
            return _kept[1]
    found = [
        Known(row.pk, row.name, hears(row), reach(row), row.active, row.paused_why)
        for row in Endpoint.objects.filter(gone_at=None).select_related("maker__role").order_by("id")
    ]
    with _lock:
        _kept = (time.monotonic() + FRESH_S, found)
    return found


def forget() -> None:
    """Look anew the next time."""
    global _kept
    with _lock:
        _kept = None


def assume_none() -> None:
    """For a bench that counts statements: there is no endpoint until a verb makes one."""
    global _kept
    with _lock:
        _kept = (float("inf"), [])


def reach(endpoint: Endpoint) -> Reach:
    """Whose things it may hear of: its maker's, and of those only its own shop's where it has one."""
    whole = reach_of(endpoint.maker)
    if endpoint.shop_id is None:
        return whole
    one = frozenset((endpoint.shop_id,))
    return Reach(one if whole.shops is None else one & whole.shops, whole.warehouses)


def hears(endpoint: Endpoint) -> frozenset[str]:
    """The events it asked for that its maker may see today."""
    return offered.heard_by(actor_of(endpoint.maker), endpoint.events)


def outside(reach: Reach, kind: str, ids: Sequence[int]) -> Collection[int]:
    """Those of ``ids`` it must not hear of. What belongs to no shop is not told to one that is bound. One statement."""
    if reach.everywhere:
        return ()
    asked = reaches.OUTSIDE.get(kind)
    return set(asked(ids, reach)) if asked is not None else ids


def may(maker: User) -> bool:
    """Whether whoever made it may still make one."""
    return actor_of(maker).granted(NEEDS)


def rows() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(gone_at=None).select_related("maker", "shop").order_by("id")


def secrets(endpoint: Endpoint, *, at: datetime) -> list[str]:
    """The secrets a message is signed with now: the one in use and, for a day, the one before. Raises vault.Unopened."""
    facts = settings.KEY_RING.open_facts(bytes(endpoint.secrets_sealed), PURPOSE)
    until = facts.get("until")
    return [facts["now"], *([facts["before"]] if until and at < datetime.fromisoformat(until) else [])]


def tallies(ids: Sequence[int]) -> Mapping[int, Tally]:
    """How each stands. One statement."""
    state = Delivery.State
    found = (
        Delivery.objects.filter(endpoint_id__in=ids)
        .values_list("endpoint_id")
        .annotate(
            n_waiting=Count("id", filter=Q(state=state.WAITING)),
            n_sent=Count("id", filter=Q(state=state.SENT)),
            n_failed=Count("id", filter=Q(state=state.FAILED)),
            last=Max("tried_at", filter=Q(state=state.SENT)),
        )
    )
    counted = {row[0]: Tally(*row[1:]) for row in found}
    return {id_: counted.get(id_, Tally()) for id_ in ids}


def log(endpoint_id: int, state: str = "") -> QuerySet[Delivery]:
    """Its messages; ``state`` narrows to one of ``waiting sent failed``."""
    found = Delivery.objects.filter(endpoint_id=endpoint_id)
    return found.filter(state=state) if state else found
