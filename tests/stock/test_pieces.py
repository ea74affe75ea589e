"""How many pieces are where, and to whom promised: never more than there are, never lost, each with its reason."""

from datetime import datetime, timedelta

import pytest

from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.verify import verify
from zhanggui.stock import queries
from zhanggui.stock.commands import claims, moves, receipts, safety, warehouses
from zhanggui.stock.commands.claims import Demand, Issue
from zhanggui.stock.commands.moves import Take
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.commands.safety import Buffer
from zhanggui.stock.models import Bin, Claim, Ledger, Level, Shelf
from zhanggui.stock.refusals import BadQuantity, BelowClaimed, NoWarehouse, ShelfShort

pytestmark = pytest.mark.django_db


class Store:
    """One warehouse, and words for what is done in it."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.id = warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)

    def sku(self, code: str) -> int:
        return goods.define([Definition(code)], by=SYSTEM, at=self.at).ids[code]

    def receive(self, *lies: tuple[str, int, int]) -> None:
        receipts.receive([Receipt(self.id, place, sku, many) for place, sku, many in lies], by=SYSTEM, at=self.at)

    def count(self, *lies: tuple[str, int, int]) -> int:
        return receipts.count([Receipt(self.id, place, sku, many) for place, sku, many in lies], why="盘点", by=SYSTEM, at=self.at)

    def hold(self, *wants: tuple[int, int, int, int]) -> claims.Holding:
        return claims.hold([Demand(*want) for want in wants], warehouse_id=self.id, by=SYSTEM, at=self.at)

    def level(self, sku: int) -> tuple[int, int]:
        return Level.objects.values_list("on_hand", "claimed").get(sku_id=sku)

    def bin(self, code: str) -> int:
        return Bin.objects.get(code=code).pk

    def lies(self, sku: int) -> dict[str, int]:
        return dict(Shelf.objects.filter(sku_id=sku).exclude(pieces=0).values_list("bin__code", "pieces"))


@pytest.fixture
def store(db: None, at: datetime) -> Store:
    return Store(at)


def broken(*codes: str) -> list[str]:
    """What the auditor says, apart from claims of orders that these stories never wrote."""
    return [each.code for each in verify() if each.rows and not each.says.startswith("no other order")]


@pytest.mark.capability("K-01", "K-05")
def test_what_is_received_lies_in_its_bin_and_whoever_waits_is_told(store: Store) -> None:
    tea = store.sku("TEA")
    store.receive(("A-1", tea, 5), ("A-2", tea, 3), ("A-1", tea, 2), ("", tea, 1), ("A-3", tea, 0))
    assert (store.level(tea), store.lies(tea)) == ((11, 0), {"A-1": 7, "A-2": 3, "-": 1})
    told = Entry.objects.filter(name="StockReceived")
    assert [(entry.subject_id, entry.facts["pieces"]) for entry in told] == [(tea, 11)]
    assert Job.objects.filter(name="orders.review_those_that_waited").count() == 1
    assert broken() == []


@pytest.mark.parametrize("pieces", [-1, 1_000_001])
def test_a_number_nobody_can_have_is_refused_whole(store: Store, pieces: int) -> None:
    tea = store.sku("TEA")
    for verb in (store.receive, store.count):
        with pytest.raises(BadQuantity):
            verb(("A-1", tea, 5), ("A-2", tea, pieces))
    with pytest.raises(BadQuantity):
        safety.keep_back([Buffer(store.id, tea, pieces)], by=SYSTEM, at=store.at)
    assert not Level.objects.exists()


@pytest.mark.capability("K-05")
def test_what_is_picked_for_orders_cannot_be_counted_away(store: Store) -> None:
    tea = store.sku("TEA")
    store.receive(("A-1", tea, 20))
    store.hold((1, 1, tea, 6))
    moves.pick([moves.Take(store.bin("A-1"), tea, 6)], wave_id=1, by=SYSTEM, at=store.at)
    with pytest.raises(BelowClaimed) as told:
        store.count(("STAGE", tea, 5))
    assert told.value.facts == {"sku": "TEA", "claimed": 6, "pieces": 5}
    assert store.lies(tea) == {"A-1": 14, "STAGE": 6}
    assert store.count(("STAGE", tea, 7)) == 1
    assert store.count(("STAGE", tea, 6), ("A-1", tea, 0)) == 2
    # Of what nobody is promised any more it may be said that it is gone.
    claims.release([1], by=SYSTEM, at=store.at)
    assert store.count(("STAGE", tea, 0)) == 1
    assert store.level(tea) == (0, 0)


@pytest.mark.capability("K-05")
def test_a_count_may_go_down_to_what_is_promised_and_not_below(store: Store) -> None:
    tea = store.sku("TEA")
    store.receive(("A-1", tea, 10))
    store.hold((1, 1, tea, 6))
    assert store.count(("A-1", tea, 6)) == 1
    assert store.level(tea) == (6, 6)
    with pytest.raises(BelowClaimed) as told:
        store.count(("A-1", tea, 5))
    assert told.value.facts == {"sku": "TEA", "claimed": 6, "pieces": 5}
    # Moved to another bin it is no less.
    assert store.count(("A-1", tea, 0), ("B-1", tea, 6)) == 2
    assert (store.level(tea), store.lies(tea)) == ((6, 6), {"B-1": 6})
    assert store.count(("B-1", tea, 6)) == 0
    assert broken() == []


@pytest.mark.capability("K-02", "A-08")
def test_the_same_goods_on_five_lines_are_one_wish(store: Store) -> None:
    tea = store.sku("TEA")
    store.receive(("A-1", tea, 9))
    held = store.hold(*((1, n, tea, 2) for n in range(5)))
    assert (held.filled, held.short) == ([], {1: [(tea, 10, 9)]})
    assert store.level(tea) == (9, 0)
    store.receive(("A-1", tea, 1))
    assert store.hold(*((1, n, tea, 2) for n in range(5))).filled == [1]
    assert store.level(tea) == (10, 10)


@pytest.mark.capability("K-02", "A-08")
def test_first_come_first_served_each_order_whole_or_not_at_all(store: Store) -> None:
    tea, cup = store.sku("TEA"), store.sku("CUP")
    store.receive(("A-1", tea, 5), ("A-2", cup, 1))
    held = store.hold((3, 31, tea, 3), (1, 11, tea, 2), (1, 12, cup, 2), (2, 21, tea, 2), (4, 41, 999_999, 1))
    assert held.filled == [3, 2]
    assert held.short == {1: [(tea, 2, 2), (cup, 2, 1)], 4: [(999_999, 1, 0)]} or held.short[1] == [(cup, 2, 1)]
    again = store.hold((3, 31, tea, 3), (2, 21, tea, 2))
    assert again.filled == [3, 2]
    assert (store.level(tea), Claim.objects.count()) == ((5, 5), 2)


@pytest.mark.parametrize("lines", [1, 50, 51, 500])
def test_an_order_of_many_lines_is_promised_whole_and_freed_whole(store: Store, lines: int) -> None:
    skus = [store.sku(f"S{n}") for n in range(min(lines, 60))]
    store.receive(*((f"A-{sku}", sku, 1000) for sku in skus))
    assert store.hold(*((1, n, skus[n % len(skus)], 2) for n in range(lines))).filled == [1]
    assert Claim.objects.filter(state="open").count() == lines
    assert claims.release([1], by=SYSTEM, at=store.at) == 2 * lines
    assert claims.release([1], by=SYSTEM, at=store.at) == 0
    assert set(Level.objects.values_list("claimed", flat=True)) == {0}


@pytest.mark.capability("K-03")
def test_a_claim_ends_once_however_it_ends(store: Store) -> None:
    tea = store.sku("TEA")
    store.receive(("A-1", tea, 5))
    store.hold((1, 11, tea, 3))
    moves.pick([Take(store.bin("A-1"), tea, 3)], wave_id=1, by=SYSTEM, at=store.at)
    for _ in range(2):
        claims.issue([Issue(1, 77)], by=SYSTEM, at=store.at)
        assert (store.level(tea), store.lies(tea)) == ((2, 0), {"A-1": 2})
    assert claims.release([1], by=SYSTEM, at=store.at) == 0
    assert list(Ledger.objects.filter(kind="issued").values_list("delta", "document_kind", "document_id")) == [(-3, "parcel", 77)]
    story = [(move.kind, move.delta) for move in queries.ledger(tea)]
    assert sorted(story) == sorted([("received", 5), ("claimed", 3), ("picked", -3), ("picked", 3), ("issued", -3)])
    assert broken() == []


@pytest.mark.capability("K-05")
def test_picking_takes_what_is_there_or_nothing_and_putting_back_undoes_it(store: Store) -> None:
    tea, cup = store.sku("TEA"), store.sku("CUP")
    store.receive(("A-1", tea, 3), ("B-1", cup, 3))
    a, b = store.bin("A-1"), store.bin("B-1")
    with pytest.raises(ShelfShort) as told:
        moves.pick([Take(a, tea, 2), Take(b, cup, 4)], wave_id=1, by=SYSTEM, at=store.at)
    assert told.value.facts == {"bin": "B-1", "sku": "CUP", "pieces": 3, "wanted": 4}
    assert store.lies(tea) == {"A-1": 3}
    moves.pick([Take(a, tea, 2), Take(b, cup, 3), Take(a, tea, 0)], wave_id=1, by=SYSTEM, at=store.at)
    assert (store.lies(tea), store.lies(cup)) == ({"A-1": 1, "STAGE": 2}, {"STAGE": 3})
    moves.put_back([Take(a, tea, 2)], wave_id=1, by=SYSTEM, at=store.at)
    with pytest.raises(ShelfShort):
        moves.put_back([Take(a, tea, 1)], wave_id=1, by=SYSTEM, at=store.at)
    assert (store.lies(tea), store.level(tea)) == ({"A-1": 3}, (3, 0))
    # What waits to be shipped is no shelf anybody is sent to.
    assert [place.bin_code for place in queries.where([cup], store.id).get(cup, [])] == []
    assert broken() == []


@pytest.mark.capability("K-04")
def test_what_is_kept_back_is_never_promised_and_setting_it_free_is_news(store: Store) -> None:
    tea = store.sku("TEA")
    assert safety.keep_back([Buffer(store.id, tea, 4)], by=SYSTEM, at=store.at) == 1
    store.receive(("A-1", tea, 5))
    assert queries.available([tea]) == {tea: 1}
    assert store.hold((1, 1, tea, 2)).short == {1: [(tea, 2, 1)]}
    told = Entry.objects.filter(name="StockReceived").count()
    assert safety.keep_back([Buffer(store.id, tea, 4)], by=SYSTEM, at=store.at) == 0
    assert safety.keep_back([Buffer(store.id, tea, 3)], by=SYSTEM, at=store.at) == 1
    assert Entry.objects.filter(name="StockReceived").count() == told + 1
    assert store.hold((1, 1, tea, 2)).filled == [1]
    # More is kept back than is free: nothing is taken from anybody, and nothing more is promised.
    safety.keep_back([Buffer(store.id, tea, 9)], by=SYSTEM, at=store.at)
    assert (queries.available([tea]), store.level(tea)) == ({tea: 0}, (5, 2))


def test_a_shop_without_a_warehouse_says_so_and_the_first_one_ships(db: None, at: datetime) -> None:
    with pytest.raises(NoWarehouse):
        queries.default_warehouse()
    first = warehouses.open_one(" HZ ", "一仓", by=SYSTEM, at=at)
    warehouses.open_one("SH", "二仓", by=SYSTEM, at=at)
    assert warehouses.open_one("HZ", "新名字", by=SYSTEM, at=at + timedelta(days=1)) == first
    assert (queries.default_warehouse().pk, queries.default_warehouse().name) == (first, "新名字")
    assert Bin.objects.filter(kind="staging").count() == 2


def test_two_warehouses_do_not_lend_each_other_pieces(store: Store, at: datetime) -> None:
    tea, other = store.sku("TEA"), warehouses.open_one("SH", "二仓", by=SYSTEM, at=at)
    receipts.receive([Receipt(other, "A-1", tea, 50)], by=SYSTEM, at=at)
    assert store.hold((1, 1, tea, 1)).filled == []
    assert claims.hold([Demand(1, 1, tea, 1)], warehouse_id=other, by=SYSTEM, at=at).filled == [1]
    assert queries.available([tea]) == {tea: 49}
