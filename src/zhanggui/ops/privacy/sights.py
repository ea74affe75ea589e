"""Who saw whose data, when and why: read from the book by its own index, so that an answer takes a second and not a night."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.customers.commands.limits import SIGHT
from zhanggui.kernel import db
from zhanggui.orders.models import Order

SHOWN = 200


class Sight(NamedTuple):
    """One line: ``order`` is the number of the order it was about, where it was about one; ``many`` how many people it showed."""

    at: datetime
    who: str
    what: str
    order: str
    order_id: int | None
    many: int
    why: str


def seen(
    *, since: datetime, until: datetime, person_id: int | None = None, orders: Sequence[int] = (), named: bool = False,
    labels: bool = True, most: int = SHOWN,
) -> list[Sight]:  # fmt: skip
    """The newest first, at most ``most``; of one person, or of the orders ``orders`` where ``named``; ``labels`` False leaves out
    what was read for a label. Two statements."""
    asks, params = f"{SIGHT} AND at >= %s AND at < %s", [db.adapt(since), db.adapt(until)]
    if person_id is not None:
        asks, params = f"{asks} AND actor_kind = 'person' AND actor_id = %s", [*params, person_id]
    if named:
        about = list(Order.objects.filter(pk__in=orders).values_list("recipient_id", flat=True))
        chosen, ids = db.among("subject_id", about)
        # By the subject: a few lines, however long the time.
        kinds = "name IN ('RecipientRevealed', 'RecipientsOpened', 'PersonTaken') AND subject_kind = 'recipient'"
        asks = f"{kinds} AND {chosen}{asks.removeprefix(SIGHT)}"
        params = [ids, *params]
    if not labels:
        asks += " AND name <> 'RecipientsOpened'"
    rows = db.fetch(
        "SELECT at, actor_name, name, subject_kind, subject_id, facts FROM journal_entry "
        f"WHERE {asks} ORDER BY at DESC, id DESC LIMIT %s",
        [*params, most],
    )
    return told(rows)


def told(rows: Sequence[tuple[Any, ...]]) -> list[Sight]:
    people = {subject_id for _at, _who, _name, kind, subject_id, _facts in rows if kind == "recipient"}
    chosen, ids = db.among("recipient_id", sorted(people))
    orders = db.fetch(f"SELECT id, number, recipient_id FROM orders_order WHERE {chosen} ORDER BY id DESC", [ids]) if people else []
    numbers = {recipient_id: (number, order_id) for order_id, number, recipient_id in orders}
    found = []
    for at, who, name, kind, subject_id, facts in rows:
        said = facts if isinstance(facts, dict) else json.loads(facts)
        number, order_id = numbers.get(subject_id, ("", None)) if kind == "recipient" else ("", None)
        many = int(said.get("many") or said.get("orders") or said.get("rows") or 1)
        found.append(Sight(db.moment(at), who, name, number, order_id, many, str(said.get("why", ""))))
    return found


def taken_in_plain(*, since: datetime) -> list[tuple[str, int]]:
    """(who, how many orders) of every file of recipients in plain since then, the newest first."""
    rows = db.fetch(
        f"SELECT actor_name, facts FROM journal_entry WHERE {SIGHT} AND at >= %s AND name = 'OrdersTakenInPlain' ORDER BY at DESC LIMIT 3",
        [db.adapt(since)],
    )
    return [(who, int((facts if isinstance(facts, dict) else json.loads(facts))["many"])) for who, facts in rows]
