"""What is sent, completed or cancelled at its shop is never sent once more from here."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.channels.test_taking_files import HEADER, row, written
from zhanggui.channels import uploads
from zhanggui.channels.models import ImportRow
from zhanggui.journal import jobs as worker
from zhanggui.kernel.actor import Actor
from zhanggui.ops.importing import take_files
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.models import Order

__all__ = ["written"]
pytestmark = pytest.mark.django_db


@pytest.mark.capability("I-06")
def test_a_status_beside_the_columns_of_our_template_is_not_passed_over(written: Callable[..., Path], shop_id: int) -> None:
    """Somebody adds what their shop says to our table: what was sent or cancelled there is not sent from here."""
    said = ("待发货", "已发货", "交易关闭", "")
    file = written(*[f"{row(f'T{nth}', nth=nth)},{word}" for nth, word in enumerate(said)], header=f"{HEADER},订单状态")
    assert take_files("orders", [file]).format == "template"
    stages = list(Order.objects.order_by("platform_no").values_list("stage", flat=True))
    assert stages == ["pending_review", "shipped", "cancelled", "pending_review"]


@pytest.mark.capability("I-06")
def test_what_is_over_at_its_shop_is_no_draft_that_could_be_sent_once_more(shop_id: int, owner: Actor, at: datetime) -> None:
    header = f"{HEADER},订单状态".replace("订单号", "订单编号")
    said = ("待发货", "已发货", "交易关闭", "待付款")
    rows = [f"{row(f'T{nth}', nth=nth)},{word}" for nth, word in enumerate(said)]
    uploads.submit("\n".join([header, *rows]).encode(), "a.csv", shop_id=shop_id, options={"draft": True}, by=owner, at=at)
    worker.run_until_idle()
    assert list(Order.objects.order_by("platform_no").values_list("stage", flat=True)) == ["draft", "shipped", "cancelled", "draft"]
    # Nor does an update make one of what was cancelled there meanwhile.
    again = f"{header}\n{row('T0', nth=9)},交易关闭"
    uploads.submit(again.encode(), "b.csv", shop_id=shop_id, options={"draft": True, "update": True}, by=owner, at=at)
    worker.run_until_idle()
    assert list(ImportRow.objects.filter(of__file_name="b.csv").values_list("outcome", "code")) == [("rej", "GONE_THERE")]
    assert_clean()
