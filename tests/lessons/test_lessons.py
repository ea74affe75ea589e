"""What went wrong, why and what helped: noted of orders, corrected, withdrawn, found again, counted, and forgotten with a person."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import Bench
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import Actor, Reach
from zhanggui.kernel.errors import Changed, NotAllowed, NotFound
from zhanggui.lessons import hints, queries
from zhanggui.lessons.commands import helping, sorting, writing
from zhanggui.lessons.commands.writing import Words
from zhanggui.lessons.hints import Met
from zhanggui.lessons.kinds import Kinds
from zhanggui.lessons.models import Lesson, Tag, Touched, Use
from zhanggui.lessons.queries import Asked, View
from zhanggui.lessons.refusals import (
    BadKind,
    BadTags,
    KindNamed,
    KindStays,
    NothingSaid,
    NotYours,
    TooManyKinds,
    UnknownKind,
    UnknownStep,
    Withdrawn,
)  # fmt: skip
from zhanggui.lessons.report import report
from zhanggui.ops.privacy import holdings, retention
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import holds, shops
from zhanggui.orders.models import Order
from zhanggui.orders.refusals import UnknownReason

pytestmark = pytest.mark.django_db
SHORT = Words("总仓没货", "采购晚了", "先从二仓发，写明分批", "stock", ["缺货", "#双十一"])


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def wrong() -> list[str]:
    return [one.says for one in verify() if one.rows]


def told(name: str) -> dict[str, Any]:
    return dict(Entry.objects.filter(name=name).latest("pk").facts)


@pytest.mark.capability("O-01", "O-02")
def test_what_went_wrong_is_noted_of_orders_corrected_withdrawn_and_brought_back(bench: Bench, roles: dict[str, Actor]) -> None:
    sales, reviewer = roles["sales"], roles["reviewer"]
    one, two = bench.put("T1"), bench.put("T2")
    with CaptureQueriesContext(connection) as few:
        writing.add([one.pk], SHORT, by=sales, at=bench.at)
    with CaptureQueriesContext(connection) as more:
        asked = Words("找 13977778882 问过", kind="wish", step="shipped")
        first, second = writing.add([one.pk, two.pk], asked, code="note-asks", by=sales, at=bench.at)
    assert len(more) <= len(few) + 1
    assert told("LessonNoted") == {"order_id": two.pk, "lesson_id": second, "kind": "wish"}
    rows = {row.pk: row for row in queries.of_order(one.pk)}
    assert [(row.stage, row.shop_id, row.writer_name, row.kind) for row in rows.values()] == [
        ("approved", bench.shop_id, "sales", "stock"), ("shipped", bench.shop_id, "sales", "wish"),
    ]  # fmt: skip
    assert rows[first].problem == "找 139****8882 问过"
    noted = Lesson.objects.earliest("pk")
    assert [tag.word for tag in noted.tags.all()] == ["缺货", "双十一"]
    # Correcting says in which fields, never the words; the same again changes nothing; what was read must still be there.
    said = Words("总仓没货", "", "先从二仓发", "stock", ["缺货"])
    assert writing.change(noted.pk, said, seen=1, by=sales, at=bench.at) == 2
    assert writing.change(noted.pk, said, seen=1, by=sales, at=bench.at) == 2
    assert told("LessonCorrected") == {"order_id": one.pk, "lesson_id": noted.pk, "fields": ["cause", "solution", "tags"]}
    with pytest.raises(Changed):
        writing.change(noted.pk, SHORT, seen=1, by=sales, at=bench.at)
    # Theirs to mend: who wrote it, and who reviews.
    with pytest.raises(NotYours):
        writing.change(noted.pk, SHORT, seen=2, by=roles["aftersales"], at=bench.at)
    assert writing.withdraw([noted.pk], by=roles["aftersales"], at=bench.at).refused[noted.pk]["code"] == "lesson-not-yours"
    assert writing.withdraw([noted.pk, first], by=reviewer, at=bench.at).done == [noted.pk, first]
    assert writing.withdraw([noted.pk], by=reviewer, at=bench.at).done == []
    with pytest.raises(Withdrawn):
        writing.change(noted.pk, SHORT, seen=3, by=sales, at=bench.at)
    assert writing.bring_back([first], by=sales, at=bench.at).done == [first]
    assert {row.pk: row.withdrawn_at is None for row in queries.of_order(one.pk)} == {first: True, noted.pk: False}
    assert told("LessonBroughtBack") == {"order_id": one.pk, "lesson_id": first}
    assert wrong() == []


@pytest.mark.capability("O-02")
def test_what_cannot_be_noted_is_refused_and_nobody_notes_beyond_their_reach(bench: Bench, roles: dict[str, Actor]) -> None:
    by: dict[str, Any] = {"by": roles["sales"], "at": bench.at}
    order, draft = bench.put("T1"), bench.put("T2", sku=None, code="OLD")
    for words, code, refusal in (
        (Words("  "), "", NothingSaid), (Words("甲", kind="none"), "", UnknownKind), (Words("甲", step="nowhere"), "", UnknownStep),
        (Words("甲", tags=["长" * 13]), "", BadTags), (Words("甲", tags=list("一二三四五六")), "", BadTags), (Words("甲"), "no-such", UnknownReason),
    ):  # fmt: skip
        with pytest.raises(refusal):
            writing.add([order.pk], words, code=code, **by)
    with pytest.raises(NotFound):
        writing.add([order.pk, 10**9], Words("甲"), **by)
    with pytest.raises(NotAllowed):
        writing.add([order.pk], Words("甲"), by=roles["readonly"], at=bench.at)
    # The warehouse notes of what reached it, and of nothing else.
    (noted,) = writing.add([order.pk], Words("箱子压坏", kind="packing"), by=roles["warehouse"], at=bench.at)
    with pytest.raises(NotFound):
        writing.add([draft.pk], Words("甲"), by=roles["warehouse"], at=bench.at)
    other = Actor("person", 7, "外店", roles["sales"].may, "sales", reach=Reach(shops=frozenset([bench.shop_id + 1])))
    for verb in (
        lambda: writing.add([order.pk], Words("甲"), by=other, at=bench.at), lambda: writing.withdraw([noted], by=other, at=bench.at),
        lambda: helping.use([draft.pk], noted, by=other, at=bench.at),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            verb()
    assert queries.rows(Asked(), View(other.reach)).rows == []


@pytest.mark.capability("O-02")
def test_who_meets_the_same_again_is_shown_what_helped_before(bench: Bench, owner: Actor, roles: dict[str, Actor]) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    elsewhere = shops.open_one("yunqi", "云栖", platform="taobao", **by)
    plain, goods = bench.put("T1", sku=bench.other), bench.put("T2")
    abroad = bench.put("T3", sku=bench.other)
    Order.objects.filter(pk=abroad.pk).update(shop=elsewhere)
    made = {}
    for name, order, words, code in (
        ("plain", plain, SHORT, "out-of-stock"), ("goods", goods, Words("缺", solution="换成同款大号"), "out-of-stock"),
        ("abroad", abroad, Words("缺", solution="发调拨单"), "out-of-stock"), ("no way out", plain, Words("缺"), "out-of-stock"),
        ("another reason", plain, SHORT, "unpaid"), ("gone", goods, SHORT, "out-of-stock"),
    ):  # fmt: skip
        (made[name],) = writing.add([order.pk], words, code=code, **by)
    writing.withdraw([made["gone"]], **by)
    now = bench.put("T9", 99)
    met = Met(now.pk, bench.shop_id, [bench.sku])
    with CaptureQueriesContext(connection) as asked:
        found = hints.seen_before(["out-of-stock", "address-incomplete"], met)
    assert len(asked) == 3
    names = {pk: name for name, pk in made.items()}
    assert [names[one.lesson.pk] for one in found["out-of-stock"]] == ["goods", "plain", "abroad"]
    assert [(one.same_goods, one.same_shop, one.used) for one in found["out-of-stock"]] == [
        (True, True, False), (False, True, False), (False, False, False),
    ]  # fmt: skip
    assert list(found) == ["out-of-stock"]
    # What is said to help is counted once an order, and goes before what did not; taking it back takes it off.
    assert helping.use([now.pk, plain.pk], made["goods"], **by).done == [plain.pk, now.pk]
    assert helping.use([now.pk, goods.pk], made["goods"], by=roles["sales"], at=bench.at).done == []
    assert hints.seen_before(["out-of-stock"], met)["out-of-stock"][0].used
    assert Lesson.objects.get(pk=made["goods"]).helped == 2
    assert told("LessonUsed")["origin"] == goods.number
    assert helping.not_used([now.pk, plain.pk, goods.pk], made["goods"], **by).done == [plain.pk, now.pk]
    helping.use([now.pk], made["abroad"], **by)
    helping.use([now.pk], made["plain"], **by)
    assert [lesson.pk for lesson in queries.used_for(now.pk)] == [made["abroad"], made["plain"]]
    with pytest.raises(Withdrawn):
        helping.use([now.pk], made["gone"], **by)
    with pytest.raises(NotAllowed):
        helping.use([now.pk], made["goods"], by=roles["readonly"], at=bench.at)
    # Each sees what they reach, and nobody is shown the order's own.
    reach = View(Reach(shops=frozenset([elsewhere])), ("approved",))
    assert [names[one.lesson.pk] for one in hints.seen_before(["out-of-stock"], met, reach)["out-of-stock"]] == ["abroad"]
    own = hints.seen_before(["out-of-stock"], Met(goods.pk, bench.shop_id, [bench.sku]))["out-of-stock"]
    assert [names[one.lesson.pk] for one in own] == ["plain", "abroad"]
    assert hints.seen_before([""], met) == {}
    assert Touched.objects.filter(lesson=made["goods"]).values_list("sku_id", "code").get() == (bench.sku, "out-of-stock")
    assert (Use.objects.count(), wrong()) == (2, [])
    Lesson.objects.filter(pk=made["plain"]).update(helped=7, problem="13977778882")
    assert len(wrong()) == 2


@pytest.mark.capability("O-02", "O-03")
def test_the_list_narrows_and_counts_and_the_report_compares_with_the_days_before(bench: Bench, roles: dict[str, Actor]) -> None:
    sales, reviewer = roles["sales"], roles["reviewer"]
    one, two = bench.put("T1"), bench.put("T2", sku=None, code="OLD")
    day = timedelta(days=1)
    writing.add([one.pk, two.pk], SHORT, code="out-of-stock", by=sales, at=bench.at)
    writing.add([two.pk], Words("地址写成两个市", kind="address"), by=reviewer, at=bench.at - day)
    writing.add([one.pk], Words("运单重了", solution="作废再取", kind="waybill"), by=reviewer, at=bench.at - 9 * day)
    (gone,) = writing.add([one.pk], Words("写错了"), by=reviewer, at=bench.at)
    writing.withdraw([gone], by=reviewer, at=bench.at)
    helping.use([two.pk], Lesson.objects.filter(order=one.pk).earliest("pk").pk, by=reviewer, at=bench.at)
    today = date(2026, 10, 20)

    def many(**asked: Any) -> int:
        return len(queries.rows(Asked(**asked)).rows)

    assert queries.counts(Asked()) == {"all": 4, "open": 1, "helped": 1, "withdrawn": 1}
    found = [many(**asked) for asked in (
        {"q": "二仓"}, {"q": "缺货"}, {"q": one.number.lower()}, {"q": "T2"}, {"kind": "stock"}, {"tag": "双十一"}, {"stage": "approved"},
        {"shop_id": bench.shop_id}, {"writer": "person:reviewer"}, {"code": "out-of-stock"}, {"since": today}, {"until": today - 2 * day},
        {"tab": "open"}, {"tab": "withdrawn"},
    )]  # fmt: skip
    assert found == [2, 2, 2, 2, 2, 2, 2, 4, 2, 2, 2, 1, 1, 1]
    choices = queries.choices(Asked(kind="address"))
    assert (choices.kinds, choices.stages) == ({"stock": 2, "address": 1, "waybill": 1}, {"pending_review": 1})
    assert (choices.writers, choices.codes, list(choices.tags)) == ([("person:reviewer", "reviewer", 1)], {}, [])
    asked = Asked(since=today - 6 * day, until=today)
    with CaptureQueriesContext(connection) as few:
        kinds = report("kind", asked)
    assert len(few) <= 5
    assert [(row.key, row.many, row.orders, row.before, row.solved, row.helped) for row in kinds.rows] == [
        ("stock", 2, 2, 0, 2, 1), ("address", 1, 1, 0, 0, 0), ("waybill", 0, 0, 1, 0, 0),
    ]  # fmt: skip
    assert (kinds.total, kinds.before, kinds.solved, kinds.helped, [n for _step, n in kinds.steps], kinds.most) == (3, 1, 2, 1, [0] * 5 + [1, 2], 2)
    for by, expected in (
        ("stage", [("approved", "approved", 1), ("pending_review", "pending_review", 2)]), ("shop", [(str(bench.shop_id), "山野杂货", 3)]),
        ("person", [("person:sales", "sales", 2), ("person:reviewer", "reviewer", 1)]), ("tag", [("双十一", "双十一", 2), ("缺货", "缺货", 2)]),
        ("code", [("out-of-stock", "out-of-stock", 2), ("", "", 1)]),
    ):  # fmt: skip
        assert sorted((row.key, row.name, row.many) for row in report(by, asked).rows) == sorted(expected)


@pytest.mark.capability("O-02")
def test_the_kinds_are_the_merchants(bench: Bench, owner: Actor, roles: dict[str, Actor]) -> None:
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    own = sorting.add("直播赠品", **by)
    sorting.change("stock", name="断货", **by)
    sorting.change("carrier", name="快递运输", enabled=False, **by)
    kinds = Kinds()
    assert (own, kinds.of(own).name, kinds.of("stock").name, kinds.of("nobody").name) == ("own-1", "直播赠品", "断货", "nobody")
    assert "carrier" not in {one.code for one in kinds.offered()}
    assert "carrier" in {one.code for one in kinds.offered("carrier")}
    for call, refusal in (
        (lambda: sorting.add("断货", **by), KindNamed), (lambda: sorting.add("库存和缺货", **by), KindNamed),
        (lambda: sorting.add("", **by), BadKind),
        (lambda: sorting.change("other", name="其他", enabled=False, **by), KindStays),
        (lambda: sorting.change("none", name="甲", **by), NotFound),
        (lambda: sorting.add("乙", by=roles["reviewer"], at=bench.at), NotAllowed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            call()
    order = bench.put("T1")
    with pytest.raises(UnknownKind):
        writing.add([order.pk], Words("甲", kind="carrier"), **by)
    sorting.change("carrier", name="快递运输", enabled=False, **by)
    assert Entry.objects.filter(name="LessonKindSaid").count() == 3
    sorting.as_usual("stock", **by)
    assert Kinds().of("stock").name == "库存和缺货"
    for nth in range(2, sorting.MOST + 1):
        sorting.add(f"第{nth}", **by)
    with pytest.raises(TooManyKinds):
        sorting.add("再一种", **by)


@pytest.mark.capability("O-02")
def test_what_was_noted_is_handed_out_and_goes_with_the_person_who_asks(bench: Bench, owner: Actor) -> None:
    order = bench.put("T1")
    holds.hold([order.pk], by=owner, at=bench.at)
    (noted,) = writing.add([order.pk], SHORT, code="by-hand", by=owner, at=bench.at)
    handed = holdings.told(holdings.found(order.number))["orders"][0]["problems_noted"]
    assert [(one["problem"], one["solution"]) for one in handed] == [(SHORT.problem, SHORT.solution)]
    retention.quieten([order.recipient_id], at=bench.at)
    assert Lesson.objects.get().problem == SHORT.problem
    retention.quieten([order.recipient_id], at=bench.at, ours=True)
    row = Lesson.objects.get(pk=noted)
    assert (row.problem, row.cause, row.solution, row.kind, row.emptied_at) == ("", "", "", "stock", bench.at)
    assert not Tag.objects.exists()
    assert queries.counts(Asked())["open"] == 0
