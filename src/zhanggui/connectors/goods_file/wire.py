"""Rows of a goods file to ``GoodsRow``; a row that cannot be read is turned away alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from zhanggui.channels.port import Context, GoodsRow, Table, Turned
from zhanggui.channels.reading.amounts import Amounts, exactly
from zhanggui.channels.reading.cells import is_blank, normal, order_no
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.findings import Findings
from zhanggui.channels.reading.row_file import Row, RowFile, code_of

# Our field → the words for it; the first two head the template in Chinese and English.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "sku": ("商品编码", "SKU", "商家编码", "货号", "规格编码", "货品编码", "SKU编码", "StockCode", "Product Code", "Item Code"),
    "goods": ("商品名称", "Name", "名称", "品名", "货品名称", "商品标题", "宝贝标题", "Goods", "Product Name", "Title",
              "Description"),
    "spec": ("规格", "Spec", "规格名称", "商品规格", "销售属性", "Variant", "Options"),
    "barcode": ("条码", "Barcode", "条形码", "国际条码", "69码", "EAN", "UPC", "GTIN"),
    "weight_g": ("重量(克)", "Weight (g)", "重量(g)", "重量g", "克重", "Weight g", "Weight Grams"),
    "weight_kg": ("重量(千克)", "Weight (kg)", "重量(kg)", "重量kg", "重量(公斤)"),
    "price": ("售价", "Price", "单价", "销售价", "标准售价", "零售价", "吊牌价", "Unit Price", "Retail Price"),
    "cost": ("成本价", "Cost", "成本", "进价", "采购价", "Cost Price", "Unit Cost"),
    "category": ("类目", "Category", "分类", "商品分类", "品类", "Type"),
}
TEMPLATE = ("sku", "goods", "spec", "barcode", "weight_g", "price", "cost", "category")
EXAMPLE = ("TEE-WHITE-L", "纯棉 T 恤", "白色 L", "6901234567892", "180", "59.00", "23.50", "上衣")
_HEAVIEST_G = 1_000_000


_COUNTED = ("数量", "Quantity", "Qty", "库存数量", "在库数量", "实物库存")
_PLACES = ("仓库", "库位", "货位", "仓位", "仓库编码", "库位编码", "Warehouse", "Warehouse Code", "Bin")


def counted(header: Sequence[str]) -> bool:
    """Pieces in a place: what lies on a shelf, not what the goods are."""
    words = {normal(word) for word in header}
    return any(normal(word) in words for word in _COUNTED) and any(normal(word) in words for word in _PLACES)


FILE = RowFile(FIELDS, ("sku", "goods"), TEMPLATE, surer=5, others=counted)


def goods(table: Table, context: Context) -> Iterator[GoodsRow | Turned]:
    """Every row once. A code that comes again, or differs from another only by case, width or blanks, is turned away."""
    return _goods(FILE.rows(table, context.mapping), context.currency)


def _goods(rows: Iterable[Row | Turned], currency: str) -> Iterator[GoodsRow | Turned]:
    amounts = Amounts(currency)
    seen: dict[str, tuple[str, int]] = {}
    for each in rows:
        if isinstance(each, Turned):
            yield each
            continue
        given, found = each
        code, row = code_of(given, found), found.row
        before, at = seen.get(normal(code), (code, row))
        if code and at != row:
            found.bad("sku", Code.SAME_KEY_TWICE if before == code else Code.AMBIGUOUS_SKU, str(at))
        goods_name, spec, category = (found.words(field, given.get(field)) for field in ("goods", "spec", "category"))
        if not goods_name:
            found.bad("goods", Code.BLANK)
        barcode = order_no(given.get("barcode"))
        if isinstance(barcode, Code):
            if barcode is not Code.BLANK:
                found.bad("barcode", barcode, given["barcode"])
            barcode = ""
        price, cost = (_money(field, given.get(field), amounts, found) for field in ("price", "cost"))
        weight_g = _weight(given, found)
        if found.problems:
            yield Turned("", (row,), tuple(found.problems))
        else:
            seen[normal(code)] = code, row
            yield GoodsRow(row, code, goods_name, spec, barcode, category, weight_g, price, cost, currency)


def _money(field: str, cell: object, amounts: Amounts, found: Findings) -> int | None:
    if is_blank(cell):
        return None
    minor = amounts.read(cell)
    if isinstance(minor, Code):
        found.bad(field, minor, cell)
        return None
    if minor < 0:
        found.bad(field, Code.PRICE_RANGE, cell)
        return None
    return minor


def _weight(given: Mapping[str, object], found: Findings) -> int | None:
    """Grams; a weight in kilograms must come out at whole grams."""
    for field, grams in (("weight_g", 1), ("weight_kg", 1000)):
        cell = given.get(field)
        if is_blank(cell):
            continue
        number = exactly(cell)
        if isinstance(number, Code):
            found.bad(field, number, cell)
        elif number < 0 or number * grams > _HEAVIEST_G:
            found.bad(field, Code.AMOUNT_RANGE, cell)
        elif (number * grams) % 1:
            found.bad(field, Code.TOO_PRECISE, cell)
        else:
            return int(number * grams)
        return None
    return None
