"""Setting the figures that bound what one person does alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.journal import figures, phrases
from zhanggui.journal.book import command, tell
from zhanggui.journal.events import FiguresSet
from zhanggui.journal.marks import Second
from zhanggui.journal.models import Figure
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused


class BadFigure(Refused):
    """``facts``: name, least, most."""

    code = "bad-figure"
    says = _("要在 {least} 和 {most} 之间。")
    status = 422


def _raised(values: Mapping[str, int], *args: Any, **kwargs: Any) -> int:
    """How many are loosened: to bound oneself more needs nobody else."""
    now = figures.every()
    return sum(1 for name, value in values.items() if name in now and figures.FIGURES[name].loosened(now[name], value))


def _about(values: Mapping[str, int], *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    now = figures.every()
    changed = {name: value for name, value in values.items() if name in now and now[name] != value}
    lines = [phrases.changed(phrases.line("figure", name=name), now[name], value) for name, value in changed.items()]
    return {"many": len(changed), "lines": lines}


# Whoever could raise a bound alone would not be bound by it: it goes with deciding who may do what.
@command(needs="people.manage", weighs=_raised, second=Second(_("放宽一个人能做的限额"), _about))
def set_figures(values: Mapping[str, int], *, by: Actor, at: datetime) -> int:
    """These bounds hold from now on. Returns how many changed. Raises ``NotFound``, ``BadFigure``."""
    now = figures.every()
    for name, value in values.items():
        known = figures.FIGURES.get(name)
        if known is None:
            raise NotFound(what=name)
        if not known.least <= value <= known.most:
            raise BadFigure(name=name, least=known.least, most=known.most)
    changed = {name: value for name, value in values.items() if now[name] != value}
    for name, value in changed.items():
        Figure.objects.update_or_create(name=name, defaults={"value": value})
    if changed:
        tell([FiguresSet(0)], by=by, at=at, facts={0: {name: [now[name], value] for name, value in changed.items()}})
    return len(changed)
