"""An order comes in once, is reviewed by itself, and holds its goods."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.customers.sealing import Person
from zhanggui.journal import jobs, queries
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders.commands import holds, intake, progress, review
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Hold, Order
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Claim, Level, Warehouse

pytestmark = pytest.mark.django_db

LIN = Person("林晓", "13800137621", "", "珞喻路 12 号", "tb3312101", "CN", "湖北省", "武汉市", "洪山区")


def new_order(no: str, sku_id: int | None, pieces: int = 1, *, at: datetime, person: Person = LIN, **facts: Any) -> NewOrder:
    line = NewLine(sku_id, "GW-150-QY", "青釉盖碗", "150ml", pieces, 6800, 0, 6800 * pieces)
    total = 6800 * pieces
    base = NewOrder(no, at, (line,), person, "CNY", 0, 0, total, total, "paid", "pending_review", paid_at=at)
    return base._replace(**facts)


@pytest.fixture
def sku(shop_id: int, at: datetime) -> int:
    ids = goods.define([Definition("GW-150-QY", "青釉盖碗", "150ml", "6901234567892")], by=SYSTEM, at=at).ids
    receipts.receive([Receipt(Warehouse.objects.get().pk, "A-01", ids["GW-150-QY"], 10)], by=SYSTEM, at=at)
    jobs.run_until_idle()
    return ids["GW-150-QY"]


@pytest.mark.capability("A-01", "A-08", "A-16", "A-17", "I-14")
def test_a_good_order_is_approved_by_itself_and_holds_its_goods(shop_id: int, sku: int, at: datetime) -> None:
    placed = intake.place([new_order("T1", sku, 3, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    order = Order.objects.get(pk=placed.created["T1"])
    assert (order.stage, order.holds, order.number) == ("approved", 0, "261020-00001")
    assert Level.objects.get(sku_id=sku).claimed == 3
    steps = Entry.objects.filter(subject_kind="order", subject_id=order.pk, seq__isnull=False).values_list("seq", "before", "after")
    assert list(steps) == [(1, "", "pending_review"), (2, "pending_review", "approved")]


@pytest.mark.capability("A-06", "N-09")
def test_bringing_the_same_order_twice_makes_one(shop_id: int, sku: int, at: datetime) -> None:
    first = intake.place([new_order("T1", sku, at=at), new_order("T1", sku, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    again = intake.place([new_order("T1", sku, at=at), new_order("T2", sku, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    changed = intake.place([new_order("T1", sku, 2, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    assert Order.objects.count() == 2
    assert again.known["T1"] == (first.created["T1"], True, "pending_review")
    assert changed.known["T1"].same is False


@pytest.mark.capability("A-09", "K-02")
def test_an_order_we_cannot_fill_is_held_with_its_reason_and_goes_on_when_stock_comes(
    shop_id: int, sku: int, at: datetime
) -> None:
    placed = intake.place([new_order("T1", sku, 12, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    hold = Hold.objects.get(order_id=placed.created["T1"], cleared_at=None)
    assert hold.code == "out-of-stock"
    assert hold.facts["short"][0]["free"] == 10
    receipts.receive([Receipt(Warehouse.objects.get().pk, "A-01", sku, 5)], by=SYSTEM, at=at)
    jobs.run_until_idle()
    order = Order.objects.get(pk=placed.created["T1"])
    assert (order.stage, order.holds) == ("approved", 0)


@pytest.mark.capability("A-02", "A-03", "A-04", "A-07", "A-11")
def test_each_flaw_is_a_typed_reason(shop_id: int, sku: int, at: datetime) -> None:
    orders = [
        new_order("no-sku", None, at=at),
        new_order("no-street", sku, at=at, person=LIN._replace(street="", phone="13900000001")),
        new_order("masked", sku, at=at, person=LIN._replace(phone="139****0002")),
        new_order("unpaid", sku, at=at, payment="partial", paid_minor=100, person=LIN._replace(phone="13900000003")),
        new_order("under", sku, at=at, paid_minor=100, person=LIN._replace(phone="13900000004")),
        new_order("many", sku, 1000, at=at, person=LIN._replace(phone="13900000005")),
        new_order("astray", sku, at=at, person=LIN._replace(phone="13900000006", city="宜昌市")),
    ]
    placed = intake.place(orders, shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    found = {no: set(Hold.objects.filter(order_id=id_).values_list("code", flat=True)) for no, id_ in placed.created.items()}
    assert found == {
        "no-sku": {"sku-unknown"},
        "no-street": {"address-incomplete"},
        "masked": {"address-incomplete"},
        "unpaid": {"unpaid"},
        "under": {"underpaid"},
        "many": {"quantity-odd"},
        "astray": {"region-disagrees"},
    }


@pytest.mark.capability("A-06")
def test_the_same_receiver_buying_the_same_thing_twice_in_a_day_is_suspected(shop_id: int, sku: int, at: datetime) -> None:
    intake.place([new_order("T1", sku, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    late = at + timedelta(minutes=9)
    placed = intake.place([new_order("T2", sku, at=late)], shop_id=shop_id, by=SYSTEM, at=late)
    jobs.run_until_idle()
    hold = Hold.objects.get(order_id=placed.created["T2"])
    assert (hold.code, hold.facts["numbers"]) == ("duplicate-suspected", ["261020-00001"])


@pytest.mark.capability("N-03")
def test_a_district_of_another_city_wants_a_look_and_a_person_may_let_it_pass(shop_id: int, sku: int, at: datetime) -> None:
    astray = new_order("T1", sku, at=at, person=LIN._replace(city="宜昌市"))
    (order_id,) = intake.place([astray], shop_id=shop_id, by=SYSTEM, at=at).created.values()
    jobs.run_until_idle()
    hold = Hold.objects.get(order_id=order_id)
    assert (hold.code, hold.facts) == ("region-disagrees", {"given": "洪山区", "lies_in": "武汉市", "not_in": "宜昌市"})
    assert review.approve([order_id], by=SYSTEM, at=at).done == [order_id]


@pytest.mark.capability("A-15")
def test_a_person_overrules_what_only_wants_a_look_and_not_what_must_be_mended(shop_id: int, sku: int, at: datetime) -> None:
    placed = intake.place(
        [new_order("soft", sku, at=at, paid_minor=1), new_order("hard", None, at=at)], shop_id=shop_id, by=SYSTEM, at=at
    )
    jobs.run_until_idle()
    batch = review.approve(list(placed.created.values()), by=SYSTEM, at=at)
    assert batch.done == [placed.created["soft"]]
    assert batch.refused[placed.created["hard"]]["code"] == "sku-unknown"
    assert review.approve([placed.created["soft"]], by=SYSTEM, at=at).done == []


def test_what_a_person_holds_stays_held_until_a_person_lets_go(shop_id: int, sku: int, at: datetime) -> None:
    placed = intake.place([new_order("T1", sku, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    id_ = placed.created["T1"]
    holds.hold([id_], by=SYSTEM, at=at)
    jobs.run_until_idle()
    assert Order.objects.get(pk=id_).stage == "pending_review"
    holds.clear([id_], "by-hand", by=SYSTEM, at=at)
    review.run([id_], by=SYSTEM, at=at)
    assert Order.objects.get(pk=id_).stage == "approved"


def test_cancelling_and_unapproving_free_the_goods_once(shop_id: int, sku: int, at: datetime) -> None:
    placed = intake.place(
        [new_order(no, sku, 2, at=at, person=LIN._replace(phone=f"1390000000{n}")) for n, no in enumerate(("T1", "T2"))],
        shop_id=shop_id,
        by=SYSTEM,
        at=at,
    )
    jobs.run_until_idle()
    assert Level.objects.get(sku_id=sku).claimed == 4
    progress.cancel([placed.created["T1"]], reason="不要了", by=SYSTEM, at=at)
    progress.cancel([placed.created["T1"]], by=SYSTEM, at=at)
    review.unapprove([placed.created["T2"]], by=SYSTEM, at=at)
    assert Level.objects.get(sku_id=sku).claimed == 0
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}


def test_a_batch_is_a_constant_number_of_statements(
    shop_id: int, sku: int, at: datetime, django_assert_max_num_queries: Any
) -> None:
    few = [new_order(f"A{n}", sku, at=at, person=LIN._replace(phone=f"1380000{n:04}")) for n in range(2)]
    many = [new_order(f"B{n}", sku, at=at, person=LIN._replace(phone=f"1370000{n:04}")) for n in range(60)]
    with django_assert_max_num_queries(24):
        intake.place(few, shop_id=shop_id, by=SYSTEM, at=at)
    with django_assert_max_num_queries(24):
        placed = intake.place(many, shop_id=shop_id, by=SYSTEM, at=at)
    with django_assert_max_num_queries(40):
        review.run(list(placed.created.values()), by=SYSTEM, at=at)


@pytest.mark.capability("A-16")
def test_the_timeline_says_who_did_what_when(shop_id: int, sku: int, at: datetime) -> None:
    placed = intake.place([new_order("T1", sku, at=at)], shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    names = [line.name for line in queries.timeline("order", placed.created["T1"])]
    assert names == ["OrderPlaced", "OrderApproved"]


@pytest.mark.capability("A-17")
def test_letting_go_and_its_way_back_are_one_act_each(shop_id: int, sku: int, at: datetime, roles: dict[str, Actor]) -> None:
    other = LIN._replace(name="何远", phone="13900137622", street="解放路 1 号", account="tb9")
    two = [new_order("T1", sku, at=at), new_order("T2", sku, at=at, person=other)]
    ids = sorted(intake.place(two, shop_id=shop_id, by=SYSTEM, at=at).created.values())
    reviewer = roles["reviewer"]
    holds.hold(ids, by=reviewer, at=at)
    jobs.run_until_idle()
    assert set(Order.objects.values_list("stage", "holds")) == {("pending_review", 1)}
    let = review.let_go(ids, by=reviewer, at=at)
    assert (sorted(let.batch.done), sorted(let.approved)) == (ids, ids)
    assert (Level.objects.get(sku_id=sku).claimed, Hold.objects.filter(cleared_at=None).count()) == (2, 0)
    back = review.hold_again(ids, reason="撤回", by=reviewer, at=at)
    assert sorted(back.done) == ids
    assert set(Order.objects.values_list("stage", "holds")) == {("pending_review", 1)}
    assert Level.objects.get(sku_id=sku).claimed == 0
    with pytest.raises(NotAllowed):
        review.hold_again(ids, reason="撤回", by=roles["sales"], at=at)


def test_holding_says_which_it_held_itself(shop_id: int, sku: int, at: datetime) -> None:
    (order_id,) = intake.place([new_order("T1", sku, at=at)], shop_id=shop_id, by=SYSTEM, at=at).created.values()
    assert holds.hold([order_id], by=SYSTEM, at=at).done == [order_id]
    again = holds.hold([order_id], facts={"note": "再等等"}, by=SYSTEM, at=at)
    assert (again.done, again.refused) == ([], {})
    assert Hold.objects.get(code="by-hand").facts == {"note": "再等等"}
    assert Entry.objects.filter(name="OrderHeld", subject_id=order_id).count() == 1
