"""What money an order brought: its account, and the lines of the book, oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from zhanggui.payments import port
from zhanggui.payments.models import Account, Gateway, Ledger
from zhanggui.payments.rules.causes import Cause, cause_of

GROUP = "zhanggui.payments"


@cache
def plugins() -> Mapping[str, port.Gateway]:
    """Every installed gateway by its code: ours, and those of others by the entry point. Loaded once a process."""
    ours = [cast(port.Gateway, import_string(path)) for path in settings.PAYMENT_GATEWAYS]
    others = [cast(port.Gateway, entry.load()) for entry in entry_points(group=GROUP)]
    return {each.code: each for each in (*ours, *others)}


def account_of(gateway: Gateway) -> port.Account:
    """The keys of a contract, opened for one call: keep it in no variable that outlives the call."""
    sealed = gateway.settings_sealed
    facts = settings.KEY_RING.open_facts(bytes(sealed), purpose(gateway.key)) if sealed else {}
    return port.Account({name: str(value) for name, value in facts.items()})


def purpose(key: str) -> bytes:
    """What the settings of a contract are sealed for: those of one do not open as another's."""
    return f"gateway:{key}".encode()


@dataclass(frozen=True)
class Line:
    """One line as the page shows it; ``cause`` where it failed."""

    row: Ledger
    cause: Cause | None


@dataclass(frozen=True)
class Money:
    """All of one order. ``left_minor`` is what may still be given back."""

    account: Account | None
    lines: list[Line]
    left_minor: int


def money_of(order_id: int, paid_minor: int) -> Money:
    """The account of an order and its book; one that was never opened says what the order does. Two statements."""
    account = Account.objects.filter(order_id=order_id).first()
    if account is None:
        return Money(None, [], paid_minor)
    rows = Ledger.objects.filter(account=account).order_by("pk")
    lines = [Line(row, cause_of(row.code) if row.kind == Ledger.Kind.FAILED else None) for row in rows]
    return Money(account, lines, account.came_minor - account.back_minor)


def due_of(order_ids: Sequence[int]) -> dict[int, datetime]:
    """Order → until when its money is waited for; those without an end are not in it. One statement, none for no orders."""
    if not order_ids:
        return {}
    return {
        id_: due
        for id_, due in Account.objects.filter(order_id__in=list(order_ids)).values_list("order_id", "due_at")
        if due is not None
    }
