"""What a rule is told, and what it answers."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class LineFacts(NamedTuple):
    line_id: int
    sku_id: int | None
    sku_code: str
    name: str
    quantity: int
    unit_minor: int
    discount_minor: int
    total_minor: int
    cost_minor: int
    # Taken out of sale.
    retired: bool = False
    # Of the goods, as the catalogue has it.
    category: str = ""
    # What one piece costs by the list.
    price_minor: int = 0
    # Sold before it is there: it may be shipped from then on, in seconds since the epoch.
    ships_from_s: int | None = None


class Other(NamedTuple):
    """Another order of the same receiver, not yet shipped, placed near this one."""

    order_id: int
    number: str
    placed_s: int
    skus: frozenset[int]


class Facts(NamedTuple):
    """One order, as plain values. Money in minor units, ``placed_s`` in seconds since the epoch."""

    order_id: int
    number: str
    kind: str
    payment: str
    currency: str
    goods_minor: int
    discount_minor: int
    freight_minor: int
    total_minor: int
    paid_minor: int
    placed_s: int
    recipient_problems: str
    needs_address: bool
    lines: list[LineFacts]
    others: list[Other]
    # Where the receiver lives, as far as it stands in clear.
    province: str = ""
    city: str = ""
    district: str = ""
    shop_id: int = 0
    # How it is paid by name, and whether the shop has closed that way; what the buyer owes for other orders.
    method: str = ""
    method_closed: bool = False
    owed_minor: int = 0
    buyer_note: str = ""
    seller_note: str = ""
    flag: str = ""
    # The platform's own words for where the order stands.
    platform_status: str = ""
    platform: str = ""
    # The way it came in, and the drawer it is sorted into.
    source: str = ""
    category_id: int | None = None
    # Earlier orders of the same receiver that came to something; counted only where a rule asks.
    bought: int = 0
    # Finance has looked at it, and nothing of it was changed since.
    passed: bool = False
    # Why the receiver's phone is on the blacklist.
    blocked: str = ""
    # The carrier it would go by and the area that carrier leaves out, where the receiver lives in one.
    unserved: tuple[str, str] | None = None
    internal_note: str = ""
    # The tags it has; asked only where a rule reads or puts them on.
    tags: frozenset[int] = frozenset()
    # When it is looked at.
    at_s: int = 0
    # Split from another order.
    part: bool = False


class Finding(NamedTuple):
    """A reason to stop. ``hard`` ones must be mended; the others a person may overrule."""

    code: str
    hard: bool
    facts: Mapping[str, Any]
