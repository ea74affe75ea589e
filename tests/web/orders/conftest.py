"""A person at the counter of a small shop, whatever was counted for the last story forgotten."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.kernel import clock
from zhanggui.web.frame import counts, health, notices


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    counts.forget()
    notices.forget()
    health.forget()


@pytest.fixture
def at_counter(person: Callable[[str], User]) -> Callable[..., Client]:
    """``at_counter("reviewer")`` → a browser in which that person is signed in."""

    signed_in: dict[str, Client] = {}

    def make(role: str = "owner") -> Client:
        if role not in signed_in:
            signed_in[role] = Client()
            signed_in[role].force_login(person(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return signed_in[role]

    return make


@pytest.fixture
def bench(shop_id: int) -> Bench:
    return Bench(shop_id, clock.now())
