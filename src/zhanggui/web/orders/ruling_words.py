"""A merchant's rules in words: what they ask, what they do, and why one has met an order."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.kernel.money import written
from zhanggui.orders import sources
from zhanggui.orders.ruling.fields import BARE, BY_NAME, CLOCK, MONEY, NUMBER, OPS
from zhanggui.orders.ruling.kept import does_of
from zhanggui.orders.ruling.rule import EITHER, Condition, Does, Rule
from zhanggui.web.frame.platforms import PLATFORMS
from zhanggui.web.orders import words

Text = str | Promise
Called = Mapping[str, Mapping[Any, Text]]
SHOWN = 6
WEEKDAYS: Mapping[int, Text] = {
    1: gettext_lazy("星期一"),
    2: gettext_lazy("星期二"),
    3: gettext_lazy("星期三"),
    4: gettext_lazy("星期四"),
    5: gettext_lazy("星期五"),
    6: gettext_lazy("星期六"),
    7: gettext_lazy("星期日"),
}
ACTIONS: Mapping[str, Text] = {
    "approve": gettext_lazy("放行"),
    "hold": gettext_lazy("挂起"),
    "finance": gettext_lazy("请财务看"),
    "category": gettext_lazy("归到分类"),
    "flag": gettext_lazy("插旗子"),
    "warehouse": gettext_lazy("指定仓库"),
    "carrier": gettext_lazy("指定快递"),
    "gift": gettext_lazy("送赠品"),
    "tags": gettext_lazy("打标签"),
}


def codes() -> dict[str, Mapping[Any, Text]]:
    """Field → what its codes are called. Asks no database: a way in of the merchant's own is called by its code."""
    return {
        "platform": dict(PLATFORMS), "source": sources.names(()), "kind": words.KINDS, "payment": words.PAYMENTS, "flag": words.FLAG_WORDS,
        "weekday": WEEKDAYS,
    }  # fmt: skip


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def condition(one: Condition, called: Called | None = None) -> str:
    """``应付 至少 ¥1,000.00``."""
    field = BY_NAME[one.field]
    asks = f"{_(field.zh)} {_(OPS[one.op])}"
    if one.op in BARE:
        return asks
    if field.kind == MONEY:
        return f"{asks} {written(int(one.values[0]), str(one.values[1]))}"
    if field.kind == CLOCK:
        return f"{asks} {clock(int(one.values[0]))}–{clock(int(one.values[1]))}"
    if field.kind == NUMBER:
        return f"{asks} {one.values[0]}"
    known = (called or codes()).get(one.field, {})
    said = [str(word) for word in one.names] or [str(known.get(value, value)) for value in one.values]
    return f"{asks} {_('、').join(said[:SHOWN])}{'…' if len(said) > SHOWN else ''}"


def conditions(rule: Rule) -> str:
    """All of them as one sentence."""
    called = codes()
    joint = _("，或 ") if rule.joined == EITHER else _("，并且 ")
    return joint.join(condition(one, called) for one in rule.conditions)


def does(what: Does) -> list[str]:
    """What a rule does, an action a sentence."""
    said = []
    if what.waives:
        said.append(_("放行，不管%s") % _("、").join(words.reason(code) for code in what.waives))
    for note, bare, noted in ((what.hold, _("挂起"), _("挂起：%s")), (what.finance, _("请财务看"), _("请财务看：%s"))):
        if note is not None:
            said.append(noted % note if note else bare)
    if what.category is not None:
        said.append(_("归到「%s」") % what.category[1])
    if what.flag:
        said.append(_("插%s旗") % words.FLAG_WORDS.get(what.flag, what.flag))
    if what.warehouse is not None:
        said.append(_("从%s发") % what.warehouse[1])
    if what.carrier is not None:
        said.append(_("走%s") % what.carrier[1])
    if what.gift is not None:
        said.append(_("送 %(sku)s ×%(n)s") % {"sku": what.gift.code, "n": what.gift.pieces})
    if what.tags:
        said.append(_("贴上%s") % _("、").join(_("「%s」") % name for _tag, name in what.tags))
    return said


def because(met: Sequence[Mapping[str, Any]], *, prices: bool = True) -> str:
    """What of an order met the rule: ``件数 4（至少 3）``; amounts only for who may see them."""
    called = codes()
    return _("；").join(_seen(one, called, prices=prices) for one in met)


def _seen(one: Mapping[str, Any], called: Called, *, prices: bool) -> str:
    field = BY_NAME.get(str(one["field"]))
    if field is None:
        return str(one["field"])
    name, op = _(field.zh), _(OPS.get(str(one["op"]), ""))
    if "is" not in one or (field.kind == MONEY and not prices):
        return f"{name} {op}" if one["op"] in BARE else name
    value = one["is"]
    if field.kind == MONEY:
        said, than = written(int(value), str(one["currency"])), written(int(one["than"]), str(one["currency"]))
        return _("%(name)s %(value)s（%(op)s %(than)s）") % {"name": name, "value": said, "op": op, "than": than}
    if field.kind == NUMBER:
        return _("%(name)s %(value)s（%(op)s %(than)s）") % {"name": name, "value": value, "op": op, "than": one["than"]}
    if field.kind == CLOCK:
        return f"{name} {clock(int(value))}"
    values = value if isinstance(value, list) else [value]
    known = called.get(field.name, {})
    return f"{name} {_('、').join(str(known.get(each, each)) for each in values)}".strip()


def fired(facts: Mapping[str, Any], *, prices: bool = True) -> str:
    """One firing as a sentence: the rule, what it did, and why."""
    did = facts.get("did", {})
    said = does(does_of(did))
    if did.get("overruled"):
        said.append(_("有人已经放行，没有拦"))
    told = _("、").join(said) or _("没有要做的")
    name = _("规则「%(name)s」第 %(n)s 版") % {"name": facts.get("name", ""), "n": facts.get("version", 1)}
    return _("%(rule)s：%(did)s。因为%(why)s") % {"rule": name, "did": told, "why": because(facts.get("because", []), prices=prices)}
