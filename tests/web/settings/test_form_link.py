"""The link of a public form: whether a buyer gets there at all."""

from collections.abc import Callable

import pytest
from django.test import Client

from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.commands import web_forms
from zhanggui.orders.commands.web_forms import Design
from zhanggui.web.settings.order_forms import stays_inside

WARNING = "买家打不开这个链接"


@pytest.mark.django_db
def test_a_link_nobody_outside_can_open_says_so(owner_in: Client, shop_id: int, settings: Callable[..., object]) -> None:
    made = web_forms.design(None, Design("预订", "山野"), shop_id=shop_id, by=SYSTEM, at=clock.now())
    settings.ADDRESS = ""  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    page = owner_in.get(f"/settings/forms/{made}/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert WARNING in page
    assert "ZHANGGUI_ADDRESS=" in page
    settings.ADDRESS = "https://erp.example.com"  # type: ignore[attr-defined]
    assert WARNING not in owner_in.get(f"/settings/forms/{made}/").content.decode()
    settings.ADDRESS = "http://192.168.1.20:8000"  # type: ignore[attr-defined]
    assert WARNING in owner_in.get(f"/settings/forms/{made}/").content.decode()


def test_which_hosts_stay_inside() -> None:
    for host in ("127.0.0.1", "localhost", "10.0.0.8", "192.168.1.20", "::1", "fe80::1", "169.254.3.4", "0.0.0.0", "shop", "shop.local"):
        assert stays_inside(host), host
    for host in ("erp.example.com", "8.8.8.8", "2400:3200::1"):
        assert not stays_inside(host), host
