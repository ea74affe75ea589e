"""Settings, privacy: who saw whom, the day's bound, the alarm, and what a person may ask, each one click."""

import html
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.web.counting import statements
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.customers.commands import limits, revealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.refusals import EnoughSeen
from zhanggui.customers.sealing import Person
from zhanggui.journal import approvals
from zhanggui.journal.commands.figures import set_figures
from zhanggui.journal.models import Approval, Entry, Figure
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.orders.commands import intake, noting, progress
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order
from zhanggui.web.frame import notices

pytestmark = pytest.mark.django_db
LINES = (NewLine(None, "S1", "茶", "", 1, 100, 0, 100),)


def whom(nth: int) -> Person:
    return Person(f"林晓{nth}", f"139{nth:08d}", "", f"珞喻路 {nth} 号", "", "CN", "湖北省", "武汉市", "洪山区")


@pytest.fixture
def orders(shop_id: int) -> list[Order]:
    at = clock.now()
    given = [
        NewOrder(f"N{nth}", at, LINES, whom(nth), "CNY", 0, 0, 100, 100, "paid", "pending_review", paid_at=at)
        for nth in range(60)
    ]
    intake.place(given, shop_id=shop_id, by=SYSTEM, at=at)
    return list(Order.objects.order_by("pk"))


@pytest.fixture
def owner_in(client: Client, person: Callable[..., User], orders: list[Order]) -> Client:
    notices.forget()
    owner = person("owner")
    # A house opened just now: nobody else is asked yet.
    User.objects.filter(pk=owner.pk).update(joined_at=clock.now())
    client.force_login(owner)
    return client


def looker(role: str, id_: int, roles: dict[str, Actor]) -> Actor:
    return Actor("person", id_, role, roles[role].may, role, fresh=True)


def test_the_fifty_first_look_of_a_day_is_refused_and_the_owner_may_allow_more(
    orders: list[Order], roles: dict[str, Actor], owner: Actor
) -> None:
    at, reviewer = clock.now(), looker("reviewer", 7, roles)
    for order in orders[:50]:
        noting.reveal(order.pk, why="联系买家 13900001111", by=reviewer, at=at)
    with pytest.raises(EnoughSeen):
        noting.reveal(orders[50].pk, why="联系买家", by=reviewer, at=at)
    # Another person, another role and another day are bounded by their own number.
    noting.reveal(orders[50].pk, why="联系买家", by=looker("reviewer", 8, roles), at=at)
    limits.put({f"{limits.A_DAY}.reviewer": 51}, by=owner, at=at)
    noting.reveal(orders[50].pk, why="联系买家", by=reviewer, at=at)
    with pytest.raises(EnoughSeen):
        noting.reveal(orders[51].pk, why="联系买家", by=reviewer, at=at)
    noting.reveal(orders[50].pk, why="联系买家", by=reviewer, at=at + timedelta(days=1))
    told = Entry.objects.filter(name="RecipientRevealed", actor_id=7)
    assert (told.count(), told[0].facts["why"], told[0].subject_id) == (52, "联系买家 139****1111", orders[0].recipient_id)
    assert "林晓" not in str(list(told.values_list("facts", flat=True)))


