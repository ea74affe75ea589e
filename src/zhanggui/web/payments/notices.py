"""What gateways told and nobody could place: whose it is, or that it is none of ours."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhanggui.orders import reaching
from zhanggui.orders.commands import notified
from zhanggui.orders.models import Order
from zhanggui.payments.models import Gateway, Notice
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.request import Request

WHY = {
    notified.UNKNOWN: gettext_lazy("没有这个单号的订单"),
    notified.AMOUNT: gettext_lazy("金额和还差的不一样"),
    notified.CURRENCY: gettext_lazy("币种和订单不一样"),
    notified.NUMBER: gettext_lazy("流水号已经记在别的单上"),
    notified.EARLY: gettext_lazy("要退的钱还没有收到过"),
    notified.REFUSED: gettext_lazy("记不进去"),
}
KINDS = {"paid": gettext_lazy("收款"), "refunded": gettext_lazy("退款"), "failed": gettext_lazy("没付成"), "other": gettext_lazy("别的事")}
SHOWN = 100


@require_GET
def index(request: Request) -> HttpResponse:
    """Those that wait for somebody first, then the latest that were taken."""
    request.actor.require("settlement")
    rows = Notice.objects.select_related("gateway")
    reach = request.actor.reach
    if not reach.everywhere:
        rows = rows.filter(Q(order_id=None) | Q(order_id__in=Order.objects.filter(reaching.of(reach)).values("pk")))
    aside = list(rows.filter(state=notified.ASIDE).order_by("-pk")[:SHOWN])
    facts = {
        "aside": [(row, WHY.get(row.why, row.why), KINDS.get(row.kind, row.kind)) for row in aside],
        "lately": [(row, KINDS.get(row.kind, row.kind)) for row in rows.exclude(state=notified.ASIDE).order_by("-pk")[:50]],
        "gateways": list(Gateway.objects.order_by("pk")),
    }
    return render(request, "payments/notices.html", facts)


@require_POST
def act(request: Request, notice_id: int) -> HttpResponse:
    """Write it to an order, or say that it is none of ours."""
    if request.POST.get("do") == "settle":
        notified.settle(notice_id, request.POST.get("number", ""), by=request.actor, at=request.at)
        say.say(request, _("记到这一单了"))
    else:
        notified.dismiss(notice_id, reason=request.POST.get("reason", ""), by=request.actor, at=request.at)
        say.say(request, _("不用管了，记下了"))
    counts.forget()
    return redirect("payments:notices")
