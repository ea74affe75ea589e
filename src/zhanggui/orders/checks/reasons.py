"""The typed reasons an order may be held for: what each is called, how bad, and who mends it."""

from typing import NamedTuple

# What may let a hold go by itself: the money came, goods of the order came, a refund on the platform was closed.
PAID, STOCK, REFUND_CLOSED = "paid", "stock", "refund-closed"
EVENTS = {PAID: "付清款", STOCK: "到货", REFUND_CLOSED: "平台退款关闭"}


class Reason(NamedTuple):
    """``tone``: bad must be mended, warn wants a look, quiet waits for somebody else. ``role`` owns it, and has ``due_h`` hours.

    It keeps the order from ``review``, from shipping (``ships``); ``stock``: an approved order keeps its goods meanwhile; ``merges``: the
    order may be put together with others all the same; ``buys``: what it lacks counts for purchasing. ``event`` lets it go by itself.
    One of ``hand`` is offered to people; all of this is as the house has it until the merchant says otherwise.
    """

    code: str
    zh: str
    tone: str
    role: str
    why: str
    fix: str
    due_h: int = 24
    hand: bool = False
    review: bool = True
    ships: bool = True
    stock: bool = True
    merges: bool = False
    buys: bool = True
    event: str = ""


REASONS = {
    reason.code: reason
    for reason in (
        Reason("out-of-stock", "缺货", "bad", "warehouse", "可用库存不够整单", "补货后会自动再审；也可以改数量或换商品", event=STOCK),
        Reason("address-incomplete", "收货信息异常", "bad", "reviewer", "缺姓名、电话或地址", "补全收货信息"),
        Reason(
            "region-disagrees", "省市区不符", "warn", "reviewer", "区县不在所写的城市里", "核对地址：改收货信息，或确认无误就放行"
        ),
        Reason("blacklisted", "黑名单", "warn", "sales", "收件电话在黑名单上", "看当时写的原因：取消这一单，或确认没事就放行", buys=False),
        Reason("sku-unknown", "商品没对应", "bad", "reviewer", "有商品对不上本地 SKU", "把它对应到一个 SKU"),
        Reason("amount-mismatch", "金额不符", "bad", "finance", "商品、优惠、运费合起来不等于应付", "核对金额后改单"),
        Reason("unpaid", "未付款", "bad", "sales", "钱还没到", "等付款，或改成货到付款、挂账", 72, buys=False, event=PAID),
        Reason("underpaid", "少付", "warn", "finance", "实付少于应付", "核对后放行，或联系买家补款"),
        Reason(
            "duplicate-suspected", "疑似重复", "warn", "reviewer", "同一收件人一天内买过差不多的", "看一眼那一单，确认不是重复就放行"
        ),
        Reason("quantity-odd", "数量异常", "warn", "reviewer", "一行买得特别多", "和买家确认后放行"),
        Reason("not-sent-there", "不发的地区", "warn", "reviewer", "收货地在不发的地区里", "和买家说好改地址或取消，或者放行"),
        Reason("no-service", "快递不到", "warn", "reviewer", "这家快递不到收货地", "换一家到得了的快递，或和买家商量改地址", 8),
        Reason("sku-retired", "商品停售", "warn", "reviewer", "有商品已经停用", "换成别的商品，或确认还有货就放行"),
        Reason("method-closed", "付款方式停用", "warn", "finance", "这种付款方式店里已经不用", "换一种付款方式，或确认钱到了就放行"),
        Reason("cod-over", "货到付款超限", "warn", "finance", "货到付款的金额超过上限", "让买家先付一部分，或确认可靠就放行"),
        Reason("credit-over", "挂账超额", "warn", "finance", "这个买家欠的超过额度", "先收一部分欠款，或放行"),
        Reason("total-odd", "大额订单", "warn", "finance", "一单的金额特别大", "和买家确认后放行"),
        Reason("note-asks", "备注需人工", "warn", "sales", "留言或备注里有要人处理的话", "照备注办好，再放行"),
        Reason("flagged", "插了旗", "warn", "sales", "旗子的颜色说明要人先看", "看清旗子是为什么插的，再放行"),
        Reason(
            "refund-applied", "买家申请退款", "warn", "sales", "平台上说买家申请了退款", "先到平台上处理退款；买家撤销了再放行",
            event=REFUND_CLOSED, buys=False,
        ),
        Reason("locked-there", "平台锁单", "warn", "sales", "平台锁住了这一单，或在风控中", "等平台放开再放行"),
        Reason("price-low", "价格过低", "warn", "finance", "低于成本价", "确认不是标错价再放行"),
        Reason(
            "free-of-charge", "免费发货", "warn", "reviewer", "这一单不收钱：赠品、样品、补发、换货，或应付是 0", "看清是谁答应的、为什么，再放行"
        ),
        Reason("rule-held", "规则挂起", "warn", "reviewer", "您写的一条规则让它先停下", "看规则写了什么，处理好就放行；放行后这条规则不再拦它"),
        Reason("finance-asked", "待财审", "warn", "finance", "要财务看过才能发", "财务通过就放行，退回就回到审单；改过的单会再问一次"),
        Reason("finance-returned", "财务退回", "warn", "reviewer", "财务看过，说钱不对", "照财务写的改好，再通过；会再送财务看"),
        Reason("shelf-short", "拣货缺货", "bad", "warehouse", "账上有，货架上没找到", "盘点库位，补上后再审"),
        Reason("waybill-failed", "取号失败", "bad", "warehouse", "快递没给单号", "按快递的说法改，再取一次"),
        Reason("by-hand", "挂起", "quiet", "sales", "有人让它先停一停", "处理好后解挂", hand=True, merges=True),
        Reason(
            "wait-merge", "等合并", "quiet", "reviewer", "等同一买家的另一单，一起发", "那一单到了就合并，或解挂各发各的", 12, hand=True, merges=True,
        ),
        Reason(
            "wait-return", "等售后收货", "quiet", "aftersales", "等买家退回的货到了再发", "收到退货后解挂", 24 * 7, hand=True, buys=False,
        ),
        Reason("wait-payment", "等补款", "quiet", "sales", "等买家补足钱", "款到会自动放行", 48, hand=True, event=PAID, buys=False),
        Reason("wait-stock", "等到货", "quiet", "warehouse", "等货到了再发", "到货会自动放行", 24 * 7, hand=True, stock=False, event=STOCK),
        Reason("presale", "预售", "quiet", "sales", "预售的商品还没到能发的日子", "到日子会自动放行；也可以改日子，或现在就发", 24 * 90),
        Reason("paused", "暂停发货", "warn", "sales", "买家或平台说先别发", "说好了再解挂", hand=True, review=False),
        Reason("special", "特殊单", "warn", "reviewer", "要特别包装或另行处理", "照说明办好，再解挂", hand=True),
        Reason("carrier-unset", "没定快递", "warn", "reviewer", "还没定用哪家快递", "选好快递再解挂", 4, hand=True, merges=True),
        Reason("kit-wrong", "组合商品有误", "warn", "reviewer", "组合商品的编码或组成不对", "改对商品再解挂", hand=True),
        Reason("funds-short", "资金不足", "warn", "finance", "分销商的余额不够", "充值到账后解挂", hand=True, event=PAID, buys=False),
        Reason("dealer-unclear", "分销不明", "warn", "sales", "不清楚是谁的分销单", "问清楚再解挂", hand=True),
        Reason("merged-changed", "合并单有变", "warn", "reviewer", "合并过的单里，有一单取消或改了地址", "看清变化，拆开或改好再解挂", 4, hand=True),
        Reason(
            "report-failed", "回传失败", "warn", "reviewer", "发货没能告诉平台", "到平台上补填单号，再解挂", 4, hand=True, review=False, ships=False,
        ),
        Reason("overdue", "超时未发", "warn", "warehouse", "过了发货时限还没发", "先和买家说好，再尽快发", 4, hand=True, review=False, ships=False),
        Reason("weight-off", "称重差异", "warn", "warehouse", "称出来的重量和算的差很多", "开箱核对，再解挂", 4, hand=True, review=False),
    )
}
