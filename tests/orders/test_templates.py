"""An order kept to be made again: what it keeps, one or hundreds from it, each key once, the way back, and copies."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import LIN, SECRETS, Bench
from zhanggui.accounts.policy import policy
from zhanggui.catalog.commands import goods
from zhanggui.catalog.models import Sku
from zhanggui.customers.queries import opened
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor, Reach
from zhanggui.kernel.errors import Changed, NotAllowed, NotFound
from zhanggui.ops.verify import verify
from zhanggui.orders import refusals
from zhanggui.orders.commands import copies, making, progress, review, shops, templates
from zhanggui.orders.commands.templates import Wanted, WantedLine
from zhanggui.orders.drawing import Wish
from zhanggui.orders.models import Made, Making, Order, Shop, Template
from zhanggui.orders.reading import templates as reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


@pytest.fixture
def sales() -> Actor:
    return Actor("person", 11, "小周", policy().grants_of("sales"), "sales", fresh=True)


def kept(bench: Bench, by: Actor, *, customer: bool = True, **facts: object) -> Template:
    order = bench.put("A1", 2, person=LIN, **facts)
    return Template.objects.get(pk=templates.save(order.pk, "每周茶样", keeps_customer=customer, keeps_buyer_note=True, by=by, at=bench.at))


def wanted(bench: Bench, **more: object) -> Wanted:
    return Wanted("每周茶样", (WantedLine("GW-150-QY", 2, 6800), WantedLine("GDB-350", 1, 2000)))._replace(**more)


@pytest.mark.capability("N-14")
def test_an_order_is_kept_with_its_goods_and_its_customer_sealed(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales, buyer_note="请 13977778882 收")
    (line,) = template.lines.all()
    assert (line.sku_code, line.quantity, line.unit_minor, template.payment) == ("GW-150-QY", 2, 6800, "unpaid")
    assert template.recipient is not None
    assert template.recipient_id != Order.objects.get().recipient_id
    assert (template.recipient.masked_name, template.recipient.masked_phone) == ("林**", "138****7621")
    assert template.buyer_note
    assert "13977778882" not in template.buyer_note
    raw = repr(list(Template.objects.values())) + repr(list(Entry.objects.values_list("facts", flat=True)))
    assert not any(secret in raw for secret in SECRETS)


@pytest.mark.capability("N-14")
def test_one_order_from_a_template_goes_to_its_customer_and_knows_where_it_came_from(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    made = making.make(template.pk, [Wish()], key="k", by=sales, at=bench.at)
    order = Order.objects.get(pk=made.orders[1])
    number = Making.objects.get().number
    assert (order.source, order.platform_no, order.stage, order.payment, order.paid_minor) == (
        "template", f"{number}-001", "pending_payment", "unpaid", 0,
    )  # fmt: skip
    assert order.total_minor == 13600
    who = opened([order.recipient_id], by=SYSTEM, at=bench.at, why="look")[order.recipient_id]
    assert who[:4] == LIN[:4]
    told = list(Entry.objects.filter(subject_kind="order", subject_id=order.pk).values_list("name", flat=True))
    assert told[:2] == ["OrderPlaced", "OrderMadeFrom"]
    template.refresh_from_db()
    assert (template.uses, template.used_at) == (1, bench.at)


@pytest.mark.capability("N-14")
def test_a_hundred_orders_cost_as_many_statements_as_three(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales, customer=False)

    def wishes(first: int, many: int) -> list[Wish]:
        return [Wish(bench.somebody(), quantity=str(nth % 3 + 1)) for nth in range(first, first + many)]

    def cost(key: str, many: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert len(making.make(template.pk, wishes(0, many), key=key, by=sales, at=bench.at).orders) == many
        return len(seen)

    cost("warm", 1)
    assert cost("hundred", 100) <= cost("three", 3) + 2
    assert Order.objects.filter(source="template").count() == 104
    jobs.run_until_idle()
    assert [finding.code for finding in verify() if finding.rows] == []


@pytest.mark.capability("N-14")
def test_a_row_that_cannot_be_is_named_and_the_others_are_made(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales, customer=False)
    templates.write(template.pk, wanted(bench, buyer_note="{班级} 收"), seen=1, by=sales, at=bench.at)
    goods.define([goods.Definition("OLD", "旧款")], by=SYSTEM, at=bench.at)
    who, gap = bench.somebody(), {"班级": "三班"}
    wishes = [
        Wish(who, gaps=gap, pieces={"GW-150-QY": "4"}),
        Wish(who, gaps=gap, pieces={"GW-150-QY": "0", "GDB-350": "0"}),
        Wish(who, gaps=gap, quantity="3"),
        Wish(who, gaps=gap, pieces={"GW-150-QY": "三"}),
        Wish(who, gaps=gap, pieces={"NOPE": "1"}),
        Wish(who),
        Wish(gaps=gap),
        Wish(like="A1-unknown", gaps=gap),
        Wish(like=Order.objects.get().number, gaps=gap),
        Wish(who, gaps=gap, wrong=(refusals.BadDay(said="13月"),)),
    ]  # fmt: skip
    made = making.make(template.pk, wishes, key="k", by=sales, at=bench.at)
    codes = {row.position: row.code for row in Made.objects.filter(code__gt="")}
    assert codes == {
        2: "nothing-left", 3: "which-line", 4: "not-so-many", 5: "no-such-line", 6: "gap-open", 7: "no-customer", 8: "no-such-order",
        10: "bad-day",
    }  # fmt: skip
    assert sorted(made.orders) == [1, 9]
    first = Order.objects.get(pk=made.orders[1])
    assert (first.pieces, first.total_minor, first.buyer_note) == (5, 4 * 6800 + 2000, "三班 收")


@pytest.mark.capability("N-14")
def test_asked_twice_under_one_key_it_is_made_once(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    first = making.make(template.pk, [Wish(), Wish()], key="same", by=sales, at=bench.at)
    again = making.make(template.pk, [Wish(), Wish(), Wish()], key="same", by=sales, at=bench.at + timedelta(minutes=1))
    assert (again.making_id, again.orders, first.fresh, again.fresh) == (first.making_id, first.orders, True, False)
    assert Order.objects.filter(source="template").count() == 2
    assert making.make(template.pk, [Wish()], key="other", by=sales, at=bench.at).fresh


@pytest.mark.capability("N-14")
def test_what_was_made_is_taken_back_while_nothing_moved(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    templates.write(template.pk, wanted(bench, payment="on_account"), seen=1, by=sales, at=bench.at)
    made = making.make(template.pk, [Wish()] * 3, key="k", by=sales, at=bench.at)
    review.approve([made.orders[1], made.orders[2]], by=SYSTEM, at=bench.at)
    progress.release([made.orders[2]], wave_id=1, by=SYSTEM, at=bench.at)
    batch = making.take_back(made.making_id, by=sales, at=bench.at)
    assert (sorted(batch.done), list(batch.refused)) == ([made.orders[1], made.orders[3]], [made.orders[2]])
    with pytest.raises(refusals.NothingToTakeBack):
        making.take_back(made.making_id, by=sales, at=bench.at)
    stranger = replace(sales, id=99)
    templates.write(template.pk, wanted(bench, shared=True), seen=2, by=sales, at=bench.at)
    more = making.make(template.pk, [Wish()], key="k2", by=sales, at=bench.at)
    with pytest.raises(refusals.NothingToTakeBack):
        making.take_back(more.making_id, by=stranger, at=bench.at)
    assert Order.objects.get(pk=more.orders[1]).stage == "pending_payment"


@pytest.mark.capability("N-14")
def test_the_price_is_fixed_or_that_of_the_day(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    lines = (WantedLine("GW-150-QY", 2, 6800, todays_price=True), WantedLine("GDB-350", 1, 2000))
    templates.write(template.pk, wanted(bench, lines=lines), seen=1, by=sales, at=bench.at)
    before = making.make(template.pk, [Wish()], key="a", by=sales, at=bench.at)
    assert (before.refused, Made.objects.get(making=before.making_id).code) == (1, "no-price-today")
    Sku.objects.filter(code="GW-150-QY").update(price_minor=7000)
    after = making.make(template.pk, [Wish()], key="b", by=sales, at=bench.at)
    assert Order.objects.get(pk=after.orders[1]).total_minor == 16000
    Sku.objects.filter(code="GDB-350").update(retired_at=bench.at)
    retired = making.make(template.pk, [Wish()], key="c", by=sales, at=bench.at)
    assert Made.objects.get(making=retired.making_id).code == "sku-retired"


@pytest.mark.capability("N-14")
def test_a_template_is_private_until_it_is_shared_and_others_use_it_without_changing_it(bench: Bench, sales: Actor) -> None:
    template, other = kept(bench, sales), replace(sales, id=12)
    with pytest.raises(NotFound):
        making.make(template.pk, [Wish()], key="k", by=other, at=bench.at)
    templates.write(template.pk, wanted(bench, shared=True), seen=1, by=sales, at=bench.at)
    with pytest.raises(Changed):
        templates.write(template.pk, wanted(bench), seen=1, by=sales, at=bench.at)
    assert making.make(template.pk, [Wish()], key="k", by=other, at=bench.at).orders
    with pytest.raises(refusals.NotYours):
        templates.write(template.pk, wanted(bench), seen=2, by=other, at=bench.at)
    mine = Template.objects.get(pk=templates.copy(template.pk, by=other, at=bench.at))
    assert (mine.owner_id, mine.shared, mine.lines.count()) == (12, False, 2)
    assert mine.recipient_id not in (None, template.recipient_id)
    bound = replace(other, reach=Reach(shops=frozenset({bench.shop_id + 1})))
    with pytest.raises(NotFound):
        making.make(template.pk, [Wish()], key="k", by=bound, at=bench.at)
    warehouse = Actor("person", 13, "w", policy().grants_of("warehouse"), "warehouse")
    with pytest.raises(NotAllowed):
        making.make(template.pk, [Wish()], key="k", by=warehouse, at=bench.at)
    assert reading.counts(other) == {"all": 2, "mine": 1, "shared": 1, "recurring": 0, "archived": 0}


@pytest.mark.capability("N-14")
def test_an_archived_template_or_a_closed_shop_makes_nothing(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    assert templates.archive([template.pk], by=sales, at=bench.at) == [template.pk]
    with pytest.raises(refusals.TemplateArchived):
        making.make(template.pk, [Wish()], key="k", by=sales, at=bench.at)
    assert templates.bring_back([template.pk], by=sales, at=bench.at) == [template.pk]
    Shop.objects.update(enabled=False)
    with pytest.raises(refusals.ShopClosed):
        making.make(template.pk, [Wish()], key="k", by=sales, at=bench.at)
    with pytest.raises(refusals.TooManyAtOnce):
        making.make(template.pk, [Wish()] * 501, key="k", by=sales, at=bench.at)


@pytest.mark.capability("N-14")
def test_a_copy_is_a_new_unpaid_order_and_both_histories_name_the_other(bench: Bench, sales: Actor) -> None:
    order = bench.put("A1", 2, person=LIN, seller_note="老客", buyer_note="轻放")
    cod = bench.put("A2", 1, payment="cod", paid_minor=0)
    made = copies.copy([order.pk, cod.pk], times=2, submits=True, keeps_notes=False, key="k", by=sales, at=bench.at)
    assert len(made.orders) == 4
    copy, of_cod = Order.objects.get(pk=made.orders[1]), Order.objects.get(pk=made.orders[3])
    assert (copy.payment, copy.paid_minor, copy.stage, copy.seller_note, copy.source) == ("unpaid", 0, "pending_payment", "", "copy")
    assert (of_cod.payment, of_cod.stage) == ("cod", "pending_review")
    assert len({order.platform_no, copy.platform_no, of_cod.platform_no}) == 3
    told = Entry.objects.get(name="OrderCopiedFrom", subject_id=copy.pk)
    assert told.facts["origin"] == order.number
    assert Entry.objects.get(name="OrderCopied", subject_id=order.pk).facts["copies"] == 2
    assert copies.copy([order.pk], key="k", by=sales, at=bench.at).orders == made.orders
    draft = copies.copy([order.pk], key="k2", by=sales, at=bench.at)
    kept_notes = Order.objects.get(pk=draft.orders[1])
    assert (kept_notes.stage, kept_notes.seller_note, kept_notes.buyer_note) == ("draft", "老客", "轻放")


@pytest.mark.capability("N-14")
def test_copying_many_costs_as_many_statements_as_copying_one(bench: Bench, sales: Actor) -> None:
    ids = [bench.put(f"C{nth}", 1, idle=False).pk for nth in range(12)]

    def cost(chosen: list[int], key: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert len(copies.copy(chosen, key=key, by=sales, at=bench.at).orders) == len(chosen)
        return len(seen)

    cost(ids[:1], "warm")
    assert cost(ids, "many") <= cost(ids[:1], "one") + 1


def test_a_template_is_no_way_below_the_price_for_who_may_not_change_prices(bench: Bench, sales: Actor, owner: Actor) -> None:
    """What it came with from its order stays; less than that is the owner's to say, by the line or on the whole."""
    goods.define([goods.Definition("GW-150-QY", "青釉盖碗", price_minor=9900)], by=SYSTEM, at=bench.at)
    template = kept(bench, sales)
    Template.objects.filter(pk=template.pk).update(shared=True)
    (line,) = template.lines.all()
    assert line.unit_minor == 6800
    for less in (
        wanted(bench, lines=(WantedLine("GW-150-QY", 2, 6799),)), wanted(bench, lines=(WantedLine("GW-150-QY", 2, 6800, discount_minor=1),)),
        wanted(bench, discount_minor=1),
    ):  # fmt: skip
        with pytest.raises(refusals.NotYourPrice):
            templates.write(template.pk, less, seen=1, by=sales, at=bench.at)
    shared = wanted(bench, shared=True)
    templates.write(template.pk, shared._replace(lines=(WantedLine("GW-150-QY", 5, 6800),)), seen=1, by=sales, at=bench.at)
    templates.write(template.pk, shared._replace(discount_minor=500), seen=2, by=owner, at=bench.at)
    templates.write(template.pk, shared._replace(discount_minor=500), seen=3, by=sales, at=bench.at)


