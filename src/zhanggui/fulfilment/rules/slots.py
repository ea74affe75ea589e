"""The put wall: which slot an order gets, and how many of each picked stop go where. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Want(NamedTuple):
    """One parcel's wish for one SKU."""

    slot: int
    sku_id: int
    pieces: int


def assign(orders: Mapping[int, Sequence[tuple[int, int]]]) -> dict[int, int]:
    """Order id → slot 1, 2, 3 …, for orders given as [(sku, pieces) …] in the order of their promise.

    Orders of one kind of goods come first and side by side, so that one stop fills neighbouring slots; within a kind
    the earlier promise has the lower slot.
    """
    order_of_kind: dict[int, int] = {}
    keyed = []
    for turn, (order_id, lines) in enumerate(orders.items()):
        kinds = sorted({sku_id for sku_id, _ in lines})
        if len(kinds) == 1:
            keyed.append((0, order_of_kind.setdefault(kinds[0], turn), turn, order_id))
        else:
            keyed.append((1, 0, turn, order_id))
    return {order_id: slot for slot, (*_, order_id) in enumerate(sorted(keyed), 1)}


def seed(stops: Sequence[tuple[int, int]], wants: Iterable[Want]) -> list[list[tuple[int, int]]]:
    """For each stop (sku, pieces), in walking order, [(slot, pieces) …]: lower slots are filled first.

    Pieces nobody wants any more stay unshared.
    """
    open_wants: dict[int, list[list[int]]] = {}
    for want in sorted(wants):
        open_wants.setdefault(want.sku_id, []).append([want.slot, want.pieces])
    shared: list[list[tuple[int, int]]] = []
    for sku_id, pieces in stops:
        shares: dict[int, int] = {}
        queue = open_wants.get(sku_id, [])
        while pieces and queue:
            slot, wish = queue[0]
            give = min(pieces, wish)
            shares[slot] = shares.get(slot, 0) + give
            pieces -= give
            queue[0][1] -= give
            if not queue[0][1]:
                queue.pop(0)
        shared.append(list(shares.items()))
    return shared
