"""The types of holds on their settings page: turned, added, refused beside the field, put back."""

from typing import Any

import pytest
from django.test import Client

from zhanggui.orders.models import HoldType

pytestmark = pytest.mark.django_db


@pytest.mark.capability("A-07")
def test_the_page_of_types_turns_adds_and_puts_back(owner_in: Client, at: Any) -> None:
    assert "wait-merge" in owner_in.get("/settings/holds/").content.decode()
    said = {"name": "等贺卡", "role": "sales", "due_h": "2", "enabled": "on", "stops_review": "on", "event": "paid"}
    assert owner_in.post("/settings/holds/new/", said).status_code == 302
    row = HoldType.objects.get()
    assert (row.code, row.stops_shipping, row.keeps_stock, row.event) == ("own-1", False, False, "paid")
    again = owner_in.post("/settings/holds/new/", said)
    assert (again.status_code, "已经有一种挂起叫「等贺卡」" in again.content.decode()) == (422, True)
    # What must be mended has no switch for what it stops; what a check finds has none for people.
    form = owner_in.get("/settings/holds/sku-unknown/").content.decode()
    assert "总是拦住审核和发货" in form
    for name in ("stops_review", "enabled"):
        assert f'name="{name}"' not in form
    assert owner_in.post("/settings/holds/underpaid/", {"role": "sales", "due_h": "5"}).status_code == 302
    assert HoldType.objects.get(code="underpaid").stops_review is False
    assert "归谁" in owner_in.get("/settings/holds/").content.decode()
    owner_in.post("/settings/holds/underpaid/", {"usual": "1"})
    assert not HoldType.objects.filter(code="underpaid").exists()
    assert owner_in.get("/settings/holds/no-such/").status_code == 404