def test_a_template_of_gifts_is_no_way_below_the_price_either(bench: Bench, sales: Actor, owner: Actor) -> None:
    """What was given away asked for no price: nothing of it stands once it is sold, and money asked for a gift is a sale."""
    goods.define([goods.Definition("GW-150-QY", "青釉盖碗", price_minor=9900)], by=SYSTEM, at=bench.at)
    template = kept(bench, sales, kind="gift", discount_minor=100, total_minor=13500)
    gifts = wanted(bench, kind="gift", discount_minor=100)
    for less in (
        gifts._replace(kind="normal"), gifts._replace(kind="normal", lines=(WantedLine("GW-150-QY", 1, 9900),)),
        gifts._replace(lines=(WantedLine("GW-150-QY", 2, 1),)), gifts._replace(discount_minor=200),
    ):  # fmt: skip
        with pytest.raises(refusals.NotYourPrice):
            templates.write(template.pk, less, seen=1, by=sales, at=bench.at)
    free = (WantedLine("GW-150-QY", 2, 0), WantedLine("GDB-350", 1, 0))
    templates.write(template.pk, gifts._replace(lines=free, discount_minor=0), seen=1, by=sales, at=bench.at)
    with pytest.raises(refusals.NotYourPrice):
        templates.write(template.pk, wanted(bench, lines=free), seen=2, by=sales, at=bench.at)
    templates.write(template.pk, wanted(bench, lines=(WantedLine("GW-150-QY", 2, 9900),)), seen=2, by=sales, at=bench.at)


