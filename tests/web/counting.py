"""How many statements a page costs."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.web.frame import counts


def statements(client: Client, address: str, *, afresh: bool = True, **headers: Any) -> int:
    """The statements of one look, the figures of the rail counted ``afresh``.

    The fewest of three looks: the bell and the light are kept a few seconds, and may fall due in between.
    """
    return min(_look(client, address, afresh, **headers) for _ in range(3))


def _look(client: Client, address: str, afresh: bool, **headers: Any) -> int:
    if afresh:
        counts.forget()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, **headers).status_code == 200
    return len(seen)
