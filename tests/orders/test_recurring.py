"""Orders that come by themselves: each slot once, nights slept through made up for, and what stands in the way told."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests.web.orders.bench import LIN, Bench
from zhanggui.accounts.policy import policy
from zhanggui.catalog.models import Sku
from zhanggui.journal.jobs import queue_due
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders import jobs, refusals
from zhanggui.orders.commands import making, recurring, templates
from zhanggui.orders.commands.templates import Wanted, WantedLine
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Making, Order, Recurring, Shop, Template
from zhanggui.orders.reading import templates as reading
from zhanggui.orders.rules.recurrence import Rhythm

pytestmark = [pytest.mark.django_db, pytest.mark.capability("I-14")]
DAILY = Rhythm("day", time(9, 0), date(2026, 10, 1))


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


@pytest.fixture
def owner() -> Actor:
    return Actor("person", 7, "店主", policy().grants_of("owner"), "owner", fresh=True)


@pytest.fixture
def coming(bench: Bench, owner: Actor) -> Recurring:
    """One piece of tea to Lin at nine every day, on account; it is ten on the first."""
    order = bench.put("A1", 1, person=LIN)
    template = templates.save(order.pk, "每天一件", keeps_customer=True, by=owner, at=bench.at)
    wanted = Wanted("每天一件", (WantedLine("GW-150-QY", 1, 6800),), payment="on_account", shared=True)
    templates.write(template, wanted, seen=1, by=owner, at=bench.at)
    return Recurring.objects.get(pk=recurring.begin(template, DAILY, by=owner, at=bench.at))


def made() -> int:
    return Order.objects.filter(source="recurring").count()


def test_it_comes_at_its_time_once_however_often_the_worker_looks(coming: Recurring, at: datetime) -> None:
    due = clock.day_bounds(date(2026, 10, 21))[0] + timedelta(hours=9)
    assert coming.next_at == due
    jobs.place_recurring(at=due - timedelta(seconds=1))
    assert made() == 0
    for late in (0, 1, 50):
        jobs.place_recurring(at=due + timedelta(seconds=late))
    assert made() == 1
    coming.refresh_from_db()
    run = Making.objects.get(recurring=coming)
    assert (coming.next_at, run.slot_at, run.missed, run.by_name) == (due + timedelta(days=1), due, 0, SYSTEM.name)
    order = Order.objects.get(source="recurring")
    assert (order.stage, order.payment, order.total_minor) == ("pending_review", "on_account", 6800)


def test_what_was_slept_through_is_made_up_for_once_and_says_so(coming: Recurring) -> None:
    assert coming.next_at is not None
    woken = coming.next_at + timedelta(days=4, hours=2)
    jobs.place_recurring(at=woken)
    jobs.place_recurring(at=woken)
    run = Making.objects.get(recurring=coming)
    coming.refresh_from_db()
    assert (made(), run.missed, run.slot_at) == (1, 4, woken - timedelta(hours=2))
    assert coming.next_at == woken + timedelta(hours=22)


def test_one_that_fails_is_told_and_stops_no_other(coming: Recurring, bench: Bench, owner: Actor) -> None:
    order = bench.place("B1", [_line(bench)], person=LIN)
    second = templates.save(order.pk, "公道杯", keeps_customer=True, by=owner, at=bench.at)
    other = recurring.begin(second, DAILY, by=owner, at=bench.at)
    Sku.objects.filter(code="GW-150-QY").update(retired_at=bench.at)
    assert coming.next_at is not None
    at = coming.next_at
    jobs.place_recurring(at=at)
    coming.refresh_from_db()
    assert (coming.failing, coming.state, coming.next_at) == ("sku-retired", "active", at + timedelta(days=1))
    assert Making.objects.get(recurring=other).made == 1
    assert [name for _, name in reading.failing(owner, at=at)] == ["每天一件"]
    assert reading.failing(replace(owner, id=8, may=policy().grants_of("sales")), at=at) == []
    assert Entry.objects.filter(name="RecurringFailed").count() == 1
    Sku.objects.update(retired_at=None)
    jobs.place_recurring(at=at + timedelta(days=1))
    coming.refresh_from_db()
    assert (coming.failing, made()) == ("", 3)
    Shop.objects.update(enabled=False)
    jobs.place_recurring(at=at + timedelta(days=2))
    coming.refresh_from_db()
    assert coming.failing == "shop-closed"


def _line(bench: Bench) -> NewLine:
    return NewLine(bench.other, "GDB-350", "玻璃公道杯", "", 1, 2000, 0, 2000)


def test_a_bug_in_one_leaves_the_others_their_turn(coming: Recurring, bench: Bench, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    second = templates.copy(coming.template_id, by=owner, at=bench.at)
    other = recurring.begin(second, DAILY, by=owner, at=bench.at)
    real = making.enter

    def broken(drawn: object, template: Template, **more: object) -> object:
        if template.pk == coming.template_id:
            raise RuntimeError("a bug")
        return real(drawn, template, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "enter", broken)
    assert coming.next_at is not None
    with pytest.raises(RuntimeError):
        jobs.place_recurring(at=coming.next_at)
    assert Making.objects.filter(recurring=other).count() == 1
    monkeypatch.undo()
    jobs.place_recurring(at=coming.next_at)
    assert made() == 2


def test_paused_skipped_resumed_ended_and_run_by_hand(coming: Recurring, bench: Bench, owner: Actor) -> None:
    assert coming.next_at is not None
    first = coming.next_at
    recurring.skip(coming.pk, slot_at=first, by=owner, at=bench.at)
    recurring.skip(coming.pk, slot_at=first, by=owner, at=bench.at)
    coming.refresh_from_db()
    assert coming.next_at == first + timedelta(days=1)
    sales = Actor("person", 9, "小周", policy().grants_of("sales"), "sales", fresh=True)
    recurring.pause(coming.pk, by=sales, at=bench.at)
    jobs.place_recurring(at=first + timedelta(days=3))
    assert made() == 0
    with pytest.raises(NotAllowed):
        recurring.resume(coming.pk, by=sales, at=bench.at)
    recurring.resume(coming.pk, by=owner, at=first + timedelta(days=3))
    coming.refresh_from_db()
    assert coming.next_at == first + timedelta(days=4)
    ran = recurring.run_now(coming.pk, key="x", by=owner, at=bench.at)
    assert recurring.run_now(coming.pk, key="x", by=owner, at=bench.at).orders == ran.orders
    assert made() == 1
    recurring.change(coming.pk, replace(DAILY, ends_on=date(2026, 10, 25)), by=owner, at=bench.at)
    jobs.place_recurring(at=first + timedelta(days=30))
    coming.refresh_from_db()
    assert (coming.state, coming.next_at, made()) == ("ended", None, 2)
    with pytest.raises(refusals.NoRhythm):
        recurring.change(coming.pk, replace(DAILY, every="week"), by=owner, at=bench.at)


def test_it_is_not_begun_where_no_order_could_be_placed(bench: Bench, owner: Actor) -> None:
    order = bench.put("A1", 1, person=LIN)
    nobody = templates.save(order.pk, "没有客户", by=owner, at=bench.at)
    with pytest.raises(refusals.NoCustomer):
        recurring.begin(nobody, DAILY, by=owner, at=bench.at)
    asks = templates.save(order.pk, "要填", keeps_customer=True, by=owner, at=bench.at)
    templates.write(asks, Wanted("要填", (WantedLine("GW-150-QY", 1, 1),), buyer_note="{班级}"), seen=1, by=owner, at=bench.at)
    with pytest.raises(refusals.GapUnasked):
        recurring.begin(asks, DAILY, by=owner, at=bench.at)
    assert not Recurring.objects.exists()


def test_an_archived_template_pauses_what_came_from_it(coming: Recurring, owner: Actor, at: datetime) -> None:
    templates.archive([coming.template_id], by=owner, at=at)
    coming.refresh_from_db()
    assert coming.state == "paused"
    with pytest.raises(refusals.TemplateArchived):
        recurring.resume(coming.pk, by=owner, at=at)


def test_the_worker_asks_for_it_every_minute(db: None, at: datetime) -> None:
    queue_due(at=at)
    assert Job.objects.filter(name="orders.place_recurring").count() == 1
