"""Text files: any encoding that can be told for certain, any delimiter, and a whole-file refusal before a row is used."""

import csv
import gzip

import pytest

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading import errors
from zhanggui.channels.reading.asking import AskEncoding, AskKind, AskQuotes
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table

HEAD = "订单号,商品编码,数量,单价\n"
ROWS = HEAD + "A1,TEE,2,59.00\nA2,SOCK,1,9.90\n"
READ = [["A1", "TEE", "2", "59.00"], ["A2", "SOCK", "1", "9.90"]]


def cells(data: bytes, **more: object) -> list[list[object]]:
    return [row for _number, row in open_table(data, **more).rows()]  # type: ignore[arg-type]


@pytest.mark.capability("I-07")
@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_every_usual_encoding_is_told(encoding, said):
    table = open_table(ROWS.encode(encoding))
    assert table.encoding == said
    assert table.header == ["订单号", "商品编码", "数量", "单价"]
    assert [row for _number, row in table.rows()] == READ


def test_a_rare_surname_survives_gb18030():
    assert cells((HEAD + "A1,㐂𠮷,2,1\n").encode("gb18030"))[0][1] == "㐂𠮷"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    table = open_table(ROWS.replace(",", delimiter).encode())
    assert table.delimiter == delimiter
    assert [row for _number, row in table.rows()] == READ


def test_a_sep_line_is_honoured_and_is_no_row():
    table = open_table(("sep=;\n" + ROWS.replace(",", ";")).encode())
    assert table.header_row == 2
    assert [number for number, _row in table.rows()] == [3, 4]


def test_line_ends_may_be_mixed():
    assert cells((HEAD.replace("\n", "\r") + "A1,TEE,2,59.00\r\nA2,SOCK,1,9.90\n").encode()) == READ


def test_a_line_break_in_quotes_is_one_cell_and_rows_are_numbered_as_the_file_shows_them():
    table = open_table((HEAD + 'A1,"白色\nL",2,1\nA2,SOCK,1,9\n').encode())
    assert [(number, row[1]) for number, row in table.rows()] == [(2, "白色\nL"), (4, "SOCK")]


def test_a_title_above_the_header_is_no_row():
    table = open_table(("三月订单,,,\n导出人：小满,,,\n\n" + ROWS).encode())
    assert table.header_row == 4
    assert [number for number, _row in table.rows()] == [5, 6]


def test_headers_are_matched_through_padding():
    table = open_table(ROWS.replace("订单号", " 订单号\u200b ").encode())
    assert [row for _number, row in table.rows()] == READ


def test_blank_rows_are_counted_and_wider_blank_cells_are_nothing():
    table = open_table((ROWS + ",,,\n  ,,, \nA3,HAT,1,5.00,,\n\n").encode())
    assert len(list(table.rows())) == 3
    assert table.blank_rows == 3


def test_a_row_of_another_width_keeps_it():
    assert [len(row) for row in cells((ROWS + "A3,HAT\nA4,HAT,1,2,3\n").encode())] == [4, 4, 2, 5]


def test_a_packed_file_is_read_as_it_is():
    assert cells(gzip.compress(ROWS.encode())) == READ


