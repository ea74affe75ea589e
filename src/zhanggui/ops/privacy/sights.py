"""Who saw whose data, when and why: read from the book by its own index, so that an answer takes a second and not a night."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.channels.models import Import
from zhanggui.customers.commands.limits import SIGHT
from zhanggui.customers.models import Recipient
from zhanggui.kernel import db
from zhanggui.orders.models import Order

SHOWN = 200


# Where a line says how many people it was about; of those left out it was one, or nobody in particular.
COUNTED = {"PersonSearched": "found", "OrdersTakenInPlain": "many", "RecipientsErased": "many", "RejectsTaken": "rows"}


class Sight(NamedTuple):
    """One line. ``whom`` is the mask of the person it was about, ``order`` the number of their order or of one of several,
    ``file`` the number of an import; ``many`` how many people it showed, None where it was about nobody in particular."""

    at: datetime
    who: str
    what: str
    whom: str
    order: str
    order_id: int | None
    file: str
    file_id: int | None
    many: int | None
    why: str


def seen(
    *, since: datetime, until: datetime, person_id: int | None = None, orders: Sequence[int] = (), named: bool = False,
    labels: bool = True, most: int = SHOWN,
) -> list[Sight]:  # fmt: skip
    """The newest first, at most ``most``; of one person, or of the orders ``orders`` where ``named``; ``labels`` False leaves out
    what was read for a label. Four statements at most."""
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
    about: dict[str, set[int]] = {"recipient": set(), "order": set(), "import": set()}
    for _at, _who, _name, kind, subject_id, _facts in rows:
        if kind in about:
            about[kind].add(subject_id)
    masks = dict(Recipient.objects.filter(pk__in=about["recipient"]).values_list("pk", "masked_name")) if about["recipient"] else {}
    files = dict(Import.objects.filter(pk__in=about["import"]).values_list("pk", "number")) if about["import"] else {}
    orders = _orders(about["recipient"], about["order"])
    found = []
    for at, who, name, kind, subject_id, facts in rows:
        said = facts if isinstance(facts, dict) else json.loads(facts)
        number, order_id = orders.get((kind, subject_id), ("", None))
        file = files.get(subject_id, "") if kind == "import" else ""
        counted = COUNTED.get(name)
        many = int(said.get(counted) or 0) if counted else 1 if kind == "recipient" else None
        whom = masks.get(subject_id, "") if kind == "recipient" else ""
        why = str(said.get("why", ""))
        found.append(Sight(db.moment(at), who, name, whom, number, order_id, file, subject_id if file else None, many, why))
    return found


def _orders(recipients: set[int], orders: set[int]) -> dict[tuple[str, int], tuple[str, int]]:
    """The newest order of each of these recipients, and these orders: (number, id). One statement, or none."""
    if not recipients and not orders:
        return {}
    theirs, whose = db.among("recipient_id", sorted(recipients))
    these, which = db.among("id", sorted(orders))
    rows = db.fetch(f"SELECT id, number, recipient_id FROM orders_order WHERE {theirs} OR {these} ORDER BY id", [whose, which])
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for order_id, number, recipient_id in rows:
        found["recipient", recipient_id] = found["order", order_id] = (number, order_id)
    return found


def taken_in_plain(*, since: datetime) -> list[tuple[str, int]]:
    """(who, how many orders) of every file of recipients in plain since then, the newest first."""
    rows = db.fetch(
        f"SELECT actor_name, facts FROM journal_entry WHERE {SIGHT} AND at >= %s AND name = 'OrdersTakenInPlain' ORDER BY at DESC LIMIT 3",
        [db.adapt(since)],
    )
    return [(who, int((facts if isinstance(facts, dict) else json.loads(facts))["many"])) for who, facts in rows]
