"""What a person may ask of the house, at the command line, and after a backup came back."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.cli.test_backups import Shop, shop  # noqa: F401  # a house with a merchant of its own

HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家留言"
PERSON = "甄秋鹤,18812349876,浙江省,杭州市,西湖区,金雀路 77 号,2026-03-08 14:31:12"
OTHER = "林晓,13800137621,湖北省,武汉市,洪山区,珞喻路 12 号,2026-03-08 14:31:12"
CANCEL = """
import django; django.setup()
from zhanggui.orders.models import Order
from zhanggui.orders.commands import progress
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
progress.cancel(list(Order.objects.filter(platform_no__startswith="E").values_list("pk", flat=True)), reason="buyer", by=SYSTEM, at=clock.now())
"""


def asked(house: Shop, question: str) -> Any:
    """One answer of the merchant's own database; of a statement none."""
    if connection.vendor == "postgresql":
        with psycopg.connect(house.url, options=f"-c search_path=m_{house.slug}") as line:
            found = line.execute(question.encode())
            return found.fetchone()[0] if found.description else None  # type: ignore[index]
    with closing(sqlite3.connect(house.url.removeprefix("sqlite:///"))) as plain:
        row = plain.execute(question).fetchone()
        plain.commit()
        return row[0] if row else None


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(400)
@pytest.mark.xdist_group("backups")
def test_a_backup_from_before_does_not_bring_the_erased_back(shop: Shop, written: Callable[..., str]) -> None:  # noqa: F811
    """A real backup, an erasure, a real restore; the database that knew of it is gone, and only the list is left."""
    file = written(f"E1,TEA,1,10.00,{PERSON},", f"E2,TEA,1,10.00,{OTHER},", header=HEADER)
    assert shop.taken("orders", file)[0] == 0
    where = {**os.environ, "ZHANGGUI_DATA": str(shop.data), "ZHANGGUI_DATABASE_URL": shop.url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    where["ZHANGGUI_MERCHANT"] = shop.slug
    subprocess.run([sys.executable, "-c", CANCEL], env=where, check=True)
    assert shop.run("backup")[0] == 0
    assert json.loads(shop.run("privacy", "find", typed="18812349876\n")[1])["orders"]
    code, out, err = shop.run("privacy", "erase", "--why", "本人来电", typed="18812349876\n")
    assert (code, json.loads(out)["erased"]) == (0, 1), err
    asked(shop, "DELETE FROM customers_erasure")
    (backup,) = (shop.data / "backups" / shop.slug).glob("*.zgb")
    code, out, err = shop.run("restore", str(backup), "--yes")
    assert code == 0, err
    assert "1 people who had been erased since were erased again" in out
    assert asked(shop, "SELECT COUNT(*) FROM customers_recipient WHERE sealed IS NULL AND masked_phone = '188****9876'") == 1
    assert asked(shop, "SELECT COUNT(*) FROM customers_recipient WHERE sealed IS NOT NULL") == 41
    assert asked(shop, "SELECT COUNT(*) FROM customers_erasure") == 1
    assert shop.run("privacy", "find", typed="18812349876\n")[0] == 1
    assert shop.run("verify")[0] == 0
