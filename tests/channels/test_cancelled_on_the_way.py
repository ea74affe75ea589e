"""An import cancelled while a batch is on its way: the batch is in the books and counted, or it is not there at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhanggui.channels import taking
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.refusals import NothingMade
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.channels.taking_rows import RowsIn
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.models import Order
from zhanggui.stock.models import Ledger, Shelf

pytestmark = pytest.mark.django_db
HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间"
STOCK = "商品编码,库位,数量"


def order(nth: int) -> str:
    return f"T{nth},TEA,1,10.00,林晓,139{nth:08},浙江省,杭州市,西湖区,文三路 {nth} 号,2026-03-08 14:31:12"


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Somebody presses the button after so many batches, between the reading of the next one and its writing."""

    def press(kind: type[taking.Taking], after: int) -> None:
        for size in ("AT_ONCE", "THEN"):
            monkeypatch.setattr(taking, size, 10)
        real, batches = kind._write, [0]

        def write(self: Any, import_id: int, *rest: Any) -> Any:
            if batches[0] == after:
                imports.cancel(import_id, by=SYSTEM, at=clock.now())
            batches[0] += 1
            return real(self, import_id, *rest)

        monkeypatch.setattr(kind, "_write", write)

    return press


def written(folder: Path, header: str, rows: list[str]) -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("after", [0, 2])
def test_orders_of_a_cancelled_import_are_those_it_counts(shop_id: int, cut: Callable[..., None], tmp_path: Path, after: int) -> None:
    cut(OrdersIn, after)
    rows = [order(nth) if nth % 10 else f"T{nth},TEA,0" for nth in range(50)]
    result = take_files("orders", [written(tmp_path, HEADER, rows)])
    made = Import.objects.get()
    assert made.state == "cancelled"
    assert Order.objects.count() == made.orders_created == result.orders_created == 9 * after
    assert ImportRow.objects.count() == 10 * after
    assert len(result.rejects) == made.rows_rejected == after
    assert_clean()
    if not after:
        with pytest.raises(NothingMade):
            undoing.ask_for(made.pk, reason="x", by=SYSTEM, at=clock.now())
        return
    assert undoing.ask_for(made.pk, reason="x", by=SYSTEM, at=clock.now())
    jobs.run_until_idle()
    assert set(Order.objects.values_list("stage", flat=True)) == {"cancelled"}
    assert Import.objects.get().orders_undone == 18


@pytest.mark.capability("I-08", "K-05")
def test_stock_of_a_cancelled_import_is_what_it_counts(shop_id: int, cut: Callable[..., None], tmp_path: Path) -> None:
    cut(RowsIn, 1)
    take_files("stock", [written(tmp_path, STOCK, [f"S{nth},A-1,5" for nth in range(30)])], create_goods=True)
    made = Import.objects.get()
    assert (made.state, made.rows_ok, ImportRow.objects.count()) == ("cancelled", 10, 10)
    assert (Shelf.objects.count(), Ledger.objects.count()) == (10, 10)
    assert_clean()


def test_an_undo_asks_the_rows_and_not_the_number(shop_id: int, tmp_path: Path) -> None:
    take_files("orders", [written(tmp_path, HEADER, [order(1)])])
    Import.objects.update(orders_created=0)
    assert undoing.ask_for(Import.objects.get().pk, reason="x", by=SYSTEM, at=clock.now())
