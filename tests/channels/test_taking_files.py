"""A file comes in whole or says why: every row has one outcome, nothing comes in twice, nothing is written for a look."""

import csv
import io
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Sum

from zhanggui.catalog.models import Sku
from zhanggui.channels import ahead, jobs, keeping, rejects, taking, uploads
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading.errors import ReaderStopped
from zhanggui.channels.refusals import (
    FileForgotten,
    FileTooLarge,
    ImportOver,
    ImportRuns,
    NotACompanion,
    StrictRefused,
    UnknownShop,
)
from zhanggui.journal import jobs as worker
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.stock.models import Ledger, Level, Shelf, Warehouse

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "orders"
HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间"


def row(no: str, sku: str = "TEA", pieces: str = "1", unit: str = "10.00", nth: int = 1) -> str:
    return f"{no},{sku},{pieces},{unit},林晓,139{nth:08},浙江省,杭州市,西湖区,文三路 {nth} 号,2026-03-08 14:31:12"


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, name: str = "orders.csv", header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]), "utf-8")
        return path

    return write


def accounted(result: taking.Result) -> None:
    assert result.rows_in == result.rows_ok + result.rows_duplicate + result.rows_rejected + result.rows_blank
    assert len(result.rejects) == result.rows_rejected
    assert [reject.row for reject in result.rejects] == sorted({reject.row for reject in result.rejects})
    assert result.orders_in == result.orders_created + result.orders_duplicate + result.orders_rejected


