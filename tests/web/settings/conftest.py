"""Whoever may change how the shop works, signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from zhanggui.accounts.models import User
from zhanggui.kernel import clock


@pytest.fixture
def owner_in(client: Client, person: Callable[..., User], shop_id: int) -> Client:
    """The owner of a house opened just now: nobody else is asked yet."""
    owner = person("owner")
    User.objects.filter(pk=owner.pk).update(joined_at=clock.now())
    client.force_login(owner)
    return client
