"""The blacklist: phones whose orders wait for somebody. Sealed like any phone, found by their tokens."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import F

from zhanggui.customers import sealing
from zhanggui.customers.events import BuyerBlocked, BuyerUnblocked
from zhanggui.customers.models import Blocked, Recipient
from zhanggui.customers.notes import masked
from zhanggui.customers.queries import persons
from zhanggui.customers.refusals import BlockNeedsReason, NoSuchPhone
from zhanggui.journal import marks
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db, masking
from zhanggui.kernel.actor import Actor

PURPOSE, KIND, TAIL = b"blocked", b"phone", b"tail"
LEAST_DIGITS, MOST_DIGITS, LONGEST = 7, 20, 120
RIGHT = "customer.block"


@command(needs=RIGHT, because="reason")
def add(phones: Sequence[str], *, reason: str = "", until: datetime | None = None, by: Actor, at: datetime) -> Batch:
    """Put these whole phones on the blacklist, with the reason, for good or ``until``; those done are the ids of their lines. One that is
    on it already gets the new reason and end. Orders that wait for their buyers are looked at again. Raises NoSuchPhone, BlockNeedsReason.
    """
    for phone in phones:
        if not LEAST_DIGITS <= len(masking.digits_of(phone)) <= MOST_DIGITS:
            raise NoSuchPhone(phone=masked(phone)[:20])
    return _add([masking.digits_of(phone) for phone in phones], reason or by.why, until, by=by, at=at)


@command(needs=RIGHT, over="recipient", because="reason")
def add_buyers(recipient_ids: Sequence[int], *, reason: str = "", until: datetime | None = None, by: Actor, at: datetime) -> Batch:
    """The same of the phones of these recipients, without anybody seeing them; one of whom no phone is known is passed over. Raises
    BlockNeedsReason."""
    found = persons(Recipient.objects.filter(db.Among(F("pk"), list(recipient_ids)), erased_at=None))
    digits = [masking.digits_of(person.phone) for _pk, person in sorted(found.items())]
    return _add([each for each in digits if len(each) >= LEAST_DIGITS], reason or by.why, until, by=by, at=at)


def _add(digits: Sequence[str], reason: str, until: datetime | None, *, by: Actor, at: datetime) -> Batch:
    if not marks.means(reason):
        raise BlockNeedsReason
    ring, why = settings.KEY_RING, masked(reason.strip())[:LONGEST]
    plain = {ring.token(KIND, each): each for each in digits}
    chosen, tokens = db.among("phone_token", sorted(plain))
    known = f"SELECT phone_token, id FROM customers_blocked WHERE {chosen} AND lifted_at IS NULL"
    there = dict(db.fetch(known, [tokens])) if plain else {}
    Blocked.objects.filter(pk__in=list(there.values())).update(reason=why, until=until, by_name=by.name)
    fresh = [
        Blocked(
            sealed=ring.seal(each.encode(), PURPOSE), phone_token=token, tail_token=ring.token(TAIL, each[-4:]),
            masked_phone=masking.phone(each)[:40], reason=why, by_name=by.name, made_at=at, until=until,
        )
        for token, each in plain.items() if token not in there
    ]  # fmt: skip
    made = Blocked.objects.bulk_create(fresh)
    ids = sorted([*there.values(), *(row.pk for row in made)])
    told = {"why": why, **({"until": until.isoformat()} if until else {})}
    tell([BuyerBlocked(pk) for pk in ids], by=by, at=at, facts=dict.fromkeys(ids, told))
    return Batch(done=ids)


@command(needs=RIGHT)
def lift(blocked_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Take these lines off the blacklist; what they were stays readable. Orders that waited for it alone go on."""
    return Batch(done=_lift(blocked_ids, by=by, at=at))


@command(needs=RIGHT)
def due(*, by: Actor, at: datetime) -> int:
    """Lift those whose time has come. Returns how many."""
    ids = Blocked.objects.filter(lifted_at=None, until__lte=at).order_by("pk").values_list("pk", flat=True)[:500]
    return len(_lift(list(ids), by=by, at=at))


def _lift(ids: Collection[int], *, by: Actor, at: datetime) -> list[int]:
    open_ = sorted(Blocked.objects.filter(db.Among(F("pk"), list(ids)), lifted_at=None).values_list("pk", flat=True))
    Blocked.objects.filter(pk__in=open_).update(lifted_at=at, lifted_by=by.name)
    tell([BuyerUnblocked(pk) for pk in open_], by=by, at=at)
    return open_


def forget(recipient_ids: Collection[int], *, at: datetime) -> None:
    """These people asked to be erased: nothing of their phones is left here either, and the lines are lifted."""
    chosen, ids = db.among("id", sorted(set(recipient_ids)))
    db.execute(
        "UPDATE customers_blocked SET sealed = NULL, phone_token = NULL, tail_token = NULL, lifted_at = COALESCE(lifted_at, %s) WHERE phone_token IN "
        f"(SELECT phone_token FROM customers_recipient WHERE {chosen} AND erased_at IS NULL AND kept_why = '' AND phone_token IS NOT NULL)",
        [db.adapt(at), ids],
    )


def by_phone(text: str) -> list[int]:
    """The lines of a whole phone, lifted ones too; none for less of one. One statement."""
    digits = masking.digits_of(text)
    if len(digits) < LEAST_DIGITS:
        return []
    rows = Blocked.objects.filter(phone_token__in=settings.KEY_RING.tokens(KIND, digits))
    return list(rows.order_by("-pk").values_list("pk", flat=True))


def of_people(recipients: Sequence[Recipient], text: str = "") -> list[Blocked]:
    """The lines of these people's phones, and of a phone that was typed. One statement."""
    tokens = {row.phone_token for row in recipients if row.phone_token is not None}
    digits = masking.digits_of(text)
    if len(digits) >= LEAST_DIGITS and not sealing.normal_name(text.strip("0123456789 +-()")):
        tokens |= set(settings.KEY_RING.tokens(KIND, digits))
    return list(Blocked.objects.filter(phone_token__in=tokens).order_by("pk")) if tokens else []
