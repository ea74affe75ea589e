"""The list of what waits takes as many statements for sixty as for three, on every tab, for one bound to a place as well."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.catalog.models import Sku
from zhanggui.journal import approvals
from zhanggui.journal.models import Approval
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame import counts, notices

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 60


class House:
    """Ann asks for counts; bob may agree, hand is bound to the only warehouse and may as well."""

    def __init__(self, shop_id: int) -> None:
        self.at = clock.now()
        for name, role in (("ann", "owner"), ("bob", "owner"), ("hand", "warehouse")):
            people.add(f"{name}@example.com", name, "kettle-lamp-42", role, by=SYSTEM, at=self.at - timedelta(days=3))
        self.place = Warehouse.objects.get().pk
        User.objects.filter(name="hand").update(warehouse_ids=[self.place])
        self.sku = Sku.objects.create(code="TEA", norm="TEA", name="茶", spec="", made_at=self.at).pk
        receipts.receive([Receipt(self.place, "A", self.sku, 5_000)], by=SYSTEM, at=self.at)

    def acts(self, name: str) -> Actor:
        return actor_of(User.objects.select_related("role").get(name=name), fresh=True)

    def ask(self, pieces: int) -> None:
        with pytest.raises(SecondPersonAsked):
            receipts.count([Receipt(self.place, "A", self.sku, pieces)], why="盘点", by=self.acts("ann"), at=self.at)

    def statements(self, name: str, tab: str) -> int:
        browser = Client()
        browser.force_login(User.objects.get(name=name))
        taken = []
        # What a page asks only now and then (somebody was here, the house is well) falls on one of them.
        for _time in range(4):
            counts.forget()
            notices.forget()
            with CaptureQueriesContext(connection) as told:
                page = browser.get("/approvals/", {"tab": tab})
            assert page.status_code == 200
            taken.append(len(told))
        return min(taken)


@pytest.mark.parametrize(
    ("name", "tab"), [("bob", "waiting"), ("hand", "waiting"), ("ann", "mine"), ("ann", "decided"), ("hand", "decided")]
)
def test_it_takes_as_many_for_many_as_for_few(name: str, tab: str, shop_id: int) -> None:
    house = House(shop_id)

    def settled() -> None:
        if tab == "decided":
            for pk in Approval.objects.filter(state="waiting").values_list("pk", flat=True):
                approvals.decline(pk, by=house.acts("bob"), at=house.at)

    for pieces in range(FEW):
        house.ask(pieces)
    settled()
    few = house.statements(name, tab)
    for pieces in range(FEW, MANY):
        house.ask(pieces)
    settled()
    assert Approval.objects.count() == MANY
    assert house.statements(name, tab) == few <= 25, few
