"""Two orders side by side: the same wish twice, or two."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhanggui.kernel.money import written
from zhanggui.orders.commands import duplicates
from zhanggui.orders.reading import doubles, rights
from zhanggui.orders.reading.detail import Whole
from zhanggui.orders.reading.doubles import Pair
from zhanggui.orders.states import FULFILLING, UNSHIPPED
from zhanggui.web.frame import words as frame
from zhanggui.web.frame.request import Request
from zhanggui.web.frame.say import say
from zhanggui.web.orders import words

WHY_NOT = {
    "receiver": gettext_lazy("收件人或地址不一样"), "currency": gettext_lazy("币种不一样"), "stage": gettext_lazy("有一单已经往前走了"),
    "warehouse": gettext_lazy("不从同一个仓发"), "holds": gettext_lazy("有拦截还没处理"),
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One line: what it is of either order."""

    label: str
    mine: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.mine != self.theirs


@require_GET
def compare(request: Request, order_id: int, other_id: int) -> HttpResponse:
    """Everything of both that may tell one wish from two, what differs marked; and what to do about it."""
    request.actor.require("order.review")
    pair = doubles.pair(order_id, other_id, reach=request.actor.reach)
    prices, persons = rights.sees_prices(request.actor), rights.sees_recipient(request.actor)
    return render(request, "review/compare.html", {
        "pair": pair,
        "facts": facts_of(request, pair, prices=prices, persons=persons),
        "goods": goods_of(pair, prices=prices),
        "sides": [(each.order, _may_go(request, each)) for each in (pair.mine, pair.theirs)],
        "why_not": [WHY_NOT[code] for code in pair.why_not],
        "may_merge": request.actor.can("order.merge"),
        "back": f"{reverse('review:desk')}?order={order_id}",
    })  # fmt: skip


def _may_go(request: Request, whole: Whole) -> bool:
    return whole.order.stage in UNSHIPPED and whole.order.stage != FULFILLING and request.actor.can("order.cancel")


def facts_of(request: Request, pair: Pair, *, prices: bool, persons: bool) -> list[Fact]:
    sides = [_said(request, each, prices=prices, persons=persons) for each in (pair.mine, pair.theirs)]
    return [Fact(label, mine, sides[1][label]) for label, mine in sides[0].items()]


def _said(request: Request, whole: Whole, *, prices: bool, persons: bool) -> dict[str, str]:
    order, to = whole.order, whole.order.recipient
    said = {
        _("店铺"): order.shop.name,
        _("平台单号"): order.platform_no,
        _("下单"): frame.when(order.placed_at, request.at),
        _("付款"): _(" · ").join(part for part in (words.payment_says(order), order.payment_method) if part),
    }
    if prices:
        said |= {_("应付"): written(order.total_minor, order.currency), _("实付"): written(order.paid_minor, order.currency)}
    if persons:
        place = f"{words.region(to.province, to.city, to.district)} {to.masked_street}".strip()
        said |= {_("收件人"): f"{to.masked_name} {to.masked_phone}", _("地址"): place, _("账号"): to.masked_account or "–"}
    said |= {
        _("买家留言"): order.buyer_note or "–", _("备注"): _("；").join(filter(None, (order.seller_note, order.internal_note))) or "–",
        _("拦截"): _("、").join(words.called(held) for held in whole.held) or "–",
    }  # fmt: skip
    return said


def goods_of(pair: Pair, *, prices: bool) -> list[tuple[str, str, str, bool]]:
    """(what, how many in this one, in that one, whether both are the same) of all goods, those both have first."""
    found: dict[str, list[str]] = {}
    for nth, whole in enumerate((pair.mine, pair.theirs)):
        for one in whole.lines:
            line = one.line
            name = f"{line.sku_code or '–'} {line.name} {line.spec}".strip()
            money = f" · {written(line.total_minor, whole.order.currency)}" if prices else ""
            found.setdefault(name, ["–", "–"])[nth] = f"×{line.quantity}{money}"
    rows = [(name, mine, theirs, mine == theirs) for name, (mine, theirs) in found.items()]
    return sorted(rows, key=lambda row: "–" in row[1:3])


@require_POST
def keep(request: Request, order_id: int, other_id: int) -> HttpResponse:
    """They are two wishes: both are sent, and nobody is asked of this pair again."""
    request.actor.require("order.review")
    duplicates.keep(order_id, [other_id], by=request.actor, at=request.at)
    say(request, _("记下了：是两单，各发各的，以后不再问"))
    return HttpResponseRedirect(f"{reverse('review:desk')}?reason=duplicate-suspected")
