"""Orders that a file changed, put back as they stood before it: what anybody changed since is left alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

from zhanggui.journal.book import command
from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders import states
from zhanggui.orders.before import opened
from zhanggui.orders.commands import renew, revising
from zhanggui.orders.commands.renew import Asked
from zhanggui.orders.models import Order

CHANGED, FURTHER, NEEDS_UNREVIEW, FORGOTTEN = "changed", "further", "needs-unreview", "forgotten"


class Left(NamedTuple):
    """Why an order was left alone, and the parts somebody changed since."""

    why: str
    fields: list[str]


class PutBack(NamedTuple):
    done: list[int]
    left: dict[int, Left]


@command(needs="order.edit", over="order")
def put_back(
    before: Mapping[int, tuple[int, bytes | memoryview | None]], *, facts: Mapping[str, Any] | None = None, by: Actor, at: datetime
) -> PutBack:
    """Put these orders back: order → the version after it was changed, and how it stood then (``before.sealed``).

    One that somebody changed since is left alone, with what was changed; so is one that is in a wave, gone or cancelled, and one that
    was approved where ``by`` may not take it back to review. An approved one goes back to review, and the rules look again. What the
    rules themselves did since stays. Doing it twice changes nothing.
    """
    rows = renew.held(Order.objects.filter(db.Among(F("pk"), sorted(before))))
    since = _changed_since({id_: seq for id_, (seq, _blob) in before.items()})
    ruled, lines = renew.ruled_and_lines([row.pk for row in rows])
    done: list[int] = []
    left: dict[int, Left] = {}
    asked: list[Asked] = []
    for row in rows:
        said = opened(row, before[row.pk][1])
        if row.stage not in renew.OPEN:
            left[row.pk] = Left(FURTHER, [])
        elif row.pk in since:
            left[row.pk] = Left(CHANGED, since[row.pk])
        elif said is None:
            left[row.pk] = Left(FORGOTTEN, [])
        else:
            parts = renew.parts_of(row, said, lines[row.pk], ruled[row.pk])
            if row.stage == states.APPROVED and renew.goes_back(parts) and not by.granted("order.unreview", takes=("not-picked",)):
                left[row.pk] = Left(NEEDS_UNREVIEW, [])
                continue
            done.append(row.pk)
            asked.append(Asked(row, said, parts, ruled[row.pk]))
    whole = [each for each in asked if each.parts]
    if whole:
        renew.write(whole, lines, more=facts, by=by, at=at)
    words = [(each.said.order[renew.AT["platform_status"]], each.said.fingerprint, each.row.pk) for each in asked if not each.parts]
    if words:
        db.execute_many("UPDATE orders_order SET platform_status = %s, fingerprint = %s WHERE id = %s", words)
        told = {"file": True, **(facts or {})}
        revising.changed({pk: ["platform_status"] for *_said, pk in words}, facts={pk: told for *_said, pk in words}, by=by, at=at)
    return PutBack(done, left)


def _changed_since(seqs: Mapping[int, int]) -> dict[int, list[str]]:
    """Order → the fields changed since it was at this version; what rules did is no change of anybody's."""
    found: dict[int, list[str]] = {}
    told = Entry.objects.filter(db.Among(F("subject_id"), list(seqs)), subject_kind="order", name="OrderChanged").order_by("id")
    for id_, seq, facts in told.values_list("subject_id", "seq", "facts"):
        if id_ is not None and seq is not None and seq > seqs[id_] and not facts.get("rules"):
            fields = found.setdefault(id_, [])
            fields += [field for field in facts.get("fields", ()) if field not in fields]
    return found
