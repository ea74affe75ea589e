"""An order report and its goods report come in together: each row of either has one outcome, whoever is named first."""

import csv
import io
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.reports import details, no, orders, sock, sold
from zhanggui.channels import ahead, rejects, taking, uploads
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.opened import opened
from zhanggui.channels.outcome import Part, Reject, Result
from zhanggui.channels.reading.limits import COMMAND_LINE
from zhanggui.channels.refusals import NotACompanion, StrictRefused
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.connectors.taobao_file.connector import FORMAT
from zhanggui.journal import jobs as worker
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.models import Line, Order, Shop

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "orders"
PAIR = [DATA / "taobao_orders.csv", DATA / "taobao_details.csv"]
Written = Callable[..., list[Path]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(list_: bytes, details_: bytes, folder: str = ".") -> list[Path]:
        (tmp_path / folder).mkdir(exist_ok=True)
        paths = [tmp_path / folder / "ExportOrderList.csv", tmp_path / folder / "ExportOrderDetailList.csv"]
        for path, content in zip(paths, (list_, details_), strict=True):
            path.write_bytes(content)
        return paths

    return write


def accounted(result: Result) -> None:
    """The rows add up in all and in each file, and each rejected row is named once."""
    sums = ("rows_in", "rows_ok", "rows_duplicate", "rows_rejected", "rows_blank")
    for one in (result, *result.files):
        assert one.rows_in == one.rows_ok + one.rows_duplicate + one.rows_rejected + one.rows_blank
    assert [getattr(result, name) for name in sums] == [sum(getattr(part, name) for part in result.files) for name in sums]
    assert result.orders_in == result.orders_created + result.orders_duplicate + result.orders_rejected
    for part in result.files:
        named = [reject.row for reject in result.rejects if reject.file == part.name]
        assert named == sorted(set(named))
        assert len(named) == part.rows_rejected


def told(result: Result) -> list[tuple[str, int, str]]:
    return [(reject.file[:-4].rpartition("_")[2], reject.row, reject.code) for reject in result.rejects]


def outcomes() -> dict[tuple[int, int], tuple[str, str]]:
    rows = ImportRow.objects.filter(of=Import.objects.order_by("id").last())
    return {(file, row): (outcome, code) for file, row, outcome, code in rows.values_list("file", "row", "outcome", "code")}


@pytest.mark.capability("I-07", "I-08")
def test_every_row_of_both_reports_has_its_outcome_and_the_orphans_are_named(shop_id: int) -> None:
    would = take_files("orders", PAIR, dry_run=True)
    result = take_files("orders", PAIR)
    accounted(result)
    assert {**asdict(would), "seconds": 0} == {**asdict(result), "seconds": 0}
    assert result.files == [Part("taobao_orders.csv", 7, 6, 0, 1, 0), Part("taobao_details.csv", 9, 7, 0, 2, 0)]
    assert told(result) == [("orders", 7, "TOTAL_MISMATCH"), ("details", 9, "ORDER_REJECTED"), ("details", 10, "DETAIL_ORPHAN")]
    assert result.rejects[2] == Reject(
        10, "主订单编号", "DETAIL_ORPHAN", "订单表里没有这一单（2034567890123456799）。", "taobao_details.csv"
    )
    here = outcomes()
    assert set(here) == {(0, row) for row in range(2, 9)} | {(1, row) for row in range(2, 11)}
    assert here[1, 4] == ("ok", "")
    lines = dict(Line.objects.values_list("platform_no", "order__platform_no"))
    assert lines["2034567890123456721"] == lines["2034567890123456722"] == "2034567890123456782"
    subjects = ImportRow.objects.filter(file=ImportRow.File.COMPANION, outcome="ok").values_list("subject_id", flat=True)
    assert set(subjects) <= set(Order.objects.values_list("id", flat=True))
    assert_clean()


@pytest.mark.capability("I-08")
def test_the_pair_brought_again_adds_nothing_whichever_is_named_first(shop_id: int) -> None:
    take_files("orders", PAIR)
    before = (Order.objects.count(), Line.objects.count())
    again = take_files("orders", PAIR[::-1])
    accounted(again)
    assert again.files == [Part("taobao_orders.csv", 7, 0, 6, 1, 0), Part("taobao_details.csv", 9, 0, 7, 2, 0)]
    assert {outcome for outcome, code in outcomes().values() if code == "DUPLICATE"} == {"dup"}
    assert (Order.objects.count(), Line.objects.count()) == before
    assert_clean()


@pytest.mark.capability("I-08")
def test_details_share_the_fate_of_their_order(shop_id: int, written: Written) -> None:
    take_files("orders", written(orders(sold(1), sold(2)), details(sock(1), sock(2))))
    changed = written(orders(sold(1, owed="8.00"), sold(2), sold(3)), details(sock(1), sock(2), sock(3, price="x"), sock(3, 2)))
    result = take_files("orders", changed)
    accounted(result)
    assert outcomes() == {
        (0, 2): ("rej", "CHANGED"), (1, 2): ("rej", "CHANGED"),
        (0, 3): ("dup", "DUPLICATE"), (1, 3): ("dup", "DUPLICATE"),
        # The row that is wrong says why; its neighbour says the same; its order says where to look.
        (0, 4): ("rej", "DETAIL_REJECTED"), (1, 4): ("rej", "NUMBER_FORMAT"), (1, 5): ("rej", "NUMBER_FORMAT"),
    }  # fmt: skip
    assert [reject.message for reject in result.rejects if reject.row == 4] == [
        "这一单的明细不合格（明细表第 4 行）。", "「价格」不是数字（x）。"
    ]  # fmt: skip


@pytest.mark.capability("I-08")
def test_rows_nobody_can_place_are_turned_away_under_their_own_file_and_row(shop_id: int, written: Written) -> None:
    wide, short = [*([""] * 16), "x"], ["", f'="{no(1)}"', "棉袜", "9.90", "1", "", "", "", "", "", "SOCK-GREY"]
    files = written(
        orders(sold(1), sold(2, wrapped=False), blank=2),
        details(
            wide, sock(1) | {"主订单编号": "1.23457E+18"}, {"标题": "没有编号"}, short, sock(2), {"主订单编号": "合计"}, sock(9), sock(9, 2),
            sock(2, 2) | {"标题": "袜" * 600}, blank=3,
        ),
    )  # fmt: skip
    result = take_files("orders", files)
    accounted(result)
    assert result.files == [
        Part("ExportOrderList.csv", 4, 1, 0, 1, 2), Part("ExportOrderDetailList.csv", 12, 1, 0, 8, 3)
    ]  # fmt: skip
    assert (result.orders_in, result.orders_created, result.orders_rejected) == (2, 1, 1)
    here = outcomes()
    assert {row: here[1, row][1] for row in range(2, 11)} == {
        2: "COLUMN_COUNT", 3: "SCIENTIFIC_NOTATION", 4: "ORDER_NO_BLANK", 5: "", 6: "CELL_TOO_LONG", 7: "NOT_AN_ORDER",
        8: "DETAIL_ORPHAN", 9: "DETAIL_ORPHAN", 10: "CELL_TOO_LONG",
    }  # fmt: skip
    assert Order.objects.get().platform_no == no(1)


def test_an_order_told_twice_is_one_order_or_none(shop_id: int, written: Written) -> None:
    files = written(
        orders(sold(1), sold(2), sold(1), sold(2, owed="8.00")), details(sock(1), sock(2), sock(1, 2, price="0.00"))
    )
    result = take_files("orders", files)
    accounted(result)
    assert {key: code for key, (_outcome, code) in outcomes().items() if code} == {
        (0, 2): "ZERO_PRICE", (0, 3): "SAME_KEY_TWICE", (0, 5): "SAME_KEY_TWICE", (1, 3): "ORDER_REJECTED"
    }  # fmt: skip
    assert [reject.message for reject in result.rejects] == ["与第 5 行重复。", "与第 3 行重复。", "这一单没有收（订单表第 3 行）。"]
    assert Order.objects.get().lines.count() == 2


@pytest.mark.capability("I-08")
def test_strict_refuses_both_reports_for_one_orphan(shop_id: int, written: Written) -> None:
    files = written(orders(sold(1)), details(sock(1), sock(7)))
    with pytest.raises(StrictRefused) as refusal:
        take_files("orders", files, strict=True)
    assert (refusal.value.facts["rows"], Order.objects.count()) == (1, 0)
    assert "明细表第 3 行" in refusal.value.facts["first"]


def test_two_of_the_same_kind_are_no_pair(shop_id: int, written: Written) -> None:
    for files in (written(orders(sold(1)), orders(sold(2))), written(details(sock(1)), details(sock(2)))):
        with pytest.raises(NotACompanion):
            take_files("orders", files)
    assert Import.objects.count() == 0


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("turn", [1, -1])
def test_a_pair_cut_off_goes_on_where_it_stopped_even_named_the_other_way_round(
    turn: int, shop_id: int, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 10)
    listed = [sold(nth, total="7.00" if nth % 10 == 3 else "") for nth in range(40)]
    files = written(orders(*listed, blank=1), details(*(sock(nth) for nth in range(60)), blank=2))

    def fall(done: int, _of: int) -> None:
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_files("orders", files, progress=fall)
    assert 0 < ImportRow.objects.count() < 100
    assert Import.objects.get().companion_ok > 0
    result = take_files("orders", files[::turn])
    accounted(result)
    assert Import.objects.count() == 1
    assert [asdict(part) for part in result.files] == [
        {"name": "ExportOrderList.csv", "rows_in": 41, "rows_ok": 36, "rows_duplicate": 0, "rows_rejected": 4, "rows_blank": 1},
        {"name": "ExportOrderDetailList.csv", "rows_in": 62, "rows_ok": 36, "rows_duplicate": 0, "rows_rejected": 24, "rows_blank": 2},
    ]
    assert Order.objects.count() == 36
    assert_clean()


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("large", ["orders", "details"])
def test_a_pair_is_read_ahead_when_either_is_large_and_comes_in_just_the_same(
    large: str, shop_id: int, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {"orders": (900, 300), "details": (300, 900)}[large]
    files = written(orders(*map(sold, range(many[0])), blank=1), details(*map(sock, reversed(range(many[1]))), blank=2))
    short = take_files("orders", files)
    monkeypatch.setattr(ahead, "WORTH_BYTES", max(file.stat().st_size for file in files) - 10)
    second = Shop.objects.create(code="second", name="二店", made_at=Shop.objects.get().made_at)
    long = take_files("orders", files, shop="second")
    accounted(long)
    assert {**asdict(short), "seconds": 0, "shop": ""} == {**asdict(long), "seconds": 0, "shop": ""}
    assert long.rows_in == sum(many) + 3
    assert Order.objects.filter(shop=second).count() == many[0]
    accounted(take_files("orders", files, shop="second", dry_run=True))
    assert_clean()


@pytest.mark.capability("I-08")
def test_what_stayed_out_is_mended_and_brought_again_as_a_pair(shop_id: int, written: Written, tmp_path: Path) -> None:
    files = written(orders(sold(1), sold(2, total="7.00"), sold(3)), details(sock(1), sock(2), sock(3, pieces="0"), sock(8)))
    out = tmp_path / "out.csv"
    first = take_files("orders", files, rejects=out)
    assert (first.orders_created, first.rows_rejected) == (1, 5)
    found = [list(csv.reader(io.StringIO(path.read_text("utf-8-sig")))) for path in (out, tmp_path / "out-details.csv")]
    assert [[row[1 if nth else 0][-2:] for row in rows[1:]] for nth, rows in enumerate(found)] == [["02", "03"], ["02", "03", "08"]]
    assert found[1][3][-2:] == [f"订单表里没有这一单（{no(8)}）。", "重新导出同一时间段的订单表，和明细一起再导入；不要的就删掉这一行。"]
    out.write_text(out.read_text("utf-8-sig").replace("7.00", "9.90"), "utf-8")
    beside = tmp_path / "out-details.csv"
    beside.write_text(beside.read_text("utf-8-sig").replace("9.90,0,", "9.90,1,"), "utf-8")
    again = take_files("orders", [beside, out])
    accounted(again)
    assert (again.orders_created, [reject.code for reject in again.rejects]) == (2, ["DETAIL_ORPHAN"])
    assert_clean()


def test_two_files_of_one_name_are_told_apart(shop_id: int, tmp_path: Path) -> None:
    for folder, content in (("a", orders(sold(1))), ("b", details(sock(1), sock(2)))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "export.csv").write_bytes(content)
    result = take_files("orders", [tmp_path / "a" / "export.csv", tmp_path / "b" / "export.csv"])
    accounted(result)
    assert [reject.file for reject in result.rejects] == ["export.csv (2)"]


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("turn", [1, -1])
def test_an_uploaded_pair_is_set_in_order_and_its_header_row_is_that_of_the_orders(
    turn: int, shop_id: int, owner: Actor, at: datetime
) -> None:
    titled = "三月的订单,,\n".encode("gbk") + orders(sold(1), sold(2, total="7.00"))
    files = [("list.csv", titled), ("details.csv", details(sock(1), sock(2), sock(9)))][::turn]
    (name, content), (companion_name, companion) = files
    chosen: dict[str, Any] = {"companion": companion, "companion_name": companion_name, "shop_id": shop_id}
    look = uploads.look(content, name, **chosen, header_row=2, by=owner)
    assert [part.name for part in look.totals.files] == ["list.csv", "details.csv"]
    assert (look.companion, look.header_row, look.header[0]) == (True, 2, "订单编号")
    assert {(trouble.file, trouble.row, trouble.code) for trouble in look.problems} == {
        ("list.csv", 4, "TOTAL_MISMATCH"), ("details.csv", 4, "DETAIL_ORPHAN"), ("details.csv", 3, "ORDER_REJECTED")
    }  # fmt: skip
    import_id = uploads.submit(content, name, **chosen, options={"header_row": 2}, by=owner, at=at)
    worker.run_until_idle()
    row = Import.objects.get()
    assert (row.state, row.file_name, row.companion_name) == ("done", "list.csv", "details.csv")
    assert (row.rows_in, row.companion_ok, row.companion_rejected) == (5, 1, 2)
    for companion_too, expected in ((False, [f"'{no(2)}"]), (True, [f"'{no(2)}", f"'{no(9)}"])):
        text = rejects.reject_file(import_id, companion=companion_too)[1].decode("utf-8-sig")
        at_no = 1 if companion_too else 0
        assert [line[at_no] for line in list(csv.reader(io.StringIO(text)))[1:]] == expected
    assert [(each["beside"], each["row"]) for each in rejects.shown(import_id)] == [(False, 4), (True, 3), (True, 4)]


# However they are mixed

NUMBERS = st.integers(0, 7)
LISTED = st.lists(
    st.one_of(
        st.builds(sold, NUMBERS, owed=st.sampled_from(["9.90", "9.90", "9.90", "8.00", "x"]), total=st.sampled_from(["", "", "1.00"])),
        st.just({"订单编号": "合计"}), st.just({"收货人姓名": "没有编号"}), st.just(["", "短"]), st.just([""] * 37),
    ),
    min_size=1, max_size=10,
)  # fmt: skip
DETAILED = st.lists(
    st.one_of(
        st.builds(sock, NUMBERS, st.integers(1, 9), price=st.sampled_from(["9.90", "9.90", "y", "-1"]), pieces=st.sampled_from(["1", "0"])),
        st.just({"主订单编号": "1.2E+18"}), st.just({"标题": "没有编号"}), st.just([""] * 20), st.just(["", f'="{no(3)}"']),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@pytest.mark.capability("I-08")
@settings(max_examples=60 if connection.vendor == "sqlite" else 20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=LISTED, detailed=DETAILED, at_once=st.integers(1, 6))
def test_however_they_are_mixed_every_row_has_one_outcome(
    shop_id: int, listed: list[Any], detailed: list[Any], at_once: int
) -> None:
    # One row each that is never blank: a report without any is refused as a whole.
    files = [orders(*listed, sold(90)), details(*detailed, sock(90), blank=1)]
    shop = Shop.objects.get(pk=shop_id)
    physical = {(0, row) for row in range(2, len(listed) + 3)} | {(1, row) for row in range(2, len(detailed) + 4)}
    taken: list[Result] = []
    with pytest.MonkeyPatch.context() as patch:
        for size in ("AT_ONCE", "THEN"):
            patch.setattr(taking, size, at_once)
        for dry in (True, False):
            each = OrdersIn(files[0], companion=files[1], shop=shop, by=SYSTEM, limits=COMMAND_LINE)
            taken.append(each.dry() if dry else each.run(begun(shop_id, *files)))
    for result in taken:
        accounted(result)
        assert result.rows_in == len(physical)
    # Orders that came in an earlier batch are known to the later ones, and each here comes once: both say the same.
    assert replace(taken[0], seconds=0) == replace(taken[1], seconds=0)
    here = outcomes()
    assert set(here) <= physical
    assert len(physical) - len(here) == taken[1].rows_blank
    answers = list(FORMAT.read(*read_of(files)))
    given_out = [(0, row) for each in answers for row in each.rows] + [(1, row) for each in answers for row in each.beside]
    assert sorted(given_out) == sorted(here)
    assert all(code for outcome, code in here.values() if outcome != "ok")


def begun(shop_id: int, *files: bytes) -> int:
    return Import.objects.create(
        number=f"I{Import.objects.count()}", kind="orders", state="waiting", shop_id=shop_id, file_name="orders", companion_name="details",
        digest=taking.digest_of(*files)[0], by_name="x", made_at=Shop.objects.get(pk=shop_id).made_at,
    ).pk  # fmt: skip


def read_of(files: list[bytes]) -> tuple[Any, Any, Any]:
    both = opened(*files, known=[FORMAT], limits=COMMAND_LINE)
    return both.table, OrdersIn(files[0], companion=files[1], shop=Shop.objects.get(), by=SYSTEM, limits=COMMAND_LINE).context, both.companion
