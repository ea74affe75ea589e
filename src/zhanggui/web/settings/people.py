"""People: who they are, what they may, where they are signed in, and whether they still come in."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts import invitations, logins, queries
from zhanggui.accounts.commands import access, bounds, rescue, sessions
from zhanggui.accounts.commands import people as letting
from zhanggui.accounts.commands.people import EmailTaken, NameTaken
from zhanggui.accounts.models import User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.accounts.queries import STRONG
from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
from zhanggui.kernel import paging
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame import asked as words
from zhanggui.web.frame import lists
from zhanggui.web.frame.lists import Column
from zhanggui.web.frame.places import places
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.frame.words import exact
from zhanggui.web.goods import workbook
from zhanggui.web.goods.views import TooMany
from zhanggui.web.settings import matrix
from zhanggui.web.settings.people_forms import LoginsForm, PersonForm, ReachForm, RoleForm, WhyForm
from zhanggui.web.settings.views import page

SORTS = ("name", "seen", "joined_at")
COLUMNS = (
    Column("who", gettext_lazy("谁"), "", fixed=True, sort="name"),
    Column("role", gettext_lazy("角色"), "w-120", fixed=True),
    Column("reach", gettext_lazy("店铺和仓库"), "w-146", wide=True),
    Column("state", gettext_lazy("能不能进来"), "w-120", fixed=True),
    Column("factor", gettext_lazy("两步验证"), "w-120", wide=True),
    Column("seen", gettext_lazy("最近在"), "w-132", wide=True, sort="-seen"),
    Column("joined", gettext_lazy("加入"), "w-132", wide=True, sort="-joined_at"),
)
NEWCOMERS = ("accounts.inviting.invite", "accounts.people.add")
SHOWN = 20
STATES = {"on": gettext_lazy("能进来"), "off": gettext_lazy("停用了")}
FACTORS = {"on": gettext_lazy("开着"), "owed": gettext_lazy("要设还没设"), "off": gettext_lazy("没开")}


@require_GET
def index(request: Request) -> HttpResponse:
    """Everybody who may come in, those who no longer may, and those invited."""
    request.actor.require("people.manage")
    return people_page(request)


def people_page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    """The list, with a drawer where ``card`` is among ``more``. Eight statements beside the tabs', however many people."""
    asked = request.GET
    sort = asked.get("sort", "")
    sort = sort if sort.lstrip("-") in SORTS else "joined_at"
    rows = queries.listed(
        asked.get("q", ""), role=asked.get("role", ""), state=asked.get("state", ""), factor=asked.get("factor", "")
    )
    found = paging.page(rows, sort, cursor=asked.get("cursor", ""))
    roles = roles_here()
    counts = User.objects.aggregate(everybody=Count("pk"), off=Count("pk", filter=Q(is_active=False)))
    waiting = [(each, invitations.state_of(each, at=request.at)) for each in invitations.waiting(at=request.at)[:50]]
    asked_for = words.every(_asked_for(request), request.actor, at=request.at)
    exports = (
        [(_("导出这个列表（隐去邮箱）"), reverse("settings:people_export"))] if request.actor.granted("export.masked") else []
    )
    facts = {
        "page": found, "search": asked.get("q", "").strip(), "roles": roles, "states": STATES, "factors": FACTORS,
        "role": asked.get("role", ""), "state": asked.get("state", ""), "factor": asked.get("factor", ""), "counts": counts,
        "filtered": any(asked.get(name) for name in ("q", "role", "state", "factor")), "waiting": waiting, "asked_for": asked_for,
        "told": lists.listing(request, "people", columns=COLUMNS, sort=sort, exports=exports), **more,
    }  # fmt: skip
    return page(request, "people", "settings/people.html", facts, status=status)


def _asked_for(request: Request) -> list[Approval]:
    """Newcomers that wait for somebody's word: those asked for by whoever looks, and those they may agree to."""
    by, at = request.actor, request.at
    mine = approvals.asked_by(by.id).filter(verb__in=NEWCOMERS, state=Approval.State.WAITING, expires_at__gt=at)
    return [*approvals.theirs_to_settle(by, at=at).filter(verb__in=NEWCOMERS)[:SHOWN], *mine[:SHOWN]]


def roles_here() -> dict[str, str]:
    """Every role a person can have, by its code, in the reader's language."""
    return {role.code: matrix.column(role, 0).name for role in queries.roles_of_people()}


@require_GET
def export(request: Request) -> HttpResponse:
    """The list as it is asked for, addresses masked."""
    actor = request.actor
    actor.require("export.masked")
    asked = request.GET
    rows = queries.listed(
        asked.get("q", ""), role=asked.get("role", ""), state=asked.get("state", ""), factor=asked.get("factor", "")
    )
    most = actor.most("export.masked")
    if most is not None and (many := rows.count()) > most:
        raise TooMany(rows=many, most=most)
    roles, shops, houses = (
        roles_here(),
        dict(Shop.objects.values_list("pk", "name")),
        dict(Warehouse.objects.values_list("pk", "name")),
    )
    cells = [
        (
            one.name, logins.masked_address(one.email), roles.get(one.role.code, one.role.name), str(STATES["on" if one.is_active else "off"]),
            _("开着") if one.strong else _("没开"), _named(one.shop_ids, shops), _named(one.warehouse_ids, houses),
            exact(one.seen_at) if one.seen_at else "", exact(one.joined_at),
        )
        for one in rows.order_by("name", "pk")
    ]  # fmt: skip
    headings = (_("名字"), _("邮箱"), _("角色"), _("能不能进来"), _("两步验证"), _("店铺"), _("仓库"), _("最近在"), _("加入"))
    return workbook.workbook(_("人"), [(heading, workbook.TEXT) for heading in headings], cells, _("人"))


