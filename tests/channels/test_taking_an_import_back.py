"""An import taken back: what it made and nobody went on with is cancelled, the rest is named, and once is enough."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import actor
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.channels.commands import undoing
from zhanggui.channels.models import Import
from zhanggui.channels.refusals import GoodsStay, ImportRuns, NothingMade, StockStays, WentOut
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, ReasonNeeded, Refused
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import progress
from zhanggui.orders.models import Line, Order
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Level, Warehouse

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "orders"
HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间"
WHY = "重复导入了"


def row(nth: int, *, pieces: str = "1") -> str:
    return f"T{nth},TEA,{pieces},10.00,林晓,139{nth:08},浙江省,杭州市,西湖区,文三路 {nth} 号,2026-03-08 14:31:12"


def role_of(role: str) -> Actor:
    """Somebody of this role; what they ask for the house does, for nobody by this name is on its books."""
    return replace(actor(role), id=None)


@pytest.fixture
def brought(tmp_path: Path, shop_id: int, at: datetime) -> Import:
    """Twelve orders, of which ten are approved: the goods are there for so many. And a row that stayed out."""
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *(row(nth) for nth in range(12)), row(99, pieces="0")]), "utf-8")
    take_files("orders", [path], create_goods=True)
    sku = Line.objects.values_list("sku_id", flat=True)[0]
    receipts.receive([Receipt(Warehouse.objects.get().pk, "A-1", sku, 10)], by=SYSTEM, at=at)
    jobs.run_until_idle()
    assert Order.objects.filter(stage="approved").count() == 10
    return Import.objects.get()


def undo(made: Import, by: Actor, at: datetime) -> bool:
    asked = undoing.ask_for(made.pk, reason=WHY, by=by, at=at)
    jobs.run_until_idle()
    made.refresh_from_db()
    return asked


@pytest.mark.capability("I-08")
def test_orders_that_did_not_move_on_are_cancelled_and_the_rest_named(brought: Import, at: datetime) -> None:
    going = list(Order.objects.filter(stage="approved").order_by("pk").values_list("pk", flat=True)[:3])
    progress.release(going, wave_id=1, by=SYSTEM, at=at)
    assert undo(brought, role_of("owner"), at)
    assert (brought.orders_created, brought.orders_undone) == (12, 9)
    assert brought.undo_ended_at is not None
    assert set(Order.objects.exclude(pk__in=going).values_list("stage", flat=True)) == {"cancelled"}
    assert set(Order.objects.filter(pk__in=going).values_list("stage", flat=True)) == {"fulfilling"}
    # What they held is free again; what goes on keeps its own.
    assert Level.objects.get().claimed == 3
    told = Entry.objects.get(name="ImportUndone")
    assert (told.facts["cancelled"], told.facts["stayed"]) == (9, 3)
    assert {entry.facts["reason"] for entry in Entry.objects.filter(name="OrderCancelled")} == {WHY}
    # The rows and their outcomes stay as they were: what came in is one thing, what became of it another.
    assert (brought.rows_in, brought.rows_ok, brought.rows_rejected) == (13, 12, 1)
    assert_clean()


@pytest.mark.capability("I-08")
def test_a_second_undo_changes_nothing(brought: Import, at: datetime) -> None:
    assert undo(brought, role_of("owner"), at)
    progress.restore([Order.objects.order_by("pk")[0].pk], by=SYSTEM, at=at)
    entries = Entry.objects.count()
    jobs.run_until_idle()
    assert not undo(brought, role_of("owner"), at)
    undoing.carry_out(brought.pk, at=at)
    assert brought.orders_undone == 12
    assert Order.objects.exclude(stage="cancelled").count() == 1
    assert Entry.objects.filter(name__in=("ImportUndone", "UndoAsked")).count() == 2
    assert Entry.objects.count() - entries < 12


@pytest.mark.capability("B-02")
def test_a_reason_is_asked_and_a_reviewer_stops_where_something_left_the_house(brought: Import, at: datetime) -> None:
    with pytest.raises(ReasonNeeded):
        undoing.ask_for(brought.pk, by=role_of("owner"), at=at)
    for role in ("sales", "warehouse", "finance", "readonly"):
        with pytest.raises(NotAllowed):
            undoing.ask_for(brought.pk, reason=WHY, by=role_of(role), at=at)
    going = list(Order.objects.filter(stage="approved").order_by("pk").values_list("pk", flat=True)[:1])
    progress.release(going, wave_id=1, by=SYSTEM, at=at)
    progress.mark_shipped([(going[0], 1)], by=SYSTEM, at=at)
    with pytest.raises(WentOut) as refusal:
        undoing.ask_for(brought.pk, reason=WHY, by=role_of("reviewer"), at=at)
    assert refusal.value.facts["orders"] == 1
    brought.refresh_from_db()
    assert brought.undo_asked_at is None
    assert undo(brought, role_of("owner"), at)
    assert (brought.orders_undone, Order.objects.get(pk=going[0]).stage) == (11, "shipped")


def test_a_reviewer_takes_back_what_nobody_touched(brought: Import, at: datetime) -> None:
    assert undo(brought, role_of("reviewer"), at)
    assert brought.orders_undone == 12
    assert Level.objects.get().claimed == 0


def test_an_undo_cut_off_half_way_goes_on_and_counts_each_order_once(
    brought: Import, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 5)
    undoing.ask_for(brought.pk, reason=WHY, by=role_of("owner"), at=at)
    Job.objects.all().delete()
    undoing.take_back(brought.pk, sorted(Order.objects.values_list("pk", flat=True))[:5], reason=WHY, by=SYSTEM, at=at)
    undoing.carry_out(brought.pk, at=at)
    brought.refresh_from_db()
    assert brought.orders_undone == 12
    assert Entry.objects.filter(name="OrderCancelled").count() == 12


@pytest.mark.capability("B-02")
def test_an_undo_of_somebody_who_may_no_longer_is_left_open_and_asked_again(
    brought: Import, at: datetime, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 5)
    gone, batches, real = person("owner"), [0], undoing.take_back

    def let_go(*said: Any, **more: Any) -> Any:
        batches[0] += 1
        if batches[0] == 2:
            User.objects.filter(pk=gone.pk).update(is_active=False)
            more["by"] = actor_of(User.objects.get(pk=gone.pk))
        return real(*said, **more)

    monkeypatch.setattr(undoing, "take_back", let_go)
    assert undo(brought, actor_of(gone, fresh=True), at)
    # Five were tried while they might; the rest stands as it stood, and nothing says that it is over.
    assert (brought.orders_undone, brought.undo_asked_at, brought.undo_ended_at) == (5, None, None)
    assert brought.undo_by_name == "owner"
    assert Order.objects.exclude(stage="cancelled").count() == 7
    assert Entry.objects.get(name="UndoNotAllowed").facts["cancelled"] == 5
    assert not Entry.objects.filter(name="ImportUndone").exists()
    monkeypatch.setattr(undoing, "take_back", real)
    with pytest.raises(NotAllowed):
        undo(brought, role_of("sales"), at)
    assert undo(brought, role_of("owner"), at)
    assert (brought.orders_undone, Order.objects.exclude(stage="cancelled").count()) == (12, 0)
    assert brought.undo_ended_at is not None
    assert_clean()


def test_orders_of_other_imports_are_never_taken_back(brought: Import, at: datetime, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("\n".join([HEADER, row(50), row(1)]), "utf-8")
    take_files("orders", [path])
    other = Import.objects.latest("pk")
    undo(other, role_of("owner"), at)
    assert list(Order.objects.filter(stage="cancelled").values_list("platform_no", flat=True)) == ["T50"]
    undoing.take_back(other.pk, list(Order.objects.values_list("pk", flat=True)), reason=WHY, by=SYSTEM, at=at)
    assert Order.objects.filter(stage="cancelled").count() == 1


def test_what_cannot_be_taken_back_says_why_and_what_to_do(brought: Import, at: datetime, tmp_path: Path) -> None:
    refusal: type[Refused]
    for kind, refusal in (("goods", GoodsStay), ("stock", StockStays)):
        take_files(kind, [DATA / f"{kind}.csv"])
        with pytest.raises(refusal) as said:
            undoing.ask_for(Import.objects.latest("pk").pk, reason=WHY, by=role_of("owner"), at=at)
        assert "再导一份" in said.value.advice
    take_files("orders", [tmp_path / "orders.csv"])
    with pytest.raises(NothingMade):
        undoing.ask_for(Import.objects.latest("pk").pk, reason=WHY, by=role_of("owner"), at=at)
    Import.objects.filter(pk=brought.pk).update(state="running")
    with pytest.raises(ImportRuns):
        undoing.ask_for(brought.pk, reason=WHY, by=role_of("owner"), at=at)
