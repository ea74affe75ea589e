"""How allauth behaves in this house: nobody signs up by themselves, the owner lets people in."""

import secrets
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from zhanggui.accounts import standing
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import TOTP, has_second_factor
from zhanggui.kernel import clock

# A browser in which this person has signed in before counts its mistakes apart: guessing from elsewhere does not shut it out.
KNOWN, KNOWN_FOR_S = "known", 90 * 24 * 3600
SALT = "zhanggui.accounts.known"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign in and out; people are let in by the owner. What is said to people is said by the screens."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("这个账号停用了。"),
        "email_password_mismatch": gettext_lazy("账号或密码不对。"),
        "enter_current_password": gettext_lazy("现在的密码不对。"),
        "incorrect_password": gettext_lazy("密码不对。看看大小写，再试一次。"),
        "incorrect_code": gettext_lazy("验证码不对，或已经用过。看一眼手机上现在的数字再试。"),
        "invalid_password_reset": gettext_lazy("这个链接用过了，或过了一小时。"),
        "too_many_login_attempts": format_lazy(
            gettext_lazy("密码连错了太多次。为防有人试密码，请 {minutes} 分钟后再试。"), minutes=settings.SIGN_IN_WAIT_MIN
        ),
        "rate_limited": gettext_lazy("太快了，歇一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        return "/"

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the screens say it themselves."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One rule for all that asks to show again who one is."""
        return not standing.is_fresh(self.request.session, at=clock.now())

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Whoever has a second factor shows that one: the password alone is what a thief would have.

        A passkey comes first where there is no app for codes.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [each for each in methods if each["id"] != "reauthenticate"]
        if len(strong) > 1 and isinstance(user, User) and not has_second_factor(user.pk, TOTP):
            strong.reverse()
        return strong or methods

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}{_known(request, credentials.get('email', ''))}"


def know(request: HttpRequest, answer: HttpResponse, email: str) -> None:
    """From now on this browser is one in which ``email`` has signed in."""
    if not _known(request, email):
        told = signing.dumps([email.lower(), secrets.token_hex(8)], salt=SALT)
        answer.set_cookie(KNOWN, told, max_age=KNOWN_FOR_S, httponly=True, samesite="Lax", secure=request.is_secure())


def _known(request: HttpRequest, email: str) -> str:
    """The mark of this browser where ``email`` has signed in with it; empty elsewhere."""
    try:
        whose, mark = signing.loads(request.COOKIES.get(KNOWN, ""), salt=SALT, max_age=KNOWN_FOR_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return f":{mark}" if email and whose == email.lower() else ""
