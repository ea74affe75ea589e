"""What a file changed of an order, as the history of the order says it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zhanggui.orders import prepared as making
from zhanggui.orders.models import Order

_CODE, _NAME, _PIECES, _UNIT = (making.LINE.index(column) for column in ("sku_code", "name", "quantity", "unit_minor"))
MOST_TOLD = 20
# What the history tells of a part: the column, what the book calls it, and whether it is money.
_TOLD: Mapping[str, tuple[tuple[str, str, bool], ...]] = {
    "contents": (("discount_minor", "discount", True), ("freight_minor", "freight", True), ("total_minor", "total", True)),
    "payment": (("payment", "payment", False), ("paid_minor", "paid", True), ("payment_method", "payment_method", False)),
    "notes": (("buyer_note", "buyer_note", False), ("seller_note", "seller_note", False), ("flag", "flag", False)),
}


def told(
    row: Order, parts: Sequence[str], now: Callable[[str], Any], was_lines: Sequence[tuple[Any, ...]], lines: Sequence[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """What becomes of an order, as its history says it: what was and what is, of a person and of notes only that they changed. ``now``
    says what a column will be; lines are as our books have them, without what is ours alone."""
    said: list[dict[str, Any]] = []
    if "contents" in parts:
        said += _told_of_lines(was_lines, lines)
    for part, fields in _TOLD.items():
        if part in parts:
            said += [one for column, field, money in fields if (one := _told(getattr(row, column), now(column), field, money=money)) is not None]
    if "address" in parts:
        said.append({"field": "address"})
    return said[:MOST_TOLD]


def _told(was: Any, now: Any, field: str, *, money: bool) -> dict[str, Any] | None:
    if was == now:
        return None
    if field in ("buyer_note", "seller_note"):
        return {"field": field}
    return {"field": field, "old": was, "new": now, **({"money": True} if money else {})}


def _told_of_lines(was: Sequence[tuple[Any, ...]], now: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Lines by what their shop calls the goods."""
    before, after = _by_goods(was), _by_goods(now)
    said: list[dict[str, Any]] = []
    for goods in {**before, **after}:
        (old, old_unit), (new, new_unit) = before.get(goods, (0, 0)), after.get(goods, (0, 0))
        if old != new:
            said.append({"field": "added", "sku": goods, "new": new} if not old else {"field": "quantity", "sku": goods, "old": old, "new": new})
        if old and new and old_unit != new_unit:
            said.append({"field": "line_unit", "sku": goods, "old": old_unit, "new": new_unit, "money": True})
    return said


def _by_goods(lines: Sequence[tuple[Any, ...]]) -> dict[str, tuple[int, int]]:
    """What a line calls its goods → (pieces, price of one)."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        goods = str(line[_CODE] or line[_NAME])[:40]
        pieces, _unit = found.get(goods, (0, 0))
        found[goods] = pieces + line[_PIECES], line[_UNIT]
    return found
