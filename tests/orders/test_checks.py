"""Each rule of review by itself, and how a merchant turns them: for all shops, for one, on and off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from tests.orders.test_intake_and_review import LIN, new_order, sku
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, NotFound
from zhanggui.orders.checks.check import WORDS, Said, findings, in_force
from zhanggui.orders.checks.customer import lies_in
from zhanggui.orders.checks.facts import Facts, LineFacts, Other
from zhanggui.orders.checks.listed import OURS, by_code
from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.commands import choices, intake, shops, tuning
from zhanggui.orders.models import CheckSaid, Hold, Order
from zhanggui.orders.tuning_refusals import AlwaysOn, BadDial

__all__ = ["sku"]
LINE = LineFacts(1, 7, "GW", "盖碗", 2, 5000, 0, 10000, 3000)
GOOD = Facts(
    1, "261020-00001", "normal", "paid", "CNY", 10000, 0, 0, 10000, 10000, 1_000_000, "", True, [LINE], [], "湖北省", "武汉市", "洪山区",
    at_s=1_000_000,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One rule, an order it stops with these dials, and what of it makes it pass."""

    check: str
    facts: dict[str, Any]
    code: str
    hard: bool = False
    dials: Any = None
    passes: dict[str, Any] | None = None


def other(hours: float, *skus: int) -> Other:
    return Other(2, "261020-00002", int(1_000_000 + hours * 3600), frozenset(skus))


THREE = [LINE._replace(line_id=nth, sku_id=6 + nth) for nth in (1, 2, 3)]
CASES = [
    Case("recipient", {"recipient_problems": "phone street"}, "address-incomplete", True, passes={"needs_address": False}),
    Case("blacklist", {"blocked": "拒收三次"}, "blacklisted"),
    Case("service", {"unserved": ("顺丰", "湖北")}, "no-service", passes={"unserved": ("顺丰", "湖北"), "needs_address": False}),
    Case("region", {"city": "宜昌市"}, "region-disagrees", passes={"needs_address": False}),
    Case("destination", {}, "not-sent-there", dials={"places": ["湖北"]}, passes={"province": "湖南省", "city": "长沙市", "district": "岳麓区"}),
    Case("destination", {"city": "武汉"}, "not-sent-there", dials={"places": ["武汉市"]}, passes={"needs_address": False}),
    Case("goods", {"lines": [LINE._replace(sku_id=None)]}, "sku-unknown", True),
    Case("sold", {"lines": [LINE._replace(retired=True)]}, "sku-retired"),
    Case("presale", {"lines": [LINE._replace(ships_from_s=2_000_000)]}, "presale", passes={"lines": [LINE._replace(ships_from_s=900_000)]}),
    Case("presale", {"kind": "presale"}, "presale", passes={"kind": "presale", "lines": [LINE._replace(ships_from_s=900_000)]}),
    Case("quantity", {"lines": [LINE._replace(quantity=1000)]}, "quantity-odd", passes={"lines": [LINE._replace(quantity=999)]}),
    Case("quantity", {"lines": [LINE._replace(quantity=20)]}, "quantity-odd", dials={"pieces": 20}),
    Case("sums", {"total_minor": 9999}, "amount-mismatch", True),
    Case("sums", {"lines": [LINE._replace(total_minor=9000)], "goods_minor": 9000, "total_minor": 9000}, "amount-mismatch", True),
    Case("paid", {"payment": "unpaid", "paid_minor": 0}, "unpaid", True, passes={"payment": "cod", "paid_minor": 0}),
    Case("paid-enough", {"paid_minor": 9999}, "underpaid"),
    Case("paid-enough", {"paid_minor": 9899}, "underpaid", dials={"short": 100}, passes={"paid_minor": 9900}),
    Case("method", {"method": "现金", "method_closed": True}, "method-closed"),
    Case("cod", {"payment": "cod", "total_minor": 200_001}, "cod-over", passes={"payment": "cod", "total_minor": 200_000}),
    Case(
        "credit", {"payment": "on_account", "paid_minor": 0, "owed_minor": 990_001}, "credit-over",
        passes={"payment": "on_account", "paid_minor": 0, "owed_minor": 990_000},
    ),
    Case("price", {"lines": [LINE._replace(total_minor=5999)]}, "price-low", passes={"lines": [LINE._replace(total_minor=6000)]}),
    Case("price", {"lines": [LINE._replace(total_minor=7999, cost_minor=5000)]}, "price-low", dials={"of_cost": 80}),
    Case("price", {"lines": [LINE._replace(total_minor=8999, price_minor=5000)]}, "price-low", dials={"of_price": 90}),
    Case("total", {"total_minor": 1_000_000}, "total-odd", passes={"total_minor": 999_999}),
    Case("finance", {"total_minor": 500_000}, "finance-asked", passes={"total_minor": 499_999}),
    Case("finance", {"method": "对公", "paid_minor": 0}, "finance-asked", dials={"over": 0, "ways": ["对公"]}, passes={"method": "对公"}),
    Case("free", {"kind": "gift"}, "free-of-charge"),
    Case("free", {"total_minor": 0}, "free-of-charge", passes={"total_minor": 0, "part": True}),
    Case("duplicate", {"others": [other(23, 7)]}, "duplicate-suspected", passes={"others": [other(25, 7), other(1, 8)]}),
    Case("duplicate", {"others": [other(-40, 7)]}, "duplicate-suspected", dials={"hours": 48}),
    # One thing of the two of the smaller order; of three it would be chance.
    Case("duplicate", {"lines": THREE, "others": [other(1, 7, 10)]}, "duplicate-suspected", passes={"lines": THREE, "others": [other(1, 7, 10, 11)]}),
    Case("duplicate", {"lines": THREE, "others": [other(1, 7, 10, 11)]}, "duplicate-suspected", dials={"alike": 30}),
    Case("platform", {"platform_status": "买家已付款,退款中"}, "refund-applied", passes={"platform_status": "买家已付款,等待卖家发货"}),
    Case("platform", {"platform_status": "LOCKED"}, "locked-there"),
    Case("notes", {"buyer_note": "麻烦改地址，谢谢"}, "note-asks", passes={"buyer_note": "包装严实一点"}),
    Case("notes", {"seller_note": "老板娘的朋友"}, "note-asks", dials={"words": ["老板娘"]}),
    Case("flags", {"flag": "red"}, "flagged", dials={"flags": ["red"]}, passes={"flag": "blue"}),
]  # fmt: skip


