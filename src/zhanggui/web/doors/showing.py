"""A public form as its page shows it, to a buyer and to whoever designs it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.customers.places.table import table
from zhanggui.orders import offering
from zhanggui.orders.models import OrderForm
from zhanggui.orders.offering import Offered
from zhanggui.web.doors import passes
from zhanggui.web.doors.forms import APART, MOST_WHOLE, PASS, PIECES, PLACES, TRAP, WHOLE, BuyerForm

Pays = OrderForm.Pays
LANGUAGES = {"zh": "zh-hans", "en": "en"}
PAYING: Mapping[str, str | Promise] = {
    Pays.FIRST: gettext_lazy("现在不付钱：提交以后，店家会联系您付款，收到钱就发货。"),
    Pays.COD: gettext_lazy("现在不付钱：货到时付给快递员。"),
    Pays.ACCOUNT: gettext_lazy("现在不付钱：记在您的账上，按约定结算。"),
}
NEXT: Mapping[str, str | Promise] = {
    Pays.FIRST: gettext_lazy("店家看到以后会联系您付款，收到钱就发货。"),
    Pays.COD: gettext_lazy("店家核对以后发货，货到时付款。"),
    Pays.ACCOUNT: gettext_lazy("店家核对以后发货，货款记在账上。"),
}


@dataclass(frozen=True)
class Row:
    """One kind of goods on the page, with what the buyer wrote beside it."""

    good: Offered
    field: str
    said: str
    wrong: str

    @property
    def gone(self) -> bool:
        return self.good.there is False


def language_of(form: OrderForm, asked: str) -> str:
    return LANGUAGES.get(asked, form.language)


def facts(
    form: OrderForm, goods: list[Offered], buyer: BuyerForm, *, at: datetime, given: passes.Pass | None = None, asks: bool = False
) -> dict[str, Any]:
    """What the template needs. ``given``: the pass that came with what was sent; its order is still the same one."""
    new = passes.fresh(form.pk, offering.mark(form, goods), at=at, asks=asks, before=given)
    return {
        "form": form,
        "buyer": buyer,
        "rows": [
            Row(one, f"{PIECES}{one.sku_id}", str(buyer.said.get(f"{PIECES}{one.sku_id}", ""))[:6], buyer.wrong_goods.get(one.sku_id, ""))
            for one in goods
        ],
        "pass": new,
        "pass_field": PASS,
        "trap": TRAP,
        "whole": WHOLE,
        "whole_said": str(buyer.said.get(WHOLE, ""))[:MOST_WHOLE],
        "apart": APART,
        "wrong": any(field.errors for field in buyer if field.name in PLACES),
        "paying": PAYING[form.pays],
        "privacy": form.privacy or privacy(form.house),
        "currency": form.shop.currency,
    }  # fmt: skip


@cache
def divisions() -> bytes:
    """``{"湖北省": {"武汉市": ["江岸区", …]}}``: today's whole names, read once."""
    inside = table().inside
    provinces = [place for place in inside if place.depth == 1]
    found = {one.name: {city.name: [each.name for each in inside[city]] for city in inside[one]} for one in provinces}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def privacy(house: str) -> str:
    """What a form says of the buyer's data, where its shop says nothing of its own."""
    return _(
        "%(house)s 用您填的姓名、电话和地址处理这一单：备货、寄送、联系您和售后；只交给承运的快递，不作别的用途，不卖给任何人。"
        "订单结束后按店里定的期限删除。要查看、更正或删除，请联系 %(house)s。"
    ) % {"house": house}