def test_keys_that_begin_alike_or_are_of_two_templates_are_two_makings(bench: Bench, sales: Actor) -> None:
    one = kept(bench, sales)
    two = Template.objects.get(pk=templates.copy(one.pk, by=sales, at=bench.at))
    keys = [(one.pk, "k" * 100 + end) for end in "ab"] + [(two.pk, "k" * 100 + "a")]
    made = [making.make(id_, [Wish()], key=key, by=sales, at=bench.at) for id_, key in keys]
    assert [each.fresh for each in made] == [True] * 3
    assert not making.make(one.pk, [Wish()], key=keys[0][1], by=sales, at=bench.at).fresh


def test_a_phone_in_the_wrong_column_of_a_table_is_not_kept_in_clear(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    wishes = [Wish(like="13977778882"), Wish(pieces={"GW-150-QY": "13977778882"}), Wish(pieces={"13977778882": "1"})]
    made = making.make(template.pk, wishes, key="k", by=sales, at=bench.at)
    assert made.refused == 3
    assert "13977778882" not in repr(list(Made.objects.values_list("facts", flat=True)))
    assert Made.objects.get(position=1).facts == {"number": "139****8882"}


def test_copies_of_two_shops_are_taken_back_as_far_as_one_reaches(bench: Bench, sales: Actor) -> None:
    mine = bench.put("A1", 1)
    there = shops.open_one("other", "另一家", by=SYSTEM, at=bench.at)
    other = bench.put("B1", 1)
    Order.objects.filter(pk=other.pk).update(shop=there)
    made = copies.copy([mine.pk, other.pk], key="k", by=sales, at=bench.at)
    bound = replace(sales, reach=Reach(shops=frozenset({bench.shop_id})))
    assert making.take_back(made.making_id, by=bound, at=bench.at).done == [made.orders[1]]
    assert Order.objects.get(pk=made.orders[2]).stage == "draft"


@pytest.mark.capability("N-14")
def test_a_template_never_comes_to_more_than_an_order_can(bench: Bench, sales: Actor) -> None:
    template = kept(bench, sales)
    dear = WantedLine("GW-150-QY", 1, 10**9)
    with pytest.raises(refusals.BadAmount):
        templates.write(template.pk, wanted(bench, lines=(dear._replace(quantity=100_000),)), seen=1, by=sales, at=bench.at)
    templates.write(template.pk, wanted(bench, lines=(dear,)), seen=1, by=sales, at=bench.at)
    made = making.make(template.pk, [Wish(quantity="100000"), Wish()], key="k", by=sales, at=bench.at)
    assert (list(made.orders), Made.objects.get(code__gt="").code) == ([2], "bad-amount")
