"""What is shown before a verb is done with orders: how many it would be, what is paid of them, and the question why."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.journal import marks
from zhanggui.kernel.errors import ReasonNeeded, SureNeeded
from zhanggui.orders.reading import cancelling, rights
from zhanggui.orders.reading.cancelling import Weighed
from zhanggui.web.frame import words
from zhanggui.web.frame.again import SURE
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import held_for

# A form that says so wants to be asked for a note before it holds anything.
ASKS = "asks"


def seen(request: Request, verb: str, ids: Collection[int], why: str) -> None:
    """Raises ReasonNeeded or SureNeeded where ``verb`` is not done with these before somebody saw what it would do; with a
    reason, or once it was seen, it goes on. The commands decide again."""
    if verb == "cancel":
        _cancel(request, ids, why)
    elif verb == "give_back" and not marks.means(why):
        raise ReasonNeeded(needs="order.finance", verb="orders.finance.give_back", many=len(ids), lines=[])
    elif verb == "hold" and request.POST.get(ASKS) and not why.strip() and not request.POST.get(SURE):
        facts = {"needs": "order.hold", "verb": "orders.holds.hold", "many": len(ids), "lines": []}
        raise SureNeeded(**facts, holding=held_for.offered(), events=[[code, str(says)] for code, says in held_for.EVENTS.items()])


def _cancel(request: Request, ids: Collection[int], why: str) -> None:
    if marks.means(why):
        return
    found = cancelling.weighed(ids)
    must = found.grave or rights.says_why(request.actor, "order.cancel")
    if not found.many or (request.POST.get(SURE) and not must):
        return
    facts = {"needs": "order.cancel", "verb": "orders.progress.cancel", "many": found.many}
    raise (ReasonNeeded if must else SureNeeded)(**facts, lines=lines_of(found, prices=rights.sees_prices(request.actor)))


def lines_of(found: Weighed, *, prices: bool) -> list[str]:
    """What would be cancelled, in a few sentences."""
    said = []
    if prices:
        said.append(_("一共 %s。") % _sums(found.total))
    if found.paid:
        paid = ngettext("其中 %(n)s 单已经付了款", "其中 %(n)s 单已经付了款", found.paid) % {"n": words.number(found.paid)}
        came = _("%(paid)s，收了 %(sum)s；取消不会自动退款。") % {"paid": paid, "sum": _sums(found.paid_total)}
        said.append(came if prices else _("%s；取消不会自动退款。") % paid)
    if found.approved:
        n = found.approved
        said.append(ngettext("%(n)s 单已经审核，占住的货会放回。", "%(n)s 单已经审核，占住的货会放回。", n) % {"n": words.number(n)})
    if found.stay:
        n = found.stay
        stays = ngettext("另外 %(n)s 单取消不了：已在波次、已发出或已取消。", "另外 %(n)s 单取消不了：已在波次、已发出或已取消。", n)
        said.append(stays % {"n": words.number(n)})
    return said


def _sums(sums: Mapping[str, int]) -> str:
    return _("、").join(words.money(minor, currency) for currency, minor in sorted(sums.items())) or words.money(0)
