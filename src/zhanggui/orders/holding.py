"""The types of holds as the merchant has them: those of the house, turned where somebody turned them, and their own."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext

from zhanggui.orders.checks.reasons import REASONS
from zhanggui.orders.models import HoldType
from zhanggui.orders.states import DRAFT, PENDING_PAYMENT, PENDING_REVIEW

OWN = "own-"
# Before approval what stops review counts as stopping; afterwards only what stops shipping does.
BEFORE = (DRAFT, PENDING_PAYMENT, PENDING_REVIEW)
# These must be mended: nothing a merchant says lets an order through that cannot be sent.
MUST = frozenset(code for code, reason in REASONS.items() if reason.tone == "bad")
# Stand for another step of review: letting them pass by is what that step is there against.
STEPS = frozenset({"finance-asked"})


class Type(NamedTuple):
    """One type of hold. ``hand``: people may choose it; ``told``: the merchant said something of it."""

    code: str
    zh: str
    tone: str
    role: str
    due_h: int
    enabled: bool
    hand: bool
    stops_review: bool
    stops_shipping: bool
    keeps_stock: bool
    merges: bool
    buys: bool
    event: str
    told: bool = False

    @property
    def name(self) -> str:
        return self.zh if self.own else gettext(self.zh)

    @property
    def own(self) -> bool:
        return self.code.startswith(OWN)

    @property
    def fixed(self) -> bool:
        """What it stops is not the merchant's to say."""
        return self.code in MUST or self.code in STEPS


def usual(code: str) -> Type:
    """A type of the house as it is made."""
    one = REASONS[code]
    return Type(
        one.code, one.zh, one.tone, one.role, one.due_h, True, one.hand, one.review, one.ships, one.stock, one.merges, one.buys, one.event
    )


def own_code(taken: Collection[str]) -> str:
    """The first code of the merchant's own that is free."""
    return next(made for nth in count(1) if (made := f"{OWN}{nth}") not in taken)


class Types:
    """Every type there is. Asks the database once, when it is made."""

    def __init__(self) -> None:
        self._by_code = {code: usual(code) for code in REASONS}
        for row in HoldType.objects.order_by("pk"):
            self._by_code[row.code] = self._of(row)

    def _of(self, row: HoldType) -> Type:
        house = self._by_code.get(row.code)
        kind = Type(
            row.code, row.name, "warn", row.role, row.due_h, row.enabled, True, row.stops_review, row.stops_shipping, row.keeps_stock,
            row.merges, row.buys, row.event, told=True,
        )  # fmt: skip
        if house is None:
            return kind
        stops = (house.stops_review, house.stops_shipping) if house.fixed else (kind.stops_review, kind.stops_shipping)
        return kind._replace(zh=house.zh, tone=house.tone, hand=house.hand, stops_review=stops[0], stops_shipping=stops[1])

    def all(self) -> list[Type]:
        return list(self._by_code.values())

    def get(self, code: str) -> Type | None:
        return self._by_code.get(code)

    def of(self, code: str) -> Type:
        """The type, also of a reason only a plugin knows: one that stops everything."""
        return self._by_code.get(code) or Type(code, code, "warn", "reviewer", 24, True, False, True, True, True, False, True, "")

    def by_hand(self) -> list[Type]:
        """Those people may choose, their own last."""
        return [each for each in self._by_code.values() if each.hand and each.enabled]

    def owned(self, role: str) -> list[str]:
        """The codes whose holds are this role's."""
        return [each.code for each in self._by_code.values() if each.role == role]

    def late(self, at: datetime) -> Q:
        """The open holds nobody looked at in time."""
        by_due: dict[int, list[str]] = {}
        for each in self._by_code.values():
            by_due.setdefault(each.due_h, []).append(each.code)
        said = Q(pk__in=[])
        for due_h, codes in by_due.items():
            said |= Q(code__in=codes, since__lt=at - timedelta(hours=due_h))
        return said


def stopping(order: str) -> str:
    """SQL: an open hold ``h`` that stops this ``order`` at its stage."""
    before = ", ".join(f"'{stage}'" for stage in BEFORE)
    return f"h.order_id = {order}.id AND h.cleared_at IS NULL AND (h.stops_shipping OR (h.stops_review AND {order}.stage IN ({before})))"
