"""Views people keep of the list, categories they sort orders into, and what the list begins with."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from tests.web.orders.test_order_batches import batch, toasts
from tests.web.orders.test_order_list import numbers_on
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor, Reach
from zhanggui.orders import queries
from zhanggui.orders.commands import categories, shops
from zhanggui.orders.models import Category, Order, View
from zhanggui.orders.reading import sorted as sorting
from zhanggui.orders.refusals import CategoryAway, CategoryKnown

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]


def opened(client: Client, name: str) -> Any:
    """The list as this view leads to it."""
    return client.get(f"/orders/views/{View.objects.get(name=name).pk}/")


def whoever(role: str) -> Actor:
    return actor_of(User.objects.get(email=f"{role}@example.com"))


def keep(client: Client, name: str, query: str, **more: str) -> Any:
    return client.post("/orders/views/", {"name": name, "query": query, **more})


@pytest.mark.capability("M-05", "G-02")
def test_a_view_brings_the_whole_question_back_and_never_the_words_looked_for(at_counter: Counter, bench: Bench) -> None:
    dear = bench.put("T1", 3, flag="red")
    bench.put("T2", 1)
    client = at_counter()
    client.cookies["cols_orders"] = "!no.where.goods.due.source"
    keep(client, "贵的", "tab=approved&least=200&flag=red&sort=-total_minor&q=13800137621&cursor=x", shared="on")
    row = View.objects.get()
    assert (row.query, row.columns, row.shared) == (
        "flag=red&least=200&sort=-total_minor&tab=approved",
        "!no.where.goods.due.source",
        True,
    )
    client.cookies["cols_orders"] = ""
    answer = opened(client, "贵的")
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked == {"flag": ["red"], "least": ["200"], "sort": ["-total_minor"], "tab": ["approved"], "view": [str(row.pk)]}
    assert answer.cookies["cols_orders"].value == "!no.where.goods.due.source"
    page = client.get(answer["Location"])
    assert numbers_on(page) == [dear.number]
    assert [column.key for column in page.context["listing"].columns] == ["no", "where", "goods", "due", "source"]
    menu = client.get(f"/orders/views/menu/?{urlsplit(answer['Location']).query}").content.decode()
    assert re.search(r"贵的.*?push\">1</span>", menu, re.S)
    assert "存回" not in menu
    changed = client.get(f"/orders/views/menu/?{urlsplit(answer['Location']).query}&noted=any").content.decode()
    assert "存回「贵的」" in changed


@pytest.mark.capability("M-05")
def test_a_shared_view_is_changed_by_its_maker_and_an_owner_and_seen_within_each_ones_reach(
    at_counter: Counter, bench: Bench
) -> None:
    other = shops.open_one("else", "别的店", by=SYSTEM, at=bench.at)
    mine = bench.put("T1")
    Order.objects.filter(pk=bench.put("T2").pk).update(shop=other)
    reviewer, sales, owner = at_counter("reviewer"), at_counter("sales"), at_counter("owner")
    User.objects.filter(email="sales@example.com").update(shop_ids=[bench.shop_id])
    keep(reviewer, "大家看", "tab=approved", shared="on")
    keep(reviewer, "自己看", "tab=approved")
    shared, private = View.objects.get(name="大家看"), View.objects.get(name="自己看")
    assert numbers_on(sales.get(opened(sales, "大家看")["Location"])) == [mine.number]
    assert sales.get(f"/orders/views/{private.pk}/").status_code == 404
    assert owner.post(f"/orders/views/{private.pk}/", {"verb": "drop"}).status_code == 404
    for verb in ("change", "drop", "store"):
        refused = sales.post(f"/orders/views/{shared.pk}/", {"verb": verb, "name": "改了"})
        assert refused.status_code == 403, verb
    assert View.objects.get(pk=shared.pk).name == "大家看"
    owner.post(f"/orders/views/{shared.pk}/", {"verb": "change", "name": "店主改的", "shared": "on"})
    reviewer.post(f"/orders/views/{private.pk}/", {"verb": "up"})
    rows = list(View.objects.order_by("place").values_list("name", "shared"))
    assert rows == [("自己看", False), ("店主改的", True)]
    reviewer.post(f"/orders/views/{shared.pk}/", {"verb": "drop"})
    assert list(View.objects.values_list("name", flat=True)) == ["自己看"]


def test_a_name_that_is_taken_is_said_beside_it_and_nothing_typed_is_lost(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    keep(client, "急的", "tab=late")
    again = keep(client, "急的", "tab=soon&flag=red", shared="on")
    page = again.content.decode()
    assert again.status_code == 422
    assert "您已经有「急的」这个视图了" in page
    assert 'value="flag=red&amp;tab=soon"' in page or 'value="tab=soon&amp;flag=red"' in page
    assert View.objects.count() == 1
    assert keep(client, "打 13800137621", "tab=late").status_code == 302
    assert "13800137621" not in View.objects.latest("pk").name


@pytest.mark.capability("G-02")
def test_the_list_an_import_and_a_new_order_begin_with_the_shop_that_was_chosen(at_counter: Counter, bench: Bench) -> None:
    other = shops.open_one("jd1", "京东一店", platform="jd", by=SYSTEM, at=bench.at)
    client, reviewer, _sales = at_counter(), at_counter("reviewer"), at_counter("sales")
    assert client.get("/orders/").status_code == 200
    client.post("/settings/orders/shop/", {"shop": "platform:jd"})
    assert client.get("/orders/")["Location"] == f"/orders/?shop={other}"
    assert queries.default_shop(whoever("reviewer")) == other
    # The chip goes, and the list does not begin with it again.
    page = reviewer.get(f"/orders/?shop={other}").content.decode()
    bare = re.search(r'<a class="pick on" href="([^"]*)"[^>]*><span class="k">店铺', page)
    assert bare is not None
    assert reviewer.get(f"/orders/{bare[1].replace('&amp;', '&')}").status_code == 200
    reviewer.post("/orders/views/begin/", {"shop": f"shop:{bench.shop_id}"})
    assert reviewer.get("/orders/")["Location"] == f"/orders/?shop={bench.shop_id}"
    assert f'<option value="{bench.shop_id}" selected>' in reviewer.get("/imports/new/").content.decode()
    reviewer.post("/orders/views/begin/", {"shop": "all"})
    assert reviewer.get("/orders/").status_code == 200
    reviewer.post("/orders/views/begin/", {"shop": ""})
    assert reviewer.get("/orders/")["Location"] == f"/orders/?shop={other}"
    # A shop out of somebody's reach is nobody's default.
    assert queries.default_shops(whoever("sales")) == [other]
    User.objects.filter(email="sales@example.com").update(shop_ids=[bench.shop_id])
    assert queries.default_shops(whoever("sales")) == []
    keep(reviewer, "先看", "tab=held")
    first = View.objects.get(name="先看").pk
    reviewer.post(f"/orders/views/{first}/", {"verb": "begin"})
    assert reviewer.get("/orders/")["Location"] == f"/orders/views/{first}/"


@pytest.mark.capability("G-03")
def test_categories_are_made_named_coloured_moved_and_put_away(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    for name, hue in (("礼品", "red"), ("批发", "blue"), ("定制", "teal")):
        assert client.post("/settings/orders/", {"name": name, "hue": hue}).status_code == 302
    gift, bulk, made = Category.objects.order_by("place")
    taken = client.post("/settings/orders/", {"name": " 礼品 ", "hue": "red"})
    assert taken.status_code == 422
    assert "已经有「礼品」这个分类了" in taken.content.decode()
    client.post(f"/settings/orders/{made.pk}/", {"verb": "up"})
    client.post(f"/settings/orders/{gift.pk}/", {"verb": "change", "name": "送礼", "hue": "purple"})
    client.post(f"/settings/orders/{bulk.pk}/", {"verb": "away"})
    rows = list(Category.objects.order_by("place").values_list("name", "hue"))
    assert rows == [("送礼", "purple"), ("定制", "teal"), ("批发", "blue")]
    with pytest.raises(CategoryAway):
        categories.sort_into([bench.put("T1").pk], bulk.pk, by=SYSTEM, at=bench.at)
    with pytest.raises(CategoryKnown):
        categories.make("批发", by=SYSTEM, at=bench.at)
    client.post(f"/settings/orders/{bulk.pk}/", {"verb": "back"})
    assert Category.objects.get(pk=bulk.pk).archived_at is None
    assert at_counter("reviewer").post("/settings/orders/", {"name": "不行"}).status_code == 403


@pytest.mark.capability("G-03", "M-02")
def test_orders_are_sorted_found_counted_and_put_back(
    at_counter: Counter, bench: Bench, django_assert_num_queries: Callable[..., Any]
) -> None:
    gift, bulk = (categories.make(name, by=SYSTEM, at=bench.at) for name in ("礼品", "批发"))
    one, two, sent = bench.put("T1"), bench.put("T2", 3), bench.put("T3", stage="shipped", waybill="SF1")
    client = at_counter()
    categories.sort_into([two.pk], bulk, by=SYSTEM, at=bench.at)
    told = toasts(batch(client, f"sort:{gift}", one, two, sent))[0]
    assert told["text"] == "3 单分好了类"
    assert set(Order.objects.filter(category=gift).values_list("pk", flat=True)) == {one.pk, two.pk, sent.pk}
    assert Entry.objects.filter(name="OrderChanged", subject_id=one.pk).latest("id").facts == {
        "order_id": one.pk,
        "fields": ["category"],
    }
    assert "改了分类" in client.get(f"/orders/{one.pk}/").content.decode()
    page = client.get(f"/orders/?tab=all&category={gift}")
    assert set(numbers_on(page)) == {one.number, two.number, sent.number}
    assert 'class="sorted cut" data-hue="grey"' in page.content.decode()
    with django_assert_num_queries(3):
        found = sorting.drawers(since=bench.at - timedelta(days=1))
    assert [(row.category.name, row.every, row.orders, row.total_minor) for row in found] == [
        ("礼品", 3, 3, 34_000),
        ("批发", 0, 0, 0),
    ]
    mine = sorting.drawers(since=bench.at - timedelta(days=1), reach=Reach(shops=frozenset({bench.shop_id + 1})))
    assert [row.every for row in mine] == [0, 0]
    settings = client.get("/settings/orders/").content.decode()
    assert f"?tab=all&amp;category={gift}&amp;placed=30d" in settings
    # Back to where each was before, not merely out of it.
    client.post(told["undo"], headers={"HX-Request": "true"})
    assert dict(Order.objects.values_list("pk", "category")) == {one.pk: None, two.pk: bulk, sent.pk: None}
    assert numbers_on(client.get("/orders/?tab=all&category=none&sort=placed_at")) == [one.number, sent.number]
    assert batch(at_counter("finance"), f"sort:{gift}", one).status_code == 403


def test_a_flag_is_put_on_many_and_taken_back(at_counter: Counter, bench: Bench) -> None:
    one, two = bench.put("T1", flag="blue"), bench.put("T2")
    client = at_counter()
    told = toasts(batch(client, "flag:red", one, two))[0]
    assert (told["text"], set(Order.objects.values_list("flag", flat=True))) == ("2 单插好了旗", {"red"})
    client.post(told["undo"], headers={"HX-Request": "true"})
    assert dict(Order.objects.values_list("pk", "flag")) == {one.pk: "blue", two.pk: ""}
    assert batch(at_counter("readonly"), "flag:red", one).status_code == 403
