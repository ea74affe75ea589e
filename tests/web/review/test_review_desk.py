"""The review desk: one order at a time, its checks, the chosen way out, and the next."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import LIN, PRICE, Bench
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import holds, review, tags
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Hold, Line, Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def stage(order: Order) -> str:
    return str(Order.objects.values_list("stage", flat=True).get(pk=order.pk))


def on_desk(page: Any) -> str:
    found = re.search(r'id="r-no"[^>]*><a[^>]*>([^<]+)', page.content.decode())
    return found[1] if found else ""


def decide(client: Client, order: Order, reason: str, verb: str = "approve", **facts: Any) -> Any:
    return client.post("/review/decide/", {"order": order.pk, "reason": reason, "verb": verb, **facts}, follow=True)


def checks_on(page: Any) -> dict[str, str]:
    found = re.findall(r'<li[^>]* data-tone="(\w+)">.*?<h3>([^<]+)', page.content.decode())
    return {label: tone for tone, label in found}


@pytest.mark.capability("A-14", "A-07")
def test_reasons_with_their_counts_and_each_check_as_a_row(at_counter: Counter, bench: Bench) -> None:
    bench.put("T1", 99, due_h=2)
    bench.put("T2", 50, due_h=1, person=LIN, buyer_note="急用")
    bench.put("T3", sku=None, code="OLD")
    page = at_counter().get("/review/")
    text = page.content.decode()
    assert re.findall(r'data-tone="\w+">([^<]+)</span><span class="n">(\d+)', text) == [("缺货", "2"), ("商品没对应", "1")]
    assert on_desk(page) == Order.objects.get(platform_no="T2").number
    assert checks_on(page) == {
        "库存": "bad", "重复": "good", "客户": "good", "商品": "good",
        "金额": "good", "付款": "good", "地址": "good", "留言": "info",
    }  # fmt: skip
    for said in ("第 1 / 2 单", "有多少发多少：GW-150-QY ×10", "应付少 ¥2,720.00", "「急用」", "先放着，看下一单"):
        assert said in text, said


@pytest.mark.capability("A-15", "A-16")
def test_enter_approves_and_shows_the_next_of_the_same_reason(at_counter: Counter, bench: Bench) -> None:
    first, second = bench.put("T1", paid_minor=1, due_h=1), bench.put("T2", paid_minor=1, due_h=2)
    client = at_counter()
    page = decide(client, first, "underpaid", **{"fix-underpaid": "pass"})
    assert (stage(first), on_desk(page)) == ("approved", second.number)
    assert f"{first.number} 已通过" in page.content.decode()
    undo = re.search(r'action="(/orders/undo/[^"]+)"', page.content.decode())
    assert undo is not None
    client.post(undo[1])
    assert stage(first) == "pending_review"
    assert undo[1] not in client.get("/review/").content.decode()
    decide(client, second, "underpaid", **{"fix-underpaid": "pass"})
    last = decide(client, first, "green")
    assert "都审完了" in last.content.decode()


def test_space_holds_and_the_order_waits_for_a_person(at_counter: Counter, bench: Bench) -> None:
    first = bench.put("T1", paid_minor=1)
    page = decide(at_counter(), first, "underpaid", "hold")
    assert stage(first) == "pending_review"
    assert {held.code for held in first.held.filter(cleared_at=None)} == {"underpaid", "by-hand"}
    assert "已挂起" in page.content.decode()


@pytest.mark.capability("A-10", "A-02")
def test_the_chosen_way_out_is_carried_out_before_the_yes(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    short = bench.put("T1", 15)
    assert client.post("/review/says/", {"fix-out-of-stock": "cut"}).content.decode() == "改件数并通过，看下一单"
    decide(client, short, "out-of-stock", **{"fix-out-of-stock": "cut"})
    fresh = Order.objects.get(pk=short.pk)
    assert (fresh.stage, fresh.pieces, fresh.total_minor) == ("approved", 10, 10 * PRICE)
    strange = bench.put("T2", sku=None, code="OLD")
    field = f"sku-{Line.objects.get(order=strange).pk}"
    decide(client, strange, "sku-unknown", **{"fix-sku-unknown": "match", field: "GDB-350"})
    assert stage(strange) == "approved"
    nowhere = bench.put("T3", sku=bench.other, code="GDB-350", person=bench.somebody()._replace(street=""))
    decide(client, nowhere, "address-incomplete", **{"fix-address-incomplete": "mend", "street": "珞喻路 1 号"})
    assert stage(nowhere) == "approved"
    unpaid = bench.put("T4", sku=bench.other, code="GDB-350", payment="partial", paid_minor=1)
    decide(client, unpaid, "unpaid", **{"fix-unpaid": "cod"})
    assert stage(unpaid) == "approved"


def test_what_cannot_pass_stays_on_the_desk_and_says_why(at_counter: Counter, bench: Bench) -> None:
    short = bench.put("T1", 99)
    client = at_counter()
    page = decide(client, short, "out-of-stock", **{"fix-out-of-stock": "swap"})
    assert on_desk(page) == short.number
    assert "还不能通过：缺货" in page.content.decode()
    wrong = client.post(
        "/review/decide/",
        {
            "order": short.pk,
            "reason": "out-of-stock",
            "fix-out-of-stock": "swap",
            f"sku-{Line.objects.get(order=short).pk}": "NO",
        },
    )
    assert wrong.status_code == 422
    assert "商品里没有「NO」" in wrong.content.decode()


@pytest.mark.capability("A-06")
def test_a_double_is_compared_side_by_side_by_what_differs(at_counter: Counter, bench: Bench) -> None:
    first = bench.put("T1", person=LIN)
    second = bench.put("T2", 2, person=LIN, buyer_note="再加一个")
    client = at_counter()
    text = client.get(f"/review/?order={second.pk}").content.decode()
    table = text[text.index('class="compare"') : text.index("</table>")]
    assert first.number in table
    assert len(re.findall(r'<tr class="differs">', table)) == 3
    assert table.count("相同") == 2
    page = decide(client, second, "duplicate-suspected", **{"fix-duplicate-suspected": "cancel"})
    assert stage(second) == "cancelled"
    assert "已取消" in page.content.decode()


@pytest.mark.capability("A-15")
def test_everything_without_a_finding_passes_at_once(at_counter: Counter, bench: Bench) -> None:
    good = [bench.put(f"T{n}", sku=bench.other, code="GDB-350") for n in range(3)]
    review.unapprove([order.pk for order in good], by=SYSTEM, at=bench.at)
    held = bench.put("T9", paid_minor=1)
    client = at_counter()
    assert "全部通过 3 单" in client.get("/review/").content.decode()
    page = client.post("/review/greens/", follow=True)
    assert "审核通过 3 单" in page.content.decode()
    assert {stage(order) for order in good} == {"approved"}
    assert stage(held) == "pending_review"


def test_an_order_that_left_review_meanwhile_gives_way_to_the_next(at_counter: Counter, bench: Bench) -> None:
    gone, waits = bench.put("T1"), bench.put("T2", paid_minor=1)
    client = at_counter()
    assert on_desk(client.get(f"/review/?order={gone.pk}")) == waits.number
    assert on_desk(client.get("/review/?order=999999&reason=nonsense")) == waits.number
    holds.hold([waits.pk], by=SYSTEM, at=bench.at)
    assert "等别人" in client.get("/review/").content.decode()


def test_only_who_reviews_has_the_desk(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", paid_minor=1)
    for role in ("sales", "warehouse", "readonly", "finance"):
        client = at_counter(role)
        assert client.get("/review/").status_code == 403
        assert client.post("/review/decide/", {"order": order.pk, "reason": "underpaid"}).status_code == 403
        assert client.post("/review/greens/").status_code == 403
    assert stage(order) == "pending_review"


def test_the_desk_names_the_goods_and_an_empty_shop_learns_how_to_begin(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    assert "还没有订单要审" in client.get("/review/").content.decode()
    bench.put("T1", 99)
    page = client.get("/review/").content.decode()
    assert "1 种都对上本地 SKU" in page
    assert "青釉盖碗 150ml ×99" in page


@pytest.mark.capability("L-09")
def test_what_is_mended_before_an_order_waits_is_one_act(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", 99, person=LIN._replace(street=""), payment="unpaid", paid_minor=0, paid_at=None)
    client = at_counter()
    ways = {"fix-address-incomplete": "mend", "street": "珞喻路 1 号", "fix-unpaid": "cod", "fix-out-of-stock": "wait"}
    decide(client, order, "out-of-stock", **ways)
    order.refresh_from_db()
    assert (order.stage, order.payment) == ("pending_review", "cod")
    assert "address-incomplete" not in Hold.objects.filter(order=order, cleared_at=None).values_list("code", flat=True)


@pytest.mark.parametrize("way", ["cut", "swap", "match"])
def test_the_desk_mends_an_order_of_many_lines_in_as_many_statements_as_of_one(
    at_counter: Counter, bench: Bench, way: str
) -> None:
    client = at_counter()
    reason = "sku-unknown" if way == "match" else "out-of-stock"

    def cost(no: str, many: int) -> int:
        sku = None if way == "match" else bench.sku
        # The first line is fine, so that the others may all be taken out.
        lines = [NewLine(bench.other, "GDB-350", "公道杯", "", 1, PRICE, 0, PRICE)] if way == "cut" else []
        lines += [NewLine(sku, f"OLD-{no}-{nth}", "盖碗", "", 60, PRICE, 0, 60 * PRICE) for nth in range(many)]
        order = bench.place(no, lines)
        typed = {f"sku-{pk}": "GDB-350" for pk in Line.objects.filter(order=order).values_list("pk", flat=True)}
        with CaptureQueriesContext(connection) as asked:
            decide(client, order, reason, **{f"fix-{reason}": way}, **typed)
        mended = Line.objects.filter(order=order)
        assert mended.count() == (1 + many if way == "cut" else many)
        said = [query["sql"] for query in asked]
        return len([one for one in said if "orders_line" in one or "orders_order" in one or "catalog_sku" in one])

    bench.receive(bench.sku, 20)
    client.get("/review/")
    few = cost("A1", 2)
    assert cost("A2", 12) == few


@pytest.mark.capability("A-14", "M-02")
def test_the_three_notes_the_flag_and_the_tags_stand_beside_the_checks_and_are_written_there(at_counter: Counter, bench: Bench) -> None:
    order, client = bench.put("T1", 99, buyer_note="急用", seller_note="老客"), at_counter("reviewer")
    rush = tags.make("加急", "red", by=SYSTEM, at=bench.at)
    page = client.get("/review/").content.decode()
    for said in ("急用", 'name="seller" rows="1" maxlength="500">老客', 'name="internal"', f'value="tag:{rush}"'):
        assert said in page, said
    seen = dict(re.findall(r'name="(was-[a-z]+)" value="([^"]*)"', page))
    assert len(seen) == 3
    written = {**seen, "seller": "老客", "internal": "等掌柜回话", "flag": "red"}
    assert client.post(f"/orders/{order.pk}/notes/", written, headers={"HX-Request": "true"}).status_code == 200
    assert client.post(f"/orders/{order.pk}/tags/", {"verb": f"tag:{rush}"}, headers={"HX-Request": "true"}).status_code == 200
    again = client.get("/review/").content.decode()
    assert "等掌柜回话" in again
    assert f'value="untag:{rush}"' in again
