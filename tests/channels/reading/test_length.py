"""How long a file is, told before it is read."""

import io
import zipfile
from pathlib import Path

import pytest
from rustpy_xlsxwriter import FastExcel

from zhanggui.channels.reading.length import rows_guessed


@pytest.mark.parametrize(
    ("text", "rows"),
    [("", 0), ("a,b", 1), ("a,b\n1,2\n", 2), ("a,b\r\n1,2", 2), ('a,b\n"1\n2",3\n', 3)],
)
def test_a_text_is_as_long_as_its_lines(text: str, rows: int, tmp_path: Path) -> None:
    assert rows_guessed(text.encode()) == rows
    (tmp_path / "a.csv").write_bytes(text.encode())
    assert rows_guessed(tmp_path / "a.csv") == rows
    if text:
        assert rows_guessed(text.encode("utf-16")) == rows


def test_a_workbook_is_as_long_as_it_says() -> None:
    out = io.BytesIO()
    FastExcel(out).sheet("orders", [{"a": str(nth)} for nth in range(250)]).save()
    assert rows_guessed(out.getvalue()) == 251
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", '<?xml version="1.0"?><worksheet><dimension ref="A1:F1201"/>')
        book.writestr("xl/worksheets/sheet2.xml", '<worksheet><dimension ref="A1:C9"/>')
    assert rows_guessed(told.getvalue()) == 1201


@pytest.mark.parametrize("odd", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0 old", b"\x1f\x8b\x08zipped"])
def test_what_cannot_be_told_is_nought(odd: bytes) -> None:
    assert rows_guessed(odd) == 0
