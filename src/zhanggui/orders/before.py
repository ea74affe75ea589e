"""How orders stood before a file changed them: kept sealed for as long as that may be taken back, for it names persons."""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from django.conf import settings

from zhanggui.customers import sealing
from zhanggui.customers.sealing import Person
from zhanggui.kernel import clock, db
from zhanggui.kernel.vault import Unopened
from zhanggui.orders import prepared as making
from zhanggui.orders.models import Order
from zhanggui.orders.prepared import Prepared

PURPOSE = b"order-before"
MOMENTS = ("paid_at", "ship_by")


class Before(NamedTuple):
    """The version of an order after it was changed, and how it stood before, in plain."""

    seq: int
    said: dict[str, Any]


def as_they_stand(orders: Sequence[tuple[Order, AbstractSet[int], int]], columns: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Order → how it stands, as the books would take it. Each comes with the lines that rules gave it, which are left out, and how many
    pieces those are. One statement, none of no order."""
    found = {row.pk: _alone(row, gifts, pieces, columns) for row, gifts, pieces in orders}
    given = {line for _row, gifts, _pieces in orders for line in gifts}
    if found:
        chosen, ids = db.among("order_id", list(found))
        for order_id, line_id, *line in db.fetch(
            f"SELECT order_id, id, sku_id, {', '.join(making.LINE)} FROM orders_line WHERE {chosen} ORDER BY order_id, position", [ids]
        ):
            if line_id not in given:
                found[order_id]["lines"].append([*line[:-1], None if line[-1] is None else str(line[-1])])
    return found


def _alone(row: Order, gifts: AbstractSet[int], pieces: int, columns: Sequence[str]) -> dict[str, Any]:
    to = row.recipient
    order = {column: getattr(row, column) for column in columns if column != "fingerprint"}
    order |= {column: None if order[column] is None else str(db.adapt(order[column])) for column in MOMENTS}
    order |= {"pieces": row.pieces - pieces, "kinds": row.kinds - len(gifts)}
    name, phone, phone2, street, account, postcode = sealing.opened(to.sealed)
    person = (
        name, phone, phone2, street, account, to.country, to.province, to.city, to.district, postcode, to.oaid, to.platform_ciphertext,
        sealing.note_in(to.sealed),
    )  # fmt: skip
    return {"order": order, "person": person, "fingerprint": bytes(row.fingerprint).hex(), "lines": []}


def sealed(before: Before) -> bytes:
    """How an order stood, as it may be kept."""
    return settings.KEY_RING.seal(json.dumps(before.said, ensure_ascii=False).encode(), PURPOSE)


def opened(row: Order, blob: bytes | memoryview | None) -> Prepared | None:
    """How it stood, as the books would take it; None once that was forgotten."""
    if blob is None:
        return None
    try:
        said = json.loads(settings.KEY_RING.open(bytes(blob), PURPOSE))
    except Unopened:
        return None
    order = tuple([{"stage": row.stage, "platform_no": row.platform_no, **said["order"]}.get(column) for column in making.ORDER])
    person = sealing.row_of(Person(*said["person"]), 0, clock.now(), settings.KEY_RING)[1:-1]
    lines = tuple([tuple(line[1:]) for line in said["lines"]])
    return Prepared(row.platform_no, bytes.fromhex(said["fingerprint"]), order, person, lines, tuple([line[0] for line in said["lines"]]))
