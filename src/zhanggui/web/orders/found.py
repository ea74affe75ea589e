"""Of a pasted list of numbers: how many were found, and which were not."""

from dataclasses import dataclass

from django.db.models import Q

from zhanggui.fulfilment import asked as by_parcels
from zhanggui.orders import reaching
from zhanggui.orders.reading import finding, rights
from zhanggui.web.frame.request import Request

SHOWN = 60


@dataclass(frozen=True)
class Pasted:
    """``asked`` numbers, of which ``missing`` are no order's that one may see; ``more`` of them are not shown. ``over``: the
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


def pasted(request: Request, text: str) -> Pasted | None:
    """None where the words are no list of numbers. Two statements."""
    numbers = finding.numbers_in(finding.uncovered(text)) if text else []
    if not numbers:
        return None
    stages = rights.stages_seen(request.actor)
    whose = reaching.of(request.actor.reach) & (Q() if stages is None else Q(stage__in=stages))
    known = finding.known_among(numbers, whose) | by_parcels.known_among(numbers, whose)
    missing = [number for number in numbers if number not in known and number.upper() not in known]
    return Pasted(len(numbers), missing[:SHOWN], max(len(missing) - SHOWN, 0), len(numbers) >= finding.MOST_NUMBERS)
