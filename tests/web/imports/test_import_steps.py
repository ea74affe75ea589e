"""A file from the drop zone to the list of orders, each step looked at before anything is written."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook
from rustpy_xlsxwriter import write_worksheets

from tests.channels.reports import details as goods_report
from tests.channels.reports import no, sock, sold
from tests.channels.reports import orders as order_report
from tests.web.orders.bench import Bench
from zhanggui.channels.models import Import, SavedMapping
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
HEADER = (
    "订单号",
    "下单时间",
    "付款时间",
    "收件人",
    "手机",
    "省",
    "市",
    "区县",
    "详细地址",
    "商品编码",
    "商品名称",
    "数量",
    "单价",
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOADS", tmp_path / "uploads")


def row(no: str, *, sku: str = "GW-150-QY", quantity: str = "1", unit: str = "68.00", phone: str = "13800137621") -> list[str]:
    where = ("湖北省", "武汉市", "洪山区", "珞喻路 12 号")
    return [no, "2026-11-20 10:00:00", "2026-11-20 10:01:00", "林晓晓", phone, *where, sku, "青釉盖碗", quantity, unit]


def matched_in(text: str) -> dict[str, str]:
    """What the page takes each column for."""
    return dict(re.findall(r'name="(col-\d+)"(?:(?!</select>).)*<option value="(\w+)" selected', text, re.DOTALL))


def table(*rows: Any, header: Any = HEADER, encoding: str = "utf-8-sig", name: str = "orders.csv") -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def upload(client: Client, bench: Bench, *files: SimpleUploadedFile, kind: str = "orders") -> Any:
    return client.post("/imports/new/", {"kind": kind, "shop": bench.shop_id, "file": list(files)}, follow=True)


def token_of(page: Any) -> str:
    return str(page.request["PATH_INFO"])


GOOD = [row(f"A{n:03}", phone=f"1380013{n:04}") for n in range(3)]


@pytest.mark.capability("I-07", "I-08", "I-14")
def test_a_file_is_looked_at_then_taken_in_and_every_row_accounted(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table(*GOOD, row("BAD1", quantity="0"), row("BAD2", unit="abc"), encoding="gb18030"))
    text = look.content.decode()
    assert look.status_code == 200
    for said in ("掌柜模板", "gb18030", "不合格的 2 行", "导入 3 单", "林**", "138****0000", "「单价」不是数字（a**）。"):
        assert said in text, said
    assert "林晓晓" not in text
    assert "13800130000" not in text
    assert Order.objects.count() == 0
    started = client.post(f"{token_of(look)}start/", {"options": "1"}, follow=True)
    assert "排着队，马上开始" in started.content.decode()
    address = token_of(started)
    jobs.run_until_idle()
    done = client.get(address, headers={"HX-Request": "true", "HX-Target": "import"})
    assert "hx-trigger" not in done.content.decode()
    figures = re.findall(r"<dd>(\d+)", done.content.decode())
    assert figures == ["5", "3", "0", "2", "0"]
    assert Order.objects.filter(stage="approved").count() == 3
    made = Import.objects.get()
    listed = client.get(f"/orders/?tab=all&batch={made.pk}").content.decode()
    assert listed.count('name="ids"') == 3
    assert made.number in listed
    rejects = client.get(f"{address}rejects/")
    lines = list(csv.reader(io.StringIO(rejects.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == ["BAD1", "BAD2"]
    assert lines[2][-2] == "「单价」不是数字（abc）。"
    # The draft is gone with its sealed copy; only the import's own is left.
    back = client.get(token_of(look), follow=True)
    assert token_of(back) == "/imports/"
    assert "这份上传已经不在了" in back.content.decode()
    assert client.post(f"{token_of(look)}start/", {"options": "1"}).headers["Location"] == "/imports/"
    assert Import.objects.count() == 1
    assert len(list(settings.UPLOADS.iterdir())) == 1
    assert made.number in client.get("/imports/").content.decode()


@pytest.mark.capability("I-06", "I-08")
def test_the_template_comes_back_as_it_went(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    for language, word in (("zh", "订单号"), ("en", "Order No")):
        book = client.get(f"/imports/template/orders/{language}/")
        header = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()[0]
        assert header[0] == word
        look = upload(client, bench, SimpleUploadedFile("template.xlsx", book.content))
        assert "掌柜模板" in look.content.decode()
        assert "导入 1 单" in look.content.decode()
    assert client.get("/imports/template/goods/zh/").status_code == 200
    assert client.get("/imports/template/stock/en/").status_code == 200
    assert client.get("/imports/template/secrets/zh/").status_code == 404


@pytest.mark.capability("I-08")
def test_columns_nobody_knows_are_matched_by_hand_once(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    header = ("单子编号", "几件", "货", "多少钱", "谁", "联系", "送哪里", "哪天")
    rows = [
        (f"G{n}", "1", "GW-150-QY", "68", "王小明", f"1390013{n:04}", "湖北省武汉市洪山区珞喻路 9 号", "2026-11-20")
        for n in range(2)
    ]
    look = upload(client, bench, table(*rows, header=header))
    assert look.status_code == 422
    assert "您来说每一列是什么" in look.content.decode()
    fields = ("order_no", "quantity", "sku", "unit", "name", "phone", "street", "placed_at")
    said = {f"col-{at}": field for at, field in enumerate(fields)}
    text = look.content.decode()
    # Under each heading stands a taste of the column, and of what nobody knows only a little.
    assert [text.index(f"<b>{word}</b>") for word in header] == sorted(text.index(f"<b>{word}</b>") for word in header)
    assert "王**" in text
    assert not any(plain in text for plain in ("王小明", "珞喻路 9", "1390013"))
    for wrong, told in ((said | {"col-3": "sku"}, "有两列都对应「商品编码」，只能留一列。"), (said | {"col-1": ""}, "还没有一列是「数量」")):
        again = client.post(token_of(look), {"mapping": "1", **wrong})
        assert again.status_code == 422
        assert told in again.content.decode()
    matched = client.post(token_of(look), {"mapping": "1", **said}, follow=True)
    # Nothing in it says how they are paid: that is asked first.
    assert "先回答付没付款" in matched.content.decode()
    text = client.post(token_of(look), {"choose-payment": "paid"}, follow=True).content.decode()
    assert "导入 2 单" in text
    assert "王小明" not in text
    assert "1390013" not in text
    client.post(f"{token_of(look)}start/", {"options": "1"})
    jobs.run_until_idle()
    assert Order.objects.count() == 2
    assert SavedMapping.objects.get().mapping["order_no"] == "单子编号"


@pytest.mark.capability("I-08")
def test_with_one_column_missing_the_others_are_matched_already(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    header = ("订单编号", "收货人", "手机", "详细地址", "数量", "单价", "货")
    rows = [("H1", "王小明", "13900130000", "湖北省武汉市洪山区珞喻路 9 号", "1", "68", "GW-150-QY")]
    look = upload(client, bench, table(*rows, header=header))
    text = look.content.decode()
    assert "缺少必需的列：商品编码" in text
    said = matched_in(text)
    assert list(said) == [f"col-{at}" for at in range(len(header) - 1)]
    asked = {**said, f"col-{len(header) - 1}": "sku"}
    said = {"mapping": "1", **asked, "choose-payment": "unpaid"}
    assert "导入 1 单" in client.post(token_of(look), said, follow=True).content.decode()


def test_a_second_look_at_what_was_brought_before_adds_nothing(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    first = upload(client, bench, table(*GOOD))
    client.post(f"{token_of(first)}start/", {"options": "1"})
    jobs.run_until_idle()
    again = upload(client, bench, table(*GOOD, GOOD[0], name="again.csv"))
    assert "以前导入过" in again.content.decode()
    assert "没有可导入的" in again.content.decode()
    assert Order.objects.count() == 3


@pytest.mark.capability("I-08")
def test_strict_takes_all_or_nothing_and_drafts_wait(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    strict = upload(client, bench, table(*GOOD, row("BAD", quantity="0")))
    page = client.post(f"{token_of(strict)}start/", {"options": "1", "strict": "1"}, follow=True)
    jobs.run_until_idle()
    text = client.get(token_of(page)).content.decode()
    assert "整份拒收" in text
    assert "第 5 行" in text
    assert Order.objects.count() == 0
    draft = upload(client, bench, table(*GOOD, row("NEW", sku="NEW-1")))
    client.post(f"{token_of(draft)}start/", {"options": "1", "draft": "1", "create_goods": "1"})
    jobs.run_until_idle()
    assert set(Order.objects.values_list("stage", flat=True)) == {"draft"}
    assert Order.objects.get(platform_no="NEW").lines.get().sku is not None


def test_a_file_that_cannot_be_read_says_so_beside_its_field_or_on_its_page(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    empty = upload(client, bench, SimpleUploadedFile("x.csv", b""))
    assert empty.status_code == 422
    assert "文件是空的" in empty.content.decode()
    none = client.post("/imports/new/", {"kind": "orders", "shop": bench.shop_id})
    assert "还没有选文件" in none.content.decode()
    shopless = client.post("/imports/new/", {"kind": "orders", "shop": "999", "file": [table(*GOOD)]})
    assert shopless.status_code == 422
    noise = upload(client, bench, SimpleUploadedFile("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    assert noise.status_code == 422
    assert "什么都没有导入" in noise.content.decode()
    assert "换个读法再看" not in noise.content.decode(), "no other reading makes a picture a table"
    dropped = client.post(f"{token_of(noise)}drop/", follow=True)
    assert dropped.status_code == 200
    assert list(settings.UPLOADS.iterdir()) == []


def test_goods_and_stock_come_by_the_same_steps(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    goods = table(("TEE-1", "T 恤", "59.00"), header=("商品编码", "商品名称", "售价"), name="goods.csv")
    look = upload(client, bench, goods, kind="goods")
    assert "导入 1 行" in look.content.decode()
    client.post(f"{token_of(look)}start/", {"options": "1"})
    jobs.run_until_idle()
    assert Import.objects.get().rows_ok == 1


def test_a_running_import_can_be_stopped(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table(*GOOD))
    page = client.post(f"{token_of(look)}start/", {"options": "1"}, follow=True)
    client.post(f"{token_of(page)}cancel/")
    jobs.run_until_idle()
    assert Import.objects.get().state == "cancelled"
    assert Order.objects.count() == 0
    assert "剩下的没有动" in client.get(token_of(page)).content.decode()


def test_each_role_brings_only_what_it_may(at_counter: Counter, bench: Bench) -> None:
    look = upload(at_counter(), bench, table(*GOOD))
    at_counter().post(f"{token_of(look)}start/", {"options": "1"})
    made = Import.objects.get()
    warehouse = at_counter("warehouse")
    kinds = re.findall(r'name="kind" value="(\w+)"', warehouse.get("/imports/new/").content.decode())
    assert kinds == ["stock"]
    assert upload(warehouse, bench, table(*GOOD)).status_code == 422
    assert warehouse.get(f"/imports/{made.pk}/").status_code == 404
    for role in ("finance", "readonly", "aftersales"):
        client = at_counter(role)
        assert client.get("/imports/").status_code == 403
        assert client.get("/imports/new/").status_code == 403
        assert client.get(f"/imports/{made.pk}/rejects/").status_code == 403
    # What one person uploaded is looked at by that person alone.
    assert at_counter("reviewer").get(token_of(look)).headers["Location"] == "/imports/"


@pytest.mark.capability("I-08", "L-04")
def test_rejected_rows_with_their_persons_go_to_who_brought_them_or_the_owner_and_the_book_says_so(
    at_counter: Counter, bench: Bench
) -> None:
    def brought(role: str) -> Import:
        look = upload(at_counter(role), bench, table(*GOOD, row(f"BAD-{role}", quantity="0")))
        at_counter(role).post(f"{token_of(look)}start/", {"options": "1"})
        jobs.run_until_idle()
        return Import.objects.latest("pk")

    def took() -> list[tuple[str, int]]:
        told = Entry.objects.filter(name="RejectsTaken").order_by("id")
        return [(entry.actor_name, entry.subject_id or 0) for entry in told]

    owners, sales = brought("owner"), brought("sales")
    for role in ("sales", "reviewer"):
        page = at_counter(role).get(f"/imports/{owners.pk}/").content.decode()
        assert f"/imports/{owners.pk}/rejects/" not in page
        assert "由导入它的 owner 或店主下载" in page
        refused = at_counter(role).get(f"/imports/{owners.pk}/rejects/")
        assert refused.status_code == 403
        assert "只有导入它的 owner 和店主能下载" in refused.content.decode()
        assert "BAD-owner" not in refused.content.decode()
    assert took() == []
    assert f"/imports/{sales.pk}/rejects/" in at_counter("sales").get(f"/imports/{sales.pk}/").content.decode()
    for role, which in (("sales", sales), ("owner", sales), ("owner", owners)):
        assert at_counter(role).get(f"/imports/{which.pk}/rejects/").status_code == 200
    assert took() == [("sales", sales.pk), ("owner", sales.pk), ("owner", owners.pk)]


@pytest.mark.capability("I-08")
def test_two_reports_dropped_in_any_order_are_shown_file_by_file_and_given_back_as_two(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    details = SimpleUploadedFile("details.csv", goods_report(sock(1), sock(2), sock(9)))
    listed = SimpleUploadedFile("list.csv", order_report(sold(1), sold(2, total="7.00"), blank=1))
    look = upload(client, bench, details, listed)
    assert look.status_code == 200
    text = look.content.decode()
    for said in ("对上了", "导入 1 单", "订单表里没有这一单", "明细"):
        assert said in text, said
    assert files_shown(text) == [("list.csv", "3", "1", "0", "1", "1"), ("details.csv", "3", "1", "0", "2", "0")]
    page = client.post(f"{token_of(look)}start/", {"options": "1"}, follow=True)
    jobs.run_until_idle()
    address = token_of(page)
    text = client.get(address).content.decode()
    assert re.findall(r"<dd>(\d+)", text) == ["6", "2", "0", "3", "1"]
    assert files_shown(text) == [("list.csv", "3", "1", "0", "1", "1"), ("details.csv", "3", "1", "0", "2", "0")]
    assert "下载没收的 2 行明细" in text
    found = {}
    for part, at in (("", 0), ("?of=details", 1)):
        answer = client.get(f"{address}rejects/{part}")
        found[answer.headers["Content-Disposition"].rpartition("''")[2]] = [
            line[at] for line in list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
        ]
    number = Import.objects.get().number
    assert found == {f"{number}-rejects.csv": [f"'{no(2)}"], f"{number}-rejects-details.csv": [f"'{no(2)}", f"'{no(9)}"]}
    alone = client.post(f"{token_of(upload(client, bench, table(*GOOD)))}start/", {"options": "1"}, follow=True)
    jobs.run_until_idle()
    assert client.get(f"{token_of(alone)}rejects/?of=details").status_code == 404
    assert files_shown(client.get(token_of(alone)).content.decode()) == []


def files_shown(page: str) -> list[tuple[str, ...]]:
    """(name, rows, taken, here already, turned away, blank) of each file the page tells apart."""
    body = re.search(r'<table class="mini files">.*?</table>', page, re.DOTALL)
    rows = re.findall(r'<tr><td><span class="cut" title="([^"]*)".*?</tr>', body[0], re.DOTALL) if body else []
    cells = re.findall(r'<td class="num">(\d+)</td>', body[0]) if body else []
    return [(name, *cells[nth * 5 : nth * 5 + 5]) for nth, name in enumerate(rows)]


def test_a_workbook_with_two_sheets_of_orders_asks_which(at_counter: Counter, bench: Bench) -> None:
    client = at_counter("owner")
    book = io.BytesIO()
    write_worksheets([(name, [dict(zip(HEADER, row(no), strict=True))]) for name, no in (("三月", "M3"), ("四月", "M4"))], book)
    page = upload(client, bench, SimpleUploadedFile("two.xlsx", book.getvalue()))
    text = page.content.decode()
    assert page.status_code == 422
    assert 'name="sheet"' in text
    assert f"{token_of(page)}start/" not in text
    client.post(token_of(page) + "start/", {"options": "1"})
    jobs.run_until_idle()
    assert Order.objects.count() == 0


def test_details_alone_are_sent_for_their_orders(at_counter: Counter, bench: Bench) -> None:
    page = upload(at_counter("owner"), bench, SimpleUploadedFile("details.csv", goods_report(sock(1))))
    assert page.status_code == 422
    assert "把它的订单表一起带上" in page.content.decode()
    assert "col-" not in page.content.decode()


ASKED = Path(__file__).parents[2] / "data" / "bad_input" / "files"


@pytest.mark.capability("I-07", "I-08")
@pytest.mark.parametrize(
    ("file", "field", "answer"),
    [
        ("032-big5-english-header.csv", "choose-encoding", "cp950"),
        ("050-title-above.csv", "header_row", "3"),
        ("081-day-or-month-dmy.csv", "choose-dates", "dmy"),
        ("088-formula-middle.xlsx", "choose-formulas", "take"),
        ("010-one-file.zip", "choose-unpack", "one"),
    ],
)
def test_a_file_asks_on_the_page_and_its_answer_goes_with_it(at_counter: Counter, bench: Bench, file: str, field: str, answer: str) -> None:
    client = at_counter()
    page = upload(client, bench, SimpleUploadedFile(file, (ASKED / file).read_bytes()))
    at = token_of(page)
    text = page.content.decode()
    assert page.status_code == 422
    assert f'name="{field}" value="{answer}"' in text
    assert not Import.objects.exists()
    client.post(at, {field: answer})
    assert client.get(at).status_code == 200
    client.post(at + "start/", {"options": "1", "create_goods": "1", "choose-payment": "unpaid"})
    jobs.run_until_idle()
    assert (Import.objects.get().state, Import.objects.get().rows_ok, Order.objects.count()) == ("done", 6, 6)


def test_a_row_taken_for_a_header_shows_nobody(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    page = upload(client, bench, SimpleUploadedFile("orders.csv", (ASKED / "051-no-header.csv").read_bytes()))
    at, text = token_of(page), page.content.decode()
    assert ("13900000001" in text, "林晓" in text) == (False, False)
    client.post(at, {"header_row": "0"})
    text = client.get(at).content.decode()
    assert ("13900000001" in text, "林晓" in text) == (False, False)
    assert "<b>A</b>" in text
    assert 'name="col-0"' in text
