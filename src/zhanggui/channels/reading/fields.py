"""Our fields of an order line and the words that order files use for them, in both languages."""

from collections.abc import Mapping
from functools import lru_cache

from zhanggui.channels.reading.cells import normal

# The first word is what we call it ourselves; the rest are what others do. Order decides between columns that both fit.
ORDER_FIELDS: Mapping[str, tuple[str, ...]] = {
    "order_no": ("订单号", "订单编号", "平台订单号", "主订单编号", "主订单号", "订单ID", "交易编号", "交易号", "商户订单号",
        "订单流水号", "原始单号", "Order No", "Order Number", "Order ID", "Order", "InvoiceNo", "Invoice No",
        "amazon-order-id", "order-id", "订单号（按行）"),
    "line_no": ("子订单编号", "子订单号", "子单号", "Line No", "order-item-id", "Sub Order No"),
    "placed_at": ("下单时间", "订单创建时间", "创建时间", "订单提交时间", "订单成交时间", "成交时间", "拍单时间",
        "下单日期", "订单日期", "订单时间", "Placed At", "Order Date", "Order Time", "Created at", "Order Creation Date",
        "purchase-date", "InvoiceDate", "Date"),
    "paid_at": ("付款时间", "支付时间", "订单付款时间", "支付完成时间", "付款确认时间", "付款日期", "Paid At",
        "Payment Time", "payments-date"),
    "payment_method": ("付款方式", "支付方式", "支付类型", "Payment Method"),
    "payment": ("付款状态", "支付状态", "Payment Status", "Financial Status"),
    "status": ("订单状态", "交易状态", "状态", "Order Status", "Status"),
    "name": ("收件人", "收货人", "收货人姓名", "收件人姓名", "收货姓名", "客户姓名", "买家姓名", "姓名", "Recipient",
        "Recipient Name", "Receiver Name", "Receiver", "Shipping Name", "Ship To", "recipient-name", "Customer Name"),
    "phone": ("手机", "联系手机", "收件人手机号", "收件人手机", "收货人手机", "手机号", "手机号码", "收件人电话",
        "收货人电话", "联系方式", "Phone", "Phone Number", "Mobile", "Shipping Phone", "buyer-phone-number",
        "ship-phone-number"),
    "phone2": ("电话", "联系电话", "固定电话", "座机", "备用电话", "Phone 2", "Telephone"),
    "province": ("省", "省份", "收货省份", "收件省", "省/直辖市", "Province", "State", "Shipping Province", "ship-state"),
    "city": ("市", "城市", "收货城市", "收件市", "City", "Shipping City", "ship-city"),
    "district": ("区", "区县", "区/县", "县", "收货区县", "县区", "District", "County"),
    "town": ("街道", "街道/镇", "乡镇", "Town"),
    "street": ("详细地址", "收货地址", "地址", "收件地址", "收件人地址", "收货人地址", "客户地址", "街道地址", "Address",
        "Street", "Delivery Address", "Shipping Address", "Shipping Address1", "ship-address-1"),
    "street2": ("Shipping Address2", "ship-address-2", "Address 2"),
    "postcode": ("邮编", "邮政编码", "Postcode", "Zip", "Zip Code", "Postal Code", "Shipping Zip", "ship-postal-code"),
    "country": ("国家", "国家/地区", "Country", "Shipping Country", "ship-country"),
    "account": ("买家账号", "旺旺", "旺旺号", "买家会员名", "买家昵称", "买家ID", "下单帐号", "下单账号", "会员名", "Buyer", "Buyer Account",
        "Email", "buyer-email", "CustomerID", "Customer ID"),
    "sku": ("商品编码", "商家编码", "商家编码-规格维度", "规格编码", "SKU编码", "SKU", "货号", "款号", "货品编码", "商品货号",
        "外部系统编号", "商家SKU", "条码", "Item SKU", "Lineitem sku", "SKU Reference No.", "Seller SKU", "StockCode",
        "Item Code", "Product Code", "商家编码-商品维度", "商品ID"),
    "goods": ("商品名称", "商品", "宝贝标题", "标题", "选购商品", "商品标题", "货品名称", "品名", "产品名称", "Goods",
        "Product", "Product Name", "Item Name", "Lineitem name", "product-name", "Description", "Title"),
    "spec": ("规格", "商品规格", "商品属性", "规格名称", "销售属性", "颜色分类", "Spec", "Variant", "Variation Name",
        "Options"),
    "quantity": ("数量", "商品数量", "商品数量(件)", "购买数量", "订购数量", "件数", "件", "个数", "Quantity", "Qty", "Lineitem quantity",
        "quantity-purchased"),
    "unit": ("单价", "价格", "价钱", "商品单价", "销售单价", "售价", "京东价", "商品价格", "Unit Price", "UnitPrice", "Price",
        "Lineitem price", "Deal Price"),
    "line_total": ("小计", "金额", "商品金额", "商品总价", "商品总价(元)", "行金额", "Line Total", "Amount",
        "Product Subtotal", "item-price"),
    "line_discount": ("单品优惠", "行优惠", "商品优惠", "Line Discount", "Lineitem discount", "item-promotion-discount"),
    "freight": ("运费", "邮费", "邮费(元)", "运费金额", "买家应付邮费", "快递费", "Freight", "Shipping", "Shipping Fee",
        "shipping-price"),
    "discount": ("整单优惠", "订单优惠", "优惠总金额", "优惠金额", "店铺优惠折扣(元)", "优惠", "Order Discount", "Discount",
        "Discount Amount"),
    "discount2": ("平台优惠折扣(元)", "ship-promotion-discount"),
    "discount3": ("多多支付立减金额(元)",),
    "total": ("订单总额", "结算金额", "应付金额", "订单应付金额", "订单总金额", "应付总额", "用户实付金额(元)", "实付金额",
        "买家实际支付金额", "总金额", "订单金额", "合计", "Order Total", "Total", "Total Amount", "Grand Total"),
    "paid": ("已付金额", "实付款", "Paid", "Paid Amount", "Amount Paid"),
    "buyer_note": ("买家留言", "买家备注", "客户留言", "Buyer Note", "Notes", "Note", "Remark from buyer"),
    "seller_note": ("卖家备注", "商家备注", "订单备注", "备注", "Seller Note", "Remark"),
    "flag": ("旗帜", "旗帜颜色", "插旗", "卖家备注旗帜", "Flag"),
    "currency": ("币种", "货币", "Currency"),
    "ship_by": ("承诺发货时间", "最晚发货时间", "发货截止时间", "预计发货时间", "Ship By", "promise-date",
        "latest-ship-date"),
    "ships_from": ("可发货时间", "可发货日期", "最早发货时间", "预售发货时间", "Ships From", "Available From"),
    "carrier": ("快递公司", "物流公司", "承运商", "Carrier", "Shipping Carrier"),
    "waybill": ("快递单号", "物流单号", "运单号", "面单号", "Waybill", "Tracking Number", "Tracking No"),
}

# Words that only the named formats read, so that their header row is found below a title.
NAMED_WORDS = (
    "买家支付宝账号", "买家应付货款", "买家支付积分", "返点积分", "宝贝种类", "宝贝总数量", "店铺Id", "店铺名称",
    "套餐信息", "支付单号", "条形码", "重量(克)", "仓库", "库位", "成本价", "类目",
)


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """The normal form of every header word we know."""
    return frozenset(normal(word) for words in (*ORDER_FIELDS.values(), NAMED_WORDS) for word in words)


def first_words() -> dict[str, str]:
    """Each field by our own name for it."""
    return {field: words[0] for field, words in ORDER_FIELDS.items()}
