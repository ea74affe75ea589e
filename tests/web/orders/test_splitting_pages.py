"""The page that takes an order apart, and the way back on the order's own page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.orders.bench import PRICE, Bench
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Line, Order

pytestmark = pytest.mark.django_db


@pytest.mark.capability("A-10")
def test_an_order_is_split_on_its_page_by_hand_and_as_stock_divides_it_and_put_back(bench: Bench, at_counter: Callable[..., Client]) -> None:
    boss = at_counter()
    lines = [
        NewLine(bench.sku, "GW-150-QY", "青釉盖碗", "150ml", 12, PRICE, 0, PRICE * 12),
        NewLine(bench.other, "GDB-350", "玻璃公道杯", "", 2, PRICE, 0, PRICE * 2),
    ]
    order = bench.place("T1", lines)
    page = reverse("orders:split", args=[order.pk])
    assert page in boss.get(reverse("orders:detail", args=[order.pk])).content.decode()
    line = Line.objects.get(order=order, sku=bench.sku)
    said = boss.get(page, {"way": "stock"}).content.decode()
    assert f'name="take-{line.pk}-1" value="2"' in said
    assert "这样分不出来" in boss.get(page, {"way": "warehouse"}).content.decode()
    assert boss.get(page, {"way": "value", "most": "500"}).content.decode().count('name="home-') == 0
    answer = boss.post(page, {"seen": "1", f"take-{line.pk}-1": "99"})
    assert answer.status_code == 422
    answer = boss.post(page, {"seen": str(Order.objects.get(pk=order.pk).version), f"take-{line.pk}-1": "2"}, follow=True).content.decode()
    part = Order.objects.get(split_from=order.pk)
    assert f"拆出 {part.number}" in answer
    assert "同一个平台单拆成的" in answer
    # What is there was approved by itself, and what is missing waits.
    assert (Order.objects.get(pk=order.pk).stage, part.stage, part.pieces) == ("approved", "pending_review", 2)
    mend = reverse("orders:mend", args=[part.pk])
    assert "并回了原单" in boss.post(mend, {"do": "rejoin"}, follow=True).content.decode()
    whole = Order.objects.get(pk=order.pk)
    assert (whole.stage, whole.pieces, whole.total_minor) == ("pending_review", 14, PRICE * 14)
    token = next(iter(reversed(boss.session["orders.undo"])))
    boss.post(reverse("orders:undo", args=[token]))
    assert at_counter("finance").get(page).status_code == 403
