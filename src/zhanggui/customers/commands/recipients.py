"""Correcting to whom an order goes."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor

CHANGED = tuple(column for column in sealing.COLUMNS if column not in ("id", "made_at"))


@command(needs="order.edit", over="recipient")
def rewrite(people: Mapping[int, Person], *, by: Actor, at: datetime) -> None:
    """Seal these persons anew over what the rows {recipient: person} said before. What was there is gone."""
    sets = ", ".join(f"{column} = %s" for column in CHANGED)
    moment, ring = db.adapt(at), settings.KEY_RING
    rows = []
    for id_, person in people.items():
        row = dict(zip(sealing.COLUMNS, sealing.row_of(person, id_, moment, ring), strict=True))
        rows.append((*(row[column] for column in CHANGED), id_))
    db.execute_many(f"UPDATE {Recipient._meta.db_table} SET {sets} WHERE id = %s", rows)
