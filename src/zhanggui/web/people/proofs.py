"""What proves who one is, as it is asked for: codes, recovery codes, passkeys."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.second_factor import Adapter, opened, seal, spend

SEALED = "totp_sealed"
DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "maxlength": 12, "class": "code"}


def _ask(field: forms.Field, label: Any) -> None:
    field.label, field.widget.attrs = label, dict(DIGITS)
    field.error_messages["required"] = _("请填验证码。")


class _Once:
    """A code counts once, however often it is shown while it is valid."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not spend(self.user.pk, code):
            raise Adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The six digits the app shows now, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self.fields["code"], _("验证码或恢复码"))


class ConfirmCodeForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The same, by somebody already inside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self.fields["code"], _("验证码或恢复码"))


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """A first code shows that the app has the key. Until then the key waits in the session, sealed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        kept = session.pop(SEALED, "")
        if kept:
            session[SECRET_SESSION_KEY] = opened(kept)
        super().__init__(*args, **kwargs)
        session.pop(SECRET_SESSION_KEY, None)
        session[SEALED] = seal(self.secret)
        _ask(self.fields["code"], _("手机上现在显示的六位数"))

    @property
    def groups(self) -> list[str]:
        """The key, four characters at a time, for those who type it."""
        return [self.secret[nth : nth + 4] for nth in range(0, len(self.secret), 4)]

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not spend(self.user.pk, code):
            raise Adapter().validation_error("incorrect_code")
        return code


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """What to call it; the browser fills in the rest. It always signs in alone, without a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label, name.help_text = _("叫什么"), _("例如 办公室电脑、我的手机。丢了哪一把，就删哪一把。")
        name.widget.attrs = {"maxlength": 40}


class RenameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label, name.widget.attrs = _("叫什么"), {"maxlength": 40, "autofocus": True}
        name.error_messages["required"] = _("请填名字。")
