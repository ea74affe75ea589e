"""Who is asking, and what they may."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from zhanggui.accounts import grants, logins
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.policy import policy
from zhanggui.kernel.actor import Actor, Reach

TOTP = Authenticator.Type.TOTP
STRONG = (TOTP, Authenticator.Type.WEBAUTHN)


def actor_of(user: User | AnonymousUser, *, fresh: bool = False) -> Actor:
    """The actor behind a signed-in person; a person switched off, or nobody, may nothing.

    ``fresh``: they have shown within the last minutes that it is them.
    """
    if not isinstance(user, User) or not user.is_active:
        return Actor("person", None, "")
    return Actor("person", user.pk, user.name, grants_of(user.role), user.role.code, fresh, reach_of(user))


def grants_of(role: Role) -> dict[str, str]:
    """What whoever has this role may, today: of a built-in one as the policy says, of an own one never looser than it."""
    return policy().grants_of(role.code) if role.built_in else grants.in_force(policy(), role.origin, role.grants)


def reach_of(user: User) -> Reach:
    """The shops and warehouses this person was given; those the house opens later are theirs only where they have all."""
    shops, warehouses = user.shop_ids, user.warehouse_ids
    return Reach(None if shops is None else frozenset(shops), None if warehouses is None else frozenset(warehouses), user.pk)


def has_second_factor(person_id: int, *kinds: str) -> bool:
    """An app that shows codes, or a passkey, or one of ``kinds``; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=kinds or STRONG).exists())


def must_set_up(user: User) -> bool:
    """Their role asks for a second factor, and they have none yet."""
    return user.role.second_factor and not has_second_factor(user.pk)


def has_an_owner() -> bool:
    return User.objects.filter(role__code="owner").exists()


def roles_of_people() -> list[Role]:
    """Every role a person can have: the built-in ones in the policy's order, whether anybody had one yet or not, then the shop's own."""
    known = {role.code: role for role in Role.objects.all()}
    built_in = [known.get(code) or Role(code=code, name=names[0], built_in=True) for code, names in policy().roles.items()]
    own = sorted((role for role in known.values() if not role.built_in), key=lambda role: role.pk)
    return [role for role in (*built_in, *own) if role.code != "program"]


def people_by_role() -> dict[str, int]:
    """How many may come in with each role."""
    found = User.objects.filter(is_active=True).order_by().values_list("role__code").annotate(n=Count("pk"))
    return dict(found)


def listed(search: str = "", *, role: str = "", state: str = "", factor: str = "") -> QuerySet[Any]:
    """People as the list asks for them: by name, address, login name or phone; by role; ``on`` or ``off``; and whether they
    prove themselves a second way: ``on``, ``off``, ``owed`` (their role asks for it). Each knows ``strong`` and ``seen_at``;
    ``seen`` is the same to sort by, of one who never came when they joined."""
    strong = Authenticator.objects.filter(user=OuterRef("pk"), type__in=STRONG)
    seen = UserSession.objects.filter(user=OuterRef("pk")).order_by("-last_seen_at").values("last_seen_at")[:1]
    rows = User.objects.select_related("role").annotate(
        strong=Exists(strong), seen_at=Coalesce(Subquery(seen), "last_login"), seen=Coalesce(Subquery(seen), "last_login", "joined_at")
    )
    wanted = search.strip()
    if wanted:
        called = Q(name__icontains=wanted) | Q(email__icontains=wanted) | Q(username__icontains=wanted)
        rows = rows.filter(called | Q(phone_token=logins.token(wanted))) if logins.is_phone(wanted) else rows.filter(called)
    if role:
        rows = rows.filter(role__code=role)
    if state in ("on", "off"):
        rows = rows.filter(is_active=state == "on")
    if factor:
        rows = rows.filter({"on": Q(strong=True), "owed": Q(strong=False, role__second_factor=True)}.get(factor, Q(strong=False)))
    return rows
