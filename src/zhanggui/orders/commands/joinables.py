"""Counting by itself which orders could go in one parcel, so that a list says how many without looking through all that is open."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from zhanggui.kernel import db
from zhanggui.orders.models import Counted, Joinable
from zhanggui.orders.reading import joinable


def count(*, at: datetime) -> int:
    """Look through all that is open, and write down what became otherwise since; how many orders could go with others.

    Nothing the book would want to know. The look is outside the writing: what is merged or leaves meanwhile is counted out by its
    stage and its bundle when it is asked for.
    """
    wanted = {id_: group.order_ids[0] for group in joinable.candidates() for id_ in group.order_ids}
    with db.write():
        known = dict(Joinable.objects.values_list("order_id", "door"))
        forget(id_ for id_, door in known.items() if wanted.get(id_) != door)
        db.insert_many(Joinable, ("order_id", "door"), [(id_, door) for id_, door in wanted.items() if known.get(id_) != door])
        Counted.objects.update_or_create(name=joinable.COUNTED, defaults={"at": at})
    return len(wanted)


def forget(order_ids: Iterable[int]) -> None:
    """These are no longer to be merged, or not as it was counted. One statement, none for none."""
    ids = list(order_ids)
    if ids:
        Joinable.objects.filter(db.Among(F("order_id"), ids)).delete()
