"""Goods that an import makes for its orders: made with the batch that needs them or not at all, and kept when it is taken back."""

from datetime import datetime
from typing import Any

import pytest

from tests.channels.test_taking_files import HEADER, row
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.channels import taking, uploads
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.models import Import
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.models import Line, Order

pytestmark = pytest.mark.django_db


def submitted(shop_id: int, by: Actor, at: datetime, *rows: str, **options: Any) -> int:
    content = "\n".join([HEADER, *rows]).encode()
    return uploads.submit(content, "a.csv", shop_id=shop_id, options={"create_goods": True, **options}, by=by, at=at)


def test_a_batch_that_fails_leaves_no_goods(shop_id: int, owner: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(shop_id, owner, at, row("T1", "NEW-1"))

    def fall(*_said: Any, **_more: Any) -> None:
        raise RuntimeError("the account could not be written")

    with monkeypatch.context() as broken:
        broken.setattr(imports, "account", fall)
        jobs.run_until_idle()
    assert (Sku.objects.count(), Order.objects.count()) == (0, 0)
    jobs.run_until_idle(at=lambda: at.replace(year=at.year + 1))
    assert list(Line.objects.values_list("sku__code", flat=True)) == ["NEW-1"]


def test_goods_are_made_once_for_all_batches(shop_id: int, owner: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 2)
    submitted(shop_id, owner, at, *(row(f"T{nth}", f"N-{nth % 3}", nth=nth) for nth in range(9)))
    jobs.run_until_idle()
    assert (Sku.objects.count(), Line.objects.filter(sku=None).count(), Order.objects.count()) == (3, 0, 9)


def test_goods_somebody_makes_meanwhile_keep_their_name(
    shop_id: int, owner: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = OrdersIn._missing

    def late(self: OrdersIn, orders: Any) -> Any:
        wanted = real(self, orders)
        goods.define([Definition("NEW-1", "明前龙井")], by=SYSTEM, at=at)
        return wanted

    monkeypatch.setattr(OrdersIn, "_missing", late)
    submitted(shop_id, owner, at, row("T1", "NEW-1"))
    jobs.run_until_idle()
    assert list(Line.objects.values_list("sku__name", flat=True)) == ["明前龙井"]


def test_whoever_may_not_make_goods_makes_none(shop_id: int, at: datetime, person: Any) -> None:
    import_id = submitted(shop_id, SYSTEM, at, row("T1", "NEW-1"))
    sales = person("sales")
    Import.objects.filter(pk=import_id).update(by_id=sales.pk, by_name=sales.name)
    jobs.run_until_idle()
    assert (Sku.objects.count(), Order.objects.count()) == (0, 0)
    assert Import.objects.get().state == "refused"


@pytest.mark.capability("I-08")
def test_goods_stay_when_their_import_is_taken_back(shop_id: int, owner: Actor, at: datetime) -> None:
    import_id = submitted(shop_id, owner, at, row("T1", "NEW-1"))
    jobs.run_until_idle()
    undoing.ask_for(import_id, reason="导错了", by=SYSTEM, at=at)
    jobs.run_until_idle()
    assert (Order.objects.get().stage, Sku.objects.get().code) == ("cancelled", "NEW-1")
