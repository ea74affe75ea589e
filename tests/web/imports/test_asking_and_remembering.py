"""What a file does not say is asked before it comes in, and what was answered is remembered, shown, and changed like any other answer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.imports.test_import_steps import GOOD, HEADER, matched_in, row, table, token_of, upload
from tests.web.orders.bench import Bench
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportProblem, ImportRow, SavedMapping
from zhanggui.journal import jobs
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
BARE = tuple(word for word in HEADER if word != "付款时间")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOADS", tmp_path / "uploads")


def unpaid(no: str, **said: str) -> list[str]:
    cells = row(no, **said)
    del cells[2]
    return cells


def start(client: Client, look: Any, **said: str) -> Any:
    answer = client.post(f"{token_of(look)}start/", {"options": "1", **said}, follow=True)
    jobs.run_until_idle()
    return answer


@pytest.mark.capability("I-07", "I-08")
@pytest.mark.parametrize("said", ["unpaid", "paid", "cod"])
def test_a_file_that_does_not_say_whether_it_is_paid_is_asked_and_nothing_comes_in_before(
    at_counter: Counter, bench: Bench, said: str
) -> None:
    client = at_counter()
    look = upload(client, bench, table(unpaid("P1"), unpaid("P2"), header=BARE))
    text = look.content.decode()
    assert "这份文件没有一列写明付没付款" in text
    assert "先回答付没付款" in text
    assert not re.search(r'name="choose-payment"[^>]*checked', text)
    # Who presses on all the same, or whose browser does, loses nothing and imports nothing.
    back = start(client, look)
    assert (token_of(back), Import.objects.count()) == (token_of(look), 0)
    answered = client.post(token_of(look), {"choose-payment": said}, follow=True).content.decode()
    assert re.search(rf'name="choose-payment" value="{said}"[^>]*checked', answered)
    start(client, look)
    brought = Order.objects.filter(platform_no__in=("P1", "P2"))
    assert list(brought.values_list("payment", flat=True)) == [said, said]
    assert [order.stage == "pending_payment" for order in brought] == [said == "unpaid"] * 2


@pytest.mark.capability("I-08")
def test_an_answer_is_remembered_for_the_same_columns_of_the_same_shop_and_can_be_changed(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table(unpaid("P1"), header=BARE))
    client.post(token_of(look), {"choose-payment": "cod"})
    start(client, look)
    saved = SavedMapping.objects.get()
    assert (saved.mapping, saved.answers["payment"], saved.shop_id) == ({}, "cod", bench.shop_id)
    assert "都是货到付款" in client.get("/imports/mappings/").content.decode()
    # The next file with these columns is read so, and says so.
    again = upload(client, bench, table(unpaid("P2"), header=BARE)).content.decode()
    assert "按这些回答读的" in again
    assert "和上次一样" in again
    assert "先回答付没付款" not in again
    look = upload(client, bench, table(unpaid("P3"), header=BARE))
    # Asked afresh it is asked afresh, and what is said now stands.
    fresh = client.post(token_of(look), {"afresh": "1"}, follow=True).content.decode()
    assert "先回答付没付款" in fresh
    assert "和上次一样" not in fresh
    client.post(token_of(look), {"choose-payment": "paid"})
    start(client, look)
    assert Order.objects.get(platform_no="P3").payment == "paid"
    assert SavedMapping.objects.get().answers["payment"] == "paid"


@pytest.mark.capability("I-08")
def test_the_very_same_file_is_not_asked_twice(at_counter: Counter, bench: Bench) -> None:
    """What is asked before there is a header, too: how its letters are written, and which row the header is."""
    client = at_counter()
    head = "店铺日报，勿外传"
    lines = [[head], [], list(HEADER), *GOOD]
    content = "\n".join(",".join(cells) for cells in lines).encode()
    look = upload(client, bench, SimpleUploadedFile("daily.csv", content))
    assert 'name="header_row" value="3"' in look.content.decode()
    client.post(token_of(look), {"header_row": "3"})
    start(client, look)
    again = upload(client, bench, SimpleUploadedFile("daily again.csv", content))
    assert again.status_code == 200
    text = again.content.decode()
    assert "按这些回答读的" in text
    assert "这份文件以前导入过" in text
    assert 'name="header_row" value="3"' in client.post(token_of(again), {"afresh": "1"}, follow=True).content.decode()


@pytest.mark.capability("I-08", "H-01")
def test_goods_nobody_knows_are_asked_about_and_may_be_kept_out(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table(row("S1"), row("S2", sku="NOBODY-KNOWS")))
    text = look.content.decode()
    assert "有的商品编码不在商品里" in text
    assert "NOBODY-KNOWS" in text
    kept_out = client.post(token_of(look), {"choose-goods": "reject"}, follow=True).content.decode()
    assert "没有这个商品编码（NOBODY-KNOWS）" in kept_out
    assert "导入 1 单" in kept_out
    start(client, look)
    made = Import.objects.get()
    assert (made.rows_ok, made.rows_rejected) == (1, 1)
    assert ImportRow.objects.get(of=made, outcome="rej").code == "SKU_UNKNOWN"
    assert not Order.objects.filter(platform_no="S2").exists()
    # Another time they are made, or wait for a person: the order is here then.
    look = upload(client, bench, table(row("S3", sku="NEW-ONE"), row("S4")))
    client.post(token_of(look), {"choose-goods": "create"})
    start(client, look)
    assert Order.objects.get(platform_no="S3").lines.get().sku is not None


@pytest.mark.capability("I-08")
def test_an_order_nobody_can_send_is_said_before_it_comes_in(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    nobody = row("N1")
    nobody[3] = nobody[4] = nobody[8] = ""
    text = upload(client, bench, table(nobody, row("N2"))).content.decode()
    assert "1 单没有写全收件人、电话或地址" in text
    assert "「收件人」没有填，这一单补上才能发货" in text
    plain = ("订单号", "付款时间", "商品编码", "商品名称", "数量", "单价")
    cells = [["N3", "2026-11-20 10:01:00", "GW-150-QY", "青釉盖碗", "1", "68"]]
    assert "1 单没有写全收件人、电话或地址" in upload(client, bench, table(*cells, header=plain)).content.decode()


@pytest.mark.capability("I-08")
def test_columns_of_their_own_are_kept_with_the_order_where_somebody_wants_them(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table([*row("X1"), "甲仓", "5"], [*row("X2"), "", ""], header=(*HEADER, "仓管", "星级")))
    assert "仓管、星级" in look.content.decode()
    client.post(token_of(look), {"choose-extras": "note"})
    start(client, look)
    notes = dict(Order.objects.filter(platform_no__startswith="X").values_list("platform_no", "seller_note"))
    assert notes == {"X1": "仓管: 甲仓; 星级: 5", "X2": ""}


@pytest.mark.capability("I-08")
def test_every_problem_of_a_row_is_named_on_the_page_and_in_the_file_of_rejects(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    bad = row("B1", quantity="0", unit="abc")
    bad[2] = "2026-02-30"
    look = upload(client, bench, table(bad, row("B2")))
    page = start(client, look).content.decode()
    page = client.get(f"/imports/{Import.objects.get().pk}/").content.decode()
    for word in ("「数量」要在 1 到", "「单价」不是数字", "「付款时间」不是日期"):
        assert page.count(word) == 1, word
    assert "没收的 1 行" in page
    assert ImportProblem.objects.count() == 2
    file = client.get(f"/imports/{Import.objects.get().pk}/rejects/").content.decode("utf-8-sig")
    assert all(word in file for word in ("「数量」要在 1 到", "「单价」不是数字", "「付款时间」不是日期"))


@pytest.mark.capability("I-08")
def test_a_heading_that_may_mean_anything_is_proposed_and_waits_to_be_confirmed(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table(*GOOD, header=("单号", *HEADER[1:])))
    text = look.content.decode()
    assert look.status_code == 422
    assert matched_in(text)["col-0"] == "order_no"
    assert text.count("请确认</b>") == 1
    confirmed = client.post(token_of(look), {"mapping": "1", **matched_in(text)}, follow=True)
    assert "导入 3 单" in confirmed.content.decode()
    assert "请确认</b>" not in confirmed.content.decode()
    assert not re.search(r"· \d+%", confirmed.content.decode())
    start(client, look)
    again = upload(client, bench, table(row("A900"), header=("单号", *HEADER[1:])))
    assert again.status_code == 200
    assert "导入 1 单" in again.content.decode()
    assert "和上次一样" in again.content.decode()


@pytest.mark.capability("I-08")
def test_an_import_that_was_taken_back_is_not_called_done(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    start(client, upload(client, bench, table(*GOOD)))
    made = Import.objects.get()
    client.post(f"/imports/{made.pk}/undo/", {"why": "选错了店铺"})
    jobs.run_until_idle()
    for page in (f"/imports/{made.pk}/", "/imports/"):
        text = client.get(page).content.decode()
        assert "已撤销" in text, page
        assert "完成</" not in text, page


@pytest.mark.capability("I-08")
def test_an_import_nobody_hears_of_says_how_it_goes_on(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    client.post(f"{token_of(upload(client, bench, table(*GOOD)))}start/", {"options": "1"})
    made = Import.objects.get()
    Import.objects.filter(pk=made.pk).update(state="running", alive_at=made.made_at - 2 * imports.SILENT, started_at=made.made_at)
    assert "再传一次同一份文件" in client.get(f"/imports/{made.pk}/").content.decode()


@pytest.mark.capability("I-07", "I-08")
def test_a_table_without_numbers_comes_in_once_however_often_it_is_brought(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    head, cup = HEADER[1:], row("")[1:]
    other = [*cup[:3], "13900001111", *cup[4:]]
    look = upload(client, bench, table(cup, other, [*other[:9], "青釉盖碗", "2", "68.00"], header=head))
    text = look.content.decode()
    assert (look.status_code, "这份表没有订单号" in text) == (422, True)
    answered = client.post(token_of(look), {"choose-numbers": "row"}, follow=True)
    text = answered.content.decode()
    assert (answered.status_code, "每行是一单" in text, "订单号（按行）" in text) == (200, True, True)
    start(client, answered)
    assert Order.objects.count() == 3
    assert Order.objects.values_list("platform_no", flat=True).distinct().count() == 3
    # The next file with these columns is read so by itself; what came before is known again.
    again = upload(client, bench, table(cup, other, [*other[:9], "青釉盖碗", "2", "68.00"], cup, header=head, name="again.csv"))
    assert again.status_code == 200
    start(client, again)
    newest = Import.objects.order_by("-pk")[0]
    assert (newest.orders_created, newest.rows_duplicate, Order.objects.count()) == (1, 3, 4)
    # And is read otherwise where somebody says so.
    third = upload(client, bench, table(other, other, header=head, name="third.csv"))
    said = client.post(token_of(third), {"choose-numbers": "person"}, follow=True)
    assert "同一个收件人连着的几行是一单" in said.content.decode()
    start(client, said)
    assert Import.objects.order_by("-pk")[0].orders_created + Import.objects.order_by("-pk")[0].rows_duplicate == 2
