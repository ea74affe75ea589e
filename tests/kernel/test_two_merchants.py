"""Two merchants in one process never see each other: each is a file, or a schema, of its own."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from zhanggui.kernel import merchants
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.preparing import prepare
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]
TWO = ("tea_house", "lamp_house")


@pytest.fixture
def books(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA = tmp_path
    for slug in TWO:
        with merchants.use_merchant(slug):
            prepare()
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for slug in TWO:
                cursor.execute(f'DROP SCHEMA "m_{slug}" CASCADE')


def test_what_one_merchant_writes_the_other_never_reads(books: None, at: datetime) -> None:
    for slug in TWO:
        with merchants.use_merchant(slug):
            shops.open_one("main", f"店 {slug}", by=SYSTEM, at=at)
    shops.open_one("main", "自己的店", by=SYSTEM, at=at)
    seen = []
    for slug in TWO:
        with merchants.use_merchant(slug):
            seen.append(list(Shop.objects.values_list("name", flat=True)))
    assert seen == [["店 tea_house"], ["店 lamp_house"]]
    assert list(Shop.objects.values_list("name", flat=True)) == ["自己的店"]


def test_nobody_opens_anothers_books_inside_a_transaction(at: datetime) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), merchants.use_merchant("tea_house"):
        pass


@pytest.mark.parametrize("slug", ["", "Tea", "../x", "a b", "m'; DROP"])
def test_a_slug_is_a_plain_word(slug: str) -> None:
    with pytest.raises(ValueError), merchants.use_merchant(slug):
        pass
