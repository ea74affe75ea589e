"""Time is read once, at the edge, and passed down as ``at=``. The company's zone draws every day boundary."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def company_zone() -> ZoneInfo:
    return _zone(settings.TIME_ZONE)


def day_of(at: datetime) -> date:
    """The company's calendar day that ``at`` falls on."""
    return timezone.localtime(at, company_zone()).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of ``day`` and of the day after, in UTC; 23 or 25 hours apart where clocks change."""
    zone = company_zone()
    start = datetime.combine(day, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)
