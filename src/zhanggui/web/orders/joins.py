"""How many orders could go in one parcel, as the list and the review desk say it."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders.reading import joinable


class Joins(NamedTuple):
    """``many`` is None before it was counted the first time; ``how`` says what is counted, and when it was."""

    many: int | None
    how: str


def shown(actor: Actor) -> Joins | None:
    """The figure within the reach of the actor; nothing for who may not merge. One statement."""
    if not actor.can("order.merge"):
        return None
    kept, what = joinable.counted(reach=actor.reach), _("同一收件人、地址和仓的单，合成一个包裹")
    if kept.at is None:
        return Joins(None, what)
    return Joins(kept.many, _("%(what)s；%(time)s 数的") % {"what": what, "time": f"{kept.at.astimezone(clock.company_zone()):%H:%M}"})
