"""Notes from before phones in them were masked: masked as they would be today, and what the mask hides sealed with whom it is about.

They need no key to be read, so no key waits for them; whatever seals anew comes by here as well.
"""

import functools
from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.kernel import db, masking
from zhanggui.kernel.vault import KeyRing
from zhanggui.ops.privacy.places import People


class Noted(NamedTuple):
    """An order and what stands beside it."""

    id: int
    recipient_id: int
    notes: tuple[str, str, str]

    @property
    def masked(self) -> tuple[str, ...]:
        return tuple(map(masking.masked, self.notes))

    @property
    def hidden(self) -> list[str]:
        """What buyer and seller said and no mask of it will tell: as taking the order in keeps it today."""
        return [note for note in self.notes[:2] if masking.masked(note) != note]


class OrderNotes:
    """What people wrote beside orders."""

    name: ClassVar[str] = "orders_order.notes"

    def turn(self, ring: KeyRing, before: int, many: int) -> tuple[int, int]:
        """Mask up to ``many`` of those below ``before``, the youngest first: (the last id seen, how many changed). 0: none are left."""
        found = [
            Noted(id_, recipient_id, tuple(notes))
            for id_, recipient_id, *notes in db.fetch(
                "SELECT id, recipient_id, buyer_note, seller_note, internal_note FROM orders_order "
                "WHERE id < %s AND (buyer_note <> '' OR seller_note <> '' OR internal_note <> '') ORDER BY id DESC LIMIT %s",
                [before, many],
            )
        ]
        wrong = [row for row in found if row.masked != row.notes]
        done = db.retried(functools.partial(self._mask, wrong, ring)) if wrong else 0
        return min((row.id for row in found), default=0), done

    def _mask(self, wrong: Sequence[Noted], ring: KeyRing) -> int:
        with db.write():
            self._keep(wrong, ring)
            # Over the notes that were read, and no others: what somebody wrote meanwhile is masked already.
            return db.execute_many(
                "UPDATE orders_order SET buyer_note = %s, seller_note = %s, internal_note = %s "
                "WHERE id = %s AND buyer_note = %s AND seller_note = %s AND internal_note = %s",
                [(*row.masked, row.id, *row.notes) for row in wrong],
            )

    def _keep(self, wrong: Sequence[Noted], ring: KeyRing) -> None:
        said: dict[int, list[str]] = defaultdict(list)
        for row in wrong:
            said[row.recipient_id] += row.hidden
        people = (
            Recipient.objects.select_for_update().filter(pk__in=sorted(said), erased_at=None).exclude(sealed=None).order_by("pk")
        )
        sealed = []
        for who in people:
            known = sealing.note_in(who.sealed, ring)
            if more := [note for note in dict.fromkeys(said[who.pk]) if note not in known]:
                sealed.append(PEOPLE.anew(who, ring, note="\n".join(filter(None, [known, *more]))))
        PEOPLE.write(sealed)


class LineNotes:
    """The same of the lines of an order."""

    name: ClassVar[str] = "orders_line.note"

    def turn(self, ring: KeyRing, before: int, many: int) -> tuple[int, int]:
        rows = db.fetch("SELECT id, note FROM orders_line WHERE id < %s AND note <> '' ORDER BY id DESC LIMIT %s", [before, many])
        new = [(quiet, id_, note) for id_, note in rows if (quiet := masking.masked(note)) != note]
        with db.write():
            done = db.execute_many("UPDATE orders_line SET note = %s WHERE id = %s AND note = %s", new)
        return min((id_ for id_, _note in rows), default=0), done


PEOPLE = People(Recipient, "sealed", lambda row: sealing.PURPOSE)
PLACES = (OrderNotes(), LineNotes())
