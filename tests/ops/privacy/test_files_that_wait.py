"""Files that hold somebody who was erased and cannot go yet: each is named with its day, and is gone by then whatever happens."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house

from zhanggui.channels import jobs as channels
from zhanggui.channels import keeping, uploads
from zhanggui.channels.models import Import
from zhanggui.customers.commands import erasing
from zhanggui.customers.models import Recipient
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry, Job
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.commands import privacy
from zhanggui.ops.verify import verify

HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间"
PERSON = "甄秋鹤,18812349876,浙江省,杭州市,西湖区,金雀路 77 号,2026-03-08 14:31:12"
WHOM = "18812349876"
pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(shop_id: int, at: datetime, settings: Any, tmp_path: Path) -> Import:
    """A file with somebody in it, handed over and not taken in yet."""
    settings.UPLOADS, settings.BACKUPS = tmp_path / "uploads", tmp_path / "backups"
    content = f"{HEADER}\nE1,TEA,1,10.00,{PERSON}".encode()
    uploads.submit(content, "三月.csv", shop_id=shop_id, options={"create_goods": True}, by=SYSTEM, at=at)
    return Import.objects.get()


def kept() -> list[str]:
    return sorted(file.name for file in house.UPLOADS.iterdir())


def erased(at: datetime) -> privacy.Receipt:
    held = privacy.find(WHOM, by=SYSTEM, at=at)
    return privacy.erase(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at)


def test_a_file_still_to_be_taken_in_is_named_with_its_day_and_goes_as_soon_as_it_was(waiting: Import, at: datetime) -> None:
    receipt = erased(at)
    assert (receipt.erased, receipt.files) == (0, 0)
    assert receipt.waiting == [privacy.Stays(waiting.number, "三月.csv", "2026-10-27")]
    privacy.forget_files([waiting.pk], at=at)
    assert kept() == [waiting.path]
    # Taken in, and then looked at again: nobody has to ask a second time.
    jobs.run_until_idle(at=lambda: at)
    assert Import.objects.get().state == "done"
    jobs.run_until_idle(at=lambda: at + timedelta(minutes=11), lanes=("slow",))
    assert (kept(), Import.objects.get().path) == ([], "")
    # The order that came of it is theirs to ask about anew.
    assert len(privacy.find(WHOM, by=SYSTEM, at=at).recipients) == 1


def test_one_that_nobody_ever_takes_in_is_gone_by_that_day(waiting: Import, at: datetime) -> None:
    Job.objects.all().delete()
    day = erased(at).waiting[0].gone_by
    assert day == f"{at + timedelta(days=7):%Y-%m-%d}"
    channels.forget_uploads(at=at + timedelta(days=6, hours=23))
    assert kept() == [waiting.path]
    channels.forget_uploads(at=at + timedelta(days=7, minutes=1))
    row = Import.objects.get()
    assert (kept(), row.path, row.state) == ([], "", "cancelled")
    assert Entry.objects.get(name="ImportEnded").facts["state"] == "cancelled"
    assert [each.code for each in verify() if each.rows] == []


def test_one_that_runs_is_left_alone_and_one_that_is_needed_goes_with_its_time(waiting: Import, at: datetime) -> None:
    late = at + timedelta(days=8)
    Import.objects.update(state="running", alive_at=late)
    channels.forget_uploads(at=late)
    assert kept() == [waiting.path]
    Import.objects.update(state="waiting", alive_at=None)
    jobs.run_until_idle(at=lambda: at)
    ended = Import.objects.get().ended_at
    assert ended is not None
    erasing.keep(list(Recipient.objects.values_list("pk", flat=True)), why="和快递打官司", by=SYSTEM, at=at)
    receipt = erased(at)
    assert (receipt.erased, receipt.kept, receipt.files) == (0, 1, 0)
    assert receipt.waiting[0].gone_by == f"{clock.day_of(ended + timedelta(days=7))}"
    channels.forget_uploads(at=ended + timedelta(days=7, minutes=1))
    assert kept() == []


def test_what_was_looked_at_and_never_taken_in_is_gone_in_a_day(waiting: Import, at: datetime) -> None:
    looked_at, fresh = keeping.keep(b"somebody"), keeping.keep(b"somebody else")
    for name, hours in ((waiting.path, 30), (looked_at, 25), (fresh, 23)):
        then = (at - timedelta(hours=hours)).timestamp()
        os.utime(house.UPLOADS / name, (then, then))
    channels.forget_uploads(at=at)
    assert kept() == sorted([waiting.path, fresh])
