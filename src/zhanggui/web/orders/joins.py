"""How many orders could go in one parcel, as the list and the review desk say it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders.reading import joinable
from zhanggui.web.frame import counts


class Joins(NamedTuple):
    """``many`` is None before it was counted the first time; ``how`` says what is counted, and when it was."""

    many: int | None
    how: str


@counts.providers("joins", "joins_at")
def _counted(actor: Actor, at: datetime) -> Mapping[str, int]:
    kept = joinable.counted(reach=actor.reach)
    return {"joins": kept.many, "joins_at": int(kept.at.timestamp()) if kept.at is not None else 0}


def shown(actor: Actor, *, at: datetime) -> Joins | None:
    """The figure within the reach of the actor; nothing for who may not merge. One statement every few seconds."""
    if not actor.can("order.merge"):
        return None
    kept, what = counts.of(actor, ("joins", "joins_at"), at=at), _("同一收件人、地址和仓的单，合成一个包裹")
    if not kept["joins_at"]:
        return Joins(None, what)
    when = datetime.fromtimestamp(kept["joins_at"], UTC).astimezone(clock.company_zone())
    return Joins(kept["joins"], _("%(what)s；%(time)s 数的") % {"what": what, "time": f"{when:%H:%M}"})
