"""What other rooms ask of orders."""

from collections.abc import Sequence

from zhanggui.orders.commands.intake import known_orders
from zhanggui.orders.drafts import Known
from zhanggui.orders.prepared import Prepared


def already_here(shop_id: int, orders: Sequence[Prepared]) -> dict[str, Known]:
    """Which of these orders are in the books, by platform number, and whether they are the same."""
    return known_orders(shop_id, {order.platform_no: order.fingerprint for order in orders})
