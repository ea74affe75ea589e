"""What went wrong with orders and what helped."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from zhanggui.api.asking import Call, Paged, PageOf, page_rows, question
from zhanggui.api.shapes import Shape, columns, filled, rows
from zhanggui.api.types import Id, IdIn, MomentIn
from zhanggui.lessons import hints, queries
from zhanggui.lessons.hints import Met
from zhanggui.lessons.models import Lesson, Tag
from zhanggui.lessons.queries import Asked, View
from zhanggui.orders.reading import detail, rights

GROUP = "lessons"


class LessonRow(Shape):
    """One note. Phones and mail addresses in its words are masked; `code` is what held the order then."""

    SOURCES = {"order_number": "order__number", "tags": ""}
    id: Id
    order_id: Id
    order_number: str
    shop_id: Id
    stage: str
    kind: str
    code: str
    problem: str
    cause: str
    solution: str
    tags: list[str]
    writer_name: str
    helped: int
    made_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None
    version: int


class SeenBefore(Shape):
    """An earlier solution for what holds the order: `code` says which of its reasons."""

    SOURCES = {"code": "", "same_goods": "", "same_shop": "", "used": ""}
    code: str
    same_goods: bool
    same_shop: bool
    used: bool
    id: Id
    order_id: Id
    kind: str
    problem: str
    cause: str
    solution: str
    helped: int


class Answers(Shape):
    items: list[SeenBefore]


class LessonsAsked(Paged):
    """The same filters as on the page."""

    tab: Literal["all", "open", "helped", "withdrawn"] = "all"
    q: str = Field("", max_length=64)
    kind: str = Field("", max_length=16)
    tag: str = Field("", max_length=12)
    stage: str = Field("", max_length=16)
    code: str = Field("", max_length=24)
    shop: IdIn | None = None
    order: IdIn | None = None
    since: MomentIn | None = None
    until: MomentIn | None = None


def _view(call: Call) -> View:
    return View(call.by.reach, rights.stages_seen(call.by))


@question("/lessons", GROUP, "order.view", takes=("released",), answers=PageOf[LessonRow])
def list_lessons(call: Call, asked: LessonsAsked) -> Any:
    """What was noted of orders, the newest first; withdrawn ones only where they are asked for."""
    said = Asked(asked.tab, asked.q.replace("\0", ""), asked.kind, asked.tag, asked.stage, asked.shop, code=asked.code)
    found = queries.narrowed(said, _view(call)).filter(queries.tab_is(said.tab))
    bounds = {"order": asked.order, "made_at__gte": asked.since, "made_at__lt": asked.until}
    found = found.filter(**{name: value for name, value in bounds.items() if value is not None})
    page, _plain = page_rows(found, asked, "-id", columns(LessonRow))
    words: dict[int, list[str]] = {}
    for lesson_id, word in Tag.objects.filter(lesson__in=[row["id"] for row in page.rows]).order_by("pk").values_list("lesson_id", "word"):
        words.setdefault(lesson_id, []).append(word)
    return {"items": [{**filled(LessonRow, row), "tags": words.get(row["id"], [])} for row in page.rows], "next": page.next}


@question("/orders/{order_id}/seen-before", GROUP, "order.view", takes=("released",), answers=Answers)
def order_seen_before(call: Call, order_id: int) -> Any:
    """For each reason that holds the order, what helped others before: the same goods and shop first, then what helped most."""
    whole = detail.whole(order_id, stages=rights.stages_seen(call.by), reach=call.by.reach)
    met = Met(order_id, whole.order.shop_id, [one.line.sku_id for one in whole.lines if one.line.sku_id])
    found = hints.seen_before([held.code for held in whole.held], met, _view(call))
    told = {row["id"]: row for row in rows(SeenBefore, Lesson.objects.filter(pk__in=[h.lesson.pk for each in found.values() for h in each]))}
    return {
        "items": [
            {**told[str(one.lesson.pk)], "code": code, "same_goods": one.same_goods, "same_shop": one.same_shop, "used": one.used}
            for code, each in found.items() for one in each
        ]
    }  # fmt: skip
