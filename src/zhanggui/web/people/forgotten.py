"""A forgotten password: asking for a link, and setting a new one under it."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhanggui.web.frame.presence import for_anybody
from zhanggui.web.frame.say import say
from zhanggui.web.people.forms import ForgottenForm, NewPasswordForm


@method_decorator([for_anybody, never_cache], name="dispatch")
class Ask(allauth.PasswordResetView):  # type: ignore[misc]
    """The answer is the same for every address. A house that sends no mail says who can help instead."""

    template_name = "people/forgotten.html"

    def get_form_class(self) -> type[ForgottenForm]:
        return ForgottenForm

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.MAIL_IS_SENT:
            return self.get(request, *args, **kwargs)  # type: ignore[no-any-return]
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "mail": settings.MAIL_IS_SENT}


ask = Ask.as_view()


@method_decorator(for_anybody, name="dispatch")
class Asked(allauth.PasswordResetDoneView):  # type: ignore[misc]
    """What happens now, whoever it was."""

    template_name = "people/forgotten_asked.html"


asked = Asked.as_view()


@method_decorator([for_anybody, never_cache, sensitive_post_parameters("password1", "password2")], name="dispatch")
class SetNew(allauth.PasswordResetFromKeyView):  # type: ignore[misc]
    """A new password, once; then one signs in with it, second factor and all."""

    template_name = "people/set_password.html"
    success_url = reverse_lazy("account_login")

    def get_form_class(self) -> type[NewPasswordForm]:
        return NewPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        say(self.request, _("密码改好了，请用新密码登录"), note=_("别处登录的都已退出"))
        return answer

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        void = bool(context.get("token_fail"))
        form = context.get("form")
        status = 410 if void else 422 if form is not None and form.is_bound and form.errors else 200
        answer: HttpResponse = super().render_to_response({**context, "void": void}, status=status, **kwargs)
        return answer


set_new = SetNew.as_view()
