"""What cancelling would touch: how many of some orders can be cancelled, how many are paid or approved, and what they come to."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum

from zhanggui.kernel import db
from zhanggui.orders import states
from zhanggui.orders.models import Order
from zhanggui.orders.states import ORDER

# Money came in and was not given back.
MONEY_IN = Q(payment__in=("paid", "partial")) | (Q(paid_minor__gt=0) & ~Q(payment="refunded"))


@dataclass(frozen=True)
class Weighed:
    """``many`` can be cancelled and ``stay`` cannot; sums are in minor units by currency."""

    many: int = 0
    stay: int = 0
    paid: int = 0
    approved: int = 0
    total: Mapping[str, int] = field(default_factory=dict)
    paid_total: Mapping[str, int] = field(default_factory=dict)

    @property
    def grave(self) -> bool:
        """Somebody paid, or the warehouse counts on it: nobody cancels that without saying why."""
        return bool(self.paid or self.approved)


def weighed(order_ids: Collection[int]) -> Weighed:
    """These orders as cancelling would find them now. One statement."""
    total: Counter[str] = Counter()
    paid_total: Counter[str] = Counter()
    many = stay = paid = approved = 0
    rows = Order.objects.filter(db.Among(F("pk"), list(order_ids))).values("stage", "currency").order_by()
    counted = rows.annotate(n=Count("pk"), whole=Sum("total_minor"), paid=Count("pk", filter=MONEY_IN), came=Sum("paid_minor", filter=MONEY_IN))
    for row in counted:
        if ORDER.after("cancel", row["stage"]) is None:
            stay += row["n"]
            continue
        many, paid = many + row["n"], paid + row["paid"]
        approved += row["n"] if row["stage"] == states.APPROVED else 0
        total[row["currency"]] += row["whole"]
        if row["paid"]:
            paid_total[row["currency"]] += row["came"] or 0
    return Weighed(many, stay, paid, approved, dict(total), dict(paid_total))


def paid_for(order_ids: Collection[int]) -> bool:
    """Whether money came in for one of these. One statement."""
    return Order.objects.filter(db.Among(F("pk"), list(order_ids))).filter(MONEY_IN).exists()
