"""A copy every five minutes while the shop works: never older than that, and each tried before it is called good."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.fulfilment.floor import Floor
from zhanggui.accounts.commands.people import ensure_roles
from zhanggui.journal import jobs
from zhanggui.journal.events import TASKS
from zhanggui.ops import own_keys
from zhanggui.ops.backups import archive, making
from zhanggui.ops.models import Backup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("backups")]
COPYING = "ops.back_up"


@pytest.fixture
def every_five(settings: LazySettings, tmp_path: Path) -> None:
    settings.BACKUPS, settings.BACKUP_MINUTES = tmp_path, 5


@pytest.mark.capability("B-01")
def test_while_the_shop_works_the_newest_copy_is_never_older_than_five_minutes(every_five: None, shop_id: int, at: datetime) -> None:
    ensure_roles()
    own_keys.known(None, at=at)
    floor = Floor(shop_id, at)
    floor.shelf("A-1", "TEA", 500)
    orders: dict[datetime, int] = {}
    for minute in range(17):
        now = at + timedelta(minutes=minute, seconds=7)
        floor.at = now
        floor.orders({"TEA": 1})
        orders[now] = floor.made
        jobs.queue_due(at=now)
        jobs.run_until_idle(at=lambda now=now: now, lanes=("copies",))  # type: ignore[misc]
        newest = Backup.objects.filter(state="good").order_by("-made_at").first()
        if minute >= 6:
            assert newest is not None
            assert now - newest.made_at <= timedelta(minutes=5)
            # It holds what there was at its moment.
            assert newest.orders == orders[newest.made_at]
    assert Backup.objects.count() == Backup.objects.filter(state="good", by_hand=False).count() == 3


def test_a_long_import_does_not_keep_the_next_copy_waiting() -> None:
    """They are in different lanes, and a lane is a thread of its own."""
    lanes = {name: task.lane for name, task in TASKS.items()}
    assert (lanes[COPYING], lanes["ops.back_up_asked"], lanes["channels.run_import"]) == ("copies", "copies", "slow")
    assert {"quick", "slow", "copies"} <= set(jobs.LANES)


def test_a_copy_that_failed_is_listed_and_the_last_good_one_stays(
    every_five: None, shop_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_roles()
    own_keys.known(None, at=at)
    later = at + timedelta(minutes=6)
    jobs.queue_due(at=later)
    jobs.run_until_idle(at=lambda: later, lanes=("copies",))
    good = Backup.objects.get(state="good")

    def full(*_: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "pack", full)
    jobs.queue_due(at=later + timedelta(minutes=6))
    jobs.run_until_idle(at=lambda: later + timedelta(minutes=6), lanes=("copies",))
    assert list(Backup.objects.order_by("made_at").values_list("state", flat=True)) == ["good", "bad"]
    assert (making.folder() / good.name).is_file()
    assert list(making.folder().glob(".work-*")) == []
