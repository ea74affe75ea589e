"""Rows of one order find each other wherever they stand, and no row is lost on the way."""

import random
from datetime import UTC
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.channels.port import ChannelOrder, Context, Payment, Problem, Turned
from zhanggui.channels.reading.assemble import Assembler, Rules
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.grouping import Group, grouped
from zhanggui.channels.reading.opening import open_table

HEAD = "订单号,商品编码,数量,单价,下单时间\n"
COLUMNS = {"order_no": 0, "sku": 1, "quantity": 2, "unit": 3, "placed_at": 4}


def table(*rows: str):
    return open_table((HEAD + "\n".join(rows) + "\n").encode())


def seen(answers) -> list[int]:
    return sorted(row for answer in answers for row in answer.rows)


def test_scattered_rows_make_one_order_in_the_order_of_the_file():
    groups = list(grouped(table("A,1,1,1,", "B,1,1,1,", "A,2,1,1,", "C,1,1,1,", "A,3,1,1,"), 0))
    assert [(group.no, group.rows) for group in groups] == [("B", [3]), ("C", [5]), ("A", [2, 4, 6])]
    assert [cells[1] for cells in groups[2].cells] == ["1", "2", "3"]


def test_one_number_written_in_two_ways_is_one_order():
    groups = list(grouped(table('"=""123""",1,1,1,', "'123,2,1,1,", "9,1,1,1,", "123\t,3,1,1,"), 0))
    assert sorted((group.no, tuple(group.rows)) for group in groups) == [("123", (2, 3, 5)), ("9", (4,))]


def test_a_row_without_a_number_is_turned_away_alone():
    groups = list(grouped(table("A,1,1,1,", ",2,1,1,", "A,3,1,1,", "合计,,3,,", ",合计,3,,"), 0))
    assert [(answer.__class__, answer.rows) for answer in groups if isinstance(answer, Turned)] == [
        (Turned, (3,)),
        (Turned, (5,)),
        (Turned, (6,)),
    ]
    assert [problem.code for answer in groups if isinstance(answer, Turned) for problem in answer.problems] == [
        Code.ORDER_NO_BLANK,
        Code.NOT_AN_ORDER,
        Code.NOT_AN_ORDER,
    ]
    assert [answer.rows for answer in groups if isinstance(answer, Group)] == [[2, 4]]


def test_a_bad_row_turns_its_whole_order_and_is_named():
    rows = table("A,1,1,1.00,", "A,2,0,1.00,", "B,1,1,1.00,", "A,3,1", "C,1,1,1.00,2026-02-30")
    answers = list(Assembler(rows.header, COLUMNS, Context(zone=UTC), Rules()).orders(rows))
    turned = {answer.platform_no: answer for answer in answers if isinstance(answer, Turned)}
    assert turned["A"].rows == (2, 3, 5)
    assert {(problem.row, problem.code) for problem in turned["A"].problems} >= {
        (3, Code.QTY_RANGE),
        (5, Code.COLUMN_COUNT),
    }
    assert turned["C"].problems == (Problem(6, "下单时间", Code.DATE_FORMAT, "2026-02-30"),)
    assert [answer.platform_no for answer in answers if isinstance(answer, ChannelOrder)] == ["B"]


def test_what_the_rows_of_an_order_say_of_it_must_agree():
    rows = table(
        "A,1,1,1.00,2026-03-08",
        "A,2,1,1.00,",
        "B,1,1,1.00,2026-03-08",
        "B,2,1,1.00,2026-03-09",
        "C,1,1,1.00,",
        "C,2,1,1.00,2026-03-09",
    )
    answers = {
        answer.platform_no: answer
        for answer in Assembler(rows.header, COLUMNS, Context(zone=UTC), Rules()).orders(rows)
    }
    assert isinstance(answers["A"], ChannelOrder)
    assert isinstance(answers["C"], ChannelOrder)
    assert answers["C"].placed_at is not None
    assert answers["B"].problems == (Problem(5, "下单时间", Code.CONFLICTING_VALUE, "2026-03-09"),)


WITH_PERSON = {field: at for at, field in enumerate(("order_no", "sku", "quantity", "unit", "placed_at", "phone", "paid"))}


def assembled(rows: list[str], **context: Any) -> dict[str, Any]:
    read = open_table("\n".join(["订单号,商品编码,数量,单价,下单时间,手机,实收", *rows]).encode())
    made = Assembler(read.header, WITH_PERSON, Context(zone=UTC, **context), Rules())
    return {answer.platform_no: answer for answer in made.orders(read)}


def test_one_phone_moment_or_amount_written_in_two_ways_is_one():
    answers = assembled([
        "A,1,1,1.00,2026-03-08 10:00:00,138-1234-5679,2.00",
        "A,2,1,1.00,2026/3/8 10:00,+86 13812345679,2",
        "B,1,1,1.00,2026-03-08,13812345679,2.00",
        "B,2,1,1.00,2026-03-08,13812345678,2.00",
    ])  # fmt: skip
    assert answers["A"].recipient.phone == "13812345679"
    assert answers["A"].paid_minor == 200
    assert answers["B"].problems == (Problem(5, "手机", Code.CONFLICTING_VALUE, ""),)


def test_rows_that_say_different_amounts_ask_whether_each_says_its_own():
    rows = ["A,1,1,59.00,2026-03-08,,59", "A,2,2,39.90,2026-03-08,,79.80", "B,1,1,1.00,2026-03-08,,2", "B,2,1,1.00,2026-03-08,,2.00"]
    answers = assembled(rows)
    assert answers["A"].problems == (Problem(3, "实收", Code.AMOUNTS_DIFFER, "79.80"),)
    assert answers["B"].paid_minor == 200
    answers = assembled(rows, sum_amounts=True)
    assert (answers["A"].paid_minor, answers["A"].payment) == (13880, Payment.PAID)
    # Of rows that agree the amount is still the order's.
    assert answers["B"].paid_minor == 200


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C", "D", "", "1.2E+9", '="A"', " B "]), st.sampled_from(["1", "0", "x", "2"])
        ),
        min_size=1,
        max_size=40,
    )
)
def test_every_row_has_exactly_one_answer(rows):
    lines = [f'"{no.replace(chr(34), chr(34) * 2)}",S,{pieces},1.00,' for no, pieces in rows]
    opened = table(*lines)
    answers = list(Assembler(opened.header, COLUMNS, Context(zone=UTC), Rules()).orders(opened))
    assert seen(answers) == list(range(2, len(rows) + 2))
    numbers = [answer.platform_no for answer in answers if answer.platform_no]
    assert len(numbers) == len(set(numbers))


def test_a_wholly_scattered_file_comes_out_whole():
    lines = [f"A{no},S{line},1,1.00," for line in range(3) for no in range(2000)]
    random.Random(7).shuffle(lines)
    opened = table(*lines)
    answers = list(Assembler(opened.header, COLUMNS, Context(zone=UTC), Rules()).orders(opened))
    assert len(answers) == 2000
    assert all(len(answer.rows) == 3 and isinstance(answer, ChannelOrder) for answer in answers)
    assert seen(answers) == list(range(2, 6002))
