"""A person before the door, whatever was counted for the last story forgotten."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client

from tests.web.people.door import PASSWORD, sign_in
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.kernel.actor import SYSTEM
from zhanggui.web.frame import counts, health, notices


@pytest.fixture(autouse=True)
def _fresh_figures(db: None) -> None:
    counts.forget()
    notices.forget()
    health.forget()
    cache.clear()


@pytest.fixture
def shop_open(db: None, at: datetime) -> None:
    """Somebody owns the shop."""
    people.add("boss@example.com", "老板", PASSWORD, "owner", by=SYSTEM, at=at)


@pytest.fixture
def owner_here(person: Callable[[str], User]) -> Client:
    """The owner, signed in through the door."""
    person("owner")
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"})
    assert sign_in(browser) == "/"
    return browser
