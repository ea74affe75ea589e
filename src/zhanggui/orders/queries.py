"""What other rooms ask of orders."""

from collections.abc import Iterable, Mapping, Sequence

from zhanggui.catalog.models import normal
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


def goods_by_code(codes: Iterable[str]) -> dict[str, tuple[int, str, str, str]]:
    """What somebody wrote or scanned → (SKU id, code, name, spec): the code first, then a barcode that only one SKU has.
    Retired goods are not found. One statement."""
    said = {code.strip() for code in codes if code.strip()}
    if not said:
        return {}
    norms, wanted = db.among("norm", sorted({normal(code) for code in said}))
    bars, scanned = db.among("barcode", sorted(said))
    rows = db.fetch(
        f"SELECT id, code, name, spec, norm, barcode FROM catalog_sku WHERE ({norms} OR {bars}) AND retired_at IS NULL",
        [wanted, scanned],
    )
    by_norm = {row[4]: row[:4] for row in rows}
    by_bar: dict[str, list[tuple[int, str, str, str]]] = {}
    for row in rows:
        by_bar.setdefault(row[5], []).append(row[:4])
    found = {}
    for code in said:
        one = by_norm.get(normal(code)) or (by_bar[code][0] if len(by_bar.get(code, ())) == 1 else None)
        if one is not None:
            found[code] = one
    return found
