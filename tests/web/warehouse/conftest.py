"""The floor, a carrier, and somebody signed in at a station."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.fulfilment.floor import Floor


@pytest.fixture
def packer(client: Client, person: Callable[..., Any], floor: Floor) -> Client:
    """Signed in as one who picks, packs and ships."""
    client.force_login(person("warehouse"))
    return client


@pytest.fixture
def boss(person: Callable[..., Any], floor: Floor) -> Client:
    made = Client()
    made.force_login(person("owner"))
    return made


@pytest.fixture
def beep(packer: Client) -> Callable[..., Any]:
    """A scan as the station tells it: ``beep("/warehouse/…/scan/", "69CUP")`` → the answer."""
    told = 0

    def send(address: str, code: str, uid: str = "", **more: str) -> Any:
        nonlocal told
        told += 1
        return packer.post(address, {"code": code, "uid": uid or f"beep-{told}", **more}, HTTP_HX_REQUEST="true")

    return send
