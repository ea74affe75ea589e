"""Orders taken apart and put back: nothing is added and nothing is lost, whatever is done in between."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fulfilment.floor import LIN, Floor, from_bench
from zhanggui.fulfilment.commands import parcels, picks, waves
from zhanggui.fulfilment.models import Parcel
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import Changed, Refused
from zhanggui.ops.verify import assert_clean
from zhanggui.orders import prepared as making
from zhanggui.orders.commands import change, holds, intake, merging, money, progress, rejoining, renew, review, splitting
from zhanggui.orders.commands.money import Back
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.joining_refusals import NothingStays, NothingTaken, NotSoManyThere, TooFarToJoin
from zhanggui.orders.models import Hold, Line, Order, Shop
from zhanggui.orders.rules.parting import Take
from zhanggui.stock.models import Claim, Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked(floor: Floor) -> Floor:
    for sku in ("TEA", "CUP", "POT"):
        floor.shelf("A-1", sku, 60)
    return floor


def lines_of(order_id: int) -> dict[str, int]:
    return {line.sku_code: line.pk for line in Line.objects.filter(order=order_id)}


def image(order_id: int) -> Any:
    """All that an order is, but for when it was last touched."""
    order = Order.objects.filter(pk=order_id).values().get()
    return (
        {name: value for name, value in order.items() if name not in ("version", "holds")},
        list(Line.objects.filter(order=order_id).order_by("position", "pk").values()),
        sorted(Claim.objects.filter(for_order=order_id, state="open").values_list("for_line", "level_id", "pieces")),
    )


SUMMED = ("goods_minor", "discount_minor", "freight_minor", "total_minor", "paid_minor", "pieces")


def family(root: int) -> dict[str, int]:
    rows = list(Order.objects.filter(pk=root).values()) + list(Order.objects.filter(split_from=root).values())
    found = {name: sum(row[name] for row in rows) for name in SUMMED}
    found["claimed"] = sum(Claim.objects.filter(for_order__in=[row["id"] for row in rows], state="open").values_list("pieces", flat=True))
    return found


@pytest.mark.capability("A-10")
def test_an_approved_order_is_split_by_pieces_and_each_part_is_told_its_own_waybill(
    stocked: Floor, owner: Actor, at: datetime
) -> None:
    (whole,) = stocked.orders({"TEA": 5, "CUP": 2}, buyer_note="周末送", discount_minor=101, freight_minor=600, total_minor=7499, paid_minor=7499)
    before, levels = family(whole), list(Level.objects.order_by("pk").values())
    known = lines_of(whole)
    version = Order.objects.get(pk=whole).version
    made = splitting.split([Take(known["TEA"], 2), Take(known["CUP"], 2), Take(known["TEA"], 1, 2)], seen=version, by=owner, at=at)
    first, second = made.parts[whole]
    root = Order.objects.get(pk=whole)
    parts = Order.objects.filter(pk__in=made.order_ids).order_by("pk")
    assert [(part.number, part.platform_no, part.part, part.stage, part.buyer_note) for part in parts] == [
        (f"{root.number}-1", root.platform_no, 1, "approved", "周末送"), (f"{root.number}-2", root.platform_no, 2, "approved", "周末送"),
    ]  # fmt: skip
    assert family(whole) == before
    assert list(Level.objects.order_by("pk").values()) == levels
    assert [(lines_of(first).keys(), lines_of(second).keys())] == [({"TEA", "CUP"}, {"TEA"})]
    assert root.recipient_id != parts[0].recipient_id
    assert [part.paid_minor for part in parts] == [part.total_minor for part in parts]
    assert_clean()
    # Each goes its own way, and each number is told for the one number its shop knows.
    wave = waves.plan([whole, first, second], warehouse_id=stocked.warehouse_id, by=SYSTEM, at=at)
    waves.release([wave.wave_id], by=SYSTEM, at=at)
    picks.confirm_waves([wave.wave_id], by=SYSTEM, at=at)
    boxes = list(Parcel.objects.order_by("pk").values_list("pk", flat=True))
    assert len(boxes) == 3
    parcels.assign({pk: f"HAND{pk:08d}" for pk in boxes}, carrier_id=stocked.carrier_id, by=SYSTEM, at=at)
    from_bench(boxes, at=at)
    parcels.ship(boxes[:1], by=SYSTEM, at=at)
    assert sorted(stocked.stage(id_) for id_ in (whole, first, second)) == ["fulfilling", "fulfilling", "shipped"]
    parcels.ship(boxes, by=SYSTEM, at=at)
    told = Order.objects.filter(platform_no=root.platform_no).values_list("waybill", flat=True)
    assert len(set(told)) == 3
    with pytest.raises(TooFarToJoin):
        splitting.split([Take(lines_of(whole)["TEA"], 1)], by=owner, at=at)
    assert rejoining.rejoin([first], by=owner, at=at).refused[first]["code"] == "too-far-to-join"
    assert_clean()


@pytest.mark.capability("A-10")
def test_what_is_there_goes_now_and_the_rest_waits_as_an_order_of_its_own(stocked: Floor, owner: Actor, at: datetime) -> None:
    (whole,) = stocked.orders({"TEA": 70, "CUP": 1})
    holds.hold([whole], facts={"note": "等回话"}, by=owner, at=at)
    (part,) = splitting.split([Take(lines_of(whole)["TEA"], 10)], by=owner, at=at).order_ids
    # What a person stopped stays stopped, in both.
    assert set(Hold.objects.filter(cleared_at=None).values_list("order_id", "code")) == {
        (whole, "by-hand"), (part, "by-hand"),
    }  # fmt: skip
    review.let_go([whole, part], by=owner, at=at)
    assert (stocked.stage(whole), stocked.stage(part)) == ("approved", "pending_review")
    assert list(Hold.objects.filter(cleared_at=None).values_list("order_id", "code")) == [(part, "out-of-stock")]
    stocked.shelf("A-1", "TEA", 40)
    assert stocked.stage(part) == "approved"
    # Neither is taken for a repeat of the other, and their shop's word for the number means the whole.
    shop = Shop.objects.get(pk=stocked.shop_id)
    order = Order.objects.get(pk=whole)
    again = NewOrder(order.platform_no, at, (NewLine(stocked.skus["TEA"], "TEA", "商品TEA", "", 70, 1000, 0, 70000),), LIN, "CNY", 0, 0, 70000, 70000,
                     "paid", "pending_review", paid_at=at)  # fmt: skip
    said = making.prepared(again, intake.way_of(shop))
    placed = intake.write([said], shop_id=shop.pk, by=SYSTEM, at=at)
    assert (placed.created, placed.known[order.platform_no].order_id) == ({}, whole)
    told = renew.renew([said], shop_id=shop.pk, by=SYSTEM, at=at)
    assert Order.objects.get(pk=whole).pieces == 61, told
    assert_clean()


def test_what_cannot_be_taken_is_said_and_nothing_happens(stocked: Floor, owner: Actor, at: datetime) -> None:
    (whole,) = stocked.orders({"TEA": 3})
    line = lines_of(whole)["TEA"]
    before = image(whole)
    wrong = [([], NothingTaken), ([Take(line, 3)], NothingStays), ([Take(line, 4)], NotSoManyThere)]
    wrong.append(([Take(line, 2), Take(line, 1, 2)], NothingStays))
    for takes, refusal in wrong:
        with pytest.raises(refusal):
            splitting.split(takes, by=owner, at=at)
    with pytest.raises(Changed):
        splitting.split([Take(line, 1)], seen=99, by=owner, at=at)
    assert image(whole) == before
    assert rejoining.rejoin([whole], by=owner, at=at).refused[whole]["code"] == "no-part"
    (part,) = splitting.split([Take(line, 1)], by=owner, at=at).order_ids
    review.unapprove([part], by=SYSTEM, at=at)
    change.set_address(part, {"street": "别处 1 号"}, by=owner, at=at)
    assert rejoining.rejoin([part], by=owner, at=at).refused[part]["code"] == "other-door"
    assert Order.objects.get(pk=whole).recipient.masked_street != "别处 1 号"
    assert_clean()


baskets = st.lists(st.integers(1, 6), min_size=1, max_size=3).filter(lambda each: sum(each) > 1)
turns = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 5), st.integers(1, 2)), min_size=1, max_size=5)


@pytest.mark.capability("A-10")
def test_split_then_rejoined_is_what_it_was(stocked: Floor, owner: Actor, at: datetime) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(baskets, st.integers(0, 400), st.integers(0, 900), turns, st.randoms(use_true_random=False), st.booleans())
    def held(pieces: list[int], discount: int, freight: int, done: Any, chance: Any, at_review: bool) -> None:
        with transaction.atomic():
            basket = dict(zip(("TEA", "CUP", "POT"), pieces, strict=False))
            total = 1000 * sum(pieces) - discount + freight
            (whole,) = stocked.orders(basket, discount_minor=discount, freight_minor=freight, total_minor=total, paid_minor=total)
            if at_review:
                holds.hold([whole], by=owner, at=at)
                review.unapprove([whole], by=SYSTEM, at=at)
            before, sums, levels = image(whole), family(whole), list(Level.objects.order_by("pk").values())
            for which, line, many, part in done:
                ids = [whole, *Order.objects.filter(split_from=whole).order_by("pk").values_list("pk", flat=True)]
                mine = list(Line.objects.filter(order=ids[which % len(ids)]).order_by("pk").values_list("pk", flat=True))
                try:
                    splitting.split([Take(mine[line % len(mine)], many, part)], by=owner, at=at)
                except Refused:
                    continue
                assert family(whole) == sums
            parts = list(Order.objects.filter(split_from=whole).values_list("pk", flat=True))
            chance.shuffle(parts)
            for part in parts:
                assert rejoining.rejoin([part], by=owner, at=at).done == [part]
                assert family(whole) == sums
            after = image(whole)
            assert (after[0], after[1], after[2]) == before
            assert list(Level.objects.order_by("pk").values()) == levels
            assert_clean()
            transaction.set_rollback(True)

    held()


Move = Callable[["Moves"], None]


class Moves:
    """What may be done to two orders of one buyer and taken back, each in one word."""

    def __init__(self, floor: Floor, ids: list[int], at: datetime) -> None:
        self.floor, self.ids, self.at, self.parts = floor, ids, at, list[int]()

    def merge(self) -> None:
        merging.merge([*self.ids, *self.parts], by=SYSTEM, at=self.at)

    def unmerge(self) -> None:
        merging.unmerge([*self.ids, *self.parts], by=SYSTEM, at=self.at)

    def split(self) -> None:
        self.parts += splitting.split([Take(lines_of(self.ids[0])["TEA"], 1)], by=SYSTEM, at=self.at).order_ids

    def rejoin(self) -> None:
        rejoining.rejoin(self.parts, by=SYSTEM, at=self.at)
        self.parts.clear()

    def unapprove(self) -> None:
        holds.hold(self.ids[:1], by=SYSTEM, at=self.at)
        review.unapprove(self.ids[:1], by=SYSTEM, at=self.at)

    def approve(self) -> None:
        review.approve(self.ids, by=SYSTEM, at=self.at)

    def plan(self) -> None:
        waves.plan([*self.ids, *self.parts], warehouse_id=self.floor.warehouse_id, by=SYSTEM, at=self.at)

    def withdraw(self) -> None:
        waves.withdraw([*self.ids, *self.parts], by=SYSTEM, at=self.at)

    def cancel(self) -> None:
        progress.cancel(self.ids[1:], reason="买家不要了", by=SYSTEM, at=self.at)

    def restore(self) -> None:
        progress.restore(self.ids[1:], by=SYSTEM, at=self.at)
        review.approve(self.ids[1:], by=SYSTEM, at=self.at)


PAIRS = (("merge", "unmerge"), ("split", "rejoin"), ("unapprove", "approve"), ("plan", "withdraw"), ("cancel", "restore"))


def orders_of(pair: tuple[str, str], other: tuple[str, str]) -> list[tuple[str, ...]]:
    """A pair of moves within another, and across it."""
    return [(pair[0], other[0], other[1], pair[1]), (pair[0], other[0], pair[1], other[1])]


@pytest.mark.capability("A-10", "A-06")
def test_each_pair_of_moves_within_and_across_another_loses_nothing(stocked: Floor, at: datetime) -> None:
    ids = stocked.orders({"TEA": 3, "CUP": 1}, {"POT": 2}, one_door=True)
    orders = [family(id_) for id_ in ids]
    levels = list(Level.objects.order_by("pk").values("on_hand", "claimed"))
    for outer in PAIRS:
        for words in (way for inner in PAIRS if inner != outer for way in orders_of(outer, inner)):
            moves = Moves(stocked, ids, at)
            for word in words:
                try:
                    getattr(moves, word)()
                except Refused:
                    continue
            assert_clean()
            # Whatever was refused on the way, every way back is open.
            for word in ("withdraw", "rejoin", "restore", "approve", "unmerge"):
                getattr(moves, word)()
            holds.clear(ids, holds.BY_HAND, by=SYSTEM, at=at)
            assert [family(id_) for id_ in ids] == orders, words
            assert list(Level.objects.order_by("pk").values("on_hand", "claimed")) == levels, words
            assert not Order.objects.exclude(bundle=None).exists(), words
    assert_clean()


def test_splitting_many_takes_as_many_statements_as_splitting_one(stocked: Floor, at: datetime) -> None:
    def counted(many: int) -> int:
        ids = stocked.orders(*[{"TEA": 2, "CUP": 1}] * many)
        lines = Line.objects.filter(order__in=ids, sku_code="TEA").values_list("pk", flat=True)
        takes = [Take(line, 1) for line in lines]
        with CaptureQueriesContext(connection) as told:
            parts = splitting.split(takes, by=SYSTEM, at=at).order_ids
            rejoining.rejoin(parts, by=SYSTEM, at=at)
        return len(told)

    assert counted(1) == counted(6)
    assert Entry.objects.filter(name="OrderSplitOff").count() == Entry.objects.filter(name="OrderRejoined").count() == 7


@pytest.mark.capability("A-10")
def test_the_book_of_money_follows_a_split_and_a_rejoining(stocked: Floor, owner: Actor, at: datetime) -> None:
    (whole,) = stocked.orders({"TEA": 5, "CUP": 2}, discount_minor=101, freight_minor=600, total_minor=7499, paid_minor=7499)
    # One whose book is open, of which a part has its own opened later.
    money.refund([Back(whole, 99, note="少收一点运费")], by=owner, at=at)
    known = lines_of(whole)
    (part,) = splitting.split([Take(known["CUP"], 2)], by=owner, at=at).parts[whole]
    assert family(whole)["paid_minor"] == 7400
    assert_clean()
    money.refund([Back(part, 10, note="杯子有瑕疵")], by=owner, at=at)
    assert_clean()
    assert rejoining.rejoin([part], by=owner, at=at).done == [part]
    assert (Order.objects.get(pk=whole).paid_minor, Order.objects.get(pk=part).paid_minor) == (7390, 0)
    assert_clean()
