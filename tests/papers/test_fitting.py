"""Text that fits: whatever somebody writes, it stays in its room."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.papers import fonts, press
from zhanggui.papers.fitting import LONGEST, POINTS_PER_MM, clean, fit, width

ANYTHING = st.text(max_size=200) | st.text(alphabet="龘a1 -，。（「·…*#$[]", max_size=400)


@pytest.fixture
def only_the_packaged_face(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches = (fonts.larger, fonts.loaded, fonts.face_of, fonts.advance)
    monkeypatch.setattr(fonts, "LARGER", ())
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@given(ANYTHING)
@settings(max_examples=150, deadline=None)
def test_no_line_is_wider_than_its_room_whatever_is_written(text: str) -> None:
    fitted = fit(text, room_mm=40, sizes=(20, 12, 8), height_mm=15)
    room_em = 40 * POINTS_PER_MM / fitted.size
    assert all(width(line) <= room_em + 1e-6 for line in fitted.lines)
    assert len(fitted.lines) * fitted.size * 1.2 <= 15 * POINTS_PER_MM + 0.2
    assert fitted.size >= 8


@given(ANYTHING)
@settings(max_examples=150, deadline=None)
def test_nothing_is_left_out_unless_the_paper_says_so(text: str) -> None:
    fitted = fit(text, room_mm=60, sizes=(12, 8), height_mm=40)
    if fitted.cut:
        assert fitted.lines[-1].endswith("…")
    else:
        assert "".join("".join(fitted.lines).split()) == "".join(clean(text).split())


def test_a_short_address_is_large_and_a_long_one_smaller_before_it_is_cut() -> None:
    sizes = (16, 12, 9)
    short = fit("文一西路 ***", room_mm=84, sizes=sizes, height_mm=18)
    longer = fit("文一西路" * 12, room_mm=84, sizes=sizes, height_mm=18)
    endless = fit("文一西路" * 1_250, room_mm=84, sizes=sizes, height_mm=18)
    assert (short.size, short.cut) == (16, False)
    assert (longer.size, longer.cut) == (12, False)
    assert (endless.size, endless.cut) == (9, True)


def test_a_line_never_begins_with_a_comma() -> None:
    for room in range(20, 60):
        lines = fit("请放前台，谢谢。（东门进），不要打电话！", room_mm=room, sizes=(10,), height_mm=30).lines
        assert not any(line[0] in "，。）！" for line in lines[1:])
        assert not any(line[-1] == "（" for line in lines[:-1])


def test_a_word_without_spaces_is_broken_rather_than_running_off_the_paper() -> None:
    fitted = fit("https" + "a" * 300, room_mm=30, sizes=(8,), height_mm=100)
    assert len(fitted.lines) > 3


def test_direction_overrides_controls_and_joiners_are_gone() -> None:
    assert clean("张\u202e三\u2066\x00\x1b[31m\u200d") == "张三[31m"
    assert clean(" 一\r\n\t二\u2028三 ") == "一 二 三"


def test_an_accent_makes_its_letter_and_a_tower_of_them_nothing() -> None:
    assert clean("Nguye\u0302\u0303n") == "Nguyễn"
    assert clean("q" + "\u0301\u0302\u0303\u0304" * 50) == "q"


def test_what_no_face_can_print_is_seen_to_be_missing() -> None:
    assert clean("谢谢😀") == "谢谢〓"
    assert clean("䶮㛃𬭎𠅤龘") == "䶮㛃𬭎𠅤龘"


def test_a_megabyte_of_text_is_not_measured() -> None:
    assert len(clean("长" * 1_000_000)) == LONGEST


@pytest.mark.usefixtures("only_the_packaged_face")
def test_rare_names_need_no_font_of_the_system() -> None:
    assert fonts.loaded().families() == ["Noto Sans SC", "Noto Serif SC"]
    assert clean("䶮㛃𬭎") == "䶮㛃𬭎"
    assert clean("𪚥") == "〓"


def test_every_width_we_reckon_is_the_width_that_is_set(tmp_path: Path) -> None:
    """If typst chose another face or another form of a character, a line reckoned to fit would not."""
    chars = [char for code in sorted(fonts.packaged().advances) if clean(char := chr(code)) == char and not "㐀" < char < "鿿"]
    chars += list("䶮㛃𬭎龘的")
    sheet = """
        #import "paper.typ": set-in-our-faces
        #show: set-in-our-faces
        #let wide(c) = measure(text(size: 1000pt, "中" + c + "中")).width.pt()
        #context [#metadata(json(bytes(sys.inputs.chars)).map(wide)) <widths>]
    """
    main = tmp_path / "widths.typ"
    main.write_text(sheet, encoding="utf-8")
    (tmp_path / "paper.typ").write_bytes((press.TEMPLATES / "paper.typ").read_bytes())
    said = typst.query(
        main,
        "<widths>",
        field="value",
        one=True,
        root=tmp_path,
        font_paths=fonts.loaded(),
        sys_inputs={"chars": json.dumps(chars)},
    )
    wider = {char: set_at for char, set_at in zip(chars, json.loads(said), strict=True) if set_at > fonts.advance(char) + 2_001}
    assert len(chars) > 2_000
    assert not wider
