"""Finding recipients without opening them, and opening those that must be read."""

import unicodedata
from collections.abc import Iterable, Sequence
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


def any_of(words: Sequence[str]) -> list[dict[str, list[int]]]:
    """What recipients say of themselves who have one of these phones, tails of phones or names, each a condition of its own; empty
    where none of the words can be either. A name is meant whole, a tail is four digits."""
    ring = settings.KEY_RING
    found: dict[str, set[str]] = {"phone": set(), "tail": set(), "name": set()}
    for word in words:
        text = unicodedata.normalize("NFKC", word).strip()
        digits = masking.digits_of(text)
        if digits and not text.strip("0123456789+-"):
            found["tail" if len(digits) == 4 else "phone"].update([digits] if len(digits) == 4 or len(digits) >= 7 else ())
        elif not digits and (name := sealing.normal_name(text)) != sealing.prefix_of(name):
            found["name"].add(name)

    def tokens(kind: bytes, texts: Iterable[str]) -> list[int]:
        return [token for text in sorted(set(texts)) for token in ring.tokens(kind, text)]

    said = []
    if phones := found["phone"]:
        said.append({"tail_token__in": tokens(b"tail", (one[-4:] for one in phones)), "phone_token__in": tokens(b"phone", phones)})
    if tails := found["tail"]:
        said.append({"tail_token__in": tokens(b"tail", tails)})
    if names := found["name"]:
        said.append({"prefix_token__in": tokens(b"prefix", map(sealing.prefix_of, names)), "name_token__in": tokens(b"name", names)})
    return said


def tokens_of(word: str) -> set[int]:
    """What a recipient whom ``any_of`` finds by this word has in one of its columns."""
    return {token for said in any_of([word]) for column, tokens in said.items() if column == list(said)[-1] for token in tokens}


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
