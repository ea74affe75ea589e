"""Nobody hands out more than they hold, and nobody decides about people who stand above them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import grants, queries
from zhanggui.accounts.models import Role, User
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

Ids = Sequence[int] | None


class AboveYou(Refused):
    """``facts``: role (its name)."""

    code = "above-you"
    says = _("「{role}」能做的比您多，您不能给，也管不了有它的人。")
    fix = _("请店主来做。")
    status = 403


class BeyondYourReach(Refused):
    code = "beyond-your-reach"
    says = _("这超出了您自己的店铺或仓库。")
    fix = _("只能给您自己有的范围；要更大的，请店主来做。")
    status = 403


class OwnerSeesAll(Refused):
    code = "owner-sees-all"
    says = _("店主总是看得到全部店铺和仓库。")
    fix = _("要限定范围，先换一个角色。")


def is_owner(by: Actor) -> bool:
    """The owner, in person, or the house itself: whatever the policy knows they may hand on."""
    return by.kind == "system" or (by.kind == "person" and by.role == grants.OWNER)


def may_hand(by: Actor, role: Role) -> bool:
    """Whether ``by`` may all that ``role`` may, under no fewer conditions."""
    if is_owner(by):
        return True
    theirs = queries.grants_of(role)
    held = all(by.can(code) and grants.cell(said).within(grants.cell(by.may[code])) for code, said in theirs.items())
    return held and role.code != grants.OWNER


def hand(by: Actor, role: Role) -> None:
    """Raises ``AboveYou``."""
    if not may_hand(by, role):
        raise AboveYou(role=role.name)


def over(by: Actor, person: User) -> None:
    """``by`` may decide about ``person``, whose role and reach lie within their own. Raises ``AboveYou``, ``BeyondYourReach``."""
    if by.id != person.pk or by.kind != "person":
        hand(by, person.role)
        reach(by, person.shop_ids, person.warehouse_ids)


def reach(by: Actor, shops: Ids, warehouses: Ids) -> None:
    """These shops and warehouses lie within the reach of ``by``. Raises ``BeyondYourReach``."""
    if by.kind == "system":
        return
    for mine, theirs in ((by.reach.shops, shops), (by.reach.warehouses, warehouses)):
        if mine is not None and (theirs is None or not mine.issuperset(theirs)):
            raise BeyondYourReach


def whole(ids: Ids) -> list[int] | None:
    """As it is kept: sorted, each once; None stays all."""
    return None if ids is None else sorted(set(ids))
