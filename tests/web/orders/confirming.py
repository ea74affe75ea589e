"""What the processes of a race at one draft do. Every function here is called in a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime

from django.db import connection
from django.test import Client

from tests.flows import team
from tests.web.orders.bench import Bench
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.catalog.models import Sku
from zhanggui.kernel import clock, db, guards
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import entry, shops
from zhanggui.orders.models import Order, Shop
from zhanggui.orders.sheet import read, typed
from zhanggui.stock.commands import warehouses

AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
migrate, begin = team.migrate, team.begin


def prepare(many: int) -> list[str]:
    """A shop, its owner, and so many drafts of theirs that are ready: the keys."""
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=AT)
    bench = Bench(shops.open_one("shanye", "山野杂货", by=SYSTEM, at=AT), AT)
    people.open_shop("owner@example.com", "店主", "kettle-lamp-42", by=SYSTEM, at=AT)
    keys = []
    for nth in range(many):
        said = typed(
            {"shop": str(Shop.objects.get().pk), "name": f"周{nth}", "phone": f"1390000{nth:04}", "street": "文三路 9 号", "payment": "paid"},
            [{"sku": str(bench.sku), "quantity": "1"}],
        )
        keys.append(entry.fresh_key())
        entry.keep(keys[-1], said, read(said, entry.pieces_of(said)), seen=None, by=actor_of(User.objects.get()), at=AT)
    return keys


hands: list[Client] = []


def sign_in() -> None:
    """Before the race, so that all click at one moment. The first answer of a process is slow: it is taken here."""
    hands.append(Client(raise_request_exception=False))
    hands[0].force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    hands[0].get("/orders/drafts/")


def confirm(key: str, without: str = "") -> tuple[int, str]:
    """One click on it: (status, where it leads). Unguarded, nobody places before everybody has looked. On SQLite the one writer at a
    time is a second guard: nobody waits for it while they look, and everybody does to place, for two at once would only be refused
    the same number."""
    client = hands[0]
    with ExitStack() as stack:
        if without:
            stack.enter_context(guards.without(without))
            then = stack.enter_context(_nobody_waits_to_write()) if connection.vendor == "sqlite" else None
            stack.enter_context(team.meeting_at(entry, "opened", then))
        answer = client.post(f"/orders/new/{key}/confirm/", {"version": "1", "as": "order"})
    return answer.status_code, answer.headers.get("Location", "")


@contextmanager
def _nobody_waits_to_write() -> Iterator[Callable[[], None]]:
    """No transaction is one, until what is given is called."""
    kept = db.write

    def again() -> None:
        db.write = kept

    db.write = nullcontext  # type: ignore[assignment]
    try:
        yield again
    finally:
        again()


def numbers(many: int) -> list[str]:
    """So many orders of one's own, placed one by one; their numbers."""
    owner, shop = actor_of(User.objects.get()), Shop.objects.get()
    sku = Sku.objects.order_by("pk").values_list("pk", flat=True)[0]
    found = []
    for nth in range(many):
        said = typed({"shop": str(shop.pk), "name": "周", "phone": f"1380000{nth:04}"}, [{"sku": str(sku), "quantity": "1"}])
        key = entry.fresh_key()
        saved = entry.keep(key, said, read(said, entry.pieces_of(said)), seen=None, by=owner, at=clock.now())
        order_id = entry.confirm(key, seen=saved.version, by=owner, at=clock.now()).order_id
        found.append(Order.objects.values_list("number", flat=True).get(pk=order_id))
    return found


def placed() -> int:
    return Order.objects.count()
