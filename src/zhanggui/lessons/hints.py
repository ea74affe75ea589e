"""What helped before when the same held an order: asked beside every reason to stop, so it is quick however much was noted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zhanggui.kernel import db
from zhanggui.lessons.models import Lesson, Use
from zhanggui.lessons.queries import View
from zhanggui.lessons.rules.ranking import Found, best, distinct
from zhanggui.orders import reaching

# So many of each way of being near are weighed against each other.
WEIGHED = 40
# As the two indexes of what is usable are written.
USABLE = "l.withdrawn_at IS NULL AND NOT (l.solution = '') AND NOT (l.code = '')"


@dataclass(frozen=True)
class Hint:
    """An earlier solution: why it is near, and whether it is used for this order already."""

    lesson: Lesson
    same_goods: bool
    same_shop: bool
    used: bool


@dataclass(frozen=True)
class Met:
    """The order somebody has before them: its shop and its goods."""

    order_id: int
    shop_id: int
    sku_ids: Sequence[int]


def seen_before(codes: Iterable[str], met: Met, view: View = View()) -> dict[str, list[Hint]]:
    """Reason → the few most useful earlier solutions of other orders held for it. Three statements, or one where nothing is known."""
    wanted = list(dict.fromkeys(code for code in codes if code))
    if not wanted:
        return {}
    found: dict[str, list[Found]] = {}
    for code, lesson_id, helped, same_goods, shop_id in _near(wanted, met, view):
        found.setdefault(code, []).append(Found(lesson_id, helped, bool(same_goods), shop_id == met.shop_id))
    chosen = {code: best(each) for code, each in found.items()}
    ids = [one.lesson_id for each in chosen.values() for one in each]
    if not ids:
        return {}
    lessons = Lesson.objects.select_related("order", "shop").in_bulk(ids)
    used = set(Use.objects.filter(order=met.order_id, lesson__in=ids).values_list("lesson_id", flat=True))
    told = {}
    for code, each in chosen.items():
        kept = set(distinct((one.lesson_id, lessons[one.lesson_id].solution) for one in each))
        near = [one for one in each if one.lesson_id in kept]
        told[code] = [Hint(lessons[one.lesson_id], one.same_goods, one.same_shop, one.lesson_id in used) for one in near]
    return told


def _near(codes: Sequence[str], met: Met, view: View) -> list[tuple[Any, ...]]:
    """Of each reason what helped most in the house, in this shop, and with the same goods: each walked by its own index. One statement."""
    said, given = _seen(view)
    goods, skus = db.among("t.sku_id", met.sku_ids)
    parts, params = [], []
    for code in codes:
        for near, more in (("", []), ("AND l.shop_id = %s", [met.shop_id])):
            parts.append(_part(f"0, l.shop_id FROM lessons_lesson l {said[0]} WHERE l.code = %s {near} AND {USABLE} AND l.order_id <> %s{said[1]}"))
            params += [code, *more, met.order_id, *given]
        if met.sku_ids:
            # Among the newest of these goods, for of one that sells well there are many.
            newest = "AND NOT (t.code = '') ORDER BY t.lesson_id DESC LIMIT 400"
            touched = f"SELECT t.lesson_id FROM lessons_touched t WHERE {goods} AND t.code = %s {newest}"
            parts.append(
                _part(f"1, l.shop_id FROM lessons_lesson l {said[0]} WHERE l.id IN ({touched}) AND {USABLE} AND l.order_id <> %s{said[1]}")
            )
            params += [skus, code, met.order_id, *given]
    return db.fetch(" UNION ALL ".join(f"SELECT * FROM ({part}) AS near{nth}" for nth, part in enumerate(parts)), params)


def _part(rest: str) -> str:
    return f"SELECT l.code, l.id, l.helped, {rest} ORDER BY l.helped DESC, l.id DESC LIMIT {WEIGHED}"


def _seen(view: View) -> tuple[tuple[str, str], list[Any]]:
    """A join and conditions for who does not see everything, and their parameters."""
    if view.reach.everywhere and view.stages is None:
        return ("", ""), []
    said, params = reaching.sql(view.reach, "o")
    if view.stages is not None:
        chosen, stages = db.among("o.stage", view.stages)
        said, params = f"{said} AND {chosen}", [*params, stages]
    return ("JOIN orders_order o ON o.id = l.order_id", said), params
