"""Saying how long money is waited for."""

from dataclasses import asdict
from datetime import datetime

from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.payments.events import PaymentTermsSaid
from zhanggui.payments.models import Policy
from zhanggui.payments.refusals import BadTerms
from zhanggui.payments.terms import ALL, Terms

LONGEST_MIN, MOST_STEPS, MOST_METHODS, MOST_TIMES = 90 * 24 * 60, 5, 20, 20


@command(needs="settings", over="shop@shop_id")
def say(terms: Terms, *, shop_id: int | None = None, by: Actor, at: datetime) -> None:
    """These are the terms of a shop, or of all of which nothing is said by themselves. Orders that wait already keep their time; the next
    have the new. Raises BadTerms."""
    _check(terms)
    facts = asdict(terms)
    del facts["steps"]
    row, _new = Policy.objects.update_or_create(shop_id=shop_id or ALL, defaults={**facts, "said_at": at})
    tell([PaymentTermsSaid(row.pk, row.shop_id)], by=by, at=at, facts={row.pk: facts})


@command(needs="settings", over="shop@shop_id")
def as_usual(*, shop_id: int | None = None, by: Actor, at: datetime) -> None:
    """Forget what was said of this shop: it has the terms of all shops; all shops have those of the house."""
    row = Policy.objects.filter(shop_id=shop_id or ALL).first()
    if row is not None:
        pk, whose = row.pk, row.shop_id
        row.delete()
        tell([PaymentTermsSaid(pk, whose)], by=by, at=at, facts={pk: {"usual": True}})


def _check(terms: Terms) -> None:
    within = terms.within_min
    if within is not None and not 0 < within <= LONGEST_MIN:
        raise BadTerms(what="within")
    for minutes in (terms.remind_staff, terms.remind_buyer):
        if len(minutes) > MOST_STEPS or any(not 0 < each < (within or 1) for each in minutes):
            raise BadTerms(what="remind")
    if max(len(terms.spared), len(terms.methods_off)) > MOST_METHODS or not 0 <= terms.extends_most <= MOST_TIMES:
        raise BadTerms(what="methods")
