"""What is done by itself: the sweep that forgets no message, and the end of old ones."""

from datetime import datetime, timedelta

from zhanggui.hooks import queries
from zhanggui.hooks.commands import sending
from zhanggui.hooks.models import Delivery
from zhanggui.journal.events import every
from zhanggui.kernel import db

KEPT = timedelta(days=30)
AT_ONCE = 5_000


@every(minutes=1, lane="outward")
def sweep(*, at: datetime) -> None:
    """Send what nobody was woken for: after a rest, after a long wait, after a worker that died in the midst of it."""
    if queries.known():
        sending.send_waiting([], at=at)


@every(hours=1, lane="slow")
def forget_old_messages(*, at: datetime) -> None:
    """Messages and their log are kept for thirty days."""
    while True:
        with db.write():
            old = list(Delivery.objects.filter(made_at__lt=at - KEPT).order_by("made_at").values_list("pk", flat=True)[:AT_ONCE])
            Delivery.objects.filter(pk__in=old).delete()
        if len(old) < AT_ONCE:
            return
