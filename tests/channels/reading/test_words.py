"""Everything that can be wrong has its sentence, and everything that can be done about it is said."""

import pytest

from zhanggui.channels.reading import errors, words
from zhanggui.channels.reading.codes import Code


@pytest.mark.parametrize("code", list(Code))
def test_every_code_is_a_sentence(code):
    said = words.sentence(code, {"column": "数量", "value": "0"})
    assert said != code
    assert said.endswith("。")
    assert "{" not in said


def test_a_problem_is_said_with_its_column_and_value():
    assert words.sentence(Code.QTY_RANGE, {"column": "数量", "value": "0"}) == "「数量」要在 1 到 1,000,000 之间（0）。"
    assert words.fix(Code.QTY_RANGE)
    assert words.sentence("SOMETHING_NEW", {}) == "SOMETHING_NEW"


@pytest.mark.parametrize("kind", list(errors.every().values()))
def test_every_refusal_says_what_and_how(kind):
    told = kind(row=3, most=5, cell="A1", kind="x", encoding="GBK", header="数量", headers="a、b", missing="数量")
    assert told.status == (507 if kind is errors.DiskFull else 422)  # the one that is no fault of the file
    assert "{" not in str(told)
    assert told.advice
