"""Strict means the whole file or nothing: also where the books, or somebody else meanwhile, turn an order away."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.channels.test_taking_files import HEADER, row
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.channels import taking, uploads
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.refusals import StrictRefused, StrictUndone
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import progress
from zhanggui.orders.models import Order
from zhanggui.stock.models import Shelf

pytestmark = pytest.mark.django_db
Bring = Callable[..., Import]


@pytest.fixture
def bring(shop_id: int) -> Bring:
    def take(*rows: str, **options: Any) -> Import:
        content = "\n".join([HEADER, *rows]).encode()
        uploads.submit(content, "a.csv", shop_id=shop_id, options=options, by=SYSTEM, at=clock.now())
        jobs.run_until_idle()
        return Import.objects.latest("pk")

    return take


def refused(made: Import, rows: int, first: str) -> None:
    assert (made.state, made.refusal["code"], made.refusal["facts"]["rows"]) == ("refused", "strict", str(rows))
    assert first in made.refusal["says"]
    assert not ImportRow.objects.filter(of=made).exists()
    assert (made.rows_ok, made.orders_created) == (0, 0)
    assert_clean()


@pytest.mark.capability("I-08")
def test_goods_nobody_knows_refuse_the_whole_file_where_they_are_to_be_turned_away(bring: Bring, at: datetime) -> None:
    goods.define([Definition("TEA", "茶")], by=SYSTEM, at=at)
    made = bring(row("T1"), row("T2", "NOPE", nth=2), row("T3", nth=3), strict=True, choices={"goods": "reject"})
    refused(made, 1, "第 3 行「商品编码」没有这个商品编码")
    assert not Order.objects.exists()


@pytest.mark.capability("I-08")
def test_an_order_that_is_here_and_says_something_else_refuses_the_whole_file(bring: Bring) -> None:
    bring(row("T1"), row("T9", nth=9))
    refused(bring(row("T8", nth=8), row("T1", pieces="2"), row("T9", nth=9), strict=True), 1, "第 3 行：已经导入过")
    assert Order.objects.count() == 2
    progress.cancel([Order.objects.get(platform_no="T1").pk], by=SYSTEM, at=clock.now())
    refused(bring(row("T8", nth=8), row("T1", pieces="3"), strict=True), 1, "第 3 行：已经在发货")
    # What is here and the same stays out of nothing.
    whole = bring(row("T8", nth=8), row("T9", nth=9), strict=True)
    assert (whole.state, whole.orders_created, whole.orders_duplicate) == ("done", 1, 1)


@pytest.mark.capability("I-08")
def test_what_somebody_did_meanwhile_refuses_it_with_nothing_left(bring: Bring, shop_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 2)
    real = imports.start

    def start(import_id: int, **more: Any) -> None:
        real(import_id, **more)
        other = "\n".join([HEADER, row("T7", pieces="9")]).encode()
        monkeypatch.setattr(imports, "start", real)
        OrdersIn(other, shop=Import.objects.get().shop, by=SYSTEM, limits=taking_limits()).run(begun(shop_id))

    monkeypatch.setattr(imports, "start", start)
    bring(*(row(f"T{nth}", f"N-{nth}", nth=nth) for nth in range(9)), strict=True, create_goods=True)
    made = Import.objects.earliest("pk")
    refused(made, 1, "第 9 行：已经导入过")
    # The one order is the other's; of three batches before it nothing stays, no goods either.
    assert list(Order.objects.values_list("platform_no", "pieces")) == [("T7", 9)]
    assert not Sku.objects.exists()


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("by_command", [False, True])
def test_a_long_one_that_somebody_spoils_on_its_way_is_taken_back_by_itself(
    bring: Bring, shop_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_command: bool
) -> None:
    for size in ("AT_ONCE", "THEN", "TOGETHER"):
        monkeypatch.setattr(taking, size, 2)
    monkeypatch.setattr(taking, "rows_guessed", lambda _file: 9)
    real = imports.start

    def start(import_id: int, **more: Any) -> None:
        real(import_id, **more)
        other = "\n".join([HEADER, row("T7", pieces="9")]).encode()
        monkeypatch.setattr(imports, "start", real)
        OrdersIn(other, shop=Import.objects.get().shop, by=SYSTEM, limits=taking_limits()).run(begun(shop_id))

    monkeypatch.setattr(imports, "start", start)
    rows = [row(f"T{nth}", f"N-{nth}", nth=nth) for nth in range(9)]
    if by_command:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([HEADER, *rows]), "utf-8")
        with pytest.raises(StrictUndone):
            take_files("orders", [path], strict=True, create_goods=True)
    else:
        bring(*rows, strict=True, create_goods=True)
    made = Import.objects.earliest("pk")
    assert (made.state, made.refusal["code"], made.orders_created, made.orders_undone) == ("cancelled", "strict-undone", 7, 7)
    assert "第 9 行：已经导入过" in made.refusal["says"]
    assert dict(Order.objects.values_list("platform_no", "stage")) == {**{f"T{nth}": "cancelled" for nth in range(7)}, "T7": "pending_review"}
    # Mended, it comes in whole: what was taken back is here again.
    again = bring(*(row(f"T{nth}", f"N-{nth}", nth=nth) for nth in range(9) if nth != 7), strict=True, create_goods=True)
    assert (again.state, again.orders_created) == ("done", 8)
    assert_clean()


def taking_limits() -> Any:
    return uploads.WEB


def begun(shop_id: int) -> int:
    upload = imports.Upload("b.csv", "b" * 64, 1)
    return imports.begin("orders", upload, shop_id=shop_id, format="auto", mapping={}, options={}, by=SYSTEM, at=clock.now())


@pytest.mark.capability("I-08", "K-05")
def test_one_bin_of_goods_nobody_knows_refuses_a_whole_count(shop_id: int, tmp_path: Path) -> None:
    goods.define([Definition("TEA", "茶")], by=SYSTEM, at=clock.now())
    path = tmp_path / "stock.csv"
    path.write_text("商品编码,库位,数量\nTEA,A-1,5\nNOPE,A-2,5\n", "utf-8")
    with pytest.raises(StrictRefused) as told:
        take_files("stock", [path], strict=True)
    assert "第 3 行「商品编码」" in told.value.facts["first"]
    assert not Shelf.objects.exists()
    assert take_files("stock", [path], strict=True, create_goods=True).rows_ok == 2


def test_a_strict_file_comes_in_whole_and_says_what_it_did(shop_id: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 3)
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *(row(f"T{nth}", nth=nth) for nth in range(8)), ""]), "utf-8")
    seen: list[int] = []
    result = take_files("orders", [path], strict=True, create_goods=True, progress=lambda done, _of: seen.append(done))
    assert (result.rows_in, result.rows_ok, result.orders_created, result.rejects, seen) == (8, 8, 8, [], [3, 6, 8])
    assert_clean()
