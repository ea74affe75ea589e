"""What the processes do who bring, take back and work on the same orders at one moment."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, datetime

from django.db import DatabaseError, IntegrityError, connection

from tests.flows import team
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.channels import jobs, taking, uploads
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.models import Import
from zhanggui.channels.ready import Ready
from zhanggui.channels.refusals import ImportOver, ImportRuns
from zhanggui.channels.taking_orders import take
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment.commands import waves
from zhanggui.fulfilment.models import Parcel
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal.models import Job
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import verify
from zhanggui.orders import prepared as making
from zhanggui.orders.commands import intake, renew, review, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.orders.prepared import Prepared
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Claim, Level

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
migrate, begin = team.migrate, team.begin


@contextmanager
def unguarded(which: str) -> Iterator[None]:
    """Without one guard. On SQLite the one writer at a time is a second one: it goes, too."""
    if not which:
        yield
        return
    with ExitStack() as stack:
        stack.enter_context(guards.without(which))
        if connection.vendor == "sqlite":
            kept = db.write, db.together
            db.write = db.together = nullcontext  # type: ignore[assignment]
            stack.callback(lambda: (setattr(db, "write", kept[0]), setattr(db, "together", kept[1])))
        yield


def audit() -> list[str]:
    """What the auditor has against the books."""
    return [f"{each.code} {each.says}: {list(each.rows[:3])}" for each in verify() if each.rows]


def order(no: int, pieces: int = 1) -> Prepared:
    shop = Shop.objects.get(code="shanye")
    who = Person("林晓", f"138{no:08d}", "", "珞喻路 12 号 3 栋", "", "CN", "湖北省", "武汉市", "洪山区")
    line = NewLine(None, "S000", "青釉盖碗", "", pieces, 1000, 0, 1000 * pieces)
    new = NewOrder(f"T{no}", AT, (line,), who, "CNY", 0, 0, 1000 * pieces, 1000 * pieces, "paid", "pending_review", paid_at=AT)
    made = making.prepared(new, intake.way_of(shop))
    return made._replace(skus=tuple(Line.objects.filter(sku_code="S000").values_list("sku_id", flat=True)[:1]) or (_sku(),))


def _sku() -> int:
    return goods.define([Definition("S000")], by=SYSTEM, at=AT).ids["S000"]


def bring_new(many: int, pieces: int, first: int = 0) -> tuple[int, list[int]]:
    """One import of so many orders of one piece that nobody reviewed, numbered from ``first``: (the import, its orders)."""
    house = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    shop_id = shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT)
    receipts.receive([Receipt(house, "A-1", _sku(), pieces)], by=SYSTEM, at=AT)
    import_id = imports.begin("orders", imports.Upload("a.csv", "d", 1), shop_id=shop_id, format="x", mapping={}, options={}, by=SYSTEM, at=AT)
    imports.start(import_id, format="x", rows_expected=many, by=SYSTEM, at=AT)
    good = [Ready(order(first + nth), (nth + 2,), (), "CNY") for nth in range(many)]
    placed = take(import_id, good, [], shop_id=shop_id, by=SYSTEM, at=AT).placed
    imports.end(import_id, "done", rows_in=many, by=SYSTEM, at=AT)
    Job.objects.all().delete()
    return import_id, sorted(placed.created.values())


def bring_reviewed(many: int, pieces: int, first: int = 0) -> tuple[int, list[int]]:
    """The same, half of them approved by the rules as far as the pieces go."""
    import_id, ids = bring_new(many, pieces, first)
    review.run(ids[::2], by=SYSTEM, at=AT)
    Job.objects.all().delete()
    return import_id, ids


def open_for_files() -> int:
    """A shop that orders are brought for."""
    shop_id = shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT)
    Job.objects.all().delete()
    return shop_id


def bring_file(nth: int, shop_id: int, many: int, own: bool = True, without: str = "") -> tuple[str, int, int, int, int]:
    """The same orders as a file, one's own or byte for byte the same: (how it ended, rows, taken, here already, turned away)."""
    head = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间"
    lines = [f"F{no},S000,1,10.00,林晓,139{no:08},浙江省,杭州市,西湖区,文三路 {no} 号,2026-03-08 14:31:12" for no in range(many)]
    content = "\n".join([head, *lines, *([","] * (nth if own else 0))]).encode()
    with unguarded(without):
        try:
            import_id = uploads.submit(content, "orders.csv", shop_id=shop_id, by=SYSTEM, at=AT)
            row = Import.objects.get(pk=import_id)
            taking.AT_ONCE = taking.THEN = 20
            jobs.taking_of(row, SYSTEM).run(import_id)
        except (ImportOver, ImportRuns):
            return "runs", 0, 0, 0, 0
        except IntegrityError:
            return "broke", 0, 0, 0, 0
    row.refresh_from_db()
    return row.state, row.rows_in - row.rows_blank, row.rows_ok, row.rows_duplicate, row.rows_rejected


