"""What managing people is about, in words, for whoever is asked to agree: names and roles, never a password."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts import aloud, grants, queries
from zhanggui.accounts.models import Invitation, Role, User
from zhanggui.accounts.policy import policy
from zhanggui.journal.phrases import PHRASES, Line, changed, line
from zhanggui.kernel import masking

Ids = Sequence[int] | None
# What shops and warehouses are called: they live in rooms above this one, which say so here.
Names = Callable[[Iterable[int]], Mapping[int, str]]
NAMES: dict[str, Names] = {}


def _right(code: str) -> str:
    """A capability as the policy calls it."""
    known = policy().capabilities.get(code)
    if known is None:
        return code
    return known.en if (translation.get_language() or "").startswith("en") else known.zh


def _moved(people: str, invited: str, role: str) -> str:
    facts = {"people": int(people), "invited": int(invited), "role": role}
    return _("有这个角色的 %(people)d 人和 %(invited)d 个邀请，换成「%(role)s」") % facts


PHRASES |= {
    "accounts.username": gettext_lazy("登录名"), "accounts.phone": gettext_lazy("手机"), "accounts.role": gettext_lazy("角色"),
    "accounts.shops": gettext_lazy("看得到的店铺"), "accounts.warehouses": gettext_lazy("看得到的仓库"),
    "accounts.named": lambda role: _(role), "accounts.called": lambda code: _(_name(code)),
    "accounts.grant": lambda cell: aloud.said(cell or None), "accounts.right": _right, "accounts.moved": _moved,
}  # fmt: skip


def names(kind: str) -> Callable[[Names], Names]:
    """Register the question "what are these ids of ``kind`` called"."""

    def register(call: Names) -> Names:
        NAMES[kind] = call
        return call

    return register


def of_person(person_id: int, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    """``who``, and the role they have."""
    found = User.objects.select_related("role").filter(pk=person_id).first()
    if found is None:
        return {"who": str(person_id), "role": "", "person_id": person_id}
    return {"who": found.name, "role": _name(found.role.code), "person_id": person_id}


def of_new_role(person_id: int, role: str, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    """The same, with the role they would have: ``role``, and the one they have: ``role_now``."""
    about = of_person(person_id)
    return {**about, "role_now": about["role"], "role": _name(role)}


def of_reach(person_id: int, *, shops: Ids, warehouses: Ids, **kwargs: Any) -> Mapping[str, Any]:
    """The same, with the shops and warehouses they have and would have."""
    found = User.objects.filter(pk=person_id).first()
    now: tuple[Ids, Ids] = (found.shop_ids, found.warehouse_ids) if found is not None else (None, None)
    before, after = _reach(*now), _reach(shops, warehouses)
    return {**of_person(person_id), "lines": [changed(*one) for one in zip(_places(), before, after, strict=True)]}


def of_logins(person_id: int, *, username: str, phone: str, **kwargs: Any) -> Mapping[str, Any]:
    """The same, with the name and the phone they sign in by, and would: as much of each as may be shown."""
    found = User.objects.filter(pk=person_id).first()
    old, shown = (found.username or "", found.phone_shown or "") if found is not None else ("", "")
    lines = [
        changed(line("accounts.username"), masking.account(old), masking.account(username)),
        changed(line("accounts.phone"), shown, masking.phone(phone) if phone.strip() else ""),
    ]
    return {**of_person(person_id), "lines": lines}


def of_newcomer(
    email: str, name: str, password: str, role: str, *args: Any, shops: Ids = None, warehouses: Ids = None, **kwargs: Any
) -> Mapping[str, Any]:
    lines = [masking.masked(email), *_where(role, shops, warehouses)]
    return {"who": name, "role": _name(role), "lines": lines}


def of_invited(
    role: str, *args: Any, name: str = "", email: str = "", shops: Ids = None, warehouses: Ids = None, **kwargs: Any
) -> Mapping[str, Any]:
    lines = [*([masking.masked(email)] if email else []), *_where(role, shops, warehouses)]
    return {"who": name or masking.masked(email) or "–", "role": _name(role), "lines": lines}


def of_invitation(invitation_id: int, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    """Whose it is, and what they come in with."""
    found = Invitation.objects.select_related("role").filter(pk=invitation_id).first()
    if found is None:
        return {}
    who, role = found.name or masking.masked(found.email) or "–", found.role.code
    lines = [who, _as(role), *_where(role, found.shop_ids, found.warehouse_ids)]
    return {"lines": lines}


def of_role(role: str, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    return {"role": _name(role)}


def of_grants(role: str, name: str, grants_wanted: Mapping[str, str], **kwargs: Any) -> Mapping[str, Any]:
    """The role, what it is called from then on, and each right that changes: as it is and as it would be."""
    found = Role.objects.filter(code=role).first()
    before = queries.grants_of(found) if found is not None else {}
    wanted = {code: str(grants.cell(said)) for code, said in grants_wanted.items()}
    known = policy().capabilities
    known_as = found is not None and found.name != name
    lines = [changed(line("accounts.role"), found.name, name)] if found is not None and known_as else []
    for code in (each for each in known if each in before or each in wanted):
        old, new = before.get(code), wanted.get(code)
        if (old and str(grants.cell(old))) != new:
            lines.append(changed(line("accounts.right", code=code), _grant(old), _grant(new)))
    return {"role": _name(role), "lines": lines}


def of_dropped(role: str, *args: Any, move_to: str = "", **kwargs: Any) -> Mapping[str, Any]:
    """The role, and which one those who have it would have."""
    many = User.objects.filter(role__code=role).count()
    waiting = Invitation.objects.filter(role__code=role, used_at=None, withdrawn_at=None).count()
    moved = line("accounts.moved", people=many, invited=waiting, role=line("accounts.named", role=_name(move_to)))
    return {"role": _name(role), "lines": [moved] if move_to else []}


def _places() -> tuple[Line, Line]:
    return line("accounts.shops"), line("accounts.warehouses")


def _reach(shops: Ids, warehouses: Ids) -> tuple[Line, Line]:
    return _called("shop", shops), _called("warehouse", warehouses)


def _as(role: str) -> Line:
    named = line("accounts.named", role=_name(role))
    return changed(line("accounts.role"), named, named)


def _grant(cell: str | None) -> Line:
    return line("accounts.grant", cell=cell or "")


def _where(role: str, shops: Ids, warehouses: Ids) -> list[Line]:
    whole = role == grants.OWNER
    said = _reach(None if whole else shops, None if whole else warehouses)
    return [changed(what, one, one) for what, one in zip(_places(), said, strict=True)]


def _called(kind: str, ids: Ids) -> Line:
    if ids is None:
        return line("all")
    names = NAMES[kind](ids) if kind in NAMES else {}
    return [names.get(pk, str(pk)) for pk in sorted(set(ids))]


def outranks(person_id: int, *args: Any, **kwargs: Any) -> int:
    """1 for somebody who manages people themselves: to shut them out would leave the other alone."""
    found = User.objects.select_related("role").filter(pk=person_id).first()
    return int(found is not None and "people.manage" in queries.grants_of(found.role))


def spares(role: str, wanted: bool, *args: Any, **kwargs: Any) -> int:
    """1 where less is asked of a role than before: asking more needs nobody else."""
    return int(not wanted)


def _name(code: str) -> str:
    """A role as people call it; a built-in one in Chinese, which every screen puts into its own language."""
    names = policy().roles.get(code)
    if names is not None:
        return names[0]
    return Role.objects.filter(code=code).values_list("name", flat=True).first() or code
