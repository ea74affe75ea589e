"""A till tells what it sold: each receipt once, paid, its goods gone from the shelf at once; nothing is sold that is not there."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, lent
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku
from zhanggui.customers.sealing import Person
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import receipts as till
from zhanggui.orders.commands import sources
from zhanggui.orders.commands.receipts import Receipt, SoldLine
from zhanggui.orders.models import Order, Shop
from zhanggui.orders.refusals import ShopClosed, SourceClosed
from zhanggui.stock.commands import claims, receipts
from zhanggui.stock.commands.claims import Demand
from zhanggui.stock.models import Claim, Ledger, Level, Shelf, Warehouse

pytestmark = pytest.mark.django_db
LIN = Person("林晓", "13800137621", "", "珞喻路 12 号", "", "CN", "湖北省", "武汉市", "洪山区")


@pytest.fixture
def sku(shop_id: int, at: datetime) -> int:
    ids = goods.define([Definition("GW-150", "青釉盖碗", "150ml", "6901234567892")], by=SYSTEM, at=at).ids
    house = Warehouse.objects.get().pk
    receipts.receive(
        [receipts.Receipt(house, "A-01", ids["GW-150"], 6), receipts.Receipt(house, "A-02", ids["GW-150"], 4)], by=SYSTEM, at=at
    )
    jobs.run_until_idle()
    return ids["GW-150"]


def sold(no: str, pieces: int, at: datetime, **facts: Any) -> Receipt:
    base = Receipt("T1", no, at, (SoldLine("6901234567892", pieces, 6800),), 6800 * pieces, payment_method="现金")
    return base._replace(**facts)


def take(receipts_: list[Receipt], shop_id: int, at: datetime) -> list[tuple[str, str]]:
    return [(each.outcome, each.code) for each in till.take(receipts_, shop_id=shop_id, by=SYSTEM, at=at)]


def broken() -> list[str]:
    return [f"{each.code} {each.says}" for each in verify() if each.rows]


@pytest.mark.capability("I-04")
def test_what_is_taken_at_once_is_paid_completed_and_gone_from_the_shelf(shop_id: int, sku: int, at: datetime) -> None:
    assert take([sold("1", 7, at), sold("2", 1, at)], shop_id, at) == [("created", ""), ("created", "")]
    jobs.run_until_idle()
    order = Order.objects.get(platform_no="T1/1")
    assert (order.stage, order.payment, order.paid_minor, order.source) == ("completed", "paid", 47600, "pos")
    assert order.shipped_at == order.completed_at == at
    assert order.lines.get().shipped == 7
    level = Level.objects.get(sku_id=sku)
    assert (level.on_hand, level.claimed) == (2, 0)
    # From the first shelf of the walk, and what it lacks from the next.
    assert list(Shelf.objects.order_by("bin__code").filter(bin__kind="shelf").values_list("pieces", flat=True)) == [0, 2]
    assert Ledger.objects.filter(document_kind="order", document_id=order.pk).count() == 2
    assert set(Claim.objects.values_list("state", flat=True)) == {"issued"}
    assert broken() == []


@pytest.mark.capability("I-04")
def test_the_same_receipt_is_one_order_and_another_under_its_number_is_refused(shop_id: int, sku: int, at: datetime) -> None:
    assert take([sold("1", 1, at), sold("1", 1, at)], shop_id, at) == [("created", ""), ("duplicate", "")]
    told = till.take([sold("1", 1, at), sold("1", 2, at), sold("1", 1, at, till="T2")], shop_id=shop_id, by=SYSTEM, at=at)
    assert [(each.outcome, each.code) for each in told] == [("duplicate", ""), ("refused", "receipt-changed"), ("created", "")]
    assert told[0].order_id == Order.objects.get(platform_no="T1/1").pk
    assert Order.objects.count() == 2
    assert Level.objects.get(sku_id=sku).on_hand == 8


@pytest.mark.capability("I-04")
def test_a_receipt_sent_again_is_the_same_whatever_became_of_its_goods_since(shop_id: int, sku: int, at: datetime) -> None:
    asked = [sold("1", 1, at), sold("2", 1, at, deliver=True, person=LIN)]
    assert take(asked, shop_id, at) == [("created", "")] * 2
    goods.define([Definition("GW-150", "青釉盖碗（新）", "160ml", "6901234567892")], by=SYSTEM, at=at)
    assert take(asked, shop_id, at) == [("duplicate", "")] * 2
    Sku.objects.filter(pk=sku).update(retired_at=at, barcode="")
    assert take([*asked, sold("3", 1, at)], shop_id, at) == [*[("duplicate", "")] * 2, ("refused", "no-such-sku")]
    sources.change("pos", name="门店收银", tone="warn", enabled=False, by=SYSTEM, at=at)
    assert take(asked, shop_id, at) == [("duplicate", "")] * 2
    for other in (
        sold("1", 2, at), sold("1", 1, at, discount_minor=1, total_minor=6799), sold("2", 1, at, deliver=True, person=LIN._replace(name="林")),
        sold("1", 1, at, lines=(SoldLine("GW-150", 1, 6800),)),
    ):  # fmt: skip
        assert take([other], shop_id, at) == [("refused", "receipt-changed")]
    assert Order.objects.count() == 2


@pytest.mark.capability("I-04")
def test_a_receipt_sent_twice_at_one_moment_is_a_duplicate_though_its_goods_are_gone(
    shop_id: int, sku: int, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looked while the first was being written, and waited for the last pieces until they were sold."""
    every = Level.objects.get(sku_id=sku).on_hand
    assert take([sold("1", every, at)], shop_id, at) == [("created", "")]
    looked = [lambda shop, prints: {}, till.known_orders]
    monkeypatch.setattr(till, "known_orders", lambda shop, prints: looked.pop(0)(shop, prints))
    told = till.take([sold("1", every, at), sold("2", 1, at)], shop_id=shop_id, by=SYSTEM, at=at)
    assert [(each.outcome, each.code) for each in told] == [("duplicate", ""), ("refused", "out-of-stock")]
    assert "盘点" in told[1].fix
    assert "拆出" not in told[1].fix, "nobody splits what a buyer holds in their hands"
    assert told[0].order_id == Order.objects.get().pk


