"""The blacklist: phones put on masked and sealed, their orders stopped wherever they are, lifted by hand, in time, or with the person."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.web.orders.bench import LIN, Bench
from zhanggui.customers.commands import blocking, erasing
from zhanggui.customers.models import Blocked, Recipient
from zhanggui.customers.refusals import BlockNeedsReason, NoSuchPhone
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.ops.privacy import holdings, places
from zhanggui.ops.verify import verify
from zhanggui.orders.models import Hold, Order

pytestmark = pytest.mark.django_db


def stands(order: Order) -> tuple[str, list[str]]:
    codes = Hold.objects.filter(order=order, cleared_at=None).order_by("pk").values_list("code", flat=True)
    return Order.objects.get(pk=order.pk).stage, list(codes)


@pytest.mark.capability("A-05")
def test_orders_of_a_phone_on_the_blacklist_stop_and_go_on_once_it_is_lifted(shop_id: int, owner: Actor, roles: dict[str, Actor]) -> None:
    bench = Bench(shop_id, clock.now())
    by: dict[str, Any] = {"by": owner, "at": bench.at}
    there, other = bench.put("T1", person=LIN), bench.put("T2")
    assert stands(there) == ("approved", [])
    for phones, reason, refusal in ((["1380013"], "", BlockNeedsReason), (["7621"], "拒收", NoSuchPhone)):
        with pytest.raises(refusal):
            blocking.add(phones, reason=reason, **by)
    with pytest.raises(NotAllowed):
        blocking.add([LIN.phone], reason="拒收", by=roles["sales"], at=bench.at)
    (pk,) = blocking.add([f" {LIN.phone[:3]}-{LIN.phone[3:]} "], reason="拒收三次，电 13900001111", **by).done
    jobs.run_until_idle()
    # Beyond review it stops before it leaves; a new one stops at review; anybody else's goes.
    assert (stands(there), stands(other)) == (("approved", ["blacklisted"]), ("approved", []))
    later = bench.put("T3", person=LIN._replace(street="别处 9 号"))
    assert stands(later) == ("pending_review", ["blacklisted"])
    row = Blocked.objects.get()
    assert (row.masked_phone, row.reason) == ("138****7621", "拒收三次，电 139****1111")
    assert LIN.phone.encode() not in bytes(row.sealed or b"")
    assert LIN.phone not in str(list(Entry.objects.values_list("facts", flat=True)))
    assert blocking.add([LIN.phone], reason="又拒收", until=bench.at + timedelta(milliseconds=1), **by).done == [pk]
    # With a new key the blob and its tokens are made anew; the person is told of it, and erased nothing is left.
    held = holdings.found(LIN.phone)
    assert [line.pk for line in held.blocked] == [pk]
    assert holdings.told(held)["blacklist"][0]["reason"] == "又拒收"
    place = next(one for one in places.PLACES if one.name == "customers_blocked.sealed")
    assert place.left(settings.KEY_RING) == 0
    assert place.write([place.anew(row, settings.KEY_RING)]) == 1  # type: ignore[union-attr, list-item]
    assert blocking.due(by=SYSTEM, at=bench.at) == 0
    assert blocking.due(by=SYSTEM, at=bench.at + timedelta(milliseconds=1)) == 1
    jobs.run_until_idle()
    assert (stands(there), stands(later)) == (("approved", []), ("approved", []))
    (again,) = blocking.add_buyers([there.recipient_id], reason="又来", **by).done
    erasing.erase(list(Recipient.objects.filter(orders=there).values_list("pk", flat=True)), cause=erasing.ASKED, by=SYSTEM, at=bench.at)
    gone = Blocked.objects.get(pk=again)
    assert (gone.sealed, gone.phone_token, gone.lifted_at, gone.masked_phone) == (None, None, bench.at, "138****7621")
    assert [one.says for one in verify() if one.rows] == []


@pytest.mark.capability("A-05")
def test_the_page_shows_masks_finds_a_whole_phone_and_lifts(owner_in: Client, shop_id: int) -> None:
    bench = Bench(shop_id, clock.now())
    order = bench.put("T1", person=LIN)
    assert "黑名单是空的" in owner_in.get("/settings/blacklist/").content.decode()
    wrong = owner_in.post("/settings/blacklist/new/", {"phones": "7621", "reason": "拒收"})
    assert (wrong.status_code, "不像一个完整的电话" in wrong.content.decode()) == (422, True)
    said = {"phones": "13700001111\n13700002222", "reason": "恶意退款"}
    assert owner_in.post("/settings/blacklist/new/", {**said, "until": "2020-01-01"}).status_code == 422
    assert owner_in.post("/settings/blacklist/new/", said).status_code == 302
    form = owner_in.get(f"/settings/blacklist/new/?order={order.pk}").content.decode()
    assert "138****7621" in form
    assert owner_in.post("/settings/blacklist/new/", {"order": order.pk, "reason": "老是拒收"}).status_code == 302
    page = owner_in.get("/settings/blacklist/").content.decode()
    for words in ("137****1111", "137****2222", "138****7621", "老是拒收", "一直"):
        assert words in page, words
    for secret in ("13700001111", LIN.phone):
        assert secret not in page
    one = owner_in.post("/settings/blacklist/", {"whom": "137 0000 1111"}).content.decode()
    assert ("137****1111" in one, "137****2222" in one) == (True, False)
    assert "没有这个电话" in owner_in.post("/settings/blacklist/", {"whom": "1111"}).content.decode()
    owner_in.post("/settings/blacklist/lift/", {"ids": list(Blocked.objects.values_list("pk", flat=True))})
    assert not Blocked.objects.filter(lifted_at=None).exists()
    assert "已解除" in owner_in.get("/settings/blacklist/").content.decode()
    assert owner_in.get("/settings/blacklist/new/?order=99999").status_code == 404
