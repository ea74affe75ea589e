"""What is known of the backups."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from zhanggui.journal.models import Entry, Job
from zhanggui.ops.models import ASKED, Backup


@dataclass(frozen=True)
class Standing:
    """``good`` is the newest that was proved to come back, ``every`` the minutes between two
    (0: only by hand), ``running`` one that is asked for or being tried, ``key_taken`` when somebody last took the key elsewhere."""

    good: Backup | None
    every: int
    running: bool
    key_taken: datetime | None

    @property
    def seconds(self) -> int:
        return self.every * 60

    def late(self, at: datetime) -> bool:
        """The newest good one is older than two turns, or two days where nothing is made by itself."""
        allowed = timedelta(minutes=2 * self.every) if self.every else timedelta(days=2)
        return self.good is None or at - self.good.made_at > max(allowed, timedelta(minutes=15))


def standing() -> Standing:
    """Three statements."""
    running = Job.objects.filter(dedupe_key__startswith="ops.try_again.", state=Job.State.WAITING) | Job.objects.filter(dedupe_key=ASKED)
    taken = Entry.objects.filter(subject_kind="backup-key", subject_id=0).order_by("-id").values_list("at", flat=True).first()
    good = Backup.objects.filter(state=Backup.State.GOOD).order_by("-made_at").first()
    return Standing(good, settings.BACKUP_MINUTES, running.exists(), taken)
