"""The label: what it must always carry, and what no buyer's text can do to it."""

import resource
import time
from dataclasses import replace
from typing import Any

import pytest

from zhanggui.papers import codes, label, pixels, press
from zhanggui.papers.facts import GoodsLine, Label
from zhanggui.papers.samples import sample_labels

HOSTILE = (
    '#eval("1+1") #panic("x") #pagebreak() #image("/etc/passwd") #read("label.typ")',
    "*bold* _it_ $x^2$ `raw` @ref <label> //x /* \\ = head",
    "{{7*7}} ${jndi:ldap://x} %00 <img src=x onerror=alert(1)>",
    "\u202etxet desrever\u202c \u2067abc\u2069",
    "😀🏮👨‍👩‍👧 谢谢",
    "山" * 5_000,
    "W" * 5_000,
    "q" + "\u0301" * 300,
    "a\nb\r\nc\u2028d",
    '","x":1}] "quotes" \\',
)
# What belongs to whom, in millimetres from the top: (from, to).
BANDS = {
    "carrier": (0.0, 12.25),
    "service": (0.0, 12.25),
    "shop_mark": (0.0, 8.3),
    "sort_code": (12.75, 32.5),
    "station": (31.0, 42.75),
    "name": (71.0, 79.5),
    "phone": (71.0, 79.5),
    "street": (79.0, 97.75),
    "sender": (98.25, 105.5),
    "wave_number": (107.0, 113.5),
    "slot": (113.0, 127.0),
    "goods": (127.5, 147.75),
    "buyer_note": (127.5, 147.75),
}
# Asked together: far from each other on the paper.
TOGETHER = (
    ("carrier", "station", "name", "sender", "slot"),
    ("service", "phone", "wave_number", "goods"),
    ("shop_mark", "street", "buyer_note"),
    ("sort_code",),
)


def one() -> Label:
    return replace(sample_labels(5)[4], slot="7", buyer_note="请放前台")


def with_texts(parts: tuple[str, ...], text: str) -> Label:
    fact = one()
    for part in parts:
        fact = with_text(part, text, fact)
    return fact


def with_text(part: str, text: str, fact: Label | None = None) -> Label:
    fact = fact or one()
    if part in {"name", "phone", "street"}:
        return replace(fact, receiver=replace(fact.receiver, **{part: text}))
    if part == "sender":
        return replace(fact, sender=replace(fact.sender, name=text, address=text))
    if part == "goods":
        return replace(fact, goods=tuple(GoodsLine(text, text, text, 999_999_999) for _ in range(40)))
    changed: dict[str, Any] = {part: text}
    return replace(fact, **changed)


def rows_of(png: bytes) -> list[bytes]:
    across, _down, grey = pixels.grey_of(png)
    return [grey[at : at + across] for at in range(0, len(grey), across)]


