"""What every page needs to draw its frame."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.web.frame import counts as counting
from zhanggui.web.frame import fresh, say
from zhanggui.web.frame import notices as bell
from zhanggui.web.frame import tastes as kept
from zhanggui.web.frame.gate import door
from zhanggui.web.frame.health import Health
from zhanggui.web.frame.health import seen_by as health_for
from zhanggui.web.frame.rail import Entry, Group, seen_by


class Frame:
    """The frame of one page, worked out where the template asks: a part of a page pays for nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor: Actor = getattr(request, "actor", Actor("person", None, ""))
        self.at = getattr(request, "at", None) or clock.now()
        self._rail: list[Group] | None = None

    @property
    def rail(self) -> list[Group]:
        if self._rail is None:
            self._rail = seen_by(self.actor, self.request.path, self.request.GET.dict())
        return self._rail

    @property
    def searched(self) -> str:
        """What stands in the field of the search: what this page was found by."""
        # The field is one line: what was pasted in several keeps its words apart.
        return " ".join(str(getattr(self.request, "searched", "") or self.request.GET.get("q", "")).splitlines())

    @property
    def thumbs(self) -> list[Entry]:
        """What a thumb reaches at the foot of a phone."""
        return [entry for group in self.rail for entry in group.entries if entry.module.thumb][:4]

    @property
    def counts(self) -> dict[str, int]:
        keys = [entry.module.count for group in self.rail for entry in group.entries if entry.module.count]
        return counting.of(self.actor, keys, at=self.at)

    @property
    def notices(self) -> list[bell.Notice]:
        return bell.of(self.actor, getattr(self.request, "LANGUAGE_CODE", ""), at=self.at)

    @property
    def health(self) -> Health:
        return health_for(self.actor, at=self.at)

    @property
    def tastes(self) -> kept.Tastes:
        return kept.of(self.request)

    @property
    def toasts(self) -> list[dict[str, Any]]:
        # What is said once waits for somebody to read it.
        return [] if fresh.asks(self.request) else say.waiting_for(self.request)

    @property
    def number(self) -> str:
        return str(self.request.__dict__.get("number", ""))

    @property
    def first_steps(self) -> str:
        """Where a shop's first steps are, for whoever sets it up."""
        return door(self.actor, "start:index")

    @property
    def zone(self) -> str:
        """The zone the house's clocks show, for those that go on ticking in the browser."""
        return str(clock.company_zone())

    @property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)


def frame(request: HttpRequest) -> dict[str, Any]:
    """``frame`` (see ``Frame``), ``actor`` and ``at``: who looks, and since when the page is true."""
    made = Frame(request)
    return {"frame": made, "actor": made.actor, "at": made.at}
