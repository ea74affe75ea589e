"""Review: ask the rules, promise the goods, approve or hold. A batch is a constant number of statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.events import task
from zhanggui.journal.steps import step
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.flow import Move
from zhanggui.orders.checks.check import findings
from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.commands import firing, holds
from zhanggui.orders.events import OrderApproved, OrderUnapproved
from zhanggui.orders.facts_of import gather
from zhanggui.orders.models import Order
from zhanggui.orders.rulebook import SOURCE, in_force
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
    others. Approving twice changes nothing.
    """
    return _review(order_ids, overrule=True, by=by, at=at)


@task()
def review_again(items: Sequence[int], *, at: datetime) -> None:
    """The rules look again at these orders: something about them was changed."""
    run(list(items), by=SYSTEM, at=at)


def _review(order_ids: Sequence[int], *, overrule: bool, by: Actor, at: datetime) -> Batch:
    # Held from before the look: nobody cancels or stops an order between its facts and its approval.
    holds.lock(order_ids)
    book, forces = in_force(), Forces()
    gathered = gather(order_ids, bought=book.asks("bought"))
    ruled = firing.fire(gathered.facts, book, overruled=overrule, at=at)
    batch = Batch()
    stop: dict[int, dict[str, Any]] = {}
    asked: dict[int, dict[str, Any]] = {}
    gone: dict[int, list[str]] = {}
    passing: list[Facts] = []
    for each in ruled.values():
        facts = each.facts
        against = findings(facts, forces.of(facts.shop_id))
        standing = gathered.holding.get(facts.order_id, {})
        # A rule lets pass what a person could; what must be mended stays.
        stopping = {f.code: dict(f.facts) for f in against if f.hard or not (overrule or f.code in each.waived)}
        ruled_out = asked[facts.order_id] = {} if overrule else each.holds(standing)
        by_people = [code for code, source in standing.items() if source == "person" and code not in ruled_out]
        by_people += ruled_out
        if overrule:
            # Whoever approves has read the reasons on the screen; what a person may decide is decided.
            by_people = []
        if stopping or by_people:
            stop[facts.order_id] = stopping
            batch.refuse([facts.order_id], next(iter(stopping), "held"), number=facts.number, codes=[*stopping, *by_people])
        else:
            passing.append(facts)
        gone[facts.order_id] = [code for code in standing if code not in stopping and code not in by_people and code != OUT_OF_STOCK]
    # Where a person wants it sent from goes before what a rule says.
    homes = {order_id: gathered.chosen.get(order_id) or each.warehouse_id for order_id, each in ruled.items()}
    approved = _promise(passing, homes, stop, gone, gathered.holding, batch, by=by, at=at)
    stopped = [each.facts for each in ruled.values() if each.facts.order_id in stop]
    _still_short(stopped, homes, stop, gone, gathered.holding)
    holds.put_on({order_id: codes for order_id, codes in stop.items() if codes}, source="review", by=by, at=at)
    holds.put_on({order_id: codes for order_id, codes in asked.items() if codes}, source=SOURCE, by=by, at=at)
    holds.take_off({order_id: codes for order_id, codes in gone.items() if codes}, by=by, at=at)
    moves: list[Move] = []
    for warehouse_id, order_ids in approved.items():
        moves += step(Order, ORDER, "approve", order_ids, also={"approved_at": at, "warehouse_id": warehouse_id})
    moves.sort(key=lambda move: move.id)
    tell([OrderApproved(move.id) for move in moves], by=by, at=at, moves=moves)
    batch.done = [move.id for move in moves]
    return batch


def _still_short(
    stopped: Sequence[Facts],
    homes: Mapping[int, int | None],
    stop: dict[int, dict[str, Any]],
    gone: dict[int, list[str]],
    holding: dict[int, dict[str, str]],
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
    holding: dict[int, dict[str, str]],
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
    tell([OrderUnapproved(id_) for id_ in done], by=by, at=at, moves=moves, facts={id_: {"reason": reason} for id_ in done})
    batch = Batch(done=done)
    batch.refuse(set(order_ids) - set(done), "wrong-stage")
    return batch


@command(needs="order.hold", over="order")
def let_go(order_ids: Sequence[int], *, by: Actor, at: datetime) -> LetGo:
    """Let go what was held by hand, and let the rules look at it again at once: what they find right is approved."""
    let = holds.clear(order_ids, holds.BY_HAND, by=by, at=at)
    return LetGo(let, run(let.done, by=SYSTEM, at=at).done)


@command(needs="order.unreview", takes=("not-picked",), over="order", because="reason")
def hold_again(order_ids: Sequence[int], *, by: Actor, at: datetime, reason: str = "") -> Batch:
    """The way back from letting go: what was approved meanwhile returns to review, and all of them are held by hand again."""
    by.require("order.hold")
    unapprove(order_ids, reason=reason, by=by, at=at)
    return holds.hold(order_ids, by=by, at=at)
