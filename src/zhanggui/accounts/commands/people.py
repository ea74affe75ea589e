"""Letting people in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import queries
from zhanggui.accounts.events import MemberJoined
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.policy import policy
from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused


class OwnerExists(Refused):
    code = "owner-exists"
    says = _("这家店已经有店主了。")
    fix = _("请用店主的账号登录，或请店主邀请您。")


class EmailTaken(Refused):
    """``facts``: email."""

    code = "email-taken"
    says = _("{email} 已经有账号了。")
    fix = _("换一个邮箱，或直接登录。")


class BadAccount(Refused):
    """``facts``: field, why."""

    code = "bad-account"
    says = _("{why}")
    status = 422


@command(needs="people.manage")
def open_shop(email: str, name: str, password: str, *, by: Actor, at: datetime) -> int:
    """Make the first person, the owner, and the built-in roles. Only once: afterwards people are invited."""
    ensure_roles()
    hold_owners()
    if queries.has_an_owner():
        raise OwnerExists
    return _let_in(email, name, password, "owner", by=by, at=at)


@command(needs="people.manage")
def add(email: str, name: str, password: str, role: str, *, by: Actor, at: datetime) -> int:
    """Let one more person in with a role and a first password."""
    ensure_roles()
    return _let_in(email, name, password, role, by=by, at=at)


def ensure_roles() -> None:
    """The built-in roles as rows, so that people can have them."""
    known = set(Role.objects.values_list("code", flat=True))
    missing = [Role(code=code, name=names[0], built_in=True) for code, names in policy().roles.items() if code not in known]
    Role.objects.bulk_create(missing, ignore_conflicts=True)


def hold_owners() -> None:
    """Who is an owner is decided by one at a time."""
    list(Role.objects.select_for_update().filter(code="owner").values_list("pk"))


def _let_in(email: str, name: str, password: str, role: str, *, by: Actor, at: datetime) -> int:
    email = email.strip().lower()
    questions: dict[str, Callable[[], Any]] = {
        "email": lambda: validate_email(email),
        "password": lambda: validate_password(password, User(email=email, name=name)),
    }
    for field, ask in questions.items():
        try:
            ask()
        except ValidationError as error:
            raise BadAccount(field=field, why=" ".join(error.messages)) from error
    if not name.strip():
        raise BadAccount(field="name", why=str(_("请填名字。")))
    if User.objects.filter(email=email).exists():
        raise EmailTaken(email=email)
    person = User.objects.create_user(email, password, name=name.strip(), role=Role.objects.get(code=role), joined_at=at)
    tell([MemberJoined(person.pk, role)], by=by, at=at)
    return person.pk
