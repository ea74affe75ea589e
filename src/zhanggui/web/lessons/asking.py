"""What an address asks of the lessons: filters, and the days of a range."""

from collections.abc import Mapping
from datetime import date, timedelta

from zhanggui.lessons.queries import ALL, TABS, Asked
from zhanggui.web.frame.ids import ids_in

# A report that names no days is of the last thirty.
USUAL, LONGEST = 30, 5 * 366


def day(text: str) -> date | None:
    """A day as an address says it; None where it says none."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 2100 else None


def asked(query: Mapping[str, str]) -> Asked:
    def said(name: str, longest: int) -> str:
        return query.get(name, "").strip().replace("\0", "")[:longest]

    tab = said("tab", 16)
    return Asked(
        tab=tab if tab in TABS else ALL, q=said("q", 64), kind=said("kind", 16), tag=said("tag", 12), stage=said("stage", 16),
        shop_id=next(iter(ids_in([said("shop", 24)])), None), writer=said("writer", 40), code=said("code", 24),
        since=day(said("since", 10)), until=day(said("until", 10)),
    )  # fmt: skip


def span(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The days of a report, both within: as they are said, in their order, no longer than five years."""
    end = until or (max(since, today) if since else today)
    start = since or end - timedelta(days=USUAL - 1)
    start, end = min(start, end), max(start, end)
    return max(start, end - timedelta(days=LONGEST)), end
