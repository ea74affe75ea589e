"""Saved views of the order list: kept, opened, counted, shared, put in order; and what the list begins with."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.accounts import preferences
from zhanggui.accounts.commands import tastes
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.orders import queries
from zhanggui.orders.commands import views
from zhanggui.orders.models import View
from zhanggui.orders.queries import DEFAULT_SHOP
from zhanggui.orders.reading import asked as asking
from zhanggui.orders.reading.offered import Offered, offered
from zhanggui.web.frame import tastes as screen
from zhanggui.web.frame.platforms import PLATFORMS
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders.questions import LIVE, Question, question_of

DEFAULT_VIEW = "orders.view"
# More than these are listed on their own page only.
IN_MENU = 30
COOKIE = "cols_orders"


@dataclass(frozen=True)
class Shown:
    """A view as its reader may have it."""

    row: View
    mine: bool
    may: bool
    first: bool = False

    @property
    def by(self) -> str:
        return "" if self.mine else self.row.maker.name


def seen_by(request: Request) -> list[Shown]:
    """One's own in one's own order, then what others share. One statement."""
    actor = request.actor
    rows = View.objects.filter(Q(maker=actor.id) | Q(shared=True)).select_related("maker").order_by("place", "pk")
    found = [Shown(row, row.maker_id == actor.id, views.may_change(row, actor)) for row in rows]
    return sorted(found, key=lambda one: not one.mine)


def now(request: Request) -> tuple[View | None, str]:
    """The view this address says it is, and the part of the address a view would keep. One statement where it says so."""
    wanted = request.GET.get("view", "")
    query = views.kept_of(request.GET.urlencode())
    if not wanted.isdecimal() or len(wanted) > 18:
        return None, query
    return View.objects.filter(Q(maker=request.actor.id) | Q(shared=True), pk=int(wanted)).first(), query


@require_GET
def menu(request: Request) -> HttpResponse:
    """The views as the menu over the list shows them, each with how many orders it finds, counted no further than ten thousand;
    what would have to be looked for has no figure. The address is that of the list."""
    request.actor.require("order.view", takes=("released",))
    found = seen_by(request)[:IN_MENU]
    wanted, query = request.GET.get("view", ""), views.kept_of(request.GET.urlencode())
    here = next((one for one in found if str(one.row.pk) == wanted), None)
    changed = here is not None and (query != here.row.query or (bool(here.row.columns) and _columns(request) != here.row.columns))
    there = offered(request.actor.reach)
    asks: dict[str, Any] = {}
    for one in found:
        asked = question_of(request, QueryDict(one.row.query), there)
        if bounded(asked):
            asks[str(one.row.pk)] = asked.rows(request)
    counts = asking.figures(asks).counts if asks else {}
    rows = [(one, counts.get(str(one.row.pk))) for one in found]
    return render(request, "orders/views_menu.html", {"rows": rows, "now": here, "changed": changed, "query": query})


def _columns(request: Request) -> str:
    return request.COOKIES.get(COOKIE, "")


def beginning(request: Request) -> HttpResponse | None:
    """Where the bare address of the list leads: to the view this person begins with, or to the shops they or the house begin
    with; None where the list begins with everything. One statement, another where something is preferred."""
    if request.GET or request.htmx or request.headers.get("X-Live"):
        return None
    said = preferences.several(request.actor.id, DEFAULT_VIEW, DEFAULT_SHOP)
    first = said.get(DEFAULT_VIEW)
    if first and View.objects.filter(Q(maker=request.actor.id) | Q(shared=True), pk=first).exists():
        return HttpResponseRedirect(reverse("orders:view", args=[first]))
    shops = queries.shops_said(said.get(DEFAULT_SHOP), request.actor)
    if not shops:
        return None
    asked = QueryDict(mutable=True)
    asked.setlist("shop", [str(pk) for pk in shops])
    return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}")


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """All views, and what the list begins with; or one more is kept."""
    request.actor.require("order.view", takes=("released",))
    if request.method == "POST":
        return _keep(request)
    return _page(request)


def _page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    first = preferences.own(request.actor.id, DEFAULT_VIEW) if request.actor.id is not None else None
    rows = [Shown(one.row, one.mine, one.may, one.row.pk == first) for one in seen_by(request)]
    there = offered(request.actor.reach)
    facts = {"rows": rows, "begins": first, "choices": shop_choices(there), **_begin(request), **more}
    return render(request, "orders/views.html", facts, status=status)


def _begin(request: Request) -> dict[str, Any]:
    own = preferences.own(request.actor.id, DEFAULT_SHOP) if request.actor.id is not None else None
    return {
        "own_shop": shop_word(own) if own is not None else "",
        "house_shop": shop_word(preferences.of_the_house(DEFAULT_SHOP)),
    }


def shop_choices(there: Offered) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be begun with, in groups: platforms that have a shop, and shops."""
    used = {one.more for one in there.shops if not one.off}
    return [
        (_("平台"), [(f"platform:{code}", str(name)) for code, name in PLATFORMS if code in used]),
        (_("店铺"), [(f"shop:{one.pk}", one.name) for one in there.shops if not one.off]),
    ]


