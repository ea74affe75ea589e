"""What is asked at the door."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.accounts import logins
from zhanggui.accounts.commands import forgotten
from zhanggui.accounts.models import Invitation
from zhanggui.kernel import clock


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail, name or phone, and the password, in our words. ``stay`` keeps the session when the browser closes."""

    stay = forms.BooleanField(
        label=_("这台电脑上保持登录"), help_text=_("公用电脑请别勾。不勾的话，关上浏览器就退出。"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whichever of the three it is: a name is no address, and a wrong one is told no sooner than a wrong password.
        login = self.fields["login"] = forms.CharField(max_length=254)
        password = self.fields["password"]
        login.label, password.label = _("邮箱、登录名或手机号"), _("密码")
        login.error_messages["required"] = _("请填邮箱、登录名或手机号。")
        password.error_messages["required"] = _("请填密码。")
        login.widget.attrs |= {"autocomplete": "username", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        self.order_fields(["login", "password", "stay"])
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""

    def user_credentials(self) -> dict[str, str]:
        """By whatever name, it is the person's address that is tried and counted: three names make no more tries than one."""
        return {"email": logins.address_of(self.cleaned_data["login"]), "password": self.cleaned_data["password"]}


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The old one, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("oldpassword", _("现在的密码")), ("password1", _("新密码")), ("password2", _("新密码再写一遍"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].error_messages["required"] = format_lazy(_("请填{what}。"), what=label)


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    """One's password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.help_text = _("密码"), ""
        password.error_messages["required"] = _("请填密码。")
        password.widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """Whose password it is. What becomes of it is said to nobody but them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("邮箱")
        email.error_messages |= {"required": _("请填邮箱。"), "invalid": _("邮箱写得不完整，例如 wang@example.com。")}
        email.widget.attrs = {"autocomplete": "username", "autofocus": True, "inputmode": "email"}

    def clean_email(self) -> str:
        """Nobody is looked up here: what differs would show in the time it takes."""
        email: str = self.cleaned_data["email"]
        return email.strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        forgotten.ask_for_link(email, request.build_absolute_uri("/").rstrip("/"), at=clock.now())
        return email


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """The new one, twice, by whoever holds the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("password1", _("新密码")), ("password2", _("新密码再写一遍"))):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = format_lazy(_("请填{what}。"), what=label)
            self.fields[name].widget.attrs = {"autocomplete": "new-password"}
        self.fields["password1"].help_text = _("至少 10 位。三四个不相干的词连起来，好记又难猜。")
        self.fields["password1"].widget.attrs["autofocus"] = True


class NewcomerForm(forms.Form):
    """What everybody says of themselves on their first day."""

    name = forms.CharField(label=_("您怎么称呼"), max_length=40, help_text=_("同事在记录里看到的名字。"))
    email = forms.EmailField(
        label=_("邮箱"), help_text=_("用它登录。"), error_messages={"invalid": _("邮箱写得不完整，例如 wang@example.com。")}
    )
    password = forms.CharField(
        label=_("密码"),
        min_length=10,
        max_length=128,
        strip=False,
        help_text=_("至少 10 位。三四个不相干的词连起来，好记又难猜。"),
        error_messages={"min_length": _("太短了：至少 10 位。")},
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )


class WelcomeForm(NewcomerForm):
    """The first shop and the first person."""

    shop = forms.CharField(label=_("店名"), max_length=60, help_text=_("写在发货单上，以后可以改。"))
    field_order = ("shop", "name", "email", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, asked in (("shop", "organization"), ("name", "name"), ("email", "username")):
            self.fields[name].widget.attrs["autocomplete"] = asked
        for field in self.fields.values():
            field.error_messages["required"] = format_lazy(_("请填{what}。"), what=field.label)
        self.fields["shop"].widget.attrs["autofocus"] = True


class JoinForm(NewcomerForm):
    """One who was invited: a name, a password, and by what they sign in."""

    username = forms.CharField(
        label=_("登录名"), max_length=32, required=False, help_text=_("不想每次打邮箱，就起一个短的，例如 wang。")
    )
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False, help_text=_("也能用它登录。加密保存。"))

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = invitation.name
        if invitation.email:
            del self.fields["email"]
        asked = {"name": "name", "email": "email", "username": "username", "phone": "tel"}
        for name, hint in asked.items():
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["phone"].widget.attrs["inputmode"] = "tel"
        for field in self.fields.values():
            field.error_messages["required"] = format_lazy(_("请填{what}。"), what=field.label)
        self.fields["name"].widget.attrs["autofocus"] = True

    @property
    def others(self) -> list[forms.BoundField]:
        """What one may sign in with beside the address."""
        return [self["username"], self["phone"]]
