"""Orders that wait for their money, and money that waits for somebody: who should be asked now, and what was said last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Count, DateField, DateTimeField, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching, states
from zhanggui.orders.models import Order
from zhanggui.payments.models import Account

WAITING, SOON, OVER, TODAY, FAILED, PART, LATE = "waiting", "soon", "over", "today", "failed", "part", "late"
TABS = (WAITING, TODAY, SOON, OVER, FAILED, PART, LATE)
SOON_IS = timedelta(hours=2)
PAGE = 50


@dataclass(frozen=True)
class Row:
    """One order, its account, and what is still asked of it."""

    order: Order
    account: Account | None

    @property
    def open_minor(self) -> int:
        return max(self.order.total_minor - self.order.paid_minor, 0)


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. ``q`` is a number of ours or of the shop."""

    tab: str = WAITING
    shop_id: int | None = None
    q: str = ""
    start: int = 0


def _base(asked: Asked, reach: Reach) -> QuerySet[Order]:
    account = Account.objects.filter(order_id=OuterRef("pk"))
    # Said as columns: what is counted apart by a condition may ask those and no other table.
    rows = Order.objects.filter(reaching.of(reach)).annotate(
        due=Subquery(account.values("due_at")[:1], output_field=DateTimeField()),
        ask_on=Subquery(account.values("contact_on")[:1], output_field=DateField()),
        tries=Subquery(account.values("failed")[:1], output_field=IntegerField()),
        came_late=Subquery(account.values("late")[:1], output_field=BooleanField()),
    )
    if asked.shop_id is not None:
        rows = rows.filter(shop_id=asked.shop_id)
    if asked.q:
        rows = rows.filter(Q(number__iexact=asked.q) | Q(platform_no=asked.q))
    return rows


def _tab(tab: str, *, at: datetime, today: date) -> Q:
    if tab == LATE:
        return Q(stage=states.CANCELLED, paid_minor__gt=0, came_late=True)
    waits = Q(stage=states.PENDING_PAYMENT)
    more = {
        SOON: Q(due__gt=at, due__lte=at + SOON_IS),
        OVER: Q(due__lte=at),
        TODAY: Q(ask_on__lte=today),
        FAILED: Q(tries__gt=0),
        PART: Q(paid_minor__gt=0),
    }
    return waits & more[tab] if tab in more else waits


def _late(asked: Asked, reach: Reach) -> QuerySet[Order]:
    """Of the few that came late, found by their accounts: cancelled orders are very many."""
    return _base(asked, reach).filter(pk__in=Account.objects.filter(late=True).values("order_id"))


def counts(asked: Asked, *, at: datetime, today: date, reach: Reach = EVERYWHERE) -> dict[str, int]:
    """How many there are in each tab. Two statements, over what waits and over what came late."""
    waits = _base(asked, reach).filter(stage=states.PENDING_PAYMENT)
    found: Mapping[str, int] = waits.aggregate(**{tab: Count("pk", filter=_tab(tab, at=at, today=today)) for tab in TABS if tab != LATE})
    return {**found, LATE: _late(asked, reach).filter(_tab(LATE, at=at, today=today)).count()}


def rows(asked: Asked, *, at: datetime, today: date, reach: Reach = EVERYWHERE) -> tuple[list[Row], bool]:
    """A page of them, who must pay first at the top, and whether there are more. Two statements."""
    base = _late(asked, reach) if asked.tab == LATE else _base(asked, reach)
    found = base.filter(_tab(asked.tab, at=at, today=today)).select_related("shop", "recipient")
    page: Sequence[Order] = list(found.order_by(F("due").asc(nulls_last=True), "pk")[asked.start : asked.start + PAGE + 1])
    accounts = {row.order_id: row for row in Account.objects.filter(order_id__in=[order.pk for order in page])}
    return [Row(order, accounts.get(order.pk)) for order in page[:PAGE]], len(page) > PAGE


def pressing(*, at: datetime, today: date, reach: Reach = EVERYWHERE) -> int:
    """How many somebody should ask today: their time is over, or the day to ask has come; and money that came late. One statement."""
    of_today = Account.objects.filter(Q(due_at__lte=at) | Q(contact_on__lte=today) | Q(late=True)).values("order_id")
    calls = Q(stage=states.PENDING_PAYMENT) | Q(stage=states.CANCELLED, paid_minor__gt=0)
    return Order.objects.filter(reaching.of(reach), calls, pk__in=of_today).count()
