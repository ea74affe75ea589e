"""The template's columns in both languages, and how its rows become orders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhanggui.channels.port import ChannelOrder, Context, Table, Turned
from zhanggui.channels.reading.assemble import Assembler, Rules
from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.fields import ORDER_FIELDS


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our field (``""`` is for the merchant alone), its header and help in both languages, an example."""

    field: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    example: str = ""
    needed: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("order_no", "订单号", "Order No", "必填，每一行都要写；同一订单号的几行是一个订单",
        "Required on every row; rows of one number are one order", "A20260308001", needed=True),
    Column("", "店铺备注", "Shop Note", "只给自己看，不导入", "For your eyes only; not imported", "天猫旗舰店"),
    Column("placed_at", "下单时间", "Placed At", "如 2026-03-08 14:30:00", "For example 2026-03-08 14:30:00",
        "2026-03-08 14:30:00"),
    Column("paid_at", "付款时间", "Paid At", "没付款就空着", "Blank if not paid yet", "2026-03-08 14:31:12"),
    Column("payment_method", "付款方式", "Payment Method", "如 支付宝、微信支付、银行转账",
        "Alipay, WeChat Pay, bank transfer…", "支付宝"),
    Column("payment", "付款状态", "Payment Status", "已付款、未付款、部分付款、货到付款、账期；空着时看付款时间",
        "Paid, Unpaid, Partial, COD or On account; blank: by Paid At", "已付款"),
    Column("paid", "已付金额", "Paid Amount", "部分付款时填", "Only for a partial payment"),
    Column("name", "收件人", "Recipient", "", "", "林小满"),
    Column("phone", "手机", "Phone", "手机、座机或带分机的虚拟号", "Mobile, landline, or a virtual number with extension",
        "13800000001"),
    Column("province", "省", "Province", "", "", "浙江省"),
    Column("city", "市", "City", "", "", "杭州市"),
    Column("district", "区县", "District", "", "", "西湖区"),
    Column("street", "详细地址", "Address", "街道、门牌、楼层", "Street, number, floor", "文三路 100 号 5 幢 301"),
    Column("postcode", "邮编", "Postcode", "", "", "310000"),
    Column("sku", "商品编码", "SKU", "必填", "Required", "TEE-WHITE-L", needed=True),
    Column("goods", "商品名称", "Goods", "", "", "纯棉 T 恤"),
    Column("spec", "规格", "Spec", "", "", "白色 L"),
    Column("quantity", "数量", "Quantity", "必填，整数", "Required, a whole number", "2", needed=True),
    Column("unit", "单价", "Unit Price", "必填，写到分", "Required, to the cent", "59.00", needed=True),
    Column("line_discount", "单品优惠", "Line Discount", "这一行一共减多少", "Off this row in all", "0.00"),
    Column("freight", "运费", "Freight", "整个订单的；写在第一行或每行写成一样",
        "Of the whole order; on its first row, or the same on each", "8.00"),
    Column("discount", "整单优惠", "Order Discount", "整个订单再减多少", "Off the whole order", "5.00"),
    Column("total", "订单总额", "Order Total", "可不填；填了就核对", "Optional; checked when given", "130.90"),
    Column("buyer_note", "买家留言", "Buyer Note", "", ""),
    Column("seller_note", "卖家备注", "Seller Note", "", ""),
    Column("flag", "旗帜", "Flag", "红、黄、绿、蓝、紫", "red, yellow, green, blue or purple"),
    Column("currency", "币种", "Currency", "空着就是店铺的币种", "Blank: the shop's", "CNY"),
    Column("ship_by", "最晚发货时间", "Ship By", "", "", "2026-03-10 14:30:00"),
)
NEEDED = tuple(column for column in COLUMNS if column.needed)
_FIELDS = {normal(name): column.field for column in COLUMNS for name in (column.zh, column.en)}
_STATUS = {normal(word) for word in ORDER_FIELDS["status"]}
_RULES = Rules(sku_needed=True)


def headers(language: str) -> list[str]:
    """The header row in ``"zh"`` or ``"en"``."""
    return [column.en if language.startswith("en") else column.zh for column in COLUMNS]


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Our field → column, for those of the template's headers that are there; and where the order stands, which the template does
    not ask: a shop's own column that says an order is sent or cancelled must not be passed over."""
    ours = {field: at for at, word in enumerate(header) if (field := _FIELDS.get(normal(word)))}
    status = next((at for at, word in enumerate(header) if normal(word) in _STATUS), None)
    return ours if status is None else {**ours, "status": status}


def certainty(header: Sequence[str]) -> int:
    """Near 100 for the template with nothing added; 0 if a required column is missing or most are strange."""
    filled = [word for word in header if word]
    known = sum(1 for word in filled if normal(word) in _FIELDS)
    have = columns_of(header)
    if any(column.field not in have for column in NEEDED) or known * 3 < len(filled) * 2:
        return 0
    return 40 + round(55 * known / len(filled)) if known >= 5 else 60


def orders(table: Table, context: Context) -> Iterator[ChannelOrder | Turned]:
    """Every order of the table."""
    columns = columns_of(table.header)
    missing = [column.zh for column in NEEDED if column.field not in columns]
    if missing:
        raise HeadersMissing(missing="、".join(missing))
    own = [at for at, word in enumerate(table.header) if normal(word) in _FIELDS]
    return Assembler(table.header, columns, context, _RULES, own).orders(table)
