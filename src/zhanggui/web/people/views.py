"""The door: signing in and out, one's own password, and the first day of a shop."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhanggui.accounts import passwords, queries, standing
from zhanggui.accounts.commands import tastes
from zhanggui.accounts.commands.people import EmailTaken, OwnerExists, open_shop
from zhanggui.accounts.models import User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.accounts.signing_in import know
from zhanggui.journal.book import together
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.web.frame.presence import for_anybody
from zhanggui.web.frame.say import say
from zhanggui.web.people.forms import PasswordForm, SignInForm, WelcomeForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
YEAR_S = 365 * 24 * 3600


class Arriving:
    """A way in: once somebody is inside, this browser speaks their language and is known to be theirs."""

    request: HttpRequest

    def arrived(self, answer: HttpResponse) -> HttpResponse:
        user = self.request.user
        if isinstance(user, User):
            if "language" not in self.request.COOKIES:
                answer.set_cookie("language", user.language, max_age=YEAR_S, samesite="Lax", secure=self.request.is_secure())
            know(self.request, answer, user.email)
        return answer


@method_decorator(never_cache, name="dispatch")
class SignIn(Arriving, allauth.LoginView):  # type: ignore[misc]
    """E-mail and password; then the second factor of those who have one; then to the page first asked for."""

    template_name = "people/sign_in.html"
    form_class = SignInForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and not queries.has_an_owner():
            return redirect("people:welcome")
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_form_class(self) -> type[SignInForm]:
        return SignInForm

    def form_valid(self, form: SignInForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        # Kept in the session, so that it holds however many steps signing in takes.
        if not form.cleaned_data.get("stay"):
            self.request.session.set_expiry(0)
        return self.arrived(answer)


sign_in = SignIn.as_view()


@for_anybody
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out on a POST; a visit asks first."""
    if request.method == "POST":
        answer: HttpResponse = allauth.logout(request)
        return answer
    return render(request, "people/sign_out.html")


@method_decorator(never_cache, name="dispatch")
class Password(allauth.PasswordChangeView):  # type: ignore[misc]
    """One's own password; other sessions of this person end."""

    template_name = "people/password.html"
    form_class = PasswordForm
    success_url = reverse_lazy("mfa_index")

    def get_form_class(self) -> type[PasswordForm]:
        return PasswordForm

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        say(self.request, _("密码改好了"), note=_("别处登录的都已退出"))
        return answer


password = Password.as_view()


def inactive(request: HttpRequest) -> HttpResponse:
    """The right password of somebody who was switched off."""
    return render(request, "people/inactive.html", status=403)


def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Nobody signs up alone here; the owner lets people in."""
    raise Http404


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Open the shop, once: its owner, signed in, in front of the first step, to be taken now or any day."""
    if queries.has_an_owner():
        return redirect("home")
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data

        def opened() -> int:
            person_id = open_shop(facts["email"], facts["name"], kept, by=SYSTEM, at=clock.now())
            shops.open_one("own", facts["shop"], by=SYSTEM, at=clock.now())
            return person_id

        try:
            kept = passwords.of_newcomer(facts)["password"]
            person_id = together(opened)
        except BadAccount as refusal:
            form.add_error(refusal.facts["field"], refusal.sentence)
        except EmailTaken as refusal:
            form.add_error("email", str(refusal))
        except OwnerExists:
            return redirect("account_login")
        else:
            person = User.objects.get(pk=person_id)
            tastes.speak(person_id, get_language() or settings.LANGUAGE_CODE)
            login(request, person, backend=BACKEND)
            standing.open_house(request.session, at=clock.now())
            say(request, _("「%s」开张了") % facts["shop"], note=_("照清单走，就能发出第一单。"))
            return HttpResponseRedirect(reverse("start:index"))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/welcome.html", {"form": form}, status=status)
