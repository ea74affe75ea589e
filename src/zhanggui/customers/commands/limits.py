"""The figures that bound what is seen and how long it is kept: what they are, and who sets them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.journal import figures, phrases
from zhanggui.journal.book import command, tell
from zhanggui.journal.events import FiguresSet
from zhanggui.journal.marks import Second
from zhanggui.journal.models import SIGHTS, Entry, Figure
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

# One number for all locks of this kind, in PostgreSQL's space of two.
LOCK = 741_425
# The condition of the index on the book, as it is written there: only so do both databases use it.
SIGHT = f"name IN ({', '.join(repr(name) for name in SIGHTS)})"
A_DAY, AN_HOUR, KEPT, PLAIN = "privacy.reveals", "privacy.alarm", "privacy.kept", "privacy.plain"

for name, usual, says, does, unit in (
    (A_DAY, 50, _("每人每天看明文"), _("到数就看不了，第二天再看；某个角色可以另定。"), _("次")),
    (AN_HOUR, 50, _("全店一小时看明文超过就报警"), _("店主的首页会提醒，日志里记一笔。"), _("次")),
    (KEPT, 90, _("订单完成后个人信息留几天"), _("到期只留遮住的文字；0 是一直留着。"), _("天")),
    (PLAIN, 1_000, _("一次最多导出几单明文"), _("超过的不导出。"), _("单")),
):
    figures.known(name, usual, says=says, does=does, unit=unit, keeps=name == KEPT)


phrases.PHRASES["figure.role"] = _("{figure}（{role}）")


class NoSuchLimit(Refused):
    """``facts``: name."""

    code = "no-such-limit"
    says = _("没有「{name}」这个数，或超出了范围。")
    status = 422


def reveals_a_day(role: str) -> int:
    """How many recipients one person of this role may look at in a day. One statement."""
    said = dict(Figure.objects.filter(name__in=[A_DAY, f"{A_DAY}.{role}"]).values_list("name", "value"))
    return int(said.get(f"{A_DAY}.{role}", said.get(A_DAY, figures.FIGURES[A_DAY].usual)))


def by_role() -> Mapping[str, int]:
    """The roles that have a number of their own."""
    rows = Figure.objects.filter(name__startswith=f"{A_DAY}.").values_list("name", "value")
    return {name.removeprefix(f"{A_DAY}."): value for name, value in rows}


def reveals_an_hour() -> int:
    return figures.of(AN_HOUR)


def days_kept() -> int:
    """How many days after its end an order's person is kept; 0: always."""
    return figures.of(KEPT)


def changed(said: Mapping[str, int | None]) -> dict[str, tuple[int, int]]:
    """Name: (in force, in force then) of what ``said`` would change. Raises NoSuchLimit. One statement."""
    rows = dict(Figure.objects.filter(name__startswith="privacy.").values_list("name", "value"))
    then = {name: value for name, value in {**rows, **said}.items() if value is not None}
    moves = {}
    for name, value in said.items():
        known = _known(name)
        if known is None or (value is not None and not known.least <= value <= known.most):
            raise NoSuchLimit(name=name)
        # What a role has no number of its own for is bounded by that of all.
        before, after = (held.get(name, held.get(known.name, known.usual)) for held in (rows, then))
        if before != after or (name in rows) != (name in then):
            moves[name] = (before, after)
    return moves


def _known(name: str) -> figures.Known | None:
    fits = name.startswith("privacy.") and len(name) <= 40
    return figures.FIGURES.get(A_DAY if name.startswith(f"{A_DAY}.") else name) if fits else None


def _loosened(said: Mapping[str, int | None], *args: Any, **kwargs: Any) -> int:
    """How many let more be seen, or less be kept: to see less and to keep longer needs nobody else."""
    return sum(1 for name, (now, then) in changed(said).items() if (known := _known(name)) and known.loosened(now, then))


def _about(said: Mapping[str, int | None], *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    lines: list[phrases.Line] = []
    for name, (now, then) in changed(said).items():
        known = _known(name)
        role = name.removeprefix(f"{A_DAY}.") if name.startswith(f"{A_DAY}.") else ""
        what = phrases.line("figure", name=known.name if known else name)
        if role:
            what = phrases.line("figure.role", figure=what, role=phrases.line("accounts.called", code=role))
        lines.append(phrases.changed(what, now, then))
    return {"many": len(lines), "lines": lines}


# As journal.figures.set_figures: whoever could loosen a bound alone would not be bound by it.
@command(needs="people.manage", weighs=_loosened, second=Second(_("放宽个人信息的限额，或缩短保留的天数"), _about))
def put(said: Mapping[str, int | None], *, by: Actor, at: datetime) -> None:
    """Set these figures; None gives one back to what is usual. ``privacy.reveals.sales`` is that of one role.

    What lets more be seen or keeps people for less long takes a second person. Raises NoSuchLimit for a name nobody knows or a
    figure out of its bounds, and then nothing was set.
    """
    moves = changed(said)
    for name in moves:
        value = said[name]
        if value is None:
            Figure.objects.filter(name=name).delete()
        else:
            Figure.objects.update_or_create(name=name, defaults={"value": value})
    if moves:
        tell([FiguresSet(0)], by=by, at=at, facts={0: {name: list(move) for name, move in moves.items()}})


def alarms(*, since: datetime) -> list[tuple[str, int, int, int, datetime]]:
    """(kind, person, how many, what is usual, when) of every alarm since then, the newest first."""
    rows = Entry.objects.filter(subject_kind="person", name="RevealsUnusual", at__gte=since).order_by("-id")[:100]
    return [
        (str(row.facts["kind"]), int(row.facts["person_id"]), int(row.facts["many"]), int(row.facts["usual"]), row.at)
        for row in rows
    ]
