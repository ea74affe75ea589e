"""What the rules' page asks: the rules with what they did, and what one would do, tried on what was ordered lately."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import facts_of, reaching, states
from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.models import Hold, Order, Ruling
from zhanggui.orders.models import Rule as Row
from zhanggui.orders.rulebook import FINANCE_ASKED, RULE_HELD, rule_of
from zhanggui.orders.ruling.fields import BY_NAME, GOODS
from zhanggui.orders.ruling.reading import Book, Fired
from zhanggui.orders.ruling.rule import Rule
from zhanggui.orders.ruling.testing import Seen

DAYS, MOST_LOOKED_AT, SHOWN = 30, 100_000, 50
AT_ONCE = 5_000
LATELY = 20
# Asked of all lines together.
OF_LINES = ("pieces", "kinds")


@dataclass(frozen=True)
class Listed:
    """A rule, and how many orders met it in thirty days."""

    row: Row
    rule: Rule
    fired: int


class Met(NamedTuple):
    """An order that would meet the rule, and what of it would."""

    order_id: int
    number: str
    stage: str
    because: list[Seen]


class Change(NamedTuple):
    """An order that waits now and would not stay as it is: ``what`` of the actions would tell, ``passes`` if nothing held it then."""

    order_id: int
    number: str
    what: tuple[str, ...]
    passes: bool


@dataclass
class Simulated:
    """``looked`` at so many orders, the newest first; ``capped`` where there were more. ``met`` and ``changes`` are the first of
    ``many`` and ``changing``."""

    looked: int = 0
    capped: bool = False
    many: int = 0
    by_action: Counter[str] = field(default_factory=Counter)
    by_stage: Counter[str] = field(default_factory=Counter)
    met: list[Met] = field(default_factory=list)
    changing: int = 0
    changes: list[Change] = field(default_factory=list)


class Waiting(NamedTuple):
    """How an order at review stands: by what it is held, its carrier, and whether the rule has given it a gift or met it before."""

    holds: frozenset[str]
    carrier_id: int | None
    given: bool
    met: bool


def listed(*, at: datetime, archived: bool = False) -> list[Listed]:
    """Every rule in the order they are asked; or those that were dropped, the last first. Two statements."""
    since = at - timedelta(days=DAYS)
    fired = dict(Ruling.objects.filter(fired_at__gte=since).values_list("rule").annotate(many=Count("id")))
    rows = Row.objects.filter(archived_at__isnull=not archived).order_by(*(("-archived_at",) if archived else ("place", "pk")))
    return [Listed(row, rule_of(row), fired.get(row.pk, 0)) for row in rows[:100]]


def lately(rule_id: int, *, reach: Reach = EVERYWHERE) -> list[Ruling]:
    """The last orders that met a rule. One statement."""
    rows = Ruling.objects.filter(reaching.of(reach, "order__"), rule=rule_id).select_related("order__shop")
    return list(rows.order_by("-fired_at", "-pk").defer("order__fingerprint")[:LATELY])


def simulate(rule: Rule, *, reach: Reach = EVERYWHERE, at: datetime) -> Simulated:
    """What this rule would have done with the orders of the last thirty days, and with those that wait now. Nothing is written.

    The rules that are on and asked before it are asked first: one of them may stop an order before it comes to this one.
    """
    book = Book([*_earlier(rule), rule], clock.company_zone())
    rows = Order.objects.filter(reaching.of(reach), placed_at__gte=at - timedelta(days=DAYS), placed_at__lte=at)
    ids = list(rows.order_by("-placed_at", "-pk").values_list("pk", flat=True)[: MOST_LOOKED_AT + 1])
    told = Simulated(min(len(ids), MOST_LOOKED_AT), len(ids) > MOST_LOOKED_AT)
    asked = [BY_NAME[one.field] for each in book.rules for one in each.conditions]
    lines = any(one.group == GOODS or one.name in OF_LINES for one in asked)
    gave = lines and Ruling.objects.filter(gift_line_id__isnull=False).exists()
    for chunk in db.in_chunks(ids[:MOST_LOOKED_AT], AT_ONCE):
        _look(told, book, rule, chunk, lines=lines, gave=gave)
    return told


def _earlier(rule: Rule) -> list[Rule]:
    """The rules that are on and stand before this one; before a new one all of them. One statement."""
    rows = list(Row.objects.filter(archived_at=None).order_by("place", "pk"))
    places = [row.pk for row in rows]
    before = rows[: places.index(rule.id)] if rule.id in places else rows
    return [rule_of(row) for row in before if row.enabled]


def _look(told: Simulated, book: Book, rule: Rule, ids: Sequence[int], *, lines: bool, gave: bool) -> None:
    gifts = _gifts(ids) if gave else {}
    found: dict[int, tuple[Facts, str, Fired]] = {}
    for facts, stage in facts_of.plainly(ids, lines=lines, bought=book.asks("bought"), tags=book.marks):
        fired = next((each for each in book.read(facts, given=gifts.get(facts.order_id, ())).fired if each.rule is rule), None)
        if fired is not None:
            found[facts.order_id] = (facts, stage, fired)
    told.many += len(found)
    told.by_stage.update(stage for _facts, stage, _fired in found.values())
    told.by_action.update(name for facts, _stage, _fired in found.values() for name in rule.does.names if not _is_so(rule, name, facts))
    for order_id in ids:
        if order_id in found and len(told.met) < SHOWN:
            facts, stage, fired = found[order_id]
            told.met.append(Met(order_id, facts.number, stage, book.because(fired)))
    _wait(told, rule, {id_: facts for id_, (facts, stage, _fired) in found.items() if stage == states.PENDING_REVIEW})


def _is_so(rule: Rule, name: str, facts: Facts) -> bool:
    """Whether an order is already as this action would leave it."""
    does = rule.does
    if name == "category":
        return does.category is not None and facts.category_id == does.category[0]
    if name == "tags":
        return facts.tags.issuperset(tag for tag, _name in does.tags)
    return name == "flag" and facts.flag == does.flag


def _wait(told: Simulated, rule: Rule, found: Mapping[int, Facts]) -> None:
    for order_id, now in _waiting(rule, found).items():
        facts = found[order_id]
        what = tuple(name for name in rule.does.names if not now.met and _tells(rule, name, facts, now))
        if not what:
            continue
        told.changing += 1
        if len(told.changes) < SHOWN:
            left = now.holds - set(rule.does.waives)
            told.changes.append(Change(order_id, facts.number, what, "approve" in what and not left and not {"hold", "finance"} & set(what)))


def _tells(rule: Rule, name: str, facts: Facts, now: Waiting) -> bool:
    does = rule.does
    if name == "approve":
        return bool(now.holds & set(does.waives))
    if name in ("hold", "finance"):
        return (RULE_HELD if name == "hold" else FINANCE_ASKED) not in now.holds
    if name == "carrier":
        return does.carrier is not None and now.carrier_id != does.carrier[0]
    return not now.given if name == "gift" else not _is_so(rule, name, facts)


def _waiting(rule: Rule, order_ids: Collection[int]) -> dict[int, Waiting]:
    """Three statements."""
    if not order_ids:
        return {}
    among = list(order_ids)
    holds: dict[int, set[str]] = {}
    for order_id, code in Hold.objects.filter(db.Among(F("order_id"), among), cleared_at=None).values_list("order_id", "code"):
        holds.setdefault(order_id, set()).add(code)
    carriers = Order.objects.filter(db.Among(F("pk"), among)).values_list("pk", "carrier_id")
    rulings = Ruling.objects.filter(db.Among(F("order_id"), among), rule=rule.id) if rule.id else Ruling.objects.none()
    past = list(rulings.values_list("order_id", "version", "gift_line_id"))
    met = {order_id for order_id, version, _line in past if version == rule.version}
    given = {order_id for order_id, _version, line in past if line is not None}
    return {pk: Waiting(frozenset(holds.get(pk, ())), carrier_id, pk in given, pk in met) for pk, carrier_id in carriers}


def _gifts(order_ids: Iterable[int]) -> dict[int, list[int]]:
    """Order → the lines that rules added to it. One statement."""
    rows = Ruling.objects.filter(db.Among(F("order_id"), list(order_ids)), gift_line_id__isnull=False)
    found: dict[int, list[int]] = {}
    for order_id, line_id in rows.values_list("order_id", "gift_line_id"):
        found.setdefault(order_id, []).append(int(line_id or 0))
    return found
