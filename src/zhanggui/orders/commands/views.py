"""Questions of the order list kept under a name. Everybody keeps their own; one that is shared is changed by its maker and by
an owner. They need no more than to see orders: what a view shows is bounded by who looks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Max

from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.labels import named
from zhanggui.orders.models import View
from zhanggui.orders.refusals import ViewKnown, ViewNotYours, ViewTooLong

# Words to find may be a name or a phone: they are nobody's to keep in clear. The rest is where one is, not what one asks.
NEVER_KEPT = ("q", "find", "cursor", "open", "view", "batch", "every", "ids")
LONGEST = 1000


def kept_of(query: str) -> str:
    """The part of an address that a view keeps, in one spelling."""
    pairs = parse_qsl(query.lstrip("?"))
    return urlencode(sorted(pair for pair in pairs if pair[1] and pair[0] not in NEVER_KEPT))


def _short_enough(query: str) -> str:
    """All of it or nothing: half of a list of shops would be a question nobody asked. Raises ViewTooLong."""
    kept = kept_of(query)
    if len(kept) > LONGEST:
        raise ViewTooLong(many=len(parse_qsl(kept)))
    return kept


@command(needs="order.view", takes=("released",))
def keep(name: str, query: str, columns: str = "", *, shared: bool = False, by: Actor, at: datetime) -> int:
    """Keep this question under a name. Returns its id. Raises ViewKnown, ViewTooLong, NoName."""
    text = named(name)
    if View.objects.filter(maker=by.id, name__iexact=text).exists():
        raise ViewKnown(view=text)
    last = View.objects.filter(maker=by.id).aggregate(last=Max("place"))["last"] or 0
    facts: dict[str, Any] = {"maker_id": by.id, "columns": columns[:300], "shared": shared, "place": last + 1}
    return View.objects.create(name=text, query=_short_enough(query), made_at=at, **facts).pk


@command(needs="order.view", takes=("released",))
def change(
    view_id: int,
    *,
    name: str | None = None,
    query: str | None = None,
    columns: str | None = None,
    shared: bool | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Call it so, ask this under it, share it or not; None leaves that as it is. Raises ViewNotYours, ViewKnown, ViewTooLong, NoName."""
    view = _mine(view_id, by)
    changed: dict[str, object] = {}
    if name is not None:
        changed["name"] = named(name)
        if View.objects.filter(maker=view.maker_id, name__iexact=changed["name"]).exclude(pk=view_id).exists():
            raise ViewKnown(view=changed["name"])
    if query is not None:
        changed["query"] = _short_enough(query)
    if columns is not None:
        changed["columns"] = columns[:300]
    if shared is not None:
        changed["shared"] = shared
    if changed:
        View.objects.filter(pk=view_id).update(**changed)


@command(needs="order.view", takes=("released",))
def drop(view_id: int, *, by: Actor, at: datetime) -> None:
    """Keep it no longer. Orders are not touched. Raises ViewNotYours."""
    _mine(view_id, by)
    View.objects.filter(pk=view_id).delete()


@command(needs="order.view", takes=("released",))
def arrange(view_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Show one's own views in this order; those not named come after."""
    known = list(View.objects.filter(maker=by.id).order_by("place", "pk").values_list("pk", flat=True))
    wanted = [pk for pk in dict.fromkeys(view_ids) if pk in known]
    order = [*wanted, *(pk for pk in known if pk not in wanted)]
    db.execute_many("UPDATE orders_view SET place = %s WHERE id = %s", [(nth, pk) for nth, pk in enumerate(order, 1)])


def may_change(view: View, by: Actor) -> bool:
    return view.maker_id == by.id or (view.shared and by.role == "owner") or by.kind == "system"


def _mine(view_id: int, by: Actor) -> View:
    """A view this actor may change. One that is neither theirs nor shared is not there at all."""
    view = View.objects.select_related("maker").filter(pk=view_id).first()
    if view is None or not (view.shared or view.maker_id == by.id or by.kind == "system"):
        raise NotFound(what=view_id)
    if not may_change(view, by):
        raise ViewNotYours(view=view.name, who=view.maker.name)
    return view