def size_of(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.mark.capability("F-07")
def test_every_code_on_the_paper_reads_back_as_what_it_stands_for() -> None:
    labels = sample_labels(10)
    pdf = press.render("label", labels)
    for at, fact in enumerate(labels, start=1):
        seen = codes.read(pdf, page=at)
        assert sorted(seen) == [("code128", fact.waybill), ("qr", fact.parcel_number)]


def test_the_paper_is_exactly_100_by_150_mm_and_one_page_a_parcel() -> None:
    pdf = press.render("label", sample_labels(2))
    # 635 dpi is 25 pixels to the millimetre.
    assert size_of(codes.raster(pdf, page=2, dpi=635)) == (2_500, 3_750)
    with pytest.raises(codes.NotAPicture):
        codes.raster(pdf, page=3)


def test_a_reprint_of_the_same_facts_is_the_same_file() -> None:
    assert press.render("label", sample_labels(3)) == press.render("label", sample_labels(3))


def test_rare_names_are_printed_each_with_its_own_strokes() -> None:
    pictures = {char: press.preview("label", with_text("name", char)) for char in "䶮㛃𬭎〓😀"}
    assert pictures["😀"] == pictures["〓"]
    assert len({pictures[char] for char in "䶮㛃𬭎〓"}) == 4


@pytest.mark.parametrize("parts", TOGETHER, ids="-".join)
def test_no_text_leaves_its_own_part_of_the_label(parts: tuple[str, ...]) -> None:
    calm = rows_of(press.preview("label", with_texts(parts, "好")))
    # What lies between these parts is wider than any stroke: what left one of them for another would be seen there.
    outside = set(range(1_200))
    for part in parts:
        top, foot = (round(mm / codes.DOT_MM) for mm in BANDS[part])
        outside -= set(range(top, foot))
    for text in HOSTILE:
        rows = rows_of(press.preview("label", with_texts(parts, text)))
        assert len(rows) == 1_200
        assert all(rows[at] == calm[at] for at in outside), text[:20]
        # The edges a printer may not reach stay white. A bold stroke may lean a dot over the line.
        assert all(set(row[:14]) <= {255} and set(row[-20:]) <= {255} for row in rows), text[:20]


def test_every_part_is_asked_once() -> None:
    assert sorted(part for parts in TOGETHER for part in parts) == sorted(BANDS)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_is_printed_not_obeyed_and_the_codes_still_read(text: str) -> None:
    fact = with_text("name", text)
    fact = replace(fact, buyer_note=text, station=text, goods=(GoodsLine(text, text, text, 1),) * 9)
    pdf = press.render("label", [fact])
    assert sorted(codes.read(pdf)) == [("code128", fact.waybill), ("qr", fact.parcel_number)]
    with pytest.raises(codes.NotAPicture):
        codes.raster(pdf, page=2)


def test_a_formula_is_letters_not_its_result() -> None:
    assert press.preview("label", with_text("name", "#(1+1)")) != press.preview("label", with_text("name", "2"))
    assert press.preview("label", with_text("name", "*好*")) != press.preview("label", with_text("name", "好"))


def test_nothing_on_a_label_is_smaller_than_seven_points() -> None:
    for text in HOSTILE:
        for part in BANDS:
            page = label.page(with_text(part, text)).values()
            assert min(value["size"] for value in page if isinstance(value, dict) and "size" in value) >= 7


def test_many_goods_are_counted_when_they_cannot_all_be_named() -> None:
    goods = tuple(GoodsLine(f"S{nth}", "粗陶公道杯", "大号", 2) for nth in range(9))
    page = label.page(replace(one(), goods=goods, buyer_note=""))
    assert page["more"] == "等 9 种，共 18 件"
    assert len(page["goods"]) == 4
    few = label.page(replace(one(), goods=goods[:2], buyer_note=""))
    assert (few["more"], few["goods_size"]) == ("", 12)


def test_a_long_name_gives_way_to_its_spec_and_code() -> None:
    line = label.page(replace(one(), goods=(GoodsLine("A12-QY", "很长的名字" * 40, "青釉", 2),)))["goods"][0]
    assert line["name"].endswith("…")
    assert (line["spec"], line["sku"]) == ("青釉", "A12-QY")


def test_a_quantity_is_never_cut() -> None:
    for pieces in (1, 12, 480, 9_999, 99_999):
        line = label.page(replace(one(), goods=(GoodsLine("A12", "盖碗", "青釉", pieces),)))["goods"][0]
        assert line["pieces"]["lines"] == (f"{pieces}×",)


def test_a_carrier_without_sort_codes_is_sorted_by_city_and_district() -> None:
    fact = replace(one(), sort_code="", station="")
    page = label.page(fact)
    assert page["route"]["lines"] == (fact.receiver.city,)
    assert page["station"]["lines"] == (fact.receiver.district,)


def test_a_municipality_is_named_once() -> None:
    fact = one()
    to = replace(fact.receiver, province="上海市", city="上海市", district="浦东新区", street="祖冲之路 ***")
    assert label.page(replace(fact, receiver=to))["address"]["lines"][0].count("上海市") == 1


def test_the_courier_sees_what_to_collect_and_the_packer_that_it_is_a_reprint() -> None:
    page = label.page(replace(one(), collect_minor=12_800, reprints=2, parcel_at=2, parcel_count=3))
    assert page["collect"]["lines"] == ("代收 ¥128.00",)
    assert page["reprints"]["lines"] == ("重打 2",)
    assert page["parcel_facts"]["lines"][0].startswith("第 2 包，共 3 包")
    assert label.page(one())["collect"]["lines"] == ("",)


def test_one_bad_waybill_among_many_stops_them_all() -> None:
    labels = sample_labels(5)
    labels[3] = replace(labels[3], waybill="")
    with pytest.raises(codes.CodeImpossible):
        press.render("label", labels)
    del labels[3]
    assert press.render("label", labels).startswith(b"%PDF")


def test_nothing_chosen_is_said_and_another_kind_of_fact_is_a_bug() -> None:
    with pytest.raises(press.NothingToPrint):
        press.render("label", [])
    with pytest.raises(TypeError):
        press.render("pick_sheet", sample_labels(1))
    with pytest.raises(KeyError):
        press.render("poster", sample_labels(1))


def test_labels_are_ready_before_the_printer_is() -> None:
    """Three hundred by no more than 2.4 s of our own work; what the clock on the wall says of a thousand, `zhanggui bench labels` tells."""
    labels = sample_labels(300)
    work = time.process_time()
    pdf = press.render("label", labels)
    assert time.process_time() - work <= 2.4
    assert len(pdf) < 1_800_000
    last = codes.read(pdf, page=300)
    assert sorted(last) == [("code128", labels[-1].waybill), ("qr", labels[-1].parcel_number)]


def test_a_day_of_printing_does_not_fill_the_memory() -> None:
    days = [sample_labels(1_200)[at : at + 200] for at in range(0, 1_200, 200)]
    press.render("label", days[0])
    before = rss_mb()
    for labels in days[1:]:
        press.render("label", labels)
    # Kept, these five prints would have added 140 MB.
    assert rss_mb() - before < 70


def rss_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20
