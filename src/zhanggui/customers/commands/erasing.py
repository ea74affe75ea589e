"""Erasing people: what is sealed goes, the mask stays, and the list of who was erased outlives the database."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.customers.commands import blocking
from zhanggui.customers.events import ErasingStopped, RecipientsErased
from zhanggui.customers.models import Erasure, Recipient
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

AT_ONCE = 1_000
OLD, ASKED = Erasure.Cause.OLD, Erasure.Cause.ASKED
# What goes. The mask stays for the books; of who is merely old the tokens of the phone stay, so that "nothing is held any
# more" can be said to whoever asks; of who asked only the one that tells two orders of one person apart.
GONE = "sealed = NULL, platform_ciphertext = '', oaid = '', problems = '', name_token = NULL, prefix_token = NULL"
ALSO = ", phone_token = NULL, tail_token = NULL"


class HoldWithoutReason(Refused):
    code = "hold-without-reason"
    says = _("要写明为什么不许删除。")
    status = 422


@dataclass(frozen=True)
class Erased:
    """``ids`` are the recipients erased; ``digest`` covers which rows they were."""

    ids: list[int]
    digest: str


@command(needs="customer.erase", marks="")
def erase(recipient_ids: Sequence[int], *, cause: str, by: Actor, at: datetime) -> Erased:
    """Erase these people, at most a thousand at once. Who is kept for a reason, or erased already, is left as it is.

    Asked for by whoever decides it: the job of what is past its time, or ``ops.privacy.requests.erase``.
    """
    return _erase(list(recipient_ids)[:AT_ONCE], cause=cause, by=by, at=at)


def _erase(ids: list[int], *, cause: str, by: Actor, at: datetime) -> Erased:
    chosen, wanted = db.among("id", sorted(set(ids)))
    moment = db.adapt(at)
    if cause == ASKED:
        blocking.forget(ids, at=at)
    rows = db.fetch(
        f"UPDATE customers_recipient SET {GONE}{ALSO if cause == ASKED else ''}, erased_at = %s "
        f"WHERE {chosen} AND erased_at IS NULL AND kept_why = '' RETURNING id, made_at",
        [moment, wanted],
    )
    found = [(id_, db.moment(made_at)) for id_, made_at in sorted(rows)]
    proof = digest_of(found)
    if found:
        listed([(id_, made_at, cause) for id_, made_at in found], at=at)
        tell([RecipientsErased(found[-1][0], cause, len(found), proof)], by=by, at=at)
    return Erased([id_ for id_, _made in found], proof)


def digest_of(rows: Iterable[tuple[int, datetime]]) -> str:
    """A digest over which rows they were, in the order of their ids."""
    total = hashlib.sha256()
    for id_, made_at in sorted(rows):
        total.update(f"{id_} {made_at.isoformat()}\n".encode())
    return total.hexdigest()


def listed(rows: Sequence[tuple[int, datetime, str]], *, at: datetime) -> int:
    """Put these on the list of the erased; one that is on it already is not put twice."""
    return len(
        Erasure.objects.bulk_create(
            [Erasure(recipient_id=id_, made_at=made_at, cause=cause, at=at) for id_, made_at, cause in rows], ignore_conflicts=True
        )
    )


def again(rows: Collection[tuple[int, datetime, str]], *, by: Actor, at: datetime) -> int:
    """Erase once more those of a list that a restored backup brought back; how many that were. The reasons to keep somebody
    that the backup remembers count no more: they were erased after it."""
    by.require("customer.erase")
    many = 0
    for some in db.in_chunks(sorted(rows), AT_ONCE):
        with db.write():
            here = {row.pk: row for row in Recipient.objects.filter(pk__in=[id_ for id_, *_ in some], erased_at=None)}
            back = [each for each in some if each[0] in here and here[each[0]].made_at == each[1]]
            Recipient.objects.filter(pk__in=[id_ for id_, *_ in back]).update(kept_why="")
            for cause in (OLD, ASKED):
                ids = [id_ for id_, _made, why in back if why == cause]
                many += len(_erase(ids, cause=cause, by=by, at=at).ids) if ids else 0
            listed(list(some), at=at)
    return many


@command(needs="customer.erase", over="recipient", marks="SR")
def keep(recipient_ids: Sequence[int], *, why: str, by: Actor, at: datetime) -> int:
    """Nobody erases these while the reason stands: a dispute, an order of a court. Returns how many it holds for.

    Raises HoldWithoutReason.
    """
    if not why.strip():
        raise HoldWithoutReason
    return _hold(list(recipient_ids), why.strip()[:120], by=by, at=at)


@command(needs="customer.erase", over="recipient", marks="S")
def let(recipient_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """They may be erased again when their time comes."""
    return _hold(list(recipient_ids), "", by=by, at=at)


def _hold(ids: list[int], why: str, *, by: Actor, at: datetime) -> int:
    rows = list(Recipient.objects.filter(pk__in=ids, erased_at=None).exclude(kept_why=why).values_list("pk", flat=True))
    Recipient.objects.filter(pk__in=rows).update(kept_why=why)
    tell([ErasingStopped(pk, why) for pk in rows], by=by, at=at)
    return len(rows)


