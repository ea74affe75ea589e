"""What the processes of a race for the money of one order do. Every function here is called in a process of its own."""

import time
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime, timedelta

from tests.flows import team
from tests.web.orders.bench import PRICE, Bench
from zhanggui.kernel import guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import Refused
from zhanggui.ops.verify import assert_clean
from zhanggui.orders.commands import dues, money, notified, progress, shops
from zhanggui.orders.commands.money import Back, Came
from zhanggui.orders.models import Order
from zhanggui.payments import port
from zhanggui.payments.commands import terms
from zhanggui.payments.models import Account, Gateway, Ledger
from zhanggui.payments.port import Kind
from zhanggui.payments.terms import Terms
from zhanggui.stock.commands import warehouses

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
migrate, begin = team.migrate, team.begin


def prepare(unpaid: int, paid: int) -> tuple[list[int], list[int]]:
    """A shop that calls off what is not paid within two hours, so many orders that wait, and so many that are paid and approved."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    bench.receive(bench.sku, 100)
    terms.say(Terms(120, (), (), True, ()), by=SYSTEM, at=AT)
    Gateway.objects.create(plugin="alipay", name="支付宝", key="k", made_at=AT)
    waiting = {"stage": "pending_payment", "payment": "unpaid", "paid_minor": 0, "paid_at": None}
    return [bench.put(f"U{nth}", **waiting).pk for nth in range(unpaid)], [bench.put(f"P{nth}").pk for nth in range(paid)]


def told(order_id: int) -> str:
    """The gateway says it is paid, to several of us at once."""
    no = Order.objects.values_list("platform_no", flat=True).get(pk=order_id)
    said = port.Notice(Kind.PAID, no, f"A{order_id}", f"A{order_id}", PRICE)
    return notified.take(Gateway.objects.get().pk, said, by=SYSTEM, at=AT)


def clock_or_buyer(order_id: int, nth: int, clocks: list[int], without: str = "") -> str:
    """Some of us are the clock that calls it off, the others the money that comes."""
    with ExitStack() as stack:
        stack.enter_context(guards.without(without) if without else nullcontext())
        if nth in clocks:
            # Whoever looked before the money came waits long enough for it to be there.
            stack.enter_context(team.meeting_at(progress, "call_off", lambda: time.sleep(1)))
            return "off" if dues.expire([order_id], by=SYSTEM, at=LATER).done else "stays"
        team.meet()
        money.receive([Came(order_id, PRICE, "支付宝", "alipay", f"B{order_id}")], by=SYSTEM, at=LATER)
        return "paid"


def gives_back(order_id: int) -> str:
    """All of us give the whole of it back."""
    try:
        money.refund([Back(order_id, PRICE)], reason="全退", by=SYSTEM, at=LATER)
    except Refused as refusal:
        return refusal.code
    return "done"


def in_a_wave(order_id: int) -> list[int]:
    return progress.release([order_id], wave_id=1, by=SYSTEM, at=AT)


def ships(order_id: int, nth: int) -> str:
    """One of us hands it over while another gives its money back."""
    if nth:
        return gives_back(order_id)
    done = progress.mark_shipped([(order_id, 1)], by=SYSTEM, at=LATER)
    return "shipped" if done else "stays"


def late(order_id: int) -> bool:
    return Account.objects.get(order_id=order_id).late


def stands(order_id: int) -> tuple[str, str, int, int, int]:
    """(stage, payment, paid, what the book adds up to, how many lines)."""
    order, account = Order.objects.get(pk=order_id), Account.objects.get(order_id=order_id)
    lines = Ledger.objects.filter(account=account).values_list("kind", "amount_minor")
    book = sum(-minor if kind == "refund" else minor for kind, minor in lines if kind != "failed")
    assert book == account.came_minor - account.back_minor
    return order.stage, order.payment, order.paid_minor, book, len(lines)


def clean() -> None:
    assert_clean()
