"""What was written is read back the same, from text and from workbooks, whatever is in the cells."""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.writing import text_sheet

HEADER = ["订单号", "商品编码", "备注"]
WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co")), max_size=20).map(str.strip)
NUMBERS = st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,20}", fullmatch=True)
TABLES = st.lists(st.tuples(NUMBERS, WORDS, WORDS), min_size=1, max_size=12)


def read(data: bytes) -> list[list[object]]:
    return [["" if cell is None else cell for cell in cells] for _row, cells in open_table(data).rows()]


def is_known(word: str) -> bool:
    return word.startswith("#")


@settings(max_examples=80, deadline=None)
@given(
    TABLES,
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_text_comes_back(rows, encoding, delimiter, end):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEADER)
    writer.writerows(rows)
    data = out.getvalue().encode(encoding)
    assert read(data) == [list(row) for row in rows]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES.filter(lambda rows: not any(is_known(cell) for row in rows for cell in row)))
def test_a_workbook_comes_back(rows):
    assert read(text_sheet("订单", HEADER, rows)) == [list(row) for row in rows]
