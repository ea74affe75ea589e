"""Who is asking, and what they may."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser

from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.kernel.actor import Actor

TOTP = Authenticator.Type.TOTP
STRONG = (TOTP, Authenticator.Type.WEBAUTHN)


def actor_of(user: User | AnonymousUser, *, fresh: bool = False) -> Actor:
    """The actor behind a signed-in person; a person switched off, or nobody, may nothing.

    ``fresh``: they have shown within the last minutes that it is them.
    """
    if not isinstance(user, User) or not user.is_active:
        return Actor("person", None, "")
    role = user.role
    grants = policy().grants_of(role.code) if role.built_in else dict(role.grants)
    return Actor("person", user.pk, user.name, grants, role.code, fresh)


def has_second_factor(person_id: int, *kinds: str) -> bool:
    """An app that shows codes, or a passkey, or one of ``kinds``; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=kinds or STRONG).exists())


def must_set_up(user: User) -> bool:
    """Their role asks for a second factor, and they have none yet."""
    return user.role.second_factor and not has_second_factor(user.pk)


def has_an_owner() -> bool:
    return User.objects.filter(role__code="owner").exists()