def shop_word(said: Any) -> str:
    """The preference as the value of a choice: ``shop:3``, ``platform:jd``, ``all``."""
    if not isinstance(said, dict):
        return "all"
    return f"shop:{said['shop']}" if said.get("shop") else f"platform:{said['platform']}" if said.get("platform") else "all"


def shop_said(word: str, there: Offered) -> dict[str, Any]:
    """The other way round; what is none of the choices is all shops."""
    known = {value for _group, values in shop_choices(there) for value, _name in values}
    kind, _mark, what = word.partition(":")
    return {kind: int(what) if kind == "shop" else what} if word in known else {}


def _keep(request: Request) -> HttpResponse:
    said = request.POST
    query = said.get("query", "")
    shared = "shared" in said
    try:
        made = views.keep(said.get("name", ""), query, _columns(request), shared=shared, by=request.actor, at=request.at)
    except Refused as no:
        return _page(request, status=no.status, error=no, typed=said.get("name", ""), query=query, share=shared)
    say(request, _("存好了视图「%s」") % View.objects.values_list("name", flat=True).get(pk=made))
    return HttpResponseRedirect(reverse("orders:view", args=[made]))


@require_http_methods(["GET", "POST"])
def view(request: Request, view_id: int) -> HttpResponse:
    """Open one: the list as it was kept, its columns too. Or change it."""
    request.actor.require("order.view", takes=("released",))
    found = next((one for one in seen_by(request) if one.row.pk == view_id), None)
    if found is None:
        raise NotFound(what=view_id)
    if request.method == "POST":
        return _change(request, found.row)
    said = QueryDict(found.row.query, mutable=True)
    said["view"] = str(view_id)
    answer = HttpResponseRedirect(f"{reverse('orders:list')}?{said.urlencode()}")
    if found.row.columns:
        answer.set_cookie(COOKIE, found.row.columns, max_age=screen.YEAR_S, samesite="Lax", secure=request.is_secure())
    return answer


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": request.at}


def _change(request: Request, row: View) -> HttpResponse:
    said, by = request.POST, _by(request)
    verb = said.get("verb", "")
    person = request.actor.id
    if verb == "store":
        views.change(row.pk, query=said.get("query", ""), columns=_columns(request), **by)
        say(request, _("视图「%s」存成了现在的样子") % row.name)
        return HttpResponseRedirect(reverse("orders:view", args=[row.pk]))
    if verb == "change":
        try:
            views.change(row.pk, name=said.get("name", ""), shared="shared" in said if row.maker_id == person else None, **by)
        except Refused as no:
            return _page(request, status=no.status, error=no, wrong=row.pk, typed=said.get("name", ""))
        say(request, _("改好了"))
    elif verb == "drop":
        views.drop(row.pk, **by)
        say(request, _("删掉了视图「%s」，订单没有动") % row.name)
    elif verb in ("up", "down"):
        mine = [one.row.pk for one in seen_by(request) if one.mine]
        if row.pk in mine:
            nth = mine.index(row.pk)
            mine.insert(min(max(nth + (-1 if verb == "up" else 1), 0), len(mine) - 1), mine.pop(nth))
            views.arrange(mine, **by)
    elif verb in ("begin", "no-begin") and person is not None:
        tastes.prefer(person, DEFAULT_VIEW, row.pk if verb == "begin" else None)
        say(request, _("以后打开订单列表先看「%s」") % row.name if verb == "begin" else _("以后打开订单列表先看全部未发"))
    else:
        raise Http404(verb)
    return HttpResponseRedirect(reverse("orders:views"))


@require_POST
def begin(request: Request) -> HttpResponse:
    """Which shop or platform this person begins with; empty follows the house."""
    request.actor.require("order.view", takes=("released",))
    word = request.POST.get("shop", "")
    if request.actor.id is not None:
        tastes.prefer(request.actor.id, DEFAULT_SHOP, shop_said(word, offered(request.actor.reach)) if word else None)
    say(request, _("记住了"))
    return HttpResponseRedirect(reverse("orders:views"))


def bounded(asked: Question) -> bool:
    """It can be counted without looking through every order there ever was."""
    return asked.few or asked.asked.tab in LIVE or not asked.open
