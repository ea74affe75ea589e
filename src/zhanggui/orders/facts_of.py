"""Gathering what the rules are told: a few statements however many orders."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.carriers.models import Carrier
from zhanggui.kernel import db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import paying, reaching, states
from zhanggui.orders.checks.customer import lies_in
from zhanggui.orders.checks.facts import Facts, LineFacts, Other
from zhanggui.orders.checks.money import ON_ACCOUNT
from zhanggui.orders.models import Line, Order
from zhanggui.payments.terms import InForce

NO_TAGS: frozenset[int] = frozenset()


class Standing(NamedTuple):
    """A hold of an order: open, or one of finance that has ``passed`` or ``lapsed``. ``stops`` review."""

    source: str
    stops: bool
    reviewed_by: str
    open: bool
    passed: str


class Gathered(NamedTuple):
    """``facts`` in the order asked; ``holding`` those who are held already and by what; ``chosen`` the warehouse a person wants an
    order sent from, where somebody does."""

    facts: list[Facts]
    holding: dict[int, dict[str, Standing]]
    chosen: dict[int, int]

    def of(self, order_id: int) -> dict[str, Standing]:
        return self.holding.get(order_id, {})


def gather(
    order_ids: Sequence[int], *, at: datetime, stage: str = states.PENDING_REVIEW, bought: bool = False, tags: bool = False
) -> Gathered:
    """The facts of those of ``order_ids`` that stand at ``stage``, first promised first. ``bought``: earlier orders are counted too;
    ``tags``: those of each order are looked up."""
    # The stage is asked of what came: as a condition it tempts PostgreSQL to walk everything that waits.
    rows = [row for row in _rows(order_ids) if row[15] == stage]
    if not rows:
        return Gathered([], {}, {})
    found = [row[0] for row in rows]
    lines = _lines(found)
    others, kin = _others([row[13] for row in rows if row[13] is not None])
    kept = _kept_apart([other.order_id for near in others.values() for other in near])
    holding = _holding(found)
    closed, terms = closed_ways(), InForce()
    leaves_out = _leaves_out()
    blocked = _blocked([row[31] for row in rows if row[31] is not None])
    owed = owed_on_account([row[13] for row in rows if row[3] == ON_ACCOUNT and row[13] is not None])
    before = _bought(found) if bought else {}
    marks = tags_of(found) if tags else {}
    facts = []
    for row in rows:
        id_, token = row[0], row[13]
        near = others.get(token)
        apart = [one for one in near if one.order_id != id_ and _are_two(one.order_id, row, kin, kept)] if near and len(near) > 1 else []
        # What is owed for the others: the sum is of all of theirs, this one among them.
        owes = owed.get((token, row[4]), 0) - (row[8] - row[9]) if row[3] == ON_ACCOUNT and token is not None else 0
        passed = any(one.passed == "passed" for one in holding.get(id_, {}).values())
        shut = row[20] in closed or row[20] in terms.of(row[19]).methods_off
        unserved = _unserved(leaves_out.get(row[32]) or leaves_out.get(None), row[16:19]) if leaves_out else None
        more = (before.get(id_, 0), passed, blocked.get(row[31], ""), unserved, row[33], marks.get(id_, NO_TAGS), int(at.timestamp()), row[29] != id_)
        facts.append(_facts(row, lines.get(id_, []), apart, shut, owes, more))
    return Gathered(facts, holding, {row[0]: row[30] for row in rows if row[30] is not None})


def plainly(order_ids: Sequence[int], *, lines: bool = True, bought: bool = False, tags: bool = False) -> list[tuple[Facts, str]]:
    """The facts of these orders and the stage each is at, whatever it is, of the order alone: nothing is compared with other orders.
    At most four statements."""
    rows = _rows(order_ids)
    of_each = _lines([row[0] for row in rows]) if lines and rows else {}
    before = _bought([row[0] for row in rows]) if bought and rows else {}
    marks = tags_of([row[0] for row in rows]) if tags and rows else {}
    found = []
    for row in rows:
        more = (before.get(row[0], 0), False, "", None, row[33], marks.get(row[0], NO_TAGS), 0, row[29] != row[0])
        found.append((_facts(row, of_each.get(row[0], []), [], False, 0, more), row[15]))
    return found


def tags_of(order_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Order → the tags it has. One statement, answered by an index alone."""
    chosen, ids = db.among("order_id", order_ids)
    found: dict[int, set[int]] = defaultdict(set)
    for order_id, tag_id in db.fetch(f"SELECT order_id, tag_id FROM orders_tagged WHERE {chosen}", [ids]):
        found[order_id].add(tag_id)
    return {order_id: frozenset(tags) for order_id, tags in found.items()}


