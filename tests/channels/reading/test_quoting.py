"""What is kept of a cell that stood in the wrong column: figures, never a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.channels.reading.quoting import kept

FIGURES = st.text("0123456789.,:/-+ ≠¥%年月日", max_size=24)


@pytest.mark.parametrize(
    "words",
    ["", "0", "-1.00", "100.00 ≠ 118.00", "5 ≠ 7", "1.23457E+18", "2026-13-45 25:00:00", "2026年3月8日 下午3点", "2026-03-08T10:00:00Z",
     "2034567890123456799", "C536379", "3 件", "¥ 12.505", "#REF!", "138****0002"],
)  # fmt: skip
def test_figures_are_kept_as_they_are(words):
    assert kept(words) == words


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("甄秋鹤朵", "甄**"), ("金雀路 77 号", "金**"), ("77 号 5 幢", "7**"), ("lonelycanary8823", "l**"), ("tb3312345101", "t**"),
        ("shop@example.com", "s**"), ("18812349876", "188****9876"), ("１８８１２３４９８７６", "188****9876"),
        ("+86 188 1234 9876", "188****9876"), ("0571-87654321", "********4321"), ("11010519491231002X", "1" + "*" * 17),
        ("188-1234-9876", "188****9876"), ("abc", "a**"),
    ],
)  # fmt: skip
def test_of_a_person_the_first_character_is_left(words, left):
    assert kept(words) == left


@given(st.one_of(st.text(max_size=40), FIGURES))
def test_what_is_kept_stays_as_it_is(words):
    assert kept(kept(words)) == kept(words)
