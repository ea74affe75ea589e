"""Today: what waits, what presses, how the day goes, where it is stuck."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from zhanggui.kernel import clock
from zhanggui.ops import queries as safe
from zhanggui.web.frame import counts, health
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.request import Request
from zhanggui.web.home import board, chart, figures, watch


def today(request: Request) -> HttpResponse:
    """What the actor may see of today; everything is asked anew, nothing is estimated."""
    actor, at = request.actor, request.at
    now = figures.work(at=at)
    counts.know(actor, watch.figures_of(now))
    local = timezone.localtime(at, clock.company_zone())
    facts = {
        "now": now,
        "local": local,
        "tiles": board.tiles(actor, now, figures.held_by_reason(), at=at),
        "steps": board.stuck(figures.steps(now, at=at)),
        "todos": board.todos(actor),
        "machine": health.now(at=at),
    }
    if actor.granted("backup"):
        standing = safe.standing()
        facts |= {"backup": standing, "backup_late": standing.late(at)}
    facts["machine_href"] = address("machine:index") if actor.granted("settings") else ""
    if actor.can("order.view"):
        day = figures.day(at=at)
        prices = actor.can("order.content") and "no-prices" not in actor.may.get("order.content", "")
        facts |= {
            "day": day,
            "figures": board.figures(day, prices=prices),
            "chart": chart.draw(day.today_by_hour, day.yesterday_by_hour, local.hour + local.minute / 60),
            "pressing": board.presses(actor, figures.pressing(at=at)),
        }
    return render(request, "home/today.html", facts)
