"""What is searched for never stands in an address: it may be somebody's phone."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.orders.test_intake_and_review import new_order
from tests.web.orders.bench import LIN, Bench
from zhanggui.accounts.models import User
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import intake, shops
from zhanggui.orders.models import View

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


@pytest.mark.capability("M-05", "L-02")
def test_a_phone_is_searched_for_and_stands_in_no_address_of_the_page(at_counter: Counter, bench: Bench) -> None:
    mine = bench.put("A1", person=LIN)
    bench.put("NOT-LOOKED-FOR")
    client = at_counter()
    answer = client.post("/orders/find/", {"q": f"  {LIN.phone} "})
    where = answer["Location"]
    assert (answer.status_code, LIN.phone in where, where.startswith("/orders/?find=")) == (302, False, True)
    page = client.get(where).content.decode()
    assert mine.number in page
    assert "NOT-LOOKED-FOR" not in page
    # It stands in the field it was typed into and on the chip that takes it away, and in no link, form or query.
    assert page.count(LIN.phone) == 2
    assert f'value="{LIN.phone}"' in page
    assert f"q={LIN.phone}" not in page
    # Narrowed, sorted, refreshed and taken along, it is still looked for.
    for more in ("&tab=all", "&tab=all&sort=-placed_at", "&tab=all&payment=paid"):
        assert mine.number in client.get(where + more).content.decode()
        assert "NOT-LOOKED-FOR" not in client.get(where + more).content.decode()
    told = client.get(where.replace("/orders/?", "/orders/export/?form=csv&tab=all&")).content.decode()
    assert (mine.platform_no in told, "NOT-LOOKED-FOR" in told) == (True, False)
    # The book of sessions has no plain word of it, and a view keeps nothing of it.
    assert all(LIN.phone not in str(each.get_decoded()) for each in Session.objects.all())
    client.post("/orders/views/keep/", {"name": "我的", "query": where.partition("?")[2] + "&payment=paid"})
    assert [view.query for view in View.objects.all()] in ([], ["payment=paid"])


@pytest.mark.capability("M-05")
def test_a_search_of_somebody_else_or_of_long_ago_says_so_and_nothing_is_an_empty_search(at_counter: Counter, bench: Bench) -> None:
    bench.put("A1", person=LIN)
    where = at_counter().post("/orders/find/", {"q": "7621"})["Location"]
    other = at_counter("reviewer")
    answer = other.get(where, follow=True)
    assert answer.redirect_chain[0][0].startswith("/orders/?")
    assert "find=" not in answer.redirect_chain[-1][0]
    assert "请再找一次" in answer.content.decode()
    assert other.post("/orders/find/", {"q": "   "})["Location"] == "/orders/"
    # The newest thirty are kept.
    keys = [other.post("/orders/find/", {"q": f"A{nth}"})["Location"] for nth in range(31)]
    assert other.get(keys[0]).status_code == 302
    assert other.get(keys[1]).status_code == 200


@pytest.mark.capability("M-06")
def test_a_view_of_more_shops_than_it_can_keep_is_refused_whole(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    many = "&".join(f"shop={nth}" for nth in range(1, 151))
    answer = client.post("/orders/views/", {"name": "很多店", "query": many})
    assert answer.status_code == 422
    assert "一个视图记不下这么多" in answer.content.decode()
    assert not View.objects.exists()


@pytest.mark.capability("N-02")
def test_a_buyer_is_found_however_many_others_have_the_same_tail(at_counter: Counter, bench: Bench) -> None:
    """Each order has a recipient of its own: what a busy shop sells to one tail does not push another's buyers out of sight."""
    second = shops.open_one("second", "二店", by=SYSTEM, at=bench.at)
    before = bench.put("A1", person=LIN, idle=False)
    other = LIN._replace(phone="13900007621", name="周周", street="别处 1 号")
    intake.place([new_order(f"B{nth}", bench.sku, at=bench.at, person=other) for nth in range(60)], shop_id=second, by=SYSTEM, at=bench.at)
    told = at_counter().post("/orders/new/buyers/", {"who": "7621"}).content.decode()
    assert told.count("recipient:") == 2
    assert f"recipient:{before.recipient_id}" in told
    client = at_counter("sales")
    User.objects.filter(email="sales@example.com").update(shop_ids=[bench.shop_id])
    mine = client.post("/orders/new/buyers/", {"who": "7621"}).content.decode()
    assert (mine.count("recipient:"), f"recipient:{before.recipient_id}" in mine) == (1, True)
