"""Statements of gateways beside the book: brought in, matched, and what is left on either side."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhanggui.orders.commands import statements
from zhanggui.orders.reading import reconciling
from zhanggui.payments.models import Statement
from zhanggui.payments.port import Unreadable
from zhanggui.payments.queries import plugins
from zhanggui.payments.refusals import StatementStrange
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request

MOST_BYTES = 50 * 1024 * 1024
WHY = {
    reconciling.UNKNOWN: gettext_lazy("没有这个单号的订单"),
    reconciling.AMOUNT: gettext_lazy("比订单还差的多"),
    reconciling.CURRENCY: gettext_lazy("币种和订单不一样"),
    reconciling.OTHERWISE: gettext_lazy("账上有这个流水号，金额不一样"),
    reconciling.TOO_MUCH: gettext_lazy("比收到过的多"),
}
KINDS = {"paid": gettext_lazy("收款"), "refunded": gettext_lazy("退款"), "receipt": gettext_lazy("收款"), "refund": gettext_lazy("退款")}


@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """Bring one in, or look at one that is here."""
    request.actor.require("settlement")
    wrong = None
    if request.method == "POST":
        file, plugin = request.FILES.get("file"), plugins().get(request.POST.get("plugin", ""))
        if file is not None and plugin is not None:
            data = file.read(MOST_BYTES + 1)
            try:
                if len(data) > MOST_BYTES:
                    raise Unreadable("size")
                found = plugin.statement(data)
            except Unreadable:
                wrong = StatementStrange(name=str(file.name)[:80])
            else:
                made = statements.take(plugin.code, str(file.name), data, found, by=request.actor, at=request.at)
                return redirect("payments:statement", made)
    facts = {"rows": list(Statement.objects.order_by("-pk")[:50]), "plugins": list(plugins().values()), "wrong": wrong}
    return render(request, "payments/statements.html", facts, status=422 if wrong else 200)


@require_GET
def one(request: Request, statement_id: int) -> HttpResponse:
    """One statement beside the book."""
    request.actor.require("settlement")
    row = get_object_or_404(Statement, pk=statement_id)
    found = reconciling.beside(row, reach=request.actor.reach)
    facts = {
        "row": row,
        "found": found,
        "left": [(each, WHY.get(each.why, each.why), KINDS[each.line.kind]) for each in found.left],
        "missing": [(line, number, order_id, KINDS[line.kind]) for line, number, order_id in found.missing],
        "ready": sum(not each.why for each in found.left),
    }
    return render(request, "payments/statement.html", facts)


@require_POST
def write_down(request: Request, statement_id: int) -> HttpResponse:
    """The chosen lines are written to their orders."""
    batch = statements.write_down(ids_in(request.POST.getlist("ids")), by=request.actor, at=request.at)
    counts.forget()
    n, left = len(batch.done), len(batch.refused)
    stayed = ngettext("%(n)s 行没有", "%(n)s 行没有", left) % {"n": left} if left else ""
    say.say(request, ngettext("%(n)s 行记到订单上了", "%(n)s 行记到订单上了", n) % {"n": n}, note=stayed, tone="" if n else "warn")
    return redirect("payments:statement", statement_id)
