"""A backup is only one when it came back: by the command line, with real processes, on the database in use."""

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pyrage import x25519

from tests import mother
from tests.cli.house import House
from tests.flows.team import address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("backups")]

ROWS = [f"B{nth},S{nth % 7},{1 + nth % 3},10.00,林晓{nth},139{nth:08d}" for nth in range(40)]
QUESTIONS = (
    "SELECT COUNT(*), SUM(total_minor), MAX(number) FROM orders_order",
    "SELECT COUNT(*), SUM(quantity) FROM orders_line",
    "SELECT COUNT(*) FROM customers_recipient",
    "SELECT SUM(on_hand) FROM stock_level",
)


POSTGRES = Path(os.environ.get("ZHANGGUI_POSTGRES_BIN", ""))


class Shop(House):
    """A house with a merchant of its own, so that its whole schema may be replaced."""

    slug = "backed"

    def begin(self, *words: str, **streams: Any) -> "subprocess.Popen[str]":
        where = {
            **os.environ, "ZHANGGUI_DATA": str(self.data), "ZHANGGUI_DATABASE_URL": self.url, "ZHANGGUI_MERCHANT": self.slug,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return mother.begin(words, where, **pipes)

    def state(self) -> list[Any]:
        if connection.vendor == "postgresql":
            with psycopg.connect(self.url, options=f"-c search_path=m_{self.slug}") as line:
                return [line.execute(question.encode()).fetchone() for question in QUESTIONS]
        plain = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        try:
            return [plain.execute(question).fetchone() for question in QUESTIONS]
        finally:
            plain.close()


    def keep(self, where: Path) -> None:
        """Note how it is now."""
        noting = where.with_name(f"{where.name}-{os.getpid()}")
        shutil.copytree(self.data, noting)
        if connection.vendor == "postgresql":
            subprocess.run([POSTGRES / "pg_dump", "-Fc", "-n", f"m_{self.slug}", "-f", noting / "schema.dump", self.url], check=True, timeout=60)
        with contextlib.suppress(OSError):
            noting.rename(where)

    def opened_as(self, where: Path) -> None:
        """Be as it was noted."""
        shutil.copytree(where, self.data)
        if connection.vendor == "postgresql":
            (self.data / "schema.dump").unlink()
            subprocess.run([POSTGRES / "pg_restore", "-d", self.url, where / "schema.dump"], check=True, timeout=60)


@pytest.fixture
def shop(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, written: Callable[..., str]) -> Iterator[Shop]:
    """One of goods and forty orders: made once, and as it was then for every story."""
    data = tmp_path / "data"
    shop = Shop(data, address(data))
    # Of all workers the first makes it; where two began at once, one of them is kept.
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "shop-kept"
    if kept.exists():
        shop.opened_as(kept)
    else:
        data.mkdir()
        stock = written(*[f"S{nth},500" for nth in range(7)], header="商品编码,数量", name="stock.csv")
        assert shop.taken("stock", stock, "--create-goods")[0] == 0
        assert shop.taken("orders", written(*ROWS))[0] == 0
        shop.keep(kept)
    yield shop
    if connection.vendor == "postgresql":
        with psycopg.connect(shop.url, autocommit=True) as line:
            names = line.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"m\\_{shop.slug}%"]).fetchall()
            for (name,) in names:
                line.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


