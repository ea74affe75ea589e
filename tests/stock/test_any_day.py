"""Any day in the shop: whatever is done in whatever order, the books agree after every single step."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.fulfilment.floor import LIN, FakeCourier, Floor
from zhanggui.carriers import queries as carriers
from zhanggui.fulfilment.commands import packing, parcels, picks, waves
from zhanggui.fulfilment.models import Parcel, ParcelLine, Pick, Wave
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import change, holds, intake, progress, review, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Line, Order
from zhanggui.stock.commands import receipts, safety
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.commands.safety import Buffer
from zhanggui.stock.models import Level, Shelf

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
SKUS = ("TEA", "CUP", "TIN")
some = st.lists(st.integers(0, 30), min_size=1, max_size=4)
which = st.integers(0, 10**6)
sku = st.sampled_from(SKUS)
few = st.integers(0, 6)
DECISIONS = (review.run, review.approve, review.unapprove, progress.cancel, progress.restore, progress.record_payment)


class Day(RuleBasedStateMachine):
    """``came`` is what a person would count on the back of an envelope: pieces in, minus pieces out."""

    def __init__(self) -> None:
        super().__init__()
        # Every day begins in an empty shop.
        self.day = transaction.atomic()
        self.day.__enter__()
        self.floor = Floor(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
        self.came = dict.fromkeys(SKUS, 0)
        self.made = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.day.__exit__(None, None, None)

    @initialize()
    def open_up(self) -> None:
        for nth, code in enumerate(SKUS):
            self.floor.shelf(f"A-{nth}", code, 9)
            self.came[code] = 9
        # A day begins with work: some waits, some is in a wave, some is at the bench.
        for _ in range(3):
            self.floor.wave({"TEA": 2, "CUP": 1}, {"TIN": 1}, release=self.made < 2)
            self.made += 1
        self.may(picks.confirm_waves, self.these(Wave, [0]))
        self.floor.orders({"TEA": 1})

    # Orders

    @rule(baskets=st.lists(st.lists(st.tuples(sku, st.integers(1, 3)), min_size=1, max_size=3), min_size=1, max_size=3), unpaid=st.booleans())
    def orders_come(self, baskets: list[list[tuple[str, int]]], unpaid: bool) -> None:
        drafts = []
        for basket in baskets:
            self.floor.made += 1
            lines = tuple(NewLine(self.floor.skus[code], code, code, "", n, 999, 0, 999 * n) for code, n in basket)
            total = sum(line.total_minor for line in lines)
            who = LIN._replace(phone=f"138{self.floor.made:08d}")
            order = NewOrder(f"N{self.floor.made}", AT, lines, who, "CNY", 0, 0, total, total, "paid", "pending_review", paid_at=AT)
            drafts.append(order._replace(payment="unpaid", stage="pending_payment", paid_minor=0, paid_at=None) if unpaid else order)
        intake.place(drafts, shop_id=self.floor.shop_id, by=SYSTEM, at=AT)

    @rule()
    def the_worker_comes_by(self) -> None:
        jobs.run_until_idle(at=lambda: AT)

    @rule(picked=some, verb=st.sampled_from(DECISIONS))
    def somebody_decides(self, picked: list[int], verb: Callable[..., Any]) -> None:
        self.may(verb, self.these(Order, picked))

    @rule(picked=some, verb=st.sampled_from((holds.hold, holds.clear)), code=st.sampled_from(("by-hand", "address-incomplete")))
    def somebody_holds_or_lets_go(self, picked: list[int], verb: Callable[..., Any], code: str) -> None:
        self.may(verb, self.these(Order, picked), code)

    @rule(nth=which, quantity=few)
    def the_buyer_wants_another_number(self, nth: int, quantity: int) -> None:
        self.may_one(change.change_quantity, Line, nth, quantity)

    @rule(nth=which, other=sku)
    def other_goods_go_instead(self, nth: int, other: str) -> None:
        self.may_one(change.swap_sku, Line, nth, self.floor.skus[other])

    # The warehouse

    @rule(picked=some, everything=st.booleans())
    def a_wave_is_planned(self, picked: list[int], everything: bool) -> None:
        self.may(waves.plan, None if everything else self.these(Order, picked), warehouse_id=self.floor.warehouse_id)

    @rule(picked=some, verb=st.sampled_from((waves.release, waves.cancel, picks.confirm_waves, picks.put_back)))
    def waves_move(self, picked: list[int], verb: Callable[..., Any]) -> None:
        self.may(verb, self.these(Wave, picked))

    @rule(picked=some)
    def stops_are_confirmed(self, picked: list[int]) -> None:
        self.may(picks.confirm, self.these(Pick, picked))

    @rule(nth=which, found=few)
    def a_stop_has_too_few(self, nth: int, found: int) -> None:
        self.may_one(picks.short, Pick, nth, found)

    @rule(nth=which)
    def a_stop_is_undone(self, nth: int) -> None:
        self.may_one(picks.undo, Pick, nth)

    @rule(picked=some)
    def orders_are_taken_out(self, picked: list[int]) -> None:
        self.may(waves.withdraw, self.these(Order, picked))

    @rule(picked=some)
    def boxes_are_packed(self, picked: list[int]) -> None:
        self.may(packing.pack_whole, self.these(Parcel, picked), force=True)

    @rule(picked=some)
    def boxes_are_labelled(self, picked: list[int]) -> None:
        self.may(parcels.label, self.these(Parcel, picked))

    @rule(picked=some, verb=st.sampled_from((packing.reopen, parcels.void, parcels.give_up)))
    def boxes_come_back(self, picked: list[int], verb: Callable[..., Any]) -> None:
        self.may(verb, self.these(Parcel, picked))

    @rule(picked=some)
    def boxes_leave(self, picked: list[int]) -> None:
        self.may(parcels.ship, self.these(Parcel, picked))

    @rule()
    def the_whole_floor_works(self) -> None:
        """What a good hour looks like: otherwise few boxes would ever leave."""
        self.may(review.approve, list(Order.objects.filter(stage="pending_review").values_list("id", flat=True)))
        self.may(waves.plan, None, warehouse_id=self.floor.warehouse_id)
        self.may(waves.release, list(Wave.objects.filter(stage="open").values_list("id", flat=True)))
        self.may(picks.confirm_waves, list(Wave.objects.filter(stage="picking").values_list("id", flat=True)))
        boxes = list(Parcel.objects.filter(stage__in=("waiting", "packing", "packed")).order_by("id").values_list("id", flat=True))
        for verb, more in ((packing.pack_whole, {"force": True}), (parcels.label, {}), (parcels.ship, {})):
            self.may(verb, boxes, **more)

    # The shelves

    @rule(code=sku, place=st.sampled_from(("A-0", "A-1", "B-9")), pieces=few)
    def goods_come(self, code: str, place: str, pieces: int) -> None:
        receipts.receive([Receipt(self.floor.warehouse_id, place, self.floor.skus[code], pieces)], by=SYSTEM, at=AT)
        self.came[code] += pieces

    @rule(code=sku, place=st.sampled_from(("A-0", "A-1", "B-9", "STAGE")), pieces=few)
    def somebody_counts(self, code: str, place: str, pieces: int) -> None:
        lies = Shelf.objects.filter(bin__code=place, sku_id=self.floor.skus[code]).values_list("pieces", flat=True).first() or 0
        if self.may(receipts.count, [Receipt(self.floor.warehouse_id, place, self.floor.skus[code], pieces)], why="盘点"):
            self.came[code] += pieces - lies

    @rule(code=sku, pieces=few)
    def some_are_kept_back(self, code: str, pieces: int) -> None:
        safety.keep_back([Buffer(self.floor.warehouse_id, self.floor.skus[code], pieces)], by=SYSTEM, at=AT)

    # What holds

    @invariant()
    def the_auditor_finds_nothing(self) -> None:
        assert_clean()

    @invariant()
    def what_is_there_is_what_came_less_what_left(self) -> None:
        left = dict.fromkeys(SKUS, 0)
        for code, pieces in ParcelLine.objects.filter(parcel__stage="shipped").values_list("sku__code", "pieces"):
            left[code] += pieces
        there = dict(Level.objects.values_list("sku__code", "on_hand"))
        assert {code: there.get(code, 0) for code in SKUS} == {code: self.came[code] - left[code] for code in SKUS}

    def these(self, model: Any, picked: list[int]) -> list[int]:
        """Some that are there; the same twice now and then."""
        known = list(model.objects.order_by("id").values_list("id", flat=True))
        return [known[nth % len(known)] for nth in picked] if known else []

    def may(self, verb: Callable[..., Any], *args: Any, **more: Any) -> bool:
        """Whether it was done; a refusal is an answer, everything else is a fault."""
        try:
            with transaction.atomic():
                verb(*args, by=SYSTEM, at=AT, **more)
        except Refused:
            return False
        return True

    def may_one(self, verb: Callable[..., Any], model: Any, nth: int, *args: Any) -> None:
        for id_ in self.these(model, [nth])[:1]:
            self.may(verb, id_, *args)


@pytest.mark.capability("K-02", "K-03", "K-05")
@pytest.mark.timeout(280)
def test_whatever_is_done_in_whatever_order_the_books_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": FakeCourier()})
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Day, settings=settings(max_examples=9, stateful_step_count=40, deadline=None, suppress_health_check=quiet, print_blob=True, database=None)
    )
