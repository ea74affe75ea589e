"""Coming in by an invitation: a page for whoever holds the link, and a first word once they are inside."""

from allauth.core.internal import ratelimit
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.accounts import queries
from zhanggui.accounts.commands import inviting
from zhanggui.accounts.commands.inviting import LinkVoid
from zhanggui.accounts.commands.people import EmailTaken, NameTaken
from zhanggui.accounts.models import Invitation, User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.accounts.policy import policy
from zhanggui.accounts.signing_in import know
from zhanggui.kernel import clock
from zhanggui.web.frame import errors, gate
from zhanggui.web.frame.presence import for_anybody
from zhanggui.web.frame.request import Request
from zhanggui.web.people.forms import JoinForm
from zhanggui.web.people.views import BACKEND, YEAR_S

# A link holds 192 random bits; nobody finds one by trying, and nobody tries for long.
PACE = {"join": "30/m/ip"}


@for_anybody
@never_cache
@sensitive_post_parameters("password", "phone")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Name, password and language of one who was invited. A link that opens nothing says so, and nothing else."""
    if ratelimit.consume(request, app="allauth.account", action="join", config=PACE, limit_get=True) is None:
        return errors.too_many(request)
    try:
        invitation = inviting.invited_by(token, at=clock.now())
        return _asked(request, token, invitation)
    except LinkVoid:
        return render(request, "people/join_void.html", status=410)


def _asked(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        language = get_language() or invitation.language
        try:
            person_id = inviting.accept(
                token, name=said["name"], email=said.get("email", ""), password=said["password"], username=said["username"],
                phone=said["phone"], language=language, at=clock.now(),
            )  # fmt: skip
        except (BadAccount, NameTaken) as refusal:
            form.add_error(refusal.facts["field"] if refusal.facts["field"] in form.fields else None, refusal.sentence)
        except EmailTaken as refusal:
            form.add_error("email" if "email" in form.fields else None, refusal.sentence)
        else:
            person = User.objects.get(pk=person_id)
            login(request, person, backend=BACKEND)
            answer: HttpResponse = redirect("people:joined")
            answer.set_cookie("language", language, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
            know(request, answer, person.email)
            return answer
    facts = {"form": form, "invitation": invitation, "role": _(invitation.role.name)}
    return render(request, "people/join.html", facts, status=422 if form.is_bound and form.errors else 200)


@for_anybody
@never_cache
@require_GET
def joined(request: Request) -> HttpResponse:
    """A first word: what one may do, and how to keep strangers out."""
    user = request.user
    assert isinstance(user, User)
    guarded = queries.has_second_factor(user.pk)
    role = user.role
    facts = {
        "role": _(role.name),
        "must": role.second_factor and not guarded,
        "advised": (role.second_factor or {role.code, role.origin} & policy().advised) and not guarded,
        "may": [_(each.zh) for code, each in policy().capabilities.items() if code in queries.grants_of(role)],
        "first": next((name for name in FIRST if gate.comes(request.actor, name)), "home"),
    }
    return render(request, "people/joined.html", facts)


# Where the day of a role begins, by what it may.
FIRST = ("review:desk", "warehouse:picking", "orders:list", "home")
