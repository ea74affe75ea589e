"""Parcels on the road, and a carrier that scans them as it is told."""

from datetime import datetime

import pytest

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers import queries as carriers


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> FakeCourier:
    fake = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": fake})
    return fake


@pytest.fixture
def floor(shop_id: int, courier: FakeCourier, at: datetime) -> Floor:
    return Floor(shop_id, at)