@pytest.mark.capability("A-01", "A-02", "A-03", "A-04", "A-05", "A-06", "A-11", "A-12")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check}-{case.code}")
def test_each_rule_stops_what_it_is_for_and_nothing_else(case: Case) -> None:
    force = in_force([by_code()[case.check]], {case.check: Said(True, case.dials or {})}, {})
    (found,) = findings(GOOD._replace(**case.facts), force)
    assert (found.code, found.hard) == (case.code, case.hard)
    assert found.code in by_code()[case.check].finds
    assert findings(GOOD, force) == [] or case.check == "destination"
    if case.passes is not None:
        assert findings(GOOD._replace(**case.passes), force) == []


@pytest.mark.parametrize(
    ("area", "lies"),
    [
        ("湖北", True), ("湖北 武汉", True), ("湖北 武汉 洪山", True), ("湖北 宜昌", False), ("武汉", False), ("", False),
        ("湖北 武汉 洪山 街", False),
    ],
)
def test_an_area_a_carrier_leaves_out_is_written_from_the_outside_in(area: str, lies: bool) -> None:
    assert lies_in(area, ("湖北省", "武汉市", "洪山区")) is lies


def test_every_rule_has_a_story_its_reasons_and_dials_that_stand_in_their_bounds() -> None:
    assert {case.check for case in CASES} == {check.code for check in OURS}
    assert {code for check in OURS for code in check.finds} == {case.code for case in CASES} <= set(REASONS)
    assert len({check.code for check in OURS}) == len(OURS)
    for check in OURS:
        for dial in check.dials:
            assert not dial.wrong(list(dial.usual) if dial.kind == WORDS else dial.usual), (check.code, dial.name)


def test_what_is_said_of_a_shop_goes_before_what_is_said_of_all() -> None:
    quantity = by_code()["quantity"]
    everywhere, here = {"quantity": Said(False, {"pieces": 50})}, {"quantity": Said(True, {})}
    assert in_force([quantity], {}, {})[0].dials == {"pieces": 1000}
    assert in_force([quantity], everywhere, {}) == ()
    # A dial the shop says nothing of stands as for all; one that is no longer known is let be.
    assert in_force([quantity], everywhere, here)[0].dials == {"pieces": 50}
    assert in_force([quantity], {"quantity": Said(True, {"gone": 1})}, {})[0].dials == {"pieces": 1000}
    # What guards against what no later step could catch stays on.
    assert len(in_force([by_code()["goods"]], {"goods": Said(False, {})}, {})) == 1


