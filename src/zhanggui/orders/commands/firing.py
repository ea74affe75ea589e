"""Carrying out the merchant's rules over orders at review: each version of a rule once an order, a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.catalog.models import Sku
from zhanggui.journal.book import tell
from zhanggui.kernel import db
from zhanggui.orders.checks.facts import Facts, LineFacts
from zhanggui.orders.commands import revising, tags
from zhanggui.orders.events import RuleFired
from zhanggui.orders.models import Line, Order, Ruling
from zhanggui.orders.rulebook import FINANCE_ASKED, RULE_HELD, RULES
from zhanggui.orders.ruling.kept import does_kept
from zhanggui.orders.ruling.reading import Book, Fired
from zhanggui.orders.ruling.rule import Gift, Rule

RULING = ("order_id", "rule_id", "version", "fired_at", "held", "warehouse_id", "gift_line_id")
LINE = (
    "id", "order_id", "position", "sku_id", "sku_code", "name", "spec", "quantity", "unit_minor", "discount_minor", "total_minor", "note",
    "platform_no", "shipped", "placed_at",
)  # fmt: skip


Stops = dict[str, list[dict[str, Any]]]


@dataclass
class Outcome:
    """What the rules made of one order. ``asks``: reason → the rules that have just met it and stop it. ``stays``: the same of rules in
    force that stopped it before, until somebody lets it go."""

    facts: Facts
    waived: frozenset[str] = frozenset()
    asks: Stops = field(default_factory=dict)
    stays: Stops = field(default_factory=dict)
    warehouse_id: int | None = None

    def holds(self, standing: Collection[str]) -> dict[str, dict[str, Any]]:
        """Reason → facts of the holds rules have on the order: ``standing`` are the reasons that nobody has let go yet."""
        kept = {code: told for code, told in self.stays.items() if code in standing}
        return {code: {"rules": [*kept.get(code, []), *self.asks.get(code, [])]} for code in dict.fromkeys([*kept, *self.asks])}


class _Before(NamedTuple):
    """What rules did with an order at earlier reviews."""

    versions: dict[int, int]
    stays: Stops
    warehouse_id: int | None
    given: dict[int, int]


@dataclass
class _Work:
    """One order, the rules it has met now, and what they give it."""

    facts: Facts
    fired: list[Fired]
    gifts: list[tuple[Fired, Gift, int]] = field(default_factory=list)


def fire(found: Sequence[Facts], book: Book, *, lets: Collection[str] = (), at: datetime) -> dict[int, Outcome]:
    """Read the rules over these orders, and do what they say. The orders are locked by whoever calls.

    ``lets``: the reasons a person lets pass, so that no rule stops them for these any more.
    """
    if not book.rules:
        return {facts.order_id: Outcome(facts) for facts in found}
    before = _before([facts.order_id for facts in found], book)
    works, outcomes = [], {}
    for facts in found:
        past = before.get(facts.order_id, _NEVER)
        read = book.read(facts, past.versions, past.given.values())
        outcome = outcomes[facts.order_id] = Outcome(
            read.facts, read.waived, _stops((each.rule for each in read.fired), lets), past.stays, _home(read.fired, past.warehouse_id)
        )
        if read.fired:
            works.append(_Work(outcome.facts, read.fired))
    if works:
        _carry_out(works, book, outcomes, before, lets=lets, at=at)
    return outcomes


def _before(order_ids: Sequence[int], book: Book) -> dict[int, _Before]:
    """One statement. Of a rule that was changed, switched off or dropped since, only what it gave is remembered."""
    chosen, ids = db.among("order_id", order_ids)
    rows = db.fetch(
        f"SELECT order_id, rule_id, version, held, warehouse_id, gift_line_id FROM orders_ruling WHERE {chosen} ORDER BY id", [ids]
    )
    rules = {rule.id: rule for rule in book.rules}
    found: dict[int, _Before] = {}
    for order_id, rule_id, version, held, warehouse_id, line_id in rows:
        past = found.get(order_id) or _Before({}, {}, None, {})
        if rule_id in rules and rules[rule_id].version == version:
            past.versions[rule_id] = version
            for code, told in _stops([rules[rule_id]]).items() if held else ():
                past.stays.setdefault(code, []).extend(told)
            past = past._replace(warehouse_id=warehouse_id or past.warehouse_id)
        if line_id is not None:
            past.given[rule_id] = line_id
        found[order_id] = past
    return found


_NEVER = _Before({}, {}, None, {})


def _home(fired: Sequence[Fired], before: int | None) -> int | None:
    """The last rule that names a warehouse has it."""
    return next((each.rule.does.warehouse[0] for each in reversed(fired) if each.rule.does.warehouse is not None), before)


def _stops(rules: Iterable[Rule], lets: Collection[str] = ()) -> Stops:
    """Reason → the rules that stop an order for it, by name, and their notes; without what is let pass."""
    stops: Stops = {}
    for rule in rules:
        for code, note in ((RULE_HELD, rule.does.hold), (FINANCE_ASKED, rule.does.finance)):
            if note is not None and code not in lets:
                stops.setdefault(code, []).append({"id": rule.id, "rule": rule.name, "version": rule.version, "note": note})
    return stops


def _carry_out(
    works: Sequence[_Work],
    book: Book,
    outcomes: Mapping[int, Outcome],
    before: Mapping[int, _Before],
    *,
    lets: Collection[str],
    at: datetime,
) -> None:
    skus = _skus(works)
    for work in works:
        given = before.get(work.facts.order_id, _NEVER).given
        work.gifts = [
            (each, gift, 0) for each in work.fired if (gift := each.rule.does.gift) and gift.sku_id in skus and each.rule.id not in given
        ]
    _give([work for work in works if work.gifts], skus, outcomes)
    changed = _write(works)
    rulings, told = [], []
    for work in works:
        order_id = work.facts.order_id
        lines = {id(each): line_id for each, _gift, line_id in work.gifts}
        for each in work.fired:
            does, stops = each.rule.does, _stops([each.rule], lets)
            home = does.warehouse[0] if does.warehouse is not None else None
            rulings.append((order_id, each.rule.id, each.rule.version, at, " ".join(stops), home, lines.get(id(each))))
            did = does_kept(does)
            if does.gift is not None and id(each) not in lines:
                # Given once already, or no longer sold.
                del did["gift"]
            over = [name for name, code in (("hold", RULE_HELD), ("finance", FINANCE_ASKED)) if name in did and code in lets]
            if over:
                did = {name: what for name, what in did.items() if name not in over} | {"overruled": True}
            told.append(RuleFired(order_id, each.rule.id, each.rule.name, each.rule.version, did, book.because(each)))
    db.insert_many(Ruling, RULING, rulings)
    tell(told, by=RULES, at=at)
    revising.changed({order_id: fields for order_id, (fields, _facts) in changed.items()},
                     facts={order_id: facts for order_id, (_fields, facts) in changed.items()}, by=RULES, at=at)


def _skus(works: Iterable[_Work]) -> dict[int, Sku]:
    wanted = {each.rule.does.gift.sku_id for work in works for each in work.fired if each.rule.does.gift is not None}
    return Sku.objects.filter(retired_at=None).in_bulk(wanted) if wanted else {}


def _give(works: Sequence[_Work], skus: Mapping[int, Sku], outcomes: Mapping[int, Outcome]) -> None:
    """Each gift is a line of its own that costs nothing: what the buyer owes stays what it was."""
    if not works:
        return
    chosen, ids = db.among("o.id", [work.facts.order_id for work in works])
    rows = db.fetch(
        "SELECT o.id, o.placed_at, COALESCE(MAX(l.position), 0) FROM orders_order o LEFT JOIN orders_line l ON l.order_id = o.id "
        f"WHERE {chosen} GROUP BY o.id, o.placed_at",
        [ids],
    )
    last = {order_id: (db.moment(placed_at), position) for order_id, placed_at, position in rows}
    fresh = iter(db.take_ids(Line, sum(len(work.gifts) for work in works)))
    lines: list[tuple[Any, ...]] = []
    for work in works:
        order_id = work.facts.order_id
        placed_at, position = last[order_id]
        work.gifts = [(each, gift, next(fresh)) for each, gift, _none in work.gifts]
        added = []
        for nth, (_each, gift, line_id) in enumerate(work.gifts, start=position + 1):
            sku = skus[gift.sku_id]
            lines.append((line_id, order_id, nth, sku.pk, sku.code, sku.name, sku.spec, gift.pieces, 0, 0, 0, "", "", 0, placed_at))
            added.append(LineFacts(line_id, sku.pk, sku.code, sku.name, gift.pieces, 0, 0, 0, sku.cost_minor, False, sku.category, sku.price_minor))
        outcome = outcomes[order_id]
        outcome.facts = outcome.facts._replace(lines=[*outcome.facts.lines, *added])
    db.insert_many(Line, LINE, lines)


Changed = dict[int, tuple[list[str], dict[str, Any]]]


def _write(works: Sequence[_Work]) -> Changed:
    """What rules set of the orders themselves; order → the fields that were really changed, and the book's facts about them."""
    chosen, ids = db.among("id", [work.facts.order_id for work in works])
    now = {row[0]: row[1:] for row in db.fetch(f"SELECT id, category_id, flag, carrier_id FROM orders_order WHERE {chosen}", [ids])}
    called = {tag: name for work in works for each in work.fired for tag, name in each.rule.does.tags}
    put = {work.facts.order_id: {tag for each in work.fired for tag, _name in each.rule.does.tags} for work in works}
    fresh, _gone = tags.write({order_id: wanted for order_id, wanted in put.items() if wanted}, {})
    rows, changed = [], {}
    for work in works:
        order_id, does = work.facts.order_id, [each.rule.does for each in work.fired]
        category_id, flag, carrier_id = now[order_id]
        set_ = {"category": category_id, "flag": flag, "carrier": carrier_id}
        for each in does:
            set_ |= {name: thing[0] for name, thing in (("category", each.category), ("carrier", each.carrier)) if thing is not None}
            set_ |= {"flag": each.flag} if each.flag else {}
        fields = [name for name, old in (("category", category_id), ("flag", flag), ("carrier", carrier_id)) if set_[name] != old]
        diffs: list[dict[str, Any]] = [{"field": "flag", "old": flag, "new": set_["flag"]}] if "flag" in fields else []
        diffs += [{"field": name} for name in fields if name != "flag"]
        gifts = [gift for _each, gift, _line in work.gifts]
        diffs += [{"field": "added", "old": 0, "new": gift.pieces, "sku": gift.code} for gift in gifts]
        if order_id in fresh:
            fields.append("tags")
            diffs.append(tags.told(fresh[order_id], (), called))
        if diffs:
            pieces = sum(gift.pieces for gift in gifts)
            rows.append((set_["category"], set_["flag"], set_["carrier"], pieces, len(gifts), order_id))
            rules = [each.rule.name for each in work.fired]
            changed[order_id] = ([*fields, *(["added"] if gifts else [])], {"changes": diffs, "rules": rules})
    db.execute_many(
        f"UPDATE {Order._meta.db_table} SET category_id = %s, flag = %s, carrier_id = %s, pieces = pieces + %s, kinds = kinds + %s WHERE id = %s",
        rows,
    )
    return changed
