"""Who is bound to a place settles, sees and counts what is about it alone; whom it is about may stop it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.accounts.commands import access, people, rescue
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.catalog.models import Sku
from zhanggui.journal import approvals
from zhanggui.journal.approvals import OwnAsking
from zhanggui.journal.models import Approval
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound, SecondPersonAsked
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Warehouse

pytestmark = pytest.mark.django_db
PASSWORD = "kettle-lamp-42"


def join(name: str, role: str, at: datetime, *, warehouses: list[int] | None = None) -> int:
    made = people.add(f"{name}@example.com", name, PASSWORD, role, by=SYSTEM, at=at)
    User.objects.filter(pk=made).update(warehouse_ids=warehouses)
    return made


def acts(person_id: int) -> Actor:
    return actor_of(User.objects.select_related("role").get(pk=person_id), fresh=True)


def asked(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Approval:
    with pytest.raises(SecondPersonAsked) as told:
        call(*args, **kwargs)
    return Approval.objects.get(pk=told.value.facts["approval_id"])


@pytest.fixture
def ann(at: datetime) -> int:
    return join("ann", "owner", at - timedelta(days=2))


@pytest.fixture
def there(shop_id: int, at: datetime) -> tuple[int, int, int]:
    """500 pieces in each of two warehouses; (first, second, sku)."""
    sku = Sku.objects.create(code="TEA", norm="TEA", name="茶", spec="", made_at=at)
    first = Warehouse.objects.get()
    second = Warehouse.objects.create(code="W2", name="二仓", made_at=at)
    receipts.receive([Receipt(place.pk, "A", sku.pk, 500) for place in (first, second)], by=SYSTEM, at=at)
    return first.pk, second.pk, sku.pk


def test_what_is_about_anothers_warehouse_is_neither_seen_counted_nor_declined(
    ann: int, there: tuple[int, int, int], at: datetime
) -> None:
    first, second, sku = there
    join("bob", "owner", at)
    mine, other = (
        acts(join("mine", "warehouse", at, warehouses=[second])),
        acts(join("other", "warehouse", at, warehouses=[first])),
    )
    row = asked(receipts.count, [Receipt(second, "A", sku, 1)], why="年底盘点", by=acts(ann), at=at)
    assert row.places == [["warehouse", [second]]]
    for actor, sees in ((mine, True), (other, False)):
        assert approvals.theirs_to_settle(actor, at=at).exists() is sees
        assert approvals.standing(actor, at=at).theirs == int(sees)
        assert approvals.may_see(row, actor) is sees
    for settle in (approvals.decline, approvals.agree):
        with pytest.raises(NotFound):
            settle(row.pk, by=other, at=at)
    approvals.decline(row.pk, by=mine, at=at)
    assert approvals.settled_for(mine).exists()
    assert not approvals.settled_for(other).exists()


def test_somebody_bound_elsewhere_is_nobody_to_agree(ann: int, there: tuple[int, int, int], at: datetime) -> None:
    first, second, sku = there
    join("other", "warehouse", at, warehouses=[first])
    row = asked(receipts.count, [Receipt(second, "A", sku, 1)], why="年底盘点", by=acts(ann), at=at)
    assert row.alone
    assert not asked(receipts.count, [Receipt(first, "A", sku, 1)], why="年底盘点", by=acts(ann), at=at).alone
    approvals.do_alone([row.pk], at=at + timedelta(minutes=10))
    assert Approval.objects.get(pk=row.pk).state == "done"


@pytest.mark.parametrize("what", ["link", "off"])
def test_of_two_owners_one_stops_what_the_other_asks_about_them(what: str, ann: int, at: datetime) -> None:
    bob, zoe = join("bob", "owner", at), join("zoe", "sales", at)
    row = (
        asked(rescue.hand_link, bob, why="手机丢了", by=acts(ann), at=at)
        if what == "link"
        else asked(access.switch_off, bob, by=acts(ann), at=at)
    )
    assert row.alone
    assert list(approvals.theirs_to_settle(acts(bob), at=at)) == [row]
    assert approvals.standing(acts(bob), at=at) == (1, 1)
    assert [approvals.may_stop(row, acts(who)) for who in (ann, bob, zoe)] == [False, True, False]
    with pytest.raises(OwnAsking):
        approvals.agree(row.pk, by=acts(bob), at=at)
    with pytest.raises(OwnAsking):
        approvals.decline(row.pk, by=acts(ann), at=at)
    assert approvals.decline(row.pk, by=acts(bob), at=at).state == "declined"
    approvals.do_alone([row.pk], at=at + timedelta(minutes=10))
    assert User.objects.get(pk=bob).is_active