def backup_of(shop: Shop) -> Path:
    code, out, err = shop.run("backup", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["good"], told
    return Path(told["file"])


def taken(lock: Path) -> bool:
    """Whether somebody holds it."""
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def files(shop: Shop) -> list[str]:
    return sorted(path.name for path in shop.data.iterdir() if path.suffix != ".lock")


@pytest.mark.capability("B-01")
def test_a_shop_comes_back_as_it_was_and_what_stood_before_is_kept(shop: Shop, written: Callable[..., str]) -> None:
    before = shop.state()
    file = backup_of(shop)
    assert shop.taken("orders", written("LATER-1,S1,1,10.00,周芳,13800137622", name="later.csv"))[0] == 0
    assert shop.state() != before
    code, out, err = shop.run("restore", str(file), "--yes")
    assert (code, "checks hold" in out, "is kept as" in out) == (0, True, True), err
    assert shop.state() == before
    assert shop.run("verify")[0] == 0
    # And the shop goes on from there.
    assert shop.taken("orders", written("LATER-1,S1,1,10.00,周芳,13800137622", name="later.csv"))[1]["orders_created"] == 1
    kept = out.split("is kept as ")[1].split("\n")[0]
    if connection.vendor == "sqlite":
        assert sqlite3.connect(kept).execute("SELECT COUNT(*) FROM orders_order").fetchone() == (41,)


@pytest.mark.capability("B-01")
def test_the_backup_key_alone_brings_a_lost_machine_back(shop: Shop, tmp_path: Path) -> None:
    before = shop.state()
    file = shutil.copy(backup_of(shop), tmp_path / "elsewhere.zgb")
    key = shutil.copy(shop.data / "backup-key.txt", tmp_path / "key.txt")
    data = tmp_path / "new"
    data.mkdir()
    fresh = Shop(data, address(data))
    code, out, err = fresh.run("restore", str(file), "--key", str(key), "--yes")
    assert (code, "keys of the backup are in place" in out) == (0, True), err
    assert fresh.state() == before
    assert (data / "keys.json").read_text() == (shop.data / "keys.json").read_text()


@pytest.mark.capability("B-01")
def test_a_backup_brings_lost_keys_back(shop: Shop) -> None:
    before, file = shop.state(), backup_of(shop)
    ring = shop.data / "keys.json"
    mine = ring.read_text()
    ring.unlink()
    assert shop.run("verify")[0] == 2
    code, out, err = shop.run("restore", str(file), "--yes")
    assert (code, "keys of the backup are in place" in out) == (0, True), err
    assert (shop.state(), ring.read_text()) == (before, mine)
    assert shop.run("verify")[0] == 0


@pytest.mark.capability("B-01")
def test_a_wrong_key_or_a_damaged_file_touches_nothing(shop: Shop, tmp_path: Path) -> None:
    file = backup_of(shop)
    (tmp_path / "wrong.txt").write_text(str(x25519.Identity.generate()))
    before, listed = shop.state(), files(shop)
    code, out, err = shop.run("restore", str(file), "--key", str(tmp_path / "wrong.txt"), "--yes")
    assert (code, out, "wrong-backup-key" in err) == (1, "", True)
    whole = file.read_bytes()
    (tmp_path / "cut.zgb").write_bytes(whole[: len(whole) // 2])
    code, out, err = shop.run("restore", str(tmp_path / "cut.zgb"), "--yes")
    assert (code, out, "backup-damaged" in err) == (1, "", True)
    assert shop.run("drill", str(tmp_path / "cut.zgb"))[0] == 1
    assert (shop.state(), files(shop)) == (before, listed)
    # Nobody can be asked: nothing is assumed.
    assert shop.run("restore", str(file))[0] == 2
    assert shop.run("restore", str(tmp_path / "none.zgb"), "--yes")[0] == 2


@pytest.mark.capability("B-01")
def test_while_somebody_works_nothing_is_replaced(shop: Shop) -> None:
    file = backup_of(shop)
    worker = shop.begin("worker")
    try:
        deadline = time.monotonic() + 60
        while not taken(shop.data / "open.lock"):
            assert time.monotonic() < deadline, "the worker never took the books"
            time.sleep(0.1)
        code, _out, err = shop.run("restore", str(file), "--yes")
        assert (code, "still-open" in err) == (1, True)
    finally:
        worker.terminate()
        worker.communicate(timeout=30)
    assert shop.run("restore", str(file), "--yes")[0] == 0


@pytest.mark.capability("B-01")
def test_five_drills_under_load_bring_back_every_order_that_was_acknowledged(shop: Shop, tmp_path: Path) -> None:
    """What was acknowledged before the copy began is in it; the copy itself is compared table by table."""
    busy = shop.begin("worker", stderr=subprocess.DEVNULL)
    try:
        for turn in range(5):
            rows = [f"D{turn}-{nth},S{nth % 7},1,10.00,李{nth},138{turn}{nth:07d}" for nth in range(20)]
            path = tmp_path / f"{turn}.csv"
            path.write_text("\n".join(["订单号,商品编码,数量,单价,收件人,手机", *rows]), "utf-8")
            assert shop.taken("orders", str(path))[1]["orders_created"] == 20
            acknowledged = 40 + 20 * (turn + 1)
            more = tmp_path / f"{turn}-meanwhile.csv"
            more.write_text("\n".join(["订单号,商品编码,数量,单价,收件人,手机", *[row.replace(f"D{turn}-", f"M{turn}-") for row in rows]]), "utf-8")
            meanwhile = shop.begin("import", "orders", str(more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # `backup` says good only after it restored the file aside, compared every table and asked the auditor.
            code, out, err = shop.run("backup", str(tmp_path / f"{turn}.zgb"), "--json")
            assert (code, meanwhile.wait(60)) == (0, 0), err
            told = json.loads(out)
            assert told["good"], told
            orders = told["orders"]
            assert acknowledged + 20 * turn <= orders <= acknowledged + 20 * (turn + 1)
    finally:
        busy.terminate()
        busy.communicate(timeout=30)
    assert shop.run("verify")[0] == 0
