"""One's own way in: password, codes, recovery codes, passkeys, and where one is signed in."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zhanggui.accounts.commands import sessions as ending
from zhanggui.kernel.errors import StepUpNeeded
from zhanggui.web.frame.places import places
from zhanggui.web.frame.presence import for_anybody, owes_second_factor
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.people.proofs import SEALED, ActivateForm, PasskeyForm, RenameForm


@for_anybody
@never_cache
@require_GET
def index(request: Request) -> HttpResponse:
    """All of it on one page."""
    assert request.user.pk is not None
    held = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at"))
    codes = next((each for each in held if each.type == Authenticator.Type.RECOVERY_CODES), None)
    left = len(codes.wrap().get_unused_codes()) if codes else 0
    facts = {
        "totp": next((each for each in held if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each.wrap() for each in held if each.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": left,
        "codes_left_says": ngettext("还有 %d 个", "还有 %d 个", left) % left,
        "places": places(request.user.pk, request.session.session_key, at=request.at),
        "owes": owes_second_factor(request),
    }
    return render(request, "people/security.html", facts)


@method_decorator([for_anybody, never_cache], name="dispatch")
class SetUpCodes(totp.ActivateTOTPView):  # type: ignore[misc]
    """A key for an app that shows codes: as a picture and in letters; a first code shows that it arrived."""

    template_name = "people/totp.html"

    def get_form_class(self) -> type[ActivateForm]:
        return ActivateForm

    def form_valid(self, form: ActivateForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        self.request.session.pop(SEALED, None)
        say(self.request, _("两步验证开启了"))
        return answer

    def form_invalid(self, form: ActivateForm) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return answer


set_up_codes = SetUpCodes.as_view()


@method_decorator(never_cache, name="dispatch")
class DropCodes(totp.DeactivateTOTPView):  # type: ignore[misc]
    """Codes no more; asked once."""

    template_name = "people/totp_off.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        say(self.request, _("验证码停用了"))
        return answer


drop_codes = DropCodes.as_view()


@method_decorator([for_anybody, never_cache], name="dispatch")
class ShowRecovery(recovery.ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, this once."""

    template_name = "people/recovery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        codes = [f"{code[:4]} {code[4:]}" for code in facts["unused_codes"]] if facts["can_view_codes"] else []
        text = "\n".join([_("掌柜 · 恢复码（每个只能用一次）"), str(self.request.user), "", *codes, ""])
        return {**facts, "codes": codes, "text": text}


show_recovery = ShowRecovery.as_view()


@method_decorator(never_cache, name="dispatch")
class NewRecovery(recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Ten new ones; the old ones no longer count."""

    template_name = "people/recovery_new.html"


new_recovery = NewRecovery.as_view()


@method_decorator([for_anybody, never_cache], name="dispatch")
class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """One more passkey: a finger, a face or a key instead of a password."""

    template_name = "people/passkey.html"

    def get_form_class(self) -> type[PasskeyForm]:
        return PasskeyForm

    def form_valid(self, form: PasskeyForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        say(self.request, _("加了「%s」") % form.cleaned_data["name"])
        return answer

    def form_invalid(self, form: PasskeyForm) -> HttpResponse:
        say(self.request, _("这把没有加上"), tone="bad", note=_("等得太久，或浏览器没有说完。再来一次。"))
        return redirect("mfa_add_webauthn")


add_passkey = AddPasskey.as_view()


@method_decorator(never_cache, name="dispatch")
class RenamePasskey(webauthn.EditWebAuthnView):  # type: ignore[misc]
    """Another name."""

    template_name = "people/passkey_name.html"
    success_url = reverse_lazy("mfa_index")

    def get_form_class(self) -> type[RenameForm]:
        return RenameForm


rename_passkey = RenamePasskey.as_view()


@method_decorator(never_cache, name="dispatch")
class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Gone at once; asked once."""

    template_name = "people/passkey_off.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        name = self.get_object().wrap().name
        answer: HttpResponse = super().form_valid(form)
        say(self.request, _("删了「%s」") % name)
        return answer


remove_passkey = RemovePasskey.as_view()


def _confirmed(request: Request) -> None:
    if not request.actor.fresh:
        raise StepUpNeeded(needs="", who=request.actor.name)


@require_POST
def end_session(request: Request, session_id: int) -> HttpResponse:
    """Sign out over there. Raises StepUpNeeded for one who has not lately shown who they are."""
    _confirmed(request)
    if ending.end_own([session_id], by=request.actor, at=request.at):
        say(request, _("那边退出了"))
    return redirect("mfa_index")


@require_POST
def end_others(request: Request) -> HttpResponse:
    """Sign out everywhere but here. Raises StepUpNeeded as above."""
    _confirmed(request)
    assert request.user.pk is not None
    others = [place.pk for place in places(request.user.pk, request.session.session_key, at=request.at) if not place.here]
    ending.end_own(others, by=request.actor, at=request.at)
    say(request, _("别处都退出了，只剩这里"))
    return redirect("mfa_index")
