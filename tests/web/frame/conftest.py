"""A person at the counter, whatever was counted for the last story forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhanggui.accounts.models import User
from zhanggui.web.frame import counts, health, notices


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    counts.forget()
    notices.forget()
    health.forget()


@pytest.fixture
def at_counter(person: Callable[[str], User]) -> Callable[..., Client]:
    """``at_counter("warehouse")`` → a browser in which that person is signed in."""

    def make(role: str = "owner", **headers: Any) -> Client:
        client = Client(headers=headers)
        client.force_login(person(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make
