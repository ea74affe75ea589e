"""The sheets people hold: the pick sheet on the way, the packing slip in the box."""

from dataclasses import replace
from pathlib import Path

import pytest

from zhanggui.papers import codes, packing_slip, pick_sheet, press
from zhanggui.papers.facts import Note, PickRow, SlipLine, SlotShare, Total
from zhanggui.papers.samples import sample_packing_slip, sample_pick_sheet

HOSTILE = ('#eval("1+1")*b*$x$', "{{7*7}}<img onerror>", "\u202eabc", "😀", "长" * 5_000, "W" * 5_000)


def size_of(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.capability("F-01")
def test_every_page_of_a_wave_carries_its_code_and_how_many_pages_there_are() -> None:
    sheet = sample_pick_sheet(40)
    pages = pick_sheet.pages(sheet)
    pdf = press.render("pick_sheet", [sheet])
    assert [page["page"] for page in pages] == [f"第 {at} / {len(pages)} 页" for at in range(1, len(pages) + 1)]
    assert len(pages) == 3
    for at in range(1, 4):
        assert codes.read(pdf, page=at) == [("code128", sheet.wave_number)]
    with pytest.raises(codes.NotAPicture):
        codes.raster(pdf, page=4)


def test_rows_keep_the_walking_order_and_none_is_lost_between_pages() -> None:
    sheet = sample_pick_sheet(200)
    printed = [row for page in pick_sheet.pages(sheet) for row in page["rows"]]
    assert [row["bin"]["lines"][0] for row in printed] == [row.bin for row in sheet.rows]
    assert [row["nth"] for row in printed] == [str(at) for at in range(1, 201)]


def test_the_bin_is_the_biggest_thing_but_the_quantity() -> None:
    row = pick_sheet.pages(sample_pick_sheet(1))[0]["rows"][0]
    assert row["bin"]["size"] > row["spec"]["size"] > row["name"]["size"]
    assert row["pieces"]["size"] >= row["bin"]["size"]


def test_a_row_for_a_whole_wall_of_slots_goes_on_without_asking_for_the_pieces_twice() -> None:
    slots = tuple(SlotShare(str(nth), 1) for nth in range(1, 101))
    sheet = replace(sample_pick_sheet(1), rows=(PickRow("A01-01-01", "A12", "盖碗", "青釉", 100, slots=slots),))
    rows = [row for page in pick_sheet.pages(sheet) for row in page["rows"]]
    assert [row["nth"] for row in rows] == ["1", "续", "续"]
    assert [row["pieces"]["lines"][0] for row in rows] == ["100", "", ""]
    assert [share["slot"]["lines"][0] for row in rows for share in row["slots"]] == [str(nth) for nth in range(1, 101)]
    foot = max(row["y"] + row["height"] for page in pick_sheet.pages(sheet) for row in page["rows"])
    assert foot <= pick_sheet.ROWS_FOOT_MM


def test_no_quantity_on_the_way_is_cut() -> None:
    row = PickRow("A01-01-01", "A12", "盖碗", "青釉", 99_999, slots=(SlotShare("128", 999), SlotShare("7", 1)))
    printed = pick_sheet.pages(replace(sample_pick_sheet(1), rows=(row,)))[0]["rows"][0]
    assert printed["pieces"]["lines"] == ("99999",)
    assert [share["pieces"]["lines"] for share in printed["slots"]] == [("×999",), ("×1",)]


def test_an_empty_wave_still_prints_its_head() -> None:
    pdf = press.render("pick_sheet", [replace(sample_pick_sheet(), rows=())])
    assert codes.read(pdf) == [("code128", "W1122-07")]


def test_the_pick_sheet_is_a4_and_the_slip_a5() -> None:
    # 254 dpi is 10 pixels to the millimetre.
    assert size_of(press.preview("pick_sheet", sample_pick_sheet(), dpi=254)) == (2_100, 2_970)
    assert size_of(press.preview("packing_slip", sample_packing_slip(), dpi=254)) == (1_480, 2_100)


@pytest.mark.capability("F-04")
def test_the_slip_carries_the_order_number_for_the_returns_desk() -> None:
    slip = sample_packing_slip()
    assert codes.read(press.render("packing_slip", [slip])) == [("code128", slip.order_number)]


def test_a_slip_whose_number_makes_no_bar_code_is_printed_all_the_same() -> None:
    pdf = press.render("packing_slip", [replace(sample_packing_slip(), order_number="手工单一号")])
    assert codes.read(pdf) == []


def test_a_gift_shows_no_prices() -> None:
    gift = replace(sample_packing_slip(), lines=(SlipLine("A12", "盖碗", "青釉", 1),), totals=())
    page = packing_slip.pages(gift)[0]
    assert not page["priced"]
    assert page["parts"][0]["amount"]["lines"] == ("",)


def test_a_long_slip_goes_on_and_its_sums_stand_at_the_end() -> None:
    pages = packing_slip.pages(sample_packing_slip(60))
    kinds = [part["is"] for page in pages for part in page["parts"]]
    assert len(pages) > 3
    assert kinds == ["line"] * 60 + ["sums", "note", "note"]
    assert max(part["y"] + part["height"] for page in pages for part in page["parts"]) <= packing_slip.FOOT_MM


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_not_obeyed_on_sheets_too(text: str) -> None:
    row = PickRow(text, text, text, text, 10**12, text, (SlotShare(text, 10**9),))
    sheet = replace(sample_pick_sheet(2), warehouse=text, picker=text, printed_at=text, rows=(row, row))
    assert codes.read(press.render("pick_sheet", [sheet])) == [("code128", sheet.wave_number)]
    slip = replace(
        sample_packing_slip(),
        shop=text,
        lines=(SlipLine(text, text, text, 10**9, 10**15, text),),
        notes=(Note(text, text),),
        totals=(Total(text, 10**15),),
        receiver_name=text,
        thanks=text,
    )
    pdf = press.render("packing_slip", [slip])
    assert codes.read(pdf) == [("code128", slip.order_number)]
    with pytest.raises(codes.NotAPicture):
        codes.raster(pdf, page=2)


def test_templates_fetch_nothing_from_anywhere() -> None:
    for template in sorted(Path(press.TEMPLATES).glob("*.typ")):
        text = template.read_text(encoding="utf-8")
        assert "@" not in text, template.name
        assert "eval(" not in text, template.name
