"""Roles: what each may, side by side; the shop's own, made from copies; who must prove themselves a second way."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts import grants, queries
from zhanggui.accounts.aloud import PARTS
from zhanggui.accounts.commands import bounds, rescue, roles
from zhanggui.accounts.commands.roles import BadRole, NotYours
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.policy import policy
from zhanggui.accounts.queries import STRONG
from zhanggui.journal.book import COMMANDS
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.goods import workbook
from zhanggui.web.settings import matrix
from zhanggui.web.settings.matrix import Column
from zhanggui.web.settings.people_forms import roles_for
from zhanggui.web.settings.views import page


@require_GET
def index(request: Request) -> HttpResponse:
    """The matrix: capabilities by area down, roles across; some of them, or only where they differ."""
    request.actor.require("people.manage")
    every = columns()
    chosen = [one for one in every if one.code in request.GET.getlist("role")]
    shown, search = chosen or every, request.GET.get("q", "").strip()
    differ = bool(request.GET.get("differ")) and len(shown) > 1
    facts = {
        "every": every, "columns": shown, "chosen": {one.code for one in chosen}, "search": search, "differ": differ,
        "areas": matrix.areas(shown, search=search, differ=differ), "first": shown[0] if shown else None,
        "own": sum(1 for one in every if not one.built_in),
    }  # fmt: skip
    return page(request, "roles", "settings/roles.html", facts)


def columns() -> list[Column]:
    """Every role with how many have it: the built-in ones in the policy's order, then the shop's own. Two statements."""
    held = queries.people_by_role()
    known = {each.code: each for each in Role.objects.all()}
    built_in = [known.get(code) or Role(code=code, name=names[0], built_in=True) for code, names in policy().roles.items()]
    own = sorted((each for each in known.values() if not each.built_in), key=lambda each: each.pk)
    return [matrix.column(each, held.get(each.code, 0)) for each in (*built_in, *own)]


@require_GET
def export(request: Request) -> HttpResponse:
    """The whole matrix as a workbook, a row for each capability."""
    request.actor.require("people.manage")
    every = columns()
    names = [_("哪一块"), _("能做什么"), *(_("%(name)s（%(code)s）") % {"name": one.name, "code": one.code} for one in every)]
    rows = [
        (str(area.name), line.name, *(_("、").join(word.text for word in cell) for cell in line.cells))
        for area in matrix.areas(every)
        for line in area.lines
    ]
    return workbook.workbook(_("角色和权限"), [(name, workbook.TEXT) for name in names], rows, _("角色"))


@dataclass(frozen=True)
class Choice:
    """A mark, a part or a figure that may be asked: ``forced`` by the policy, or ``on`` because it was chosen."""

    value: str
    text: str
    on: bool
    forced: bool = False


@dataclass(frozen=True)
class Question:
    """One capability as the editor asks it; ``shut`` says why it cannot be given."""

    code: str
    name: str
    on: bool
    says: list[matrix.Word]
    marks: list[Choice]
    parts: list[Choice]
    figure: str
    asks_figure: bool
    shut: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.marks or len(self.parts) > 1 or self.asks_figure)


@require_http_methods(["GET", "POST"])
def role(request: Request, role: str) -> HttpResponse:
    """One role: what it may, who has it. The shop's own is changed here; a built-in one only read."""
    request.actor.require("people.manage")
    found = _role(role)
    held, trouble, status = queries.grants_of(found), "", 200
    name = found.name
    if request.method == "POST":
        name = request.POST.get("name", "")
        held = _wanted(request, found)
        try:
            roles.change(role, name, held, by=request.actor, at=request.at)
        except (BadRole, NotYours) as refusal:
            trouble, status = str(refusal), 422
        else:
            say(request, _("「%s」改好了") % name.strip(), note=_("有它的人，下一次点击就算数"))
            return redirect("settings:role", role)
    column = matrix.column(found, 0)
    people = list(User.objects.filter(role__code=role).order_by("-is_active", "name")[:200])
    strong = set(Authenticator.objects.filter(type__in=STRONG, user__in=[one.pk for one in people]).values_list("user_id", flat=True))
    facts = {
        "role": found, "called": column.name if found.built_in else name, "people": people, "strong": strong, "trouble": trouble,
        "ready": sum(1 for one in people if one.is_active and one.pk in strong), "active": sum(1 for one in people if one.is_active),
        "advised": bool({role, found.origin} & policy().advised), "origin": _origin(found), "person_role": role != "program",
        "may_hand": bounds.may_hand(request.actor, found), "areas": matrix.areas([column]),
        "asked": [] if found.built_in else _questions(request.actor, found, held), "others": [
            (code, said) for code, said in roles_for(request.actor) if code not in (role, grants.OWNER)
        ],
    }  # fmt: skip
    return page(request, "roles", "settings/role.html", facts, status=status)


