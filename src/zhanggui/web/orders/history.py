"""The book of one order as sentences: one word for every event, and the days they happened on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.journal.queries import Line
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.money import written
from zhanggui.orders.rulebook import RULES
from zhanggui.payments.rules.causes import CAUSES
from zhanggui.web.frame import words as frame
from zhanggui.web.orders import ruling_words, words

Facts = Mapping[str, Any]
Text = str | Promise

PLAIN: Mapping[str, Text] = {
    "OrderPlaced": gettext_lazy("进了系统"),
    "OrderSentByForm": gettext_lazy("买家在下单表单里提交，同意了隐私说明"),
    "OrderSubmitted": gettext_lazy("送去审核"),
    "OrderApproved": gettext_lazy("审核通过，货占住了"),
    "OrderUnapproved": gettext_lazy("反审核，占住的货放回"),
    "OrderReleased": gettext_lazy("排进波次"),
    "OrderRecalled": gettext_lazy("退出波次"),
    "OrderShipped": gettext_lazy("全部发出"),
    "OrderDelivered": gettext_lazy("买家签收"),
    "OrderCompleted": gettext_lazy("订单完成"),
    "OrderCancelled": gettext_lazy("取消，占住的货放回"),
    "OrderRestored": gettext_lazy("恢复，重新审核"),
    "OrderRejoined": gettext_lazy("并回原来的单，这里不剩什么"),
    "OrderMerged": gettext_lazy("和别的单合成一个包裹"),
    "ParcelMade": gettext_lazy("分好包裹"),
    "ParcelOpened": gettext_lazy("开始打包"),
    "ParcelPacked": gettext_lazy("装好封箱"),
    "ParcelReopened": gettext_lazy("拆开重装"),
    "ParcelVoided": gettext_lazy("包裹作废"),
    "ParcelShipped": gettext_lazy("交给快递"),
    "ParcelDelivered": gettext_lazy("快递签收"),
    "WaybillIssued": gettext_lazy("取到面单"),
    "WaybillVoided": gettext_lazy("作废面单"),
}
FIELDS: Mapping[str, Text] = {
    "name": gettext_lazy("收件人"),
    "phone": gettext_lazy("电话"),
    "phone2": gettext_lazy("备用电话"),
    "province": gettext_lazy("省"),
    "city": gettext_lazy("市"),
    "district": gettext_lazy("区县"),
    "street": gettext_lazy("详细地址"),
    "postcode": gettext_lazy("邮编"),
    "seller_note": gettext_lazy("卖家备注"),
    "internal_note": gettext_lazy("内部备注"),
    "flag": gettext_lazy("旗标"),
    "category": gettext_lazy("分类"),
    "tags": gettext_lazy("标签"),
    "presale": gettext_lazy("可发货时间"),
    "carrier": gettext_lazy("快递"),
    "payment": gettext_lazy("付款"),
    "quantity": gettext_lazy("数量"),
    "sku": gettext_lazy("对应的 SKU"),
    "goods": gettext_lazy("商品"),
    "added": gettext_lazy("加的商品"),
    "note": gettext_lazy("商品备注"),
    "line_unit": gettext_lazy("单价"),
    "line_discount": gettext_lazy("商品优惠"),
    "discount": gettext_lazy("整单优惠"),
    "freight": gettext_lazy("运费"),
    "paid": gettext_lazy("实付"),
    "total": gettext_lazy("应付"),
    "payment_method": gettext_lazy("付款方式"),
    "buyer_note": gettext_lazy("买家留言"),
    "kind": gettext_lazy("订单种类"),
    "ship_by": gettext_lazy("最晚发货"),
    "contents": gettext_lazy("商品和金额"),
    "platform_status": gettext_lazy("平台状态"),
    "notes": gettext_lazy("留言和备注"),
    "address": gettext_lazy("收货信息"),
    "warehouse": gettext_lazy("发货的仓"),
}
# What was noted of an order, by its fields.
NOTED: Mapping[str, Text] = {
    "problem": gettext_lazy("问题"), "cause": gettext_lazy("起因"), "solution": gettext_lazy("解决办法"), "kind": gettext_lazy("类型"),
    "stage": gettext_lazy("环节"), "tags": gettext_lazy("标签"),
}  # fmt: skip
# Of how an order is paid, what kind it is and its flag the book keeps codes.
CODES: Mapping[str, Mapping[str, Text]] = {"payment": words.PAYMENTS, "kind": words.KINDS, "flag": words.FLAG_WORDS}


def _held(facts: Facts) -> str:
    """Why it was stopped, types of the merchant's own as they were called then; and when it goes by itself."""
    names = facts.get("names", {})
    said = _("拦下：%s") % _("、").join(names.get(code) or words.reason(code) for code in facts.get("codes", []))
    if until := facts.get("until"):
        moment = datetime.fromisoformat(until).astimezone(clock.company_zone())
        return _("%(said)s，到 %(until)s 自动放行") % {"said": said, "until": f"{moment:%m-%d %H:%M}"}
    return said


