"""Today: what waits, what presses, how the day goes, where it is stuck."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from zhanggui.kernel import clock
from zhanggui.ops import queries as safe
from zhanggui.orders.reading import rights
from zhanggui.web.frame import counts, health
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.request import Request
from zhanggui.web.home import board, chart, figures, handled, watch


def today(request: Request) -> HttpResponse:
    """What the actor may see of today; everything is asked anew, nothing is estimated."""
    actor, at = request.actor, request.at
    seen = rights.stages_seen(actor)
    now = figures.work(at=at, stages=seen, reach=actor.reach)
    counts.know(actor, watch.figures_of(now))
    todos = board.todos(actor)
    local = timezone.localtime(at, clock.company_zone())
    facts = {
        "now": now,
        "local": local,
        "tiles": board.tiles(actor, now, figures.held_by_reason(stages=seen, reach=actor.reach), at=at),
        "steps": board.stuck(actor, figures.steps(now, at=at, reach=actor.reach)),
        "todos": todos,
        "todos_done": sum(todo.done for todo in todos),
        "start_href": door(actor, "start:index"),
        "machine": health.seen_by(actor, at=at),
        "imports_href": door(actor, "imports:list"),
        "machine_href": door(actor, "machine:index"),
        **handled.panel(actor, at=at),
    }
    if actor.granted("backup"):
        standing = safe.standing()
        facts |= {"backup": standing, "backup_late": standing.late(at)}
    if actor.granted("order.view", takes=("released",)):
        day = figures.day(at=at, stages=seen, reach=actor.reach)
        facts |= {
            "day": day,
            "figures": board.figures(actor, day),
            "chart": chart.draw(day.today_by_hour, day.yesterday_by_hour, local.hour + local.minute / 60),
            "pressing": board.presses(actor, figures.pressing(at=at, stages=seen, reach=actor.reach)),
        }
    return render(request, "home/today.html", facts)