@pytest.mark.capability("I-04")
def test_nothing_is_sold_that_is_promised_to_somebody_else_and_the_refusal_names_it(shop_id: int, sku: int, at: datetime) -> None:
    claims.hold([Demand(900_001, 900_001, sku, 4)], warehouse_id=Warehouse.objects.get().pk, by=SYSTEM, at=at)
    told = till.take([sold("1", 5, at), sold("2", 2, at), sold("3", 1, at)], shop_id=shop_id, by=SYSTEM, at=at)
    assert [each.outcome for each in told] == ["created", "refused", "created"]
    assert (told[1].code, told[1].facts) == ("out-of-stock", {"sku": "GW-150", "free": 1, "wanted": 2})
    assert "GW-150" in told[1].message
    level = Level.objects.get(sku_id=sku)
    assert (level.on_hand, level.claimed) == (4, 4)
    # Told again when there is room: what was refused was not remembered as done.
    claims.release([900_001], by=SYSTEM, at=at)
    assert take([sold("2", 2, at)], shop_id, at) == [("created", "")]


@pytest.mark.capability("I-04")
def test_what_is_to_be_delivered_goes_to_review_and_holds_its_goods_there(shop_id: int, sku: int, at: datetime) -> None:
    assert take([sold("9", 2, at, deliver=True, person=LIN)], shop_id, at) == [("created", "")]
    jobs.run_until_idle()
    assert Order.objects.get().stage == "approved"
    level = Level.objects.get(sku_id=sku)
    assert (level.on_hand, level.claimed) == (10, 2)
    assert broken() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"total_minor": 1}, "receipt-sum"),
        ({"discount_minor": -5, "total_minor": 6805}, "receipt-sum"),
        ({"lines": (SoldLine("NO-SUCH", 1, 6800),)}, "no-such-sku"),
        ({"lines": (SoldLine("GW-150", 0, 6800),), "total_minor": 0}, "receipt-empty"),
        ({"lines": (SoldLine("GW-150", 1, 100, 200),), "total_minor": -100}, "receipt-sum"),
        ({"lines": ()}, "receipt-sum"),
        ({"sold_at": datetime(2199, 1, 1, tzinfo=UTC)}, "receipt-ahead"),
        ({"sold_at": datetime(1905, 6, 1, tzinfo=UTC)}, "receipt-behind"),
        ({"lines": (SoldLine("GW-150", 2**31, 1),), "total_minor": 2**31}, "receipt-too-much"),
        ({"lines": (SoldLine("GW-150", 1, 2**62),), "total_minor": 2**62}, "receipt-too-much"),
        ({"lines": (SoldLine("GW-150", 1, 10**12),) * 2, "total_minor": 2 * 10**12}, "receipt-too-much"),
        ({"till": ""}, "receipt-unnamed"),
        ({"till": "a/b"}, "receipt-unnamed"),
        ({"receipt_no": "9" * 40}, "receipt-unnamed"),
    ],
)
@pytest.mark.capability("I-04")
def test_a_receipt_that_does_not_add_up_is_refused_alone(
    wrong: dict[str, Any], code: str, shop_id: int, sku: int, at: datetime
) -> None:
    assert take([sold("1", 1, at, **wrong), sold("2", 1, at)], shop_id, at) == [("refused", code), ("created", "")]
    assert Level.objects.get(sku_id=sku).on_hand == 9


