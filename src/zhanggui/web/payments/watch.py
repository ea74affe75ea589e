"""The figure beside the follow-up of payments in the rail, and the bell."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import ngettext

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.orders.reading import unpaid
from zhanggui.web.frame import counts, notices
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.notices import Notice


@counts.providers("unpaid")
def count(actor: Actor, at: datetime) -> Mapping[str, int]:
    """Those whose time is over or whose day has come, as far as somebody reaches."""
    return {"unpaid": unpaid.pressing(at=at, today=clock.day_of(at), reach=actor.reach)} if actor.can("order.view") else {}


@notices.source
def pressing(actor: Actor, at: datetime) -> Sequence[Notice]:
    """Unpaid orders somebody should ask about now."""
    n = counts.of(actor, ["unpaid"], at=at).get("unpaid", 0)
    if not n or not actor.can("order.edit"):
        return []
    text = ngettext("%(n)d 单没付款，今天该联系", "%(n)d 单没付款，今天该联系", n) % {"n": n}
    return [Notice("warn", text, address("payments:unpaid"))]
