"""The page of orders that could go in one parcel, the batch of the list, and the order's own page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.orders.bench import LIN, SECRETS, Bench
from zhanggui.kernel.actor import SYSTEM, Reach
from zhanggui.orders.commands import joinables, merging, shops
from zhanggui.orders.models import Joinable, Order
from zhanggui.orders.reading import joinable
from zhanggui.web.frame import counts

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


@pytest.mark.capability("A-06", "M-03")
def test_how_many_could_go_together_stands_over_the_list_as_it_was_counted(bench: Bench, at_counter: Callable[..., Client]) -> None:
    boss, page = at_counter(), reverse("orders:list")
    pill = '可合并 <span class="k">%s</span>'
    made = [bench.put(f"T{nth}", sku=sku, person=LIN) for nth, sku in enumerate((bench.sku, bench.other, bench.sku))]
    bench.put("T9")
    assert 'class="k"' not in boss.get(page).content.decode().split("可合并")[1][:30], "not counted yet"
    assert joinables.count(at=bench.at) == 3
    counts.forget()
    said = boss.get(page).content.decode()
    assert pill % 3 in said
    assert "数的" in said
    assert "可合并 3" in boss.get(reverse("review:desk")).content.decode()
    assert "可合并" not in at_counter("finance").get(page).content.decode()
    # What is merged or gone since is no longer counted, who sees but one of two counts none, and counting again says what is new.
    merging.merge([order.pk for order in made[:2]], by=SYSTEM, at=bench.at)
    assert joinable.counted().many == 0
    assert joinables.count(at=bench.at) == 3
    Order.objects.filter(pk=made[2].pk).update(stage="shipped")
    assert joinable.counted().many == 2
    assert joinables.count(at=bench.at) == 0
    assert not Joinable.objects.exists()
    Order.objects.filter(pk=made[2].pk).update(stage="approved", shop=shops.open_one("else", "别的店", by=SYSTEM, at=bench.at))
    joinables.count(at=bench.at)
    assert joinable.counted().many == 3
    assert joinable.counted(reach=Reach(shops=frozenset({Order.objects.get(pk=made[2].pk).shop_id}))).many == 0
