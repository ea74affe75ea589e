"""The result of a batch, told order by order: first those left out with why and what to do, then those that were done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from zhanggui.kernel import db
from zhanggui.orders.models import Order
from zhanggui.web.orders import acting, leaving
from zhanggui.web.orders.results import Result

# So many stand on one page of it.
PAGE = 100


@dataclass(frozen=True)
class Row:
    """One order of the batch. ``why`` is empty where it was done."""

    order_id: int
    number: str
    why: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Told:
    """``first`` and ``last`` count the rows shown among ``whole``; ``back`` and ``on`` are where the other pages begin, or None.
    ``again`` are those for whom the same could be done later."""

    says: str
    rows: list[Row]
    done: int
    refused: int
    first: int
    last: int
    back: int | None
    on: int | None
    verb: str
    why: str
    again: list[int]

    @property
    def whole(self) -> int:
        return self.done + self.refused


def told(result: Result, start: str = "") -> Told:
    """One page of it, from the order that stands at ``start``. One statement."""
    every = [*result.refused, *((id_, {}) for id_ in result.done)]
    at = int(start) if start.isdecimal() and int(start[:9]) < len(every) else 0
    some = every[at : at + PAGE]
    numbers = dict(Order.objects.filter(db.Among(F("pk"), [id_ for id_, _facts in some])).values_list("pk", "number"))
    rows = [_row(result.verb, id_, numbers[id_], facts) for id_, facts in some if id_ in numbers]
    return Told(
        acting.says(result.verb, len(result.done)),
        rows,
        len(result.done),
        len(result.refused),
        at + 1,
        at + len(some),
        max(at - PAGE, 0) if at else None,
        at + PAGE if at + PAGE < len(every) else None,
        f"{result.verb}:{result.what}" if result.what else result.verb,
        result.why,
        [id_ for id_, facts in result.refused if leaving.worth(facts)],
    )


def _row(verb: str, order_id: int, number: str, facts: Mapping[str, Any]) -> Row:
    if not facts:
        return Row(order_id, number)
    return Row(order_id, number, leaving.says(facts["code"], facts), leaving.fix(verb, facts["code"], facts))
