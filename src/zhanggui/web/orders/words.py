"""What is said of orders: reasons to stop as sentences with their numbers, where an order is and why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.kernel import clock
from zhanggui.kernel.money import written
from zhanggui.orders import flags as flags_called
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.models import Order
from zhanggui.orders.reading.rows import Held, Light

Text = str | Promise
FLAG_TONES = {"red": "bad", "yellow": "warn", "green": "good", "blue": "info", "purple": "going"}
FLAG_WORDS = {
    "red": gettext_lazy("红"),
    "yellow": gettext_lazy("黄"),
    "green": gettext_lazy("绿"),
    "blue": gettext_lazy("蓝"),
    "purple": gettext_lazy("紫"),
}
PAYMENTS: Mapping[str, Text] = {
    "paid": gettext_lazy("已付"),
    "unpaid": gettext_lazy("未付"),
    "partial": gettext_lazy("部分付"),
    "cod": gettext_lazy("货到付款"),
    "on_account": gettext_lazy("挂账"),
    "refunded": gettext_lazy("已退款"),
}
KINDS: Mapping[str, Text] = {
    "normal": gettext_lazy("普通"),
    "wholesale": gettext_lazy("批发"),
    "presale": gettext_lazy("预售"),
    "gift": gettext_lazy("赠品"),
    "sample": gettext_lazy("样品"),
    "resend": gettext_lazy("补发"),
    "exchange": gettext_lazy("换货"),
}
PROBLEMS = {
    "no-name": gettext_lazy("没有收件人"),
    "no-phone": gettext_lazy("没有电话"),
    "bad-phone": gettext_lazy("电话不对"),
    "masked-phone": gettext_lazy("电话被遮住了"),
    "no-street": gettext_lazy("没有详细地址"),
    "no-region": gettext_lazy("没有省市"),
}

def reason(code: str) -> str:
    """What a reason is called; a plugin's is called by its code."""
    return _(REASONS[code].zh) if code in REASONS else code


def called(held: Held) -> str:
    """What a hold is called: by its reason, or as the merchant calls a type of their own."""
    return held.name or reason(held.code)


def flag_of(order: Order) -> str:
    known = flags_called.flag_of(order.flag)
    return known if known in FLAG_TONES else ""


def flags() -> list[tuple[str, Text, str]]:
    """(code, word, tone) of each flag."""
    return [(code, FLAG_WORDS[code], tone) for code, tone in FLAG_TONES.items()]


class Said(NamedTuple):
    """A sentence and, under it, more of it."""

    title: str
    note: str


def chip_says(held: Held, room: int = 10) -> str:
    """A reason as short as a chip: what somebody noted when they held it by hand stands there, as far as it has room."""
    note = str(held.facts.get("note", "")) if held.by_hand else ""
    if held.code == "presale" and held.facts.get("until"):
        return _("%(reason)s %(day)s 起") % {"reason": called(held), "day": _day(held.facts)[5:]}
    if not note:
        return called(held)
    return _("%(reason)s：%(told)s") % {"reason": called(held), "told": note if len(note) <= room else f"{note[: room - 1]}…"}


def hold_says(held: Held, currency: str = "CNY") -> Said:
    """A reason to stop with its numbers: ``缺货：GW-150-QY 只剩 3 件，本单要 5 件``."""
    say = _hand if held.by_hand else _SAYS.get(held.code)
    name, known = called(held), REASONS.get(held.code)
    told = say(held.facts, currency) if say else ""
    note = _(known.fix) if known else ""
    return Said(_("%(reason)s：%(told)s") % {"reason": name, "told": told} if told else name, note)


def short_says(facts: Mapping[str, Any], currency: str = "") -> str:
    """Of which goods there are too few."""
    lines = facts.get("short") or []
    said = [_("%(sku)s 只剩 %(free)s 件，本单要 %(wanted)s 件") % one for one in lines]
    return _("；").join(said[:3])


def _day(facts: Mapping[str, Any]) -> str:
    return f"{datetime.fromisoformat(facts['until']).astimezone(clock.company_zone()):%Y-%m-%d}"


def _presale(facts: Mapping[str, Any], currency: str) -> str:
    if not facts.get("until"):
        return _("还没定哪天起能发")
    goods = _unknown(facts, currency)
    return _("%(goods)s %(day)s 起才能发") % {"goods": goods, "day": _day(facts)} if goods else _("%s 起才能发") % _day(facts)


def _address(facts: Mapping[str, Any], currency: str) -> str:
    return _("、").join(str(PROBLEMS.get(code, code)) for code in facts.get("problems", []))


def _region(facts: Mapping[str, Any], currency: str) -> str:
    return _("%(given)s属于%(lies_in)s，不属于%(not_in)s") % {key: facts.get(key, "") for key in ("given", "lies_in", "not_in")}


def _unknown(facts: Mapping[str, Any], currency: str) -> str:
    codes = facts.get("skus", [])
    more = int(facts.get("many", len(codes))) - len(codes)
    said = _("、").join(codes)
    return _("%(codes)s 等 %(many)s 种") % {"codes": said, "many": facts.get("many")} if more > 0 else said


