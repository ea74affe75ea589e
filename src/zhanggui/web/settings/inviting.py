"""Inviting people: a link by mail, or one to hand over."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.accounts.commands import inviting
from zhanggui.accounts.commands.people import EmailTaken
from zhanggui.accounts.models import Invitation
from zhanggui.accounts.passwords import BadAccount
from zhanggui.kernel.errors import NotFound, SecondPersonAsked
from zhanggui.web.frame import again
from zhanggui.web.frame import asked as words
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.people import people_page
from zhanggui.web.settings.people_forms import InviteForm


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Whom, with which role, for which shops and warehouses. Without mail the link is shown, this once."""
    request.actor.require("people.manage")
    request.actor.confirm("people.manage")
    form = InviteForm(request.POST or None, by=request.actor, mail=settings.MAIL_IS_SENT)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = inviting.invite(
                said["role"], name=said["name"], email=said["email"], language=get_language() or settings.LANGUAGE_CODE,
                origin=_origin(request), **form.given(), by=request.actor, at=request.at,
            )  # fmt: skip
        except (BadAccount, EmailTaken) as refusal:
            form.add_error("email", refusal.sentence)
        except SecondPersonAsked as asked:
            # It stands in the list now: an empty form beside it would ask for another.
            return again.was_asked(request, asked, back=reverse("settings:people"))
        else:
            return _handed(request, made)
    card = {
        "template": "settings/newcomer.html", "form": form, "kind": "invite", "title": _("邀请同事"), "mail": settings.MAIL_IS_SENT,
        "beforehand": words.beforehand("people.manage", request.actor, at=request.at),
    }  # fmt: skip
    return people_page(request, card=card, status=422 if form.is_bound and form.errors else 200)


@require_POST
def act(request: Request, invitation_id: int, verb: str) -> HttpResponse:
    """Give the link once more, make it last seven days longer, or take the invitation back."""
    by, at = request.actor, request.at
    if verb == "link":
        return _link(request, invitation_id)
    if verb == "renew":
        inviting.renew(invitation_id, origin=_origin(request), by=by, at=at)
        return _handed(request, invitation_id)
    if verb != "withdraw":
        raise NotFound(what=verb)
    inviting.withdraw(invitation_id, by=by, at=at)
    say(request, _("邀请撤回了"), note=_("那个链接打不开了"))
    return redirect("settings:people")


def _origin(request: Request) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _handed(request: Request, invitation_id: int) -> HttpResponse:
    """Mailed, and said so; or the link itself."""
    found = Invitation.objects.get(pk=invitation_id)
    if not (found.email and settings.MAIL_IS_SENT):
        return _link(request, invitation_id)
    say(request, _("邀请寄到 %s 了") % found.email, note=_("七天内有效，只能用一次"))
    return redirect("settings:people")


def _link(request: Request, invitation_id: int) -> HttpResponse:
    path = inviting.link_for(invitation_id, by=request.actor, at=request.at)
    found = Invitation.objects.select_related("role").get(pk=invitation_id)
    card = {"template": "settings/handed.html", "invitation": found, "handed": request.build_absolute_uri(path)}
    return people_page(request, card=card)
