"""What signing in tells us: the session's moments are set, and what a person changed about their way in goes into the book."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from zhanggui.accounts import standing
from zhanggui.accounts.commands import noting, sessions
from zhanggui.accounts.models import User
from zhanggui.kernel import clock


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, **kwargs: Any) -> None:
    standing.begin(request.session, at=clock.now())


@receiver(account.authentication_step_completed)
def _shown_again(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    if reauthenticated:
        standing.confirm(request.session, at=clock.now())


@receiver(account.password_changed)
def _password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    noting.note_own(user, "password:own", at=clock.now())
    sessions.drop_others(user.pk, str(request.session.session_key))


@receiver(account.password_reset)
def _password_reset(user: User, **kwargs: Any) -> None:
    noting.note_reset(user, at=clock.now())


@receiver(mfa.authenticator_added)
def _added(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    noting.note_own(user, f"second:added:{authenticator.type}", at=clock.now())


@receiver(mfa.authenticator_removed)
def _removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    noting.note_own(user, f"second:removed:{authenticator.type}", at=clock.now())


@receiver(mfa.authenticator_reset)
def _renewed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    noting.note_own(user, f"second:renewed:{authenticator.type}", at=clock.now())


@receiver(mfa.authenticator_used)
def _used(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        noting.note_own(user, "second:used:recovery_codes", at=clock.now())
