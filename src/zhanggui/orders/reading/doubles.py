"""Two orders that may be one wish, side by side: what of them differs, and whether they could be put together."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import states
from zhanggui.orders.holding import Types, mergeable
from zhanggui.orders.models import KeptApart
from zhanggui.orders.reading.detail import Whole, whole

NOT_YET = (states.PENDING_REVIEW, states.APPROVED)


@dataclass(frozen=True)
class Pair:
    """``apart``: by whom they were kept apart before. ``why_not``: codes of what is in the way of putting them together."""

    mine: Whole
    theirs: Whole
    apart: str
    why_not: tuple[str, ...]

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
    return Pair(mine, theirs, apart, tuple(_why_not(mine, theirs)))


def _why_not(mine: Whole, theirs: Whole) -> list[str]:
    a, b = mine.order, theirs.order
    found = []
    if a.recipient.person_token is None or a.recipient.person_token != b.recipient.person_token:
        found.append("receiver")
    if a.shop_id != b.shop_id or a.currency != b.currency:
        found.append("shop")
    if a.stage not in NOT_YET or b.stage not in NOT_YET or a.waybill or b.waybill:
        found.append("stage")
    if a.warehouse_id and b.warehouse_id and a.warehouse_id != b.warehouse_id:
        found.append("warehouse")
    # That they look alike is what is being decided.
    if not mergeable({held.code for each in (mine, theirs) for held in each.held} - {"duplicate-suspected"}, Types()):
        found.append("holds")
    return found
