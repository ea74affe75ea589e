"""The list as a file: the columns and orders that are shown, masked as on the screen, every cell text or number, never a formula."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from rustpy_xlsxwriter import FastExcel

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.kernel.money import exponent
from zhanggui.orders import handing_out
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.offered import Offered
from zhanggui.web.frame import lists
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.templatetags.parts import stage_word
from zhanggui.web.orders import columns, words
from zhanggui.web.orders.questions import question
from zhanggui.web.orders.shown import Shown, shown

AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
EXCEL, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv; charset=utf-8"


def text(value: str) -> str:
    """A cell no spreadsheet runs, also after it was saved as CSV."""
    return f"'{value}" if value.startswith(FORMULA) else value


def offered(actor: Actor) -> Sequence[tuple[str, str]]:
    """What may be taken along of the list, and where it is asked for."""
    if not rights.most_exported(actor):
        return ()
    return (
        (_("导出看到的列（Excel）"), address("orders:export")),
        (_("导出看到的列（CSV）"), address("orders:export", form="csv")),
        (_("导出所有列（Excel）"), address("orders:export", columns="all")),
    )


@require_GET
def export(request: Request) -> HttpResponse:
    """The orders of this question, or those named, as far as the actor may take along; the columns of this screen, or all."""
    actor = request.actor
    actor.require("order.view", takes=("released",))
    most = rights.most_exported(actor)
    if not most:
        raise NotAllowed(needs="export.masked", who=actor.name)
    asked = question(request)
    rows = asked.rows(request)
    named = ids_in(request.GET.get("ids", "").split(","))
    if named:
        rows = asked.rows(request, tab="all").filter(pk__in=named)
    ids = list(rows.order_by(asked.sort, "pk").values_list("pk", flat=True)[:most])
    seen = columns.seen_by(actor)
    every = request.GET.get("columns") == "all"
    keys = [column.key for column in seen] if every else lists.chosen(request, "orders", seen)
    records = _records(request, ids, keys, asked.form.offered)
    end = "csv" if request.GET.get("form") == "csv" else "xlsx"
    name = f"orders-{request.at.astimezone(clock.company_zone()):%Y%m%d-%H%M}.{end}"
    answer = HttpResponse(_as_csv(records), content_type=CSV) if end == "csv" else HttpResponse(_as_excel(records), content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    handing_out.taken(len(ids), name, by=actor, at=request.at)
    return answer


def _as_excel(records: Iterator[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    rows = list(records) or [{_("订单号"): ""}]
    FastExcel(file).format(bold_headers=True, float_format="0.00").freeze(row=1).sheet(_("订单"), rows).save()
    return file.getvalue()


def _as_csv(records: Iterator[dict[str, Any]]) -> bytes:
    """With the mark by which Excel knows the encoding; amounts with both places, as the workbook shows them."""
    file = io.StringIO(newline="")
    file.write("\ufeff")
    writer = csv.writer(file)
    for nth, facts in enumerate(records):
        if nth == 0:
            writer.writerow(facts)
        writer.writerow([f"{value:.2f}" if isinstance(value, float) else value for value in facts.values()])
    return file.getvalue().encode()


def _records(request: Request, ids: list[int], keys: Sequence[str], there: Offered) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), AT_ONCE):
        for one in shown(ids[start : start + AT_ONCE], request.actor, at=request.at):
            yield record(one, keys, there)


def record(one: Shown, keys: Sequence[str], there: Offered) -> dict[str, Any]:
    """One order as a row of the file: what its columns say, in their order."""
    facts: dict[str, Any] = {}
    for key in keys:
        facts |= NAMED[key](one, there) if key in NAMED else CELLS[key](one)
    return facts


def _no(one: Shown) -> dict[str, Any]:
    order = one.order
    return {_("订单号"): order.number, _("店铺"): text(order.shop.name), _("平台单号"): text(order.platform_no)}


def _goods(one: Shown) -> dict[str, Any]:
    goods = one.row.goods
    name = text(goods.name + (f" {one.kinds}" if one.kinds else ""))
    return {_("商品"): name, _("商品编码"): text(goods.code), _("件数"): one.order.pieces}


def _who(one: Shown) -> dict[str, Any]:
    to = one.order.recipient
    where = {_("省"): text(to.province), _("市"): text(to.city), _("区县"): text(to.district)}
    return {_("收件人"): text(to.masked_name), _("电话"): text(to.masked_phone), **where}


def _paid(one: Shown) -> dict[str, Any]:
    order = one.order
    unit = 10 ** exponent(order.currency)
    sums = {_("应付"): order.total_minor / unit, _("实付"): order.paid_minor / unit}
    return {**sums, _("币种"): order.currency, _("付款状态"): one.payment_says}


def _where(one: Shown) -> dict[str, Any]:
    held = _("、").join(words.called(held) for held in one.row.held)
    return {_("阶段"): stage_word(one.order.stage), _("拦截原因"): held, _("发货时间"): _moment(one.order.shipped_at)}


def _note(one: Shown) -> dict[str, Any]:
    order = one.order
    notes = {_("买家留言"): order.buyer_note, _("卖家备注"): order.seller_note, _("内部备注"): order.internal_note}
    return {_("旗标"): one.flag_word, **{name: text(note) for name, note in notes.items()}}


def _warehouse(one: Shown, there: Offered) -> dict[str, Any]:
    name = next((home.name for home in there.warehouses if home.pk == one.order.warehouse_id), "")
    return {_("仓库"): text(name)}


def _source(one: Shown, there: Offered) -> dict[str, Any]:
    return {_("来源"): text(there.sources.get(one.order.source, one.order.source))}


def _moment(moment: Any) -> str:
    return f"{moment.astimezone(clock.company_zone()):%Y-%m-%d %H:%M:%S}" if moment else ""


CELLS: dict[str, Callable[[Shown], dict[str, Any]]] = {
    "no": _no,
    "goods": _goods,
    "who": _who,
    "paid": _paid,
    "due": lambda one: {_("下单时间"): _moment(one.order.placed_at), _("发货时限"): _moment(one.order.ship_by)},
    "where": _where,
    "carrier": lambda one: {_("快递"): text(one.carrier), _("运单号"): text(one.waybill)},
    "note": _note,
    "buyer": lambda one: {_("买家"): text(one.order.recipient.masked_account)},
    "times": lambda one: {_("下单时间"): _moment(one.order.placed_at), _("付款时间"): _moment(one.order.paid_at)},
    "category": lambda one: {_("分类"): text(one.order.category.name) if one.order.category else ""},
    "tags": lambda one: {_("标签"): text(one.every_tag)},
    "method": lambda one: {_("付款方式"): text(one.order.payment_method)},
}
# What these say is named elsewhere.
NAMED: dict[str, Callable[[Shown, Offered], dict[str, Any]]] = {"warehouse": _warehouse, "source": _source}
