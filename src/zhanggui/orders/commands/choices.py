"""What a merchant chooses about orders: how they are numbered, and the ways they are paid by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.orders import numbering, paying
from zhanggui.orders.events import OrderChoiceMade
from zhanggui.orders.models import Choice
from zhanggui.orders.numbering import Format
from zhanggui.orders.paying import Method
from zhanggui.orders.refusals import BadMethods, BadNumbering


@command(needs="settings")
def set_numbering(*, prefix: str, day: str, joint: str, digits: int, by: Actor, at: datetime) -> None:
    """From the next order on, number them so; those that stand keep theirs. Raises BadNumbering."""
    form = Format(prefix.strip(), day, joint, digits)
    if form.wrong():
        raise BadNumbering(why=form.wrong())
    _choose(numbering.NAME, numbering.kept(form), by=by, at=at)


@command(needs="settings")
def set_methods(names: Sequence[str], *, ways: Sequence[str], on: Sequence[str], by: Actor, at: datetime) -> None:
    """Offer these ways of paying, in this order: each a name and, beside it, ``paid``, ``cod`` or ``on_account``; only those
    named in ``on`` are offered. What orders say stays as it is. Raises BadMethods."""
    if len(names) != len(ways):
        raise BadMethods(why="way")
    said = [Method(name.strip(), way, name in on) for name, way in zip(names, ways, strict=True)]
    if paying.wrong(said):
        raise BadMethods(why=paying.wrong(said))
    _choose(paying.NAME, paying.kept(said), by=by, at=at)


def _choose(name: str, value: Any, *, by: Actor, at: datetime) -> None:
    row, _new = Choice.objects.update_or_create(name=name, defaults={"value": value})
    tell([OrderChoiceMade(row.pk, name)], by=by, at=at, facts={row.pk: {"value": value}})
