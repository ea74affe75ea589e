"""The order list: what was asked, its tabs with their counts, one page of rows, and who is new since."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from zhanggui.channels import reaching
from zhanggui.channels.models import Import
from zhanggui.fulfilment import asked as by_parcels
from zhanggui.kernel.paging import Page
from zhanggui.orders import states
from zhanggui.orders.reading import asked as asking
from zhanggui.orders.reading import rights, verbs
from zhanggui.orders.reading.asked import Asked, Figures
from zhanggui.web.frame import fresh, lately, lists, words
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.lists import Chip, Tab
from zhanggui.web.frame.presence import quiet
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.imports.allowed import kinds_for
from zhanggui.web.orders import batches, columns, exports, found, joins, outcome, results, seeking, views
from zhanggui.web.orders import words as says
from zhanggui.web.orders.forms import FilterForm
from zhanggui.web.orders.questions import LIVE, Question, question
from zhanggui.web.orders.shown import shown

Text = str | Promise

TABS: tuple[tuple[str, Text, str], ...] = (
    ("unshipped", gettext_lazy("全部未发"), ""),
    (states.PENDING_PAYMENT, gettext_lazy("待付款"), ""),
    (states.PENDING_REVIEW, gettext_lazy("待审核"), ""),
    ("held", gettext_lazy("异常"), "bad"),
    (states.APPROVED, gettext_lazy("待配货"), ""),
    (states.FULFILLING, gettext_lazy("发货中"), ""),
    ("to_ship", gettext_lazy("待发货"), ""),
    (states.SHIPPED, gettext_lazy("已发货"), ""),
    (states.DELIVERED, gettext_lazy("已签收"), ""),
    (states.COMPLETED, gettext_lazy("已完成"), ""),
    (states.CANCELLED, gettext_lazy("已取消"), ""),
    ("all", gettext_lazy("全部"), ""),
)
# Tabs across the stages: they stand first in the line of filters.
SMART: tuple[tuple[str, Text, str, Text], ...] = (
    ("new", gettext_lazy("新单"), "", gettext_lazy("还没有人打开过、还没发出的单")),
    ("late", gettext_lazy("已超时"), "bad", gettext_lazy("过了发货时限、还没发出的单")),
    ("soon", gettext_lazy("即将超时"), "warn", gettext_lazy("4 小时内要发出的单")),
    ("short", gettext_lazy("缺货"), "bad", gettext_lazy("因为缺货被拦下的单")),
    ("refund", gettext_lazy("退款中未发"), "bad", gettext_lazy("买家申请了退款、还没发出的单")),
    ("finance", gettext_lazy("待财审"), "warn", gettext_lazy("要财务看过才能发的单")),
    ("to_print", gettext_lazy("待打单"), "", gettext_lazy("在波次里、面单还没打印的单")),
    ("to_pick", gettext_lazy("待拣货"), "", gettext_lazy("在波次里、还没拣齐的单")),
    ("to_pack", gettext_lazy("待打包"), "", gettext_lazy("货已拣齐、等验货打包的单")),
    (states.DRAFT, gettext_lazy("草稿"), "", gettext_lazy("导入时存成草稿、还没提交的单")),
)
# With more orders than these the figures are counted after their page is shown.
COUNTED_AT_ONCE = 50_000
# Until then the page shows them as they were, if that was not longer ago.
STALE_S, MOST_KEPT = 600, 200


@dataclass(frozen=True)
class Smart:
    """A quick look across the stages."""

    key: str
    label: Text
    tone: str
    how: Text
    count: int | None
    href: str
    on: bool
    open: bool = False


@dataclass(frozen=True)
class Counted:
    """Figures to show; ``later`` they must be asked for, and what is here is what they were, or nothing."""

    figures: Figures
    later: bool = False


@dataclass
class Kept:
    """What this process remembers of its last counts: the newest order, and by what they depend on when and how many."""

    newest: int = 0
    figures: dict[tuple[Asked, int | None, str], tuple[float, dict[str, int]]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def keep(self, key: tuple[Asked, int | None, str], at: float, counts: dict[str, int]) -> None:
        """What was counted longest ago goes first."""
        with self.lock:
            self.figures.pop(key, None)
            self.figures[key] = at, counts
            while len(self.figures) > MOST_KEPT:
                self.figures.pop(next(iter(self.figures)))


kept = Kept()


@require_GET
def index(request: Request) -> HttpResponse:
    """The list; a refresh of it answers with the rows and the counts alone."""
    request.actor.require("order.view", takes=("released",))
    seen = rights.stages_seen(request.actor)
    known = [one[0] for one in TABS] + [one[0] for one in SMART]
    elsewhere = lists.astray(request, [key for key in known if _shows(key, seen)])
    if elsewhere is not None:
        return elsewhere
    sought = request.GET.get(seeking.PARAMETER)
    if sought and seeking.words_of(request, sought) is None:
        say(request, _("这次查找只在当时的登录里有效，请再找一次"), tone="warn")
        query = lists.without(request.GET, seeking.PARAMETER, *lists.PAGING)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode() or 'tab=all'}")
    begun = views.beginning(request)
    if begun is not None:
        return begun
    asked = question(request)
    page = asked.page(request)
    drawn = shown([order.pk for order in page.rows], request.actor, at=request.at)
    rows = Page(drawn, page.next, page.prev, page.size, page.looked)
    # Beside a part of the page the drawer says it.
    said = None if request.htmx or fresh.asks(request) else results.waiting(request)
    facts = {**around(request, asked, figures_first), "page": rows, "form": asked.form, "asked": asked.asked, "result": said and outcome.told(said)}
    facts["pasted"] = found.pasted(request, asked.asked.q, persons=asked.asked.persons)
    facts["view"], facts["keeps"] = views.now(request)
    part = request.htmx and request.htmx.target == "rows"
    return render(request, "orders/fresh.html" if part else "orders/list.html", facts)


@require_GET
def tabs(request: Request) -> HttpResponse:
    """The tabs with their counts, for a list that showed its rows before it counted."""
    request.actor.require("order.view", takes=("released",))
    return render(request, "orders/counted.html", around(request, question(request), figures))


def around(request: Request, asked: Question, counted: Callable[[Request, Question], Counted]) -> dict[str, Any]:
    """Everything about the rows: tabs, filters, columns, what may be done."""
    actor, form, tab = request.actor, asked.form, asked.asked.tab
    known = counted(request, asked)
    numbers, newest = known.figures
    seen = rights.stages_seen(actor)
    narrowed = asked.filtered or bool(asked.asked.q)
    tabs = [Tab(key, label, numbers.get(key), tone, open=narrowed) for key, label, tone in TABS if _shows(key, seen)]
    made = lists.listing(
        request,
        "orders",
        tabs=tabs,
        tab=tab,
        form=form,
        columns=columns.seen_by(actor),
        sort=asked.sort,
        exports=exports.offered(actor),
        movable=True,
    )
    offered = verbs.asked_for(actor)
    return {
        "listing": replace(made, chips=_staying(request, _chips(request, form), tab), clear_href=f"{request.path}?tab={tab}"),
        "crowded": len(made.columns) > columns.FITS,
        "names": {"warehouse": {one.pk: one.name for one in form.offered.warehouses}, "source": form.offered.sources},
        "offers": [one for one in form.offered.categories if not one.off] if actor.can("order.edit") else [],
        "tags": [one for one in form.offered.tags if not one.off] if actor.can("order.edit") else [],
        "may_presell": actor.can("order.edit"),
        "may_flag": rights.may_note(actor),
        "flags": says.flags(),
        "joins": joins.shown(request.actor, at=request.at),
        "smart": _smart(request, tab, numbers, seen, narrowed=narrowed),
        "shows": made.shown,
        "prices": rights.sees_prices(actor),
        "persons": rights.sees_recipient(actor),
        "offered": offered,
        "may_copy": actor.granted("order.create"),
        "newest": newest,
        "later": known.later,
        "matching": numbers.get(tab),
        "most": batches.MOST,
        "may_create": request.actor.granted("order.create", takes=("exchange",)),
        "may_import": bool(kinds_for(actor)),
        "nothing_at_all": not newest,
    }


def figures_first(request: Request, asked: Question) -> Counted:
    """The figures a page comes with. Among very many orders a page shows its rows first, with the figures as they were when
    this process last counted them, and asks for them by itself; a refresh brings them along."""
    if request.htmx or fresh.asks(request) or (asked.few and not asked.asked.q):
        return figures(request, asked)
    if kept.newest <= COUNTED_AT_ONCE:
        return figures(request, asked)
    newest = asking.newest()
    counted_at, counts = kept.figures.get(asked.key, (0.0, {}))
    if lately.fresh(counted_at):
        return Counted(Figures(counts, newest))
    return Counted(Figures(counts if time.time() - counted_at < STALE_S else {}, newest), later=True)


def figures(request: Request, asked: Question) -> Counted:
    """How many stand under each tab, with the filters that are on: one statement.

    With filters, or words to find, everything is counted where few answer or the books hold few; else with filters only what is
    bounded is, and with words nothing: each tab would search again.
    """
    asks = {**asking.TABS, **by_parcels.TABS}
    keys = [key for key in asks if key not in asking.UNCOUNTED]
    began = time.time()
    narrowed = asked.filtered or bool(asked.asked.q)
    first = asking.newest() if narrowed else None
    if first is not None and (asked.few or first <= asking.CAP or asked.found_few):
        found = asking.figures_among(asked.rows(request, tab="all"), asks, at=request.at, few=True, first=first)
        keys = []
    elif asked.asked.q:
        found, keys = asking.figures({}), []
    elif asked.filtered:
        live = {key: asks[key] for key in keys if key in LIVE}
        rows = asked.rows(request, tab="unshipped")
        found = asking.figures_among(rows, live, at=request.at, walked=asked.walked, first=first)
    else:
        found = asking.figures({key: asked.rows(request, tab=key) for key in keys})
    kept.newest = found.newest
    if keys and found.newest > COUNTED_AT_ONCE and not asked.few:
        kept.keep(asked.key, began, found.counts)
    return Counted(found)


def _shows(tab: str, seen: tuple[str, ...] | None) -> bool:
    """A tab of a stage one may not see would always be empty."""
    return seen is None or tab not in states.WORD or tab in seen


def _smart(
    request: Request, tab: str, numbers: Mapping[str, int], seen: tuple[str, ...] | None, *, narrowed: bool
) -> list[Smart]:
    found = []
    for key, label, tone, how in SMART:
        n = numbers.get(key) if key in asking.UNCOUNTED else numbers.get(key, 0)
        if tab == key or n or n is None:
            href = lists.query_string(request, tab=None if tab == key else key)
            found.append(Smart(key, label, tone, how, n, href, tab == key, open=narrowed))
    return found


def _chips(request: Request, form: FilterForm) -> list[Chip]:
    """The kind of time and its days are one filter, and one chip."""
    said = form.cleaned_data
    mine = Import.objects.filter(reaching.of(request.actor.reach))
    brought = mine.filter(pk=said["batch"]).first() if said.get("batch") else None
    hidden = {form.fields[name].label for name in ("time", "span", "since", "until")}
    chips = [chip for chip in lists.chips(request, form) if chip.label not in hidden]
    # Words that are only named by a key go with it.
    seen = lists.without(request.GET, "q", seeking.PARAMETER, *lists.PAGING)
    chips = [replace(chip, href=f"?{seen.urlencode()}") if chip.label == form.fields["q"].label else chip for chip in chips]
    if brought is not None:
        query = lists.without(request.GET, "batch", "came", *lists.PAGING)
        chips.insert(0, Chip(_("导入"), brought.number, f"?{query.urlencode()}"))
    kind = dict(form.fields["time"].choices).get(said.get("time") or "placed", "")  # type: ignore[attr-defined]
    if said.get("span"):
        value = str(dict(form.fields["span"].choices)[said["span"]])  # type: ignore[attr-defined]
    elif said.get("since") or said.get("until"):
        value = f"{said.get('since') or ''} – {said.get('until') or ''}"
    else:
        return chips
    query = lists.without(request.GET, "time", "span", "since", "until", *asking.TIMES, *lists.PAGING)
    return [Chip(kind, value, f"?{query.urlencode()}"), *chips]


def _staying(request: Request, chips: list[Chip], tab: str) -> list[Chip]:
    """Without its last filter the address still says where one is: the bare one would begin with the default again."""
    bare = f"?tab={tab}"
    return [replace(chip, href=bare if chip.href in ("?", request.path) else chip.href) for chip in chips]


@quiet
@require_GET
def newer(request: Request) -> HttpResponse:
    """How many orders of this list came since it was drawn: a word to click on, or nothing."""
    request.actor.require("order.view", takes=("released",))
    since = request.GET.get("since", "")
    if not since.isdecimal():
        return HttpResponse(status=204)
    n = question(request).rows(request).filter(pk__gt=int(since)).order_by()[:100].count()
    if not n:
        return HttpResponse(status=204)
    says = ngettext("载入 %(n)s 张新订单", "载入 %(n)s 张新订单", n) % {"n": words.capped(n, 99)}
    href = f"{address('orders:list')}?{lists.without(request.GET, 'since', *lists.PAGING).urlencode()}"
    return render(request, "orders/newer.html", {"says": says, "href": href})
