"""What is measured, by name. Each runs in a scratch database and stops by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from django.db import connection

from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.channels.commands import imports
from zhanggui.channels.models import ImportRow
from zhanggui.channels.reading.limits import COMMAND_LINE
from zhanggui.channels.taking import digest_of
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.customers.models import Recipient
from zhanggui.journal import jobs
from zhanggui.journal.book import JOB
from zhanggui.journal.events import task
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel import clock, db, sqlite
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops import (
    bench_api,
    bench_checks,
    bench_goods,
    bench_lists,
    bench_merging,
    bench_paste,
    bench_rules,
    bench_samples,
    bench_workbook,
)
from zhanggui.ops.benching import Figure, copy_of, figure, scratch_file, throw, timed
from zhanggui.ops.journey import bin_code
from zhanggui.orders.commands import intake, review, shops
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.papers import press
from zhanggui.papers.samples import sample_labels
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Claim

BATCH = 1_000


class Measured(Protocol):
    """What a bench found: as facts, and in words."""

    def facts(self) -> dict[str, Any]: ...

    def says(self) -> str: ...


def intake_of_a_file(orders: int) -> Figure:
    """A CSV of ``orders`` × 2.5 lines through the importer: read, matched, sealed, placed, every row accounted for."""
    shop = _shop()
    _goods()
    file = scratch_file("orders.csv")
    lines = bench_samples.order_file(file, orders)
    digest, size = digest_of(file)
    at = clock.now()
    import_id = imports.begin(
        "orders",
        imports.Upload(file.name, digest, size),
        shop_id=shop.pk,
        format="auto",
        mapping={},
        options={},
        by=SYSTEM,
        at=at,
    )
    taken = []
    seconds = timed(lambda: taken.append(OrdersIn(file, shop=shop, by=SYSTEM, limits=COMMAND_LINE).run(import_id)))
    assert taken[0].orders_created == orders, taken[0]
    measured = figure("intake", orders, lines, seconds, seconds)
    limit = sum(throw(model, copy_of(model, f"limit_{model.__name__.lower()}"), at_once=_at_once(model)) for model in _WRITTEN)
    return _with_limit(measured, limit)


# What one order leaves behind; the limit throws the same rows at tables of the same make.
_WRITTEN = (Recipient, Order, Line, Entry, ImportRow)


def _at_once(model: type[Any]) -> int:
    return 2_500 if model in (Line, ImportRow) else BATCH


def _with_limit(measured: Figure, limit_seconds: float) -> Figure:
    """The peak stays that of the work, not of the limit."""
    limit = measured.orders / limit_seconds
    facts = {**measured.__dict__, "limit_orders_per_s": limit, "ratio_to_limit": measured.orders_per_s / limit}
    return Figure(**facts)


def review_of_orders(orders: int) -> Figure:
    """Checks and claims in batches of 1,000; every order has stock and is approved."""
    shop, at = _shop(), clock.now()
    sku_ids = _goods(stock=orders * 10)
    made: list[int] = []
    for chunk in db.in_chunks(bench_samples.orders(orders, sku_ids), BATCH):
        made += intake.place(list(chunk), shop_id=shop.pk, by=SYSTEM, at=at).created.values()
    Job.objects.all().delete()
    lines = Line.objects.count()
    first = Entry.objects.count()

    def work() -> None:
        for chunk in db.in_chunks(made, BATCH):
            assert len(review.run(list(chunk), by=SYSTEM, at=at).done) == len(chunk)

    measured = figure("review", orders, lines, timed(work), 1.0)
    # The limit: the same claims and entries thrown in, the same orders stamped, 1,000 a transaction.
    limit = throw(Claim, copy_of(Claim, "limit_claim"), at_once=2_500)
    entries = Entry.objects.count() - first
    limit += throw(Entry, copy_of(Entry, "limit_entry"), at_once=BATCH) * entries / max(Entry.objects.count(), 1)
    limit += timed(lambda: _stamp(made))
    return _with_limit(measured, limit)


def _stamp(order_ids: list[int]) -> None:
    for chunk in db.in_chunks(order_ids, BATCH):
        chosen, ids = db.among("id", chunk)
        with db.write():
            db.execute(f"UPDATE orders_order SET stage = 'approved', version = version + 1 WHERE {chosen}", [ids])


def rules_tried(orders: int) -> Figure:
    """A rule of eight conditions tried on so many past orders, at most 10 s for 100,000. The limit reads the same rows once."""
    shop, at = _shop(), clock.now()
    for chunk in db.in_chunks(bench_samples.orders(orders, _goods()), BATCH):
        intake.place(list(chunk), shop_id=shop.pk, by=SYSTEM, at=at)
    Job.objects.all().delete()
    return bench_rules.tried(orders)


def merging(orders: int) -> Figure:
    """Orders that could be one parcel, found among so many open ones, at most 2 s for 100,000. The limit reads their doors once."""
    shop, at = _shop(), clock.now()
    for chunk in db.in_chunks(bench_samples.orders(orders, _goods()), BATCH):
        intake.place(list(chunk), shop_id=shop.pk, by=SYSTEM, at=at)
    Job.objects.all().delete()
    return bench_merging.found(orders)


def checks_asked(orders: int) -> Figure:
    """Every check, all switched on, over so many waiting orders, at least 10,000 a second. The limit reads the same rows once."""
    shop, at = _shop(), clock.now()
    made: list[int] = []
    for chunk in db.in_chunks(bench_samples.orders(orders, _goods()), BATCH):
        made += intake.place(list(chunk), shop_id=shop.pk, by=SYSTEM, at=at).created.values()
    Job.objects.all().delete()
    return bench_checks.looked_at(made)


def labels(orders: int) -> Figure:
    """Labels of 100 × 150 mm with Code 128 and QR, in one PDF. The limit is the same number of bare pages."""
    samples = sample_labels(orders)
    press.render("label", samples[:1])
    paper: list[bytes] = []
    seconds = timed(lambda: paper.append(press.render("label", samples)))
    bare = timed(lambda: paper.append(press.blank("label", orders)))
    return figure("labels", orders, orders, seconds, bare)


@task()
def do_nothing(items: list[Any], *, at: Any) -> None:
    """What the bench's jobs do: the frame around them is measured."""


