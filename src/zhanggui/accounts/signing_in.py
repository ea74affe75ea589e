"""How allauth behaves in this house: nobody signs up by themselves, the owner lets people in."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign in and out only; people are let in by the owner."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("邮箱或密码不对。"),
        "too_many_login_attempts": format_lazy(
            _("密码连错了太多次。为防有人试密码，请 {minutes} 分钟后再试。"), minutes=settings.SIGN_IN_WAIT_MIN
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> Any:
        return "/"
