"""What a person is told of each problem, and how to mend it in the reject file."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.channels.reading.codes import Code
from zhanggui.kernel.errors import Text

_AS_TEXT = _("把这一列设为文本格式后重新导出。")
_FILL = _("填写后再导入。")
_SPLIT = _("核对后再导入。")

WORDS: dict[str, tuple[Text, Text]] = {
    Code.COLUMN_COUNT: (_("这一行的列数与表头不同。"), _("检查是否少了引号或多了分隔符。")),
    Code.ORDER_NO_BLANK: (_("「{column}」没有填订单号。"), _("每一行都要有订单号，同一订单的多行也要写。")),
    Code.NOT_AN_ORDER: (_("这一行是合计，不是订单。"), _("可以忽略，或删掉这一行。")),
    Code.CANCELLATION: (_("{value} 是退货或取消单，不作订单导入。"), _("在「售后」里登记。")),
    Code.AMOUNTS_DIFFER: (_("同一订单各行的「{column}」不一样。"), _("是每行自己的，就选「加起来」；是整单的，各行写成一样，或只写第一行。")),
    Code.CONFLICTING_VALUE: (_("同一订单的「{column}」前后不一致。"), _("同一订单的各行要写成一样，或只写第一行。")),
    Code.DETAIL_ORPHAN: (_("订单表里没有这一单（{value}）。"), _("重新导出同一时间段的订单表，和明细一起再导入；不要的就删掉这一行。")),
    Code.DETAIL_REJECTED: (_("这一单的明细不合格（明细表第 {value} 行）。"), _("改好那一行，再和它的订单一起导入。")),
    Code.ORDER_REJECTED: (_("这一单没有收（订单表第 {value} 行）。"), _("改好那一行，再和它的明细一起导入。")),
    Code.BLANK: (_("「{column}」没有填。"), _FILL),
    Code.CONTROL_CHAR: (_("「{column}」里有看不见的控制字符。"), _("重新输入这一格。")),
    Code.CELL_TOO_LONG: (_("「{column}」太长了。"), _("缩短后再导入。")),
    Code.CELL_TYPE: (_("「{column}」的内容类型不对。"), _AS_TEXT),
    Code.CELL_ERROR: (_("「{column}」是出错的公式（{value}）。"), _("改成实际的值。")),
    Code.FORMULA_NO_VALUE: (_("「{column}」是没有算出结果的公式。"), _("用 Excel 打开并保存一次，或改成实际的值。")),
    Code.FORMULA: (_("「{column}」是公式，没有用它保存的结果。"), _("改成实际的值，或导入时选「用保存的结果」。")),
    Code.HIDDEN_ROW: (_("这一行在表格里是隐藏的。"), _("取消隐藏或筛选后再导入。")),
    Code.SCIENTIFIC_NOTATION: (_("「{column}」变成了科学计数法（{value}），尾数已丢。"), _AS_TEXT),
    Code.PRECISION_LOST: (_("「{column}」存成了数字，15 位以后已不准确。"), _AS_TEXT),
    Code.DECIMAL_ID: (_("「{column}」带小数（{value}），不能作编号。"), _AS_TEXT),
    Code.ID_TOO_LONG: (_("「{column}」超过 64 个字。"), _("核对编号是否填错了列。")),
    Code.SKU_MANGLED: (_("「{column}」被表格软件改成了日期或数字。"), _AS_TEXT),
    Code.AMBIGUOUS_SKU: (_("「{column}」与另一个编码只差大小写、空格或全半角。"), _("改成同一种写法。")),
    Code.NUMBER_FORMAT: (_("「{column}」不是数字（{value}）。"), _("只写数字，例如 12 或 12.50。")),
    Code.QTY_RANGE: (_("「{column}」要在 1 到 1,000,000 之间（{value}）。"), _SPLIT),
    Code.PIECES_RANGE: (_("「{column}」要在 0 到 1,000,000 之间（{value}）。"), _("改成实际件数。")),
    Code.QTY_NOT_WHOLE: (_("「{column}」要是整数（{value}）。"), _SPLIT),
    Code.QTY_UNCLEAR: (_("「{column}」看不出是几件（{value}）。"), _("只写一个数字，例如 3。")),
    Code.PRICE_RANGE: (_("「{column}」不能为负或过大（{value}）。"), _SPLIT),
    Code.DISCOUNT_RANGE: (_("「{column}」不能为负，也不能超过金额（{value}）。"), _SPLIT),
    Code.AMOUNT_RANGE: (_("「{column}」不能为负或过大（{value}）。"), _SPLIT),
    Code.TOO_PRECISE: (_("「{column}」比最小货币单位还细（{value}）。"), _("写到分为止。")),
    Code.TOTAL_MISMATCH: (_("「{column}」与明细合计不符（{value}）。"), _("核对单价、优惠和运费。")),
    Code.CURRENCY_UNKNOWN: (_("「{column}」不是币种代码（{value}）。"), _("写 CNY、USD 这样的三个字母。")),
    Code.DATE_FORMAT: (_("「{column}」不是日期（{value}）。"), _("写成 2026-03-08 14:30:00。")),
    Code.DATE_RANGE: (_("「{column}」早于 2000 年或在将来（{value}）。"), _SPLIT),
    Code.DATE_YEAR: (_("「{column}」没有写年份（{value}）。"), _("连年份一起写，如 2026-03-08。")),
    Code.DATE_ORDER: (_("「{column}」分不清月和日（{value}）。"), _("写成 2026-03-08，或导入时选定日期顺序。")),
    Code.DATE_SERIAL: (_("「{column}」是一个数字，不是日期（{value}）。"), _("把这一列设为日期格式后重新导出。")),
    Code.PAYMENT_UNKNOWN: (_("「{column}」不认识（{value}）。"), _("写已付款、未付款、部分付款、货到付款或账期。")),
    Code.SAME_KEY_TWICE: (_("与第 {value} 行重复。"), _("删掉其中一行。")),
    Code.AMBIGUOUS_TIME: (_("「{column}」恰在时钟调整的时段（{value}）。"), _("核对时间。")),
    Code.PADDED: (_("「{column}」前后的撇号或制表符去掉了。"), ""),
    Code.FULL_WIDTH: (_("「{column}」是全角数字（{value}），按半角读。"), ""),
    Code.QTY_READ: (_("「{column}」里还写了别的，读成 {value}。"), ""),
    Code.SAME_ROW_TWICE: (_("和第 {value} 行一模一样，只算一次。"), _("若真要这么多，导入时选「加在一起」。")),
    Code.ZERO_PRICE: (_("「{column}」是 0，按赠品导入。"), _("若不是赠品，请改价。")),
    Code.OFF_BY_ONE: (_("「{column}」与明细合计差 1 分，以明细为准。"), ""),
    Code.IMPLIED_DISCOUNT: (_("明细合计比「{column}」多，差额记为优惠（{value}）。"), ""),
    Code.PHONE_MASKED: (_("「{column}」是打码的号码，不能用来打面单。"), _("从平台取完整号码或虚拟号。")),
    Code.PHONE_FORMAT: (_("「{column}」不像电话号码。"), _("核对号码。")),
    Code.STATUS_UNKNOWN: (_("不认识的订单状态（{value}）。"), _("导入后由人审核。")),
    Code.RECIPIENT_BLANK: (_("「{column}」没有填，这一单补上才能发货。"), _("在文件里填好，或导入后在订单里补上。")),
    Code.NOTE_CUT: (_("「{column}」连同没用到的列超过 500 个字，后面的没有带进来。"), _("原文件里还有；要紧的写进「{column}」的前面。")),
    Code.COUNTRY_UNKNOWN: (_("不认识的国家或地区（{value}）。"), _("导入后补上。")),
    Code.TITLES_JOINED: (_("一笔订单有几种商品却只有总数量，并成了一行。"), _("一起上传「宝贝报表」就能分开。")),
    Code.DETAIL_MISSING: (_("宝贝报表里没有这笔订单。"), _("重新导出同一时间段的宝贝报表。")),
    Code.PRICE_SHARED: (_("单价由金额按件数推算。"), ""),
    Code.PLATFORM_HOLDS: (_("平台还不让发货（{value}），先存成草稿。"), _("平台放行以后，提交这张草稿。")),
    Code.SHIPS_ELSEWHERE: (_("这一单由平台仓发货（{value}），不用您发。"), _("平台发出以后再导入，会按已发货记下。")),
}


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """One sentence for a person; ``facts`` may hold ``column``, ``value``, ``row``. Unknown codes show themselves."""
    known = WORDS.get(code)
    return str(known[0]).format_map(_Facts(facts)) if known else code


def fix(code: str) -> str:
    """The next step, for the reject file; empty where there is nothing to do."""
    known = WORDS.get(code)
    return str(known[1]) if known else ""


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
