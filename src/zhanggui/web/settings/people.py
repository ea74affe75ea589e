"""People: letting in, changing roles, switching off, helping one who is locked out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts.commands import access, rescue, sessions
from zhanggui.accounts.commands import people as letting
from zhanggui.accounts.commands.people import BadAccount, EmailTaken
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.policy import policy
from zhanggui.accounts.queries import STRONG
from zhanggui.kernel.errors import NotFound
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.settings.forms import PersonForm, RoleForm, WhyForm
from zhanggui.web.settings.views import page


@require_GET
def index(request: Request) -> HttpResponse:
    """Everybody who may come in, and those who no longer may."""
    request.actor.require("people.manage")
    return _page(request)


def _page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = User.objects.select_related("role").order_by("-is_active", "id")
    strong = set(Authenticator.objects.filter(type__in=STRONG).values_list("user_id", flat=True))
    return page(request, "people", "settings/people.html", {"rows": rows, "strong": strong, "roles": _roles(strong), **more}, status=status)


@dataclass(frozen=True)
class RoleRow:
    """A role, and how it stands with the second factor."""

    code: str
    name: str
    asked: bool
    advised: bool
    people: int
    ready: int


def _roles(strong: set[int]) -> list[RoleRow]:
    """Every role a person can have: how many have it, how many of them are ready for a second factor."""
    marked = {role.code: role for role in Role.objects.all()}
    held: dict[str, list[int]] = {}
    for pk, code in User.objects.filter(is_active=True).values_list("pk", "role__code"):
        held.setdefault(code, []).append(pk)
    names = {code: _(names[0]) for code, names in policy().roles.items() if code != "program"}
    names |= {code: role.name for code, role in marked.items() if not role.built_in}
    return [
        RoleRow(
            code, name, code in marked and marked[code].second_factor, code in policy().advised,
            len(held.get(code, [])), len(strong.intersection(held.get(code, []))),
        )
        for code, name in names.items()
    ]  # fmt: skip


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """One more person, with a role and a first password."""
    request.actor.require("people.manage")
    request.actor.confirm("people.manage")
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


@require_http_methods(["GET", "POST"])
def person(request: Request, person_id: int) -> HttpResponse:
    """One person: the role, help for one who is locked out, whether they may come in."""
    request.actor.require("people.manage")
    found = get_object_or_404(User.objects.select_related("role"), pk=person_id)
    asks = request.POST.get("what", "") if request.method == "POST" else ""
    role = RoleForm(request.POST if asks == "role" else None, initial={"role": found.role.code})
    link, second = (WhyForm(request.POST if asks == what else None, auto_id=f"id_{what}_%s") for what in ("link", "second"))
    chosen: forms.Form | None = {"role": role, "link": link, "second": second}.get(asks)
    handed = ""
    if chosen is not None and chosen.is_valid():
        said = chosen.cleaned_data
        if asks == "role":
            access.give_role(found.pk, said["role"], by=request.actor, at=request.at)
            say(request, _("%s 的角色改好了") % found.name)
            return redirect("settings:people")
        if asks == "second":
            rescue.clear_second_factor(found.pk, why=said["why"], by=request.actor, at=request.at)
            say(request, _("%s 的两步验证清掉了") % found.name, note=_("密码没变，别处的登录都退出了"))
            return redirect("settings:people")
        handed = request.build_absolute_uri(rescue.hand_link(found.pk, why=said["why"], by=request.actor, at=request.at))
        link = WhyForm(auto_id="id_link_%s")
    card = {
        "template": "settings/person.html",
        "person": found,
        "role": role,
        "link": link,
        "second": second,
        "handed": handed,
        "factors": Authenticator.objects.filter(user=found, type__in=STRONG).count(),
        "sessions": UserSession.objects.filter(user=found).count(),
        "may": _may(found.role.code),
        "self": found.pk == request.actor.id,
    }
    answer = _page(request, card=card, status=422 if chosen is not None and chosen.errors else 200)
    if handed:
        answer["Referrer-Policy"] = "no-referrer"
    return answer


def _may(role: str) -> list[str]:
    """What a built-in role may, in words."""
    book = policy()
    return [_(book.capabilities[code].zh) for code in book.grants_of(role)] if role in book.roles else []


@require_POST
def act(request: Request, person_id: int, verb: str) -> HttpResponse:
    """Switch a person off or on, or sign them out everywhere."""
    acts: dict[str, Callable[..., Any]] = {"off": access.switch_off, "on": access.switch_on, "out": sessions.end_all}
    if verb not in acts:
        raise NotFound(what=verb)
    acts[verb](person_id, by=request.actor, at=request.at)
    name = User.objects.values_list("name", flat=True).get(pk=person_id)
    says = {"off": _("停用了 %s，马上进不来了"), "on": _("%s 又能登录了"), "out": _("%s 在哪儿都退出了")}
    say(request, says[verb] % name)
    return redirect("settings:people")


@require_POST
def role_act(request: Request, role: str, verb: str) -> HttpResponse:
    """Ask a second factor of a role, or no longer."""
    if verb not in ("ask", "spare"):
        raise NotFound(what=verb)
    rescue.ask_second_factor(role, verb == "ask", by=request.actor, at=request.at)
    name = next((row.name for row in _roles(set()) if row.code == role), role)
    if verb == "ask":
        say(request, _("以后 %s 要两步验证") % name, note=_("还没设的人，下一步就会带他去设"))
    else:
        say(request, _("%s 不再要求两步验证") % name)
    return redirect("settings:people")
