"""An invitation as it stands: whether it still opens the door, and the link that goes with it."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from zhanggui.accounts.models import Invitation

HOLDS = timedelta(days=7)
# Closed ones are kept so long for whoever asks what became of them; the journal keeps the story.
KEPT = timedelta(days=30)
State = Literal["open", "used", "withdrawn", "over", "void"]


def new_token() -> str:
    """192 bits, as they stand in the link."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """What is kept of it: a token of 192 random bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def path_of(token: str) -> str:
    return reverse("people:join", args=[token])


def opens(*, at: datetime) -> Q:
    """Those whose link, once handed out, opens the door now."""
    by_the_house = Q(maker=None)
    by_one_who_may = Q(maker__is_active=True, maker__generation=F("generation"))
    return Q(used_at=None, withdrawn_at=None, expires_at__gt=at) & (by_the_house | by_one_who_may)


def waiting(*, at: datetime) -> QuerySet[Invitation]:
    """Neither used nor withdrawn, the newest first: also those that ran out or are void, for they can be renewed."""
    found = Invitation.objects.filter(used_at=None, withdrawn_at=None, made_at__gt=at - KEPT - HOLDS)
    return found.select_related("role", "maker").order_by("-made_at", "-pk")


def not_handed_over(ids: Collection[int], *, at: datetime) -> set[int]:
    """Which of these open the door and were neither mailed nor given as a link yet."""
    return set(Invitation.objects.filter(opens(at=at), pk__in=ids, digest=None, mailed_at=None).values_list("pk", flat=True))


def state_of(invitation: Invitation, *, at: datetime) -> State:
    """``void``: whoever invited was switched off, or all they handed out was called back."""
    if invitation.used_at is not None:
        return "used"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    maker = invitation.maker
    if maker is not None and not (maker.is_active and maker.generation == invitation.generation):
        return "void"
    return "over" if invitation.expires_at <= at else "open"
