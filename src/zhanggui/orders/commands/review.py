"""Review: ask the rules, promise the goods, approve or hold. A batch is a constant number of statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.events import task
from zhanggui.journal.steps import step
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.flow import Move
from zhanggui.orders import astray, locking
from zhanggui.orders.checks.check import findings
from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.commands import finances, firing, holds
from zhanggui.orders.commands.firing import Outcome
from zhanggui.orders.events import OrderApproved, OrderUnapproved
from zhanggui.orders.facts_of import Standing, gather
from zhanggui.orders.holding import Types
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.rulebook import FINANCE_ASKED, FINANCE_RIGHT, RULE_HELD, SOURCE, in_force
from zhanggui.orders.stage_refusals import NotHeldByHand
from zhanggui.orders.states import ORDER
from zhanggui.orders.tuning import Forces
from zhanggui.stock import queries as stock
from zhanggui.stock.commands import claims
from zhanggui.stock.commands.claims import Demand

OUT_OF_STOCK = "out-of-stock"


@dataclass(frozen=True)
class LetGo:
    """What was let go of, and which of it the rules approved at once."""

    batch: Batch
    approved: list[int]


@command(needs="order.review", over="order")
def run(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Review these orders by the rules alone: no finding → approved and its goods promised, else held and told why.

    Reasons of an earlier review that no longer hold are cleared, and those that do say how it is now; a reason a person gave stays
    until a person clears it.
    Reviewing twice changes nothing.
    """
    return _review(order_ids, overrule=False, by=by, at=at)


