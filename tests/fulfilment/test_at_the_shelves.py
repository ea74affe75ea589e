"""Picking: what was taken, what was not there, what is taken back."""

from datetime import datetime

import pytest

from tests.fulfilment.floor import Floor
from zhanggui.fulfilment import queries
from zhanggui.fulfilment.commands import packing, picks
from zhanggui.fulfilment.models import Parcel, Pick, Wave
from zhanggui.fulfilment.refusals import PickDone, PickTooMany, PickUnderWay
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.orders.models import Hold
from zhanggui.stock.refusals import ShelfShort

pytestmark = pytest.mark.django_db


def stop_of(wave_id: int, bin_code: str) -> int:
    return Pick.objects.values_list("pk", flat=True).get(wave_id=wave_id, bin__code=bin_code)


def open_stops(wave_id: int) -> list[str]:
    """The bins still to be gone to, in walking order."""
    return [pick.bin.code for pick in queries.wave_detail(wave_id).picks.all() if pick.done_at is None]


@pytest.mark.capability("F-02")
def test_a_confirmed_stop_lies_in_staging_and_the_next_one_is_shown(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    floor.shelf("B-1", "CUP", 5)
    wave_id = floor.wave({"TEA": 2, "CUP": 1})
    assert open_stops(wave_id) == ["A-1", "B-1"]
    first = stop_of(wave_id, "A-1")
    picks.confirm([first], by=owner, at=at)
    assert floor.lies("TEA") == {"A-1": 3, "STAGE": 2}
    assert open_stops(wave_id) == ["B-1"]
    picks.confirm([stop_of(wave_id, "B-1")], by=owner, at=at)
    assert open_stops(wave_id) == []
    assert Wave.objects.get(pk=wave_id).stage == "picked"
    assert Pick.objects.get(pk=first).done_by == "owner"


@pytest.mark.capability("F-02")
def test_confirming_twice_takes_nothing_twice(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    wave_id = floor.wave({"TEA": 2})
    stop = stop_of(wave_id, "A-1")
    assert picks.confirm([stop, stop], by=owner, at=at).done == [stop]
    again = picks.confirm([stop], by=owner, at=at)
    assert again.refused[stop]["code"] == "wave-elsewhere"
    assert floor.lies("TEA") == {"A-1": 3, "STAGE": 2}


def test_a_stop_with_fewer_stays_open_until_somebody_ends_it(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    wave_id = floor.wave({"TEA": 3})
    stop = stop_of(wave_id, "A-1")
    picks.confirm([stop], picked={stop: 2}, by=owner, at=at)
    assert floor.stops(wave_id) == [("A-1", "TEA", 3, 2)]
    assert picks.confirm([stop], picked={stop: 9}, by=owner, at=at).refused[stop]["code"] == "pick-too-many"
    picks.confirm([stop], by=owner, at=at)
    assert floor.lies("TEA") == {"A-1": 2, "STAGE": 3}


def test_a_shelf_with_fewer_than_the_books_say_takes_nothing(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    floor.shelf("B-1", "CUP", 5)
    wave_id = floor.wave({"TEA": 5, "CUP": 1})
    stop = Pick.objects.get(wave_id=wave_id, bin__code="A-1")
    picks.take_from_shelves([picks.Take(stop.bin_id, stop.sku_id, 1)], wave_id=wave_id, by=owner, at=at)
    with pytest.raises(ShelfShort):
        picks.confirm_waves([wave_id], by=owner, at=at)
    assert [picked for *_, picked in floor.stops(wave_id)] == [0, 0]
    assert floor.lies("CUP") == {"B-1": 5}


@pytest.mark.capability("F-02")
def test_pieces_that_were_not_there_send_the_last_order_back(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    floor.shelf("B-1", "CUP", 5)
    wave_id = floor.wave({"TEA": 2}, {"TEA": 2, "CUP": 2}, {"CUP": 1})
    orders = list(Parcel.objects.order_by("id").values_list("order_id", flat=True))
    assert picks.short(stop_of(wave_id, "A-1"), 3, by=owner, at=at) == [orders[1]]
    assert [floor.stage(order_id) for order_id in orders] == ["fulfilling", "pending_review", "fulfilling"]
    assert Hold.objects.get(order_id=orders[1]).code == "shelf-short"
    # Three were found, two are wanted now; the cups the lost order wanted are not walked for.
    assert floor.stops(wave_id) == [("A-1", "TEA", 3, 3), ("B-1", "CUP", 1, 0)]
    assert floor.level("TEA") == (5, 2)
    assert floor.level("CUP") == (5, 1)
    told = Entry.objects.get(name="ShelfCameShort")
    assert (told.facts["asked"], told.facts["found"]) == (4, 3)
    assert floor.lies("TEA") == {"A-1": 2, "STAGE": 3}
    picks.confirm_waves([wave_id], by=owner, at=at)
    assert Wave.objects.get(pk=wave_id).stage == "picked"
    assert picks.put_back([wave_id], by=owner, at=at) == 1


def test_what_one_bin_lacks_is_looked_for_in_another_first(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    wave_id = floor.wave({"TEA": 4})
    floor.shelf("C-9", "TEA", 5)
    assert picks.short(stop_of(wave_id, "A-1"), 1, by=owner, at=at) == []
    assert floor.stops(wave_id) == [("A-1", "TEA", 1, 1), ("C-9", "TEA", 3, 0)]
    picks.confirm_waves([wave_id], by=owner, at=at)
    assert floor.lies("TEA") == {"A-1": 4, "C-9": 2, "STAGE": 4}


def test_a_wave_that_finds_nothing_ends(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    wave_id = floor.wave({"TEA": 4})
    picks.short(stop_of(wave_id, "A-1"), 0, by=owner, at=at)
    wave = Wave.objects.get(pk=wave_id)
    assert (wave.stage, wave.done_at) == ("done", at)
    assert floor.level("TEA") == (5, 0)


def test_a_stop_is_only_short_once_and_by_fewer(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    floor.shelf("B-1", "CUP", 5)
    wave_id = floor.wave({"TEA": 4}, {"CUP": 1})
    stop = stop_of(wave_id, "A-1")
    with pytest.raises(PickTooMany):
        picks.short(stop, 4, by=owner, at=at)
    picks.short(stop, 0, by=owner, at=at)
    with pytest.raises(PickDone):
        picks.short(stop, 0, by=owner, at=at)


def test_a_stop_taken_back_lies_on_its_shelf_again(floor: Floor, owner: Actor, at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    wave_id = floor.wave({"TEA": 2})
    stop = stop_of(wave_id, "A-1")
    picks.confirm([stop], by=owner, at=at)
    picks.undo(stop, by=owner, at=at)
    assert floor.lies("TEA") == {"A-1": 5}
    assert Wave.objects.get(pk=wave_id).stage == "picking"
    picks.confirm([stop], by=owner, at=at)
    packing.open(Parcel.objects.get().number, by=owner, at=at)
    with pytest.raises(PickUnderWay):
        picks.undo(stop, by=owner, at=at)


def test_only_the_warehouse_picks(floor: Floor, roles: dict[str, Actor], at: datetime) -> None:
    floor.shelf("A-1", "TEA", 5)
    wave_id = floor.wave({"TEA": 2})
    stop = stop_of(wave_id, "A-1")
    for role in ("sales", "reviewer", "finance", "readonly"):
        with pytest.raises(NotAllowed):
            picks.confirm([stop], by=roles[role], at=at)
    assert picks.confirm([stop], by=roles["warehouse"], at=at).done == [stop]
