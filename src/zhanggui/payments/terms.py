"""How long money is waited for in each shop, who is reminded when, and what becomes of those that never pay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zhanggui.payments.models import Policy
from zhanggui.payments.rules import pace
from zhanggui.payments.rules.pace import Step

ALL = 0
# Money that comes by these is on its way for days, or is counted by hand: nobody calls such an order off by a clock.
OFFLINE = ("银行转账", "现金", "货到付款", "挂账")


@dataclass(frozen=True)
class Terms:
    """What is in force for one shop."""

    within_min: int | None = 24 * 60
    remind_staff: tuple[int, ...] = (60,)
    remind_buyer: tuple[int, ...] = (12 * 60, 120)
    cancels: bool = False
    spared: tuple[str, ...] = OFFLINE
    methods_off: tuple[str, ...] = ()
    extends_most: int = 3
    steps: tuple[Step, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", pace.steps(self.remind_staff, self.remind_buyer))

    def due(self, since: datetime) -> datetime | None:
        return since + timedelta(minutes=self.within_min) if self.within_min else None

    def remind(self, due_at: datetime | None, at: datetime) -> datetime | None:
        """When the next reminder is, of those that still lie ahead."""
        return pace.coming(due_at, self.steps, pace.passed(due_at, self.steps, at)) if due_at else None


USUAL = Terms()


class InForce:
    """The terms of every shop. Asks the database once, when it is made."""

    def __init__(self) -> None:
        self.said = {row.shop_id: _terms(row) for row in Policy.objects.all()}

    def of(self, shop_id: int) -> Terms:
        return self.said.get(shop_id) or self.said.get(ALL) or USUAL

    def grouped(self, shop_ids: Iterable[int]) -> dict[Terms, list[int]]:
        """Terms → the shops that have them."""
        found: dict[Terms, list[int]] = {}
        for shop_id in shop_ids:
            found.setdefault(self.of(shop_id), []).append(shop_id)
        return found


def _terms(row: Policy) -> Terms:
    staff, buyer = _minutes(row.remind_staff), _minutes(row.remind_buyer)
    return Terms(row.within_min, staff, buyer, row.cancels, tuple(row.spared), tuple(row.methods_off), row.extends_most)


def _minutes(said: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(said, reverse=True))
