"""Which rules look at orders, and how strictly: said for all shops, or for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhanggui.journal.book import ask, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import states
from zhanggui.orders.checks.check import WORDS, Check
from zhanggui.orders.checks.listed import by_code
from zhanggui.orders.commands import review
from zhanggui.orders.commands.change import REVIEWED_AT_ONCE
from zhanggui.orders.events import CheckTuned
from zhanggui.orders.models import CheckSaid, Order, Shop
from zhanggui.orders.tuning_refusals import AlwaysOn, BadDial


@command(needs="settings", over="shop@shop_id")
def tune(
    code: str, enabled: bool, dials: Mapping[str, Any], *, shop_id: int | None = None, by: Actor, at: datetime
) -> int:
    """Let this rule look, or not, with its dials standing so: for one shop, or for all of which nothing is said by themselves.

    Orders that wait are reviewed again, a few hundred at a time; returns how many. A dial that is not named stands as usual. Saying
    it twice changes nothing. Raises NotFound, AlwaysOn, BadDial.
    """
    check = _check(code)
    if check.always and not enabled:
        raise AlwaysOn(check=check.zh)
    if shop_id is not None and not Shop.objects.filter(pk=shop_id).exists():
        raise NotFound(what=shop_id)
    kept = _kept(check, dials)
    row = CheckSaid.objects.filter(shop=shop_id, code=code).first()
    if row is not None and (row.enabled, row.dials) == (enabled, kept):
        return 0
    if row is None:
        row = CheckSaid(shop_id=shop_id, code=code)
    row.enabled, row.dials, row.said_at = enabled, kept, at
    row.save()
    tell([CheckTuned(row.pk, code, shop_id)], by=by, at=at, facts={row.pk: {"enabled": enabled, "dials": kept}})
    return look_again(shop_id, at=at)


@command(needs="settings", over="shop@shop_id")
def as_usual(code: str, *, shop_id: int | None = None, by: Actor, at: datetime) -> int:
    """Forget what was said of this rule: a shop has it as all shops do, all shops as it is made. Orders that wait are reviewed again;
    returns how many."""
    row = CheckSaid.objects.filter(shop=shop_id, code=_check(code).code).first()
    if row is None:
        return 0
    pk = row.pk
    row.delete()
    tell([CheckTuned(pk, code, shop_id)], by=by, at=at, facts={pk: {"usual": True}})
    return look_again(shop_id, at=at)


def _check(code: str) -> Check:
    check = by_code().get(code)
    if check is None:
        raise NotFound(what=code[:32])
    return check


def _kept(check: Check, dials: Mapping[str, Any]) -> dict[str, Any]:
    """The dials that do not stand as usual."""
    known = {dial.name: dial for dial in check.dials}
    kept: dict[str, Any] = {}
    for name, said in dials.items():
        if name not in known or known[name].wrong(said):
            raise BadDial(check=check.zh, dial=known[name].zh if name in known else name[:20])
        value = list(dict.fromkeys(said)) if known[name].kind == WORDS else said
        if value != (list(known[name].usual) if known[name].kind == WORDS else known[name].usual):
            kept[name] = value
    return kept


def look_again(shop_id: int | None, *, at: datetime) -> int:
    """Whatever waits, everywhere or in one shop, is looked at by the new rules, a few hundred at a time; returns how many."""
    waiting = Order.objects.filter(stage=states.PENDING_REVIEW)
    if shop_id is not None:
        waiting = waiting.filter(shop=shop_id)
    ids = list(waiting.order_by("ship_by", "pk").values_list("pk", flat=True))
    for chunk in db.in_chunks(ids, REVIEWED_AT_ONCE):
        ask(review.review_again, list(chunk), at=at)
    return len(ids)
