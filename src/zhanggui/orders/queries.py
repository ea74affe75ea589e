"""What other rooms ask of orders."""

from collections.abc import Mapping, Sequence

from zhanggui.kernel import db
from zhanggui.orders.drafts import Known
from zhanggui.orders.prepared import Prepared


def already_here(shop_id: int, orders: Sequence[Prepared]) -> dict[str, Known]:
    """Which of these orders are in the books, by platform number, and whether they are the same."""
    return known_orders(shop_id, {order.platform_no: order.fingerprint for order in orders})


def known_orders(shop_id: int, prints: Mapping[str, bytes]) -> dict[str, Known]:
    """Platform number → the order that is here, for those of ``prints`` (number → fingerprint) that are."""
    chosen, wanted = db.among("platform_no", prints)
    rows = db.fetch(
        f"SELECT platform_no, id, fingerprint, stage FROM orders_order WHERE shop_id = %s AND {chosen}", [shop_id, wanted]
    )
    return {no: Known(id_, bytes(print_) == prints[no], stage) for no, id_, print_, stage in rows}
