"""Whose is it: each kind of thing says which of its ids lie outside somebody's reach."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from zhanggui.kernel import db
from zhanggui.kernel.actor import Reach
from zhanggui.kernel.errors import NotFound

Outside = Callable[[Sequence[Any], Reach], Iterable[Any]]
OUTSIDE: dict[str, Outside] = {}
# No larger than a key of the database; so many are asked for in one statement.
# Kinds with their ids, as ``named`` says them.
Said = Sequence[Sequence[Any]]
LARGEST = 2**63 - 1
AT_ONCE = 10_000


def reach(kind: str) -> Callable[[Outside], Outside]:
    """Register the question "which of these ids of ``kind`` are not theirs": one statement, however many ids.

    What does not exist is nobody's: it lies outside as well, so that nobody learns of what is another's by asking.
    """

    def register(call: Outside) -> Outside:
        OUTSIDE[kind] = call
        return call

    return register


def beyond(rows: QuerySet[Any], asked: Sequence[Any], key: str = "pk") -> set[Any]:
    """Those of ``asked`` that are the ``key`` of none of ``rows``."""
    wanted = {each for each in asked if not isinstance(each, int) or abs(each) <= LARGEST}
    found: set[Any] = set()
    for some in db.in_chunks(sorted(wanted), AT_ONCE):
        found.update(rows.filter(**{f"{key}__in": some}).values_list(key, flat=True))
    return set(asked) - found


def ids_of(asked: Any) -> list[Any]:
    """The ids a verb was called with: of one, of many, the keys of a mapping, or none."""
    if asked is None:
        return []
    return [asked] if isinstance(asked, int | str) else list(asked.keys() if isinstance(asked, Mapping) else asked)


def named(places: "Iterable[Place]", args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """What a call names, in plain: each kind with its ids."""
    found = [(one.kind, ids_of(one.of(args, kwargs))) for one in places]
    return [(kind, list(dict.fromkeys(ids))) for kind, ids in found if ids]


def foreign(reach: Reach, called: Mapping[int, Said | None]) -> set[int]:
    """Which of ``called`` name something outside ``reach``; of one that did not note what it names, nobody knows, so it is.
    One statement a kind, however many."""
    if reach.everywhere:
        return set()
    asked: dict[str, set[Any]] = {}
    for said in called.values():
        for kind, ids in said or ():
            asked.setdefault(kind, set()).update(ids)
    beyond = {kind: set(OUTSIDE[kind](sorted(ids), reach)) for kind, ids in asked.items()}
    return {key for key, said in called.items() if said is None or any(beyond[kind].intersection(ids) for kind, ids in said)}


def within(reach: Reach, kind: str, asked: Any) -> None:
    """Every id asked for lies within ``reach``; else NotFound, as for one that does not exist. ``asked``: an id, ids, or a
    mapping from ids; None asks for nothing. Whoever reaches everything costs no statement."""
    if reach.everywhere:
        return
    ids = ids_of(asked)
    others = sorted(OUTSIDE[kind](ids, reach)) if ids else []
    if others:
        raise NotFound(what=", ".join(str(each) for each in others[:3]))


class Place(NamedTuple):
    """Where a verb's call names things of ``kind``: which argument, and for a list of rows which part of each."""

    kind: str
    name: str
    position: int | None
    part: str

    def of(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        asked = kwargs.get(self.name)
        if asked is None and self.position is not None and self.position < len(args):
            asked = args[self.position]
        if not self.part or asked is None:
            return asked
        return [each[int(self.part)] if self.part.isdecimal() else getattr(each, self.part) for each in asked]


def places(over: str, call: Callable[..., Any]) -> list[Place]:
    """What ``over`` says of ``call``: kinds with blanks between them. A kind alone is the first argument; ``wave@wave_id``
    the argument of that name; ``bin@moves.bin_id`` that part of each row of it, by name or number."""
    if not over:
        return []
    known = inspect.signature(call).parameters
    by_place = [name for name, one in known.items() if one.kind is not one.KEYWORD_ONLY]
    found = []
    for word in over.split():
        kind, _, where = word.partition("@")
        name, _, part = (where or by_place[0]).partition(".")
        if name not in known:
            raise TypeError(f"{call.__name__} has no argument {name!r}")
        found.append(Place(kind, name, by_place.index(name) if name in by_place else None, part))
    return found
