"""One order, end to end: a file comes in, and the buyer opens the door."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from zhanggui.carriers.commands import contracts
from zhanggui.channels import rejects, uploads
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading.writing import text_sheet
from zhanggui.connectors.template_file.connector import FORMAT as TEMPLATE
from zhanggui.connectors.template_file.wire import headers
from zhanggui.couriers.sandbox.running import SandboxServer
from zhanggui.fulfilment.commands import packing, parcels, picks, sheets, waves
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.journal import jobs, queries
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import review
from zhanggui.orders.models import Hold, Order
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Claim, Ledger, Level
from zhanggui.tracking import queries as tracking
from zhanggui.tracking.commands import ending, polling
from zhanggui.tracking.models import Trail

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "orders"
SENDER = {
    "name": "山野杂货仓",
    "phone": "0571-87654321",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "street": "良渚街道 5 号",
}
NO = "203456789012345678"


@pytest.fixture
def at() -> datetime:
    """Now: files are stamped with the moment they arrive."""
    return clock.now()


@pytest.fixture
def carrier(shop_id: int, at: datetime) -> Iterator[SandboxServer]:
    """The practice carrier in a process of its own, under contract with a warehouse that can be found."""
    warehouses.open_one("HZ", "杭州一仓", sender=SENDER, by=SYSTEM, at=at)
    with SandboxServer() as server:
        enrolled = contracts.enrol("practice", "练习快递", plugin="sandbox", service="standard", by=SYSTEM, at=at)
        contracts.change(enrolled, settings=dict(server.account().settings), by=SYSTEM, at=at)
        yield server


def stock_in(folder: Path, **pieces: int) -> None:
    """Goods that are new, and how many of each lie where, by file like everything else."""
    file = folder / "stock.csv"
    rows = [f"{sku.replace('_', '-')},HZ,A-01-{n:02},{many}" for n, (sku, many) in enumerate(pieces.items(), start=1)]
    file.write_text("\n".join(["商品编码,仓库,库位,数量", *rows]), "utf-8")
    result = take_files("stock", [file], create_goods=True)
    assert (result.rows_ok, result.rows_rejected) == (len(pieces), 0)


def stages() -> dict[str, str]:
    return dict(Order.objects.values_list("platform_no", "stage"))


def levels() -> dict[str, tuple[int, int]]:
    return {code: (hand, claimed) for code, hand, claimed in Level.objects.values_list("sku__code", "on_hand", "claimed")}


def walk(order_ids: list[int], carrier: SandboxServer, *, by: Actor, at: datetime) -> list[int]:
    """From approved to delivered, as the warehouse does it. Returns the parcels."""
    planned = waves.plan(None, warehouse_id=Order.objects.get(pk=order_ids[0]).warehouse_id, by=by, at=at)
    assert sorted(planned.batch.done) == sorted(order_ids)
    waves.release([planned.wave_id], by=by, at=at)
    assert sheets.pick_sheet_pdf(planned.wave_id, by=by, at=at).startswith(b"%PDF")
    picks.confirm_waves([planned.wave_id], by=by, at=at)
    boxes = list(Parcel.objects.filter(wave_id=planned.wave_id).order_by("id").values_list("id", flat=True))
    for box in boxes:
        bench = packing.open(Parcel.objects.get(pk=box).number, by=by, at=at)
        for line in bench.lines:
            for nth in range(line.pieces):
                assert packing.scan(box, line.sku, f"{box}-{line.line_id}-{nth}", by=by, at=at).kind == "right"
    assert packing.close(boxes, weights=dict.fromkeys(boxes, 640), by=by, at=at).done == boxes
    assert sorted(parcels.label(boxes, by=by, at=at).done) == boxes
    for _printed_again in range(2):
        assert sheets.labels_pdf(boxes, by=by, at=at).startswith(b"%PDF")
    assert parcels.ship(boxes, by=by, at=at).done == boxes
    jobs.run_until_idle(at=lambda: at)
    assert {parcel["state"] for parcel in carrier.parcels()} == {"handed-over"}
    return boxes


def arrive(boxes: list[int], carrier: SandboxServer, *, at: datetime) -> None:
    """The carrier drives, we ask, the buyer signs, the days of grace go by."""
    carrier.advance(to="out_for_delivery", at=at + timedelta(hours=20))
    assert polling.poll(at=at + timedelta(hours=21)) == len(boxes)
    assert set(Trail.objects.values_list("status", flat=True)) == {"out_for_delivery"}
    carrier.advance(to="delivered", at=at + timedelta(hours=22))
    assert polling.poll(at=at + timedelta(hours=23)) == len(boxes)
    jobs.run_until_idle(at=lambda: at + timedelta(hours=23))
    order_ids = list(Parcel.objects.filter(pk__in=boxes).values_list("order_id", flat=True))
    assert set(Order.objects.filter(pk__in=order_ids).values_list("stage", flat=True)) == {"delivered"}
    assert ending.complete_due(at=at + timedelta(days=2)) == 0
    assert ending.complete_due(at=at + timedelta(days=9)) == len(boxes)


@pytest.mark.capability("I-07", "I-08", "A-02", "A-06", "A-16", "A-17", "K-03", "F-01", "F-07", "F-15")
@pytest.mark.capability("T-01", "T-06", "T-09", "U-04")
def test_a_pair_of_taobao_reports_becomes_parcels_at_their_doors(
    shop_id: int, carrier: SandboxServer, owner: Actor, at: datetime, tmp_path: Path
) -> None:
    stock_in(tmp_path, TEE_WHITE_L=20, SOCK_GREY=5)
    out = tmp_path / "rejects.csv"
    result = take_files("orders", [DATA / "taobao_details.csv", DATA / "taobao_orders.csv"], shop="shanye", rejects=out)
    assert (result.format, result.orders_created, result.orders_rejected) == ("taobao", 6, 1)
    assert [reject.code for reject in result.rejects] == ["TOTAL_MISMATCH", "ORDER_REJECTED", "DETAIL_ORPHAN"]
    header, row = csv.reader(out.read_text("utf-8-sig").splitlines())
    assert (header[0], header[-2:], row[0]) == ("订单编号", ["原因", "怎么改"], f"'{NO}6")
    jobs.run_until_idle()
    # One buyer, three paid orders of the same shirt in a minute: suspected, and a person says they are meant.
    assert set(Hold.objects.filter(cleared_at=None).values_list("code", flat=True)) == {"duplicate-suspected"}
    held = list(Order.objects.filter(stage="pending_review").order_by("id").values_list("id", flat=True))
    assert review.approve(held, by=owner, at=at).done == held
    assert stages() == {
        f"{NO}1": "approved", f"{NO}2": "approved", f"{NO}3": "approved",
        f"{NO}4": "pending_payment", f"{NO}5": "cancelled", f"{NO}7": "completed",
    }  # fmt: skip
    assert levels() == {"TEE-WHITE-L": (20, 5), "SOCK-GREY": (5, 2)}
    assert_clean()

    boxes = walk(held, carrier, by=owner, at=at)
    assert levels() == {"TEE-WHITE-L": (15, 0), "SOCK-GREY": (3, 0)}
    numbers = {bill.parcel_id: bill.number for bill in Waybill.objects.filter(state="issued")}
    assert len(set(numbers.values())) == len(boxes) == 3
    first = Order.objects.get(platform_no=f"{NO}1")
    assert first.waybill == numbers[Parcel.objects.get(order=first).pk]
    box = Parcel.objects.get(order=first)
    assert (box.stage, box.weight_g, box.packed_by) == ("shipped", 640, owner.name)
    assert set(Claim.objects.values_list("state", flat=True)) == {"issued"}
    issued = Ledger.objects.filter(kind="issued", document_kind="parcel", document_id=box.pk)
    assert list(issued.values_list("delta", flat=True)) == [-2]

    arrive(boxes, carrier, at=at)
    trail = tracking.trail(box.pk)
    assert trail is not None
    assert len(trail.stops.all()) >= 4
    story = [(line.before, line.after) for line in queries.timeline("order", first.pk) if line.after]
    assert story == [
        ("", "pending_review"), ("pending_review", "approved"), ("approved", "fulfilling"), ("fulfilling", "shipped"),
        ("shipped", "delivered"), ("delivered", "completed"),
    ]  # fmt: skip
    assert_clean()


@pytest.mark.capability("I-06", "I-08", "A-08", "A-17", "K-03", "F-07", "F-15", "T-01", "T-06", "T-09", "U-04")
def test_our_own_template_filled_in_by_hand_goes_the_same_way(
    shop_id: int, carrier: SandboxServer, owner: Actor, at: datetime, tmp_path: Path
) -> None:
    stock_in(tmp_path, TEE_WHITE_L=9, SOCK_GREY=9)
    names = headers("zh")
    blank = dict.fromkeys(names, "")
    rows = [
        {"订单号": "A1", "商品编码": "TEE-WHITE-L", "数量": "2", "单价": "59.00", "运费": "8.00"},
        {"订单号": "A2", "商品编码": "SOCK-GREY", "数量": "3", "单价": "9.90"},
        {"订单号": "A1", "商品编码": "SOCK-GREY", "数量": "1", "单价": "9.90"},
        {"订单号": "A3", "商品编码": "SOCK-GREY", "数量": "三", "单价": "9.90"},
    ]
    whose = {"A1": ("林小满", "13800000001"), "A2": ("周知远", "13800000002"), "A3": ("何其", "13800000003")}
    door = {"省": "浙江省", "市": "杭州市", "区县": "西湖区", "详细地址": "文三路 100 号 5 幢 301"}
    blank["付款时间"] = "2026-03-08 14:31:12"
    filled = [{**blank, **door, **row, **dict(zip(("收件人", "手机"), whose[row["订单号"]], strict=True))} for row in rows]
    workbook = text_sheet("订单", names, [[row[name] for name in names] for row in filled])
    assert TEMPLATE.template("zh")[:2] == workbook[:2] == b"PK"

    look = uploads.look(workbook, "三月.xlsx", shop_id=shop_id, by=owner)
    assert (look.format_code, look.totals.orders_created, look.totals.orders_rejected) == ("template", 2, 1)
    assert Order.objects.count() == 0
    import_id = uploads.submit(workbook, "三月.xlsx", shop_id=shop_id, by=owner, at=at)
    jobs.run_until_idle()
    row = Import.objects.get(pk=import_id)
    assert (row.state, row.rows_in, row.rows_ok, row.rows_rejected, row.orders_created) == ("done", 4, 3, 1, 2)
    turned = ImportRow.objects.filter(of=import_id, outcome="rej")
    assert list(turned.values_list("row", "column", "code")) == [(5, "数量", "NUMBER_FORMAT")]
    name, content = rejects.reject_file(import_id)
    assert name.endswith("-rejects.csv")
    assert content.decode("utf-8-sig").count("\r\n") == 2
    assert stages() == {"A1": "approved", "A2": "approved"}
    assert levels() == {"TEE-WHITE-L": (9, 2), "SOCK-GREY": (9, 4)}

    order_ids = list(Order.objects.order_by("id").values_list("id", flat=True))
    boxes = walk(order_ids, carrier, by=owner, at=at)
    arrive(boxes, carrier, at=at)
    assert stages() == {"A1": "completed", "A2": "completed"}
    assert levels() == {"TEE-WHITE-L": (7, 0), "SOCK-GREY": (5, 0)}
    assert_clean()


@pytest.mark.capability("I-07", "I-08")
@pytest.mark.parametrize(("shop", "money"), [("jd", 12090), ("douyin", 12290), ("pdd", 98500)])
def test_other_shops_files_are_read_by_their_headers(shop_id: int, shop: str, money: int, tmp_path: Path) -> None:
    stock_in(tmp_path, TEE_WHITE_L=20, SOCK_GREY=5)
    result = take_files("orders", [DATA / f"{shop}.csv"], shop="shanye")
    jobs.run_until_idle()
    assert (result.format, result.orders_created, result.rows_rejected) == (shop, 1, 0)
    order = Order.objects.get()
    assert order.total_minor == money
    assert set(order.lines.values_list("sku__code", flat=True)) <= {"TEE-WHITE-L", "SOCK-GREY"}
    assert_clean()
