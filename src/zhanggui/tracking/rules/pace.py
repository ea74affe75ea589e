"""How often a carrier is asked about a parcel, and when we stop. Pure; the constants are the settings."""

from datetime import datetime, timedelta

from zhanggui.carriers.port import Status

MINUTE, HOUR, DAY = 60, 3600, 86_400

# Seconds between two questions, by where the parcel is. None: nothing more is expected.
CHECK_EVERY_S: dict[Status, int | None] = {
    Status.ANNOUNCED: 30 * MINUTE,        # the first scan tells that the carrier really has it
    Status.PICKED_UP: 2 * HOUR,
    Status.IN_TRANSIT: 3 * HOUR,          # on the motorway nothing is scanned
    Status.OUT_FOR_DELIVERY: 20 * MINUTE,  # the buyer waits for this one
    Status.FAILED_ATTEMPT: HOUR,
    Status.REFUSED: 6 * HOUR,
    Status.LOST: DAY,
    Status.DELIVERED: None,
    Status.RETURNED: None,
}  # fmt: skip
# A parcel nobody scanned to its end is asked about no longer than this.
FORGET_AFTER_DAYS = 60
# After a question that failed: a minute, doubled each time, at most so long.
RETRY_S = MINUTE
RETRY_AT_MOST_S = 6 * HOUR
# Nothing heard for so long: somebody should look.
STILL = timedelta(hours=48)
# A delivered order is complete when the buyer kept silent for so many days.
COMPLETE_AFTER_DAYS = 7


def next_check(status: Status, *, at: datetime, since: datetime) -> datetime | None:
    """When to ask again about a parcel on its way ``since``; None: never again."""
    wait = CHECK_EVERY_S[status]
    if wait is None or at - since > timedelta(days=FORGET_AFTER_DAYS):
        return None
    return at + timedelta(seconds=wait)


def after_failure(failures: int, *, at: datetime) -> datetime:
    """When to ask again after so many questions in a row failed."""
    return at + timedelta(seconds=min(RETRY_S * 2 ** min(failures - 1, 20), RETRY_AT_MOST_S))
