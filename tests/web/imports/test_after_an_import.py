"""What one can still do once a file is in: see where each order went, bring changes in, take all of it back; and what is remembered."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.imports.test_import_steps import GOOD, row, table, token_of, upload
from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.channels import queries
from zhanggui.channels.models import Import, SavedMapping
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import progress, shops
from zhanggui.orders.models import Order
from zhanggui.stock.models import Level

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
FOREIGN = ("单子编号", "几件", "货", "多少钱", "谁", "联系", "送哪里", "哪天")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOADS", tmp_path / "uploads")


def bring(client: Client, bench: Bench, *rows: Any, **options: str) -> str:
    """Take a file of these rows in; the address of the import."""
    look = upload(client, bench, table(*rows))
    started = client.post(f"{token_of(look)}start/", {"options": "1", **options}, follow=True)
    jobs.run_until_idle()
    return token_of(started)


def shown(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def asked(client: Client, address: str) -> tuple[int, str]:
    """How many statements a page takes when the frame knows its counts already, and the page."""
    shown(client, address)
    with CaptureQueriesContext(connection) as seen:
        page = shown(client, address)
    return len(seen), page


@pytest.mark.capability("I-08")
def test_an_import_is_taken_back_from_its_page_with_a_reason(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    address = bring(client, bench, *GOOD)
    going = Order.objects.order_by("pk")[0]
    progress.release([going.pk], wave_id=1, by=SYSTEM, at=bench.at)
    before = shown(client, address)
    assert "取消这 2 单" in before
    assert "已经在发货或发出的 1 单不动" in before
    # Without a reason the page asks for one, and nothing is done.
    assert "写一句为什么" in client.post(f"{address}undo/", {}, follow=True).content.decode()
    assert Order.objects.filter(stage="cancelled").count() == 0
    running = client.post(f"{address}undo/", {"why": "选错了店铺"}, follow=True).content.decode()
    assert "已取消 0 单，一共 3 单" in running
    assert 'data-live="2"' in running
    jobs.run_until_idle()
    after = shown(client, address)
    assert "取消了 2 单" in after
    assert "另有 1 单留着" in after
    assert going.number in after
    assert "在波次里：先退出波次，再取消" in after
    assert "选错了店铺" in after
    assert "data-live" not in after.split('id="import"')[1].split(">")[0]
    assert Level.objects.get(sku=bench.sku).claimed == 1
    again = client.post(f"{address}undo/", {"why": "再来一次"}, follow=True).content.decode()
    assert "已经撤销过了" in again
    assert Import.objects.get().orders_undone == 2
    assert "撤销过" in shown(client, "/imports/?tab=undone")


def test_the_page_says_that_goods_an_import_made_stay(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    plain = bring(client, bench, row("A020"))
    assert "新建的商品" not in shown(client, plain)
    address = bring(client, bench, row("A021", sku="NEW-21"), create_goods="1")
    assert "按表里新建的商品不会跟着删掉" in shown(client, address)
    client.post(f"{address}undo/", {"why": "选错了店铺"})
    jobs.run_until_idle()
    assert "它新建的商品留着" in shown(client, address)


def test_the_page_says_that_an_undo_was_left_open_and_offers_it_again(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    address = bring(client, bench, *GOOD)
    client.post(f"{address}undo/", {"why": "选错了店铺"})
    User.objects.filter(pk=Import.objects.get().undo_by_id).update(is_active=False)
    jobs.run_until_idle()
    User.objects.update(is_active=True)
    name = Import.objects.get().undo_by_name
    left = shown(client, address)
    assert f"{name} 要求过撤销，轮到做的时候已经没有这项权限" in left
    assert "取消这 3 单" in left
    client.post(f"{address}undo/", {"why": "选错了店铺"})
    jobs.run_until_idle()
    assert "取消了 3 单" in shown(client, address)
    assert "已经没有这项权限" not in shown(client, address)


@pytest.mark.capability("B-02")
def test_who_may_not_undo_sees_no_button_and_is_refused(at_counter: Counter, bench: Bench) -> None:
    address = bring(at_counter(), bench, *GOOD)
    sales = at_counter("sales")
    assert "undo/" not in shown(sales, address)
    assert sales.post(f"{address}undo/", {"why": "不要了"}).status_code == 403
    reviewer = at_counter("reviewer")
    assert "取消这 3 单" in shown(reviewer, address)
    Order.objects.filter(pk=Order.objects.order_by("pk")[0].pk).update(stage="shipped")
    assert "其中 1 单已经发出，要撤销请店主来" in shown(reviewer, address)
    assert reviewer.post(f"{address}undo/", {"why": "不要了"}).status_code == 403
    assert Import.objects.get().undo_asked_at is None


@pytest.mark.capability("I-08")
def test_a_changed_file_updates_what_is_here_when_asked_to(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    bring(client, bench, *GOOD)
    look = upload(client, bench, table(row("A000", phone="13800130000", quantity="2"), GOOD[1], row("A009", phone="13800139999")))
    text = look.content.decode()
    assert "1 行的订单这里已经有了，内容和文件不同" in text
    again = client.post(token_of(look), {"options": "1", "update": "1"}, follow=True).content.decode()
    assert "要更新的 1 单" in again
    assert "导入 2 单" in again
    started = client.post(f"{token_of(look)}start/", {"options": "1", "update": "1"}, follow=True)
    jobs.run_until_idle()
    page = shown(client, token_of(started))
    made = Import.objects.latest("pk")
    assert (made.orders_created, made.orders_updated, made.orders_duplicate) == (1, 1, 1)
    for word, came, no in (("新建 1 单", "ok", "A009"), ("更新 1 单", "upd", "A000"), ("早就有 1 单", "dup", "A001")):
        assert word in page
        listed = shown(client, f"/orders/?tab=all&batch={made.pk}&came={came}")
        assert re.findall(r"A00\d", listed)[:1] == [no], came
        assert listed.count('name="ids"') == 1
    assert Order.objects.get(platform_no="A000").pieces == 2
    # What the undo of this import would do says what becomes of an update; and does it.
    assert "更新过的 1 单变回原来的样子" in page
    client.post(f"{token_of(started)}undo/", {"why": "导错了"})
    jobs.run_until_idle()
    page = shown(client, token_of(started))
    assert "它更新过的 1 单变回了原来的样子" in page
    assert "取消了 1 单" in page
    assert Order.objects.get(platform_no="A000").pieces == 1


def test_a_second_file_in_the_same_words_is_matched_for_its_own_shop(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    other = shops.open_one("gone", "另一家", by=SYSTEM, at=bench.at)
    said = dict(zip(("order_no", "quantity", "sku", "unit", "name", "phone", "street", "placed_at"), FOREIGN, strict=True))
    for shop_id, no, field in ((bench.shop_id, "G1", "goods"), (other, "G2", "sku")):
        rows = [(no, "1", "GW-150-QY", "68", "王小明", "13900130001", "湖北省武汉市洪山区珞喻路 9 号", "2026-11-20")]
        look = client.post("/imports/new/", {"kind": "orders", "shop": shop_id, "file": [table(*rows, header=FOREIGN)]}, follow=True)
        mapping = {("goods" if ours == "sku" and field == "goods" else ours): word for ours, word in said.items()}
        client.post(token_of(look), {"mapping": "1", **{f"map-{ours}": word for ours, word in mapping.items()}})
        client.post(f"{token_of(look)}start/", {"options": "1"})
        jobs.run_until_idle()
    assert SavedMapping.objects.count() == 2
    first, second = SavedMapping.objects.get(shop_id=bench.shop_id), SavedMapping.objects.get(shop_id=other)
    assert "goods" in first.mapping
    assert "sku" in second.mapping
    assert queries.saved_mapping("orders", first.header_digest, bench.shop_id) == first
    assert queries.saved_mapping("orders", first.header_digest, other) == second
    # A third shop is offered what was said last, for any.
    assert queries.saved_mapping("orders", first.header_digest, None) == second


@pytest.mark.capability("I-08")
def test_saved_mappings_are_listed_renamed_and_forgotten(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    assert "还没有记住的列" in shown(client, "/imports/mappings/")
    test_a_second_file_in_the_same_words_is_matched_for_its_own_shop(at_counter, bench)
    few, page = asked(client, "/imports/mappings/")
    assert "另一家" in page
    assert "订单号、下单时间" in page
    assert "王小明" not in page
    SavedMapping.objects.bulk_create(
        SavedMapping(header_digest=f"{nth}", kind="orders", name=f"{nth}", mapping={}, saved_at=clock.now(), by_name="") for nth in range(9)
    )
    assert asked(client, "/imports/mappings/")[0] == few
    mine = SavedMapping.objects.get(shop_id=bench.shop_id)
    client.post(f"/imports/mappings/{mine.pk}/rename/", {"name": "  线下  手工单 "})
    mine.refresh_from_db()
    assert mine.name == "线下 手工单"
    assert client.post(f"/imports/mappings/{mine.pk}/rename/", {"name": " "}).status_code == 422
    client.post(f"/imports/mappings/{mine.pk}/forget/")
    assert not SavedMapping.objects.filter(pk=mine.pk).exists()
    assert client.post(f"/imports/mappings/{mine.pk}/forget/").status_code == 404


@pytest.mark.capability("I-06", "I-13")
def test_the_list_of_imports_is_narrowed_counted_and_teaches_when_empty(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    empty = shown(client, "/imports/")
    assert "还没有导入过" in empty
    for kind in ("orders", "goods", "stock"):
        for language in ("zh", "en"):
            assert f"/imports/template/{kind}/{language}/" in empty
    bring(client, bench, *GOOD)
    bring(client, bench, row("A010"), row("BAD", quantity="0"))
    few, page = asked(client, "/imports/")
    assert len(re.findall(r'class="no" href="/imports/\d+/"', page)) == 2
    assert len(re.findall(r'class="no" href="/imports/\d+/"', shown(client, "/imports/?tab=rejects"))) == 1
    assert "没有这样的导入" in shown(client, "/imports/?kind=goods")
    assert "没有这样的导入" in shown(client, "/imports/?q=nothing")
    number = Import.objects.earliest("pk").number
    assert number in shown(client, f"/imports/?q={number}&shop={bench.shop_id}")
    assert client.get("/imports/?tab=nowhere").headers["Location"] == "/imports/"
    for nth in range(8):
        bring(client, bench, row(f"B{nth:03}", phone=f"1371013{nth:04}"))
    assert asked(client, "/imports/")[0] == few


@pytest.mark.capability("I-08")
def test_progress_is_honest_and_survives_a_reload(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, table(*GOOD))
    address = token_of(client.post(f"{token_of(look)}start/", {"options": "1"}, follow=True))
    made = Import.objects.get()
    now = clock.now()
    Import.objects.filter(pk=made.pk).update(
        state="running", rows_ok=900, rows_rejected=100, orders_in=950, rows_expected=4_000, started_at=now - timedelta(seconds=10)
    )
    made.refresh_from_db()
    assert queries.seconds_left(made, at=now) == 30
    for _reload in range(2):
        page = shown(client, address)
        assert "已处理 1000 行，约 4000 行" in page
        assert "约剩" in page
        assert 'data-live="2"' in page
        assert "cancel/" in page
    # More than was guessed: no figure is made up.
    Import.objects.filter(pk=made.pk).update(rows_ok=4_500)
    made.refresh_from_db()
    assert queries.seconds_left(made, at=now) is None
    assert "约 4000 行" not in shown(client, address)
    client.post(f"{address}cancel/")
    stopped = shown(client, address)
    assert "停下以前：导入 4500 行，重复 0 行，没收 100 行" in stopped
