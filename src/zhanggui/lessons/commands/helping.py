"""Doing with an order what a lesson of another says: what helps is counted, and shown first to whoever comes next."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, NotFound
from zhanggui.lessons.events import LessonNotUsed, LessonUsed
from zhanggui.lessons.models import Lesson, Use
from zhanggui.lessons.refusals import Withdrawn
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rights


@command(needs="order.view", takes=("released",), over="order lesson@lesson_id")
def use(order_ids: Sequence[int], lesson_id: int, *, by: Actor, at: datetime) -> Batch:
    """It helped with these orders. Each counts once, whoever says it; the lesson's own order does not count. Those it was used for
    already are not among those done. Those who only read may not. Raises NotFound, Withdrawn."""
    lesson, ids = _named(order_ids, lesson_id, by)
    if lesson.withdrawn_at is not None:
        raise Withdrawn
    wanted = [order_id for order_id in ids if order_id != lesson.order_id]
    known = set() if guards.stands("lessons.once") else set(Use.objects.filter(lesson=lesson_id).values_list("order_id", flat=True))
    entered = _enter(lesson_id, wanted, by=by, at=at)
    done = entered if guards.stands("lessons.once") else [order_id for order_id in wanted if order_id not in known]
    _count(lesson_id, len(done))
    tell([LessonUsed(order_id, lesson_id) for order_id in done], by=by, at=at, facts=dict.fromkeys(done, _origin(lesson)))
    return Batch(done=done)


def _enter(lesson_id: int, order_ids: Sequence[int], *, by: Actor, at: datetime) -> list[int]:
    """Those it was not used for yet. The key of the two says no to a second one, however many say it in the same moment."""
    chosen, wanted = db.among("o.id", order_ids)
    rows = db.fetch(
        "INSERT INTO lessons_use (lesson_id, order_id, by_name, at) "
        f"SELECT l.id, o.id, %s, %s FROM lessons_lesson l JOIN orders_order o ON {chosen} WHERE l.id = %s ORDER BY o.id "
        "ON CONFLICT (lesson_id, order_id) DO NOTHING RETURNING order_id",
        [by.name, db.adapt(at), wanted, lesson_id],
    )
    return sorted(order_id for (order_id,) in rows)


@command(needs="order.view", takes=("released",), over="order lesson@lesson_id")
def not_used(order_ids: Sequence[int], lesson_id: int, *, by: Actor, at: datetime) -> Batch:
    """It was not used for these orders after all. Those it was not used for are not among those done. Raises NotFound."""
    lesson, ids = _named(order_ids, lesson_id, by)
    chosen, wanted = db.among("order_id", ids)
    rows = db.fetch(f"DELETE FROM lessons_use WHERE lesson_id = %s AND {chosen} RETURNING order_id", [lesson_id, wanted])
    done = sorted(order_id for (order_id,) in rows)
    _count(lesson_id, -len(done))
    tell([LessonNotUsed(order_id, lesson_id) for order_id in done], by=by, at=at, facts=dict.fromkeys(done, _origin(lesson)))
    return Batch(done=done)


def _named(order_ids: Sequence[int], lesson_id: int, by: Actor) -> tuple[Lesson, list[int]]:
    if not rights.may_note(by):
        raise NotAllowed(needs="order.hold", who=by.name)
    ids, stages = sorted(set(order_ids)), rights.stages_seen(by)
    orders, lessons = Order.objects.filter(db.Among(F("pk"), ids)), Lesson.objects.select_related("order").filter(pk=lesson_id)
    if stages is not None:
        orders, lessons = orders.filter(stage__in=stages), lessons.filter(order__stage__in=stages)
    found, lesson = set(orders.values_list("pk", flat=True)), lessons.first()
    if lesson is None or len(found) < len(ids):
        raise NotFound(what=lesson_id if lesson is None else next(id_ for id_ in ids if id_ not in found))
    return lesson, ids


def _origin(lesson: Lesson) -> dict[str, str]:
    return {"origin": lesson.order.number}


def _count(lesson_id: int, more: int) -> None:
    if more:
        Lesson.objects.filter(pk=lesson_id).update(helped=F("helped") + more)
