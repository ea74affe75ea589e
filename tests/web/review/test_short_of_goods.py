"""An order that goods are missing for, on the desk: every way out is one choice, and what must be bought is a list."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.orders.bench import LIN, PRICE, Bench
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Order
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt

pytestmark = pytest.mark.django_db


@pytest.mark.capability("A-09", "A-10")
def test_what_is_short_is_split_off_sent_from_elsewhere_or_bought(bench: Bench, at_counter: Callable[..., Client]) -> None:
    boss = at_counter()

    def short(no: str) -> Order:
        return bench.place(no, [
            NewLine(bench.sku, "GW-150-QY", "青釉盖碗", "150ml", 14, PRICE, 0, PRICE * 14),
            NewLine(bench.other, "GDB-350", "玻璃公道杯", "", 2, PRICE, 0, PRICE * 2),
        ])  # fmt: skip

    first, second = short("T1"), short("T2")
    desk = boss.get(reverse("review:desk"), {"order": first.pk}).content.decode()
    assert "有货的先发，缺的拆成另一单等" in desk
    assert "改从" not in desk
    listed = boss.get(reverse("stock:buying")).content.decode()
    assert "GW-150-QY" in listed
    assert first.number in listed
    # 28 are wanted, 10 are there.
    assert '<td class="num late">18' in listed
    assert boss.get(reverse("stock:buying_export")).status_code == 200
    decide = reverse("review:decide")
    boss.post(decide, {"order": first.pk, "reason": "out-of-stock", "verb": "approve", "fix-out-of-stock": "part"})
    part = Order.objects.get(split_from=first.pk)
    assert (Order.objects.get(pk=first.pk).stage, part.stage, part.pieces) == ("approved", "pending_review", 4)
    north = warehouses.open_one("BJ", "北京仓", by=SYSTEM, at=bench.at)
    receipts.receive([Receipt(north, "B-1", bench.sku, 20), Receipt(north, "B-1", bench.other, 20)], by=SYSTEM, at=bench.at)
    jobs.run_until_idle()
    desk = boss.get(reverse("review:desk"), {"order": second.pk}).content.decode()
    assert "改从北京仓发" in desk
    boss.post(decide, {"order": second.pk, "reason": "out-of-stock", "verb": "approve", "fix-out-of-stock": f"house:{north}"})
    sent = Order.objects.get(pk=second.pk)
    assert (sent.stage, sent.warehouse_id) == ("approved", north)
    assert at_counter("finance").post(decide, {"order": part.pk, "fix-out-of-stock": "part"}).status_code == 403
    assert_clean()


@pytest.mark.capability("A-06")
def test_what_looks_like_a_repeat_may_be_sent_together(bench: Bench, at_counter: Callable[..., Client]) -> None:
    boss = at_counter()
    first, second = bench.put("T1", person=LIN), bench.put("T2", person=LIN)
    desk = boss.get(reverse("review:desk"), {"order": second.pk}).content.decode()
    assert "不是重复，合成一个包裹发" in desk
    boss.post(reverse("review:decide"), {"order": second.pk, "reason": "duplicate-suspected", "verb": "approve", "fix-duplicate-suspected": "merge"})
    orders = Order.objects.filter(pk__in=[first.pk, second.pk])
    assert set(orders.values_list("stage", flat=True)) == {"approved"}
    assert len(set(orders.values_list("bundle_id", flat=True)) - {None}) == 1
    assert_clean()
