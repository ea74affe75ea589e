"""What other rooms ask of orders."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from zhanggui.accounts import preferences
from zhanggui.catalog.models import normal
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import reaching
from zhanggui.orders.drafts import Known
from zhanggui.orders.models import Shop
from zhanggui.orders.prepared import Prepared

# Under this name a person and the house keep it: {"shop": id}, {"platform": code}, or {} for all of them.
DEFAULT_SHOP = "orders.shop"


def already_here(shop_id: int, orders: Sequence[Prepared]) -> dict[str, Known]:
    """Which of these orders are in the books, by platform number, and whether they are the same."""
    return known_orders(shop_id, {order.platform_no: order.fingerprint for order in orders})


def known_orders(shop_id: int, prints: Mapping[str, bytes]) -> dict[str, Known]:
    """Platform number → the order that is here, for those of ``prints`` (number → fingerprint) that are."""
    chosen, wanted = db.among("platform_no", prints)
    rows = db.fetch(
        f"SELECT platform_no, id, fingerprint, stage FROM orders_order WHERE shop_id = %s AND part = 0 AND {chosen}", [shop_id, wanted]
    )
    return {no: Known(id_, bytes(print_) == prints[no], stage) for no, id_, print_, stage in rows}


def statuses_here(order_ids: Iterable[int]) -> dict[int, str]:
    """Order → what its shop called where it stands, when it last said so."""
    chosen, ids = db.among("id", order_ids)
    return dict(db.fetch(f"SELECT id, platform_status FROM orders_order WHERE {chosen}", [ids]))


def default_shop(actor: Actor) -> int | None:
    """The shop a new order, an import or the list begins with: the person's own choice, else the house's; where that is a
    platform its only shop, if it has but one. None where nobody chose, or it is switched off or out of reach. Two statements."""
    found = default_shops(actor)
    return found[0] if len(found) == 1 else None


def default_shops(actor: Actor) -> list[int]:
    """The same as shops: of a platform that was chosen, all of them that are on and within reach."""
    return shops_said(preferences.of(actor.id, DEFAULT_SHOP), actor)


def shops_said(said: Any, actor: Actor) -> list[int]:
    """What a preference comes to. One statement, none where nothing is preferred."""
    if not isinstance(said, dict) or not (said.get("shop") or said.get("platform")):
        return []
    which = Q(pk=said["shop"]) if said.get("shop") else Q(platform=said["platform"])
    rows = Shop.objects.filter(which, reaching.shop_rows(actor.reach), enabled=True)
    return list(rows.order_by("name", "pk").values_list("pk", flat=True))


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
