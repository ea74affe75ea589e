"""A file taken for something it is not changes nothing: it is told what it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhanggui.channels import uploads
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading.errors import DuplicateHeader, HeadersUnknown, NoRows
from zhanggui.channels.refusals import DetailsAlone, OtherKind
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.ops.importing import take_files
from zhanggui.orders.models import Order
from zhanggui.stock.models import Shelf

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "orders"
ORDERS = "订单号,收件人,手机,详细地址,商品编码,商品名称,数量,单价\nA1,林晓,13800000001,文三路 1 号,TEA,茶,1,10.00\n"
GOODS = "商品编码,商品名称,售价,类目\nTEA,茶,10.00,茶叶\n"
STOCK = "商品编码,商品名称,仓库,数量\nTEA,茶,MAIN,7\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "file.csv"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize("dry_run", [True, False])
def test_details_without_their_orders_are_refused_and_come_in_with_them(shop_id: int, dry_run: bool) -> None:
    with pytest.raises(DetailsAlone):
        take_files("orders", [DATA / "taobao_details.csv"], dry_run=dry_run)
    assert (Order.objects.count(), Import.objects.count()) == (0, 0)
    pair = take_files("orders", [DATA / "taobao_details.csv", DATA / "taobao_orders.csv"], dry_run=dry_run)
    assert pair.format == "taobao"
    assert pair.orders_created
    assert not [reject for reject in pair.rejects if reject.code == "CHANGED"]


@pytest.mark.parametrize(
    ("kind", "text", "seems"),
    [("stock", ORDERS, "orders"), ("goods", ORDERS, "orders"), ("stock", GOODS, "goods"), ("goods", STOCK, "stock"), ("orders", STOCK, "stock")],
)
def test_a_file_of_another_kind_is_named_and_changes_nothing(
    db: None, written: Callable[[str], Path], kind: str, text: str, seems: str
) -> None:
    for asked in ("auto", kind):
        if asked == "orders":
            continue
        with pytest.raises(OtherKind) as refused:
            take_files(kind, [written(text)], format=asked, create_goods=True)
        assert refused.value.facts["word"] == seems
    assert (Shelf.objects.count(), Import.objects.count()) == (0, 0)


def test_pieces_at_a_price_and_in_no_place_are_no_stock(db: None, written: Callable[[str], Path]) -> None:
    with pytest.raises(Refused):
        take_files("stock", [written("SKU,数量,单价\nTEA,3,10.00\n")], create_goods=True)
    assert Shelf.objects.count() == 0
    assert take_files("stock", [written("SKU,库位,数量,单价\nTEA,A-1,3,10.00\n")], create_goods=True).rows_ok == 1


def test_a_file_without_a_header_is_told_so_before_anything_else(shop_id: int, written: Callable[[str], Path]) -> None:
    orders = "NH1,林小满,TEE-WHITE-L,1,59.00,59.00\nNH2,林小满,TEE-WHITE-L,1,59.00,59.00\n"
    for text in ("hello world\n", orders):
        with pytest.raises(HeadersUnknown):
            take_files("orders", [written(text)])
    with pytest.raises(NoRows):
        take_files("orders", [written(ORDERS.splitlines()[0])])
    with pytest.raises(DuplicateHeader):
        take_files("orders", [written("订单号,数量,数量\nA,1,1\n")])


def test_a_row_pasted_twice_is_said_before_it_comes_in_and_in_the_account(
    shop_id: int, owner: Actor, written: Callable[[str], Path]
) -> None:
    head, one = ORDERS.splitlines()
    file = written("\n".join([head, one, one, one.replace(",1,", ",2,"), one]))
    look = uploads.look(file.read_bytes(), file.name, shop_id=shop_id, by=owner)
    said = [(warning.row, warning.column) for warning in look.warnings if warning.code == "SAME_ROW_TWICE"]
    assert said == [(3, "订单号"), (5, "订单号")]
    assert take_files("orders", [file], create_goods=True).orders_created == 1
    assert list(ImportRow.objects.order_by("row").values_list("row", "code", "value")) == [
        (2, "", ""), (3, "SAME_ROW_TWICE", "2"), (4, "", ""), (5, "SAME_ROW_TWICE", "2"),
    ]  # fmt: skip


def test_a_stock_row_that_stays_out_names_its_column_and_its_true_bounds(db: None, written: Callable[[str], Path]) -> None:
    file = written("货号,仓库,库存\nTEA,MAIN,-3\nTEB,MAIN,0\nTEC,MAIN,1000000\nTED,MAIN,1000001\nTEF,FAR,1\n")
    take_files("stock", [file], create_goods=True)
    result = take_files("stock", [file])
    assert [(each.row, each.column, each.code) for each in result.rejects] == [
        (2, "库存", "PIECES_RANGE"), (5, "库存", "PIECES_RANGE"), (6, "仓库", "WAREHOUSE_UNKNOWN"),
    ]  # fmt: skip
    assert "0 到 1,000,000" in result.rejects[0].message
    unknown = take_files("stock", [written("货号,库存\nNEW-1,3\n")]).rejects[0]
    assert (unknown.column, unknown.code) == ("货号", "SKU_UNKNOWN")
    assert ImportRow.objects.filter(code="SKU_UNKNOWN", column="货号").exists()