@pytest.mark.capability("I-07", "I-08", "A-06")
def test_a_file_that_comes_twice_adds_nothing_the_second_time(shop_id: int, written: Callable[..., Path]) -> None:
    file = written(*(row(f"T{nth // 2}", f"S{nth % 2}", nth=nth // 2) for nth in range(40)), "", row("bad", pieces="0"))
    first = take_files("orders", [file], create_goods=True)
    accounted(first)
    assert (first.rows_ok, first.rows_rejected, first.rows_blank, first.orders_created) == (40, 1, 1, 20)
    before = (Order.objects.count(), Line.objects.count(), Sku.objects.count())
    again = take_files("orders", [file], create_goods=True)
    accounted(again)
    assert (again.rows_ok, again.rows_duplicate, again.rows_rejected, again.orders_duplicate) == (0, 40, 1, 20)
    assert (Order.objects.count(), Line.objects.count(), Sku.objects.count()) == before == (20, 40, 2)
    changed = take_files("orders", [written(row("T0", "S0", "9", nth=0), name="changed.csv")])
    assert [reject.code for reject in changed.rejects] == ["CHANGED"]
    assert_clean()


def test_a_second_file_that_is_no_detail_of_the_first_is_refused_and_nothing_comes_in(shop_id: int, written: Callable[..., Path]) -> None:
    files = [written(row("T1"), name="a.csv"), written(row("T2"), name="b.csv")]
    for dry_run in (True, False):
        with pytest.raises(NotACompanion):
            take_files("orders", files, dry_run=dry_run)
    assert (Order.objects.count(), Import.objects.count()) == (0, 0)


@pytest.mark.capability("I-08")
def test_every_row_that_stays_out_says_why_once_in_the_order_of_the_file(shop_id: int, written: Callable[..., Path]) -> None:
    take_files("orders", [written(row("T1", "A"), row("T1", "B"))], create_goods=True)
    again = written(
        row("T2", "A"), row("T3", pieces="x"), row("T1", "A", "2"), row("T2", "B", pieces="0", unit="x"), row("T1", "B"), name="b.csv"
    )  # fmt: skip
    for dry_run in (True, False):
        result = take_files("orders", [again], dry_run=dry_run)
        accounted(result)
        assert [reject.row for reject in result.rejects] == [2, 3, 4, 5, 6]
        assert [reject.code for reject in result.rejects][2:5:2] == ["CHANGED", "CHANGED"]
        assert result.rejects[0].code == result.rejects[3].code
    kept = ImportRow.objects.filter(outcome="rej").order_by("row").values_list("row", "code")
    assert list(kept) == [(reject.row, reject.code) for reject in result.rejects]


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("kind", ["orders", "goods", "stock"])
def test_a_dry_run_says_what_would_happen_and_writes_nothing(kind: str, db: None, written: Callable[..., Path]) -> None:
    files = {"orders": written(row("T1"), row("T2", pieces="-")), "goods": DATA / "goods.csv", "stock": DATA / "stock.csv"}
    tables = (Order, Sku, Shelf, Level, Warehouse, Shop, Import, ImportRow, Entry, Job)
    would = take_files(kind, [files[kind]], create_goods=True, dry_run=True)
    accounted(would)
    assert [model.objects.count() for model in tables] == [0] * len(tables)
    did = take_files(kind, [files[kind]], create_goods=True)
    assert {**asdict(would), "seconds": 0} == {**asdict(did), "seconds": 0}


def test_the_first_import_may_name_the_shop_it_begins_and_the_next_one_may_not_invent_another(db: None, written: Callable[..., Path]) -> None:
    file = written(row("T1"))
    with pytest.raises(UnknownShop):
        take_files("orders", [file], shop="t" * 33)
    take_files("orders", [file], shop="tmall", dry_run=True)
    assert not Shop.objects.exists()
    take_files("orders", [file], shop="tmall")
    assert list(Shop.objects.values_list("code", "name")) == [("tmall", "tmall")]
    with pytest.raises(UnknownShop):
        take_files("orders", [file], shop="tmal")


@pytest.mark.capability("I-08")
def test_strict_refuses_the_whole_file_for_one_bad_row(shop_id: int, written: Callable[..., Path]) -> None:
    file = written(*(row(f"T{nth}", nth=nth) for nth in range(5)), row("T9", pieces="2.5"))
    with pytest.raises(StrictRefused) as told:
        take_files("orders", [file], strict=True)
    assert told.value.facts["rows"] == 1
    assert "第 7 行「数量」" in told.value.facts["first"]
    assert Order.objects.count() == ImportRow.objects.count() == 0
    closed = Import.objects.get()
    assert (closed.state, closed.refusal["code"]) == ("refused", "strict")


@pytest.mark.capability("I-08")
def test_the_reject_file_has_the_rows_the_reasons_and_no_formula(shop_id: int, written: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "rejects.csv"
    evil = ("=1+1", "+cmd|'/c calc'!A1", "-2+3", "@SUM(A1)", "＝1+1", '="123"')
    rows = [f'{row(f"T{nth}", pieces="0")},"{word.replace(chr(34), chr(34) * 2)}",-3.50' for nth, word in enumerate(evil)]
    take_files("orders", [written(row("good") + ",x,1", *rows, header=f"{HEADER},备注,余额")], rejects=out)
    header, *lines = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    assert header == [*HEADER.split(","), "备注", "余额", "原因", "怎么改"]
    assert len(lines) == len(evil)
    assert [line[-4][0] for line in lines] == ["'"] * len(evil)
    assert {line[-3] for line in lines} == {"-3.50"}
    assert all("数量" in line[-2] and line[-1] for line in lines)
    # What was mended in the file comes in as if it had been right at once.
    mended = out.read_text("utf-8-sig").replace(",TEA,0,", ",TEA,1,")
    (tmp_path / "mended.csv").write_text(mended, "utf-8")
    assert take_files("orders", [tmp_path / "mended.csv"]).orders_created == len(evil)


@pytest.mark.capability("I-08")
def test_a_cancelled_import_keeps_what_came_in_and_stops(
    shop_id: int, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 10)
    file = written(*(row(f"T{nth}", nth=nth) for nth in range(50)))

    def stop(done: int, _of: int) -> None:
        if done == 20:
            imports.cancel(Import.objects.get().pk, by=SYSTEM, at=Import.objects.get().made_at)

    result = take_files("orders", [file], progress=stop)
    assert (Import.objects.get().state, result.orders_created) == ("cancelled", 20)
    # No batch began after it was cancelled; the books, the account and the numbers say the same.
    assert Order.objects.count() == ImportRow.objects.count() == Import.objects.get().rows_ok == 20
    with pytest.raises(ImportOver):
        imports.cancel(Import.objects.get().pk, by=SYSTEM, at=Import.objects.get().made_at)
    rest = take_files("orders", [file])
    assert rest.orders_created + rest.orders_duplicate == 50
    assert Order.objects.count() == 50


@pytest.mark.capability("I-08")
def test_an_import_that_was_cut_off_goes_on_and_accounts_for_every_row_once(
    shop_id: int, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 10)
    file = written(*(row(f"T{nth}", nth=nth, pieces="0" if nth % 10 == 3 else "1") for nth in range(40)))

    def fall(done: int, _of: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_files("orders", [file], progress=fall)
    assert Import.objects.get().state == "running"
    result = take_files("orders", [file])
    accounted(result)
    assert (result.rows_in, result.rows_ok, result.rows_rejected, result.orders_created) == (40, 36, 4, 36)
    assert [reject.row for reject in result.rejects] == [5, 15, 25, 35]
    assert Import.objects.count() == 1
    assert_clean()


def test_one_import_is_run_by_one_at_a_time(shop_id: int, written: Callable[..., Path], at: datetime) -> None:
    upload = imports.Upload("a.csv", "d" * 64, 3)
    begun: dict[str, Any] = {"shop_id": shop_id, "format": "auto", "mapping": {}, "options": {}, "by": SYSTEM}
    first = imports.begin("orders", upload, **begun, at=at)
    imports.start(first, format="generic", rows_expected=0, by=SYSTEM, at=at)
    # Somebody on another machine has it, and was heard of a moment ago.
    Import.objects.filter(pk=first).update(runner="elsewhere:7", alive_at=at)
    for late in (timedelta(0), timedelta(seconds=50)):
        with pytest.raises(ImportRuns):
            imports.start(first, format="generic", rows_expected=0, by=SYSTEM, at=at + late)
        with pytest.raises(ImportRuns):
            imports.begin("orders", upload, **begun, at=at + late)
    later = at + timedelta(minutes=2)
    assert imports.begin("orders", upload, **begun, at=later) == first
    imports.start(first, format="generic", rows_expected=0, by=SYSTEM, at=later)
    assert Import.objects.get().runner == imports.runner()


def test_the_worker_looks_again_at_an_import_somebody_else_runs(shop_id: int, owner: Actor) -> None:
    at = clock.now()
    content = "\n".join([HEADER, row("T1")]).encode()
    import_id = uploads.submit(content, "a.csv", shop_id=shop_id, by=owner, at=at)
    Import.objects.filter(pk=import_id).update(state="running", runner="elsewhere:7", alive_at=at)
    Job.objects.all().delete()
    jobs.run_import([import_id], at=at)
    assert Import.objects.get().state == "running"
    assert Job.objects.get().run_at == at + timedelta(seconds=60)


@pytest.mark.capability("I-08", "K-05")
def test_goods_and_stock_by_file_change_nothing_the_second_time(db: None) -> None:
    goods = take_files("goods", [DATA / "goods.csv"])
    accounted(goods)
    assert (goods.rows_ok, goods.rows_rejected) == (2, 4)
    standing = list(Sku.objects.order_by("id").values_list("code", "name", "version"))
    again = take_files("goods", [DATA / "goods.csv"])
    assert (again.rows_ok, again.rows_duplicate, again.rows_rejected) == (0, 2, 4)
    assert list(Sku.objects.order_by("id").values_list("code", "name", "version")) == standing

    stock = take_files("stock", [DATA / "stock.csv"], create_goods=True)
    accounted(stock)
    lies = dict(Shelf.objects.values_list("sku__code", "pieces"))
    assert lies["TEE-WHITE-L"] == 1200
    moves = Ledger.objects.count()
    again = take_files("stock", [DATA / "stock.csv"], create_goods=True)
    accounted(again)
    assert (again.rows_ok, again.rows_duplicate) == (0, stock.rows_ok + stock.rows_duplicate)
    assert dict(Shelf.objects.values_list("sku__code", "pieces")) == lies
    assert Ledger.objects.count() == moves
    assert_clean()


@pytest.mark.capability("K-05")
def test_a_place_counted_twice_in_one_file_is_counted_once_and_an_empty_one_stays_known(db: None, written: Callable[..., Path]) -> None:
    file = written("TEA,A-1,0", "TEA,A-1,5", "TEA,A-2,3", header="商品编码,库位,数量")
    first, again = take_files("stock", [file], create_goods=True), take_files("stock", [file])
    assert [(each.rows_ok, each.rows_duplicate, each.rows_rejected) for each in (first, again)] == [(2, 0, 1), (0, 2, 1)]
    assert dict(Shelf.objects.values_list("bin__code", "pieces")) == {"A-1": 0, "A-2": 3}
    assert Ledger.objects.count() == 1
    assert_clean()


def test_stock_of_goods_nobody_knows_is_turned_away_by_name(db: None, written: Callable[..., Path]) -> None:
    file = written("TEA,,5", "TEA,NOWHERE,5", header="商品编码,仓库,数量")
    assert [reject.code for reject in take_files("stock", [file]).rejects] == ["SKU_UNKNOWN", "SKU_UNKNOWN"]
    made = take_files("stock", [file], create_goods=True)
    assert (made.rows_ok, [reject.code for reject in made.rejects]) == (1, ["WAREHOUSE_UNKNOWN"])


@pytest.mark.capability("I-08")
def test_two_years_of_a_real_wholesaler_come_in_to_the_penny(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file = DATA / "online_retail_slice.csv"
    result = take_files("orders", [file], create_goods=True)
    accounted(result)
    assert result.format == "online_retail"
    assert result.rows_in == sum(1 for _ in csv.reader(file.open(encoding="utf-8"))) - 1
    assert result.orders_created == Order.objects.count() == Import.objects.get().orders_created
    goods = dict(Line.objects.values_list("order_id").annotate(total=Sum("total_minor")))
    assert goods == dict(Order.objects.values_list("id", "goods_minor"))
    assert ImportRow.objects.filter(outcome="ok").count() == result.rows_ok == Line.objects.count()
    assert Sku.objects.filter(lines__isnull=False).distinct().count() == Sku.objects.count()
    again = take_files("orders", [file], create_goods=True)
    assert (again.orders_created, again.orders_duplicate, again.orders_rejected) == (0, result.orders_created, result.orders_rejected)
    assert_clean()


# The process that reads ahead


def both_ways(file: Path, monkeypatch: pytest.MonkeyPatch, shop_id: int, **options: Any) -> list[dict[str, Any]]:
    """The same file by the short way and by the long one, each into a shop of its own."""
    told = []
    for nth, least in enumerate((10**12, 0)):
        monkeypatch.setattr(ahead, "WORTH_BYTES", least)
        shop = Shop.objects.get(pk=shop_id)
        if nth:
            shop = Shop.objects.create(code="second", name="二店", made_at=shop.made_at)
        result = take_files("orders", [file], shop=shop.code, **options)
        rows = Line.objects.filter(order__shop=shop).order_by("order__platform_no", "position")
        columns = ("order__platform_no", "order__total_minor", "order__placed_at", "sku_id", "quantity", "total_minor", "order__stage")
        people = ("order__recipient__masked_name", "order__recipient__person_token", "order__fingerprint")
        lines = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in line) for line in rows.values_list(*columns, *people)]
        outcomes = ImportRow.objects.filter(of__shop=shop).order_by("row").values_list("row", "outcome", "column", "code", "value")
        told.append({"result": {**asdict(result), "seconds": 0, "shop": ""}, "lines": lines, "rows": list(outcomes)})
    return told


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("name", ["template.csv", "online_retail_slice.csv", "jd.csv"])
def test_a_large_file_is_read_ahead_and_comes_in_just_the_same(name: str, shop_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    short, long = both_ways(DATA / name, monkeypatch, shop_id, create_goods=True)
    assert short == long
    assert short["lines"]


@pytest.mark.parametrize("dies", ["at once", "after one batch"])
def test_a_reader_that_dies_is_a_clear_refusal(
    dies: str, shop_id: int, written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(*(row(f"T{nth}", nth=nth) for nth in range(1200)))
    python = tmp_path / "python"
    story = "import os" if dies == "at once" else (
        "import sys, zhanggui.channels.ahead as a\nsend = a._send\n"
        "def once(told, plain):\n    send(told, plain); told.flush(); import os; os.kill(os.getpid(), 9)\n"
        "a._send = once; a.main(sys.stdin.buffer, sys.stdout.buffer)"
    )
    (tmp_path / "story.py").write_text(story)
    python.write_text(f'#!/bin/sh\nexec {ahead.sys.executable} {tmp_path / "story.py"}\n')
    python.chmod(0o755)
    monkeypatch.setattr(ahead, "WORTH_BYTES", 0)
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 100)
    monkeypatch.setattr(ahead, "sys", SimpleNamespace(executable=str(python)))
    with pytest.raises(ReaderStopped) as told:
        take_files("orders", [file])
    assert told.value.sentence
    assert told.value.advice
    closed = Import.objects.get()
    assert closed.refusal["code"] == "READER_STOPPED"
    came = Order.objects.count()
    assert (closed.state, came) == (("refused", 0) if dies == "at once" else ("cancelled", 200))
    monkeypatch.undo()
    assert take_files("orders", [file]).orders_created == 1200 - came
    assert_clean()


# Uploads


@pytest.mark.capability("I-08")
def test_an_upload_is_kept_sealed_and_thrown_away_after_a_week(shop_id: int, owner: Actor, at: datetime) -> None:
    content = "\n".join([HEADER, row("T1"), row("T2", pieces="0")]).encode()
    import_id = uploads.submit(content, "三月.csv", shop_id=shop_id, by=owner, at=at)
    worker.run_until_idle()
    path = Import.objects.get().path
    assert content not in (keeping.settings.UPLOADS / path).read_bytes()
    assert rejects.reject_file(import_id)[1].count(b"\r\n") == 2
    ended = Import.objects.get().ended_at
    assert ended is not None
    jobs.forget_uploads(at=ended + timedelta(days=6))
    assert rejects.reject_file(import_id)
    jobs.forget_uploads(at=ended + timedelta(days=8))
    assert not (keeping.settings.UPLOADS / path).exists()
    with pytest.raises(FileForgotten):
        rejects.reject_file(import_id)


def test_the_reject_file_reads_the_sheet_and_header_row_that_were_chosen(shop_id: int, owner: Actor, at: datetime) -> None:
    content = "\n".join(["三月的订单,,", HEADER, row("T1", pieces="0")]).encode()
    import_id = uploads.submit(content, "三月.csv", shop_id=shop_id, options={"header_row": 2}, by=owner, at=at)
    worker.run_until_idle()
    (turned,) = list(csv.reader(io.StringIO(rejects.reject_file(import_id)[1].decode("utf-8-sig"))))[1:]
    assert turned[0] == "T1"


def test_a_draft_waits_for_whoever_hands_it_in(shop_id: int, owner: Actor, at: datetime) -> None:
    uploads.submit("\n".join([HEADER, row("T1")]).encode(), "a.csv", shop_id=shop_id, options={"draft": True}, by=owner, at=at)
    worker.run_until_idle()
    assert Order.objects.get().stage == "draft"


def test_an_upload_too_large_and_one_of_the_wrong_kind_are_refused(shop_id: int, roles: dict[str, Actor], at: datetime) -> None:
    with pytest.raises(FileTooLarge):
        uploads.look(b"x" * (21 << 20), "a.csv", shop_id=shop_id, by=roles["owner"])
    with pytest.raises(NotAllowed):
        uploads.submit(b"x", "a.csv", shop_id=shop_id, by=roles["warehouse"], at=at)
    with pytest.raises(NotAllowed):
        uploads.submit(b"x", "a.csv", shop_id=shop_id, by=roles["readonly"], at=at)


def test_a_flag_is_the_same_flag_however_a_table_writes_it(written: Callable[..., Path]) -> None:
    rows = [f"{row(f'F{nth}')},{word}" for nth, word in enumerate(("红旗", "黄", "3", "Blue", "紫色", "灰", ""))]
    take_files("orders", [written(*rows, header=f"{HEADER},旗帜")], create_goods=True)
    flags = dict(Order.objects.values_list("platform_no", "flag"))
    assert [flags[f"F{nth}"] for nth in range(7)] == ["red", "yellow", "green", "blue", "purple", "", ""]