def _mismatch(facts: Mapping[str, Any], currency: str) -> str:
    if "sku" in facts:
        return _("%(sku)s 这一行乘不出 %(total)s") % {"sku": facts["sku"], "total": written(facts["line_minor"], currency)}
    return _("明细合计 %(lines)s，应付 %(total)s") % {
        "lines": written(facts.get("lines_minor", 0), currency),
        "total": written(facts.get("total_minor", 0), currency),
    }


def _paid(facts: Mapping[str, Any], currency: str) -> str:
    return _("应付 %(total)s，实付 %(paid)s") % {
        "total": written(facts.get("total_minor", 0), currency),
        "paid": written(facts.get("paid_minor", 0), currency),
    }


def _double(facts: Mapping[str, Any], currency: str) -> str:
    numbers = _("、").join(facts.get("numbers", []))
    return _("和 %(numbers)s 同一收件人、有同款") % {"numbers": numbers} if numbers else ""


def _many(facts: Mapping[str, Any], currency: str) -> str:
    pieces = int(facts.get("pieces", 0))
    return ngettext("一行买了 %(n)s 件", "一行买了 %(n)s 件", pieces) % {"n": pieces}


def _low(facts: Mapping[str, Any], currency: str) -> str:
    return _("%(sku)s 卖 %(total)s，成本 %(cost)s") % {
        "sku": facts.get("sku", ""),
        "total": written(facts.get("total_minor", 0), currency),
        "cost": written(facts.get("cost_minor", 0), currency),
    }


def _over(facts: Mapping[str, Any], currency: str) -> str:
    said = facts.get("owed_minor", facts.get("total_minor", 0))
    return _("%(total)s，上限 %(most)s") % {"total": written(said, currency), "most": written(facts.get("most_minor", 0), currency)}


def _listed(name: str) -> Callable[[Mapping[str, Any], str], str]:
    def said(facts: Mapping[str, Any], currency: str) -> str:
        return _("、").join(facts.get(name, []))

    return said


def _plainly(name: str) -> Callable[[Mapping[str, Any], str], str]:
    return lambda facts, currency: str(facts.get(name, ""))


def _flag(facts: Mapping[str, Any], currency: str) -> str:
    return str(FLAG_WORDS.get(facts.get("flag", ""), ""))


def _hand(facts: Mapping[str, Any], currency: str) -> str:
    return str(facts.get("note", ""))


def _ruled(facts: Mapping[str, Any], currency: str) -> str:
    rules = facts.get("rules", [])
    if facts.get("most_minor"):
        return _over(facts, currency)
    if facts.get("method"):
        return _("%s，钱还没到") % str(facts["method"])
    return _("；").join(_("「%s」") % one["rule"] + str(one.get("note", "")) for one in rules)


_SAYS: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "out-of-stock": short_says,
    "address-incomplete": _address,
    "region-disagrees": _region,
    "sku-unknown": _unknown,
    "amount-mismatch": _mismatch,
    "unpaid": _paid,
    "underpaid": _paid,
    "duplicate-suspected": _double,
    "quantity-odd": _many,
    "price-low": _low,
    "not-sent-there": _plainly("place"),
    "presale": _presale,
    "sku-retired": _unknown,
    "method-closed": _plainly("method"),
    "cod-over": _over,
    "credit-over": _over,
    "total-odd": _over,
    "note-asks": _listed("words"),
    "flagged": _flag,
    "blacklisted": _plainly("why"),
    "no-service": lambda facts, currency: _("%(carrier)s不到%(area)s") % {"carrier": facts.get("carrier", ""), "area": facts.get("area", "")},
    "refund-applied": _plainly("said"),
    "locked-there": _plainly("said"),
    "by-hand": _hand,
    "rule-held": _ruled,
    "finance-asked": _ruled,
}


def light_says(light: Light) -> tuple[str, str]:
    """(tone, word) of the goods of an order; empty where there is nothing to say."""
    n = {"n": light.pieces}
    return {
        "free": ("good", _("可用 %(n)s") % n),
        "all": ("good", _("全部有货")),
        "exact": ("warn", ngettext("刚好 %(n)s 件", "刚好 %(n)s 件", light.pieces) % n),
        "short": ("bad", ngettext("差 %(n)s 件", "差 %(n)s 件", light.pieces) % n),
        "unmatched": ("bad", _("没对应 SKU")),
        "claimed": ("good", _("已占用")),
    }.get(light.kind, ("", ""))


# What people leave out when they say where somebody lives.
LONG = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市")


def region(province: str, city: str, district: str = "") -> str:
    """``湖北 武汉 洪山``: short, and a city that is its own province once."""
    short = [next((part.removesuffix(end) for end in LONG if part.endswith(end)), part) for part in (province, city)]
    if district.endswith(("区", "县")) and len(district) > 2:
        district = district[:-1]
    return " ".join(dict.fromkeys(part for part in (*short, district) if part))


def payment_says(order: Order) -> str:
    return str(PAYMENTS.get(order.payment, order.payment))
