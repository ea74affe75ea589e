"""A file that says something else of an order: what differs is changed before the warehouse has it, and nothing else ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import actor
from zhanggui.channels import taking, uploads
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading.limits import COMMAND_LINE
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.customers import sealing
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import change, progress, review, ruling
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.orders.ruling.rule import Condition, Does, Gift, Rule
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Claim, Level, Warehouse

pytestmark = pytest.mark.django_db
HEADER = "订单号,商品编码,商品名称,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家留言,平台单状态"


def row(no: str, *, sku: str = "TEA", pieces: int = 1, unit: str = "10.00", street: str = "文三路 1 号", paid: bool = True, note: str = "") -> str:
    moment = "2026-03-08 14:31:12" if paid else ""
    return f"{no},{sku},茶,{pieces},{unit},林晓,139{int(no[1:]):08},浙江省,杭州市,西湖区,{street},{moment},{note},"


@pytest.fixture
def brought(tmp_path: Path, shop_id: int, at: datetime) -> Callable[..., taking.Result]:
    """Bring a file of these rows, with what differs changed; the goods lie there."""

    def bring(*rows: str, update: bool = True, by: Actor = SYSTEM) -> taking.Result:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([HEADER, *rows]), "utf-8")
        if by is SYSTEM:
            result = take_files("orders", [path], create_goods=True, update=update)
        else:
            options = taking.Options(create_goods=True, update=update)
            shop = Shop.objects.get(pk=shop_id)
            coming = OrdersIn(path, shop=shop, by=by, limits=COMMAND_LINE, options=options, name=path.name)
            digest, size = taking.digest_of(path)
            upload = imports.Upload(path.name, digest, size)
            result = coming.run(imports.begin("orders", upload, shop_id=shop_id, format="auto", mapping={}, options={}, by=by, at=at))
        jobs.run_until_idle()
        return result

    bring(row("T1"), row("T2"), row("T3", paid=False))
    sku = Line.objects.exclude(sku=None).values_list("sku_id", flat=True)[0]
    receipts.receive([Receipt(Warehouse.objects.get().pk, "A-1", sku, 50)], by=SYSTEM, at=at)
    jobs.run_until_idle()
    return bring


def stages() -> dict[str, str]:
    return dict(Order.objects.order_by("platform_no").values_list("platform_no", "stage"))


def codes() -> list[tuple[str, str]]:
    return list(ImportRow.objects.filter(of=Import.objects.latest("pk")).order_by("row").values_list("outcome", "code"))


@pytest.mark.capability("I-08")
def test_what_differs_is_changed_and_the_rules_look_again(brought: Callable[..., taking.Result]) -> None:
    assert stages() == {"T1": "approved", "T2": "approved", "T3": "pending_payment"}
    result = brought(row("T1", pieces=3, street="文三路 9 号"), row("T2"), row("T3"))
    assert (result.orders_updated, result.orders_duplicate, result.rows_updated, result.rows_ok) == (2, 1, 2, 2)
    assert codes() == [("upd", ""), ("dup", "DUPLICATE"), ("upd", "")]
    # Taken back to review, changed, and approved again by the rules with the new pieces; the one that was paid meanwhile too.
    assert stages() == {"T1": "approved", "T2": "approved", "T3": "approved"}
    order = Order.objects.get(platform_no="T1")
    assert (order.pieces, order.goods_minor, order.total_minor, order.paid_minor) == (3, 3000, 3000, 3000)
    assert sealing.opened(order.recipient.sealed)[3] == "文三路 9 号"
    assert [line.quantity for line in order.lines.all()] == [3]
    assert sum(Claim.objects.filter(state="open").values_list("pieces", flat=True)) == 5
    assert Level.objects.get().claimed == 5
    told = Entry.objects.filter(name="OrderChanged", subject_id=order.pk).get()
    assert (told.facts["fields"], told.facts["file"]) == (["contents", "payment", "address"], True)
    # What was and what is, of the person only that it changed.
    code = order.lines.get().sku_code
    assert told.facts["changes"] == [
        {"field": "quantity", "sku": code, "old": 1, "new": 3}, {"field": "total", "old": 1000, "new": 3000, "money": True},
        {"field": "paid", "old": 1000, "new": 3000, "money": True}, {"field": "address"},
    ]  # fmt: skip
    # The same once more says nothing new.
    again = brought(row("T1", pieces=3, street="文三路 9 号"), row("T2"), row("T3"))
    assert (again.orders_updated, again.orders_duplicate) == (0, 3)
    assert_clean()


def test_without_the_option_a_file_changes_nothing_that_is_here(brought: Callable[..., taking.Result]) -> None:
    result = brought(row("T1", pieces=3), update=False)
    assert codes() == [("rej", "CHANGED")]
    assert result.orders_rejected == 1
    assert Order.objects.get(platform_no="T1").pieces == 1


def test_a_look_says_what_would_be_updated(brought: Callable[..., taking.Result], tmp_path: Path, shop_id: int) -> None:
    path = tmp_path / "look.csv"
    path.write_text("\n".join([HEADER, row("T1", pieces=2), row("T9")]), "utf-8")
    seen = uploads.look(path.read_bytes(), "look.csv", shop_id=shop_id, update=True, by=SYSTEM)
    assert (seen.totals.orders_updated, seen.totals.orders_created) == (1, 1)
    assert Order.objects.get(platform_no="T1").pieces == 1


def test_a_line_more_a_line_less_and_a_match_that_stays(brought: Callable[..., taking.Result]) -> None:
    brought(row("T4"), row("T4", sku="CUP", pieces=2))
    order = Order.objects.get(platform_no="T4")
    assert order.kinds == 2
    brought(row("T4", pieces=4))
    order.refresh_from_db()
    assert (order.kinds, order.pieces, order.total_minor) == (1, 4, 4000)
    assert [(line.position, line.sku_code) for line in order.lines.order_by("position")] == [(1, "TEA")]
    brought(row("T4", pieces=4), row("T4", sku="BAG"))
    assert [(line.position, line.sku_code) for line in order.lines.order_by("position")] == [(1, "TEA"), (2, "BAG")]
    assert_clean()


def test_what_a_person_changed_here_stays_as_they_said(brought: Callable[..., taking.Result], at: datetime) -> None:
    for no in ("T1", "T2"):
        order = Order.objects.get(platform_no=no)
        review.unapprove([order.pk], by=SYSTEM, at=at)
        change.set_address(order.pk, {"street": "体育场路 5 号"}, by=SYSTEM, at=at)
    brought(row("T1", street="文三路 77 号"), row("T2", street="文三路 77 号", note="快点"))
    assert codes() == [("rej", "CHANGED_HERE"), ("upd", "KEPT_OURS")]
    orders = {order.platform_no: order for order in Order.objects.all()}
    assert sealing.opened(orders["T2"].recipient.sealed)[3] == "体育场路 5 号"
    assert orders["T2"].buyer_note == "快点"
    assert_clean()


def test_an_order_with_the_warehouse_or_gone_is_locked(brought: Callable[..., taking.Result], at: datetime) -> None:
    one, two = (Order.objects.get(platform_no=no) for no in ("T1", "T2"))
    progress.release([one.pk], wave_id=1, by=SYSTEM, at=at)
    progress.cancel([two.pk], by=SYSTEM, at=at)
    brought(row("T1", pieces=2), row("T2", pieces=2))
    assert codes() == [("rej", "LOCKED"), ("rej", "LOCKED")]
    assert set(Order.objects.filter(platform_no__in=("T1", "T2")).values_list("pieces", flat=True)) == {1}


@pytest.mark.capability("B-02")
def test_who_may_not_take_back_a_review_updates_only_what_waits(brought: Callable[..., taking.Result]) -> None:
    sales = replace(actor("sales"), may={**actor("sales").may, "order.edit": "Y", "import.files": "Y"})
    brought(row("T1", pieces=2), row("T3"), by=sales)
    assert codes() == [("rej", "NEEDS_UNREVIEW"), ("upd", "")]
    assert stages()["T1"] == "approved"
    nobody = replace(sales, may={word: grant for word, grant in sales.may.items() if word != "order.edit"})
    with pytest.raises(NotAllowed):
        brought(row("T1", pieces=2), by=nobody)


def test_a_batch_is_updated_in_a_number_of_statements_that_does_not_grow(brought: Callable[..., taking.Result]) -> None:
    counts = []
    for many in (3, 30):
        first = 100 * many
        brought(*(row(f"T{first + nth}") for nth in range(many)), update=False)
        with CaptureQueriesContext(connection) as seen:
            brought(*(row(f"T{first + nth}", street="文三路 8 号") for nth in range(many)))
        assert Order.objects.filter(platform_no=f"T{first}", stage="approved").exists()
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 2, counts


SAID = HEADER.replace("平台单状态", "订单状态")


@pytest.mark.capability("I-08")
def test_a_shop_that_only_calls_an_orders_state_something_else_is_answered_for_every_row(
    shop_id: int, owner: Actor, at: datetime, tmp_path: Path
) -> None:
    def bring(*said: tuple[str, str]) -> list[tuple[str, str, str]]:
        content = "\n".join([SAID, *(f"{row(no)}{word}" for no, word in said)]).encode()
        look = uploads.look(content, "orders.csv", shop_id=shop_id, update=True, by=owner)
        uploads.submit(content, "orders.csv", shop_id=shop_id, options={"update": True}, by=owner, at=at)
        jobs.run_until_idle()
        made = Import.objects.latest("pk")
        # What the look foretold is what happened.
        totals = (look.totals.orders_updated, look.totals.orders_duplicate, look.totals.orders_rejected)
        assert totals == (made.orders_updated, made.orders_duplicate, made.orders_rejected)
        return list(ImportRow.objects.filter(of=made).order_by("row").values_list("outcome", "code", "value"))

    nos = ("T1", "T2", "T3", "T4", "T5")
    bring(*((no, "待发货") for no in nos))
    ids = dict(Order.objects.values_list("platform_no", "pk"))
    progress.cancel([ids["T4"]], by=SYSTEM, at=at)
    Order.objects.filter(pk=ids["T5"]).update(stage="shipped")
    told = bring(("T1", "已关闭"), ("T2", "已付款待发货"), ("T3", "待发货"), ("T4", "已退款"), ("T5", "已发货"))
    assert told == [
        ("rej", "GONE_THERE", "已关闭"), ("upd", "STATUS_NOTED", "已付款待发货"), ("dup", "DUPLICATE", ""),
        ("upd", "STATUS_NOTED", "已退款"), ("upd", "STATUS_NOTED", "已发货"),
    ]  # fmt: skip
    kept = dict(Order.objects.values_list("platform_no", "platform_status"))
    assert kept == {"T1": "待发货", "T2": "已付款待发货", "T3": "待发货", "T4": "已退款", "T5": "已发货"}
    assert stages() == {"T1": "pending_review", "T2": "pending_review", "T3": "pending_review", "T4": "cancelled", "T5": "shipped"}
    assert Entry.objects.get(name="OrderChanged", subject_id=ids["T2"]).facts["fields"] == ["platform_status"]
    # Again it says nothing new, but for the one that is still open here.
    assert [outcome for outcome, _code, _value in bring(("T1", "已关闭"), ("T2", "已付款待发货"), ("T5", "已发货"))] == ["rej", "dup", "dup"]


def test_a_shop_that_is_switched_off_takes_no_new_order_of_a_file_and_renews_the_old(brought: Callable[..., taking.Result], shop_id: int) -> None:
    Shop.objects.filter(pk=shop_id).update(enabled=False)
    result = brought(row("T1", note="改过的留言"), row("T9"))
    assert (result.orders_updated, result.orders_created, result.orders_rejected) == (1, 0, 1)
    assert [(each.row, each.code) for each in result.rejects] == [(3, "SHOP_CLOSED")]
    assert Order.objects.get(platform_no="T1").buyer_note == "改过的留言"
    assert not Order.objects.filter(platform_no="T9").exists()
    assert_clean()


@pytest.mark.capability("I-08")
def test_what_a_rule_gave_and_flagged_stays_and_stops_no_shop_from_saying_something_new(brought: Callable[..., taking.Result], at: datetime) -> None:
    sku = Line.objects.exclude(sku=None).values_list("sku_id", flat=True)[0]
    does = Does(flag="red", gift=Gift(sku, "", 2))
    ruling.make(Rule("满二送二", (Condition("pieces", "at_least", (2,)),), does), by=SYSTEM, at=at)
    brought(row("T7", pieces=2))
    order = Order.objects.get(platform_no="T7")
    assert (order.stage, order.pieces, order.kinds, order.flag) == ("approved", 4, 2, "red")
    # The same again says nothing new; another number of pieces and a note are taken over, beside the gift.
    brought(row("T7", pieces=2))
    assert Order.objects.get(pk=order.pk).version == order.version
    brought(row("T7", pieces=3, note="要发票"))
    order.refresh_from_db()
    assert (order.pieces, order.kinds, order.goods_minor, order.buyer_note, order.flag) == (5, 2, 3000, "要发票", "red")
    assert sorted(Line.objects.filter(order=order).values_list("quantity", "total_minor")) == [(2, 0), (3, 3000)]
    # And no further than the rule went: what is paid for is still the shop's.
    brought(row("T7", pieces=1, note="要发票"))
    order.refresh_from_db()
    assert (order.pieces, order.kinds, order.goods_minor) == (3, 2, 1000)
    assert_clean()
