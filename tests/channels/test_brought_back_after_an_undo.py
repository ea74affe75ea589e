"""An import taken back and brought again, the same or corrected: its orders come back; what a person did to one of them stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.channels import rejects, uploads
from zhanggui.channels.commands import undoing
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.outcome import Result
from zhanggui.customers import sealing
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import change, progress
from zhanggui.orders.models import Hold, Order
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Level, Warehouse

pytestmark = pytest.mark.django_db
HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家留言,订单状态"
Bring = Callable[..., Import]


def row(no: str, *, pieces: int = 1, sku: str = "TEA", street: str = "文三路 1 号", note: str = "", status: str = "") -> str:
    phone = f"139{sum(map(ord, no)):08}"
    return f"{no},{sku},{pieces},10.00,林晓,{phone},浙江省,杭州市,西湖区,{street},2026-03-08 14:31:12,{note},{status}"


@pytest.fixture
def bring(shop_id: int) -> Bring:
    def take(*rows: str, **options: Any) -> Import:
        content = "\n".join([HEADER, *rows]).encode()
        look: Result = uploads.look(content, "a.csv", shop_id=shop_id, update=options.get("update", False), by=SYSTEM).totals
        uploads.submit(content, "a.csv", shop_id=shop_id, options={"create_goods": True, **options}, by=SYSTEM, at=clock.now())
        jobs.run_until_idle()
        made = Import.objects.latest("pk")
        # What the look foretold is what happened.
        foretold = (look.orders_created, look.orders_updated, look.orders_duplicate, look.orders_rejected)
        assert foretold == (made.orders_created, made.orders_updated, made.orders_duplicate, made.orders_rejected)
        assert look.orders_revived == ImportRow.objects.filter(of=made, code="REVIVED").count()
        return made

    return take


def undo(made: Import) -> None:
    undoing.ask_for(made.pk, reason="数量错了", by=SYSTEM, at=clock.now())
    jobs.run_until_idle()


def stages() -> dict[str, str]:
    return dict(Order.objects.order_by("platform_no").values_list("platform_no", "stage"))


def outcomes(made: Import) -> list[tuple[str, str]]:
    return list(ImportRow.objects.filter(of=made).order_by("row").values_list("outcome", "code"))


def stocked(many: int) -> None:
    sku = Order.objects.earliest("pk").lines.get().sku_id
    assert sku is not None
    receipts.receive([Receipt(Warehouse.objects.get().pk, "A-1", sku, many)], by=SYSTEM, at=clock.now())
    jobs.run_until_idle()


@pytest.mark.capability("I-08")
def test_a_corrected_file_brings_the_orders_back_as_it_says(bring: Bring) -> None:
    first = bring(row("T1"), row("T2"))
    stocked(20)
    undo(first)
    assert set(stages().values()) == {"cancelled"}
    again = bring(row("T1", pieces=3, street="文三路 9 号"), row("T2"), row("T3"))
    assert (again.orders_created, again.orders_updated, again.rows_rejected) == (3, 0, 0)
    assert outcomes(again) == [("ok", "REVIVED"), ("ok", "REVIVED"), ("ok", "")]
    assert stages() == {"T1": "approved", "T2": "approved", "T3": "approved"}
    order = Order.objects.get(platform_no="T1")
    assert (order.pieces, order.total_minor, order.cancelled_at) == (3, 3000, None)
    assert sealing.opened(order.recipient.sealed)[3] == "文三路 9 号"
    assert Level.objects.get().claimed == 5
    assert [("恢复了" in one.message, one.many) for one in rejects.noted_alike(again.pk)] == [(True, 2)]
    assert_clean()
    # The second one can be taken back in its turn, and be brought a third time.
    undo(again)
    assert set(stages().values()) == {"cancelled"}
    assert Import.objects.get(pk=again.pk).orders_undone == 3
    assert bring(row("T1"), row("T2")).orders_created == 2
    assert stages() == {"T1": "approved", "T2": "approved", "T3": "cancelled"}
    assert_clean()


@pytest.mark.capability("I-08")
def test_the_same_file_brings_them_back_and_once_more_is_a_duplicate(bring: Bring) -> None:
    undo(bring(row("T1"), row("T2")))
    assert outcomes(bring(row("T1"), row("T2"))) == [("ok", "REVIVED")] * 2
    assert set(stages().values()) == {"pending_review"}
    assert outcomes(bring(row("T1"), row("T2"))) == [("dup", "DUPLICATE")] * 2
    assert outcomes(bring(row("T1"), row("T2"), update=True)) == [("dup", "DUPLICATE")] * 2


def test_what_a_person_cancelled_or_moved_since_stays_so(bring: Bring) -> None:
    first = bring(row("T1"), row("T2"), row("T3"), row("T4"))
    ids = dict(Order.objects.values_list("platform_no", "pk"))
    progress.cancel([ids["T1"]], by=SYSTEM, at=clock.now())
    undo(first)
    progress.restore([ids["T2"], ids["T3"]], by=SYSTEM, at=clock.now())
    progress.cancel([ids["T2"]], by=SYSTEM, at=clock.now())
    jobs.run_until_idle()
    again = bring(row("T1"), row("T2", pieces=2), row("T3"), row("T4"))
    assert outcomes(again) == [("dup", "DUPLICATE"), ("rej", "LOCKED"), ("dup", "DUPLICATE"), ("ok", "REVIVED")]
    assert stages() == {"T1": "cancelled", "T2": "cancelled", "T3": "pending_review", "T4": "pending_review"}


def test_what_is_over_at_its_shop_or_was_in_a_wave_does_not_come_back(bring: Bring) -> None:
    first = bring(row("T1"), row("T2"), row("T3"))
    stocked(9)
    waved = Order.objects.get(platform_no="T2").pk
    progress.release([waved], wave_id=1, by=SYSTEM, at=clock.now())
    progress.recall([waved], wave_id=1, by=SYSTEM, at=clock.now())
    undo(first)
    again = bring(row("T1", pieces=2, status="已关闭"), row("T2", pieces=2), row("T3", status="待发货"))
    assert outcomes(again) == [("rej", "LOCKED"), ("rej", "LOCKED"), ("ok", "REVIVED")]
    assert stages() == {"T1": "cancelled", "T2": "cancelled", "T3": "approved"}


def test_an_undo_that_is_not_over_gives_nothing_back(bring: Bring) -> None:
    first = bring(row("T1"))
    undo(first)
    Import.objects.filter(pk=first.pk).update(undo_ended_at=None)
    assert outcomes(bring(row("T1"))) == [("dup", "DUPLICATE")]


def test_what_a_person_had_changed_stays_and_a_draft_waits_for_somebody(bring: Bring) -> None:
    first = bring(row("T1"), row("T2"))
    one, two = Order.objects.order_by("platform_no")
    change.set_address(one.pk, {"street": "体育场路 5 号"}, by=SYSTEM, at=clock.now())
    stocked(9)
    undo(first)
    again = bring(row("T1", pieces=2), row("T2"), draft=True)
    assert outcomes(again) == [("ok", "REVIVED")] * 2
    assert set(stages().values()) == {"pending_review"}
    assert set(Hold.objects.filter(cleared_at=None).values_list("order_id", flat=True)) == {one.pk, two.pk}
    one.refresh_from_db()
    assert (one.pieces, sealing.opened(one.recipient.sealed)[3]) == (2, "体育场路 5 号")
    assert_clean()


def test_a_batch_comes_back_in_a_number_of_statements_that_does_not_grow(bring: Bring) -> None:
    counts = []
    for many in (3, 30):
        rows = [row(f"T{100 * many + nth}") for nth in range(many)]
        undo(bring(*rows))
        with CaptureQueriesContext(connection) as seen:
            bring(*rows)
        counts.append(len(seen))
    # Of thirty some are the same person's: those are looked at beside each other, in three.
    assert counts[1] <= counts[0] + 3, counts
