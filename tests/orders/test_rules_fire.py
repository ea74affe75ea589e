"""A merchant's rules over orders at review: what they do, once, why, and what a person may still decide."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import Bench
from zhanggui.carriers.models import Carrier
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, NotFound
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import categories, change, copies, intake, review, ruling, templates, tuning
from zhanggui.orders.models import Hold, Line, Order, Ruling, TemplateLine
from zhanggui.orders.models import Rule as Row
from zhanggui.orders.reading.ruling import simulate
from zhanggui.orders.ruling.rule import Condition, Does, Gift, Rule
from zhanggui.orders.ruling_refusals import BadRule, RuleKnown
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Level, Warehouse

pytestmark = pytest.mark.django_db
MANY = (Condition("pieces", "at_least", (3,)),)
NOTED = (Condition("buyer_note", "contains", ("发票",)),)


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


@pytest.fixture
def by(at: datetime) -> dict[str, Any]:
    return {"by": SYSTEM, "at": at}


def fired(order: Order) -> list[dict[str, Any]]:
    rows = Entry.objects.filter(subject_kind="order", subject_id=order.pk, name="RuleFired").order_by("pk")
    return list(rows.values_list("facts", flat=True))


def held(order: Order) -> list[str]:
    return sorted(Hold.objects.filter(order=order, cleared_at=None).values_list("code", flat=True))


@pytest.mark.capability("A-16", "G-03")
def test_a_rule_puts_flags_and_sends_and_the_book_says_which_rule_and_why(bench: Bench, by: dict[str, Any], at: datetime) -> None:
    drawer = categories.make("礼品", **by)
    second = warehouses.open_one("GZ", "广州二仓", **by)
    receipts.receive([Receipt(second, "B-01", bench.sku, 10)], **by)
    carrier = Carrier.objects.create(code="zto", name="中通", made_at=at)
    does = Does(category=(drawer, ""), flag="blue", warehouse=(second, ""), carrier=(carrier.pk, ""))
    rule = ruling.make(Rule("大单走广州", MANY, does), **by)
    order, small = bench.put("T1", 4), bench.put("T2", 1)
    assert (order.stage, order.category_id, order.flag, order.carrier_id, order.warehouse_id) == ("approved", drawer, "blue", carrier.pk, second)
    assert (small.stage, small.flag, small.warehouse_id) == ("approved", "", Warehouse.objects.get(code="HZ").pk)
    assert {level.warehouse_id: level.claimed for level in Level.objects.filter(sku=bench.sku)} == {second: 4, small.warehouse_id: 1}
    assert fired(order) == [
        {
            "order_id": order.pk, "rule_id": rule, "name": "大单走广州", "version": 1,
            "did": {"flag": "blue", "category": [drawer, "礼品"], "warehouse": [second, "广州二仓"], "carrier": [carrier.pk, "中通"]},
            "because": [{"field": "pieces", "op": "at_least", "is": 4, "than": 3}],
        }
    ]  # fmt: skip
    assert fired(small) == []
    told = Entry.objects.filter(subject_id=order.pk, name__in=("RuleFired", "OrderChanged")).values_list("name", "actor_name", "facts__changes")
    assert list(told) == [
        ("RuleFired", "规则", None),
        ("OrderChanged", "规则", [{"field": "flag", "old": "", "new": "blue"}, {"field": "category"}, {"field": "carrier"}]),
    ]
    assert [each.says for each in verify() if each.rows] == []


@pytest.mark.capability("A-15")
def test_a_rule_lets_pass_what_a_person_could_and_never_what_must_be_mended(bench: Bench, by: dict[str, Any]) -> None:
    ruling.make(Rule("发票照开", NOTED, Does(("note-asks", "quantity-odd"))), **by)
    passed, flawed = bench.put("T1", 1, buyer_note="要发票"), bench.put("T2", 1, sku=None, buyer_note="要发票")
    short = bench.put("T3", 12, buyer_note="要发票")
    assert (passed.stage, held(passed)) == ("approved", [])
    assert held(flawed) == ["sku-unknown"]
    assert held(short) == ["out-of-stock"]
    # What it let pass stays let pass when the order is looked at again, without the rule firing twice.
    bench.receive(bench.sku, 50)
    assert (Order.objects.get(pk=short.pk).stage, len(fired(short))) == ("approved", 1)
    for hard in ("unpaid", "sku-unknown", "out-of-stock", "no-such"):
        with pytest.raises(BadRule):
            ruling.make(Rule("x", NOTED, Does((hard,))), **by)


@pytest.mark.capability("A-07", "A-15", "A-16")
def test_what_a_rule_holds_stands_until_a_person_lets_it_go_and_then_for_good(bench: Bench, by: dict[str, Any]) -> None:
    rule = ruling.make(Rule("三件先看", MANY, Does(hold="看看是不是同行")), **by)
    ask = ruling.make(Rule("财务看", MANY, Does(finance="核对金额")), **by)
    order = bench.put("T1", 3)
    assert held(order) == ["finance-asked", "rule-held"]
    told = Hold.objects.get(order=order, code="rule-held")
    assert (told.source, told.facts) == ("rule", {"rules": [{"id": rule, "rule": "三件先看", "version": 1, "note": "看看是不是同行"}]})
    # Looking again changes nothing, and so does a change of the order by which it no longer meets the rule.
    review.run([order.pk], **by)
    change.change_quantity(Line.objects.get(order=order).pk, 1, **by)
    assert held(order) == ["finance-asked", "rule-held"]
    assert review.approve([order.pk], **by).done == [order.pk]
    review.unapprove([order.pk], **by)
    change.change_quantity(Line.objects.get(order=order).pk, 3, **by)
    assert (Order.objects.get(pk=order.pk).stage, held(order), len(fired(order))) == ("approved", [], 2)
    assert set(Ruling.objects.values_list("rule", "version", "held")) == {(rule, 1, "rule-held"), (ask, 1, "finance-asked")}


@pytest.mark.capability("A-07")
def test_a_rule_that_is_switched_off_changed_or_dropped_lets_go_what_it_held(bench: Bench, by: dict[str, Any]) -> None:
    rule = ruling.make(Rule("三件先看", MANY, Does(hold="")), **by)
    order = bench.put("T1", 3)
    ruling.switch(rule, False, **by)
    jobs.run_until_idle()
    assert (Order.objects.get(pk=order.pk).stage, held(order)) == ("approved", [])
    ruling.switch(rule, True, **by)
    two, three = bench.put("T2", 3), bench.put("T3", 4)
    assert held(two) == held(three) == ["rule-held"]
    # A new version meets the orders anew: one goes on, the other is held by it again.
    assert ruling.change(rule, Rule("四件先看", (Condition("pieces", "at_least", (4,)),), Does(hold="")), **by) == 2
    jobs.run_until_idle()
    assert (Order.objects.get(pk=two.pk).stage, held(three)) == ("approved", ["rule-held"])
    assert [each["version"] for each in fired(three)] == [1, 2]
    assert Hold.objects.get(order=three, cleared_at=None).facts["rules"][0]["rule"] == "四件先看"
    ruling.drop(rule, **by)
    jobs.run_until_idle()
    assert Order.objects.get(pk=three.pk).stage == "approved"
    with pytest.raises(NotFound):
        ruling.switch(rule, True, **by)
    assert Row.objects.get(pk=rule).archived_at is not None
    assert list(Entry.objects.filter(name="RuleChanged").values_list("facts__how", flat=True)) == ["made", "off", "on", "changed", "dropped"]


@pytest.mark.capability("A-15")
def test_a_person_who_approves_before_a_rule_has_looked_is_not_stopped_by_it(bench: Bench, by: dict[str, Any]) -> None:
    ruling.make(Rule("三件先看", MANY, Does(hold="", flag="blue")), **by)
    order = bench.put("T1", 3, idle=False)
    assert review.approve([order.pk], **by).done == [order.pk]
    jobs.run_until_idle()
    assert (Order.objects.get(pk=order.pk).flag, held(order)) == ("blue", [])
    assert [each["did"] for each in fired(order)] == [{"flag": "blue", "overruled": True}]


def test_a_gift_is_a_line_that_costs_nothing_and_comes_once_however_the_rule_is_changed(bench: Bench, by: dict[str, Any]) -> None:
    rule = ruling.make(Rule("满三件送杯", MANY, Does(gift=Gift(bench.other, "", 2))), **by)
    order = bench.put("T1", 3)
    assert (order.stage, order.pieces, order.kinds, order.goods_minor, order.total_minor) == ("approved", 5, 2, 20400, 20400)
    gift = Line.objects.get(order=order, sku=bench.other)
    assert (gift.sku_code, gift.quantity, gift.unit_minor, gift.total_minor, gift.position) == ("GDB-350", 2, 0, 0, 2)
    assert Level.objects.get(sku=bench.other).claimed == 2
    # Not again by another version of the rule, nor after a person took it out; and it counts for no condition.
    ruling.change(rule, Rule("满四件送杯", (Condition("pieces", "at_least", (3,)),), Does(gift=Gift(bench.other, "", 1))), **by)
    ruling.make(Rule("五件插旗", (Condition("pieces", "at_least", (5,)),), Does(flag="red")), **by)
    review.unapprove([order.pk], **by)
    change.change_quantity(gift.pk, 0, **by)
    order.refresh_from_db()
    assert (order.stage, order.pieces, order.flag) == ("approved", 3, "")
    assert Line.objects.filter(order=order).count() == 1
    assert [each["did"] for each in fired(order)] == [{"gift": [bench.other, "GDB-350", 2]}, {}]
    assert [each.says for each in verify() if each.rows] == []


def test_a_copy_is_given_its_own_gift_and_no_second_one(bench: Bench, owner: Actor, by: dict[str, Any], at: datetime) -> None:
    ruling.make(Rule("送杯", MANY, Does(gift=Gift(bench.other, "", 1))), **by)
    order = bench.put("T1", 3, payment="on_account", paid_minor=0)
    (copy,) = copies.copy([order.pk], key="again", submits=True, by=SYSTEM, at=at).orders.values()
    jobs.run_until_idle()
    assert sorted(Line.objects.filter(order=copy).values_list("sku", "quantity")) == [(bench.sku, 3), (bench.other, 1)]
    kept = templates.save(order.pk, "三只", keeps_customer=False, shared=False, by=owner, at=at)
    assert list(TemplateLine.objects.filter(template=kept).values_list("sku_code", "quantity")) == [("GW-150-QY", 3)]


def test_a_gift_that_is_no_longer_sold_is_not_given(bench: Bench, by: dict[str, Any], at: datetime) -> None:
    ruling.make(Rule("送杯", MANY, Does(gift=Gift(bench.other, "", 1))), **by)
    Line.objects.model.sku.field.related_model.objects.filter(pk=bench.other).update(retired_at=at)
    order = bench.put("T1", 3)
    assert (order.stage, order.pieces, fired(order)[0]["did"]) == ("approved", 3, {})


def test_a_rule_that_stops_leaves_the_later_ones_unasked_also_when_they_are_looked_at_again(bench: Bench, by: dict[str, Any]) -> None:
    first = ruling.make(Rule("先", (Condition("flag", "empty"),), Does(flag="green"), stop=True), **by)
    second = ruling.make(Rule("后", MANY, Does(hold="")), **by)
    order = bench.put("T1", 12)
    review.run([order.pk], **by)
    assert (Order.objects.get(pk=order.pk).flag, held(order)) == ("green", ["out-of-stock"])
    ruling.arrange([second, first], **by)
    later = bench.put("T2", 12)
    assert held(later) == ["rule-held"]
    assert list(Row.objects.order_by("place").values_list("pk", flat=True)) == [second, first]


def test_what_a_buyer_bought_before_is_counted_without_what_came_to_nothing(bench: Bench, by: dict[str, Any]) -> None:
    tuning.tune("duplicate", False, {}, **by)
    ruling.make(Rule("老客", (Condition("bought", "at_least", (2,)),), Does(flag="purple")), **by)
    who = bench.somebody()
    flags = [bench.put(f"T{n}", 1, person=who, **({"stage": "cancelled"} if n == 0 else {})).flag for n in range(4)]
    assert flags == ["", "", "", "purple"]


@pytest.mark.capability("A-16")
def test_a_batch_is_a_constant_number_of_statements_however_many_orders(bench: Bench, by: dict[str, Any], at: datetime) -> None:
    bench.receive(bench.sku, 500)
    second = warehouses.open_one("GZ", "广州二仓", **by)
    receipts.receive([Receipt(second, "B-01", bench.sku, 2000), Receipt(second, "B-01", bench.other, 2000)], **by)
    ruling.make(Rule("送杯", MANY, Does(gift=Gift(bench.other, "", 1), flag="red", warehouse=(second, ""))), **by)
    ruling.make(Rule("先看", (*MANY, Condition("bought", "at_most", (5,))), Does(hold="看", finance="")), **by)
    ruling.make(Rule("老客", (Condition("any_sku", "begins", ("GW",)),), Does(("note-asks",))), **by)
    jobs.run_until_idle()
    counts = []
    for many in (10, 200):
        ids = [bench.put(f"T{many}-{n}", 1 if n % 2 else 3, idle=False).pk for n in range(many)]
        with CaptureQueriesContext(connection) as found:
            review.run(ids, **by)
        # One line of a batch may be one COPY: below twenty it is a statement a thousand rows all the same.
        counts.append(len([one for one in found.captured_queries if "SAVEPOINT" not in one["sql"]]))
        assert Order.objects.filter(pk__in=ids, stage="approved").count() == many // 2
        assert Ruling.objects.filter(order__in=ids).count() == 2 * many
        with CaptureQueriesContext(connection):
            assert review.run(ids, **by).done == []
        assert Ruling.objects.filter(order__in=ids).count() == 2 * many
    assert counts[0] >= counts[1] - 1, counts
    assert [each.says for each in verify() if each.rows] == []


def test_only_who_may_change_settings_writes_rules_and_what_cannot_be_one_is_refused(
    bench: Bench, by: dict[str, Any], roles: dict[str, Actor], at: datetime
) -> None:
    rule = Rule("三件先看", MANY, Does(hold=""))
    made = ruling.make(rule, by=roles["owner"], at=at)
    for name, actor in roles.items():
        if "settings" in actor.may and not actor.narrowed("settings"):
            continue
        for verb in (
            lambda actor=actor: ruling.make(rule, by=actor, at=at), lambda actor=actor: ruling.change(made, rule, by=actor, at=at),
            lambda actor=actor: ruling.switch(made, False, by=actor, at=at), lambda actor=actor: ruling.arrange([made], by=actor, at=at),
            lambda actor=actor: ruling.drop(made, by=actor, at=at),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                verb()
        assert name != "owner"
    with pytest.raises(RuleKnown):
        ruling.make(rule, **by)
    for wrong, place in (
        (rule._replace(name="另一条", conditions=(Condition("shop", "one_of", (999,)),)), "condition.0"),
        (rule._replace(name="另一条", does=Does(warehouse=(999, ""))), "warehouse"),
        (rule._replace(name="另一条", does=Does(gift=Gift(999, "", 1))), "gift"),
        (rule._replace(name="另一条", does=Does()), "actions"),
    ):
        with pytest.raises(BadRule) as refused:
            ruling.make(wrong, **by)
        assert refused.value.facts["place"] == place
    # Saying the same changes nothing; a phone stands in no rule.
    assert ruling.change(made, rule, **by) == 1
    ruling.change(made, rule._replace(does=Does(hold="问 13800137621")), **by)
    assert "13800137621" not in str(Row.objects.get(pk=made).does)


def test_a_rule_is_tried_on_what_was_ordered_lately_and_nothing_is_written(bench: Bench, by: dict[str, Any], at: datetime) -> None:
    bench.put("T1", 3)
    waits = bench.put("T2", 3, buyer_note="要发票")
    bench.put("T3", 1, buyer_note="要发票")
    before = (Entry.objects.count(), Ruling.objects.count(), Hold.objects.count())
    rule = Rule("试", MANY, Does(("note-asks",), flag="red"))
    told = simulate(rule, at=at)
    assert (told.looked, told.many, told.capped) == (3, 2, False)
    assert dict(told.by_stage) == {"approved": 1, "pending_review": 1}
    assert dict(told.by_action) == {"approve": 2, "flag": 2}
    assert told.met[0].number == waits.number
    assert [(one.number, one.what, one.passes) for one in told.changes] == [(waits.number, ("approve", "flag"), True)]
    holding = simulate(rule._replace(does=Does(hold="")), at=at)
    assert [(one.what, one.passes) for one in holding.changes] == [(("hold",), False)]
    assert (Entry.objects.count(), Ruling.objects.count(), Hold.objects.count()) == before
    # One that has met an order would not change it again, and one before it that stops keeps it from all.
    made = ruling.make(Rule("试", (*MANY, *NOTED), Does(flag="red")), **by)
    jobs.run_until_idle()
    kept = Rule("试", (*MANY, *NOTED), Does(flag="red"), id=made, version=1)
    assert (simulate(kept, at=at).many, simulate(kept, at=at).changing) == (1, 0)
    ruling.arrange([ruling.make(Rule("先", MANY, Does(flag="blue"), stop=True), **by)], **by)
    assert simulate(kept, at=at).many == 0


def test_what_a_file_brings_again_is_met_by_no_rule_twice(bench: Bench, by: dict[str, Any]) -> None:
    ruling.make(Rule("送杯", MANY, Does(gift=Gift(bench.other, "", 1), flag="red")), **by)
    order = bench.put("T1", 30)
    for _nth in range(3):
        review.run([order.pk], **by)
    intake.place([], shop_id=bench.shop_id, **by)
    order.refresh_from_db()
    assert (order.pieces, order.kinds, len(fired(order)), held(order)) == (31, 2, 1, ["out-of-stock"])