def _cleared(facts: Facts) -> str:
    """What is gone, and by what: finance, its time, what it waited for, or somebody."""
    says = {
        "passed": _("财务通过：%s"), "returned": _("财务退回：%s"), "until": _("到时间自动放行：%s"), "paid": _("付清款自动放行：%s"),
        "stock": _("到货自动放行：%s"), "refund-closed": _("退款关闭自动放行：%s"),
    }  # fmt: skip
    said = says.get(facts.get("finance") or facts.get("itself") or "", _("解除：%s"))
    return said % (facts.get("names", {}).get(facts.get("code")) or words.reason(facts.get("code", "")))


def _diff(facts: Facts, change: Facts, *, prices: bool) -> str:
    """One change as a sentence: what it was and what it is, where the book may say that."""
    name, sku = str(change.get("field", "")), str(change.get("sku", ""))
    says = f"{sku} {FIELDS.get(name, name)}".strip()
    old, new = change.get("old"), change.get("new")
    if name == "tags":
        put = {"on": _("贴了标签 %s"), "off": _("拿掉标签 %s")}
        return _("，").join(said % _("、").join(change[how]) for how, said in put.items() if change.get(how)) or says
    if "new" not in change or (change.get("money") and not prices):
        return says
    if name == "added":
        return _("加了 %(sku)s %(n)s 件") % {"sku": sku, "n": new}
    if name == "quantity" and new == 0:
        return _("去掉 %s 这一行") % sku
    if name == "quantity":
        return _("%(sku)s 从 %(before)s 件改成 %(after)s 件") % {"sku": sku, "before": old, "after": new}
    if name == "sku":
        return _("把 %(code)s 对应到 %(sku)s") % {"code": old or _("没有编码的一行"), "sku": new}
    if name == "goods":
        return _("把 %(code)s 换成 %(sku)s") % {"code": old, "sku": new}
    return f"{says} {_written(facts, change, old)} → {_written(facts, change, new)}"


def said(field: str, text: str) -> str:
    """What a field of an order says, its code put into words."""
    return _written({}, {"field": field}, text)


def _written(facts: Facts, change: Facts, value: Any) -> str:
    name = str(change.get("field"))
    if change.get("money"):
        return written(int(value or 0), str(facts.get("currency", "CNY")))
    if name in ("ship_by", "presale") and value:
        return f"{datetime.fromisoformat(value).astimezone(clock.company_zone()):%Y-%m-%d %H:%M}"
    said: Text = CODES[name].get(str(value), str(value)) if name in CODES else str(value)
    return str(said) or "–"


def _changed(facts: Facts, *, prices: bool = True) -> str:
    fields = facts.get("fields", [])
    if facts.get("changes"):
        told = _("；").join(_diff(facts, each, prices=prices) for each in facts["changes"])
        if facts.get("split"):
            return _("拆出 %(parts)s：%(told)s") % {"parts": _("、").join(facts["split"]), "told": told}
        if facts.get("rejoined"):
            return _("%(parts)s 并了回来：%(told)s") % {"parts": _("、").join(facts["rejoined"]), "told": told}
        if facts.get("rules"):
            return _("规则「%(rules)s」改了：%(told)s") % {"rules": _("、").join(facts["rules"]), "told": told}
        return _("按导入的文件改了：%s") % told if facts.get("file") else _("改了：%s") % told
    if "sku" in fields and facts.get("sku"):
        return _("把 %(code)s 对应到 %(sku)s") % {"code": facts.get("code") or _("没有编码的一行"), "sku": facts["sku"]}
    if "goods" in fields and facts.get("sku"):
        return _("把 %(code)s 换成 %(sku)s") % {"code": facts.get("code", ""), "sku": facts["sku"]}
    if "quantity" in fields and "to" in facts:
        pieces = {"sku": facts.get("sku", ""), "before": facts["from"], "after": facts["to"]}
        return _("%(sku)s 从 %(before)s 件改成 %(after)s 件") % pieces
    what = _("、").join(str(FIELDS.get(name, name)) for name in fields)
    return _("按导入的文件更新了%s") % what if facts.get("file") else _("改了%s") % what


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(clock.company_zone()):%m-%d %H:%M}" if moment else ""


def _money(says: str, facts: Facts) -> str:
    sum_ = written(int(facts.get("amount_minor", 0)), str(facts.get("currency", "CNY")))
    return (says % (sum_ if facts.get("prices", True) else "")).strip()