def jobs_done(orders: int) -> Figure:
    """Jobs taken by lease, done and ticked off in batches of 20. The limit inserts and deletes the same rows, 20 at once."""
    at = clock.now()
    rows = [("ops.do_nothing", "quick", "[1]", None, "waiting", at, at, 0, "", "")] * orders
    db.insert_many(Job, JOB, rows)
    done: list[int] = []
    seconds = timed(lambda: done.append(jobs.run_until_idle(lanes=("quick",), at=lambda: at + timedelta(seconds=1))))
    assert done[0] >= orders
    ids = db.take_ids(Job, 20)

    def raw() -> None:
        for _ in range(orders // 20):
            with db.write():
                db.insert_many(Job, ("id", *JOB), [(id_, *rows[0]) for id_ in ids])
            with db.write():
                chosen, wanted = db.among("id", ids)
                db.execute(f"DELETE FROM journal_job WHERE {chosen}", [wanted])

    return figure("jobs", orders, orders, seconds, timed(raw))


def _shop() -> Shop:
    at = clock.now()
    warehouses.open_one("BENCH", "量一量", by=SYSTEM, at=at)
    return Shop.objects.get(pk=shops.open_one("bench", "量一量", by=SYSTEM, at=at))


def _goods(stock: int = 0) -> list[int]:
    """The sample SKUs, each with ``stock`` pieces."""
    codes = [bench_samples.sku_code(nth) for nth in range(bench_samples.SKUS)]
    at = clock.now()
    made = goods.define([Definition(code, "样品", "白色 L") for code in codes], by=SYSTEM, at=at)
    if stock:
        house = warehouses.open_one("BENCH", "量一量", by=SYSTEM, at=at)
        rows = [Receipt(house, bin_code(nth), made.ids[code], min(stock, 1_000_000)) for nth, code in enumerate(codes)]
        receipts.receive(rows, by=SYSTEM, at=at)
        Job.objects.all().delete()
    if connection.vendor == "sqlite":
        db.execute(sqlite.LOOK_AGAIN)
    return [made.ids[code] for code in codes]


def the_list(orders: int) -> bench_lists.Table:
    """The order list by every tab, sort, filter, page and search: the database's time, p95 at most 50 ms. Limit: rows by key."""
    return bench_lists.lists(orders, _stocked())


def the_page(orders: int) -> bench_lists.Table:
    """The order list over HTTP as somebody signed in gets it, p95 at most 120 ms. The limit is an answer without a database."""
    return bench_lists.pages(orders, _stocked())


def the_api(orders: int) -> bench_api.Called:
    """Lists of 50 orders over the API, at least 60 for each second of a core. The limit is an answer without a database."""
    return bench_api.calls(orders, _stocked())


def a_workbook(rows: int) -> bench_workbook.Workbook:
    """An .xlsx of ``rows`` × 20 columns, at most 15 s for 100,000 and 64 MB of ours. The limit is the workbook reader alone."""
    shop = _shop()
    _goods()
    return bench_workbook.taken_in(rows, shop)


def _stocked() -> list[int]:
    """The sample SKUs on their shelves; put there once in a house that is kept."""
    return list(Sku.objects.order_by("code").values_list("pk", flat=True)) if Order.objects.exists() else _goods(stock=1_000_000)


BENCHES: dict[str, tuple[Callable[[int], Measured], int]] = {
    "intake": (intake_of_a_file, 100_000),
    "xlsx": (a_workbook, 100_000),
    "review": (review_of_orders, 50_000),
    "rules": (rules_tried, 100_000),
    "merging": (merging, 100_000),
    "checks": (checks_asked, 100_000),
    "labels": (labels, 1_000),
    "jobs": (jobs_done, 20_000),
    "paste": (bench_paste.pasted, 5_000),
    "list": (the_list, 1_000_000),
    "page": (the_page, 1_000_000),
    "api": (the_api, 1_000_000),
    "skus": (bench_goods.pickers, 50_000),
}
