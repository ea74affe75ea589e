"""Orders of a table without numbers: one a row or one a receiver, the same again in every file, none lost and none made of a sum."""

import pytest

from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.numbering import HEADING
from zhanggui.channels.reading.opening import open_table

HEAD = "姓名,手机,地址,商品编码,数量"
ROWS = [
    "林晓,13800137621,珞喻路 12 号,CUP,1", "林晓,13800137621,珞喻路 12 号,BOWL,2", ",,,POT,1", "周到,13955558866,文三路 1 号,CUP,1",
    "林晓,13800137621,珞喻路 12 号,CUP,1", "周到,13955558866,文三路 1 号,CUP,1", "合计,,,,8",
]  # fmt: skip


def numbers(how: str, rows: list[str], head: str = HEAD) -> list[object]:
    table = open_table("\n".join([head, *rows]).encode(), choices=Choices(numbers=how))
    found = [cells[-1] for _row, cells in table.rows()]
    assert list(table.column(len(table.header) - 1)) == found
    assert [cells[-1] for _row, cells in table.preview(3)] == found[:3]
    return found


@pytest.mark.capability("I-07")
def test_each_row_is_an_order_and_the_same_row_is_the_same_order_in_every_file() -> None:
    found = numbers("row", ROWS)
    assert found[-1] is None, "a sum is no order"
    assert len(set(found[:-1])) == 6
    assert found[4:6] == [f"{found[0]}-2", f"{found[3]}-2"], "alike and not the same"
    assert numbers("row", ROWS) == found
    assert numbers("row", ["新来,13700137000,建国路 8 号,CUP,1", *ROWS])[1:] == found
    assert not any("13800137621" in str(one) for one in found)


@pytest.mark.capability("I-07")
def test_rows_below_each_other_for_one_receiver_are_one_order() -> None:
    found = numbers("person", ROWS)
    assert found[0] == found[1] == found[2], "a row that leaves the receiver out is of the one above"
    assert len({found[0], found[3], found[4], found[5]}) == 4, "somebody who comes again comes again"
    assert found[4] == f"{found[0]}-2"


def test_a_running_number_and_a_mark_change_nothing_and_without_receivers_nobody_asks_for_theirs() -> None:
    marked = [f"{nth},{row},?" for nth, row in enumerate(ROWS[:4])]
    assert numbers("row", marked, f"序号,{HEAD},办了没有") == numbers("row", ROWS[:4])
    assert len(set(numbers("row", ["a,b", "a,c"], "甲,乙"))) == 2
    with pytest.raises(HeadersMissing):
        numbers("person", ["a,b"], "甲,乙")


def test_a_table_that_has_numbers_keeps_them_and_a_row_of_another_width_gets_none() -> None:
    table = open_table(b"\xe8\xae\xa2\xe5\x8d\x95\xe5\x8f\xb7,\xe6\x95\xb0\xe9\x87\x8f\nA1,2", choices=Choices(numbers="row"))
    assert table.header == ["订单号", "数量"]
    table = open_table(f"{HEAD}\n林晓,13800137621,珞喻路,CUP,1\n周到,1395,x".encode(), choices=Choices(numbers="row"))
    assert (table.header[-1], [len(cells) for _row, cells in table.rows()]) == (HEADING, [6, 3])
