"""What the processes of a race of programs do. Every function here is called in a process of its own."""

from datetime import UTC, datetime
from typing import Any

from tests.api.caller import Caller, secret_of
from tests.flows import team
from tests.web.orders.bench import Bench
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.journal.models import Answered, Entry
from zhanggui.kernel import crashing
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order
from zhanggui.stock.commands import warehouses

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
HOLD = "/orders/holds/hold"
migrate, begin = team.migrate, team.begin


def prepare(many: int) -> tuple[str, list[int]]:
    """A shop with so many orders, and a key to it: (secret, ids)."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    owner = people.open_shop("owner@example.com", "店主", "kettle-lamp-42", by=SYSTEM, at=AT)
    return secret_of(User.objects.get(pk=owner)), [bench.put(f"R{nth}", idle=False).pk for nth in range(many)]


def hold(secret: str, order_id: int, key: str) -> tuple[int, Any, bool]:
    """(status, answer, whether it was told again)."""
    caller = Caller(secret)
    status, told = caller.post(HOLD, {"order_ids": [str(order_id)]}, key=key)
    return status, told, "Idempotency-Replayed" in caller.last.headers


def hold_and_die(secret: str, order_id: int, key: str, point: str) -> None:
    crashing.arm(point)
    hold(secret, order_id, key)


def stood() -> tuple[int, int, int]:
    """(acts in the book, answers kept, orders held)."""
    acts = Entry.objects.filter(name="orders.holds.hold").count()
    return acts, Answered.objects.exclude(status=0).count(), Order.objects.filter(holds__gt=0).count()
