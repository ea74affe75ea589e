"""Roles of the shop's own: made from a copy, narrowed, given up."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import asked, grants, queries
from zhanggui.accounts.commands import bounds
from zhanggui.accounts.commands.people import ensure_roles, hold_owners
from zhanggui.accounts.events import AccessChanged, GrantsChanged, RoleDropped, RoleMade
from zhanggui.accounts.models import Invitation, Role, User
from zhanggui.accounts.policy import policy
from zhanggui.journal.book import command, numbers, tell
from zhanggui.journal.marks import Second
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused

LONGEST = 20
MOST = 40


class BuiltIn(Refused):
    """``facts``: role."""

    code = "built-in-role"
    says = _("「{role}」是内置角色，不能改，也不能删。")
    fix = _("复制一份，改那一份。")


class BadRole(Refused):
    """``facts``: why."""

    code = "bad-role"
    says = _("{why}")
    status = 422


class NotYours(Refused):
    """``facts``: capability (its name)."""

    code = "not-yours-to-give"
    says = _("「{capability}」不能给得这么宽：您自己没有，或比原来的角色宽。")
    fix = _("收紧这一项，或请店主来改。")
    status = 403


class RoleHeld(Refused):
    """``facts``: role, people (so many have it, or are invited to it)."""

    code = "role-held"
    says = _("还有 {people} 人是「{role}」，不能删。")
    fix = _("删的同时给他们另一个角色。")


@command(needs="people.manage", marks="S")
def copy(role: str, name: str, *, by: Actor, at: datetime) -> str:
    """Make a role of the shop's own from another: it may the same, and is then narrowed. Returns its code.

    Raises ``NotFound``, ``AboveYou``, ``BadRole``.
    """
    ensure_roles()
    source = role_of(role)
    if role == "program":
        raise NotFound(what=role)
    bounds.hand(by, source)
    if Role.objects.filter(built_in=False).count() >= MOST:
        raise BadRole(why=str(_("自己的角色最多 %d 个，先删掉不用的。") % MOST))
    name = _named(name, except_for=None)
    code = f"own-{numbers('role', 1)[0]}"
    made = Role.objects.create(
        code=code, name=name, grants=queries.grants_of(source), origin=source.code if source.built_in else source.origin,
        second_factor=source.second_factor,
    )  # fmt: skip
    tell([RoleMade(made.pk, code, role)], by=by, at=at, facts={made.pk: {"called": name}})
    return code


@command(needs="people.manage", second=Second(_("改角色「{role}」能做什么"), asked.of_grants))
def change(role: str, name: str, grants_wanted: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """This role of the shop's own may from now on what ``grants_wanted`` says (capability → cell), and nothing else.

    In force at the next click of whoever has it. Never wider than the built-in role it was made from, nor than what ``by``
    may hand on; what nobody may is not among it. Raises ``BuiltIn``, ``BadRole``, ``NotYours``, ``AboveYou``, ``NotFound``.
    """
    found = _own(role)
    bounds.hand(by, found)
    name = _named(name, except_for=found.pk)
    wanted = {code: str(_checked(by, found, code, said)) for code, said in grants_wanted.items()}
    before = queries.grants_of(found)
    if (wanted, name) == (found.grants, found.name):
        return
    Role.objects.filter(pk=found.pk).update(name=name, grants=wanted)
    changed = {code: [before.get(code, "-"), wanted.get(code, "-")] for code in sorted({*before, *wanted})}
    said = {code: pair for code, pair in changed.items() if pair[0] != pair[1]}
    tell([GrantsChanged(found.pk, role)], by=by, at=at, facts={found.pk: {"called": name, "changed": said}})


@command(needs="people.manage", second=Second(_("去掉角色「{role}」"), asked.of_dropped))
def drop(role: str, *, move_to: str = "", by: Actor, at: datetime) -> int:
    """Give a role of the shop's own up; whoever has it, or is invited to it, is given ``move_to`` in the same act.

    Returns how many that were. Raises ``BuiltIn``, ``RoleHeld``, ``AboveYou``, ``NotFound``.
    """
    found = _own(role)
    bounds.hand(by, found)
    hold_owners()
    people = list(User.objects.filter(role=found).order_by("pk").values_list("pk", flat=True))
    waiting = Invitation.objects.filter(role=found, used_at=None, withdrawn_at=None, expires_at__gt=at)
    many = len(people) + waiting.count()
    if many and not move_to:
        raise RoleHeld(role=found.name, people=many)
    if many:
        other = role_of(move_to)
        if other.pk == found.pk or move_to in ("program", grants.OWNER):
            raise NotFound(what=move_to)
        bounds.hand(by, other)
        User.objects.filter(pk__in=people).update(role=other)
        waiting.update(role=other)
        tell([AccessChanged(pk, f"role:{move_to}") for pk in people], by=by, at=at)
    role_id = found.pk
    Invitation.objects.filter(role=found).delete()
    found.delete()
    tell([RoleDropped(role_id, role, move_to if many else "")], by=by, at=at, facts={role_id: {"called": found.name}})
    return many


def role_of(code: str) -> Role:
    """Raises ``NotFound``."""
    found = Role.objects.filter(code=code).first()
    if found is None:
        raise NotFound(what=code)
    return found


def _own(code: str) -> Role:
    found = role_of(code)
    if found.built_in:
        raise BuiltIn(role=found.name)
    return found


def _named(name: str, *, except_for: int | None) -> str:
    name = re.sub(r"\s+", " ", name).strip()
    if not name:
        raise BadRole(why=str(_("给角色起个名字，例如 晚班客服。")))
    if len(name) > LONGEST:
        raise BadRole(why=str(_("名字最多 %d 个字。") % LONGEST))
    taken = {each.lower() for names in policy().roles.values() for each in names}
    taken |= {known.lower() for pk, known in Role.objects.values_list("pk", "name") if pk != except_for}
    if name.lower() in taken:
        raise BadRole(why=str(_("已经有叫「%s」的角色，换一个名字。") % name))
    return name


def _checked(by: Actor, role: Role, code: str, said: str) -> grants.Cell:
    book = policy()
    if code not in book.capabilities or code in grants.nobodys(book):
        raise NotFound(what=code)
    wanted = grants.cell(said)
    floor = grants.floor_of(book, role.origin, code)
    mine = by.kind == "system" or (by.can(code) and (bounds.is_owner(by) or wanted.within(grants.cell(by.may[code]))))
    if not mine or not wanted.within(floor) or not grants.boundable(book, code, wanted):
        raise NotYours(capability=str(_(book.capabilities[code].zh)))
    return wanted
