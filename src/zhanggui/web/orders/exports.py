"""The list as an Excel file: masked as on the screen, every cell text or number, never a formula."""

import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from rustpy_xlsxwriter import FastExcel

from zhanggui.kernel import clock
from zhanggui.kernel.errors import NotAllowed
from zhanggui.kernel.money import exponent
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rights
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.templatetags.parts import stage_word
from zhanggui.web.orders import words
from zhanggui.web.orders.listing import question
from zhanggui.web.orders.shown import Shown, shown

AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def text(value: str) -> str:
    """A cell no spreadsheet runs, also after it was saved as CSV."""
    return f"'{value}" if value.startswith(FORMULA) else value


@require_GET
def export(request: Request) -> HttpResponse:
    """The orders of this question, or those named, as far as the actor may take along."""
    actor = request.actor
    actor.require("order.view", takes=("released",))
    most = rights.most_exported(actor)
    if not most:
        raise NotAllowed(needs="export.masked", who=actor.name)
    asked = question(request)
    rows = asked.rows(request)
    named = [int(one) for one in request.GET.get("ids", "").split(",") if one.isdecimal()]
    if named:
        rows = asked.rows(request, tab="all").filter(pk__in=named)
    ids = list(rows.order_by(asked.sort, "pk").values_list("pk", flat=True)[:most])
    file = io.BytesIO()
    records = list(_records(request, ids)) or [{_("订单号"): ""}]
    FastExcel(file).format(bold_headers=True, float_format="0.00").freeze(row=1).sheet(_("订单"), records).save()
    answer = HttpResponse(file.getvalue(), content_type=KIND)
    stamp = request.at.astimezone(clock.company_zone())
    answer["Content-Disposition"] = f'attachment; filename="orders-{stamp:%Y%m%d-%H%M}.xlsx"'
    return answer


def _records(request: Request, ids: list[int]) -> Iterator[dict[str, Any]]:
    actor = request.actor
    prices, persons = rights.sees_prices(actor), rights.sees_recipient(actor)
    for start in range(0, len(ids), AT_ONCE):
        for one in shown(ids[start : start + AT_ONCE], actor, at=request.at):
            yield record(one, prices=prices, persons=persons)


def record(one: Shown, *, prices: bool, persons: bool) -> dict[str, Any]:
    """One order as a row of the file."""
    order: Order = one.order
    to = order.recipient
    zone = clock.company_zone()
    facts: dict[str, Any] = {
        _("订单号"): order.number,
        _("店铺"): text(order.shop.name),
        _("平台单号"): text(order.platform_no),
        _("阶段"): stage_word(order.stage),
        _("拦截原因"): _("、").join(words.reason(held.code) for held in one.row.held),
        _("商品"): text(one.row.goods.name + (f" {one.kinds}" if one.kinds else "")),
        _("商品编码"): text(one.row.goods.code),
        _("件数"): order.pieces,
    }
    if persons:
        facts |= {_("收件人"): text(to.masked_name), _("电话"): text(to.masked_phone)}
    facts |= {_("省"): text(to.province), _("市"): text(to.city), _("区县"): text(to.district)}
    if prices:
        facts |= {
            _("应付"): order.total_minor / 10 ** exponent(order.currency),
            _("实付"): order.paid_minor / 10 ** exponent(order.currency),
            _("币种"): order.currency,
            _("付款状态"): one.payment_says,
        }
    moments = {
        _("下单时间"): order.placed_at,
        _("付款时间"): order.paid_at,
        _("发货时限"): order.ship_by,
        _("发货时间"): order.shipped_at,
    }
    facts |= {name: f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else "" for name, moment in moments.items()}
    facts |= {
        _("快递"): text(one.carrier),
        _("运单号"): text(one.waybill),
        _("旗标"): one.flag_word,
        _("买家留言"): text(order.buyer_note),
        _("卖家备注"): text(order.seller_note),
        _("内部备注"): text(order.internal_note),
    }
    return facts
