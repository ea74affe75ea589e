"""Rows of a stock file to ``StockRow``; a row that cannot be read is turned away alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from zhanggui.channels.port import Context, StockRow, Table, Turned
from zhanggui.channels.reading.cells import MOST_PIECES, normal, order_no, whole
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.findings import Findings
from zhanggui.channels.reading.row_file import Row, RowFile, code_of

# Our field → the words for it; the first two head the template in Chinese and English.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "sku": ("商品编码", "SKU", "商家编码", "货号", "规格编码", "货品编码", "SKU编码", "StockCode", "Product Code", "Item Code"),
    "warehouse": ("仓库", "Warehouse", "仓库编码", "仓库代码", "Warehouse Code"),
    "bin": ("库位", "Bin", "货位", "仓位", "库位编码", "Location"),
    "quantity": ("数量", "Quantity", "库存", "库存数量", "在库数量", "实物库存", "可用库存", "Stock", "Qty", "On Hand"),
    "goods": ("商品名称", "Name", "名称", "品名", "货品名称", "Goods", "Product Name"),
}
TEMPLATE = ("sku", "warehouse", "bin", "quantity", "goods")
EXAMPLE = ("TEE-WHITE-L", "MAIN", "A-01-01", "120", "纯棉 T 恤 白色 L")
_PRICED = ("单价", "商品单价", "销售单价", "成交价", "小计", "Unit Price", "UnitPrice", "Line Total", "Deal Price")


def sold(header: Sequence[str]) -> bool:
    """Pieces at a price and in no place: lines somebody bought, not what lies on a shelf."""
    words = {normal(word) for word in header}
    placed = {normal(word) for field in ("warehouse", "bin") for word in FIELDS[field]}
    return not words & placed and any(normal(word) in words for word in _PRICED)


FILE = RowFile(FIELDS, ("sku", "quantity"), TEMPLATE, surer=10, others=sold)


def stock(table: Table, context: Context) -> Iterator[StockRow | Turned]:
    """Every row once. The same goods in the same place twice is turned away: which number is right, nobody knows."""
    return _stock(FILE.rows(table, context.mapping))


def _stock(rows: Iterable[Row | Turned]) -> Iterator[StockRow | Turned]:
    seen: dict[tuple[str, ...], int] = {}
    for each in rows:
        if isinstance(each, Turned):
            yield each
            continue
        given, found = each
        code, row = code_of(given, found), found.row
        warehouse, place = (_place(field, given.get(field), found) for field in ("warehouse", "bin"))
        pieces = whole(given["quantity"], MOST_PIECES)
        if pieces is Code.QTY_RANGE:  # a shelf may be empty, an order may not
            pieces = Code.PIECES_RANGE
        if isinstance(pieces, Code):
            found.bad("quantity", pieces, given["quantity"])
            pieces = 0
        key = (normal(code), normal(warehouse), normal(place))
        if code and key in seen:
            found.bad("sku", Code.SAME_KEY_TWICE, str(seen[key]))
        name = found.words("goods", given.get("goods"))
        if found.problems:
            yield Turned("", (row,), tuple(found.problems))
        else:
            seen[key] = row
            yield StockRow(row, code, pieces, warehouse, place, name)


def _place(field: str, cell: object, found: Findings) -> str:
    read = order_no(cell)
    if isinstance(read, Code):
        if read is not Code.BLANK:
            found.bad(field, read, cell)
        return ""
    return read
