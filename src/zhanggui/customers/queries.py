"""Finding recipients without opening them, and opening those that must be read."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from zhanggui.customers import sealing
from zhanggui.customers.events import RecipientsOpened
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import tell
from zhanggui.kernel import db, masking
from zhanggui.kernel.actor import Actor


def matching(text: str) -> Q | None:
    """A condition on recipients for what a person typed: last four or all of a phone, a name or its beginning.

    None where the text can be neither, so that the caller does not search for everything.
    """
    ring, text = settings.KEY_RING, unicodedata.normalize("NFKC", text).strip()
    digits = masking.digits_of(text)
    if digits and not text.strip("0123456789 +-()（）"):
        if len(digits) == 4:
            return Q(tail_token__in=ring.tokens(b"tail", digits))
        if len(digits) >= 7:
            return Q(tail_token__in=ring.tokens(b"tail", digits[-4:]), phone_token__in=ring.tokens(b"phone", digits))
        return None
    name = sealing.normal_name(text)
    if not name:
        return None
    prefix = sealing.prefix_of(name)
    if name == prefix:
        return Q(prefix_token__in=ring.tokens(b"prefix", prefix))
    return Q(prefix_token__in=ring.tokens(b"prefix", prefix), name_token__in=ring.tokens(b"name", name))


def opened(recipient_ids: Iterable[int], *, by: Actor, at: datetime, why: str) -> dict[int, Person]:
    """The plain persons behind these rows, for a label or a carrier; the book notes of each who asked and why.

    Whoever wants to look goes through ``revealing.reveal``, which is bounded.
    """
    found = persons(Recipient.objects.filter(pk__in=set(recipient_ids)).order_by("pk"))
    if found:
        with db.write():
            tell([RecipientsOpened(pk, why) for pk in found], by=by, at=at)
    return found


def persons(rows: Iterable[Recipient]) -> dict[int, Person]:
    """The plain persons of these rows. Nothing is noted: whoever calls it does."""
    people = {}
    for row in rows:
        name, phone, phone2, street, account, postcode = sealing.opened(row.sealed)
        people[row.pk] = Person(
            name,
            phone,
            phone2,
            street,
            account,
            row.country,
            row.province,
            row.city,
            row.district,
            postcode,
            row.oaid,
            row.platform_ciphertext,
            sealing.note_in(row.sealed),
        )
    return people