def test_more_than_the_house_bears_in_an_hour_rings_at_the_owners(
    owner_in: Client, orders: list[Order], roles: dict[str, Actor]
) -> None:
    at = clock.now()
    for nth, order in enumerate(orders[:51]):
        noting.reveal(order.pk, why="联系买家", by=looker("reviewer", 100 + nth // 30, roles), at=at)
        assert Entry.objects.filter(name="RevealsUnusual").exists() == (nth == 50)
    noting.reveal(orders[51].pk, why="联系买家", by=looker("reviewer", 200, roles), at=at)
    assert Entry.objects.filter(name="RevealsUnusual").count() == 1
    assert "一小时里看了 51 次收件人明文，超过 50" in owner_in.get("/").content.decode()


def test_a_person_who_looks_far_more_than_on_their_usual_day_is_told_of(orders: list[Order], roles: dict[str, Actor]) -> None:
    at, sales = clock.now(), looker("aftersales", 9, roles)
    for day in range(1, 8):
        for order in orders[: 2 + day % 2]:
            noting.reveal(order.pk, why="处理售后", by=sales, at=at - timedelta(days=day))
    for nth, order in enumerate(orders[:12]):
        noting.reveal(order.pk, why="处理售后", by=sales, at=at)
        assert Entry.objects.filter(name="RevealsUnusual").count() == (1 if nth >= 9 else 0)
    assert Entry.objects.get(name="RevealsUnusual").facts == {"person_id": 9, "kind": "person", "many": 10, "usual": 5}
    assert revealing.usual_day([at] * 3) is None


def test_who_saw_which_record_is_listed_filtered_and_taken_along(
    owner_in: Client, orders: list[Order], roles: dict[str, Actor]
) -> None:
    at = clock.now()
    noting.reveal(orders[0].pk, why="核对地址", by=looker("reviewer", 7, roles), at=at)
    noting.reveal(orders[1].pk, why="联系买家", by=looker("aftersales", 8, roles), at=at - timedelta(days=3))
    text = owner_in.get("/settings/privacy/").content.decode()
    assert all(word in text for word in ("看了明文", "核对地址", "联系买家", orders[0].number, orders[1].number))
    assert statements(owner_in, "/settings/privacy/") <= 34
    today = clock.day_of(at).isoformat()
    for query, here, gone in (("who=7", 0, 1), (f"from={today}", 0, 1), (f"order={orders[1].number}", 1, 0), ("order=N1", 1, 0)):
        text = owner_in.get(f"/settings/privacy/?{query}").content.decode()
        assert orders[here].number in text, query
        assert f'href="/orders/{orders[gone].pk}/"' not in text, query
    masks = list(
        Recipient.objects.filter(pk__in=[order.recipient_id for order in orders[:2]]).values_list("masked_name", flat=True)
    )
    assert all(mask and mask in owner_in.get("/settings/privacy/").content.decode() for mask in masks), (
        "whom, as far as it may be shown"
    )
    taken = owner_in.get("/settings/privacy/log/").content.decode("utf-8-sig")
    assert all(mask in taken for mask in masks)
    assert taken.count("\r\n") == 3
    assert orders[0].number in taken


def test_looking_for_nobody_showed_nobody(owner_in: Client, orders: list[Order]) -> None:
    owner_in.post("/settings/privacy/find/", {"whom": "13811112222"})
    owner_in.post("/settings/privacy/find/", {"whom": orders[0].number})
    rows = [(row.what, row.many) for row, _says, _why in owner_in.get("/settings/privacy/").context["rows"]]
    assert rows == [("PersonSearched", 1), ("PersonSearched", 0)]
    text = owner_in.get("/settings/privacy/").content.decode()
    assert all(said in text for said in ("查无此人", "只记几位，不记是谁"))


@pytest.mark.capability("L-08")
def test_whoever_asked_for_an_erasure_gets_the_receipt_when_another_agreed(client: Client, orders: list[Order]) -> None:
    at = clock.now() - timedelta(days=3)
    ids = [people.add(f"{name}@example.com", name, "kettle-lamp-42", "owner", by=SYSTEM, at=at) for name in ("ann", "bob")]
    ann, bob = (User.objects.get(pk=pk) for pk in ids)
    progress.cancel([orders[3].pk], reason="buyer", by=SYSTEM, at=clock.now())
    client.force_login(ann)
    page = client.post("/settings/privacy/find/", {"whom": "13900000003"}).content.decode()
    found = html.unescape(re.findall(r'name="found" value="([^"]+)"', page)[0])
    asked = client.post("/settings/privacy/erase/", {"ids": str(orders[3].recipient_id), "found": found})
    assert asked.status_code == 302
    row = Approval.objects.get()
    assert Recipient.objects.filter(erased_at=None).count() == 60
    other = Client()
    other.force_login(bob)
    other.post(f"/approvals/{row.pk}/agree/")
    assert Recipient.objects.filter(erased_at=None).count() == 59
    notices.forget()
    home = client.get("/").content.decode()
    assert "bob 同意了，做好了：删除查到的人的个人信息" in home
    assert f'href="/approvals/{row.pk}/"' in home
    digest = Entry.objects.get(name="RecipientsErased").facts["digest"]
    receipt = client.get(f"/approvals/{row.pk}/").content.decode()
    assert all(said in receipt for said in ("删除了 1 位收件人", "单留着遮住的文字和金额", digest))
    assert "回执在里面" in client.get("/approvals/?tab=decided").content.decode()


def test_what_a_person_may_ask_is_one_click_each(owner_in: Client, orders: list[Order]) -> None:
    progress.cancel([orders[3].pk], reason="buyer", by=SYSTEM, at=clock.now())
    text = owner_in.post("/settings/privacy/find/", {"whom": "13900000003"}).content.decode()
    assert orders[3].number in text
    assert "删除 1 位，找不回来" in text
    ids = str(orders[3].recipient_id)
    found = html.unescape(re.findall(r'name="found" value="([^"]+)"', text)[0])
    typed = urlencode({"ids": ids, "found": found, "why": "本人来函"})
    answer = owner_in.post("/settings/privacy/take/", typed, content_type="application/x-www-form-urlencoded")
    other = {"ids": str(orders[4].recipient_id), "found": found, "why": "本人来函"}
    assert (
        owner_in.post("/settings/privacy/take/", urlencode(other), content_type="application/x-www-form-urlencoded").status_code
        == 422
    )
    assert owner_in.post("/settings/privacy/erase/", other).status_code == 422
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["person.json", "person.xlsx"]
    assert owner_in.post("/settings/privacy/hold/", {"ids": ids, "verb": "keep", "why": "和买家打官司"}).status_code == 302
    assert "删除了 0 位收件人" in owner_in.post("/settings/privacy/erase/", {"ids": ids, "found": found}).content.decode()
    assert owner_in.post("/settings/privacy/hold/", {"ids": ids, "verb": "let"}).status_code == 302
    text = owner_in.post("/settings/privacy/erase/", {"ids": ids, "found": found}).content.decode()
    assert "删除了 1 位收件人" in text
    assert Recipient.objects.get(pk=ids).sealed is None
    assert "没有这样的人" in owner_in.post("/settings/privacy/find/", {"whom": "13900000003"}).content.decode()
    assert owner_in.post(f"/orders/{orders[3].pk}/reveal/", {"part": "name", "why": "核对地址"}).status_code == 410


def test_the_bounds_are_set_and_what_is_due_is_shown_before_it_goes(owner_in: Client, orders: list[Order]) -> None:
    assert owner_in.post("/settings/privacy/bound/", {"privacy.kept": "30", "privacy.reveals.sales": "5"}).status_code == 302
    assert (limits.days_kept(), limits.reveals_a_day("sales"), limits.reveals_a_day("reviewer")) == (30, 5, 50)
    assert owner_in.post("/settings/privacy/bound/", {"privacy.kept": "-3"}).status_code == 422
    progress.cancel([orders[0].pk], reason="buyer", by=SYSTEM, at=clock.now() - timedelta(days=40))
    assert "下一次会删 1 位" in owner_in.get("/settings/privacy/due/").content.decode()
    assert Recipient.objects.filter(erased_at=None).count() == 60


def test_whoever_would_see_more_or_keep_less_asks_a_second_person(
    client: Client, person: Callable[..., User], roles: dict[str, Actor], orders: list[Order]
) -> None:
    owner, at = person("owner"), clock.now()
    people.add("second@example.com", "乙", "kettle-lamp-42", "owner", by=SYSTEM, at=at)
    client.force_login(owner)
    loose: list[tuple[str, int]] = [
        (limits.PLAIN, 1_001), (limits.A_DAY, 51), (f"{limits.A_DAY}.sales", 51), (limits.AN_HOUR, 51), (limits.KEPT, 89),
    ]  # fmt: skip
    for name, value in loose:
        client.post("/settings/privacy/bound/", {name: str(value)})
        row = Approval.objects.get(verb="customers.limits.put", state=Approval.State.WAITING)
        assert str(value) in approvals.lines(row)[0]  # type: ignore[index]
        Approval.objects.all().delete()
    assert not Figure.objects.exists()
    # What binds more holds at once, and the book says from what to what.
    tight = {limits.PLAIN: 10, limits.A_DAY: 10, f"{limits.A_DAY}.sales": 5, limits.AN_HOUR: 10, limits.KEPT: 0}
    client.post("/settings/privacy/bound/", {name: str(value) for name, value in tight.items()})
    assert dict(Figure.objects.values_list("name", "value")) == tight
    told = Entry.objects.get(name="FiguresSet").facts
    assert (told[limits.PLAIN], told[limits.KEPT], told[f"{limits.A_DAY}.sales"]) == ([1_000, 10], [90, 0], [50, 5])
    # Kept for ever until now, a role's own number given back to what is usual, and the other door to the same figures.
    for said in ({limits.KEPT: "9000"}, {f"{limits.A_DAY}.sales": ""}, {limits.PLAIN: ""}):
        client.post("/settings/privacy/bound/", said)
    with pytest.raises(SecondPersonAsked):
        set_figures({limits.KEPT: 9_000}, by=looker("owner", owner.pk, roles), at=at)
    assert Approval.objects.filter(state=Approval.State.WAITING).count() == 4
    assert dict(Figure.objects.values_list("name", "value")) == tight


def test_orders_leave_in_plain_marked_bounded_and_heard_of(owner_in: Client, orders: list[Order]) -> None:
    numbers = " ".join(order.number for order in orders[:2])
    assert owner_in.post("/settings/privacy/plain/", {"numbers": numbers})["Location"].startswith("/again/")
    typed = urlencode({"numbers": numbers, "why": "税务来查"})
    answer = owner_in.post("/settings/privacy/plain/", typed, content_type="application/x-www-form-urlencoded")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[5] for row in rows[1:]] == ["13900000000", "13900000001"]
    assert all(str(row[0]).startswith("owner ") for row in rows[1:])
    assert Entry.objects.get(name="OrdersTakenInPlain").facts["many"] == 2
    notices.forget()
    assert "导出了 2 单的收件人明文" in owner_in.get("/").content.decode()
    limits.put({limits.PLAIN: 1}, by=SYSTEM, at=clock.now())
    assert owner_in.post("/settings/privacy/plain/", typed, content_type="application/x-www-form-urlencoded").status_code == 422


def test_nobody_but_the_owner_comes_in(client: Client, person: Any, orders: list[Order]) -> None:
    for role in ("sales", "reviewer", "warehouse", "aftersales", "finance", "readonly"):
        client.force_login(person(role))
        assert client.get("/settings/privacy/").status_code == 403
        for page in ("find", "take", "erase", "hold", "bound", "turn", "plain"):
            assert client.post(f"/settings/privacy/{page}/", {"ids": "1"}).status_code == 403, (role, page)
