"""Goods are found by what a hand types: a code's beginning, a part of a name, the initials of its pinyin, a barcode."""

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.catalog import queries
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Ending, Sku
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(at: datetime) -> dict[str, int]:
    said = [
        Definition("GW-150-QY", "青釉盖碗", "150ml", "6901234567892"),
        Definition("GDB-350", "玻璃公道杯", "350ml"),
        Definition("CQ-1", "重庆小面"),
        Definition("A_B%1", "蓝染茶席布"),
        Definition("AXB91", "别的"),
    ]
    return goods.define(said, by=SYSTEM, at=at).ids


def codes(text: str) -> list[str]:
    return [sku.code for sku in queries.found(text)]


@pytest.mark.capability("N-04")
def test_goods_are_found_by_code_name_initials_barcode_and_spec(shelf: dict[str, int]) -> None:
    assert codes("gw-1") == ["GW-150-QY"]
    assert codes("ｇｗ－１５０") == ["GW-150-QY"]
    assert codes("公道") == ["GDB-350"]
    assert codes("qygw") == ["GW-150-QY"]
    assert codes("gdb") == ["GDB-350"]
    assert codes("gw") == ["GW-150-QY"]
    assert codes("cqxm") == ["CQ-1"]
    assert codes("6901234567892") == ["GW-150-QY"]
    assert codes("盖碗 150") == ["GW-150-QY"]
    assert codes("350ML") == ["GDB-350"]
    assert codes("青釉盖碗150ml") == codes("qygw150ml") == ["GW-150-QY"]
    assert codes("青釉盖碗150ml 青釉盖碗150ml 青釉盖碗150ml") == []
    assert codes("什么都不是") == codes("  ") == []


def test_no_mark_of_what_is_typed_is_a_pattern(shelf: dict[str, int]) -> None:
    assert codes("a_b") == ["A_B%1"]
    assert codes("a%") == codes("a*") == codes("%") == codes("\\") == []


def test_what_is_renamed_is_found_by_its_new_name_and_what_is_retired_not_at_all(shelf: dict[str, int], at: datetime) -> None:
    goods.define([Definition("GDB-350", name="琉璃杯")], by=SYSTEM, at=at)
    assert codes("公道") == []
    assert codes("llb") == ["GDB-350"]
    Sku.objects.filter(code="GDB-350").update(retired_at=at)
    assert codes("llb") == codes("gdb") == []


def test_however_many_are_found_it_is_two_statements(shelf: dict[str, int]) -> None:
    for text in ("gw-1", "6901234567892", "公道", "zzz"):
        with CaptureQueriesContext(connection) as asked:
            queries.found(text)
        assert len(asked) <= 2, text


def test_goods_from_before_are_found_too(shelf: dict[str, int]) -> None:
    Sku.objects.update(initials="")
    Ending.objects.all().delete()
    assert codes("公道") == []
    import_module("zhanggui.catalog.migrations.0002_findable").fill(apps, None)
    assert codes("公道") == ["GDB-350"]
    assert codes("qyg") == ["GW-150-QY"]