def test_it_can_be_read_again_and_by_column(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(ROWS, "utf-8")
    table = open_table(path)
    assert list(table.rows()) == list(table.rows())
    assert list(table.column(1)) == ["TEE", "SOCK"]
    assert list(table.column(3)) == ["59.00", "9.90"]
    assert table.preview(1) == [(2, READ[0])]


def test_a_control_character_spoils_its_cell_alone():
    row = cells((HEAD + "A1,T\x00E,2,1\n").encode())[0]
    assert row[0] == "A1"
    assert row[1] == BadCell("CONTROL_CHAR")


def test_a_cell_too_long_spoils_its_row_alone():
    rows = cells((ROWS + f"A3,{'长' * 4001},1,2\n").encode())
    assert rows[:2] == READ
    assert rows[2][1] == BadCell("CELL_TOO_LONG")
    assert cells((ROWS + f'A3,"{"长" * 4001}",1,2\n').encode())[2][1] == BadCell("CELL_TOO_LONG")


@pytest.mark.parametrize(
    ("data", "refused", "row"),
    [
        (b"", errors.EmptyFile, None),
        (b"\xef\xbb\xbf", errors.EmptyFile, None),
        (HEAD.encode(), errors.NoRows, None),
        ((HEAD + ",,,\n" * 50).encode(), errors.NoRows, None),
        (ROWS.replace("数量", "单价").encode(), errors.DuplicateHeader, 1),
        ((ROWS + 'A3,"HAT,1,2.00\nA4,HAT,1,2\n').encode(), errors.UnclosedQuote, 4),
        ((ROWS + 'A3,"HAT,1,2.00\nA4,HAT,1,2.00\nA5,HAT",1,2\n').encode(), errors.UnclosedQuote, 4),
        ((ROWS + 'A3,"HAT"x,1,2.00\n').encode(), AskQuotes, 4),
        ((ROWS * 300).encode() + b"A3,H\xffT,1,2\n", errors.BadBytes, 901),
        (ROWS.encode() + "A3,林小满的订单,1,2\n".encode("gbk"), errors.BadBytes, 4),
        (ROWS.encode("gbk") + "A3,林小满的订单,1,2\n".encode(), errors.BadBytes, 4),
        (ROWS.encode("utf-32"), errors.Unsupported, None),
        (ROWS.encode("utf-16-le"), AskEncoding, None),
        (("a" + ",a" * 1_000_000 + "\n1\n").encode(), errors.TooManyColumns, 1),
        (b"%PDF-1.7\n", errors.NotASpreadsheet, None),
        (b"\x89PNG\r\n\x1a\n", errors.NotASpreadsheet, None),
        (b'{"orders": []}', errors.Unsupported, None),
        (gzip.compress(ROWS.encode(), mtime=0)[:-9], errors.Corrupt, None),
    ],
    ids=lambda given: f"{len(given)}-bytes" if isinstance(given, bytes) else None,
)
def test_a_broken_file_is_refused_whole_with_its_row(data, refused, row):
    with pytest.raises(refused) as told:
        open_table(data)
    assert told.value.facts.get("row") == row
    assert told.value.sentence
    assert "{" not in told.value.sentence + told.value.advice


def test_a_file_over_the_limits_is_refused_before_it_is_used():
    with pytest.raises(errors.TooManyRows):
        open_table((HEAD + "A1,TEE,1,1\n" * 101).encode(), limits=Limits(rows=100))
    assert len(cells((HEAD + "A1,TEE,1,1\n" * 100 + "\n" * 50).encode(), limits=Limits(rows=100))) == 100
    with pytest.raises(errors.TooLargeUnpacked):
        open_table(gzip.compress(b"a,b\n" + b"x" * 3_000_000), limits=Limits(unpacked_bytes=1_000_000))
    with pytest.raises(errors.CellTooLong):
        open_table(b"a,b\n1," + b"x" * 3_000_000, limits=Limits(line_bytes=1_000_000))


def test_a_long_packed_file_is_streamed_again_and_again(tmp_path):
    path = tmp_path / "long.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["订单号", "商品编码", "数量", "单价"])
        writer.writerows([f"A{at}", "TEE", "1", "1.00"] for at in range(60_000))
    table = open_table(path)
    assert sum(1 for _row in table.rows()) == 60_000


CELLS = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(','))}</tr>" for line in ROWS.split())
PAGE = f"<html><body><table>{CELLS}</table></body></html>"


@pytest.mark.parametrize(
    ("text", "name", "says", "answer"),
    [
        (ROWS, "fake.xlsx", "这个文件的名字是 .xlsx，里面其实是文本（像 CSV）。", "按 CSV 读"),
        (PAGE, "fake.xlsx", "这个文件的名字是 .xlsx，里面其实是网页表格（HTML）。", "按 HTML 读"),
        (PAGE, "fake.csv", "这个文件的名字是 .csv，里面其实是网页表格（HTML）。", "按 HTML 读"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named_as_what_it_is(text, name, says, answer):
    with pytest.raises(AskKind) as asked:
        open_table(text.encode(), name=name)
    assert asked.value.sentence == says
    assert [(value, str(words)) for value, words in asked.value.answers] == [("as-is", answer)]
    assert [row for _number, row in open_table(text.encode(), name=name, choices=Choices.of({"kind": "as-is"})).rows()] == READ


@pytest.mark.parametrize("text", [ROWS, "no,what\n1,青釉盖碗两只装\n2,紫砂壶\n"])
def test_what_reads_as_chinese_in_its_own_encoding_is_no_doubt(text):
    table = open_table(text.encode("gbk"))
    assert (table.encoding, table.certain) == ("gb18030", True)
