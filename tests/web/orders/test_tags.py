"""Tags on orders: the merchant's own, several an order, put on and taken off many at once, found by, asked and put on by rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import Bench
from tests.web.orders.test_order_batches import batch, toasts
from tests.web.orders.test_order_list import numbers_on
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import NotFound
from zhanggui.orders.commands import ruling, splitting, tags
from zhanggui.orders.facts_of import tags_of
from zhanggui.orders.models import Line, Order, Tag, Tagged
from zhanggui.orders.reading import filters
from zhanggui.orders.reading import sorted as sorting
from zhanggui.orders.reading.ruling import simulate
from zhanggui.orders.rules.parting import Take
from zhanggui.orders.ruling.rule import Condition, Does, Rule
from zhanggui.orders.tag_refusals import TagAway, TagKnown

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


@pytest.fixture
def by(bench: Bench) -> dict[str, Any]:
    return {"by": SYSTEM, "at": bench.at}


@pytest.mark.capability("G-03", "M-02", "M-05")
def test_tags_are_made_put_on_many_found_by_and_put_back(at_counter: Counter, bench: Bench, by: dict[str, Any]) -> None:
    client = at_counter()
    for name, hue in (("加急", "red"), ("易碎", "blue"), ("要发票", "teal")):
        assert client.post("/settings/orders/tags/", {"name": name, "hue": hue}).status_code == 302
    rush, frail, bill = Tag.objects.order_by("place")
    taken = client.post("/settings/orders/tags/", {"name": "加急", "hue": "red"})
    assert taken.status_code == 422
    assert "已经有「加急」这个标签了" in taken.content.decode()
    client.post(f"/settings/orders/tags/{bill.pk}/", {"verb": "up"})
    client.post(f"/settings/orders/tags/{frail.pk}/", {"verb": "change", "name": "怕碎", "hue": "purple"})
    assert list(Tag.objects.order_by("place").values_list("name", "hue")) == [("加急", "red"), ("要发票", "teal"), ("怕碎", "purple")]
    one, two, sent = bench.put("T1"), bench.put("T2", 3), bench.put("T3", stage="shipped", waybill="SF1")
    tags.put_on([two.pk], [frail.pk, rush.pk], **by)
    told = toasts(batch(client, f"tag:{rush.pk}", one, two, sent))[0]
    assert told["text"] == "3 单贴好了标签"
    assert tags_of([one.pk, two.pk]) == {one.pk: {rush.pk}, two.pk: {rush.pk, frail.pk}}
    page = client.get(f"/orders/?tab=all&tag={rush.pk}")
    assert set(numbers_on(page)) == {one.number, two.number, sent.number}
    assert 'data-hue="purple" title="加急、怕碎"' in page.content.decode()
    assert numbers_on(client.get(f"/orders/?tab=all&tag={frail.pk}")) == [two.number]
    assert "贴了标签 加急" in client.get(f"/orders/{one.pk}/").content.decode()
    file = client.get("/orders/export/?tab=all&columns=all&form=csv").content.decode()
    assert "标签" in file.splitlines()[0]
    assert "加急、怕碎" in file
    # The way back gives each what it had, and no more is taken off than was put on.
    client.post(told["undo"], headers={"HX-Request": "true"})
    assert tags_of([one.pk, two.pk, sent.pk]) == {two.pk: {rush.pk, frail.pk}}
    assert set(numbers_on(client.get("/orders/?tab=all&tag=none"))) == {one.number, sent.number}
    assert numbers_on(client.get("/orders/?tab=all&tag=any")) == [two.number]
    client.post(f"/orders/{one.pk}/tags/", {"verb": f"tag:{bill.pk}"}, headers={"HX-Request": "true"})
    client.post(f"/orders/{two.pk}/tags/", {"verb": f"untag:{frail.pk}"})
    assert tags_of([one.pk, two.pk]) == {one.pk: {bill.pk}, two.pk: {rush.pk}}
    # One put away is put on no more; whoever has it keeps it and is found by it.
    client.post(f"/settings/orders/tags/{rush.pk}/", {"verb": "away"})
    with pytest.raises(TagAway):
        tags.put_on([one.pk], [rush.pk], **by)
    with pytest.raises(TagKnown):
        tags.make(" 加急 ", **by)
    with pytest.raises(NotFound):
        tags.put_on([one.pk], [999], **by)
    assert numbers_on(client.get(f"/orders/?tab=all&tag={rush.pk}")) == [two.number]
    found = sorting.tags(since=bench.at - timedelta(days=1))
    assert [(row.tag.name, row.every, row.orders) for row in found] == [("要发票", 1, 1), ("怕碎", 0, 0), ("加急", 1, 1)]
    assert batch(at_counter("finance"), f"tag:{bill.pk}", two).status_code == 403
    assert at_counter("reviewer").post("/settings/orders/tags/", {"name": "不行"}).status_code == 403
    assert client.post(f"/orders/{two.pk}/tags/", {"verb": "untag:"}).status_code == 400
    assert toasts(batch(client, "untag:", one, two))[0]["text"] == "2 单拿掉了标签"
    assert not Tagged.objects.exists()


@pytest.mark.capability("A-16", "G-03")
def test_rules_ask_for_tags_and_put_them_on_and_each_sees_what_the_one_before_it_did(bench: Bench, by: dict[str, Any]) -> None:
    rush, frail = (tags.make(name, **by) for name in ("加急", "易碎"))
    many = Condition("pieces", "at_least", (3,))
    first = Rule("多件", (many,), Does(tags=((frail, ""), (rush, ""))))
    before = bench.put("T0", 3, buyer_note="要发票")
    told = simulate(first, at=bench.at)
    assert (told.many, dict(told.by_action), [one.what for one in told.changes]) == (1, {"tags": 1}, [("tags",)])
    ruling.make(first, **by)
    ruling.make(Rule("易碎先看", (Condition("tags", "one_of", (frail,)),), Does(hold="包好")), **by)
    jobs.run_until_idle()
    order, small = bench.put("T1", 4), bench.put("T2", 1)
    assert tags_of([before.pk, order.pk, small.pk]) == {before.pk: {rush, frail}, order.pk: {rush, frail}}
    assert (order.stage, small.stage) == ("pending_review", "approved")
    fired = Entry.objects.filter(subject_id=order.pk, name="RuleFired").order_by("pk").values_list("facts__did", "facts__because")
    assert [did for did, _why in fired] == [{"tags": [[frail, "易碎"], [rush, "加急"]]}, {"hold": "包好"}]
    assert [why for _did, why in fired][1] == [{"field": "tags", "op": "one_of", "is": ["易碎"]}]
    changed = Entry.objects.get(subject_id=order.pk, name="OrderChanged")
    assert changed.facts["changes"] == [{"field": "tags", "on": ["加急", "易碎"], "off": []}]
    # What a person took off a rule that has fired does not put on again; and a part has what the whole had.
    tags.take_off([order.pk], [rush], **by)
    (part,) = splitting.split([Take(Line.objects.get(order=order).pk, 1)], **by).order_ids
    jobs.run_until_idle()
    assert tags_of([order.pk, part]) == {order.pk: {frail}, part: {frail}}
    assert simulate(first, at=bench.at).by_action["tags"] == 1


def test_many_orders_are_tagged_in_as_many_statements_as_few(bench: Bench, by: dict[str, Any]) -> None:
    rush, frail = (tags.make(name, **by) for name in ("加急", "易碎"))
    ids = [bench.put(f"T{nth}", idle=False).pk for nth in range(60)]
    counts = []
    for some in (ids[:20], ids[20:]):
        with CaptureQueriesContext(connection) as found:
            assert tags.put_on(some, [rush, frail], **by).done == some
            assert tags.take_off(some, [frail], **by).done == some
        counts.append(len([one for one in found.captured_queries if "SAVEPOINT" not in one["sql"]]))
        assert tags.put_on(some, [rush], **by).done == []
    assert counts[0] == counts[1]
    assert Tagged.objects.count() == 60
    # Which orders have a tag, and which tags an order has: each by an index alone.
    (rows,) = filters.tagged(str(rush)).rows
    if connection.vendor == "sqlite":
        assert "COVERING INDEX" in rows.explain()
        assert "COVERING INDEX" in Order.objects.filter(filters.tagged(str(rush)).wide()).explain()
