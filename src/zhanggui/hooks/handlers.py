"""What the webhooks hear: everything that is told, and who may no longer."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from zhanggui.accounts.events import AccessChanged, GrantsChanged
from zhanggui.hooks import queries
from zhanggui.hooks.commands import deliveries, endpoints
from zhanggui.hooks.models import Endpoint
from zhanggui.journal.events import on, tap
from zhanggui.kernel import db

tap(deliveries.write)


@on(AccessChanged)
def pause_those_of_who_may_no_longer(events: Sequence[AccessChanged], *, at: datetime) -> None:
    """An endpoint lends its maker's rights; who was switched off, or has another role, has none to lend."""
    _look(Endpoint.objects.filter(maker_id__in={event.person_id for event in events}), at)


@on(GrantsChanged)
def pause_those_of_a_role(events: Sequence[GrantsChanged], *, at: datetime) -> None:
    """A role that lost the right takes it from everybody who has it; what else it lost is heard no more."""
    queries.forget()
    _look(Endpoint.objects.filter(maker__role_id__in={event.role_id for event in events}), at)


def _look(asked: QuerySet[Endpoint], at: datetime) -> None:
    rows = asked.filter(active=True, gone_at=None).select_related("maker__role")
    lost = [row.pk for row in rows if not queries.may(row.maker)]
    if lost:
        with db.write():
            endpoints.halt(lost, "maker", at=at)