def _role(code: str) -> Role:
    """The role, also a built-in one nobody has had yet. Raises ``NotFound``."""
    names = policy().roles.get(code)
    found = Role.objects.filter(code=code).first()
    if found is None and names is None:
        raise NotFound(what=code)
    return found or Role(code=code, name=(names or ("",))[0], built_in=True)


def _origin(found: Role) -> str:
    names = policy().roles.get(found.origin)
    return _(names[0]) if names else ""


def _asks() -> dict[str, set[str]]:
    """Capability → the marks its verbs heed."""
    found: dict[str, set[str]] = {}
    for each in COMMANDS.values():
        found.setdefault(each.needs, set()).update(each.marks)
    return found


def _questions(by: Actor, found: Role, held: dict[str, str]) -> list[tuple[Any, list[Question]]]:
    """What the editor asks, by area."""
    book, never, asks = policy(), grants.nobodys(policy()), _asks()
    by_area: dict[str, list[Question]] = {}
    for code, each in book.capabilities.items():
        shut = _("没有人可以，哪个角色都不行。") if code in never else "" if by.can(code) else _("您自己没有，给不了。")
        floor = grants.floor_of(book, found.origin, code)
        now = grants.cell(held[code]).held(floor) if code in held else floor
        ways = grants.options(book, code, asks=asks)
        hidden = "M" in now.marks and bool(now.parts)
        marks = [
            Choice(mark, str(matrix.MARKS[mark][1]), mark in now.marks and not hidden, mark in floor.marks)
            for mark in ways.marks if not ("M" in floor.marks and floor.parts)
        ]  # fmt: skip
        parts = [Choice(part, str(PARTS.get(part, part)), part in now.parts) for part in ways.parts]
        whole = Choice("", _("不收窄"), not now.parts)
        if floor.parts and floor.parts != {grants.MASKED}:
            parts = [Choice(part, str(PARTS.get(part, part)), True, True) for part in sorted(floor.parts)]
        elif floor.parts:
            parts = [one for one in parts if one.value in (grants.MASKED, "label", "totals")]
        else:
            parts = [whole, *parts] if parts else []
        figure = "" if now.most is None else str(now.most)
        question = Question(
            code, _(each.zh), code in held, matrix.said(str(now)), marks, parts, figure, ways.figure, shut if code not in held else ""
        )
        by_area.setdefault(matrix.area_of(code), []).append(question)
    return [(name, by_area[code]) for code, name, _begins in matrix.AREAS if code in by_area]


def _wanted(request: Request, found: Role) -> dict[str, str]:
    """The grants as the editor says them, with whatever the policy asks for beside."""
    book, wanted = policy(), {}
    for code in request.POST.getlist("may"):
        if code not in book.capabilities:
            raise NotFound(what=code)
        marks = {mark for mark in request.POST.getlist(f"mark:{code}") if mark in matrix.MARKS}
        part = request.POST.get(f"part:{code}", "")
        figure = request.POST.get(f"most:{code}", "").strip()
        hides = part in (grants.MASKED, "label", "totals")
        parts = frozenset({part}) if part in PARTS else frozenset()
        most = min(int(figure), 10**9) if figure.isascii() and figure.isdecimal() else None
        said = grants.Cell(frozenset(marks | ({"M"} if hides else set())), most, parts)
        wanted[code] = str(grants.unbounded(book, code, said).held(grants.floor_of(book, found.origin, code)))
    return wanted


@require_POST
def copy(request: Request, role: str) -> HttpResponse:
    """A role of the shop's own from this one, and on to changing it."""
    try:
        made = roles.copy(role, request.POST.get("name", ""), by=request.actor, at=request.at)
    except BadRole as refusal:
        say(request, refusal.sentence, tone="bad")
        return redirect("settings:role", role)
    say(request, _("做好了「%s」") % request.POST["name"].strip(), note=_("现在收窄它，再给人"))
    return redirect("settings:role", made)


@require_POST
def drop(request: Request, role: str) -> HttpResponse:
    """Give it up; whoever has it gets another in the same act."""
    name = _role(role).name
    moved = roles.drop(role, move_to=request.POST.get("move_to", ""), by=request.actor, at=request.at)
    say(request, _("删了角色「%s」") % name, note=_("%d 人换了角色") % moved if moved else "")
    return redirect("settings:roles")


@require_POST
def act(request: Request, role: str, verb: str) -> HttpResponse:
    """Ask a second factor of a role, or no longer."""
    if verb not in ("ask", "spare"):
        raise NotFound(what=verb)
    rescue.ask_second_factor(role, verb == "ask", by=request.actor, at=request.at)
    name = matrix.column(_role(role), 0).name
    if verb == "ask":
        say(request, _("以后 %s 要两步验证") % name, note=_("还没设的人，下一步就会带他去设"))
    else:
        say(request, _("%s 不再要求两步验证") % name)
    return redirect("settings:role", role)
