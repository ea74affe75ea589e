"""Who is asking, and what they may."""

from django.contrib.auth.models import AnonymousUser

from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.kernel.actor import Actor


def actor_of(user: User | AnonymousUser) -> Actor:
    """The actor behind a signed-in person; a person switched off, or nobody, may nothing."""
    if not isinstance(user, User) or not user.is_active:
        return Actor("person", None, "")
    role = user.role
    grants = policy().grants_of(role.code) if role.built_in else dict(role.grants)
    return Actor("person", user.pk, user.name, grants, role.code)


def has_an_owner() -> bool:
    return User.objects.filter(role__code="owner").exists()
