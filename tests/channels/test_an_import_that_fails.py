"""An import that cannot go on ends and says why: nobody waits for it, and the same file can be brought again."""

from datetime import timedelta
from typing import Any

import pytest

from tests.channels.test_taking_files import HEADER, row
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.channels import keeping, taking, uploads
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import
from zhanggui.journal import jobs as worker
from zhanggui.journal.models import Job
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
CONTENT = "\n".join([HEADER, *(row(f"T{nth}", nth=nth) for nth in range(6))]).encode()


def submitted(shop_id: int, by: Actor = SYSTEM) -> Import:
    return Import.objects.get(pk=uploads.submit(CONTENT, "a.csv", shop_id=shop_id, options={}, by=by, at=clock.now()))


def worked_off() -> None:
    """Every try the worker has, each in its time."""
    for hours in range(6):
        worker.run_until_idle(at=lambda: clock.now() + timedelta(hours=hours))  # noqa: B023  # called at once


@pytest.mark.capability("I-08")
def test_one_that_fails_every_time_is_closed_with_a_reason_and_may_be_brought_again(
    shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = submitted(shop_id)

    def fall(*_said: Any, **_more: Any) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as broken:
        broken.setattr(taking.Taking, "run", fall)
        worker.run_until_idle()
        made.refresh_from_db()
        # It may be the last time yet, not the first.
        assert made.state == "waiting"
        worked_off()
    made.refresh_from_db()
    assert (made.state, made.refusal["code"]) == ("refused", "import-failed")
    assert made.number in made.refusal["says"]
    assert made.ended_at is not None
    assert Job.objects.get(name="channels.run_import").state == "quarantined"
    again = submitted(shop_id)
    worker.run_until_idle()
    again.refresh_from_db()
    assert (again.pk != made.pk, again.state, Order.objects.count()) == (True, "done", 6)


def test_one_that_fails_half_way_keeps_what_came_in(shop_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in ("AT_ONCE", "THEN"):
        monkeypatch.setattr(taking, size, 2)
    made, real, batches = submitted(shop_id), imports.account, [0]

    def fall(*said: Any, **more: Any) -> None:
        batches[0] += 1
        if batches[0] > 2:
            raise RuntimeError("boom")
        real(*said, **more)

    with monkeypatch.context() as broken:
        broken.setattr(imports, "account", fall)
        worked_off()
    made.refresh_from_db()
    assert (made.state, made.refusal["code"], made.rows_ok) == ("cancelled", "import-failed", 4)
    assert_clean()
    again = submitted(shop_id)
    worker.run_until_idle()
    again.refresh_from_db()
    assert (again.orders_created, again.orders_duplicate) == (2, 4)


def test_one_whose_file_is_gone_is_closed(shop_id: int) -> None:
    made = submitted(shop_id)
    keeping.forget(made.path)
    worked_off()
    made.refresh_from_db()
    assert (made.state, made.refusal["code"]) == ("refused", "import-failed")


@pytest.mark.capability("B-02")
def test_one_whose_bringer_was_switched_off_says_so(shop_id: int, person: Any) -> None:
    bringer = person("owner")
    made = submitted(shop_id, actor_of(bringer))
    User.objects.filter(pk=bringer.pk).update(is_active=False)
    worker.run_until_idle()
    made.refresh_from_db()
    assert (made.state, made.refusal["code"]) == ("refused", "bringer-may-not")
    assert made.refusal["says"] == f"轮到导入 {made.number} 时，上传它的 owner 已经没有这项权限（导入订单文件）。"
    assert not Job.objects.filter(name="channels.run_import").exists()
    assert not Order.objects.exists()
