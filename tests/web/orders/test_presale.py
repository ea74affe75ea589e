"""Goods sold before they are there: the order waits with its day named, goes on by itself, and what may go can go before the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.orders.bench import PRICE, Bench
from tests.web.orders.test_order_batches import batch, toasts
from tests.web.orders.test_order_list import numbers_on
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import NotFound
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import presale, releasing, review
from zhanggui.orders.drafts import NewLine
from zhanggui.orders.models import Hold, Line, Order

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


@pytest.fixture
def by(bench: Bench) -> dict[str, Any]:
    return {"by": SYSTEM, "at": bench.at}


def held(order: Order) -> list[str]:
    return sorted(Hold.objects.filter(order=order, cleared_at=None).values_list("code", flat=True))


def stage(order: Order) -> str:
    return Order.objects.get(pk=order.pk).stage


@pytest.mark.capability("A-07", "A-10", "M-05")
def test_a_presale_order_waits_for_its_day_and_goes_on_by_itself(at_counter: Counter, bench: Bench) -> None:
    day = clock.day_of(bench.at) + timedelta(days=9)
    moment = clock.day_bounds(day)[0]
    order, usual = bench.put("T1", ships_from=moment, ship_by=None), bench.put("T2")
    undated = bench.put("T3", kind="presale")
    assert (order.stage, held(order), usual.stage, held(undated)) == ("pending_review", ["presale"], "approved", ["presale"])
    assert order.ship_by == moment + timedelta(hours=48), "nothing is late that may not leave"
    hold = Hold.objects.get(order=order)
    assert (hold.until, hold.facts["skus"]) == (moment, ["GW-150-QY"])
    client = at_counter()
    page = client.get("/orders/?presale=any")
    assert set(numbers_on(page)) == {order.number, undated.number}
    assert f"预售 {day:%m-%d} 起" in page.content.decode()
    for asked, found in (("waits", [order]), ("came", []), ("dateless", [undated])):
        assert numbers_on(client.get(f"/orders/?presale={asked}")) == [one.number for one in found], asked
    desk = client.get(f"/review/?reason=presale&order={order.pk}").content.decode()
    assert f"预售：GW-150-QY {day} 起才能发" in desk
    assert "等到那天，到了自动放行" in desk
    assert f"{day} 起可发" in client.get(f"/orders/{order.pk}/").content.decode()
    # The day is put off, and only then it comes: the hold waits for the day that is said now.
    later = day + timedelta(days=1)
    client.post(f"/orders/{order.pk}/mend/", {"do": "presale", "day": later.isoformat()})
    client.post(f"/orders/{undated.pk}/mend/", {"do": "presale", "day": day.isoformat()})
    assert Hold.objects.get(order=order, cleared_at=None).until == clock.day_bounds(later)[0]
    assert "可发货时间" in client.get(f"/orders/{order.pk}/").content.decode()
    assert releasing.due(by=SYSTEM, at=moment) == 1
    assert (stage(undated), stage(order)) == ("approved", "pending_review")
    assert releasing.due(by=SYSTEM, at=moment + timedelta(days=1)) == 1
    assert (stage(order), held(order)) == ("approved", [])
    assert Entry.objects.get(subject_id=order.pk, name="OrderCleared").facts["itself"] == "until"
    assert client.post(f"/orders/{order.pk}/mend/", {"do": "presale", "day": "明年"}).status_code == 422
    # An approved one keeps its goods and waits; said to be free again it may go. What is gone is refused.
    assert presale.set_from([usual.pk], moment, by=SYSTEM, at=bench.at).done == [usual.pk]
    assert presale.set_from([usual.pk], moment, by=SYSTEM, at=bench.at).done == []
    assert (stage(usual), held(usual), Order.objects.get(pk=usual.pk).holds) == ("approved", ["presale"], 1)
    client.post(f"/orders/{usual.pk}/mend/", {"do": "presale", "day": ""})
    assert (held(usual), Order.objects.get(pk=usual.pk).holds) == ([], 0)
    assert [each.says for each in verify() if each.rows] == []
    Order.objects.filter(pk=usual.pk).update(stage="shipped")
    assert presale.set_from([usual.pk], moment, by=SYSTEM, at=bench.at).refused[usual.pk]["code"] == "wrong-stage"


@pytest.mark.capability("A-10")
def test_of_an_order_half_presale_what_may_go_goes_first(at_counter: Counter, bench: Bench, by: dict[str, Any]) -> None:
    moment = bench.at + timedelta(days=5)
    ready = NewLine(bench.sku, "GW-150-QY", "青釉盖碗", "150ml", 1, PRICE, 0, PRICE)
    order = bench.place("T1", [ready, ready._replace(sku_id=bench.other, sku_code="GDB-350", name="玻璃公道杯", ships_from=moment)])
    assert held(order) == ["presale"]
    client = at_counter()
    assert "能发的先发，预售的拆成另一单等" in client.get(f"/review/?order={order.pk}").content.decode()
    client.post("/review/decide/", {"order": order.pk, "reason": "presale", "fix-presale": "ready", "verb": "approve"})
    jobs.run_until_idle()
    part = Order.objects.exclude(pk=order.pk).get()
    assert (stage(order), stage(part), held(part)) == ("approved", "pending_review", ["presale"])
    assert Line.objects.get(order=part).ships_from == moment
    # Many at once, from the list, and back to what each line had.
    day = (clock.day_of(bench.at) + timedelta(days=3)).isoformat()
    told = toasts(batch(client, "presale", order, part, day=day))[0]
    assert (told["text"], held(order)) == ("2 单定好了哪天起能发", ["presale"])
    client.post(told["undo"], headers={"HX-Request": "true"})
    assert (held(order), Line.objects.get(order=part).ships_from) == ([], moment)
    # Somebody may send it before its day all the same; and a line of another order is nobody's here.
    assert review.approve([part.pk], **by).done == [part.pk]
    with pytest.raises(NotFound):
        presale.set_from([order.pk], None, line_ids=[Line.objects.get(order=part).pk], **by)
