"""Changing orders whole: many lines in one go, sums that follow, a diff in the book, and nobody's words written over."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.fulfilment.floor import Floor
from tests.web.orders.bench import LIN, PRICE, Bench
from zhanggui.accounts.policy import policy
from zhanggui.catalog.models import Sku
from zhanggui.fulfilment.commands import waves
from zhanggui.journal.book import COMMANDS, Batch
from zhanggui.journal.models import Entry
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, ReasonNeeded
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import change, noting, review
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.kinds import KINDS
from zhanggui.orders.models import Hold, Line, Order
from zhanggui.orders.revisions import LineChange, Revision, fit
from zhanggui.orders.standing import standing
from zhanggui.web.orders import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def line_of(sku: int, pieces: int = 1, code: str = "GW-150-QY", discount: int = 0) -> NewLine:
    return NewLine(sku, code, "盖碗", "", pieces, PRICE, discount, pieces * PRICE - discount)


def many_lines(bench: Bench, no: str, many: int) -> Order:
    """An order that waits: each line asks for more than there is."""
    return bench.place(no, [line_of(bench.sku, 20 + nth) for nth in range(many)])


def sound() -> list[str]:
    return [one.says for one in verify() if one.rows]


def book_of(order: Order) -> dict[str, Any]:
    last = Entry.objects.filter(name="OrderChanged", subject_id=order.pk).latest("id")
    return {"seq": last.seq, "stays": last.before == last.after, **last.facts}


@pytest.mark.capability("M-07", "N-05", "N-07", "B-02")
def test_one_revision_changes_lines_money_notes_and_receiver_and_the_sums_follow(bench: Bench, at: datetime) -> None:
    order = bench.place("T1", [line_of(bench.sku, 30, discount=900), line_of(bench.other, 2, "GDB-350")])
    first, second = Line.objects.filter(order=order).order_by("position")
    said = Revision(
        order.pk, seen=order.version, to={"street": "中山路 1 号", "name": ""}, discount_minor=500, freight_minor=1000,
        internal_note="打 13900139000 前先问", flag="red", kind="gift", payment_method="转账",
        lines=[
            LineChange(first.pk, quantity=10), LineChange(second.pk, quantity=0),
            LineChange(None, bench.other, 3, "要白色的", 4000, 100),
        ],
    )  # fmt: skip
    assert change.reprice([said], by=SYSTEM, at=at) == Batch(done=[order.pk])
    order.refresh_from_db()
    kept, added = Line.objects.filter(order=order).order_by("position")
    assert (kept.quantity, kept.discount_minor, kept.total_minor) == (10, 300, 10 * PRICE - 300)
    assert (added.sku_code, added.quantity, added.total_minor, added.note) == ("GDB-350", 3, 11900, "要白色的")
    goods = 10 * PRICE - 300 + 11900
    assert (order.goods_minor, order.total_minor, order.pieces, order.kinds) == (goods, goods - 500 + 1000, 13, 2)
    assert (order.flag, order.kind, order.payment_method) == ("red", "gift", "转账")
    assert "13900139000" not in order.internal_note
    told = str(book_of(order))
    assert "中山路" not in told
    assert "先问" not in told
    assert {"field": "quantity", "sku": "GW-150-QY", "old": 30, "new": 10} in book_of(order)["changes"]
    assert book_of(order)["stays"]
    assert noting.reveal(order.pk, why="核对地址", by=SYSTEM, at=at).street == "中山路 1 号"
    assert sound() == []


@pytest.mark.capability("M-10")
def test_many_orders_and_lines_cost_as_many_statements_as_few(bench: Bench, at: datetime) -> None:
    def cost(orders: list[Order]) -> int:
        said = [
            Revision(
                order.pk, seen=order.version, to={"city": "武汉市", "street": f"{order.pk} 号"}, internal_note="x",
                lines=[LineChange(line.pk, quantity=50, note="n") for line in Line.objects.filter(order=order)]
                + [LineChange(None, bench.other, 1)],
            )
            for order in orders
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert len(change.revise(said, by=SYSTEM, at=at).done) == len(orders)
        return len(asked)

    few = cost([many_lines(bench, "A1", 1)])
    assert cost([many_lines(bench, f"B{nth}", 12) for nth in range(6)]) == few
    assert sound() == []


@pytest.mark.capability("M-10")
def test_two_who_change_different_things_both_keep_theirs(bench: Bench, at: datetime) -> None:
    order = many_lines(bench, "T1", 2)
    first, second = Line.objects.filter(order=order).order_by("position")
    was = standing(order.pk)
    hers = Revision(order.pk, order.version, was, lines=[LineChange(first.pk, quantity=7)], internal_note="她写的")
    his = Revision(order.pk, order.version, was, lines=[LineChange(second.pk, quantity=9)], to={"street": "他改的 1 号"})
    for said in (hers, his):
        assert change.revise([said], by=SYSTEM, at=at).refused == {}
    assert [line.quantity for line in Line.objects.filter(order=order).order_by("position")] == [7, 9]
    order.refresh_from_db()
    assert order.internal_note == "她写的"


@pytest.mark.capability("M-10")
def test_two_who_change_the_same_thing_meet_and_the_second_is_told_which(bench: Bench, at: datetime) -> None:
    order = many_lines(bench, "T1", 2)
    first = Line.objects.filter(order=order).earliest("position")
    was = standing(order.pk)
    change.revise([Revision(order.pk, order.version, was, to={"phone": "13900139001"}, internal_note="她写的")], by=SYSTEM, at=at)
    his = Revision(
        order.pk, order.version, was, to={"phone": "13900139002"}, internal_note="他写的", lines=[LineChange(first.pk, quantity=3)]
    )
    told = change.revise([his], by=SYSTEM, at=at).refused[order.pk]
    assert (told["code"], told["fields"]) == ("changed", ["internal_note", "to.phone"])
    order.refresh_from_db()
    first.refresh_from_db()
    assert (order.internal_note, first.quantity) == ("她写的", 20), "nothing of a refused one happens"
    same = his._replace(to={"phone": "13900139001"}, internal_note="她写的")
    assert change.revise([same], by=SYSTEM, at=at).refused == {}, "who writes the same has nothing to choose"
    with guards.without("orders.version"):
        change.revise([his], by=SYSTEM, at=at)
    order.refresh_from_db()
    assert order.internal_note == "他写的", "without the guard hers is written over, and nobody is told"


def test_every_kind_an_order_is_made_of_can_be_kept_and_chosen_when_it_is_changed(bench: Bench, at: datetime) -> None:
    order = many_lines(bench, "T1", 1)
    assert list(words.KINDS) == list(KINDS)
    for kind in KINDS:
        assert change.revise([Revision(order.pk, kind=kind)], by=SYSTEM, at=at).refused == {}, kind


def test_a_field_that_was_not_seen_is_not_written_over() -> None:
    assert fit({"flag": "red"}, {"flag": ""}, {}, fresh=False).against == ["flag"]
    assert fit({"flag": "red"}, {"flag": ""}, {}, fresh=True) == ({"flag": "red"}, [])
    assert fit({"flag": "red"}, {"flag": "red"}, {}, fresh=False) == ({}, [])
    assert fit({"line.1.quantity": "2"}, {}, {}, fresh=True).against == ["line.1.quantity"], "a line that is gone"


@pytest.mark.capability("B-02")
def test_what_cannot_be_is_refused_by_name_and_stops_no_other(bench: Bench, at: datetime) -> None:
    good, last, dear = many_lines(bench, "T1", 1), many_lines(bench, "T2", 1), many_lines(bench, "T3", 1)
    sent = bench.put("T4")
    assert sent.stage == "approved"
    lines = {order.pk: Line.objects.get(order=order).pk for order in (good, last, dear, sent)}
    batch = change.reprice(
        [
            Revision(good.pk, lines=[LineChange(lines[good.pk], quantity=21)]),
            Revision(last.pk, lines=[LineChange(lines[last.pk], quantity=0)]),
            Revision(dear.pk, discount_minor=10**9),
            Revision(sent.pk, lines=[LineChange(lines[sent.pk], quantity=2)]),
            Revision(good.pk + 10_000, flag="red"),
        ],
        by=SYSTEM, at=at,
    )  # fmt: skip
    assert batch.done == [good.pk]
    told = {order_id: said["code"] for order_id, said in batch.refused.items()}
    assert told == {last.pk: "last-line", dear.pk: "below-nothing", sent.pk: "not-editable", good.pk + 10_000: "not-found"}
    assert change.revise([Revision(sent.pk, internal_note="发晚一点", flag="blue")], by=SYSTEM, at=at).done == [sent.pk]
    assert sound() == []


def test_prices_are_for_those_who_may_and_ask_why(bench: Bench, roles: dict[str, Actor], at: datetime) -> None:
    order = many_lines(bench, "T1", 1)
    line = Line.objects.get(order=order)
    dearer = [Revision(order.pk, lines=[LineChange(line.pk, unit_minor=1)])]
    with pytest.raises(NotAllowed):
        change.revise(dearer, by=roles["owner"], at=at)
    for role in ("sales", "reviewer", "warehouse"):
        with pytest.raises(NotAllowed):
            change.reprice(dearer, by=roles[role], at=at)
    with pytest.raises(ReasonNeeded):
        change.reprice(dearer, by=roles["owner"], at=at)
    assert change.reprice(dearer, by=replace(roles["owner"], why="答应了买家"), at=at).done == [order.pk]
    with pytest.raises(NotAllowed):
        change.revise([Revision(order.pk, payment="cod")], by=roles["sales"], at=at)
    assert COMMANDS["orders.change.reprice"].second is not None


@pytest.mark.capability("M-10")
def test_what_was_changed_is_reviewed_again_and_a_note_is_not(bench: Bench, at: datetime) -> None:
    order = many_lines(bench, "T1", 1)
    line = Line.objects.get(order=order)
    change.revise([Revision(order.pk, internal_note="等等")], by=SYSTEM, at=at)
    order.refresh_from_db()
    assert order.stage == "pending_review"
    change.revise([Revision(order.pk, lines=[LineChange(line.pk, quantity=2)], payment="paid")], by=SYSTEM, at=at)
    order.refresh_from_db()
    assert (order.stage, order.paid_minor) == ("approved", order.total_minor)
    seen = order.version
    review.unapprove([order.pk], by=SYSTEM, at=at)
    told = change.revise([Revision(order.pk, seen, {}, flag="red")], by=SYSTEM, at=at).refused
    assert told[order.pk]["code"] == "changed", "a step is a change too"
    assert sound() == []


def test_a_strange_code_is_matched_for_several_lines_in_one_go(bench: Bench, at: datetime) -> None:
    lines = [NewLine(None, code, code, "", 1, PRICE, 0, PRICE) for code in ("OLD-1", "OLD-2")]
    orders = [bench.place(f"T{nth}", lines, person=LIN._replace(name=f"人{nth}", phone=f"1391111000{nth}")) for nth in range(3)]
    first = Line.objects.filter(order=orders[0]).order_by("position")
    said = [change.Match(first[0].pk, bench.sku), change.Match(first[1].pk, bench.other)]
    assert sorted(change.match_skus(said, everywhere=True, by=SYSTEM, at=at).done) == sorted(order.pk for order in orders)
    assert set(Line.objects.values_list("sku_code", "sku")) == {("OLD-1", bench.sku), ("OLD-2", bench.other)}
    assert sound() == []


@pytest.mark.capability("B-02")
def test_sums_that_do_not_add_up_are_not_put_right_by_a_note_or_an_address(bench: Bench, at: datetime) -> None:
    """What the shop says is owed stays as it came, for review to ask about, until pieces or amounts are changed."""
    line = NewLine(bench.sku, "GW-150-QY", "盖碗", "", 2, PRICE, 0, 2 * PRICE - 1)
    order = bench.place("T1", [line])
    mine = Line.objects.get(order=order)
    seen = (order.goods_minor, order.total_minor, mine.total_minor)
    assert seen == (2 * PRICE - 1,) * 3
    said = Revision(order.pk, to={"street": "中山路 1 号"}, flag="red", lines=[LineChange(mine.pk, note="轻放")])
    assert change.revise([said], by=SYSTEM, at=at).done == [order.pk]
    order.refresh_from_db()
    mine.refresh_from_db()
    assert (order.goods_minor, order.total_minor, mine.total_minor, order.stage) == (*seen, "pending_review")
    change.revise([Revision(order.pk, lines=[LineChange(mine.pk, quantity=1)])], by=SYSTEM, at=at)
    order.refresh_from_db()
    assert (order.goods_minor, order.total_minor) == (PRICE, PRICE)


def test_what_was_paid_is_not_rewritten_once_the_warehouse_has_the_order(bench: Bench, at: datetime) -> None:
    sent = bench.put("T1")
    Order.objects.filter(pk=sent.pk).update(paid_minor=100)
    told = change.revise([Revision(sent.pk, payment="paid")], by=SYSTEM, at=at).refused
    assert told[sent.pk]["code"] == "not-editable"
    assert Order.objects.get(pk=sent.pk).paid_minor == 100


@pytest.mark.capability("B-02")
def test_a_line_that_was_in_a_parcel_stays_and_stops_no_other_order(floor: Floor, at: datetime) -> None:
    floor.shelf("A-01", "S1", 20)
    floor.shelf("A-02", "S2", 20)
    one, two = floor.orders({"S1": 1, "S2": 1}, {"S1": 1, "S2": 1})
    planned = waves.plan([one], warehouse_id=floor.warehouse_id, by=SYSTEM, at=at)
    waves.cancel([planned.wave_id], by=SYSTEM, at=at)
    review.unapprove([one, two], by=SYSTEM, at=at)
    first = {order: Line.objects.filter(order=order).earliest("position").pk for order in (one, two)}
    said = [Revision(order, lines=[LineChange(first[order], quantity=0)], flag="red") for order in (one, two)]
    batch = change.revise(said, by=SYSTEM, at=at)
    assert (batch.done, batch.refused[one]["code"]) == ([two], "line-was-packed")
    assert Line.objects.filter(pk__in=first.values()).get().order_id == one
    assert Order.objects.get(pk=one).flag == ""
    assert sound() == []


@pytest.mark.capability("M-07", "N-05")
def test_goods_priced_in_another_currency_are_added_at_a_price_that_somebody_says(bench: Bench, at: datetime) -> None:
    order = bench.place("T1", [line_of(bench.sku, 30)])
    Sku.objects.filter(pk=bench.other).update(price_minor=900, currency="USD")
    told = change.revise([Revision(order.pk, lines=[LineChange(None, bench.other)])], by=SYSTEM, at=at)
    assert told.refused[order.pk]["code"] == "priced-elsewhere"
    change.reprice([Revision(order.pk, lines=[LineChange(None, bench.other, unit_minor=6500)])], by=SYSTEM, at=at)
    assert Order.objects.get(pk=order.pk).total_minor == 30 * PRICE + 6500


@pytest.mark.capability("M-07")
def test_what_goods_cost_in_another_currency_says_nothing_of_their_price(bench: Bench, at: datetime) -> None:
    Sku.objects.filter(pk=bench.sku).update(cost_minor=10**7, currency="USD")
    order = bench.place("T1", [line_of(bench.sku, 1)])
    assert not Hold.objects.filter(order=order).exists()


@pytest.mark.capability("M-07", "N-05")
def test_no_change_makes_an_order_of_more_than_can_be(bench: Bench, at: datetime) -> None:
    order = bench.place("T1", [line_of(bench.sku, 30)])
    for line in (LineChange(None, bench.other, 100_000, unit_minor=10**12), LineChange(order.lines.get().pk, quantity=2, unit_minor=10**12)):
        told = change.reprice([Revision(order.pk, lines=[line])], by=SYSTEM, at=at)
        assert told.refused[order.pk]["code"] == "bad-amount"
    assert Order.objects.get(pk=order.pk).total_minor == 30 * PRICE


@pytest.fixture
def sales() -> Actor:
    return Actor("person", 11, "小周", policy().grants_of("sales"), "sales", fresh=True)


@pytest.mark.capability("M-07", "L-04")
def test_a_gift_becomes_no_sale_below_the_goods_price_for_who_may_not_change_prices(bench: Bench, sales: Actor, at: datetime) -> None:
    Sku.objects.filter(pk=bench.sku).update(price_minor=PRICE)
    cheap = bench.place("T1", [line_of(bench.sku, 1, discount=PRICE - 1)], kind="gift")
    whole = bench.place("T2", [line_of(bench.sku, 1)], kind="sample", discount_minor=1, total_minor=PRICE - 1)
    dear = bench.place("T3", [line_of(bench.sku, 1)], kind="gift")
    said = [Revision(order.pk, kind="normal", internal_note="x") for order in (cheap, whole, dear)]
    told = change.revise(said, by=sales, at=at)
    assert told.done == [dear.pk]
    assert {pk: (why["code"], why["sku"]) for pk, why in told.refused.items()} == {
        cheap.pk: ("not-your-price", "GW-150-QY"), whole.pk: ("not-your-price", "—"),
    }  # fmt: skip
    cheap.refresh_from_db()
    assert (cheap.kind, cheap.internal_note) == ("gift", "")
    # From one kind that is given away to another it may go.
    assert change.revise([Revision(cheap.pk, kind="resend")], by=sales, at=at).refused == {}
    with pytest.raises(NotAllowed):
        change.reprice([Revision(cheap.pk, kind="normal")], by=sales, at=at)
    owner = replace(sales, may=policy().grants_of("owner"), why="答应了买家")
    assert change.reprice([Revision(cheap.pk, kind="normal")], by=owner, at=at).done == [cheap.pk]


@pytest.mark.capability("M-10")
def test_turning_many_gifts_into_sales_costs_as_many_statements_as_one(bench: Bench, sales: Actor, at: datetime) -> None:
    def cost(orders: list[Order]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(change.revise([Revision(order.pk, kind="normal") for order in orders], by=sales, at=at).done) == len(orders)
        return len(asked)

    one = cost([bench.place("A1", [line_of(bench.sku, 40)], kind="gift")])
    assert cost([bench.place(f"B{nth}", [line_of(bench.sku, 40)], kind="gift") for nth in range(5)]) == one
