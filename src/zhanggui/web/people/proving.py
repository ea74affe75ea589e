"""Showing who one is: the second step of signing in, a passkey instead of a password, and once more before what matters."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhanggui.accounts.models import User
from zhanggui.web.frame.presence import for_anybody
from zhanggui.web.frame.say import say
from zhanggui.web.people.forms import ConfirmForm
from zhanggui.web.people.proofs import CodeForm, ConfirmCodeForm
from zhanggui.web.people.views import Arriving


@method_decorator(never_cache, name="dispatch")
class EnterCode(Arriving, base.AuthenticateView):  # type: ignore[misc]
    """After the password: a code, a recovery code or a passkey."""

    template_name = "people/enter_code.html"
    form_class = CodeForm

    def get_form_class(self) -> type[CodeForm]:
        return CodeForm

    def form_valid(self, form: Any) -> HttpResponse:
        return self.arrived(super().form_valid(form))

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = 422
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        recovery = "recovery" in self.request.GET
        return {**super().get_context_data(**kwargs), "kinds": kinds, "recovery": recovery}


enter_code = EnterCode.as_view()


@method_decorator(never_cache, name="dispatch")
class PasskeyIn(Arriving, webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """A passkey alone: it is both what one has and who one is."""

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.set_expiry(None)
        return self.arrived(super().form_valid(form))

    def form_invalid(self, form: Any) -> HttpResponse:
        say(self.request, _("这把通行密钥不认识"), tone="bad", note=_("可能已经删了。用密码登录，再加一把。"))
        answer: HttpResponse = super().form_invalid(form)
        return answer


passkey_in = PasskeyIn.as_view()


class Confirming:
    """Once more, before what matters; then on with what was asked for."""

    request: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        return {**super().get_context_data(**kwargs), "kinds": kinds}  # type: ignore[misc]

    def form_valid(self, form: Any) -> HttpResponse:
        say(self.request, _("确认过是您了"), note=_("十分钟内不再问。"))
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined]
        return answer


@method_decorator([for_anybody, never_cache], name="dispatch")
class ConfirmPassword(Confirming, account.ReauthenticateView):  # type: ignore[misc]
    """By the password, for those who have nothing stronger."""

    template_name = "people/confirm.html"

    def get_form_class(self) -> type[ConfirmForm]:
        return ConfirmForm


confirm_password = ConfirmPassword.as_view()


@method_decorator([for_anybody, never_cache], name="dispatch")
class ConfirmCode(Confirming, base.ReauthenticateView):  # type: ignore[misc]
    """By a code or a recovery code."""

    template_name = "people/confirm_code.html"

    def get_form_class(self) -> type[ConfirmCodeForm]:
        return ConfirmCodeForm


confirm_code = ConfirmCode.as_view()


@method_decorator([for_anybody, never_cache], name="dispatch")
class ConfirmPasskey(Confirming, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """By a passkey."""

    template_name = "people/confirm_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {name: kwargs[name] for name in ("form",) if name in kwargs}
        return {**super().get_context_data(**kwargs), **more}


confirm_passkey = ConfirmPasskey.as_view()
