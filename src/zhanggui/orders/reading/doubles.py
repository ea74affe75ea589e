"""Two orders that may be one wish, side by side: what of them differs, and whether they could be put together."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import bundles
from zhanggui.orders.models import KeptApart
from zhanggui.orders.reading.detail import Whole, whole


@dataclass(frozen=True)
class Pair:
    """``apart``: by whom they were kept apart before. ``why_not``: codes of what is in the way of putting them together."""

    mine: Whole
    theirs: Whole
    apart: str
    why_not: tuple[str, ...]

    @property
    def together(self) -> bool:
        """Whether they are merged already."""
        return self.mine.order.bundle_id is not None and self.mine.order.bundle_id == self.theirs.order.bundle_id

    @property
    def alike(self) -> frozenset[int]:
        """The goods both have."""
        mine, theirs = ({one.line.sku_id for one in each.lines if one.line.sku_id} for each in (self.mine, self.theirs))
        return frozenset(mine & theirs)


def pair(order_id: int, other_id: int, *, stages: Sequence[str] | None = None, reach: Reach = EVERYWHERE) -> Pair:
    """Both orders whole. Raises NotFound where one of them is not to be seen."""
    mine, theirs = (whole(id_, stages=stages, reach=reach) for id_ in (order_id, other_id))
    low, high = sorted((order_id, other_id))
    apart = KeptApart.objects.filter(low=low, high=high).values_list("by_name", flat=True).first() or ""
    return Pair(mine, theirs, apart, tuple(_why_not(order_id, other_id)))


def _why_not(order_id: int, other_id: int) -> list[str]:
    """What a merge itself would say."""
    known = bundles.goers("id", [order_id, other_id])
    if len(known) < 2:
        return ["stage"]
    mine, theirs = known[order_id], known[other_id]
    found = []
    one, other = mine.door, theirs.door
    if one.person is None or one[:-2] != other[:-2]:
        found.append("receiver")
    if one.warehouse_id != other.warehouse_id:
        found.append("warehouse")
    if one.currency != other.currency:
        found.append("currency")
    if any(each.stopped or each.alone for each in (mine, theirs)):
        found.append("holds")
    return found
