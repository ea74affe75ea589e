"""A buyer is found by what people type, without a single sealed blob being opened; who opens one is written down."""

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from zhanggui.customers import queries, sealing
from zhanggui.customers.commands import recipients
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.journal.models import Entry
from zhanggui.kernel import db, guards, vault
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed
from zhanggui.kernel.vault import Unopened
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
LIN = Person("林晓", "13800137621", "", "珞喻路 12 号", "tb3312101", "CN", "湖北省", "武汉市", "洪山区")
BOB = Person("Bob Smith", "+44 1632 960961", "", "12 Baker Street", "", "GB", "", "London", "")


@pytest.fixture
def known(at: datetime) -> list[int]:
    people = [LIN, BOB, LIN._replace(name="林晓东", phone="13900007621"), LIN._replace(name="", phone="", oaid="x" * 30)]
    ids = db.take_ids(Recipient, len(people))
    rows = [sealing.row_of(person, id_, db.adapt(at), settings.KEY_RING) for id_, person in zip(ids, people, strict=True)]
    db.insert_many(Recipient, sealing.COLUMNS, rows, adapted=True)
    return ids


@pytest.mark.capability("M-08")
@pytest.mark.parametrize(("typed", "whom"), [
    ("7621", [0, 2]), ("13800137621", [0]), ("138 0013 7621", [0]), ("+86-13800137621", [0]), ("１３８００１３７６２１", [0]), ("林", [0, 2]),
    ("林晓", [0]), ("林 晓", [0]), ("林晓东", [2]), ("bob", [1]), ("BOB SMITH", [1]), ("bobsmith", [1]), ("441632960961", [1]), ("0961", [1]),
])  # fmt: skip
def test_a_buyer_is_found_by_the_end_of_a_phone_a_name_or_its_beginning(typed: str, whom: list[int], known: list[int]) -> None:
    condition = queries.matching(typed)
    assert condition is not None
    assert sorted(Recipient.objects.filter(condition).values_list("id", flat=True)) == [known[nth] for nth in whom]


@pytest.mark.parametrize("typed", ["", "  ", "12", "123456", "-"])
def test_what_can_be_nobody_searches_for_nobody_and_not_for_everybody(typed: str, known: list[int]) -> None:
    condition = queries.matching(typed)
    assert condition is None or not Recipient.objects.filter(condition).exists()


def test_who_opens_a_person_is_in_the_book_and_what_was_read_is_not(known: list[int], owner: Actor, at: datetime) -> None:
    people = queries.opened([known[0], known[1], known[0]], by=owner, at=at, why="打电话")
    assert people[known[0]][:5] == LIN[:5]
    assert people[known[1]].country == "GB"
    entry, other = Entry.objects.order_by("id")
    assert [entry.subject_id, other.subject_id] == [known[0], known[1]]
    assert not any(part in str(entry.facts) for part in LIN[:5] if part)
    assert (entry.actor_name, entry.facts["why"]) == ("owner", "打电话")
    assert queries.opened([], by=owner, at=at, why="") == {}
    assert Entry.objects.count() == 2


def test_with_the_wrong_key_nobody_is_opened_and_nobody_is_found(known: list[int], settings: Any, at: datetime) -> None:
    settings.KEY_RING = vault.new_ring()
    with pytest.raises(Unopened):
        queries.opened(known[:1], by=SYSTEM, at=at, why="")
    condition = queries.matching("13800137621")
    assert condition is not None
    assert not Recipient.objects.filter(condition).exists()
    assert Entry.objects.count() == 0


def test_a_person_written_anew_leaves_nothing_of_the_one_before(known: list[int], roles: dict[str, Actor], at: datetime) -> None:
    before = Recipient.objects.get(pk=known[0])
    with pytest.raises(NotAllowed):
        recipients.rewrite({known[0]: BOB}, by=roles["readonly"], at=at)
    recipients.rewrite({known[0]: BOB}, by=roles["sales"], at=at)
    after = Recipient.objects.get(pk=known[0])
    assert bytes(after.sealed or b"") != bytes(before.sealed or b"")
    assert sealing.opened(after.sealed)[0] == "Bob Smith"
    assert (after.masked_name, after.phone_token != before.phone_token, after.made_at) == ("B**", True, before.made_at)


def test_without_the_look_before_the_leap_the_database_still_takes_an_order_once(shop_id: int, at: datetime) -> None:
    line = NewLine(None, "TEA", "茶", "", 1, 100, 0, 100)
    order = NewOrder("T1", at, (line,), LIN, "CNY", 0, 0, 100, 100, "paid", "pending_review")
    intake.place([order], shop_id=shop_id, by=SYSTEM, at=at)
    with guards.without("intake.unique"), pytest.raises(IntegrityError), transaction.atomic():
        intake.place([order], shop_id=shop_id, by=SYSTEM, at=at)
    assert intake.place([order], shop_id=shop_id, by=SYSTEM, at=at).known["T1"].same
    assert Order.objects.count() == 1
