"""What the processes of the story about a killed worker do. Every function here is called in a process of its own."""

from datetime import datetime, timedelta

from django.conf import settings

from tests.flows import team
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.hooks import queries
from zhanggui.hooks.commands import endpoints, sending
from zhanggui.hooks.models import Delivery
from zhanggui.journal import jobs
from zhanggui.journal.book import tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outward.places import rules
from zhanggui.orders.events import OrderPlaced

migrate, begin = team.migrate, team.begin


def let(port: int) -> None:
    """This process may speak to a receiver beside it."""
    settings.OUTWARD = rules(http=True, ports=[port], private=["127.0.0.0/8"])
    queries.forget()


def begin_telling(port: int, many: int, at: datetime) -> None:
    let(port)
    by = actor_of(User.objects.get(pk=people.add("o@example.com", "o", "kettle-lamp-42", "owner", by=SYSTEM, at=at)), fresh=True)
    endpoints.open_one("看板", f"http://127.0.0.1:{port}/in", ["order.placed"], by=by, at=at)
    with db.write():
        tell([OrderPlaced(nth) for nth in range(1, many + 1)], by=SYSTEM, at=at)


def work(port: int, at: datetime) -> int:
    let(port)
    return jobs.run_until_idle(at=lambda: at, lanes=("outward",))


def work_later(port: int, at: datetime) -> int:
    """After the lease of whoever died."""
    let(port)
    sending.send_waiting([], at=at + sending.LEASE + timedelta(seconds=1))
    return Delivery.objects.filter(state="sent").count()
