"""Inviting: a link that lets one person in with the role chosen for them, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from zhanggui.accounts import asked, grants, invitations, passwords, queries
from zhanggui.accounts.commands import bounds
from zhanggui.accounts.commands import people as letting
from zhanggui.accounts.commands.people import EmailTaken, ensure_roles
from zhanggui.accounts.commands.roles import role_of
from zhanggui.accounts.events import InvitationChanged
from zhanggui.accounts.models import Invitation, User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.journal.book import ask, command, tell
from zhanggui.journal.events import task
from zhanggui.journal.marks import Second
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, NotFound, Refused

MOST_AN_HOUR = 30


class TooManyInvitations(Refused):
    code = "too-many-invitations"
    says = gettext_lazy("一小时里邀请了太多人。")
    fix = gettext_lazy("歇一会儿再邀请。")
    status = 429


class LinkVoid(Refused):
    """Used, withdrawn, run out, or never was one: which of these is said to nobody."""

    code = "link-void"
    says = gettext_lazy("这个链接不能用了。")
    fix = gettext_lazy("请邀请您的人再给一个。")
    status = 410


def _made(invitation_id: int) -> dict[str, int]:
    return {"invitation": invitation_id}


@command(needs="people.manage", second=Second(gettext_lazy("邀请 {who} 进来，当「{role}」"), asked.of_invited, outcome=_made))
def invite(
    role: str, *, name: str = "", email: str = "", shops: Sequence[int] | None = None, warehouses: Sequence[int] | None = None,
    language: str = "zh-hans", origin: str = "", by: Actor, at: datetime,
) -> int:  # fmt: skip
    """Open the door for one more person: with this role, these shops and warehouses (None: every one), for seven days.

    With ``email`` and where the house sends mail, a link goes there; ``origin`` is the house's address. Else it is handed
    over by ``link_for``. Raises ``BadAccount``, ``EmailTaken``, ``TooManyInvitations``, ``AboveYou``, ``BeyondYourReach``.
    """
    ensure_roles()
    found = role_of(role)
    if role == "program":
        raise NotFound(what=role)
    bounds.hand(by, found)
    bounds.reach(by, shops, warehouses)
    email = _address(email)
    if Invitation.objects.filter(maker_id=_maker(by), made_at__gt=at - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyInvitations
    everywhere = role == grants.OWNER
    made = Invitation.objects.create(
        name=name.strip()[:40], email=email, role=found, language=language, made_at=at, expires_at=at + invitations.HOLDS,
        shop_ids=None if everywhere else bounds.whole(shops), warehouse_ids=None if everywhere else bounds.whole(warehouses),
        maker_id=_maker(by), generation=_generation(by),
    )  # fmt: skip
    tell([InvitationChanged(made.pk, "made")], by=by, at=at, facts={made.pk: {"role": role, "name": made.name}})
    _mail(made, origin, at=at)
    return made.pk


@command(needs="people.manage", second=Second(gettext_lazy("把一个邀请再延长七天"), asked.of_invitation))
def renew(invitation_id: int, *, origin: str = "", by: Actor, at: datetime) -> None:
    """Seven days more, from now on in the name of ``by``; the link that was handed out before is void.

    Mailed again where it was mailed. Raises ``NotFound``, ``AboveYou``, ``BeyondYourReach``.
    """
    found = _waiting(invitation_id)
    bounds.hand(by, found.role)
    bounds.reach(by, found.shop_ids, found.warehouse_ids)
    again = {"maker_id": _maker(by), "generation": _generation(by), "digest": None, "mailed_at": None}
    Invitation.objects.filter(pk=invitation_id).update(made_at=at, expires_at=at + invitations.HOLDS, **again)
    tell([InvitationChanged(invitation_id, "renewed")], by=by, at=at)
    _mail(found, origin, at=at)


@command(needs="people.manage", marks="S")
def withdraw(invitation_id: int, *, by: Actor, at: datetime) -> None:
    """Its link opens nothing any more. Raises ``NotFound`` where it was used or withdrawn before, ``AboveYou``."""
    bounds.hand(by, _waiting(invitation_id).role)
    if not Invitation.objects.filter(pk=invitation_id, used_at=None, withdrawn_at=None).update(withdrawn_at=at, digest=None):
        raise NotFound(what=_("这个邀请"))
    tell([InvitationChanged(invitation_id, "withdrawn")], by=by, at=at)


def link_for(invitation_id: int, *, by: Actor, at: datetime) -> str:
    """The path of a fresh link for an invitation that stands, shown this once; an earlier link of it is void.

    It decides nothing new, so it asks for the right and for showing who one is, and for no second person.
    Raises ``LinkVoid``, ``NotFound``, ``AboveYou``.
    """
    by.require("people.manage")
    by.confirm("people.manage")
    with db.write():
        bounds.hand(by, _waiting(invitation_id).role)
        path = _mint(invitation_id, at=at)
        if not path:
            raise LinkVoid
        tell([InvitationChanged(invitation_id, "link")], by=by, at=at)
    return path


def invited_by(token: str, *, at: datetime) -> Invitation:
    """The invitation this link belongs to, while it opens the door. Raises ``LinkVoid``."""
    asked = Invitation.objects.filter(invitations.opens(at=at), digest=invitations.digest_of(token))
    found = asked.select_related("role", "maker__role").first()
    if found is None or not _still_may(found):
        raise LinkVoid
    return found


def accept(
    token: str, *, name: str, email: str, password: str, username: str = "", phone: str = "", language: str, at: datetime
) -> int:
    """Whoever holds the link comes in: under the invited address where one was named, with a password of their own. Once.

    Raises ``LinkVoid``, ``BadAccount``, ``EmailTaken``, ``NameTaken``; then the link is as good as before.
    """
    # Whoever holds no link makes the house hash nothing.
    of = User(email=(invited_by(token, at=at).email or email).strip().lower(), name=name)
    kept = passwords.hashed(password, of)

    def whole() -> int:
        with db.write():
            found = invited_by(token, at=at)
            # Of two who press at once one is let in.
            if not Invitation.objects.filter(pk=found.pk, used_at=None, withdrawn_at=None).update(used_at=at):
                raise LinkVoid
            who = Actor("person", None, name.strip()[:40] or found.name)
            person_id = letting.let_in(
                found.email or email, name, kept, found.role.code, by=who, at=at, language=language,
                shops=found.shop_ids, warehouses=found.warehouse_ids,
            )  # fmt: skip
            letting.give_logins(User.objects.get(pk=person_id), username, phone)
            tell([InvitationChanged(found.pk, "used")], by=Actor("person", person_id, who.name), at=at)
            return person_id

    return db.retried(whole)


@task(tries=5)
def send_invitation(items: Sequence[tuple[int, str]], *, at: datetime) -> None:
    """Write to those invited; ``items``: (invitation, the address of this house). The link is made as the letter is."""
    for invitation_id, origin in items:
        with db.write():
            path = _mint(invitation_id, at=at)
        if not path:
            continue
        found = Invitation.objects.select_related("role", "maker").get(pk=invitation_id)
        with override(found.language):
            inviter = found.maker.name if found.maker else _("掌柜")
            said = (
                _("%s，您好：") % (found.name or found.email),
                _("%(who)s 请您加入，角色是「%(role)s」。打开下面的链接，填名字、设密码就能进来：")
                % {"who": inviter, "role": _(found.role.name)},
                f"{origin}{path}",
                _("链接只能用一次，七天内有效。不认识这个人，不用管这封信。"),
            )
            EmailMessage(_("掌柜：请您加入"), "\n\n".join(said), settings.DEFAULT_FROM_EMAIL, [found.email]).send()
        Invitation.objects.filter(pk=invitation_id).update(mailed_at=at)


def _mint(invitation_id: int, *, at: datetime) -> str:
    token = invitations.new_token()
    standing = Invitation.objects.filter(invitations.opens(at=at), pk=invitation_id).values("pk")
    known = Invitation.objects.filter(pk__in=standing).update(digest=invitations.digest_of(token))
    return invitations.path_of(token) if known else ""


def _mail(invitation: Invitation, origin: str, *, at: datetime) -> None:
    if invitation.email and origin and settings.MAIL_IS_SENT:
        ask(send_invitation, [[invitation.pk, origin]], at=at)


def _address(email: str) -> str:
    email = email.strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadAccount(field="email", why=" ".join(error.messages)) from error
    if User.objects.filter(email=email).exists():
        raise EmailTaken(email=email)
    return email


def _waiting(invitation_id: int) -> Invitation:
    found = Invitation.objects.select_related("role").filter(pk=invitation_id, used_at=None, withdrawn_at=None).first()
    if found is None:
        raise NotFound(what=_("这个邀请"))
    return found


def _still_may(invitation: Invitation) -> bool:
    """Whoever invited may still let somebody in with this role and this reach."""
    if invitation.maker is None:
        return True
    by = queries.actor_of(invitation.maker)
    try:
        by.require("people.manage")
        bounds.hand(by, invitation.role)
        bounds.reach(by, invitation.shop_ids, invitation.warehouse_ids)
    except Refused:
        return False
    return True


def _maker(by: Actor) -> int | None:
    """Whose invitation it is; None is the house's own. A program invites nobody."""
    if by.kind == "program":
        raise NotAllowed(needs="people.manage", who=by.name)
    return by.id


def _generation(by: Actor) -> int:
    maker = _maker(by)
    return 0 if maker is None else User.objects.values_list("generation", flat=True).get(pk=maker)
