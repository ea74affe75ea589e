"""Which orders could be one parcel: pure."""

import pytest

from zhanggui.orders.rules.door import Door, Goer, groups, misfits

HOME = Door(7, 3, "湖北省", "武汉市", "洪山区", 1, "CNY")
pytestmark = pytest.mark.one_leg


@pytest.mark.parametrize(
    ("others", "together"),
    [
        ([HOME], [[0, 1]]),
        ([HOME, HOME], [[0, 1, 2]]),
        ([HOME._replace(person=8)], []),
        ([HOME._replace(name=4)], []),
        ([HOME._replace(district="武昌区")], []),
        ([HOME._replace(warehouse_id=2)], []),
        ([HOME._replace(currency="USD")], []),
        ([HOME._replace(person=8), HOME._replace(person=8), HOME], [[0, 3], [1, 2]]),
    ],
)
def test_only_what_goes_to_one_door_goes_together(others: list[Door], together: list[list[int]]) -> None:
    assert groups(Goer(nth, door) for nth, door in enumerate([HOME, *others])) == together


def test_whom_nobody_knows_and_who_was_stopped_go_with_nobody() -> None:
    unknown = HOME._replace(person=None)
    assert groups([Goer(1, unknown), Goer(2, unknown)]) == []
    assert groups([Goer(1, HOME), Goer(2, HOME, stopped=True)]) == []


def test_of_merged_orders_the_larger_part_stays() -> None:
    moved = HOME._replace(person=9)
    assert misfits([Goer(1, HOME), Goer(2, HOME), Goer(3, moved)]) == [3]
    assert misfits([Goer(1, HOME), Goer(2, moved)]) == [1, 2]
    assert misfits([Goer(1, moved), Goer(2, HOME), Goer(3, HOME, stopped=True)]) == [1, 2, 3]
    assert misfits([Goer(1, HOME), Goer(2, HOME)]) == []
