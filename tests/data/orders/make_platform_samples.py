"""Writes the samples of platform reports again: `python tests/data/orders/make_platform_samples.py`.

The headers are those the platforms export, as merchants and the makers of other programs show them in public; a merchant may choose
fewer columns. People, goods and orders are invented.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
Rows = Sequence[Mapping[str, str]]

JD = (
    "订单号", "商品ID", "商品名称", "订购数量", "支付方式", "下单时间", "京东价", "订单金额", "结算金额", "余额支付",
    "应付金额", "订单状态", "订单类型", "下单帐号", "客户姓名", "客户地址", "联系电话", "订单备注", "发票类型", "发票抬头",
    "发票内容", "商家备注", "商家备注等级（等级1-5为由高到低）", "运费金额", "付款确认时间", "增值税发票", "货号",
    "订单完成时间", "订单来源", "订单渠道",
)
PDD = (
    "商品", "订单号", "订单状态", "商品数量(件)", "是否审核中", "支付时间", "承诺发货时间", "承诺送达时间", "发货时间",
    "确认收货时间", "商品id", "商品规格", "样式ID", "商品一级类目", "商品二级类目", "商品三级类目", "商品四级类目",
    "商家编码-规格维度", "商家编码-商品维度", "商家备注", "买家留言", "售后状态", "消费者资料", "订单成交时间",
    "消费者资料上传时间", "赠品名称", "赠品id", "赠品规格", "赠品数量", "团ID", "团身份", "商品总价(元)", "邮费(元)",
    "店铺优惠折扣(元)", "平台优惠折扣(元)", "多多支付立减金额(元)", "上门安装费(元)", "送货入户费(元)",
    "送货入户并安装费(元)", "用户实付金额(元)", "商家实收金额(元)", "快递单号", "快递公司", "省", "市", "区", "街道/镇",
)
DOUYIN = (
    "主订单编号", "子订单编号", "选购商品", "商品规格", "商品数量", "商品ID", "商家编码", "商品单价", "订单应付金额", "运费",
    "优惠总金额", "平台优惠", "商家优惠", "达人优惠", "商家改价", "支付优惠", "红包抵扣", "支付方式", "手续费", "收件人",
    "收件人手机号", "省", "市", "区", "街道", "详细地址", "是否修改过地址", "买家留言", "订单提交时间", "旗帜颜色",
    "商家备注", "订单完成时间", "支付完成时间", "流量来源", "流量体裁", "订单状态", "承诺发货时间", "取消原因", "售后状态",
    "达人ID", "达人昵称",
)
SHOPIFY = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing", "Currency",
    "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method", "Created at",
    "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku",
    "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status", "Billing Name", "Billing Street",
    "Billing Address1", "Billing Address2", "Billing Company", "Billing City", "Billing Zip", "Billing Province",
    "Billing Country", "Billing Phone", "Shipping Name", "Shipping Street", "Shipping Address1", "Shipping Address2",
    "Shipping Company", "Shipping City", "Shipping Zip", "Shipping Province", "Shipping Country", "Shipping Phone", "Notes",
    "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference", "Refunded Amount", "Vendor",
    "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags", "Risk Level", "Source", "Lineitem discount",
    "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value", "Tax 3 Name", "Tax 3 Value", "Tax 4 Name", "Tax 4 Value",
    "Tax 5 Name", "Tax 5 Value", "Phone", "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name",
    "Payment ID", "Payment Terms Name", "Next Payment Due At", "Payment References",
)
AMAZON = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel",
    "sales-channel", "order-channel", "url", "ship-service-level", "product-name", "sku", "asin", "item-status", "quantity",
    "currency", "item-price", "item-tax", "shipping-price", "shipping-tax", "gift-wrap-price", "gift-wrap-tax",
    "item-promotion-discount", "ship-promotion-discount", "ship-city", "ship-state", "ship-postal-code", "ship-country",
    "promotion-ids", "is-business-order", "purchase-order-number", "price-designation",
)
SHOPEE = (
    "Order ID", "Order Status", "Cancel reason", "Return / Refund Status", "Tracking Number*", "Shipping Option",
    "Order Creation Date", "Product Name", "SKU Reference No.", "Variation Name", "Original Price", "Deal Price", "Quantity",
    "Returned quantity", "Product Subtotal", "Seller Rebate", "Seller Discount", "Receiver Name", "Phone Number",
    "Delivery Address", "Town", "District", "City", "Province", "Country", "Zip Code", "Remark from buyer",
    "Order Complete Time", "Note",
)


def write(name: str, header: Sequence[str], rows: Rows, *, encoding: str = "utf-8-sig", tabs: bool = False) -> None:
    """Between tabs nothing is quoted, as Amazon writes it."""
    for row in rows:
        assert set(row) <= set(header), set(row) - set(header)
    table = [header, *([row.get(word, "") for word in header] for row in rows)]
    text = io.StringIO()
    if tabs:
        text.write("".join("\t".join(cells) + "\r\n" for cells in table))
    else:
        csv.writer(text, lineterminator="\r\n").writerows(table)
    (HERE / name).write_bytes(text.getvalue().encode(encoding))


def jd() -> Rows:
    first = {
        "订单号": "298765432101", "支付方式": "在线支付", "下单时间": "2026-03-08 14:30:00", "订单金额": "127.90", "结算金额": "120.90",
        "余额支付": "10.90", "应付金额": "110.00", "订单状态": "等待出库", "下单帐号": "shancha", "客户姓名": "周知远",
        "客户地址": "浙江杭州市西湖区文三路 100 号", "联系电话": "138****0002", "订单备注": "放门口", "商家备注": "老客户",
        "商家备注等级（等级1-5为由高到低）": "1", "运费金额": "6.00", "付款确认时间": "2026-03-08 14:31:12",
    }
    tee = {"商品ID": "1001", "商品名称": "纯棉T恤", "订购数量": "2", "京东价": "59.00", "货号": "TEE-WHITE-L"}
    sock = {"商品ID": "1002", "商品名称": "棉袜", "订购数量": "1", "京东价": "9.90", "货号": "SOCK-GREY"}
    alone = {"订单金额": "9.90", "结算金额": "9.90", "余额支付": "0.00", "应付金额": "9.90", "运费金额": "0.00"}
    return [
        {**first, **tee}, {**first, **sock},
        {**first, **alone, **sock, "订单号": "298765432102", "支付方式": "货到付款", "付款确认时间": "", "联系电话": "13800000002"},
        {**first, **alone, **sock, "订单号": "298765432103", "订单状态": "(删除)等待出库"},
        {**first, **alone, **sock, "订单号": "298765432104", "订单状态": "(锁定)等待出库"},
        {**first, **alone, **sock, "订单号": "298765432105", "订单状态": "完成"},
        {**first, **alone, **sock, "订单号": "298765432106", "应付金额": "12.90"},
        {**first, **tee, "订单号": "298765432107"}, {**first, **sock, "订单号": "298765432107", "应付金额": "111.00"},
    ]  # fmt: skip


def pdd() -> Rows:
    row = {
        "商品": "纯棉T恤", "订单号": "260308-123456789012345\t", "订单状态": "待发货", "商品数量(件)": "3", "是否审核中": "否",
        "支付时间": "2026-03-08 14:31:12\t", "承诺发货时间": "2026-03-10 14:31:12", "商品规格": "白色,L", "样式ID": "778899\t",
        "商家编码-规格维度": "TEE-WHITE-L\t", "订单成交时间": "2026-03-08 14:30:00", "售后状态": "无售后或售后取消",
        "商品总价(元)": "1,000.00", "邮费(元)": "6.00", "店铺优惠折扣(元)": "10.00", "平台优惠折扣(元)": "5.00",
        "多多支付立减金额(元)": "1.50", "上门安装费(元)": "30.00", "用户实付金额(元)": "1,019.50", "商家实收金额(元)": "1,026.00",
        "省": "浙江省", "市": "杭州市", "区": "西湖区", "街道/镇": "翠苑街道", "买家留言": "要白色", "商家备注": "加急",
    }
    return [
        row,
        {**row, "订单号": "260308-123456789012346", "是否审核中": "是"},
        {**row, "订单号": "260308-123456789012347", "订单状态": "未发货，退款成功", "售后状态": "退款成功"},
        {**row, "订单号": "260308-123456789012348", "订单状态": "已发货，待签收", "快递单号": "YT1234567890123", "快递公司": "圆通快递"},
        {**row, "订单号": "260308-123456789012349", "用户实付金额(元)": "1,019.51"},
        {**row, "订单号": "260308-123456789012350", "用户实付金额(元)": "999.00"},
        {**row, "订单号": "260308-123456789012351", "订单状态": "待支付", "支付时间": ""},
        {**row, "订单号": "260308-123456789012352", "赠品名称": "试用装", "赠品id": "5511", "赠品规格": "5 ml", "赠品数量": "2"},
        {**row, "订单号": "260308-123456789012353"}, {**row, "订单号": "260308-123456789012353", "商品数量(件)": "4"},
    ]  # fmt: skip


def douyin() -> Rows:
    order = {
        "主订单编号": "6920000000000000001\t", "支付方式": "微信支付", "收件人": "周*", "收件人手机号": "138****0002", "省": "浙江省",
        "市": "杭州市", "区": "西湖区", "街道": "翠苑街道", "详细地址": "文三路****", "订单提交时间": "2026-03-08 14:30:00",
        "支付完成时间": "2026-03-08 14:31:12", "订单状态": "待发货", "承诺发货时间": "2026-03-10 14:30:00", "旗帜颜色": "红色",
        "售后状态": "-",
    }
    tee = {
        "子订单编号": "6920000000000000002\t", "选购商品": "纯棉T恤", "商品规格": "白色;L", "商品数量": "2", "商品ID": "3001",
        "商家编码": "TEE-WHITE-L", "商品单价": "59.00", "订单应付金额": "105.00", "运费": "6.00", "优惠总金额": "19.00", "平台优惠": "5.00",
        "商家优惠": "10.00", "达人优惠": "4.00",
    }
    sock = {
        "子订单编号": "6920000000000000003\t", "选购商品": "棉袜", "商品数量": "1", "商品ID": "3002", "商家编码": "SOCK-GREY",
        "商品单价": "9.90", "订单应付金额": "8.40", "运费": "0.00", "优惠总金额": "0.00", "支付优惠": "1.50",
    }
    secret = "#" + "Qm9keVNlYWxlZFRleHQ" + "#"
    return [
        {**order, **tee}, {**order, **sock},
        {**order, **tee, "主订单编号": "6920000000000000011", "收件人": secret, "收件人手机号": secret, "详细地址": secret},
        {**order, **tee, "主订单编号": "6920000000000000021"},
        {**order, **sock, "主订单编号": "6920000000000000021", "订单状态": "已关闭", "售后状态": "退款成功"},
        {**order, **tee, "主订单编号": "6920000000000000031"},
        {**order, **sock, "主订单编号": "6920000000000000031", "订单状态": "已发货"},
        {**order, **tee, "主订单编号": "6920000000000000041", "商家改价": "-5.00", "订单应付金额": "100.00"},
        {**order, **tee, "主订单编号": "6920000000000000051", "订单应付金额": "77.00"},
        {**order, **tee, "主订单编号": "6920000000000000061", "订单状态": "待支付", "支付完成时间": ""},
    ]  # fmt: skip


def shopify() -> Rows:
    order = {
        "Name": "#1001", "Email": "june@example.com", "Financial Status": "paid", "Paid at": "2026-03-08 01:31:12 -0500",
        "Fulfillment Status": "unfulfilled", "Currency": "USD", "Subtotal": "44.00", "Shipping": "5.00", "Taxes": "3.96", "Total": "52.96",
        "Discount Code": "SPRING", "Discount Amount": "4.00", "Shipping Method": "Standard", "Created at": "2026-03-08 01:30:00 -0500",
        "Shipping Name": "June Park", "Shipping Street": "12 Elm St, Apt 4", "Shipping Address1": "12 Elm St", "Shipping Address2": "Apt 4",
        "Shipping City": "Austin", "Shipping Zip": "'02134", "Shipping Province": "TX", "Shipping Country": "US",
        "Shipping Phone": "+1 512-555-0100", "Payment Method": "Shopify Payments", "Id": "5544332211", "Notes": "Leave at door",
        "Shipping Province Name": "Texas", "Outstanding Balance": "0.00",
    }
    mug = {
        "Lineitem quantity": "2", "Lineitem name": "Mug - Blue", "Lineitem price": "20.00", "Lineitem sku": "MUG-BLUE",
        "Lineitem discount": "0.00", "Vendor": "Kiln",
    }
    cup = {
        "Name": "#1001", "Email": "june@example.com", "Lineitem quantity": "1", "Lineitem name": "Cup", "Lineitem price": "8.00",
        "Lineitem sku": "CUP",
    }
    alone = {"Subtotal": "40.00", "Discount Amount": "0.00", "Taxes": "0.00", "Total": "45.00"}
    yen = {"Currency": "JPY", "Subtotal": "4000", "Shipping": "500", "Taxes": "0", "Total": "4500", "Discount Amount": "0"}
    return [
        {**order, **mug}, cup,
        {**order, **mug, **alone, "Name": "#1002", "Financial Status": "pending", "Paid at": ""},
        {**order, **mug, **alone, "Name": "#1003", "Financial Status": "refunded", "Cancelled at": "2026-03-09 10:00:00 -0500"},
        {**order, **mug, **alone, "Name": "#1004", "Fulfillment Status": "fulfilled"},
        {**order, **mug, **alone, "Name": "#1005", "Fulfillment Status": "partial"},
        {**order, **mug, **alone, "Name": "#1006", "Financial Status": "partially_paid", "Outstanding Balance": "15.00"},
        {**order, **mug, **alone, "Name": "#1007", "Financial Status": "pending", "Paid at": "", "Payment Method": "Cash on Delivery (COD)"},
        {**order, **mug, **yen, "Name": "#1008", "Lineitem price": "2000", "Shipping Country": "JP", "Shipping Province": "JP-13",
         "Shipping Province Name": "Tokyo", "Shipping City": "Minato", "Shipping Phone": "+81 3-5555-0100"},
        {**order, **mug, **alone, "Name": "#1009", "Subtotal": "99.00"},
        {**order, **mug, **alone, "Name": "#1010", "Currency": "ZZZ"},
    ]  # fmt: skip


def amazon() -> Rows:
    order = {
        "amazon-order-id": "113-1234567-1234567", "purchase-date": "2026-03-08T06:30:00+00:00", "last-updated-date": "2026-03-08T07:00:00+00:00",
        "order-status": "Unshipped", "fulfillment-channel": "Merchant", "sales-channel": "Amazon.com", "ship-service-level": "Standard",
        "item-status": "Unshipped", "currency": "USD", "ship-city": "AUSTIN", "ship-state": "TX", "ship-postal-code": "78701",
        "ship-country": "US", "is-business-order": "false",
    }
    mug = {
        "product-name": "Mug, 15\" tall", "sku": "MUG-BLUE", "asin": "B000000001", "quantity": "3", "item-price": "50.00", "item-tax": "4.13",
        "shipping-price": "5.99", "shipping-tax": "0.49", "item-promotion-discount": "5.00", "ship-promotion-discount": "5.99",
    }
    cup = {"product-name": "Cup", "sku": "CUP", "asin": "B000000002", "quantity": "1", "item-price": "8.00", "item-tax": "0.66"}
    return [
        {**order, **mug}, {**order, **cup},
        {**order, **cup, "amazon-order-id": "113-1234567-0000002", "order-status": "Shipped - Delivered to Buyer", "item-status": "Shipped",
         "fulfillment-channel": "Amazon"},
        {**order, **cup, "amazon-order-id": "113-1234567-0000003", "fulfillment-channel": "Amazon"},
        {**order, **cup, "amazon-order-id": "113-1234567-0000004", "order-status": "Cancelled", "item-status": "Cancelled", "quantity": "0",
         "item-price": ""},
        {**order, **cup, "amazon-order-id": "202-1234567-0000005", "sales-channel": "Amazon.co.uk", "currency": "GBP", "item-tax": "1.33",
         "ship-country": "GB", "ship-state": "", "ship-postal-code": "SW1A 1AA"},
        {**order, **mug, "amazon-order-id": "113-1234567-0000006"},
        {**order, **cup, "amazon-order-id": "113-1234567-0000006", "item-status": "Cancelled", "quantity": "0", "item-price": ""},
        {**order, **cup, "amazon-order-id": "113-1234567-0000007", "order-status": "Pending", "item-price": ""},
    ]  # fmt: skip


def shopee() -> Rows:
    order = {
        "Order ID": "260308ABCDEFGH", "Order Status": "To ship", "Shipping Option": "Standard Delivery", "Order Creation Date": "2026-03-08 14:30",
        "Receiver Name": "J****n", "Phone Number": "******12", "Delivery Address": "Jalan Ampang 12, ****", "District": "Ampang",
        "City": "Kuala Lumpur", "Province": "Wilayah Persekutuan", "Country": "MY", "Zip Code": "50450", "Remark from buyer": "call first",
    }
    tee = {
        "Product Name": "Tee", "SKU Reference No.": "TEE-WHITE-L", "Variation Name": "White,L", "Original Price": "25.00", "Deal Price": "19.90",
        "Quantity": "2", "Returned quantity": "0", "Product Subtotal": "39.80", "Seller Rebate": "0.00", "Seller Discount": "10.20",
    }
    sock = {
        "Product Name": "Sock", "SKU Reference No.": "SOCK-GREY", "Original Price": "5.00", "Deal Price": "5.00", "Quantity": "1",
        "Product Subtotal": "5.00",
    }
    return [
        {**order, **tee}, {**order, **sock},
        {**order, **sock, "Order ID": "260308BRAZIL01", "Country": "BR", "City": "São Paulo"},
        {**order, **sock, "Order ID": "260308VIETNAM1", "Country": "VN", "Original Price": "50000", "Deal Price": "45000",
         "Product Subtotal": "45000"},
        {**order, **sock, "Order ID": "260308SHIPPING", "Order Status": "Shipping", "Tracking Number*": "MY123456789"},
        {**order, **sock, "Order ID": "260308CANCEL01", "Order Status": "Cancelled", "Cancel reason": "Buyer"},
        {**order, **sock, "Order ID": "260308MISMATCH", "Product Subtotal": "6.00"},
    ]  # fmt: skip


if __name__ == "__main__":
    write("platform_jd.csv", JD, jd(), encoding="gb18030")
    write("platform_pdd.csv", PDD, pdd())
    write("platform_douyin.csv", DOUYIN, douyin())
    write("platform_shopify.csv", SHOPIFY, shopify(), encoding="utf-8")
    write("platform_amazon.txt", AMAZON, amazon(), encoding="utf-8", tabs=True)
    write("platform_shopee.csv", SHOPEE, shopee())
