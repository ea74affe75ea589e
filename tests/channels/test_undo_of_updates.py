"""An import taken back: the orders it changed stand as they stood before, but for those that somebody changed since."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.channels.test_a_look_foretells import brought, file_of, row
from tests.conftest import actor
from zhanggui.channels import jobs as imports_jobs
from zhanggui.channels.commands import undoing
from zhanggui.channels.models import Import, ImportBefore
from zhanggui.customers import sealing
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import change, progress, review
from zhanggui.orders.models import Line, Order
from zhanggui.orders.revisions import Revision
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Claim, Warehouse

pytestmark = pytest.mark.django_db


def stands(no: str) -> tuple[Any, ...]:
    order = Order.objects.select_related("recipient").get(platform_no=no)
    lines = list(Line.objects.filter(order=order).order_by("position").values_list("sku_id", "sku_code", "quantity", "unit_minor", "total_minor"))
    columns = ("total_minor", "paid_minor", "payment", "pieces", "kinds", "buyer_note", "platform_status", "paid_at", "ship_by")
    return (order.stage, *(getattr(order, column) for column in columns), bytes(order.fingerprint), sealing.opened(order.recipient.sealed), lines)


@pytest.fixture
def changed(shop_id: int, at: datetime) -> Callable[[], Import]:
    owner = actor("owner")
    brought(file_of(*(row(f"T{n}") for n in range(1, 6))), shop_id, owner, at)
    sku = Line.objects.exclude(sku=None).values_list("sku_id", flat=True)[0]
    receipts.receive([Receipt(Warehouse.objects.get().pk, "A-1", sku, 50)], by=SYSTEM, at=at)
    jobs.run_until_idle()
    return lambda: brought(
        file_of(*(row(f"T{n}", pieces="3", street="解放路 9 号", note="改了") for n in range(1, 6))), shop_id, owner, at, update=True
    )


@pytest.mark.capability("I-08")
def test_what_a_file_changed_is_put_back_as_it_stood(changed: Callable[[], Import], shop_id: int, at: datetime) -> None:
    owner = actor("owner")
    before = {f"T{n}": stands(f"T{n}") for n in range(1, 6)}
    made = changed()
    assert (made.orders_updated, ImportBefore.objects.exclude(sealed=None).count()) == (5, 5)
    ids = dict(Order.objects.values_list("platform_no", "pk"))
    review.unapprove([ids["T2"]], reason="要改", by=owner, at=at)
    change.revise([Revision(ids["T2"], buyer_note="后来改的")], by=owner, at=at)
    jobs.run_until_idle()
    progress.release([ids["T3"]], wave_id=1, by=SYSTEM, at=at)
    since = {no: stands(no) for no in ("T2", "T3")}
    assert undoing.ask_for(made.pk, reason="导错了", by=owner, at=at)
    jobs.run_until_idle()
    made.refresh_from_db()
    assert (made.undo_ended_at is not None, made.orders_put_back, made.orders_undone) == (True, 3, 0)
    # As they were to the last column; those that moved on since are as they were then, and it is said what moved.
    assert {no: stands(no) for no in ("T1", "T4", "T5")} == {no: before[no] for no in ("T1", "T4", "T5")}
    assert {no: stands(no) for no in ("T2", "T3")} == since
    left = {row.order_id: row.left for row in ImportBefore.objects.filter(of=made)}
    assert left[ids["T2"]] == {"why": "changed", "fields": ["buyer_note"]}
    assert left[ids["T3"]] == {"why": "further", "fields": []}
    assert not ImportBefore.objects.exclude(sealed=None).exists()
    assert Claim.objects.filter(for_order=ids["T1"]).values_list("pieces", flat=True)[0] == 1
    assert_clean()
    # The same file again says something else once more, and is heard.
    again = changed()
    assert again.orders_updated >= 3
    # What was kept goes with the file.
    again.refresh_from_db()
    assert again.ended_at is not None
    imports_jobs.forget_uploads(at=again.ended_at + timedelta(days=8))
    assert not ImportBefore.objects.exclude(sealed=None).exists()
