"""The review desk: reasons at the left, one order with its checks, stock and buyer at the right."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhanggui.kernel.errors import NotFound
from zhanggui.orders import reaching, states
from zhanggui.orders.commands import noting
from zhanggui.orders.models import Order
from zhanggui.orders.reading import desk as reading
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.desk import GREEN, Case, Tally
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import held_for, joins, noted, tagging, words
from zhanggui.web.orders.holding import short_lines
from zhanggui.web.review import deciding, rows

PANELS = 3


@dataclass(frozen=True)
class Reason:
    """A line of the list of reasons."""

    code: str
    word: str
    tone: str
    count: int
    late: int = 0


@require_GET
def desk(request: Request) -> HttpResponse:
    """The order asked for, or the most pressing of the reason asked for, or of the first reason there is."""
    request.actor.require("order.review")
    reach = request.actor.reach
    tally = reading.tally(at=request.at, reach=reach)
    owner = _owner(request.GET.get("owner", ""), tally)
    asked = request.GET.get("order", "")
    case = _asked(int(asked), request) if asked.isdecimal() else None
    reason = _reason(request.GET.get("reason", ""), tally, case, owner)
    line = reading.line_up(reason, reach=reach) if reason else []
    if case is None and line:
        case = reading.case(line[0], at=request.at, reach=reach)
    facts: dict[str, Any] = {
        "tally": tally,
        "groups": groups(tally, owner),
        "owner": owner,
        "owners": _owners(tally),
        "reason": reason,
        "reason_word": _("全部检查合格") if reason == GREEN else tally.types.of(reason).name if reason else "",
        "last": request.session.get("review.last"),
        "joins": joins.shown(request.actor, at=request.at),
    }
    if case is not None:
        noting.see([case.whole.order.pk], at=request.at)
        facts |= shown(request, case, line)
    else:
        facts["nothing_at_all"] = not Order.objects.filter(reaching.of(reach)).exists()
    return render(request, "review/desk.html", facts)


def _asked(order_id: int, request: Request) -> Case | None:
    """The order asked for, while it stands at review."""
    try:
        case = reading.case(order_id, at=request.at, reach=request.actor.reach)
    except NotFound:
        return None
    return case if case.whole.order.stage == states.PENDING_REVIEW else None


def _reason(asked: str, tally: Tally, case: Case | None, owner: str = "") -> str:
    """The reason to work on. One that is worked off gives way to the next."""
    if case is not None:
        codes = [held.code for held in case.whole.held]
        return asked if asked in codes else codes[0] if codes else GREEN
    if asked in tally.by_reason or (asked == GREEN and tally.green):
        return asked
    mine = (code for code in tally.by_reason if not owner or tally.types.of(code).role == owner)
    return next(mine, GREEN if tally.green and not owner else "")


def _owner(asked: str, tally: Tally) -> str:
    """The role whose holds are asked for, while any is theirs."""
    return asked if any(tally.types.of(code).role == asked for code in tally.by_reason) else ""


def _owners(tally: Tally) -> list[tuple[str, str, int]]:
    """(role, name, holds) of those who have something to look at; none where it is all one role's."""
    many: dict[str, int] = {}
    for code, n in tally.by_reason.items():
        role = tally.types.of(code).role
        many[role] = many.get(role, 0) + n
    names = held_for.role_names() if len(many) > 1 else {}
    return [(role, names.get(role, role), n) for role, n in many.items()] if len(many) > 1 else []


def groups(tally: Tally, owner: str = "") -> list[tuple[str, list[Reason]]]:
    """What must be mended, what wants a look, what waits for somebody."""
    made = [
        Reason(code, kind.name, kind.tone, n, tally.late.get(code, 0))
        for code, n in tally.by_reason.items()
        if (kind := tally.types.of(code)) and owner in ("", kind.role)
    ]
    heads = (("bad", _("要处理才能过")), ("warn", _("要人看一眼")), ("quiet", _("等别人")))
    return [(head, found) for tone, head in heads if (found := [one for one in made if one.tone == tone])]


def _may(request: Request, way: str) -> bool:
    """Whether this person has what a way out asks for beside reviewing."""
    needs = "order.merge" if way in ("merge", "part", "ready") else "order.edit" if way.startswith("house:") else ""
    return not needs or request.actor.can(needs)


def shown(request: Request, case: Case, line: list[int]) -> dict[str, Any]:
    """One order on the desk."""
    order = case.whole.order
    checks = [
        replace(row, fixes=[fix for fix in row.fixes if _may(request, fix.value)])
        for row in rows.rows(case, at=request.at, reach=request.actor.reach)
    ]
    place = line.index(order.pk) + 1 if order.pk in line else 0
    after = line[place] if 0 < place < len(line) else (line[0] if line and line[0] != order.pk else None)
    watched = [one.line for one in (short_lines(case.whole) or case.whole.lines) if one.line.sku_id][:PANELS]
    before = noted.seen_before(case.whole, request.actor)
    shelves = reading.shelves([line.sku_id for line in watched if line.sku_id], reach=request.actor.reach)
    return {
        "case": case,
        "order": order,
        "to": order.recipient,
        "whole": case.whole,
        "checks": checks,
        "place": place,
        "many": len(line),
        "after": after,
        "goes": deciding.words_for({row.code: one.value for row in checks for one in row.fixes if one.chosen}),
        "panels": [(line, shelves.get(line.sku_id or 0, [])) for line in watched],
        "region": words.region(order.recipient.province, order.recipient.city, order.recipient.district),
        "mending": any(row.form == "address" for row in checks),
        "befores_by": [(words.called(held), before[held.code]) for held in case.whole.held if held.code in before],
        "may_write": rights.may_note(request.actor),
        **tagging.shown(order, request.actor),
        "notes": noting.notes_of(order),
        "flag": words.flag_of(order),
        "flags": words.flags(),
        "may_note": rights.may_note(request.actor),
        "prices": rights.sees_prices(request.actor),
        "persons": rights.sees_recipient(request.actor),
    }
