"""The typed reasons an order may be held for: what each is called, how bad, and who mends it."""

from typing import NamedTuple


class Reason(NamedTuple):
    """``tone``: bad must be mended, warn wants a look, quiet waits for somebody else. ``role`` owns it."""

    code: str
    zh: str
    tone: str
    role: str
    why: str
    fix: str


REASONS = {
    reason.code: reason
    for reason in (
        Reason("out-of-stock", "缺货", "bad", "warehouse", "可用库存不够整单", "补货后会自动再审；也可以改数量或换商品"),
        Reason("address-incomplete", "收货信息异常", "bad", "reviewer", "缺姓名、电话或地址", "补全收货信息"),
        Reason(
            "region-disagrees", "省市区不符", "warn", "reviewer", "区县不在所写的城市里", "核对地址：改收货信息，或确认无误就放行"
        ),
        Reason("sku-unknown", "商品没对应", "bad", "reviewer", "有商品对不上本地 SKU", "把它对应到一个 SKU"),
        Reason("amount-mismatch", "金额不符", "bad", "finance", "商品、优惠、运费合起来不等于应付", "核对金额后改单"),
        Reason("unpaid", "未付款", "bad", "sales", "钱还没到", "等付款，或改成货到付款、挂账"),
        Reason("underpaid", "少付", "warn", "finance", "实付少于应付", "核对后放行，或联系买家补款"),
        Reason(
            "duplicate-suspected", "疑似重复", "warn", "reviewer", "同一收件人一天内买过同款", "看一眼那一单，确认不是重复就放行"
        ),
        Reason("quantity-odd", "数量异常", "warn", "reviewer", "一行买得特别多", "和买家确认后放行"),
        Reason("not-sent-there", "不发的地区", "warn", "reviewer", "收货地在不发的地区里", "和买家说好改地址或取消，或者放行"),
        Reason("sku-retired", "商品停售", "warn", "reviewer", "有商品已经停用", "换成别的商品，或确认还有货就放行"),
        Reason("method-closed", "付款方式停用", "warn", "finance", "这种付款方式店里已经不用", "换一种付款方式，或确认钱到了就放行"),
        Reason("cod-over", "货到付款超限", "warn", "finance", "货到付款的金额超过上限", "让买家先付一部分，或确认可靠就放行"),
        Reason("credit-over", "挂账超额", "warn", "finance", "这个买家欠的超过额度", "先收一部分欠款，或放行"),
        Reason("total-odd", "大额订单", "warn", "finance", "一单的金额特别大", "和买家确认后放行"),
        Reason("note-asks", "备注需人工", "warn", "sales", "留言或备注里有要人处理的话", "照备注办好，再放行"),
        Reason("flagged", "插了旗", "warn", "sales", "旗子的颜色说明要人先看", "看清旗子是为什么插的，再放行"),
        Reason("refund-applied", "买家申请退款", "warn", "sales", "平台上说买家申请了退款", "先到平台上处理退款；买家撤销了再放行"),
        Reason("locked-there", "平台锁单", "warn", "sales", "平台锁住了这一单，或在风控中", "等平台放开再放行"),
        Reason("price-low", "价格过低", "warn", "finance", "低于成本价", "确认不是标错价再放行"),
        Reason("free-of-charge", "免费发货", "warn", "reviewer", "赠品、样品、补发、换货不收钱", "看清是谁答应的、为什么，再放行"),
        Reason("rule-held", "规则挂起", "warn", "reviewer", "您写的一条规则让它先停下", "看规则写了什么，处理好就放行；放行后这条规则不再拦它"),
        Reason("finance-asked", "待财务看", "warn", "finance", "您写的一条规则要财务先看", "财务看过，就放行；放行后这条规则不再问"),
        Reason("shelf-short", "拣货缺货", "bad", "warehouse", "账上有，货架上没找到", "盘点库位，补上后再审"),
        Reason("waybill-failed", "取号失败", "bad", "warehouse", "快递没给单号", "按快递的说法改，再取一次"),
        Reason("by-hand", "挂起", "quiet", "sales", "有人让它先停一停", "处理好后解挂"),
    )
}
