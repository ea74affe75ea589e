"""Review: ask the rules, promise the goods, approve or hold. A batch is a constant number of statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.journal.book import Batch, command, tell
from zhanggui.journal.events import task
from zhanggui.journal.steps import step
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.checks.check import findings
from zhanggui.orders.checks.facts import Facts
from zhanggui.orders.commands import holds
from zhanggui.orders.events import OrderApproved, OrderUnapproved
from zhanggui.orders.facts_of import gather
from zhanggui.orders.models import Order
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
    gathered, forces = gather(order_ids), Forces()
    batch = Batch()
    stop: dict[int, dict[str, Any]] = {}
    gone: dict[int, list[str]] = {}
    passing: list[Facts] = []
    for facts in gathered.facts:
        against = findings(facts, forces.of(facts.shop_id))
        standing = gathered.holding.get(facts.order_id, {})
        stopping = {f.code: dict(f.facts) for f in against if f.hard or not overrule}
        by_people = [code for code, source in standing.items() if source == "person"]
        if overrule:
            # Whoever approves has read the reasons on the screen; what a person may decide is decided.
            by_people = []
        if stopping or by_people:
            stop[facts.order_id] = stopping
            batch.refuse([facts.order_id], next(iter(stopping), "held"), number=facts.number, codes=[*stopping, *by_people])
        else:
            passing.append(facts)
        gone[facts.order_id] = [code for code in standing if code not in stopping and code not in by_people and code != OUT_OF_STOCK]
    approved = _promise(passing, stop, gone, gathered.holding, batch, by=by, at=at)
    _still_short([facts for facts in gathered.facts if facts.order_id in stop], stop, gone, gathered.holding)
    holds.put_on({order_id: codes for order_id, codes in stop.items() if codes}, source="review", by=by, at=at)
    holds.take_off({order_id: codes for order_id, codes in gone.items() if codes}, by=by, at=at)
    moves = step(Order, ORDER, "approve", approved, also={"approved_at": at, "warehouse_id": _warehouse_of(approved)})
    tell([OrderApproved(move.id) for move in moves], by=by, at=at, moves=moves)
    batch.done = [move.id for move in moves]
    return batch


def _still_short(
    stopped: Sequence[Facts],
    stop: dict[int, dict[str, Any]],
    gone: dict[int, list[str]],
    holding: dict[int, dict[str, str]],
) -> None:
    """Orders that something else stops claim nothing: what was said of their goods before is said as it is now, or no longer."""
    waited = [facts for facts in stopped if OUT_OF_STOCK in holding.get(facts.order_id, {}) and OUT_OF_STOCK not in stop[facts.order_id]]
    if not waited:
        return
    skus = {line.sku_id for facts in waited for line in facts.lines if line.sku_id is not None}
    free = stock.free_in(skus, stock.default_warehouse().pk)
    for facts in waited:
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


def _warehouse_of(approved: Sequence[int]) -> int | None:
    return stock.default_warehouse().pk if approved else None


def _promise(
    passing: Sequence[Facts],
    stop: dict[int, dict[str, Any]],
    gone: dict[int, list[str]],
    holding: dict[int, dict[str, str]],
    batch: Batch,
    *,
    by: Actor,
    at: datetime,
) -> list[int]:
    """Claim the goods of orders the rules let pass; those we cannot fill join the stopped ones."""
    if not passing:
        return []
    demands = [
        Demand(facts.order_id, line.line_id, line.sku_id, line.quantity)
        for facts in passing
        for line in facts.lines
        if line.sku_id is not None
    ]
    # Orders that stand at review hold nothing: approving claims, and going back releases.
    held = claims.hold(demands, warehouse_id=stock.default_warehouse().pk, by=by, at=at, bare=True)
    by_id = {facts.order_id: facts for facts in passing}
    for order_id, lacking in held.short.items():
        codes = {line.sku_id: line.sku_code for line in by_id[order_id].lines}
        short = [{"sku": codes[s.sku_id], "sku_id": s.sku_id, "wanted": s.wanted, "free": s.free} for s in lacking]
        stop[order_id] = {OUT_OF_STOCK: {"short": short}}
        batch.refuse([order_id], OUT_OF_STOCK, number=by_id[order_id].number, short=short)
    for order_id in held.filled:
        if OUT_OF_STOCK in holding.get(order_id, {}):
            gone[order_id].append(OUT_OF_STOCK)
    return held.filled


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