@command(needs="order.review", over="order")
def approve(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """A person says yes: findings that only want a look are overruled, those that must be mended still refuse.

    Each order is approved whole or not at all; one that cannot be is held with its reason and does not stop the
    others; nor does one that does not stand at review. Approving twice changes nothing.
    """
    batch = _review(order_ids, overrule=True, by=by, at=at)
    astray.unapproved(batch, order_ids)
    return batch


@task()
def review_again(items: Sequence[int], *, at: datetime) -> None:
    """The rules look again at these orders: something about them was changed."""
    run(list(items), by=SYSTEM, at=at)


def _review(order_ids: Sequence[int], *, overrule: bool, by: Actor, at: datetime) -> Batch:
    # Held from before the look: nobody cancels or stops an order between its facts and its approval.
    locking.lock(order_ids)
    book, forces, types = in_force(), Forces(), Types()
    gathered = gather(order_ids, at=at, bought=book.asks("bought"), tags=book.marks)
    finance = overrule and by.can(FINANCE_RIGHT)
    lets = frozenset({RULE_HELD, FINANCE_ASKED} if finance else {RULE_HELD} if overrule else ())
    ruled = firing.fire(gathered.facts, book, lets=lets, at=at)
    looks = {order_id: _look(each, gathered.of(order_id), forces, types, overrule, finance) for order_id, each in ruled.items()}
    batch = Batch()
    stop: dict[int, dict[str, Any]] = {}
    gone: dict[int, list[str]] = {}
    passing: list[Facts] = []
    for order_id, look in looks.items():
        facts = ruled[order_id].facts
        if look.stops:
            stop[order_id] = look.stopping
            batch.refuse([order_id], look.code, number=facts.number, codes=look.codes)
        else:
            passing.append(facts)
        gone[order_id] = look.gone
    # Where a person wants it sent from goes before what a rule says.
    homes = {order_id: gathered.chosen.get(order_id) or each.warehouse_id for order_id, each in ruled.items()}
    approved = _promise(passing, homes, stop, gone, gathered.holding, batch, by=by, at=at)
    stopped = [each.facts for each in ruled.values() if each.facts.order_id in stop]
    _still_short(stopped, homes, stop, gone, gathered.holding)
    found = {order_id: {**look.beside, **stop.get(order_id, {})} for order_id, look in looks.items()}
    holds.put_on({order_id: codes for order_id, codes in found.items() if codes}, source="review", types=types, by=by, at=at)
    asked = {order_id: look.asked for order_id, look in looks.items() if look.asked}
    holds.put_on(asked, source=SOURCE, types=types, by=by, at=at)
    holds.take_off({order_id: codes for order_id, codes in gone.items() if codes}, by=by, at=at)
    finances.seen([order_id for order_id, look in looks.items() if look.waits], by=by)
    finances.note([order_id for order_id, look in looks.items() if look.settles], by=by, at=at)
    moves: list[Move] = []
    for warehouse_id, order_ids in approved.items():
        moves += step(Order, ORDER, "approve", order_ids, also={"approved_at": at, "warehouse_id": warehouse_id})
    moves.sort(key=lambda move: move.id)
    tell([OrderApproved(move.id) for move in moves], by=by, at=at, moves=moves)
    batch.done = [move.id for move in moves]
    return batch


@dataclass
class _Look:
    """What one order comes to. ``stopping``: found and in its way; ``beside``: found, and not; ``people``: a person holds it for these;
    ``asked``: rules do. ``waits``: only finance is left; ``settles``: who approves has the right of finance too."""

    stopping: dict[str, dict[str, Any]]
    beside: dict[str, dict[str, Any]]
    people: list[str]
    asked: dict[str, dict[str, Any]]
    gone: list[str]
    waits: bool = False
    settles: bool = False

    @property
    def stops(self) -> bool:
        return bool(self.stopping or self.people or self.asked)

    @property
    def code(self) -> str:
        return FINANCE_ASKED if self.waits else next(iter(self.stopping), "held")

    @property
    def codes(self) -> list[str]:
        return [*self.stopping, *self.people, *self.asked]


def _look(each: Outcome, held: Mapping[str, Standing], forces: Forces, types: Types, overrule: bool, finance: bool) -> _Look:
    facts = each.facts
    against = findings(facts, forces.of(facts.shop_id))
    money = next((dict(found.facts) for found in against if found.code == FINANCE_ASKED), None)
    # What a person has let pass stays so while the money is looked at, and afterwards.
    lenient = overrule or bool(FINANCE_ASKED in held and held[FINANCE_ASKED].reviewed_by)
    found = {
        one.code: dict(one.facts) for one in against
        # A rule lets pass what a person could; what must be mended stays.
        if one.code != FINANCE_ASKED and (one.hard or not (lenient or one.code in each.waived))
    }  # fmt: skip
    stopping = {code: told for code, told in found.items() if types.of(code).stops_review}
    beside = {code: told for code, told in found.items() if code not in stopping}
    standing = {code: one for code, one in held.items() if one.open}
    asked = {} if overrule else each.holds(standing)
    # What finance has passed no rule asks for again; a figure does, once the order was changed.
    before = held.get(FINANCE_ASKED)
    rules = [*([] if before and not before.open else each.stays.get(FINANCE_ASKED, [])), *each.asks.get(FINANCE_ASKED, [])]
    asked.pop(FINANCE_ASKED, None)
    wanted = bool(rules) or (money is not None and not facts.passed)
    if wanted and not finance:
        asked[FINANCE_ASKED] = {**(money or {}), "rules": rules}
    # Whoever approves has read the reasons on the screen; what a person may decide is decided.
    people = [] if overrule else [code for code, one in standing.items() if one.source == "person" and one.stops and code not in asked]
    stays = {*stopping, *beside, *people, *asked, OUT_OF_STOCK, *(code for code, one in standing.items() if one.source == "person" and not one.stops)}
    waits = overrule and FINANCE_ASKED in asked and not (stopping or people or len(asked) > 1)
    return _Look(stopping, beside, people, asked, [code for code in standing if code not in stays], waits, wanted and finance)


def _still_short(
    stopped: Sequence[Facts],
    homes: Mapping[int, int | None],
    stop: dict[int, dict[str, Any]],
    gone: dict[int, list[str]],
    holding: Mapping[int, Mapping[str, Standing]],
) -> None:
    """Orders that something else stops claim nothing: what was said of their goods before is said as it is now, or no longer."""
    waited = [facts for facts in stopped if OUT_OF_STOCK in holding.get(facts.order_id, {}) and OUT_OF_STOCK not in stop[facts.order_id]]
    if not waited:
        return
    usual = stock.default_warehouse().pk
    at_home: dict[int, set[int]] = {}
    for facts in waited:
        at_home.setdefault(homes.get(facts.order_id) or usual, set()).update(line.sku_id for line in facts.lines if line.sku_id is not None)
    free_at = {warehouse_id: stock.free_in(skus, warehouse_id) for warehouse_id, skus in sorted(at_home.items())}
    for facts in waited:
        free = free_at[homes.get(facts.order_id) or usual]
        wanted: Counter[int] = Counter()
        codes: dict[int, str] = {}
        for line in facts.lines:
            if line.sku_id is not None:
                wanted[line.sku_id] += line.quantity
                codes[line.sku_id] = line.sku_code
        short = [
            {"sku": codes[sku_id], "sku_id": sku_id, "wanted": pieces, "free": free.get(sku_id, 0)}
            for sku_id, pieces in wanted.items()
            if pieces > free.get(sku_id, 0)
        ]
        if short:
            stop[facts.order_id][OUT_OF_STOCK] = {"short": short}
        else:
            gone[facts.order_id].append(OUT_OF_STOCK)


def _promise(
    passing: Sequence[Facts],
    homes: Mapping[int, int | None],
    stop: dict[int, dict[str, Any]],
    gone: dict[int, list[str]],
    holding: Mapping[int, Mapping[str, Standing]],
    batch: Batch,
    *,
    by: Actor,
    at: datetime,
) -> dict[int, list[int]]:
    """Claim the goods of orders the rules let pass, each at the warehouse a rule chose or where orders ship from; those we cannot
    fill join the stopped ones. Warehouse → orders it can fill, as many statements as there are warehouses."""
    if not passing:
        return {}
    usual = stock.default_warehouse().pk
    at_home: dict[int, list[Facts]] = {}
    for facts in passing:
        at_home.setdefault(homes.get(facts.order_id) or usual, []).append(facts)
    filled: dict[int, list[int]] = {}
    # One house after the other, always in the same order: two batches never wait for each other.
    for warehouse_id, theirs in sorted(at_home.items()):
        demands = [
            Demand(facts.order_id, line.line_id, line.sku_id, line.quantity)
            for facts in theirs
            for line in facts.lines
            if line.sku_id is not None
        ]
        # Orders that stand at review hold nothing: approving claims, and going back releases.
        held = claims.hold(demands, warehouse_id=warehouse_id, by=by, at=at, bare=True)
        by_id = {facts.order_id: facts for facts in theirs}
        for order_id, lacking in held.short.items():
            codes = {line.sku_id: line.sku_code for line in by_id[order_id].lines}
            short = [{"sku": codes[s.sku_id], "sku_id": s.sku_id, "wanted": s.wanted, "free": s.free} for s in lacking]
            stop[order_id] = {OUT_OF_STOCK: {"short": short}}
            batch.refuse([order_id], OUT_OF_STOCK, number=by_id[order_id].number, short=short)
        for order_id in held.filled:
            if OUT_OF_STOCK in holding.get(order_id, {}):
                gone[order_id].append(OUT_OF_STOCK)
        filled[warehouse_id] = held.filled
    return filled


# An order that is in a wave is no longer approved: what is being picked never goes back.
@command(needs="order.unreview", takes=("not-picked",), over="order", because="reason")
def unapprove(order_ids: Sequence[int], *, by: Actor, at: datetime, reason: str = "") -> Batch:
    """Take approved orders back to review and free what they held. One that is in a wave must leave it first."""
    moves = step(Order, ORDER, "unapprove", order_ids, also={"approved_at": None})
    done = [move.id for move in moves]
    claims.release(done, by=by, at=at)
    holds.recount(done)
    finances.unseen(done)
    tell([OrderUnapproved(id_) for id_ in done], by=by, at=at, moves=moves, facts={id_: {"reason": reason} for id_ in done})
    batch = Batch(done=done)
    astray.explain(batch, order_ids)
    return batch


@command(needs="order.hold", over="order")
def let_go(order_ids: Sequence[int], *, by: Actor, at: datetime) -> LetGo:
    """Let go what was held by hand, for whatever reason, and let the rules look at it again at once: what they find right is approved."""
    rows = Hold.objects.filter(db.Among(F("order_id"), list(order_ids)), cleared_at=None, source="person")
    codes: dict[int, list[str]] = {}
    for order_id, code in rows.order_by("order_id", "pk").values_list("order_id", "code"):
        codes.setdefault(order_id, []).append(code)
    let = Batch(done=holds.take_off(codes, by=by, at=at))
    let.refuse(set(order_ids) - set(let.done), NotHeldByHand.code)
    return LetGo(let, run(let.done, by=SYSTEM, at=at).done)


@command(needs="order.unreview", takes=("not-picked",), over="order", because="reason")
def hold_again(order_ids: Sequence[int], *, by: Actor, at: datetime, reason: str = "") -> Batch:
    """The way back from letting go: what was approved meanwhile returns to review, and all of them are held again as they were."""
    by.require("order.hold")
    unapprove(order_ids, reason=reason, by=by, at=at)
    return held_back(order_ids, by=by, at=at)


@command(needs="order.hold", takes=("hold",), over="order")
def held_back(order_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Hold these again for what a person held them by when it was last let go; by hand where nobody did."""
    lately = Hold.objects.filter(db.Among(F("order_id"), list(order_ids)), source="person", cleared_at__isnull=False)
    last: dict[int, tuple[datetime | None, dict[str, Any]]] = {}
    for order_id, code, facts, gone_at in lately.order_by("-cleared_at", "pk").values_list("order_id", "code", "facts", "cleared_at"):
        when, codes = last.setdefault(order_id, (gone_at, {}))
        if when == gone_at:
            codes[code] = facts
    wanted = {order_id: last[order_id][1] if order_id in last else {holds.BY_HAND: {}} for order_id in order_ids}
    return Batch(done=holds.put_on(wanted, source="person", by=by, at=at))
