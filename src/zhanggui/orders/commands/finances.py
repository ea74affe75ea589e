"""The step of finance: orders that a rule or a figure asks it for wait until somebody with its right lets them pass or gives them back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from zhanggui.customers.notes import masked
from zhanggui.journal import marks
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import locking
from zhanggui.orders.commands import holds
from zhanggui.orders.holding_refusals import ReturnNeedsReason
from zhanggui.orders.models import Hold
from zhanggui.orders.rulebook import FINANCE_ASKED
from zhanggui.orders.states import PENDING_REVIEW

RETURNED = "finance-returned"
NOTED = ("order_id", "code", "facts", "since", "source", "cleared_at", "cleared_by", "passed")


def waiting(order_ids: Sequence[int]) -> list[int]:
    """Those that wait for finance. One statement."""
    rows = Hold.objects.filter(db.Among(F("order_id"), list(order_ids)), code=FINANCE_ASKED, cleared_at=None, order__stage=PENDING_REVIEW)
    return sorted(rows.values_list("order_id", flat=True))


def let_pass(order_ids: Sequence[int], *, by: Actor, at: datetime) -> list[int]:
    """Nothing of their money is in the way any more, and is not asked again until they are changed. Those that waited."""
    locking.lock(order_ids)
    found = waiting(order_ids)
    return holds.take_off(dict.fromkeys(found, (FINANCE_ASKED,)), facts={"finance": "passed"}, passed="passed", by=by, at=at)


def returned(order_ids: Sequence[int], reason: str, *, by: Actor, at: datetime) -> list[int]:
    """They go back to who reviews, with the reason; asked again once they are approved again. Raises ReturnNeedsReason."""
    if not marks.means(reason):
        raise ReturnNeedsReason
    # Ours from before the look: one that is cancelled meanwhile is held for nothing.
    locking.lock(order_ids)
    found = waiting(order_ids)
    unseen(found)
    holds.take_off(dict.fromkeys(found, (FINANCE_ASKED,)), facts={"finance": "returned"}, by=by, at=at)
    told: Mapping[int, Mapping[str, Mapping[str, str]]] = {id_: {RETURNED: {"note": masked(reason)[:200]}} for id_ in found}
    holds.put_on(told, source="person", by=by, at=at)
    return found


def seen(order_ids: Sequence[int], *, by: Actor) -> None:
    """Who reviews has let these through: only finance is left."""
    _say("reviewed_by = %s", [by.name], order_ids, "AND cleared_at IS NULL")


def unseen(order_ids: Sequence[int]) -> None:
    """Whoever let these through has not any more."""
    _say("reviewed_by = ''", [], order_ids)


def lapse(order_ids: Sequence[int]) -> None:
    """They were changed: what anybody said of them before was said of something else."""
    _say("reviewed_by = '', passed = CASE WHEN passed = '' THEN '' ELSE 'lapsed' END", [], order_ids)


def _say(what: str, params: list[object], order_ids: Sequence[int], also: str = "") -> None:
    if order_ids:
        chosen, ids = db.among("order_id", order_ids)
        db.execute(f"UPDATE orders_hold SET {what} WHERE {chosen} AND code = '{FINANCE_ASKED}' {also}", [*params, ids])


def note(order_ids: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Who approved these has the right of finance, too: it is not asked of them afterwards. What stood was let go with the rest."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return
    chosen, ids = db.among("order_id", wanted)
    db.execute(
        f"UPDATE orders_hold SET passed = %s WHERE {chosen} AND code = '{FINANCE_ASKED}' AND cleared_at = %s", ["passed", ids, db.adapt(at)]
    )
    known = {id_ for (id_,) in db.fetch(f"SELECT order_id FROM orders_hold WHERE {chosen} AND code = '{FINANCE_ASKED}' AND passed = 'passed'", [ids])}
    rows = [(id_, FINANCE_ASKED, "{}", at, "rule", at, by.name, "passed") for id_ in wanted if id_ not in known]
    db.insert_many(Hold, NOTED, rows)

