"""The order page as a form: one save, and two people at one order."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import LIN, PRICE, SECRETS, Bench
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import noting
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Line, Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def open_form(client: Client, order: Order) -> dict[str, str]:
    """Everything the form of an order would send as it stands."""
    return boxes(client.get(f"/orders/{order.pk}/edit/").content.decode())


def boxes(text: str) -> dict[str, str]:
    """What the boxes of a page hold."""
    form = text[text.index('id="order-edit"') :]
    said: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if facts.get("type") != "radio" and "name" in facts:
            said[facts["name"]] = html.unescape(facts.get("value", ""))
    for name, text_ in re.findall(r'<textarea name="([^"]+)"[^>]*>\r?\n?([^<]*)</textarea>', form):
        said[name] = html.unescape(text_)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        said[name] = chosen[1] if chosen else ""
    return said


def save(client: Client, order: Order, said: dict[str, str], **more: str) -> Any:
    return client.post(f"/orders/{order.pk}/edit/", {**said, **more}, follow=True)


def line_for(code: str, sku: int, pieces: int) -> NewLine:
    return NewLine(sku, code, "盖碗", "", pieces, PRICE, 0, pieces * PRICE)


def text_of(page: Any) -> str:
    return str(page.content.decode())


@pytest.mark.capability("M-07", "N-05", "N-07")
def test_one_save_changes_what_was_touched_and_nothing_else(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", 20, person=LIN)
    line = Line.objects.get(order=order)
    client = at_counter("reviewer")
    page = text_of(client.get(f"/orders/{order.pk}/edit/"))
    assert not [secret for secret in SECRETS if secret in page]
    said = open_form(client, order)
    assert "没有要改的" in text_of(save(client, order, said))
    assert not Entry.objects.filter(name="OrderChanged").exists()
    told = text_of(save(
        client, order, said, **{f"line-{line.pk}-quantity": "18", f"line-{line.pk}-note": "要青色的", "to-street": "中山路 1 号",
        "new-0-sku": "GDB-350", "new-0-quantity": "2", "internal_note": "易碎", "flag": "yellow", "kind": "gift"},
    ))  # fmt: skip
    assert "改好了" in told
    order.refresh_from_db()
    assert [(one.sku_code, one.quantity, one.note) for one in Line.objects.filter(order=order).order_by("position")] == [
        ("GW-150-QY", 18, "要青色的"), ("GDB-350", 2, ""),
    ]  # fmt: skip
    assert (order.internal_note, order.flag, order.kind, order.goods_minor) == ("易碎", "yellow", "gift", 18 * PRICE)
    assert "GW-150-QY 从 20 件改成 18 件" in told
    assert "加了 GDB-350 2 件" in told
    assert "中山路 1 号" not in told


@pytest.mark.capability("B-02")
@pytest.mark.parametrize(("box", "value", "says"), [
    ("new-0-sku", "NO-SUCH", "商品里没有「NO-SUCH」这个编码"), ("new-0-quantity", "3", "写要加的商品编码"), ("quantity", "many", "整数"),
    ("quantity", "0", "只有这一行商品"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(at_counter: Counter, bench: Bench, box: str, value: str, says: str) -> None:
    order = bench.put("T1", 20)
    line = Line.objects.get(order=order)
    client = at_counter()
    box = f"line-{line.pk}-quantity" if box == "quantity" else box
    page = save(client, order, open_form(client, order), internal_note="写了很久的一段", **{box: value})
    assert page.status_code == 422
    assert says in html.unescape(text_of(page))
    kept = boxes(text_of(page))
    assert (kept["internal_note"], kept[box]) == ("写了很久的一段", value)
    line.refresh_from_db()
    assert (line.quantity, Order.objects.get(pk=order.pk).version) == (20, order.version)


@pytest.mark.capability("M-10")
def test_two_who_change_other_things_are_put_together_and_told_so(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", 20)
    line = Line.objects.get(order=order)
    her, him = at_counter(), at_counter("reviewer")
    hers, his = open_form(her, order), open_form(him, order)
    save(her, order, hers, internal_note="她写的")
    told = text_of(save(him, order, his, **{f"line-{line.pk}-quantity": "19"}))
    assert "别人刚改的也留着：内部备注" in told
    line.refresh_from_db()
    order.refresh_from_db()
    assert (order.internal_note, line.quantity) == ("她写的", 19)


@pytest.mark.capability("M-10")
@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_who_change_the_same_see_both_and_choose(at_counter: Counter, bench: Bench, choice: str) -> None:
    order = bench.put("T1", 20, person=LIN)
    line = Line.objects.get(order=order)
    her, him = at_counter(), at_counter("reviewer")
    hers, his = open_form(her, order), open_form(him, order)
    save(her, order, hers, internal_note="她写的", **{f"line-{line.pk}-note": "她的", "to-phone": "13900139001"})
    page = save(him, order, his, internal_note="他写的", seller_note="只有他写", **{"to-phone": "13900139002"})
    assert page.status_code == 409
    shown = text_of(page)
    assert "owner 刚改过这一单，您的还没有存" in shown
    clashes = re.findall(r'name="clash" value="([^"]+)"', shown)
    assert sorted(clashes) == ["internal_note", "to.phone"]
    for said in ("她写的", "他写的", "13900139002", "139****9001", "对方另外改的，都留着：GW-150-QY 商品备注", "您另外改的，一起存：卖家备注"):
        assert said in shown, said
    assert "13900139001" not in shown, "what the other typed of the recipient is masked as ever"
    again = boxes(shown)
    assert save(him, order, again, clash="internal_note").status_code == 409, "a question that was not answered is asked again"
    done = save(him, order, again, **{f"keep-{field}": choice for field in clashes})
    assert "改好了" in text_of(done)
    order.refresh_from_db()
    line.refresh_from_db()
    phone = noting.reveal(order.pk, why="核对地址", by=SYSTEM, at=bench.at).phone
    want = ("他写的", "13900139002") if choice == "mine" else ("她写的", "13900139001")
    assert (order.internal_note, phone) == want
    assert (order.seller_note, line.note) == ("只有他写", "她的")


@pytest.mark.capability("M-10")
def test_what_was_typed_into_a_line_that_is_gone_is_not_lost(at_counter: Counter, bench: Bench) -> None:
    order = bench.place("T1", [line_for("GW-150-QY", bench.sku, 20), line_for("GDB-350", bench.other, 60)])
    first = Line.objects.filter(order=order).earliest("position")
    her, him = at_counter(), at_counter("reviewer")
    hers, his = open_form(her, order), open_form(him, order)
    save(her, order, hers, **{f"line-{first.pk}-quantity": "0"})
    page = save(him, order, his, **{f"line-{first.pk}-quantity": "21", f"line-{first.pk}-note": "要青色的"})
    assert page.status_code == 409
    assert "去掉了您在改的商品" in text_of(page)
    kept = boxes(text_of(page))
    assert (kept["new-0-sku"], kept["new-0-quantity"], kept["new-0-note"]) == ("GW-150-QY", "21", "要青色的")
    save(him, order, kept)
    assert sorted(Line.objects.filter(order=order).values_list("sku_code", "quantity")) == [("GDB-350", 60), ("GW-150-QY", 21)]


def test_a_price_is_changed_by_who_may_with_a_reason_and_seen_by_nobody_else(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1", 20)
    line = Line.objects.get(order=order)
    assert f"line-{line.pk}-unit" not in open_form(at_counter("reviewer"), order)
    owner = at_counter()
    said = open_form(owner, order)
    assert said[f"line-{line.pk}-unit"] == "68.00"
    page = save(owner, order, said, **{f"line-{line.pk}-unit": "60", "freight": "8.00"})
    assert "为什么" in text_of(page), "it asks for the reason, and holds the rest"
    save(owner, order, said, **{f"line-{line.pk}-unit": "60", "freight": "8.00", "why": "答应了买家"})
    order.refresh_from_db()
    assert (order.goods_minor, order.freight_minor, order.total_minor) == (20 * 6000, 800, 20 * 6000 + 800)
    assert "单价 ¥68.00 → ¥60.00" in text_of(owner.get(f"/orders/{order.pk}/"))
    assert at_counter("warehouse").get(f"/orders/{order.pk}/edit/").status_code == 403


def test_an_approved_order_says_how_it_can_be_changed_after_all(at_counter: Counter, bench: Bench) -> None:
    order = bench.put("T1")
    page = at_counter().get(f"/orders/{order.pk}/edit/")
    assert page.status_code == 409
    assert "先反审核" in text_of(page)
