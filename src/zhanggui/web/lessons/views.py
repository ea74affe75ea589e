"""The list of what was learnt: searched, narrowed, counted, taken along as a file."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from zhanggui.kernel import clock
from zhanggui.lessons import handing_out, queries
from zhanggui.lessons.kinds import Kinds
from zhanggui.lessons.queries import ALL, HELPED, OPEN, WITHDRAWN, Asked, Choices
from zhanggui.orders import states
from zhanggui.orders.holding import Types
from zhanggui.orders.models import Shop
from zhanggui.orders.reaching import shop_rows
from zhanggui.web.frame import lists, words
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.goods import workbook
from zhanggui.web.goods.views import TooMany
from zhanggui.web.lessons import asking
from zhanggui.web.orders.exports import text
from zhanggui.web.orders.noted import noted, view_of

LABELS = {
    ALL: gettext_lazy("全部"), OPEN: gettext_lazy("还没写解决办法"), HELPED: gettext_lazy("帮上过忙"), WITHDRAWN: gettext_lazy("撤回的"),
}  # fmt: skip
RANGES = ((7, gettext_lazy("最近 7 天")), (30, gettext_lazy("最近 30 天")), (90, gettext_lazy("最近 90 天")))


class Option(NamedTuple):
    """One that may be chosen; ``many``: of how many, where that is known."""

    word: str
    many: int | None
    href: str
    on: bool


class Pick(NamedTuple):
    """One way to narrow the list: what it is called, what is chosen, what may be, and the list without it."""

    label: str
    chosen: str
    said: str
    options: Sequence[Option]
    off: str


@require_GET
def index(request: Request) -> HttpResponse:
    """What was noted, the newest first; narrowed by what stands beside each other in the address."""
    actor = request.actor
    actor.require("order.view", takes=("released",))
    astray = lists.astray(request, queries.TABS)
    if astray:
        return astray
    asked, view = asking.asked(request.GET), view_of(actor)
    many, kinds, types = queries.counts(asked, view), Kinds(), Types()
    page = queries.rows(asked, view, cursor=request.GET.get("cursor", ""))
    tabs = [Tab(tab, LABELS[tab], many[tab], tone="warn" if tab == OPEN else "") for tab in queries.TABS]
    exports = [(_("导出这个列表"), reverse("lessons:export"))] if actor.granted("export.masked") else []
    picks = _picks(request, asked, queries.choices(asked, view), kinds, types, list(Shop.objects.filter(shop_rows(actor.reach)).order_by("name")))
    facts: dict[str, Any] = {
        "rows": [noted(one, kinds, types, actor) for one in page.rows],
        "page": page,
        "asked": asked,
        "search": asked.q,
        "picks": picks,
        "ranges": _ranges(request),
        "narrowed": any(pick.chosen for pick in picks) or bool(asked.q or asked.since or asked.until),
        "any": bool(sum(many.values())),
        "may_report": actor.granted("report", takes=("reasons",)),
        "may_sort": actor.granted("settings"),
        "listing": lists.listing(request, "lessons", tabs=tabs, tab=asked.tab, exports=exports),
    }
    return render(request, "lessons/list.html", facts)


def _ranges(request: Request) -> list[tuple[Any, str]]:
    today = clock.day_of(request.at)
    found = [(label, lists.query_string(request, since=str(today - timedelta(days=days - 1)), until=None)) for days, label in RANGES]
    return [*found, (_("不限时间"), lists.query_string(request, since=None, until=None))]


def _picks(request: Request, asked: Asked, choices: Choices, kinds: Kinds, types: Types, shops: Sequence[Shop]) -> list[Pick]:
    def stage(code: str) -> str:
        return _(states.WORD.get(code, code))

    made: tuple[tuple[str, str, str, Sequence[tuple[str, str, int | None]]], ...] = (
        ("kind", _("类型"), asked.kind, [(code, kinds.of(code).name, n) for code, n in choices.kinds.items()]),
        ("code", _("因为什么停下"), asked.code, [(code, types.of(code).name, n) for code, n in choices.codes.items()]),
        ("stage", _("环节"), asked.stage, [(code, stage(code), choices.stages[code]) for code in states.WORD if code in choices.stages]),
        ("shop", _("店铺"), str(asked.shop_id or ""), [(str(one.pk), one.name, None) for one in shops] if len(shops) > 1 else []),
        ("writer", _("谁记的"), asked.writer, list(choices.writers)),
        ("tag", _("标签"), asked.tag, [(word, f"#{word}", n) for word, n in choices.tags]),
    )
    found = []
    for name, label, chosen, options in made:
        said = next((word for code, word, _many in options if code == chosen), chosen)
        if options or chosen:
            here = [Option(word, n, lists.query_string(request, **{name: code}), code == chosen) for code, word, n in options]
            found.append(Pick(label, chosen, said, here, lists.query_string(request, **{name: None})))
    return found


@require_GET
def export(request: Request) -> HttpResponse:
    """The list as it is asked for; phones in it are masked as they are kept."""
    actor = request.actor
    actor.require("order.view", takes=("released",))
    actor.require("export.masked")
    limit = actor.most("export.masked") or 50_000
    asked, kinds, types = asking.asked(request.GET), Kinds(), Types()
    found = queries.rows(asked, view_of(actor), size=limit).rows
    if len(found) == limit and queries.counts(asked, view_of(actor))[asked.tab] > limit:
        raise TooMany(rows=ngettext("%(n)d+", "%(n)d+", limit) % {"n": limit}, most=limit)
    heads = (_("订单"), _("店铺"), _("环节"), _("类型"), _("因为什么停下"), _("问题"), _("起因"), _("解决办法"), _("标签"), _("谁记的"), _("时间"))
    columns = [*((head, workbook.TEXT) for head in heads), (_("帮过几单"), workbook.COUNT)]
    rows = []
    for one in found:
        row = noted(one, kinds, types, actor)
        rows.append([
            one.order.number, text(one.shop.name), row.stage, text(row.kind), text(row.reason), text(one.problem), text(one.cause),
            text(one.solution), text(" ".join(row.tags)), text(one.writer_name), words.exact(one.made_at)[:16], one.helped,
        ])  # fmt: skip
    handing_out.taken(len(rows), by=actor, at=request.at)
    return workbook.workbook(f"lessons-{request.at.astimezone(clock.company_zone()):%Y%m%d-%H%M}", columns, rows)
