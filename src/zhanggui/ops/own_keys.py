"""Whether the keys in use are those of this database: asked before anything is sealed with others."""

from datetime import datetime
from typing import Any

from django.conf import settings

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.kernel import db
from zhanggui.kernel.vault import KeyRing, OtherKeys, Unopened
from zhanggui.ops.models import KeyMark

PLAIN, PURPOSE, KIND = b"zhanggui", b"key mark", b"keymark"


def foreign(ring: KeyRing | None = None) -> list[tuple[Any, ...]]:
    """What the keys do not open: (table, id, why). Empty when they are this database's, or nothing in it is sealed yet."""
    ring = ring or settings.KEY_RING
    mark = KeyMark.objects.order_by("pk").first()
    if mark is None:
        return _foreign_recipient(ring)
    try:
        ring.open(bytes(mark.sealed), PURPOSE)
    except Unopened as error:
        return [("ops_keymark", mark.pk, str(error))]
    if mark.token not in ring.tokens(KIND, PLAIN.decode()):
        return [("ops_keymark", mark.pk, "another key made the tokens")]
    return []


def _foreign_recipient(ring: KeyRing) -> list[tuple[Any, ...]]:
    """A database from before there was a mark is known by the last person sealed in it."""
    last = Recipient.objects.exclude(sealed=None).order_by("-pk").only("sealed").first()
    if last is None:
        return []
    try:
        sealing.opened(last.sealed, ring)
    except Unopened as error:
        return [("customers_recipient", last.pk, str(error))]
    return []


def known(ring: KeyRing | None, *, at: datetime) -> None:
    """The keys are this database's, and it knows them again from now on. Raises OtherKeys, and then nothing was written."""
    ring = ring or settings.KEY_RING
    lost = settings.KEYS_ARE_LOST and ring is settings.KEY_RING
    if lost or foreign(ring):
        raise OtherKeys(
            f"the keys in use are not those of this database: they were looked for in {settings.KEYS_WHERE}; "
            "put its own back there, or bring a backup back, which has them: zhanggui restore FILE"
        )
    if not KeyMark.objects.exists():
        with db.write():
            # Two processes that start at once write one: the number is the same.
            KeyMark.objects.bulk_create(
                [KeyMark(pk=1, sealed=ring.seal(PLAIN, PURPOSE), token=ring.token(KIND, PLAIN.decode()), made_at=at)],
                ignore_conflicts=True,
            )
