"""Letting people in."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import asked, grants, logins, passwords, queries
from zhanggui.accounts.commands import bounds
from zhanggui.accounts.events import MemberJoined
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.accounts.policy import policy
from zhanggui.journal.book import command, tell
from zhanggui.journal.marks import Second
from zhanggui.kernel import masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused


class OwnerExists(Refused):
    code = "owner-exists"
    says = _("这家店已经有店主了。")
    fix = _("请用店主的账号登录，或请店主邀请您。")


class EmailTaken(Refused):
    """``facts``: email."""

    code = "email-taken"
    says = _("{email} 已经有账号了。")
    fix = _("换一个邮箱，或直接登录。")


class NameTaken(Refused):
    """``facts``: field (username, phone)."""

    code = "login-taken"
    says = _("已经有人用它登录了。")
    fix = _("换一个。")


@command(needs="people.manage", marks="S", ready=passwords.of_newcomer)
def open_shop(email: str, name: str, password: str, *, by: Actor, at: datetime) -> int:
    """Make the first person, the owner, and the built-in roles. Only once: afterwards people are invited."""
    ensure_roles()
    hold_owners()
    if queries.has_an_owner():
        raise OwnerExists
    return let_in(email, name, password, "owner", by=by, at=at)


@command(needs="people.manage", second=Second(_("让 {who} 进来，当「{role}」"), asked.of_newcomer), ready=passwords.of_newcomer)
def add(
    email: str, name: str, password: str, role: str, *, by: Actor, at: datetime,
    shops: Sequence[int] | None = None, warehouses: Sequence[int] | None = None,
) -> int:  # fmt: skip
    """Let one more person in with a role and a first password.

    ``shops`` and ``warehouses`` are what they see and touch; None is every one. Raises ``BadAccount``, ``EmailTaken``,
    ``AboveYou``, ``BeyondYourReach``, ``NotFound``.
    """
    ensure_roles()
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise NotFound(what=role)
    bounds.hand(by, found)
    bounds.reach(by, shops, warehouses)
    return let_in(email, name, password, role, shops=bounds.whole(shops), warehouses=bounds.whole(warehouses), by=by, at=at)


def ensure_roles() -> None:
    """The built-in roles as rows, so that people can have them."""
    known = set(Role.objects.values_list("code", flat=True))
    missing = [Role(code=code, name=names[0], built_in=True) for code, names in policy().roles.items() if code not in known]
    Role.objects.bulk_create(missing, ignore_conflicts=True)


def hold_owners() -> None:
    """Who is an owner is decided by one at a time."""
    list(Role.objects.select_for_update().filter(code="owner").values_list("pk"))


def let_in(
    email: str, name: str, password: str, role: str, *, by: Actor, at: datetime,
    shops: Sequence[int] | None = None, warehouses: Sequence[int] | None = None, language: str = "zh-hans",
) -> int:  # fmt: skip
    """One more person; whoever calls has asked who may, and hashed the password. Raises ``BadAccount``, ``EmailTaken``, ``NotFound``."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadAccount(field="email", why=" ".join(error.messages)) from error
    if not name.strip():
        raise BadAccount(field="name", why=str(_("请填名字。")))
    if User.objects.filter(email=email).exists():
        raise EmailTaken(email=email)
    found = Role.objects.filter(code=role).first()
    if found is None or role == "program":
        raise NotFound(what=role)
    everywhere = role == grants.OWNER
    facts = {"shop_ids": None if everywhere else shops, "warehouse_ids": None if everywhere else warehouses}
    known = {"name": name.strip(), "role": found, "joined_at": at, "language": language}
    person = User.objects.create(email=email, password=passwords.kept(password), **known, **facts)
    tell([MemberJoined(person.pk, role)], by=by, at=at)
    return person.pk


def give_logins(person: User, username: str, phone: str) -> bool:
    """What this person may be called at the door beside their address; empty for nothing. True where that changed.

    Raises ``BadAccount``, ``NameTaken``.
    """
    username = logins.normal_name(username)
    if username and not logins.is_name(username):
        raise BadAccount(field="username", why=str(_("登录名用小写字母开头，3 到 32 个字母、数字、点、- 或 _。")))
    if phone.strip() and not logins.is_phone(phone):
        raise BadAccount(field="phone", why=str(_("手机号写得不完整，例如 13800138000。")))
    token = logins.token(phone) if phone.strip() else None
    others = User.objects.exclude(pk=person.pk)
    if username and others.filter(username=username).exists():
        raise NameTaken(field="username")
    if token is not None and others.filter(phone_token=token).exists():
        raise NameTaken(field="phone")
    if (person.username or "", person.phone_token) == (username, token):
        return False
    sealed, shown = (logins.sealed(phone), masking.phone(phone)) if token is not None else ("", "")
    facts = {"username": username or None, "phone_token": token, "phone_sealed": sealed, "phone_shown": shown}
    User.objects.filter(pk=person.pk).update(**facts)
    return True
