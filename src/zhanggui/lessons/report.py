"""Problems counted: by kind, stage, shop, person, reason or tag over a range of days, beside the range before. Looks, never changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from zhanggui.kernel import clock
from zhanggui.lessons.models import Lesson, Tag
from zhanggui.lessons.queries import Asked, View, narrowed
from zhanggui.lessons.rules import trend
from zhanggui.lessons.rules.trend import Step

BY = ("kind", "stage", "shop", "person", "code", "tag")
COLUMN = {"shop": "shop_id", "person": "writer"}
SOLVED = ~Q(solution="")


@dataclass(frozen=True)
class Row:
    """One kind, stage, shop or person: how many, of how many orders, how many before, how many say what to do, how often that helped."""

    key: str
    name: str
    many: int
    orders: int
    before: int
    solved: int
    helped: int


@dataclass(frozen=True)
class Report:
    """``steps`` with how many each, all together; ``total`` and ``before`` count each lesson once, also where it has several tags."""

    rows: Sequence[Row]
    steps: Sequence[tuple[Step, int]]
    total: int
    before: int
    solved: int
    helped: int

    @property
    def most(self) -> int:
        return max((many for _step, many in self.steps), default=0)


def report(by: str, asked: Asked, view: View = View()) -> Report:
    """Problems of the days ``asked.since`` to ``asked.until``, withdrawn ones left out, most first. Five statements."""
    assert asked.since is not None
    assert asked.until is not None
    since, until = trend.before(asked.since, asked.until)
    earlier = replace(asked, since=since, until=until)
    now, then = (narrowed(each, view).filter(withdrawn_at=None).order_by() for each in (asked, earlier))
    earlier_rows = _grouped(by, then)
    was = {str(row["key"]): row["many"] for row in earlier_rows}
    rows = [
        Row(str(row["key"]), row["name"] or "", row["many"], row["orders"], was.get(str(row["key"]), 0), row["solved"], row["helped"] or 0)
        for row in _grouped(by, now)
    ]
    seen = {row.key for row in rows}
    # What there was and is no more is what somebody wants to know most.
    rows += [Row(str(row["key"]), row["name"] or "", 0, 0, row["many"], 0, 0) for row in earlier_rows if str(row["key"]) not in seen]
    days: dict[date, int] = dict(
        now.annotate(day=TruncDate("made_at", tzinfo=clock.company_zone())).values_list("day").annotate(many=Count("pk"))
    )
    cut = trend.steps(asked.since, asked.until)
    whole = now.aggregate(many=Count("pk"), solved=Count("pk", filter=SOLVED), helped=Sum("helped"))
    return Report(
        rows, list(zip(cut, trend.along(days, cut), strict=True)), whole["many"], then.count(), whole["solved"], whole["helped"] or 0,
    )  # fmt: skip


def _grouped(by: str, rows: QuerySet[Lesson]) -> list[dict[str, Any]]:
    if by == "tag":
        tagged = Tag.objects.filter(lesson__in=rows.values("pk")).values("word")
        made = tagged.annotate(
            many=Count("pk"), orders=Count("lesson__order", distinct=True), solved=Count("pk", filter=~Q(lesson__solution="")),
            helped=Sum("lesson__helped"),
        )  # fmt: skip
        return [{**row, "key": row["word"], "name": row["word"]} for row in made.order_by("-many", "word")]
    column = COLUMN.get(by, by)
    name = {"shop": Max("shop__name"), "person": Max("writer_name")}.get(by, Max(column))
    found = rows.values(column).annotate(
        many=Count("pk"), orders=Count("order", distinct=True), solved=Count("pk", filter=SOLVED), helped=Sum("helped"), said=name
    )
    return [{**row, "key": row[column], "name": row["said"]} for row in found.order_by("-many", column)]
