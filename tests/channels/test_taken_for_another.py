"""A file taken for something it is not changes nothing: it is told what it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhanggui.channels.models import Import
from zhanggui.channels.refusals import DetailsAlone, OtherKind
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
