"""The pure rules of the warehouse: bins, walks, slots, who gives way."""

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.fulfilment.rules import groups, slots, trimming, walk
from zhanggui.fulfilment.rules.labels import door
from zhanggui.fulfilment.rules.walk import Spot, Stop


def spot(code: str, pieces: int, walk_: int = 0) -> Spot:
    return Spot(abs(hash(code)) % 10_000, code, walk_, pieces)


def test_bins_are_walked_as_people_count() -> None:
    codes = ["A-10", "A-2", "B-1", "a-3", "A"]
    assert sorted(codes, key=walk.natural) == ["A", "A-2", "a-3", "A-10", "B-1"]


def test_one_bin_that_is_enough_beats_two_and_the_one_that_is_emptied_beats_it() -> None:
    spots = [spot("A", 3), spot("B", 9), spot("C", 5)]
    assert [(s.code, n) for s, n in walk.share(5, spots)] == [("C", 5)]
    assert [(s.code, n) for s, n in walk.share(4, spots)] == [("C", 4)]
    assert [(s.code, n) for s, n in walk.share(11, spots)] == [("B", 9), ("A", 2)]
    assert [(s.code, n) for s, n in walk.share(99, spots)] == [("B", 9), ("C", 5), ("A", 3)]


@given(st.integers(1, 60), st.lists(st.integers(1, 20), max_size=7))
def test_shares_are_never_more_stops_than_needed(pieces: int, bins: list[int]) -> None:
    shares = walk.share(pieces, [spot(f"B-{place}", many) for place, many in enumerate(bins)])
    taken = sum(n for _, n in shares)
    assert taken == min(pieces, sum(bins))
    assert all(0 < n <= s.pieces for s, n in shares)
    fewest = next((k for k in range(len(bins) + 1) if sum(sorted(bins, reverse=True)[:k]) >= taken), 0)
    assert len(shares) == fewest
    assert sum(1 for s, n in shares if n < s.pieces) <= 1


def test_the_walk_keeps_a_bins_goods_together_and_numbers_before_codes() -> None:
    stops = [Stop(1, "Z-1", 5, 7, 1), Stop(2, "A-1", 9, 8, 1), Stop(1, "Z-1", 5, 6, 1)]
    assert [(stop.code, stop.sku_id) for stop in walk.along(stops)] == [("Z-1", 6), ("Z-1", 7), ("A-1", 8)]


def test_what_no_bin_has_is_said() -> None:
    stops, missing = walk.plan({1: 4, 2: 1}, {1: [spot("A", 3)]})
    assert [(stop.code, stop.pieces) for stop in stops] == [("A", 3)]
    assert missing == {1: 1, 2: 1}


def test_orders_of_one_kind_stand_side_by_side() -> None:
    orders = {10: [(1, 1)], 11: [(2, 1)], 12: [(1, 3)], 13: [(1, 1), (2, 1)], 14: [(2, 2)]}
    assert slots.assign(orders) == {10: 1, 12: 2, 11: 3, 14: 4, 13: 5}


def test_a_stop_is_shared_out_slot_by_slot_over_several_bins() -> None:
    wants = [slots.Want(2, 1, 3), slots.Want(1, 1, 2), slots.Want(1, 2, 1)]
    assert slots.seed([(1, 4), (2, 1), (1, 2)], wants) == [[(1, 2), (2, 2)], [(1, 1)], [(2, 1)]]


def test_the_last_promised_gives_way_first() -> None:
    boxes = [trimming.Box(n, n * 10, n, wants) for n, wants in enumerate([{1: 2}, {1: 1, 2: 1}, {2: 4}, {1: 1}], 1)]
    assert [box.parcel_id for box in trimming.give_way(boxes, {1: 2})] == [4, 2]
    # Number two gave back enough of the other goods on its way out: number three stays.
    assert [box.parcel_id for box in trimming.give_way(boxes, {1: 2, 2: 1})] == [4, 3, 2]
    assert trimming.give_way(boxes, {}) == []


STOPS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(0, 9)), max_size=8)
WANTED = st.dictionaries(st.integers(1, 3), st.integers(0, 20))


@given(STOPS, WANTED)
def test_trimming_asks_no_less_than_is_picked_or_wanted(rows: list[tuple[int, int, int]], wanted: dict[int, int]) -> None:
    asks = [trimming.Ask(n, n, sku, pieces, min(picked, pieces), False) for n, (sku, pieces, picked) in enumerate(rows)]
    smaller = trimming.trim(asks, wanted)
    for ask in asks:
        assert ask.picked <= smaller.get(ask.pick_id, ask.pieces) <= ask.pieces
    for sku in (1, 2, 3):
        before = sum(ask.pieces for ask in asks if ask.sku_id == sku)
        after = sum(smaller.get(ask.pick_id, ask.pieces) for ask in asks if ask.sku_id == sku)
        assert after >= min(before, wanted.get(sku, 0))
    back = trimming.leftovers(asks, wanted)
    for sku in (1, 2, 3):
        picked = sum(ask.picked for ask in asks if ask.sku_id == sku)
        assert sum(n for pick, n in back.items() if asks[pick].sku_id == sku) == max(picked - wanted.get(sku, 0), 0)


def test_a_suggestion_counts_only_stops_it_really_saves() -> None:
    waiting = [groups.Waiting(n, 1, 1, None, 7) for n in range(4)] + [groups.Waiting(9, 3, 2, 5, None)]
    found = {group.kind: group for group in groups.gather(waiting)}
    assert set(found) == {"all", "single", "mixed", "carrier"}
    assert (found["single"].stops_saved, found["mixed"].stops_saved, found["carrier"].order_ids) == (3, 0, (9,))


def test_unit_and_room_stay_off_the_parcel() -> None:
    assert door("珞喻路 12 号 3 栋 2 单元 1502 室") == "珞喻路 12 号 3 栋 ***"
    assert door("文三路 8-2-501") == "文三路 8***"
    assert door("人民大道 88 号 15 楼 1501 室") == "人民大道 88 号***"
    assert door("幸福小区 3 单元") == "幸福小区 ***"
    assert door("良渚街道 5 号") == "良渚街道 5 号"
    assert door("12 Baker Street") == "12 Baker Street"
