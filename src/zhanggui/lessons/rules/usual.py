"""The kinds of trouble the house knows, and which of them a reason to stop an order is likely to be. Pure."""

from collections.abc import Sequence

OTHER = "other"
KINDS = {
    "goods": "商品资料",
    "stock": "库存和缺货",
    "address": "收货地址",
    "payment": "付款",
    "price": "价格和金额",
    "doubles": "重复和合单",
    "wish": "买家要求",
    "packing": "拣货打包",
    "waybill": "面单和取号",
    "carrier": "快递运输",
    "aftersales": "售后退换",
    "platform": "平台和系统",
    OTHER: "其他",
}
_MET = {
    "goods": ("sku-unknown", "sku-retired", "kit-wrong", "presale"),
    "stock": ("out-of-stock", "wait-stock", "shelf-short"),
    "address": ("address-incomplete", "region-disagrees", "not-sent-there"),
    "payment": ("unpaid", "underpaid", "method-closed", "cod-over", "credit-over", "funds-short", "wait-payment"),
    "price": ("amount-mismatch", "total-odd", "price-low", "free-of-charge", "finance-asked", "finance-returned"),
    "doubles": ("duplicate-suspected", "wait-merge", "merged-changed"),
    "wish": ("note-asks", "flagged", "quantity-odd", "special", "blacklisted", "paused"),
    "packing": ("weight-off", "overdue"),
    "waybill": ("waybill-failed", "carrier-unset"),
    "carrier": ("no-service",),
    "aftersales": ("refund-applied", "wait-return"),
    "platform": ("report-failed", "locked-there", "dealer-unclear"),
}
BY_CODE = {code: kind for kind, codes in _MET.items() for code in codes}


def kind_of(codes: Sequence[str]) -> str:
    """What the trouble most likely was where an order is held for these reasons; the first that says something counts."""
    return next((BY_CODE[code] for code in codes if code in BY_CODE), OTHER)
