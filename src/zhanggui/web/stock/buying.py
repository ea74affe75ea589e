"""What is short and for whom: the list that goes to whoever buys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhanggui.orders.reading.wanted import wanted
from zhanggui.web.frame.request import Request
from zhanggui.web.goods import workbook


@require_GET
def index(request: Request) -> HttpResponse:
    """SKUs that orders wait for, how many are short, and which orders."""
    request.actor.require("stock.view", takes=("available",))
    rows = wanted(reach=request.actor.reach)
    return render(request, "stock/buying.html", {"rows": rows, "may_export": request.actor.granted("export.masked")})


@require_GET
def export(request: Request) -> HttpResponse:
    """The same as a workbook."""
    request.actor.require("stock.view", takes=("available",))
    request.actor.require("export.masked")
    columns = [
        (_("商品编码"), workbook.TEXT), (_("商品名称"), workbook.TEXT), (_("订单要"), workbook.COUNT), (_("可用"), workbook.COUNT),
        (_("缺"), workbook.COUNT), (_("等货的单"), workbook.COUNT), (_("订单号"), workbook.TEXT),
    ]  # fmt: skip
    cells = [
        [one.code, one.name, one.wanted, one.free, one.short, one.many, _("、").join(number for _pk, number in one.orders)]
        for one in wanted(reach=request.actor.reach)
    ]
    return workbook.workbook(_("补货清单"), columns, cells, _("补货清单"))
