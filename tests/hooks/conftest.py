"""Who makes endpoints here, and a receiver on this machine."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from receivers import Receiver, answer, receiver

from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outward.places import rules

People = Callable[..., User]


@pytest.fixture
def maker(person: People) -> User:
    return person("owner")


@pytest.fixture
def by(maker: User) -> Actor:
    return actor_of(maker, fresh=True)


@pytest.fixture
def near(settings: Any) -> Callable[[Receiver], str]:
    """Let the house speak to a receiver on this machine, and say where it is."""

    def let(there: Receiver, path: str = "/in") -> str:
        ports = {there.port, *settings.OUTWARD.ports}
        settings.OUTWARD = rules(http=True, ports=ports, private=["127.0.0.0/8"])
        return there.url(path=path)

    return let


@pytest.fixture
def listening(near: Callable[[Receiver], str]) -> Iterator[Receiver]:
    with receiver(answer(204)) as there:
        near(there)
        yield there
