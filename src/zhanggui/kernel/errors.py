"""Refusals: what a person is told when something cannot be done, and how to mend it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refused(Exception):
    """The books stay as they were, for a reason a person can act on.

    ``code`` is stable and for programs; ``says`` is one sentence, ``fix`` the next step. Both may
    name ``facts`` in braces. Shown as HTTP 409, by the command line as exit 1.
    """

    code: ClassVar[str] = "refused"
    says: ClassVar[Text] = _("这一步现在做不了。")
    fix: ClassVar[Text] = ""
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    @property
    def sentence(self) -> str:
        return str(self.says).format_map(_Facts(self.facts))

    @property
    def advice(self) -> str:
        return str(self.fix).format_map(_Facts(self.facts))

    def __str__(self) -> str:
        return " ".join(part for part in (self.sentence, self.advice) if part)


@cache
def refusals() -> Mapping[str, type[Refused]]:
    """Every refusal of the house by its code: the book keeps a code and its facts, and a screen or a program says them.

    Where several share a code, the one nearest ``Refused``. Asked once everything is loaded.
    """
    found: dict[str, type[Refused]] = {}
    waiting: list[type[Refused]] = [Refused]
    for kind in waiting:
        found.setdefault(kind.code, kind)
        waiting += kind.__subclasses__()
    return found


class NotAllowed(Refused):
    """``facts``: needs (the capability; before people it stands by its name), who."""

    code = "not-allowed"
    says = _("{who} 没有权限做这一步。")
    fix = _("请店主在「设置 · 人」里给您换一个能做它的角色（{needs}）。")
    status = 403


class Wanting(Refused):
    """Not refused for good: something is still asked of the person, and then it goes on. No page takes it for a fault of a field."""

    code = "wanting"


class StepUpNeeded(Wanting):
    """``facts``: needs (the capability), who. The person may, and has not shown lately who they are."""

    code = "step-up-needed"
    says = _("这一步要先确认是您本人。")
    fix = _("再输一次密码或验证码，十分钟内不再问。")
    status = 403


class ReasonNeeded(Wanting):
    """``facts``: needs (the capability), verb (its name), many (of how many things)."""

    code = "reason-needed"
    says = _("这一步要写一句为什么，会记在日志里。")
    fix = _("写几个字再提交一次，填过的内容都还在。")
    status = 422


class SureNeeded(ReasonNeeded):
    """Nothing has to be said, only seen first: what would be done to how many. Asked by pages alone. ``facts``: as ReasonNeeded, lines."""

    code = "sure-needed"
    says = _("这一步先看一眼会动到哪些，再做。")
    fix = _("看过了再提交一次。")


class SecondPersonAsked(Wanting):
    """Nothing is done yet: it was asked for. ``facts``: approval_id, alone (nobody else could agree), ready_at (ISO 8601, or empty)."""

    code = "second-person-asked"
    says = _("已提交，等另一人同意。")
    fix = _("同意后马上照做；在「待我同意」里可以看到，也可以收回。")
    status = 202


class AskedAlone(SecondPersonAsked):
    """The same where nobody else could agree: it waits a while, and is then done by itself."""

    says = _("已提交，十分钟后照做。")
    fix = _("只有您一个人有这项权限，所以先等十分钟；不是您要的，在「待我同意」里收回。")


class BeyondLimit(Refused):
    """``facts``: needs (the capability), limit, many."""

    code = "beyond-limit"
    says = _("一次最多 {limit}，这次是 {many}。")
    fix = _("分成几次做，或请权限更大的人来做。")
    status = 403


class NotForPrograms(Refused):
    """``facts``: needs (the capability). What a second person must agree to, no program asks for."""

    code = "not-for-programs"
    says = _("这一步要另一人同意，程序不能做。")
    fix = _("请本人登录后在页面上做。")
    status = 403


class Changed(Refused):
    """Somebody else changed it first. ``facts``: what."""

    code = "changed"
    says = _("{what} 刚被别人改过。")
    fix = _("刷新后再试，您填的内容还在。")


class NotFound(Refused):
    """``facts``: what."""

    code = "not-found"
    says = _("找不到 {what}。")
    fix = _("可能已被删除，或不在您的店铺范围内。")
    status = 404


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