SAYS: Mapping[str, Callable[[Facts], str]] = {
    "OrderMadeFrom": lambda facts: _("从模板做出来"),
    "OrderCopiedFrom": lambda facts: _("从 %s 复制来") % facts.get("origin", ""),
    "OrderCopied": lambda facts: ngettext("复制出 %(n)s 单", "复制出 %(n)s 单", facts.get("copies", 1)) % {"n": facts.get("copies", 1)},
    "OrderHeld": _held,
    "OrderCleared": _cleared,
    "OrderChanged": _changed,
    "OrderSplitOff": lambda facts: _("从 %s 拆出来") % facts.get("origin", ""),
    "OrderUnmerged": lambda facts: _("退出合单") if facts.get("how") == "by-hand" else _("和合在一起的单不再一样，退出合单"),
    "OrderToldApart": lambda facts: _("说明和另一单不是重复，以后不再问"),
    "RuleFired": ruling_words.fired,
    "LessonNoted": lambda facts: _("记了一条问题与解决"),
    "LessonCorrected": lambda facts: _("改了记的问题：%s") % _("、").join(str(NOTED.get(name, name)) for name in facts.get("fields", [])),
    "LessonWithdrawn": lambda facts: _("撤回了记的问题"),
    "LessonBroughtBack": lambda facts: _("恢复了记的问题"),
    "LessonUsed": lambda facts: _("照 %s 的办法处理") % facts.get("origin", ""),
    "LessonNotUsed": lambda facts: _("没有照 %s 的办法处理") % facts.get("origin", ""),
    "RecipientRevealed": lambda facts: _("看了收件人明文"),
    "RecipientsOpened": lambda facts: _("读了收件人明文"),
    "PersonTaken": lambda facts: _("导出了此人的全部信息"),
    "OrdersTakenInPlain": lambda facts: _("导出了明文订单（%s 单）") % facts.get("many", 1),
    "RecipientsErased": lambda facts: _("删除了收件人信息"),
    "ErasingStopped": lambda facts: _("不许删除收件人信息") if facts.get("why") else _("可以删除收件人信息了"),
    "PaymentReceived": lambda facts: _money(_("收款 %s"), facts) + (_("，订单已经取消了") if facts.get("late") else ""),
    "PaymentRefunded": lambda facts: _money(_("退款 %s"), facts),
    "PaymentFailed": lambda facts: _("没付成：%s") % _(CAUSES[str(facts.get("cause", "other"))].zh),
    "PaymentMethodChanged": lambda facts: _("付款方式换成了%s") % _(str(facts.get("method", ""))),
    "PaymentExtended": lambda facts: _("付款期限延到 %s") % _clock(str(facts.get("due_at", ""))),
    "PaymentReminded": lambda facts: _("该提醒买家付款了") if facts.get("to") == "buyer" else _("提醒自己人：快到付款期限"),
    "PaymentOverdue": lambda facts: _("过了付款期限，还没收到钱"),
    "PaymentChased": lambda facts: _("跟进付款，%s 再联系") % facts["next_on"] if facts.get("next_on") else _("跟进付款"),
    "ParcelMoved": lambda facts: str(facts.get("text") or facts.get("status", "")),
    "WaybillRefused": lambda facts: _("没取到面单：%s") % (facts.get("message") or facts.get("code", "")),
}
# Why the house itself read a recipient; a person's reason is in their own words.
OPENED: Mapping[str, Text] = {"waybill": gettext_lazy("取面单号"), "label": gettext_lazy("打印面单")}
# Why the house itself took an approved order back; a person's reason is in their own words.
BACK: Mapping[str, Text] = {"file": gettext_lazy("导入的文件里这一单有变化，改好后再审")}
# Why the house itself called an order off.
OFF: Mapping[str, Text] = {"unpaid-in-time": gettext_lazy("没有按时付款，自动取消")}
# What of the facts is worth a second line.
NOTES = ("reason", "why", "waybill", "making")


@dataclass(frozen=True)
class Told:
    """One line of an order's history. ``day`` is set on the first line of each day."""

    at: datetime
    time: str
    day: str
    says: str
    note: str
    who: str
    auto: bool


def told(lines: Sequence[Line], *, waves: Mapping[int, str], at: datetime, prices: bool = True) -> list[Told]:
    """Newest first; without ``prices`` no amount is said. An event nobody gave a word is called by its name rather than left out."""
    found: list[Told] = []
    last_day = ""
    for line in reversed(lines):
        day = frame.day(line.at, at)
        note = _("、").join(str(line.facts[key]) for key in NOTES if line.facts.get(key))
        if line.name in ("OrderReleased", "OrderRecalled"):
            note = waves.get(line.facts.get("wave_id", 0), "")
        elif line.name == "OrderUnapproved":
            note = str(BACK.get(note, note))
        elif line.name == "OrderCancelled":
            note = str(OFF.get(note, note))
        elif line.name in ("RecipientsOpened", "RecipientRevealed"):
            note = str(OPENED.get(note, note))
        time = f"{line.at.astimezone(clock.company_zone()):%H:%M}"
        ruled = line.actor == RULES.name
        who, itself = _("规则") if ruled else line.actor, ruled or line.actor == SYSTEM.name
        found.append(Told(line.at, time, day if day != last_day else "", sentence(line, prices=prices), note, who, itself))
        last_day = day
    return found


def sentence(line: Line, *, prices: bool = True) -> str:
    if line.name == "OrderChanged":
        return _changed(line.facts, prices=prices)
    if line.name == "RuleFired":
        return ruling_words.fired(line.facts, prices=prices)
    say = SAYS.get(line.name)
    if line.name in ("PaymentReceived", "PaymentRefunded") and say:
        return say({**line.facts, "prices": prices})
    return say(line.facts) if say else str(PLAIN.get(line.name, line.name))