def _named(ids: list[int] | None, names: dict[int, str]) -> str:
    return _("全部") if ids is None else _("、").join(names[pk] for pk in ids if pk in names)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """One more person, with a role and a first password."""
    request.actor.require("people.manage")
    request.actor.confirm("people.manage")
    form = PersonForm(request.POST or None, by=request.actor)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            letting.add(
                said["email"], said["name"], said["password"], said["role"], **form.given(), by=request.actor, at=request.at
            )
        except BadAccount as refusal:
            form.add_error(refusal.facts["field"], refusal.sentence)
        except EmailTaken as refusal:
            form.add_error("email", str(refusal))
        else:
            say(request, _("%s 可以登录了") % said["name"], note=_("把邮箱和密码告诉本人"))
            return redirect("settings:people")
    card = {
        "template": "settings/newcomer.html",
        "form": form,
        "kind": "person",
        "title": _("用第一个密码加人"),
        "beforehand": words.beforehand("people.manage", request.actor, at=request.at),
    }
    return people_page(request, card=card, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "POST"])
def person(request: Request, person_id: int) -> HttpResponse:
    """One person: the role, the reach, how they sign in, help for one who is locked out, what they may in effect."""
    request.actor.require("people.manage")
    found = get_object_or_404(User.objects.select_related("role"), pk=person_id)
    asks = request.POST.get("what", "") if request.method == "POST" else ""
    given = {what: request.POST if asks == what else None for what in ("role", "reach", "logins", "link", "second")}
    by = request.actor
    phone = logins.opened(found.phone_sealed) if found.phone_sealed else ""
    asked: dict[str, forms.Form] = {
        "role": RoleForm(given["role"], by=by, now=found.role),
        "reach": ReachForm(given["reach"], by=by, initial=ReachForm.told(found.shop_ids, found.warehouse_ids)),
        "logins": LoginsForm(given["logins"], initial={"username": found.username or "", "phone": phone}, auto_id="id_logins_%s"),
        "link": WhyForm(given["link"], auto_id="id_link_%s"),
        "second": WhyForm(given["second"], auto_id="id_second_%s"),
    }
    chosen, handed = asked.get(asks), ""
    if chosen is not None and chosen.is_valid():
        try:
            handed = _done(request, found, asks, chosen)
        except (BadAccount, NameTaken) as refusal:
            chosen.add_error(refusal.facts["field"], refusal.sentence)
        else:
            if not handed:
                return redirect("settings:people")
            asked["link"] = WhyForm(auto_id="id_link_%s")
    above = not _reaches(request, found)
    card = {
        "template": "settings/person.html", "person": found, "handed": handed, "above": above, **asked,
        "factors": Authenticator.objects.filter(user=found, type__in=STRONG).count(),
        "places": places(found.pk, None, at=request.at), "may": matrix.rights(queries.grants_of(found.role)),
        "many": len(queries.grants_of(found.role)), "self": found.pk == by.id, "role_name": matrix.column(found.role, 0).name,
        "shops": _named(found.shop_ids, dict(Shop.objects.values_list("pk", "name"))),
        "warehouses": _named(found.warehouse_ids, dict(Warehouse.objects.values_list("pk", "name"))),
    }  # fmt: skip
    return people_page(request, card=card, status=422 if chosen is not None and chosen.errors else 200)


def _reaches(request: Request, found: User) -> bool:
    """Whether whoever looks may decide about this person."""
    try:
        bounds.over(request.actor, found)
    except Refused:
        return False
    return True


def _done(request: Request, found: User, asks: str, form: forms.Form) -> str:
    """Do what was asked; the link, where one was made. Raises what the verbs raise."""
    by, at, said = request.actor, request.at, form.cleaned_data
    if asks == "role":
        access.give_role(found.pk, said["role"], by=by, at=at)
        say(request, _("%s 的角色改好了") % found.name, note=_("下一次点击就算数"))
    elif asks == "reach":
        assert isinstance(form, ReachForm)
        access.give_reach(found.pk, **form.given(), by=by, at=at)
        say(request, _("%s 看得到的店铺和仓库改好了") % found.name, note=_("下一次点击就算数"))
    elif asks == "logins":
        access.give_logins(found.pk, username=said["username"], phone=said["phone"], by=by, at=at)
        say(request, _("%s 的登录方式改好了") % found.name)
    elif asks == "second":
        rescue.clear_second_factor(found.pk, why=said["why"], by=by, at=at)
        say(request, _("%s 的两步验证清掉了") % found.name, note=_("密码没变，别处的登录都退出了"))
    else:
        return request.build_absolute_uri(rescue.hand_link(found.pk, why=said["why"], by=by, at=at))
    return ""


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
def end_session(request: Request, person_id: int, session_id: int) -> HttpResponse:
    """Sign a person out in one place."""
    if sessions.end_some(person_id, [session_id], by=request.actor, at=request.at):
        say(request, _("那边退出了"))
    return redirect("settings:person", person_id)
