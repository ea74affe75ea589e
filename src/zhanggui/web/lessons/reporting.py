"""Problems counted by kind, stage, shop, person, reason or tag, beside the days before; each figure leads to its entries."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from zhanggui.kernel import clock
from zhanggui.lessons.kinds import Kinds
from zhanggui.lessons.queries import ALL, Asked
from zhanggui.lessons.report import BY, Report, Row, report
from zhanggui.lessons.rules import trend
from zhanggui.lessons.rules.trend import Step
from zhanggui.orders import states
from zhanggui.orders.holding import Types
from zhanggui.web.frame import lists
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.lists import Tab
from zhanggui.web.frame.request import Request
from zhanggui.web.goods import workbook
from zhanggui.web.lessons import asking
from zhanggui.web.lessons.views import RANGES
from zhanggui.web.orders.exports import text
from zhanggui.web.orders.noted import view_of

LABELS = {
    "kind": gettext_lazy("按类型"), "stage": gettext_lazy("按环节"), "shop": gettext_lazy("按店铺"), "person": gettext_lazy("按谁记的"),
    "code": gettext_lazy("按停下的原因"), "tag": gettext_lazy("按标签"),
}  # fmt: skip
# What narrows the list to one row of the report.
NARROWS = {"kind": "kind", "stage": "stage", "shop": "shop", "person": "writer", "code": "code", "tag": "tag"}


@dataclass(frozen=True)
class Line:
    """A row of the report: what it is called, how much of the whole it is, where it leads, and how it changed."""

    row: Row
    name: str
    share: int
    href: str

    @property
    def more(self) -> int:
        return self.row.many - self.row.before


@dataclass(frozen=True)
class Bar:
    """One step of the range; ``height`` in hundredths of the highest."""

    step: Step
    many: int
    height: int
    href: str

    @property
    def top(self) -> int:
        return 100 - self.height

    @property
    def says(self) -> str:
        since, until = f"{self.step.since:%m-%d}", f"{self.step.until:%m-%d}"
        return since if since == until else _("%(since)s 到 %(until)s") % {"since": since, "until": until}


def _asked(request: Request) -> tuple[str, Asked]:
    by = request.GET.get("tab", "")
    asked = asking.asked(request.GET)
    since, until = asking.span(asked.since, asked.until, clock.day_of(request.at))
    return by if by in BY else "kind", replace(asked, tab=ALL, q="", since=since, until=until)


def _namer(by: str) -> Callable[[Row], str]:
    """What a row is called; a statement where the merchant named things."""
    if by == "kind":
        kinds = Kinds()
        return lambda row: kinds.of(row.key).name
    if by == "code":
        types = Types()
        return lambda row: types.of(row.key).name if row.key else _("没有停下")
    if by == "stage":
        return lambda row: _(states.WORD.get(row.key, row.key))
    return lambda row: f"#{row.name}" if by == "tag" else row.name


def _lines(by: str, found: Report, asked: Asked) -> list[Line]:
    name = _namer(by)
    return [
        Line(row, name(row), round(100 * row.many / found.total) if found.total else 0, _list(asked, **{NARROWS[by]: row.key}) if row.key else "")
        for row in found.rows
    ]


def _list(asked: Asked, **narrow: str) -> str:
    """The list, narrowed as the report is and to one row of it."""
    more = {name: getattr(asked, name) for name in ("kind", "stage", "writer", "code", "tag")} | {"shop": str(asked.shop_id or "")}
    said = {**more, "since": str(asked.since or ""), "until": str(asked.until or ""), **narrow}
    return address("lessons:list", **{key: value for key, value in said.items() if value})


@require_GET
def index(request: Request) -> HttpResponse:
    """How often what went wrong, and whether it is becoming less."""
    actor = request.actor
    actor.require("report", takes=("reasons",))
    astray = lists.astray(request, BY)
    if astray:
        return astray
    by, asked = _asked(request)
    assert asked.since is not None
    assert asked.until is not None
    found = report(by, asked, view_of(actor))
    earlier = trend.before(asked.since, asked.until)
    bars = [
        Bar(step, many, round(100 * many / found.most) if found.most else 0, _list(asked, since=str(step.since), until=str(step.until)))
        for step, many in found.steps
    ]
    today = clock.day_of(request.at)
    facts: dict[str, Any] = {
        "by": by,
        "by_label": LABELS[by],
        "lines": _lines(by, found, asked),
        "found": found,
        "bars": bars,
        "asked": asked,
        "earlier": earlier,
        "more": found.total - found.before,
        "less": found.before - found.total,
        "solved": round(100 * found.solved / found.total) if found.total else 0,
        "whole": _list(asked),
        "ranges": [
            (label, lists.query_string(request, since=str(today - timedelta(days=days - 1)), until=str(today))) for days, label in RANGES
        ],
        "sees_list": actor.granted("order.view", takes=("released",)),
        "listing": lists.listing(
            request, "lesson-report", tabs=[Tab(key, LABELS[key]) for key in BY], tab=by,
            exports=[(_("导出这张报表"), reverse("lessons:report_export"))] if actor.granted("export.masked") else [],
        ),
    }  # fmt: skip
    return render(request, "lessons/report.html", facts)


@require_GET
def export(request: Request) -> HttpResponse:
    """The report as it is asked for."""
    actor = request.actor
    actor.require("report", takes=("reasons",))
    actor.require("export.masked")
    by, asked = _asked(request)
    found = report(by, asked, view_of(actor))
    heads = (_("条数"), _("订单数"), _("占比 %"), _("上一段"), _("写了解决办法"), _("帮过几单"))
    columns = [(str(LABELS[by]), workbook.TEXT), *((head, workbook.COUNT) for head in heads)]
    rows = [
        [text(line.name), line.row.many, line.row.orders, line.share, line.row.before, line.row.solved, line.row.helped]
        for line in _lines(by, found, asked)
    ]
    return workbook.workbook(f"problems-{asked.since}-{asked.until}", columns, rows)
