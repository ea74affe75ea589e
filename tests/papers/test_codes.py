"""Codes: what is drawn can be read, and what cannot be read is not drawn."""

import pytest

from zhanggui.papers import codes, pixels, press
from zhanggui.papers.samples import sample_labels


@pytest.mark.parametrize("text", ["78412345678901", "SF1400000007919", "JDVA01234567890-1-1-", "YT8810000000000", "9-(A) b.c/d"])
def test_a_bar_code_has_its_white_on_both_sides(text: str) -> None:
    code = codes.code128(text)
    first = int(code.svg.split('d="M')[1].split()[0])
    assert first == codes.CODE128_QUIET
    assert code.across * code.dots(94) * codes.DOT_MM <= 94
    assert code.dots(94) >= 2


@pytest.mark.parametrize("text", ["", " ", "SF 1 ", "运单123", "A\tB", "A\x00B", "é"])
def test_a_number_that_no_scanner_could_read_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(codes.CodeImpossible) as refusal:
        codes.code128(text)
    assert "单号" in str(refusal.value)


def test_bars_thinner_than_the_head_can_print_are_refused() -> None:
    with pytest.raises(codes.CodeTooWide):
        codes.code128("A" * 60).dots(94)
    with pytest.raises(codes.CodeImpossible):
        codes.qr("长" * 5_000)
    with pytest.raises(codes.CodeImpossible):
        codes.qr("")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("SF1400000007919", "SF 1400 0000 0791 9"),
        ("78412345678901", "7841 2345 6789 01"),
        ("JDVA01234567-1-1-", "JDVA 0123 4567-1-1-"),
        ("AB-12", "AB-12"),
        ("", ""),
    ],
)
def test_a_waybill_is_written_in_fours(number: str, said: str) -> None:
    assert codes.grouped(number) == said


def test_bars_stand_on_whole_dots_of_a_203_dpi_head() -> None:
    """Between two dots a head prints grey or nothing: every pixel of the code's band is black or white."""
    across, down, grey = pixels.grey_of(press.preview("label", sample_labels(1)[0]))
    assert (across, down) == (800, 1200)
    middle = grey[across * 430 : across * 431]
    assert set(middle) == {0, 255}
    runs = [len(run) for run in middle.replace(b"\xff", b" ").split()]
    assert len(runs) > 20
    assert min(runs) >= 2


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, b"GIF89a"])
def test_what_is_no_picture_is_refused_not_crashed_on(junk: bytes) -> None:
    with pytest.raises(codes.NotAPicture):
        codes.read(junk)


def test_a_page_that_is_not_there_is_refused() -> None:
    pdf = press.render("label", sample_labels(1))
    with pytest.raises(codes.NotAPicture):
        codes.read(pdf, page=2)
