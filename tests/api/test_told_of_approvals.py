"""What waits for a second person, told to programs: of the rights they were lent, within their reach, and never to be settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, secret_of
from zhanggui.accounts.commands import access, people
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.catalog.models import Sku
from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Warehouse

pytestmark = [pytest.mark.django_db, pytest.mark.capability("L-04")]


class House:
    """Two owners of three days, two warehouses with 500 pieces each."""

    def __init__(self, shop_id: int, at: datetime) -> None:
        for name in ("ann", "bob"):
            people.add(f"{name}@example.com", name, "kettle-lamp-42", "owner", by=SYSTEM, at=at - timedelta(days=3))
        self.at, self.sku = at, Sku.objects.create(code="TEA", norm="TEA", name="茶", spec="", made_at=at).pk
        self.first, self.second = Warehouse.objects.get().pk, Warehouse.objects.create(code="W2", name="二仓", made_at=at).pk
        receipts.receive([Receipt(place, "A", self.sku, 500) for place in (self.first, self.second)], by=SYSTEM, at=at)

    def owner(self, name: str) -> Actor:
        return actor_of(User.objects.select_related("role").get(name=name), fresh=True)

    def asked(self, call: Callable[..., Any], *args: Any, **more: Any) -> int:
        with pytest.raises(SecondPersonAsked) as told:
            call(*args, by=self.owner("ann"), at=self.at, **more)
        return int(told.value.facts["approval_id"])

    def count(self, warehouse_id: int, pieces: int = 1) -> int:
        return self.asked(receipts.count, [Receipt(warehouse_id, "A", self.sku, pieces)], why="年底盘点")


@pytest.fixture
def house(shop_id: int, at: datetime) -> House:
    return House(shop_id, at)


def ids(caller: Caller, **asked: Any) -> list[int]:
    status, told = caller.get("/approvals", **asked)
    assert status == 200, told
    return [int(row["id"]) for row in told["items"]]


def test_a_program_is_told_of_what_its_rights_are_about_and_of_nothing_else(house: House) -> None:
    stock, other = house.count(house.first), house.asked(access.give_role, User.objects.get(name="bob").pk, "finance")
    maker = User.objects.get(name="bob")
    whole, blind = Caller(secret_of(maker)), Caller(secret_of(maker, ["order.view"]))
    assert ids(whole) == [stock]
    assert ids(blind) == []
    (row,) = whole.get("/approvals")[1]["items"]
    assert (row["says"], row["reason"], row["state"], row["asker_name"]) == (
        "盘点改数，一共差 499 件",
        "年底盘点",
        "waiting",
        "ann",
    )
    assert "499" in Caller(secret_of(maker), language="en").get("/approvals")[1]["items"][0]["says"]
    assert ids(whole, state="done") == []
    # The same number means a person elsewhere: a key is nobody's asking and nobody's agreement.
    assert {stock, other} == set(Approval.objects.values_list("pk", flat=True))


def test_a_program_bound_to_a_warehouse_is_told_what_the_page_shows_somebody_bound_to_it(house: House) -> None:
    here, there = house.count(house.first), house.count(house.second)
    maker = User.objects.get(name="bob")
    bound = Caller(secret_of(maker, warehouse_ids=[house.first]))
    assert ids(Caller(secret_of(maker))) == [there, here]
    assert ids(bound) == [here]
    hand = people.add("hand@example.com", "hand", "kettle-lamp-42", "warehouse", by=SYSTEM, at=house.at)
    User.objects.filter(pk=hand).update(warehouse_ids=[house.first])
    page = approvals.theirs_to_settle(house.owner("hand"), at=house.at)
    assert ids(bound, state="waiting") == list(page.values_list("pk", flat=True))
    # Ended, what names a place is told to nobody who is bound to some, as on the page.
    for approval_id in (here, there):
        approvals.decline(approval_id, by=house.owner("bob"), at=house.at)
    assert ids(bound) == list(approvals.settled_for(house.owner("hand")).values_list("pk", flat=True)) == []
    assert ids(Caller(secret_of(maker))) == [there, here]


def test_the_list_takes_as_many_statements_for_many_as_for_few(house: House) -> None:
    caller = Caller(secret_of(User.objects.get(name="bob"), warehouse_ids=[house.first]))

    def statements() -> int:
        caller.get("/approvals")
        with CaptureQueriesContext(connection) as told:
            caller.get("/approvals", limit=100)
        return len(told)

    for pieces in range(3):
        house.count(house.first, pieces)
    few = statements()
    for pieces in range(3, 60):
        house.count(house.first, pieces)
    assert len(ids(caller, limit=100)) == 60
    assert statements() == few <= 5
