"""Of a pasted list: how much of it was found, and what was not."""

from dataclasses import dataclass

from django.db.models import Q

from zhanggui.fulfilment import asked as by_parcels
from zhanggui.orders import reaching
from zhanggui.orders.reading import finding, rights
from zhanggui.web.frame.request import Request

SHOWN = 60


@dataclass(frozen=True)
class Pasted:
    """``asked`` words, of which ``missing`` name no order that one may see; ``more`` of them are not shown. ``over``: the
    list was longer than is looked for."""

    asked: int
    missing: list[str]
    more: int
    over: bool

    @property
    def found(self) -> int:
        return self.asked - len(self.missing) - self.more

    @property
    def lines(self) -> str:
        return "\n".join(self.missing)


def pasted(request: Request, text: str, *, persons: bool) -> Pasted | None:
    """None where the words are no list. Three statements."""
    words = finding.listed(finding.uncovered(text)) if text else []
    if not words:
        return None
    stages = rights.stages_seen(request.actor)
    whose = reaching.of(request.actor.reach) & (Q() if stages is None else Q(stage__in=stages))
    known = finding.known_among(words, whose, persons=persons) | by_parcels.known_among(words, whose)
    missing = [word for word in words if word not in known and word.upper() not in known]
    return Pasted(len(words), missing[:SHOWN], max(len(missing) - SHOWN, 0), len(words) >= finding.MOST_NUMBERS)
