"""Does somebody ask for something that no rule can do?"""

from zhanggui.orders.checks.check import WORDS, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding

ASKING = (
    "改地址", "换地址", "地址改", "别发", "先不发", "不要发", "晚点发", "延迟发", "到时通知", "等通知", "不要了", "取消", "退款", "拍错", "换颜色",
    "换尺码", "换成", "联系我", "打电话", "发票",
)  # fmt: skip
REFUND = ("退款中", "申请退款", "退款申请", "买家申请", "退款处理", "待退款", "WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "refund requested")
LOCKED = ("锁定", "暂停", "风控", "LOCKED", "PAUSE", "on hold")


def note_asks_for_nobody(facts: Facts, dials: Dials) -> Finding | None:
    """What the buyer or the seller wrote names something that a person must read."""
    if not (facts.buyer_note or facts.seller_note):
        return None
    said = f"{facts.buyer_note}\n{facts.seller_note}"
    found = [word for word in dials["words"] if word in said]
    return Finding("note-asks", False, {"words": found[:5]}) if found else None


def flag_is_no_stop(facts: Facts, dials: Dials) -> Finding | None:
    """A flag of these colours means: somebody looks first."""
    return Finding("flagged", False, {"flag": facts.flag}) if facts.flag and facts.flag in dials["flags"] else None


def platform_lets_it_go(facts: Facts, dials: Dials) -> Finding | None:
    """The platform says that the buyer wants the money back, or that the order is locked there."""
    said = facts.platform_status
    if not said:
        return None
    if any(word in said for word in REFUND):
        return Finding("refund-applied", False, {"said": said[:60]})
    return Finding("locked-there", False, {"said": said[:60]}) if any(word in said for word in LOCKED) else None


CHECKS = (
    Check("platform", "平台没有锁单或退款", "平台上申请了退款、锁单或风控中的，先不发", platform_lets_it_go, ("refund-applied", "locked-there")),
    Check(
        "notes", "备注不用人管", "留言和备注里有这些字，要人先看", note_asks_for_nobody, ("note-asks",),
        (Dial("words", "哪些字", WORDS, ASKING, help="一行一个"),),
    ),
    Check(
        "flags", "旗子不用人管", "插了这些旗子的，要人先看", flag_is_no_stop, ("flagged",),
        (Dial("flags", "哪些旗子", WORDS, (), help="红 黄 绿 蓝 紫，一行一个"),), on=False,
    ),
)  # fmt: skip
