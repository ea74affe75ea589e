"""The money of one order: what came in and went back, what failed, and the few forms that write it down."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhanggui.kernel.money import exponent, number_in, written
from zhanggui.orders.commands import dues, money
from zhanggui.orders.commands.money import Back, Came, Try
from zhanggui.orders.models import Order
from zhanggui.payments import queries as payments
from zhanggui.payments.refusals import NoAmount
from zhanggui.payments.rules.causes import CAUSES
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import acting, leaving, one


def minor_in(text: str, currency: str) -> int:
    """What somebody typed as an amount, in minor units. Raises NoAmount."""
    number = number_in(text)
    minor = number.scaleb(exponent(currency)) if number is not None else None
    if minor is None or minor != minor.to_integral_value() or not 0 < minor <= money.MOST_MINOR:
        raise NoAmount(said=text.strip()[:20])
    return int(minor)


def receive(request: Request, order: Order) -> str:
    minor = minor_in(request.POST.get("amount", ""), order.currency)
    number = request.POST.get("number", "").strip()[:64]
    method, note = request.POST.get("method", "").strip()[:32], request.POST.get("note", "").strip()[:200]
    # A number somebody typed is the gateway's own where the way of paying is one: told by it too, it is one and the same.
    gateway = next((each.code for each in payments.plugins().values() if each.method == method), "hand") if number else ""
    came = Came(order.pk, minor, method, gateway, f"{method} {number}"[:64] if gateway == "hand" else number, note)
    money.receive([came], by=request.actor, at=request.at)
    return _("收到 %s，记好了") % written(minor, order.currency)


def refund(request: Request, order: Order) -> str:
    minor = minor_in(request.POST.get("amount", ""), order.currency)
    money.refund([Back(order.pk, minor)], reason=request.POST.get("reason", "").strip()[:200], by=request.actor, at=request.at)
    return _("退款 %s，记好了") % written(minor, order.currency)


def fail(request: Request, order: Order) -> str:
    code = request.POST.get("code", "other")
    money.fail([Try(order.pk, code if code in CAUSES else "other", method=order.payment_method)], by=request.actor, at=request.at)
    return _("记下了这次没付成")


def choose(request: Request, order: Order) -> str:
    method = request.POST.get("method", "")
    money.choose_method([order.pk], method, by=request.actor, at=request.at)
    return _("付款方式换成了%s") % _(method)


def extend(request: Request, order: Order) -> str:
    batch = dues.extend([order.pk], minutes_in(request.POST.get("hours", "")), reason=request.POST.get("reason", ""), by=request.actor, at=request.at)
    if batch.refused:
        code, facts = acting.first_refusal(batch)
        say.say(request, leaving.says(code, facts), tone="warn")
        return ""
    return _("付款期限延长了")


def minutes_in(hours: str) -> int:
    """So many hours as somebody typed them; one where it is no number."""
    said = hours.strip()
    return int(said) * 60 if said.isascii() and said.isdecimal() and 0 < int(said) <= 720 else 60


DOES: dict[str, Callable[[Request, Order], str]] = {"receive": receive, "refund": refund, "fail": fail, "choose": choose, "extend": extend}


@require_POST
def act(request: Request, order_id: int) -> HttpResponse:
    """Write one thing about the money of this order, and show the order again as it is then."""
    order = one.found(request, order_id).order
    does = DOES.get(request.POST.get("do", ""))
    if does is None:
        return HttpResponse(status=400)
    done = does(request, order)
    counts.forget()
    if done:
        say.say(request, done)
    return one.again(request, order_id)
