"""The types of holds as the merchant wants them: whose, by when, what they stop, what lets them go; and types of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from zhanggui.accounts.models import Role
from zhanggui.accounts.policy import policy
from zhanggui.customers.notes import one_line
from zhanggui.journal.book import command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders import locking
from zhanggui.orders.checks.reasons import EVENTS, REASONS
from zhanggui.orders.commands import holds
from zhanggui.orders.events import HoldTypeSaid
from zhanggui.orders.holding import Types, own_code
from zhanggui.orders.holding_refusals import BadType, TooManyTypes, TypeNamed
from zhanggui.orders.models import Hold, HoldType

MOST, LONGEST, MOST_H = 30, 20, 720


@dataclass(frozen=True)
class TypeSaid:
    """How a type of hold stands: the ``role`` that owns it and has ``due_h`` hours; whether it keeps an order from review and from
    shipping, whether an approved one keeps its goods meanwhile, may be merged, counts for purchasing; ``event``: what lets it go."""

    role: str = "reviewer"
    due_h: int = 24
    enabled: bool = True
    stops_review: bool = True
    stops_shipping: bool = True
    keeps_stock: bool = True
    merges: bool = False
    buys: bool = True
    event: str = ""


@command(needs="settings")
def change(code: str, said: TypeSaid, *, name: str = "", by: Actor, at: datetime) -> None:
    """Let this type stand so; its open holds stop what it says from now on. What must be mended stops everything, whatever is said.
    Only one of the merchant's own takes a ``name``. Saying it twice changes nothing. Raises NotFound, BadType, TypeNamed."""
    types = Types()
    kind = types.get(code)
    if kind is None:
        raise NotFound(what=code[:24])
    _sound(said)
    facts = dict(vars(said)) | ({"name": _free(name or kind.zh, types, but=code)} if kind.own else {})
    row = HoldType.objects.filter(code=code).first() or HoldType(code=code)
    if row.pk is not None and all(getattr(row, field) == value for field, value in facts.items()):
        return
    for field, value in facts.items():
        setattr(row, field, value)
    row.said_at = at
    row.save()
    tell([HoldTypeSaid(row.pk, code)], by=by, at=at, facts={row.pk: facts})
    _as_said(code)


@command(needs="settings")
def add(name: str, said: TypeSaid, *, by: Actor, at: datetime) -> str:
    """One more type that people may hold orders for. Returns its code. Raises BadType, TypeNamed, TooManyTypes."""
    types = Types()
    _sound(said)
    own = [one for one in types.all() if one.own]
    if len(own) >= MOST:
        raise TooManyTypes(most=MOST)
    taken = {one.code for one in own}
    code = own_code(taken)
    row = HoldType.objects.create(code=code, name=_free(name, types), said_at=at, **vars(said))
    tell([HoldTypeSaid(row.pk, code)], by=by, at=at, facts={row.pk: {"name": row.name, **vars(said)}})
    return code


@command(needs="settings")
def as_usual(code: str, *, by: Actor, at: datetime) -> None:
    """Let a type of the house stand as it is made."""
    row = HoldType.objects.filter(code=code).first()
    if row is None or code not in REASONS:
        return
    pk = row.pk
    row.delete()
    tell([HoldTypeSaid(pk, code)], by=by, at=at, facts={pk: {"usual": True}})
    _as_said(code)


def roles() -> list[tuple[str, str]]:
    """(code, name) of the roles a type may be given to, programs apart. One statement."""
    named = [(code, names[0]) for code, names in policy().roles.items() if code != "program"]
    return named + sorted(Role.objects.filter(built_in=False).values_list("code", "name"))


def _as_said(code: str) -> None:
    """What stands open stops what its type says now; orders count anew. A few statements, however many."""
    kind = Types().of(code)
    opened = Hold.objects.filter(code=code, cleared_at=None)
    ids = sorted(set(opened.exclude(stops_review=kind.stops_review, stops_shipping=kind.stops_shipping).values_list("order_id", flat=True)))
    for chunk in db.in_chunks(ids, 5_000):
        touched = list(chunk)
        locking.lock(touched)
        some: Any = opened.filter(db.Among(F("order_id"), touched))
        some.update(stops_review=kind.stops_review, stops_shipping=kind.stops_shipping)
        holds.recount(touched)


def _sound(said: TypeSaid) -> None:
    if said.role not in dict(roles()):
        raise BadType(what="role")
    if not 1 <= said.due_h <= MOST_H:
        raise BadType(what="due_h")
    if said.event not in ("", *EVENTS):
        raise BadType(what="event")


def _free(name: str, types: Types, *, but: str = "") -> str:
    text = one_line(name)
    if not text or len(text) > LONGEST:
        raise BadType(what="name")
    if text.casefold() in _names(one for one in types.all() if one.code != but):
        raise TypeNamed(name=text)
    return text


def _names(types: Iterable[Any]) -> set[str]:
    return {said.casefold() for one in types for said in (one.zh, one.name)}
