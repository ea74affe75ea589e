"""An approved order goes to another door: with a reason, by those who may, and no label says the old one."""

from datetime import datetime

import pytest

from tests.fulfilment.floor import Floor
from zhanggui.accounts.policy import policy
from zhanggui.fulfilment.commands import readdressing
from zhanggui.fulfilment.models import Parcel, Waybill
from zhanggui.fulfilment.refusals import WaybillUnsettled
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, ReasonNeeded
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import change
from zhanggui.orders.models import Order
from zhanggui.orders.refusals import NotEditable, Overlapped
from zhanggui.orders.standing import person_of

pytestmark = pytest.mark.django_db
MOVED = {"street": "中山路 1 号", "city": "", "phone": "13900001111"}


def somebody(role: str) -> Actor:
    return Actor("person", 9, "小周", policy().grants_of(role), role, fresh=True)


@pytest.fixture
def order(shop_id: int, at: datetime) -> Order:
    """In a wave, picked, with a number from its carrier."""
    floor = Floor(shop_id, at)
    floor.shelf("A-01", "CUP", 5)
    floor.labelled({"CUP": 1})
    return Order.objects.get()


@pytest.mark.capability("M-10")
def test_the_old_label_is_void_once_the_order_goes_to_another_door(order: Order, at: datetime) -> None:
    parcel = Parcel.objects.get()
    with pytest.raises(NotEditable):
        change.set_address(order.pk, MOVED, by=somebody("reviewer"), at=at)
    void = readdressing.readdress(order.pk, MOVED, seen=order.version, reason="买家写错了门牌", by=somebody("reviewer"), at=at)
    assert void == [parcel.pk]
    assert list(Waybill.objects.values_list("state", flat=True)) == ["voided"]
    after = Order.objects.get()
    to = person_of(after.recipient)
    assert (to.street, to.phone, to.city, to.name) == ("中山路 1 号", "13900001111", "武汉市", "林晓1")
    assert (after.stage, after.version) == (order.stage, order.version + 1)
    told = Entry.objects.filter(name="OrderChanged", subject_id=order.pk).latest("id").facts
    assert told["why"] == "买家写错了门牌"
    assert told["fields"] == ["phone", "street"]
    assert "中山路" not in str(told)
    assert [one.says for one in verify() if one.rows] == []


@pytest.mark.capability("M-10")
def test_an_address_is_not_changed_over_somebody_elses_change(order: Order, at: datetime) -> None:
    by = somebody("reviewer")
    readdressing.readdress(order.pk, {"street": "解放路 2 号"}, seen=order.version, reason="买家搬家", by=by, at=at)
    with pytest.raises(Overlapped):
        readdressing.readdress(order.pk, MOVED, seen=order.version, reason="买家写错了", by=by, at=at)
    assert person_of(Order.objects.get().recipient).street == "解放路 2 号"


def test_who_may_not_or_says_no_reason_changes_nothing(order: Order, at: datetime) -> None:
    for role in ("warehouse", "finance", "readonly", "sales"):
        with pytest.raises(NotAllowed):
            readdressing.readdress(order.pk, MOVED, seen=order.version, reason="买家写错了", by=somebody(role), at=at)
    with pytest.raises(ReasonNeeded):
        readdressing.readdress(order.pk, MOVED, seen=order.version, reason=".", by=somebody("reviewer"), at=at)
    assert Order.objects.get().version == order.version


def test_nothing_is_changed_while_a_carrier_has_not_answered_or_once_it_is_gone(order: Order, at: datetime) -> None:
    by = somebody("aftersales")
    Waybill.objects.update(state="unknown")
    with pytest.raises(WaybillUnsettled):
        readdressing.readdress(order.pk, MOVED, reason="买家写错了", by=by, at=at)
    Order.objects.update(stage="shipped")
    Parcel.objects.update(stage="shipped")
    with pytest.raises(NotEditable):
        readdressing.readdress(order.pk, MOVED, reason="买家写错了", by=by, at=at)
    assert Order.objects.get().version == order.version
