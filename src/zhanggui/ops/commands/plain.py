"""Orders with their recipients in plain, as a file: rare, bounded, agreed to by a second person, marked with who took it."""

import io
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rustpy_xlsxwriter import FastExcel

from zhanggui.customers.commands import limits
from zhanggui.customers.models import Recipient
from zhanggui.customers.queries import persons
from zhanggui.journal import figures
from zhanggui.journal.book import command, tell
from zhanggui.journal.marks import Second
from zhanggui.journal.phrases import first_of
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.ops.commands.privacy import safe
from zhanggui.ops.events import OrdersTakenInPlain
from zhanggui.ops.privacy.refusals import TooManyInPlain
from zhanggui.orders.models import Order


def _says(order_ids: Sequence[int], **_more: object) -> dict[str, object]:
    """How many, and which: their numbers and shops."""
    rows = Order.objects.filter(pk__in=order_ids).order_by("pk").values_list("number", "shop__name")
    return {"many": len(order_ids), "lines": first_of([f"{number} · {shop}" for number, shop in rows])}


@command(
    needs="export.plain", over="order", marks="SRA",
    second=Second(gettext_lazy("导出 {many} 单的收件人明文"), facts=_says, answers=True),
)  # fmt: skip
def orders(order_ids: list[int], *, by: Actor, at: datetime) -> bytes:
    """A workbook of these orders with names, phones and doors. Every row says who took it and when; the owners are told.

    Raises TooManyInPlain beyond what the merchant lets out at once.
    """
    most = figures.of(limits.PLAIN)
    if len(order_ids) > most:
        raise TooManyInPlain(most=most, many=len(order_ids))
    rows = list(Order.objects.select_related("shop").filter(pk__in=order_ids).order_by("pk"))
    plain = persons(Recipient.objects.filter(pk__in=[row.recipient_id for row in rows], erased_at=None))
    mark = f"{by.name} {at.astimezone(clock.company_zone()):%Y-%m-%d %H:%M:%S}"
    records = []
    for row in rows:
        who = plain.get(row.recipient_id)
        parts = (who.province, who.city, who.district, who.street) if who else ()
        records.append({
            _("谁、何时导出"): safe(mark), _("订单号"): row.number, _("店铺"): safe(row.shop.name), _("平台单号"): safe(row.platform_no),
            _("收件人"): safe(who.name if who else ""), _("电话"): safe(who.phone if who else ""),
            _("地址"): safe(" ".join(filter(None, parts))),
        })  # fmt: skip
    if rows:
        tell([OrdersTakenInPlain(rows[0].pk, len(rows), by.why)], by=by, at=at)
    file = io.BytesIO()
    FastExcel(file).format(bold_headers=True).freeze(row=1).sheet(_("订单"), records or [{_("订单号"): ""}]).save()
    return file.getvalue()
