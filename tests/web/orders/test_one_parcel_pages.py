"""The page of orders that could go in one parcel, the batch of the list, and the order's own page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.orders.bench import LIN, SECRETS, Bench
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db


def bundled() -> int:
    return Order.objects.exclude(bundle=None).count()


@pytest.mark.capability("A-06")
def test_orders_to_one_door_are_offered_merged_with_one_click_and_taken_apart(
    bench: Bench, at_counter: Callable[..., Client]
) -> None:
    boss = at_counter()
    page = reverse("orders:joining")
    assert "没有可以合的单" in boss.get(page).content.decode()
    first = bench.put("T1", person=LIN, buyer_note="两单一起发")
    second = bench.put("T2", sku=bench.other, code="GDB-350", person=LIN)
    bench.put("T3")
    other = LIN._replace(phone="13900000077", name="何女士")
    bench.put("T4", person=other)
    bench.put("T5", sku=bench.other, code="GDB-350", person=other)
    said = boss.get(page).content.decode()
    assert "2 个地址，4 单" in said
    assert first.number in said
    assert second.number in said
    assert "两单一起发" in said
    assert not any(secret in said for secret in SECRETS)
    answer = boss.post(reverse("orders:join"), {"ids": f"{first.pk},{second.pk}"}, follow=True).content.decode()
    assert "2 单合好了" in answer
    assert "1 个地址，2 单" in answer
    assert "已经合好，还没进波次" in answer
    assert bundled() == 2
    boss.post(reverse("orders:join"), {"all": "1"})
    assert bundled() == 4
    # The list says so, its undo and the order's page take it back.
    assert "和别的单合成一个包裹，等排波次" in boss.get(reverse("orders:list")).content.decode()
    one = reverse("orders:detail", args=[first.pk])
    assert "和 1 单合成一个包裹" in boss.get(one).content.decode()
    mend = reverse("orders:mend", args=[first.pk])
    assert "拆出来了" in boss.post(mend, {"do": "unmerge"}, follow=True).content.decode()
    assert bundled() == 2
    assert "还有 1 单去同一个地址" in boss.get(one).content.decode()
    boss.post(mend, {"do": "merge"})
    assert bundled() == 4
    boss.post(reverse("orders:batch"), {"verb": "unmerge", "ids": [str(first.pk)]})
    assert bundled() == 2
    token = next(iter(reversed(boss.session["orders.undo"])))
    boss.post(reverse("orders:undo", args=[token]))
    assert bundled() == 4
    assert boss.post(reverse("orders:join"), {"verb": "drop"}).status_code == 400
