"""People: letting in, changing roles, switching off, a new password for one who forgot."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts.commands import access
from zhanggui.accounts.commands import people as letting
from zhanggui.accounts.commands.people import BadAccount, EmailTaken
from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.kernel.errors import NotFound
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.forms import PasswordForm, PersonForm, RoleForm
from zhanggui.web.settings.views import page


@require_GET
def index(request: Request) -> HttpResponse:
    """Everybody who may come in, and those who no longer may."""
    request.actor.require("people.manage")
    return _page(request)


def _page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = User.objects.select_related("role").order_by("-is_active", "id")
    return page(request, "people", "settings/people.html", {"rows": rows, **more}, status=status)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """One more person, with a role and a first password."""
    request.actor.require("people.manage")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            letting.add(said["email"], said["name"], said["password"], said["role"], by=request.actor, at=request.at)
        except BadAccount as refusal:
            form.add_error(refusal.facts["field"], refusal.sentence)
        except EmailTaken as refusal:
            form.add_error("email", str(refusal))
        else:
            say(request, _("%s 可以登录了") % said["name"], note=_("把邮箱和密码告诉本人"))
            return redirect("settings:people")
    card = {"template": "settings/form.html", "form": form, "kind": "person", "object": None, "title": _("新同事")}
    return _page(request, card=card, status=422 if form.is_bound and form.errors else 200)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def person(request: Request, person_id: int) -> HttpResponse:
    """One person: the role, a new password, whether they may come in."""
    request.actor.require("people.manage")
    found = get_object_or_404(User.objects.select_related("role"), pk=person_id)
    asks = request.POST.get("what", "") if request.method == "POST" else ""
    role = RoleForm(request.POST if asks == "role" else None, initial={"role": found.role.code})
    password = PasswordForm(request.POST if asks == "password" else None)
    chosen: forms.Form | None = {"role": role, "password": password}.get(asks)
    if chosen is not None and chosen.is_valid():
        if asks == "role":
            access.give_role(found.pk, chosen.cleaned_data["role"], by=request.actor, at=request.at)
            say(request, _("%s 的角色改好了") % found.name)
            return redirect("settings:people")
        try:
            access.renew_password(found.pk, chosen.cleaned_data["password"], by=request.actor, at=request.at)
        except BadAccount as refusal:
            password.add_error("password", refusal.sentence)
        else:
            say(request, _("%s 的密码换好了") % found.name, note=_("他在别处的登录都退出了"))
            return redirect("settings:people")
    card = {
        "template": "settings/person.html",
        "person": found,
        "role": role,
        "password": password,
        "may": _may(found.role.code),
        "self": found.pk == request.actor.id,
    }
    return _page(request, card=card, status=422 if chosen is not None and chosen.errors else 200)


def _may(role: str) -> list[str]:
    """What a built-in role may, in words."""
    book = policy()
    return [_(book.capabilities[code].zh) for code in book.grants_of(role)] if role in book.roles else []


@require_POST
def act(request: Request, person_id: int, verb: str) -> HttpResponse:
    """Switch a person off or on."""
    acts = {"off": access.switch_off, "on": access.switch_on}
    if verb not in acts:
        raise NotFound(what=verb)
    acts[verb](person_id, by=request.actor, at=request.at)
    name = User.objects.values_list("name", flat=True).get(pk=person_id)
    says = {"off": _("停用了 %s，马上进不来了"), "on": _("%s 又能登录了")}
    say(request, says[verb] % name)
    return redirect("settings:people")