def files_stand() -> tuple[int, int, int]:
    """(orders, lines, orders that stand twice)."""
    numbers = list(Order.objects.values_list("platform_no", flat=True))
    return len(numbers), Line.objects.count(), len(numbers) - len(set(numbers))


def back_to_review() -> None:
    review.unapprove(list(Order.objects.filter(stage="approved").values_list("pk", flat=True)), by=SYSTEM, at=AT)


def asked(import_id: int) -> None:
    undoing.ask_for(import_id, reason="重复", by=SYSTEM, at=AT)
    Job.objects.all().delete()


def undo_or_work(part: str, import_id: int, batches: Sequence[Sequence[int]], without: str = "") -> int:
    """Take the batches back, approve them, or plan them into waves; how many orders moved."""
    house, moved = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT), 0
    with unguarded(without):
        for batch in batches:
            with suppress(NothingToPlan, *([DatabaseError] if without else [])):
                if part == "undo":
                    moved += len(undoing.take_back(import_id, batch, reason="重复", by=SYSTEM, at=AT).done)
                elif part == "approve":
                    moved += len(review.approve(batch, by=SYSTEM, at=AT).done)
                else:
                    moved += len(waves.plan(batch, warehouse_id=house, by=SYSTEM, at=AT).batch.done)
    return moved


def update_or_approve(nth: int, numbers: Sequence[int], pieces: int, without: str = "") -> int:
    """Every second of these orders is brought with other pieces, the rest approved: the other way round by one's neighbour. How many
    were updated."""
    done = 0
    with unguarded(without):
        shop_id = Shop.objects.get(code="shanye").pk
        for no in numbers:
            with suppress(*([DatabaseError] if without else [])):
                if (nth + no) % 2:
                    done += len(renew.renew([order(no, pieces)], shop_id=shop_id, by=SYSTEM, at=AT).done)
                else:
                    ids = list(Order.objects.filter(platform_no=f"T{no}").values_list("pk", flat=True))
                    review.approve(ids, by=SYSTEM, at=AT)
    return done


def stands(import_id: int) -> tuple[Counter[str], int, int, int]:
    """(stages, counted as undone, pieces promised by open claims, on the level)."""
    stages = Counter(Order.objects.values_list("stage", flat=True))
    claims = sum(Claim.objects.filter(state="open").values_list("pieces", flat=True))
    return stages, Import.objects.get(pk=import_id).orders_undone, claims, sum(Level.objects.values_list("claimed", flat=True))


def wrong() -> int:
    """Orders cancelled with a parcel that lives, or approved with other pieces promised than its lines have."""
    packed = Parcel.objects.exclude(stage="voided").filter(order__stage="cancelled").count()
    odd = 0
    for one in Order.objects.filter(stage__in=("approved", "fulfilling")):
        held = sum(Claim.objects.filter(for_order=one.pk, state="open").values_list("pieces", flat=True))
        odd += held != sum(Line.objects.filter(order=one).values_list("quantity", flat=True)) or held != one.pieces
    return packed + odd
