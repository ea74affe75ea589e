"""The floor and a carrier for the warehouse's stories."""

from datetime import datetime

import pytest

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers import queries as carriers


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> FakeCourier:
    """Stands where the plugin ``sandbox`` would."""
    fake = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": fake})
    return fake


@pytest.fixture
def floor(shop_id: int, courier: FakeCourier, at: datetime) -> Floor:
    return Floor(shop_id, at)
