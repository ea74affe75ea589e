"""Why an order of a batch was left out, what to do about it, and whether trying again could help."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.journal.book import Batch
from zhanggui.orders import states
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.web.orders.words import Text, reason, short_says

SAYS: Mapping[str, Text] = {
    "wrong-stage": gettext_lazy("已经不在这一步了"),
    "not-waiting": gettext_lazy("没审核，或被拦下，或已在别的波次"),
    "held": gettext_lazy("被人挂起"),
    "in-wave": gettext_lazy("已经排进波次了"),
    "not-approved": gettext_lazy("还没审核通过"),
    "not-there": gettext_lazy("还没发出的单才能挂起"),
    "not-held": gettext_lazy("没有人挂起它"),
    "done-before": gettext_lazy("早就审核通过了"),
    "not-unpaid": gettext_lazy("已经不等付款了"),
    "extended-enough": gettext_lazy("延长的次数用完了"),
    "waits-for-others": gettext_lazy("和它合单的还没审核通过，或被拦下"),
    "goes-alone": gettext_lazy("没有能和它一起发的单，或早就合好了"),
    "stopped-there": gettext_lazy("买家申请了退款，或平台锁着"),
    "too-far-to-join": gettext_lazy("已经进了波次、发出或取消了"),
    "not-together": gettext_lazy("没有和别的单合在一起"),
    "no-part": gettext_lazy("不是拆出来的单，或早就并回去了"),
    "other-door": gettext_lazy("收货信息和原单不一样了"),
    "finance-not-asked": gettext_lazy("不在等财务"),
    "finance-asked": gettext_lazy("审过了，等财务通过"),
}
FIXES: Mapping[str, Text] = {
    "held": gettext_lazy("先处理拦截原因，再做这一步。"),
    "in-wave": gettext_lazy("要改排，先在「波次」里把它撤出来。"),
    "not-approved": gettext_lazy("先审核通过，再排波次。"),
    "wrong-stage": gettext_lazy("刷新看看它走到哪了。"),
    "not-waiting": gettext_lazy("刷新看看它走到哪了。"),
    "not-there": gettext_lazy("已经发出的单，有事走售后。"),
    "not-held": gettext_lazy("若是规则拦下的，处理好原因会自己放行。"),
    "done-before": gettext_lazy("不用再做，可以排波次了。"),
    "not-unpaid": gettext_lazy("刷新看看它走到哪了。"),
    "extended-enough": gettext_lazy("联系买家付款，或者取消；次数在设置的「付款」里改。"),
    "waits-for-others": gettext_lazy("先处理合单里的那几单；等不及，就把它拆出来。"),
    "goes-alone": gettext_lazy("要同一个收件人、地址、仓和货币，而且都还没进波次。"),
    "stopped-there": gettext_lazy("等退款或锁单有了结果，再合。"),
    "too-far-to-join": gettext_lazy("在波次里的，先撤出来。"),
    "approved-held": gettext_lazy("不用再审；处理好拦截的事、解挂，就能排波次。"),
}
_SENT = (states.SHIPPED, states.DELIVERED, states.COMPLETED)
_LEAVE_WAVE = gettext_lazy("先在「波次」里把它撤出来。")
_GONE = gettext_lazy("货已经发出，走售后。")
# What helps an order that stands elsewhere than the verb can use it.
BY_STAGE: Mapping[tuple[str, str], Text] = {
    ("approve", states.DRAFT): gettext_lazy("先提交草稿，再审核。"),
    ("approve", states.PENDING_PAYMENT): gettext_lazy("等买家付款；钱到了，先记为已收到款。"),
    ("approve", states.CANCELLED): gettext_lazy("要发它，先恢复这一单。"),
    ("unapprove", states.PENDING_REVIEW): gettext_lazy("它还没审核，不用反审核。"),
    ("unapprove", states.FULFILLING): _LEAVE_WAVE,
    ("cancel", states.FULFILLING): _LEAVE_WAVE,
    ("cancel", states.CANCELLED): gettext_lazy("早就取消了，不用再做。"),
    **{("approve", stage): gettext_lazy("早就审核过了，不用再做。") for stage in (states.FULFILLING, *_SENT)},
    **{(verb, stage): _GONE for verb in ("cancel", "unapprove") for stage in _SENT},
}
BY_VERB: Mapping[str, Text] = {
    "restore": gettext_lazy("只有取消了的单能恢复。"),
    "pay": gettext_lazy("只有待付款的单能记收款。"),
    "submit": gettext_lazy("只有草稿要提交。"),
    "complete": gettext_lazy("买家签收以后才能完成。"),
}
# Where the order is elsewhere for good, doing the same again changes nothing.
FINAL = frozenset({
    "finance-not-asked", "finance-asked", "wrong-stage", "in-wave", "not-there", "not-held", "done-before", "approved-held", "goes-alone",
    "not-together",
})  # fmt: skip


def in_order(ids: Sequence[int], batch: Batch) -> None:
    """Those left out stand as they were chosen, those that may go otherwise the next time first."""
    place = {id_: nth for nth, id_ in enumerate(ids)}
    batch.refused = dict(sorted(batch.refused.items(), key=lambda one: (not worth(one[1]), place.get(one[0], len(ids)), one[0])))


def says(code: str, facts: Mapping[str, Any]) -> str:
    """Why one order of a batch was left out."""
    if code == "out-of-stock" and facts.get("short"):
        return _("%(reason)s：%(told)s") % {"reason": reason(code), "told": short_says(facts)}
    codes = [one for one in facts.get("codes", []) if one in REASONS]
    if code == "finance-asked":
        return str(SAYS[code])
    if code == "approved-held":
        return _("早就审核通过了，现在被拦下：%s") % _("、").join(reason(one) for one in codes)
    if codes:
        return _("、").join(reason(one) for one in codes)
    if code == "wrong-stage" and facts.get("stage"):
        return _("现在是「%s」，做不了这一步") % _(states.WORD.get(facts["stage"], facts["stage"]))
    return str(SAYS.get(code) or reason(code))


def fix(verb: str, code: str, facts: Mapping[str, Any]) -> str:
    """What to do about it; empty where the reason says it all."""
    if code == "wrong-stage" and facts.get("stage"):
        return str(BY_STAGE.get((verb, facts["stage"])) or BY_VERB.get(verb) or FIXES[code])
    if code == "approved-held":
        return str(FIXES[code])
    codes = [one for one in facts.get("codes", []) if one in REASONS] or ([code] if code in REASONS else [])
    said = dict.fromkeys(_(REASONS[one].fix) for one in codes)
    first = str(FIXES.get(code, ""))
    return first + _("%s。") % _("；").join(said) if said else first


def worth(facts: Mapping[str, Any]) -> bool:
    """Whether the same could be done with it later."""
    return facts["code"] not in FINAL


def plainly(refused: Mapping[int, Mapping[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """The same as it is kept: no more of each than what ``says`` and ``fix`` read."""
    return [(id_, _kept(facts)) for id_, facts in refused.items()]


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: facts[name] for name in ("code", "codes", "stage") if facts.get(name)}
    if short := _first(facts.get("short") or ()):
        kept["short"] = short
    return kept


def _first(short: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("sku", "free", "wanted")} for one in list(short)[:3]]
