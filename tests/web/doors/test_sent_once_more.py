"""A buyer who sends once more what became an order is told so, whatever became of the form meanwhile."""

from typing import Any

import pytest

from tests.web.doors.test_order_form import Buyer, _nobody_tried_before, buyer, form, page, skus
from zhanggui.catalog.models import Sku
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import offering
from zhanggui.orders.commands import sources, web_forms
from zhanggui.orders.models import Order, OrderForm
from zhanggui.stock.models import Level
from zhanggui.web.doors import passes

__all__ = ["_nobody_tried_before", "buyer", "form", "page", "skus"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("I-10")]


def _renamed(form: OrderForm, skus: dict[str, int]) -> None:
    Sku.objects.filter(pk=skus["CB-6"]).update(name="新茶杯")


def _dearer(form: OrderForm, skus: dict[str, int]) -> None:
    form.goods.filter(sku_id=skus["CB-6"]).update(price_minor=9900)


def _taken_off(form: OrderForm, skus: dict[str, int]) -> None:
    form.goods.filter(sku_id=skus["CB-6"]).delete()


def _sold_out(form: OrderForm, skus: dict[str, int]) -> None:
    Level.objects.filter(sku_id=skus["CB-6"]).update(claimed=10)


def _closed(form: OrderForm, skus: dict[str, int]) -> None:
    web_forms.set_open(form.pk, False, by=SYSTEM, at=clock.now())
    sources.change("web", name="网页表单", tone="good", enabled=False, by=SYSTEM, at=clock.now())


@pytest.mark.parametrize("meanwhile", [_renamed, _dearer, _taken_off, _sold_out, _closed])
def test_who_sends_once_more_what_became_an_order_is_told_its_number_whatever_became_of_the_form(
    meanwhile: Any, buyer: Buyer, page: str, skus: dict[str, int], form: OrderForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {f"pieces_{skus['CB-6']}": "8", "note": "送人"}
    buyer.send(page, **one)
    meanwhile(form, skus)
    buyer.send(page, **one)
    order = Order.objects.get()
    assert (buyer.last.status_code, order.number in buyer.get(buyer.last["Location"])) == (302, True)
    told = buyer.send(page, **{**one, "note": "不送了"})
    assert (buyer.last.status_code, order.number in told, "内容不一样" in told) == (409, True, True)
    buyer.later(monkeypatch, passes.LIFE_S + 5)
    buyer.send(page, **one)
    assert buyer.last.status_code == 302
    told = buyer.send(page, **{**one, "phone": "123"})
    assert (buyer.last.status_code, order.number in told) == (409, True)
    assert offering.counted([form.pk], at=clock.now())[form.pk].placed == 1
    assert Order.objects.count() == 1
