"""Orders that come by themselves: begun, paused, skipped, and placed when their slot comes, each slot once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F

from zhanggui.journal.book import command, tell
from zhanggui.kernel import clock, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders import drawing, refusals
from zhanggui.orders.commands import making
from zhanggui.orders.commands.making import Result
from zhanggui.orders.drawing import Drawn, Wish
from zhanggui.orders.events import RecurringChanged, RecurringFailed
from zhanggui.orders.models import Recurring, Template
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.rules import recurrence
from zhanggui.orders.rules.recurrence import Rhythm

ACTIVE, PAUSED, ENDED = Recurring.State.ACTIVE, Recurring.State.PAUSED, Recurring.State.ENDED


def rhythm_of(row: Recurring) -> Rhythm:
    return Rhythm(row.every, row.clock_time, row.starts_on, row.ends_on, tuple(row.weekdays), row.month_day, row.step)


def _columns(rhythm: Rhythm, at: datetime) -> dict[str, Any]:
    """The row of a rhythm with its first slot. Raises NoRhythm where none ever comes."""
    if rhythm.every not in recurrence.EVERY or not 1 <= rhythm.month_day <= 31 or not 1 <= rhythm.step <= 366:
        raise refusals.NoRhythm
    first = recurrence.next_after(rhythm, at, clock.company_zone())
    if first is None:
        raise refusals.NoRhythm
    return {
        "every": rhythm.every, "weekdays": sorted(set(rhythm.weekdays)), "month_day": rhythm.month_day, "step": rhythm.step,
        "clock_time": rhythm.clock_time, "starts_on": rhythm.starts_on, "ends_on": rhythm.ends_on, "next_at": first,
    }  # fmt: skip


@command(needs="automation.edit", over="template")
def begin(template_id: int, rhythm: Rhythm, *, by: Actor, at: datetime) -> int:
    """Let orders come from a template by themselves, from its next slot on. Returns its id.

    Tried before it is promised: raises what stands in the way of an order now (NoCustomer, GapUnasked, SkuRetired …), NoRhythm,
    TemplateArchived, ShopClosed.
    """
    template = reading.one(template_id, by=by)
    making.usable(template)
    (drawn,) = _drawn(template, at=at)
    if drawn.against:
        raise drawn.against[0]
    row = Recurring.objects.create(template=template, owner_id=by.id, owner_name=by.name, made_at=at, **_columns(rhythm, at))
    tell([RecurringChanged(row.pk, "begun")], by=by, at=at, facts={row.pk: {"template_id": template.pk}})
    return row.pk


@command(needs="automation.edit", over="recurring")
def change(recurring_id: int, rhythm: Rhythm, *, by: Actor, at: datetime) -> None:
    """Another rhythm from now on, also of one that was paused. Raises NoRhythm, TemplateArchived, ShopClosed."""
    making.usable(_held(recurring_id, by=by).template)
    _set(recurring_id, "changed", by=by, at=at, state=ACTIVE, failing="", failing_facts={}, **_columns(rhythm, at))


# Whoever sees it go wrong may stop it; to let it run again takes the right to begin it.
@command(needs="order.create", over="recurring")
def pause(recurring_id: int, *, by: Actor, at: datetime) -> None:
    """Nothing comes until it is resumed. Pausing twice changes nothing."""
    row = _held(recurring_id, by=by)
    if row.state == ACTIVE:
        _set(recurring_id, "paused", by=by, at=at, state=PAUSED)


@command(needs="automation.edit", over="recurring")
def resume(recurring_id: int, *, by: Actor, at: datetime) -> None:
    """It comes again, from the next slot after now: what passed while it was paused is not made up. Raises NoRhythm where it is over."""
    row = _held(recurring_id, by=by)
    making.usable(row.template)
    _set(recurring_id, "resumed", by=by, at=at, state=ACTIVE, failing="", failing_facts={}, **_columns(rhythm_of(row), at))


@command(needs="automation.edit", over="recurring")
def skip(recurring_id: int, *, slot_at: datetime, by: Actor, at: datetime) -> None:
    """The slot at ``slot_at`` is left out; asked twice, one is. Ends it where none comes after."""
    row = _held(recurring_id, by=by)
    if row.state == ACTIVE and row.next_at == slot_at:
        after = recurrence.next_after(rhythm_of(row), slot_at, clock.company_zone())
        _set(recurring_id, "skipped", by=by, at=at, next_at=after, state=ACTIVE if after else ENDED)


@command(needs="automation.edit", over="recurring")
def run_now(recurring_id: int, *, key: str, by: Actor, at: datetime) -> Result:
    """Place one order now, beside its slots. Exactly once a ``key``. What stands in the way is named in its row."""
    row = reading.recurring(recurring_id, by=by)
    making.usable(row.template)
    drawn = _drawn(row.template, at=at)
    return making.enter(drawn, row.template, source="recurring", key=f"now:{row.pk}:{key}", recurring=row, by=by, at=at)


@command(needs="order.create", over="recurring")
def place_due(recurring_id: int, *, by: Actor, at: datetime) -> Result | None:
    """Place the order of the slot that has come, once however many ask; None where another has, or none has come.

    Slots that were slept through are made up for by one order, which says how many there were. What stands in the way is
    told to whoever looks after it, and the next slot tries again.
    """
    row = Recurring.objects.select_related("template", "template__shop").get(pk=recurring_id)
    if row.state != ACTIVE or row.next_at is None or row.next_at > at:
        return None
    rhythm, zone = rhythm_of(row), clock.company_zone()
    slot, missed = recurrence.due_until(rhythm, row.next_at, at, zone)
    after = recurrence.next_after(rhythm, slot, zone)
    rows = Recurring.objects.filter(pk=row.pk)
    if guards.stands("making.once"):
        rows = rows.filter(next_at=row.next_at, state=ACTIVE)
    if not rows.update(next_at=after, last_at=at, state=ACTIVE if after else ENDED, version=F("version") + 1):
        return None
    drawn = _refused(row.template) or _drawn(row.template, at=at)
    result = making.enter(
        drawn, row.template, source="recurring", key=f"slot:{row.pk}:{slot:%Y%m%dT%H%M%S}", recurring=row, slot_at=slot, missed=missed,
        by=by, at=at,
    )  # fmt: skip
    against = drawn[0].against[0] if drawn[0].against else None
    Recurring.objects.filter(pk=row.pk).update(
        failing=against.code[:32] if against else "", failing_facts=dict(against.facts) if against else {}
    )
    if against:
        tell([RecurringFailed(row.pk, against.code)], by=by, at=at)
    if after is None:
        tell([RecurringChanged(row.pk, "ended")], by=by, at=at)
    return result


def _refused(template: Template) -> list[Drawn]:
    try:
        making.usable(template)
    except Refused as error:
        return [Drawn(None, [error])]
    return []


def _drawn(template: Template, *, at: datetime) -> list[Drawn]:
    wishes = [Wish()]
    drawn = drawing.draw(drawing.ground(template, wishes), wishes, at=at)
    return [replace(one, against=[_unasked(each) for each in one.against]) for one in drawn]


def _unasked(against: Refused) -> Refused:
    """A gap is filled in by whoever makes an order; here nobody does."""
    return refusals.GapUnasked(gap=against.facts["gap"]) if isinstance(against, refusals.GapOpen) else against


def _held(recurring_id: int, *, by: Actor) -> Recurring:
    """It stays as it is read until the end: its slot is not placed meanwhile."""
    return reading.recurring(recurring_id, by=by, rows=Recurring.objects.select_for_update(of=("self",)))


def _set(recurring_id: int, how: str, *, by: Actor, at: datetime, **columns: Any) -> None:
    Recurring.objects.filter(pk=recurring_id).update(**columns, version=F("version") + 1)
    tell([RecurringChanged(recurring_id, how)], by=by, at=at)


def due(at: datetime, many: int = 500) -> list[int]:
    """Those whose slot has come, the oldest first. One statement."""
    rows = Recurring.objects.filter(state=ACTIVE, next_at__lte=at).order_by("next_at", "pk")
    return list(rows.values_list("pk", flat=True)[:many])
