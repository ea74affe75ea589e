"""What was noted: the list with its filters and counts, and what one order has. Each a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from zhanggui.kernel import clock, paging
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.paging import Page
from zhanggui.lessons.models import Lesson, Tag, Use
from zhanggui.orders import reaching
from zhanggui.orders.models import Hold

ALL, OPEN, HELPED, WITHDRAWN = "all", "open", "helped", "withdrawn"
TABS = (ALL, OPEN, HELPED, WITHDRAWN)
MOST_TAGS = 40


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. ``q`` is in its words or tags, or the whole number of its order; ``writer`` as lessons name them;
    ``since`` and ``until`` are days of the company, both within."""

    tab: str = ALL
    q: str = ""
    kind: str = ""
    tag: str = ""
    stage: str = ""
    shop_id: int | None = None
    writer: str = ""
    code: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class View:
    """Who looks: whose orders they reach, and of which stages (None: of all)."""

    reach: Reach = EVERYWHERE
    stages: Sequence[str] | None = None

    def of(self, rows: QuerySet[Lesson]) -> QuerySet[Lesson]:
        rows = rows.filter(reaching.of(self.reach, "order__"))
        return rows if self.stages is None else rows.filter(order__stage__in=self.stages)


def tab_is(tab: str) -> Q:
    if tab == WITHDRAWN:
        return Q(withdrawn_at__isnull=False)
    more = {OPEN: Q(solution="", emptied_at=None), HELPED: Q(helped__gt=0)}
    return Q(withdrawn_at=None) & more.get(tab, Q())


def narrowed(asked: Asked, view: View = View()) -> QuerySet[Lesson]:
    """Every lesson asked for, of all tabs."""
    rows = view.of(Lesson.objects.all())
    if asked.q:
        said = Q(problem__icontains=asked.q) | Q(cause__icontains=asked.q) | Q(solution__icontains=asked.q)
        tagged = Q(pk__in=Tag.objects.filter(word__iexact=asked.q.lstrip("#＃")).values("lesson_id"))
        rows = rows.filter(said | tagged | Q(order__number__iexact=asked.q) | Q(order__platform_no=asked.q))
    for name in ("kind", "stage", "shop_id", "writer", "code"):
        if value := getattr(asked, name):
            rows = rows.filter(**{name: value})
    if asked.tag:
        rows = rows.filter(pk__in=Tag.objects.filter(word=asked.tag).values("lesson_id"))
    if asked.since is not None:
        rows = rows.filter(made_at__gte=clock.day_bounds(asked.since)[0])
    if asked.until is not None:
        rows = rows.filter(made_at__lt=clock.day_bounds(asked.until)[1])
    return rows


def rows(asked: Asked, view: View = View(), *, cursor: str = "", size: int = paging.SIZE) -> Page[Lesson]:
    """A page of them, the newest first, each with its order, shop and tags. Two statements."""
    found = narrowed(asked, view).filter(tab_is(asked.tab)).select_related("order", "shop").prefetch_related("tags")
    return paging.page(found, "-id", cursor=cursor, size=size)


def counts(asked: Asked, view: View = View()) -> dict[str, int]:
    """How many there are in each tab. One statement."""
    return dict(narrowed(asked, view).aggregate(**{tab: Count("pk", filter=tab_is(tab)) for tab in TABS}))


@dataclass(frozen=True)
class Choices:
    """What there is to narrow by, each with how many of it the other filters leave."""

    kinds: Mapping[str, int]
    stages: Mapping[str, int]
    writers: Sequence[tuple[str, str, int]]
    tags: Sequence[tuple[str, int]]
    codes: Mapping[str, int]


def choices(asked: Asked, view: View = View()) -> Choices:
    """Five statements."""

    def many(name: str) -> QuerySet[Lesson, Any]:
        without: dict[str, Any] = {name: ""}
        return narrowed(replace(asked, **without), view).filter(tab_is(asked.tab)).order_by()

    def by(name: str) -> dict[str, int]:
        return dict(many(name).values_list(name).annotate(many=Count("pk")).order_by("-many", name))

    people: dict[str, tuple[str, int]] = {}
    for writer, name, n in many("writer").values_list("writer", "writer_name").annotate(many=Count("pk")).order_by("writer_name"):
        people[writer] = (name, n + people.get(writer, ("", 0))[1])
    tags = Tag.objects.filter(lesson__in=many("tag").values("pk")).values_list("word").annotate(many=Count("pk"))
    codes = {code: n for code, n in by("code").items() if code}
    return Choices(
        by("kind"), by("stage"), [(writer, *said) for writer, said in people.items()],
        list(tags.order_by("-many", "word")[:MOST_TAGS]), codes,
    )  # fmt: skip


def of_order(order_id: int) -> list[Lesson]:
    """What was noted of one order, withdrawn ones last. Two statements."""
    rows = Lesson.objects.filter(order=order_id).select_related("shop").prefetch_related("tags")
    return sorted(rows.order_by("pk"), key=lambda row: row.withdrawn_at is not None)


def used_for(order_id: int) -> list[Lesson]:
    """The lessons of other orders that helped with this one. One statement."""
    uses = Use.objects.filter(order=order_id).order_by("pk").prefetch_related(Prefetch("lesson", Lesson.objects.select_related("order")))
    return [use.lesson for use in uses]


def held_by(order_id: int) -> list[str]:
    """The reasons that hold it or ever did, the newest first. One statement."""
    return list(dict.fromkeys(Hold.objects.filter(order=order_id).order_by("-pk").values_list("code", flat=True)))