def _rows(order_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    chosen, ids = db.among("o.id", order_ids)
    return db.fetch(
        "SELECT o.id, o.number, o.kind, o.payment, o.currency, o.goods_minor, o.discount_minor, o.freight_minor, o.total_minor, "
        f"o.paid_minor, {db.epoch('o.placed_at')}, r.problems, s.needs_address, r.person_token, o.holds, o.stage, r.province, r.city, r.district, "
        "o.shop_id, o.payment_method, o.buyer_note, o.seller_note, o.flag, o.platform_status, s.platform, o.source, o.category_id, "
        "o.bundle_id, COALESCE(o.split_from_id, o.id), o.chosen_warehouse_id, r.phone_token, o.carrier_id, o.internal_note "
        "FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id JOIN orders_shop s ON s.id = o.shop_id "
        f"WHERE {chosen} ORDER BY o.ship_by, o.id",
        [ids],
    )


def _are_two(other_id: int, row: Sequence[Any], kin: Mapping[int, tuple[int | None, int]], kept: Collection[tuple[int, int]]) -> bool:
    """Whether nobody has yet said that an order is no repeat: by merging the two, as parts of one, or in so many words."""
    bundle_id, root = kin[other_id]
    return not ((bundle_id is not None and bundle_id == row[28]) or root == row[29] or (row[0], other_id) in kept)


def _facts(row: Sequence[Any], lines: list[LineFacts], others: list[Other], closed: bool, owed: int, more: tuple[Any, ...]) -> Facts:
    return Facts._make((*row[:12], bool(row[12]), lines, others, *row[16:19], row[19], row[20], closed, owed, *row[21:28], *more))


def _bought(order_ids: Sequence[int]) -> dict[int, int]:
    """Order → how many orders of the same receiver came before it; those that came to nothing do not count."""
    chosen, ids = db.among("o.id", order_ids)
    return dict(
        db.fetch(
            "SELECT o.id, COUNT(*) FROM orders_order o JOIN customers_recipient r ON r.id = o.recipient_id "
            "JOIN customers_recipient q ON q.person_token = r.person_token JOIN orders_order p ON p.recipient_id = q.id "
            f"WHERE {chosen} AND (p.placed_at, p.id) < (o.placed_at, o.id) AND p.stage NOT IN ('{states.DRAFT}', '{states.CANCELLED}') "
            # Parts of one order were bought once.
            "AND p.part = 0 AND p.id <> COALESCE(o.split_from_id, o.id) GROUP BY o.id",
            [ids],
        )
    )


def _lines(order_ids: Sequence[int]) -> dict[int, list[LineFacts]]:
    chosen, ids = db.among("l.order_id", order_ids)
    found: dict[int, list[LineFacts]] = defaultdict(list)
    for order_id, ships_from, *line, retired, category, price in db.fetch(
        f"SELECT l.order_id, {db.epoch('l.ships_from')}, "
        "l.id, l.sku_id, l.sku_code, l.name, l.quantity, l.unit_minor, l.discount_minor, l.total_minor, "
        # What goods cost in another currency says nothing of what they were sold for.
        "CASE WHEN k.currency = o.currency THEN k.cost_minor ELSE 0 END, k.retired_at IS NOT NULL, "
        "COALESCE(k.category, ''), CASE WHEN k.currency = o.currency THEN k.price_minor ELSE 0 END "
        "FROM orders_line l JOIN orders_order o ON o.id = l.order_id LEFT JOIN catalog_sku k ON k.id = l.sku_id "
        f"WHERE {chosen} ORDER BY l.order_id, l.position",
        [ids],
    ):
        found[order_id].append(LineFacts._make((*line, bool(retired), category, price, ships_from)))
    return found


def closed_ways() -> set[str]:
    """The ways of paying the merchant has switched off. One statement."""
    return {method.name for method in paying.methods() if not method.on}


class _Carries(NamedTuple):
    name: str
    leaves_out: list[str]


def _leaves_out() -> dict[int | None, _Carries]:
    """Carrier → where it does not go; of the usual one by ``None`` too. Empty where all go everywhere. One statement."""
    carriers = list(Carrier.objects.filter(enabled=True).only("pk", "name", "no_service", "is_default"))
    if not any(carrier.no_service for carrier in carriers):
        return {}
    found: dict[int | None, _Carries] = {}
    for carrier in carriers:
        found[carrier.pk] = _Carries(carrier.name, carrier.areas_left_out)
        if carrier.is_default:
            found[None] = found[carrier.pk]
    return found


def _unserved(carries: _Carries | None, places: Sequence[str]) -> tuple[str, str] | None:
    where = (places[0], places[1], places[2])
    area = next((area for area in carries.leaves_out if lies_in(area, where)), None) if carries else None
    return (carries.name, area) if carries and area else None


def _blocked(tokens: Sequence[int]) -> dict[int | None, str]:
    """Phone → why it is on the blacklist. One statement."""
    if not tokens:
        return {}
    chosen, wanted = db.among("phone_token", sorted(set(tokens)))
    return dict(db.fetch(f"SELECT phone_token, reason FROM customers_blocked WHERE {chosen} AND lifted_at IS NULL", [wanted]))


def owed_on_account(tokens: Sequence[int]) -> dict[tuple[int, str], int]:
    """(receiver, currency) → what they owe on account altogether, in minor units; orders that came to nothing owe nothing."""
    if not tokens:
        return {}
    chosen, wanted = db.among("r.person_token", sorted(set(tokens)))
    rows = db.fetch(
        "SELECT r.person_token, o.currency, SUM(o.total_minor - o.paid_minor) "
        "FROM customers_recipient r JOIN orders_order o ON o.recipient_id = r.id "
        f"WHERE {chosen} AND o.payment = '{ON_ACCOUNT}' AND o.stage NOT IN ('{states.DRAFT}', '{states.CANCELLED}') "
        "GROUP BY r.person_token, o.currency",
        [wanted],
    )
    return {(token, currency): int(owed) for token, currency, owed in rows}


def _others(tokens: Sequence[int]) -> tuple[dict[int, list[Other]], dict[int, tuple[int | None, int]]]:
    """Receiver → their unshipped orders, where there is more than one; and of each of them the bundle it is in and what it was split
    from."""
    if not tokens:
        return {}, {}
    # Most receivers are alone; the index says so without looking at an order.
    met, all_tokens = db.among("person_token", sorted(set(tokens)))
    twice = db.fetch(f"SELECT person_token FROM customers_recipient WHERE {met} GROUP BY person_token HAVING COUNT(*) > 1", [all_tokens])
    if not twice:
        return {}, {}
    chosen, wanted = db.among("r.person_token", [token for (token,) in twice])
    stages = ", ".join(f"'{stage}'" for stage in (states.PENDING_REVIEW, states.APPROVED, states.FULFILLING))
    rows = db.fetch(
        f"SELECT r.person_token, o.id, o.number, {db.epoch('o.placed_at')}, o.bundle_id, COALESCE(o.split_from_id, o.id) "
        "FROM customers_recipient r JOIN orders_order o ON o.recipient_id = r.id "
        f"WHERE {chosen} AND o.stage IN ({stages})",
        [wanted],
    )
    kin = {row[1]: (row[4], row[5]) for row in rows}
    by_token: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for token, id_, number, placed_at, *_kin in rows:
        by_token[token].append((id_, number, placed_at))
    crowded = {token: orders for token, orders in by_token.items() if len(orders) > 1}
    if not crowded:
        return {}, {}
    lines, ids = db.among("order_id", [order[0] for orders in crowded.values() for order in orders])
    skus: dict[int, set[int]] = defaultdict(set)
    for order_id, sku_id in db.fetch(f"SELECT order_id, sku_id FROM orders_line WHERE {lines} AND sku_id IS NOT NULL", [ids]):
        skus[order_id].add(sku_id)
    found = {
        token: [Other(id_, number, placed_at, frozenset(skus[id_])) for id_, number, placed_at in orders]
        for token, orders in crowded.items()
    }
    return found, kin


def _kept_apart(order_ids: Sequence[int]) -> set[tuple[int, int]]:
    """The pairs of which somebody said that they are two wishes, either way round."""
    if not order_ids:
        return set()
    chosen, ids = db.among("low_id", sorted(set(order_ids)))
    rows = db.fetch(f"SELECT low_id, high_id FROM orders_keptapart WHERE {chosen}", [ids])
    return {pair for low, high in rows for pair in ((low, high), (high, low))}


def near(token: int, *, reach: Reach = EVERYWHERE) -> list[Other]:
    """The unshipped orders of a receiver who has none yet to compare with, as far as one reaches. Two statements."""
    stages = (states.PENDING_REVIEW, states.APPROVED, states.FULFILLING)
    rows = Order.objects.filter(reaching.of(reach), recipient__person_token=token, stage__in=stages).order_by("-pk")[:20]
    orders = list(rows.values_list("pk", "number", "placed_at"))
    skus: dict[int, set[int]] = defaultdict(set)
    for order_id, sku_id in Line.objects.filter(order__in=[pk for pk, *_ in orders], sku__isnull=False).values_list("order_id", "sku_id"):
        skus[order_id].add(int(sku_id or 0))
    return [Other(pk, number, int(at.timestamp()), frozenset(skus[pk])) for pk, number, at in orders]


def _holding(order_ids: Sequence[int]) -> dict[int, dict[str, Standing]]:
    """Order → code → what holds it, and what finance has passed."""
    if not order_ids:
        return {}
    chosen, ids = db.among("order_id", order_ids)
    held: dict[int, dict[str, Standing]] = defaultdict(dict)
    for order_id, code, source, stops, reviewed_by, open_, passed in db.fetch(
        "SELECT order_id, code, source, stops_review, reviewed_by, cleared_at IS NULL, passed FROM orders_hold "
        f"WHERE {chosen} AND (cleared_at IS NULL OR passed <> '') ORDER BY id",
        [ids],
    ):
        held[order_id][code] = Standing(source, bool(stops), reviewed_by, bool(open_), passed)
    return held