@pytest.mark.django_db
@pytest.mark.capability("A-03", "A-05", "A-07")
def test_a_rule_turned_for_one_shop_looks_again_at_what_waits_there_and_nowhere_else(shop_id: int, sku: int, at: datetime) -> None:
    second = shops.open_one("second", "二店", by=SYSTEM, at=at)
    here = intake.place([new_order("T1", sku, 2, at=at)], shop_id=shop_id, by=SYSTEM, at=at).created["T1"]
    there = intake.place([new_order("T1", sku, 2, at=at, person=LIN._replace(phone="13900000002"))], shop_id=second, by=SYSTEM, at=at)
    by = {"by": SYSTEM, "at": at}
    # Before anybody looked: two pieces are odd in this shop.
    assert tuning.tune("quantity", True, {"pieces": 2}, shop_id=shop_id, **by) == 1
    jobs.run_until_idle()
    assert list(Hold.objects.values_list("order_id", "code")) == [(here, "quantity-odd")]
    assert Order.objects.get(pk=there.created["T1"]).stage == "approved"
    # Said again nothing happens; said otherwise, what waits is looked at again and goes on.
    assert tuning.tune("quantity", True, {"pieces": 2}, shop_id=shop_id, **by) == 0
    assert tuning.tune("quantity", False, {}, shop_id=shop_id, **by) == 1
    jobs.run_until_idle()
    assert Order.objects.get(pk=here).stage == "approved"
    assert CheckSaid.objects.get().dials == {}
    assert tuning.as_usual("quantity", shop_id=shop_id, **by) == 0
    assert tuning.as_usual("quantity", shop_id=shop_id, **by) == 0
    assert not CheckSaid.objects.exists()
    assert Entry.objects.filter(name="CheckTuned").count() == 3


@pytest.mark.django_db
def test_what_cannot_be_said_of_a_rule_is_refused(shop_id: int, owner: Actor, roles: Any, at: datetime) -> None:
    with pytest.raises(AlwaysOn):
        tuning.tune("goods", False, {}, by=owner, at=at)
    for dials in ({"pieces": 1}, {"pieces": "20"}, {"pieces": True}, {"hours": 3}):
        with pytest.raises(BadDial):
            tuning.tune("quantity", True, dials, by=owner, at=at)
    for words in ("改地址", [""], ["字" * 21], ["字"] * 61, [3]):
        with pytest.raises(BadDial):
            tuning.tune("notes", True, {"words": words}, by=owner, at=at)
    with pytest.raises(NotFound):
        tuning.tune("no-such-rule", True, {}, by=owner, at=at)
    with pytest.raises(NotFound):
        tuning.tune("quantity", True, {}, shop_id=9999, by=owner, at=at)
    with pytest.raises(NotAllowed):
        tuning.tune("quantity", True, {"pieces": 20}, by=roles["reviewer"], at=at)
    assert not CheckSaid.objects.exists()


@pytest.mark.django_db
@pytest.mark.capability("A-12")
def test_what_a_buyer_owes_is_added_up_over_their_orders(shop_id: int, sku: int, at: datetime) -> None:
    tuning.tune("credit", True, {"most": 20_000}, by=SYSTEM, at=at)
    tuning.tune("duplicate", False, {}, by=SYSTEM, at=at)
    later = [new_order(f"T{nth}", sku, 1, at=at, payment="on_account", paid_minor=0) for nth in range(3)]
    for each in later:
        intake.place([each], shop_id=shop_id, by=SYSTEM, at=at)
        jobs.run_until_idle()
    held = Hold.objects.get()
    assert (held.code, held.facts) == ("credit-over", {"owed_minor": 20_400, "most_minor": 20_000})
    assert held.order.platform_no == "T2"
    # What is owed in another currency is another sum.
    intake.place([later[0]._replace(platform_no="T9", currency="USD")], shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    assert Order.objects.get(platform_no="T9").stage == "approved"


@pytest.mark.django_db
@pytest.mark.capability("A-12")
def test_a_way_of_paying_that_was_closed_is_looked_at(shop_id: int, sku: int, at: datetime) -> None:
    choices.set_methods(["支付宝", "现金"], ways=["paid", "paid"], on=["支付宝"], by=SYSTEM, at=at)
    intake.place([new_order("T1", sku, at=at, payment_method="现金")], shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    assert list(Hold.objects.values_list("code", "facts")) == [("method-closed", {"method": "现金"})]