@pytest.mark.capability("I-04")
def test_fifty_receipts_cost_as_many_statements_as_two(shop_id: int, sku: int, at: datetime) -> None:
    receipts.receive([receipts.Receipt(Warehouse.objects.get().pk, "A-01", sku, 200)], by=SYSTEM, at=at)
    jobs.run_until_idle()

    def cost(first: int, many: int) -> int:
        asked = [sold(str(first + nth), 1, at) for nth in range(many)]
        with CaptureQueriesContext(connection) as seen:
            assert set(take(asked, shop_id, at)) == {("created", "")}
        return len(seen)

    assert cost(100, 50) == cost(1, 2)


@pytest.mark.capability("I-04", "I-12")
def test_a_till_that_was_switched_off_sells_nothing(shop_id: int, sku: int, at: datetime) -> None:
    sources.change("pos", name="门店收银", tone="warn", enabled=False, by=SYSTEM, at=at)
    with pytest.raises(SourceClosed):
        take([sold("1", 1, at)], shop_id, at)
    assert not Order.objects.exists()


@pytest.mark.capability("I-04")
def test_a_till_of_a_shop_that_is_switched_off_sells_nothing_more(shop_id: int, sku: int, at: datetime) -> None:
    assert take([sold("1", 1, at)], shop_id, at) == [("created", "")]
    Shop.objects.filter(pk=shop_id).update(enabled=False)
    with pytest.raises(ShopClosed):
        take([sold("2", 1, at)], shop_id, at)
    assert take([sold("1", 1, at)], shop_id, at) == [("duplicate", "")]
    assert (Order.objects.count(), Level.objects.get(sku_id=sku).on_hand) == (1, 9)


@pytest.mark.capability("I-04")
def test_a_till_speaks_to_the_api_with_a_key_that_may_create_orders_and_no_more(
    shop_id: int, sku: int, person: Any, at: datetime
) -> None:
    owner = person("owner")
    body = {
        "shop_id": str(shop_id),
        "receipts": [
            {"till": "T1", "receipt_no": no, "sold_at": at.isoformat(), "total_minor": 6800 * n,
             "lines": [{"sku_code": "GW-150", "quantity": n, "unit_minor": 6800}]}
            for no, n in (("1", 1), ("2", 99))
        ],
    }  # fmt: skip
    caller = Caller(lent(owner, ["order.create"]), language="en")
    status, told = caller.post("/pos/receipts", body, key="till-1")
    assert status == 200, told
    assert Counter(each["outcome"] for each in told["result"]) == {"created": 1, "refused": 1}
    assert told["result"][0]["order_id"] == str(Order.objects.get().pk)
    assert told["result"][1]["message"] == "Only 9 of GW-150 left, 99 wanted."
    # Sent again under its key the answer is the same; under another one each receipt says that it is here.
    assert caller.post("/pos/receipts", body, key="till-1")[1] == told
    assert [each["outcome"] for each in caller.post("/pos/receipts", body, key="till-2")[1]["result"]] == ["duplicate", "refused"]
    assert Caller(lent(owner, ["order.view"])).post("/pos/receipts", body)[0] == 403
    assert Level.objects.get(sku_id=sku).on_hand == 9
