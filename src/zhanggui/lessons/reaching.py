"""Whose lessons are whose: each is its order's."""

from collections.abc import Iterable, Sequence

from zhanggui.journal.reaches import beyond
from zhanggui.journal.reaches import reach as register
from zhanggui.kernel.actor import Reach
from zhanggui.lessons.models import Lesson
from zhanggui.orders import reaching as orders


@register("lesson")
def lessons_outside(ids: Sequence[int], reach: Reach) -> Iterable[int]:
    return beyond(Lesson.objects.filter(orders.of(reach, "order__")), ids)
