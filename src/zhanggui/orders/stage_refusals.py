"""Why a verb leaves an order where it stands."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.kernel.errors import Refused
from zhanggui.orders import states


class WrongStage(Refused):
    """``facts``: number, stage (its code; people read its word)."""

    code = "wrong-stage"
    says = _("{number} 现在是「{stage}」，做不了这一步。")
    fix = _("刷新看看它走到哪了。")

    @property
    def sentence(self) -> str:
        stage = str(self.facts.get("stage", ""))
        return str(self.says).format_map({"number": "", **self.facts, "stage": gettext(states.WORD[stage]) if stage in states.WORD else stage})


class DoneBefore(Refused):
    code = "done-before"
    says = _("早就审核通过了。")
    fix = _("不用再做，可以排波次了。")


class ApprovedHeld(Refused):
    """``facts``: codes."""

    code = "approved-held"
    says = _("早就审核通过了，现在被拦下。")
    fix = _("不用再审；处理好拦截的事、解挂，就能排波次。")


class LeftAlready(Refused):
    """``facts``: number, stage."""

    code = "not-there"
    says = _("还没发出的单才能挂起。")
    fix = _("已经发出的单，有事走售后。")


class NotHeldByHand(Refused):
    code = "not-held"
    says = _("没有人挂起它。")
    fix = _("若是规则拦下的，处理好原因会自己放行。")


class FinanceNotAsked(Refused):
    code = "finance-not-asked"
    says = _("不在等财务。")


class NotApproved(Refused):
    code = "not-approved"
    says = _("还没审核通过。")
    fix = _("先审核通过，再排波次。")


class InWave(Refused):
    code = "in-wave"
    says = _("已经排进波次了。")
    fix = _("要改排，先在「波次」里把它撤出来。")


class WaitsForOthers(Refused):
    code = "waits-for-others"
    says = _("和它合单的还没审核通过，或被拦下。")
    fix = _("先处理合单里的那几单；等不及，就把它拆出来。")
