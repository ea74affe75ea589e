"""Words a merchant puts on orders, be they drawers or tags: named once, coloured, put in order, put away. Part of the verbs of both."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from zhanggui.customers.notes import one_line
from zhanggui.journal.book import tell
from zhanggui.journal.events import Event
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound, Refused
from zhanggui.orders.refusals import NoName
from zhanggui.orders.tag_models import HUES

LONGEST = 20


def named(name: str) -> str:
    """A name as it is kept: no phone in it, not too long. Raises NoName."""
    text = one_line(name)
    if not text or len(text) > LONGEST:
        raise NoName
    return text


@dataclass(frozen=True)
class Labels:
    """The labels of one ``model``; ``event`` tells what became of one, ``known`` refuses a name that is taken."""

    model: Any
    event: Callable[[int, str], Event]
    known: Callable[[str], Refused]

    def of(self, ids: Collection[int]) -> list[Any]:
        """These, in no order. One statement. Raises NotFound."""
        found = list(self.model.objects.filter(pk__in=set(ids)))
        if missing := set(ids) - {row.pk for row in found}:
            raise NotFound(what=min(missing))
        return found

    def make(self, name: str, hue: str, *, by: Actor, at: datetime) -> int:
        last = self.model.objects.aggregate(last=Max("place"))["last"] or 0
        made: int = self.model.objects.create(name=self._free(name), hue=_hue(hue), place=last + 1, made_at=at).pk
        tell([self.event(made, "made")], by=by, at=at)
        return made

    def change(self, id_: int, name: str, hue: str, *, by: Actor, at: datetime) -> None:
        (row,) = self.of([id_])
        text = self._free(name, but=id_)
        if (text, _hue(hue)) != (row.name, row.hue):
            self.model.objects.filter(pk=id_).update(name=text, hue=_hue(hue))
            tell([self.event(id_, "named" if text != row.name else "hue")], by=by, at=at)

    def arrange(self, ids: Sequence[int], *, by: Actor, at: datetime) -> None:
        known = list(self.model.objects.order_by("place", "pk").values_list("pk", flat=True))
        wanted = [pk for pk in dict.fromkeys(ids) if pk in known]
        order = [*wanted, *(pk for pk in known if pk not in wanted)]
        if order != known:
            moved = [(nth, pk) for nth, pk in enumerate(order, 1)]
            db.execute_many(f"UPDATE {self.model._meta.db_table} SET place = %s WHERE id = %s", moved)
            tell([self.event(pk, "moved") for pk in wanted[:1]], by=by, at=at)

    def archive(self, id_: int, *, by: Actor, at: datetime) -> None:
        self.of([id_])
        if self.model.objects.filter(pk=id_, archived_at=None).update(archived_at=at):
            tell([self.event(id_, "away")], by=by, at=at)

    def revive(self, id_: int, *, by: Actor, at: datetime) -> None:
        self.of([id_])
        if self.model.objects.filter(pk=id_).exclude(archived_at=None).update(archived_at=None):
            tell([self.event(id_, "back")], by=by, at=at)

    def _free(self, name: str, but: int | None = None) -> str:
        text = named(name)
        if self.model.objects.filter(name__iexact=text).exclude(pk=but).exists():
            raise self.known(text)
        return text


def _hue(hue: str) -> str:
    return hue if hue in HUES else HUES[0]
