"""How much goes by itself: the panel of today's page, and the page with its days, each figure saying how it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from zhanggui.channels import reaching as brought
from zhanggui.channels.models import Import
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders import reaching
from zhanggui.orders.models import Shop
from zhanggui.orders.reading import handled
from zhanggui.orders.reading.handled import Handled, Trend
from zhanggui.web.frame import words
from zhanggui.web.frame.gate import comes, door
from zhanggui.web.frame.request import Request

SPANS, USUAL, PANEL = (7, 30, 90), 30, 7
LEFT, RIGHT, TOP, BOTTOM = 44.0, 760.0, 12.0, 150.0
TOUCHES = gettext_lazy("这些天发出的单，从进系统到发出，每单平均有几次是人动手（审核、改单、挂起、排波次；同一下算一次）")
ALONE = gettext_lazy("这些天发出的单里，审核通过以前没有人碰过的占多少")
WRONG = gettext_lazy("这些天发出的单里，被拦下过或改过的占多少")
REJECTED = gettext_lazy("这些天导入的订单文件里，没收的行占多少")


@dataclass(frozen=True)
class Figure:
    """A figure with how it is counted, and the orders that were."""

    label: str | Promise
    text: str
    note: str
    how: str | Promise
    href: str


def figures(actor: Actor, trend: Trend) -> list[Figure]:
    whole, n = trend.whole, words.number
    href = shipped_between(actor, trend.days[0].day, trend.days[-1].day)
    alone = ngettext("%(n)s 单是这样", "%(n)s 单是这样", whole.by_itself) % {"n": n(whole.by_itself)}
    per_order = f"{whole.per_order:.2f}" if whole.per_order is not None else "–"
    return [
        Figure(_("每单动手"), per_order, _("%(n)s 单动了 %(m)s 次") % {"n": n(whole.shipped), "m": n(whole.touches)}, TOUCHES, href),
        Figure(_("没动手就通过"), share(whole.alone), alone, ALONE, href),
        Figure(_("出过问题"), share(whole.errors), _("拦下 %(h)s，改过 %(c)s") % {"h": n(whole.held), "c": n(whole.changed)}, WRONG, href),
    ]


def share(part: float | None) -> str:
    return words.percent(part) if part is not None else "–"


def shipped_between(actor: Actor, first: date, last: date, shop_id: int | None = None) -> str:
    """The orders that left on these days."""
    more = {"shop": str(shop_id)} if shop_id is not None else {}
    return door(actor, "orders:list", tab="all", time="shipped", since=first.isoformat(), until=last.isoformat(), **more)


def panel(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """The last days in three figures. One statement."""
    if not comes(actor, "handled"):
        return {}
    trend = handled.trend(clock.day_of(at), PANEL, reach=actor.reach)
    return {"handled": figures(actor, trend), "handled_href": door(actor, "handled"), "handled_any": trend.whole.shipped}


@dataclass(frozen=True)
class Row:
    day: date
    handled: Handled
    alone: str
    errors: str
    per_order: str
    href: str


@require_GET
def page(request: Request) -> HttpResponse:
    """The days of a period, of all shops one reaches or of one."""
    actor = request.actor
    said = request.GET.get("days", "")
    days = int(said) if said in {str(span) for span in SPANS} else USUAL
    shops = list(Shop.objects.filter(reaching.shop_rows(actor.reach)).order_by("name", "pk").values_list("pk", "name"))
    asked = request.GET.get("shop", "")
    shop_id = next((pk for pk, _name in shops if str(pk) == asked), None)
    trend = handled.trend(clock.day_of(request.at), days, shop_id=shop_id, reach=actor.reach)
    rows = [
        Row(
            each.day, each.handled, share(each.handled.alone), share(each.handled.errors),
            f"{each.handled.per_order:.2f}" if each.handled.per_order is not None else "–",
            shipped_between(actor, each.day, each.day, shop_id),
        )
        for each in reversed(trend.days)
    ]  # fmt: skip
    facts = {
        "trend": trend, "rows": rows, "figures": [*figures(actor, trend), *rejected(actor, trend, shop_id)], "spans": SPANS, "days": days,
        "shops": shops, "shop_id": shop_id, "alone": line(trend, "alone"), "errors": line(trend, "errors"),
        "grid": [(round(BOTTOM - (BOTTOM - TOP) * part / 100, 1), part) for part in (0, 50, 100)],
        "first": trend.days[0].day, "last": trend.days[-1].day,
    }  # fmt: skip
    return render(request, "home/handled.html", facts)


def rejected(actor: Actor, trend: Trend, shop_id: int | None) -> list[Figure]:
    """Rows of order files that stayed out. One statement; none for who may not see imports."""
    if not comes(actor, "imports:list"):
        return []
    since, until = clock.day_bounds(trend.days[0].day)[0], clock.day_bounds(trend.days[-1].day)[1]
    rows = Import.objects.filter(brought.of(actor.reach), kind=Import.Kind.ORDERS, ended_at__gte=since, ended_at__lt=until)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    found = rows.aggregate(came=Sum("rows_in"), out=Sum("rows_rejected"))
    came, out = found["came"] or 0, found["out"] or 0
    note = _("%(n)s 行里 %(m)s 行") % {"n": words.number(came), "m": words.number(out)}
    return [Figure(_("导入没收"), share(out / came if came else None), note, REJECTED, door(actor, "imports:list"))]


def line(trend: Trend, name: str) -> Sequence[str]:
    """Paths through the days that have orders, broken where a day has none."""
    paths: list[str] = []
    gap = True
    last = max(len(trend.days) - 1, 1)
    for nth, each in enumerate(trend.days):
        part: float | None = getattr(each.handled, name)
        if part is None:
            gap = True
            continue
        point = f"{round(LEFT + (RIGHT - LEFT) * nth / last, 1):g} {round(BOTTOM - (BOTTOM - TOP) * part, 1):g}"
        if gap:
            # A day alone is a dot: a line of no length with a round end.
            paths.append(f"M{point}L{point}")
        else:
            paths[-1] += f"L{point}"
        gap = False
    return paths
