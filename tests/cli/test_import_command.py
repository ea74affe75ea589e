"""``zhanggui import`` as a program calls it: one object, three exit codes, and no row lost when it is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from rustpy_xlsxwriter import write_worksheets

from tests.cli.house import HEADER, House
from tests.flows.team import address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200)]
KEYS = {
    "format", "shop", "rows_in", "rows_ok", "rows_duplicate", "rows_rejected", "rows_blank", "orders_in", "orders_created",
    "orders_duplicate", "orders_rejected", "orders_updated", "orders_revived", "rows_updated", "sums", "seconds", "rejects", "files",
}  # fmt: skip


def row(nth: int, pieces: str = "1") -> str:
    return f"T{nth},S{nth % 7},{pieces},10.00,林晓{nth},139{nth:08}"


def adds_up(told: dict[str, Any]) -> None:
    assert told["rows_in"] == told["rows_ok"] + told["rows_duplicate"] + told["rows_rejected"] + told["rows_blank"]


@pytest.mark.capability("I-07", "I-08")
def test_it_answers_with_one_object_and_the_exit_code_says_how_it_went(house: House, written: Callable[..., str], tmp_path: Path) -> None:
    good = written(row(1), row(2))
    code, told = house.taken("orders", good, "--dry-run")
    assert (code, set(told), told["orders_created"]) == (0, KEYS, 2)
    assert house.ask("SELECT COUNT(*) FROM orders_shop") == 0
    code, told = house.taken("orders", good, "--create-goods")
    assert (code, set(told), told["orders_created"]) == (0, KEYS, 2)
    adds_up(told)
    code, told = house.taken("orders", good)
    assert (code, told["orders_duplicate"]) == (0, 2)

    bad = written(row(1), row(3, pieces="0"), "", row(4), name="bad.csv")
    out = tmp_path / "rejects.csv"
    code, told = house.taken("orders", bad, "--rejects", str(out))
    adds_up(told)
    assert (code, told["rows_ok"], told["rows_duplicate"], told["rows_rejected"], told["rows_blank"]) == (1, 1, 1, 1, 1)
    (reject,) = told["rejects"]
    assert set(reject) == {"row", "column", "code", "message", "file"}
    assert (reject["row"], reject["column"], reject["code"], reject["file"]) == (3, "数量", "QTY_RANGE", "bad.csv")
    assert "T3" in out.read_text("utf-8-sig")
    code, told = house.taken("orders", bad, "--strict")
    assert (code, told["refused"]) == (1, "strict")
    assert set(told) == KEYS | {"refused", "message", "facts"}
    assert (told["rows_in"], told["rejects"]) == (0, [])
    adds_up(told)
    code, told = house.taken("orders", good, "--shop", "nowhere")
    assert (code, told["refused"]) == (1, "unknown-shop")


@pytest.mark.one_leg
def test_with_several_shops_nobody_guesses_whose_the_orders_are(house: House, written: Callable[..., str]) -> None:
    code, told = house.taken("orders", written(row(1)), "--shop", "one")
    assert (code, told["shop"]) == (0, "one")
    code, told = house.taken("orders", written(row(2)))
    assert (code, told["shop"]) == (0, "one")
    second = """
import os, django; os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"; django.setup()
from zhanggui.kernel import clock; from zhanggui.kernel.actor import SYSTEM; from zhanggui.orders.commands import shops
shops.open_one("two", "Two", by=SYSTEM, at=clock.now())
"""
    where = {**os.environ, "ZHANGGUI_DATA": str(house.data), "ZHANGGUI_DATABASE_URL": house.url}
    subprocess.run([sys.executable, "-c", second], env=where, check=True, timeout=60)
    code, told = house.taken("orders", written(row(3)))
    assert (code, told["refused"], told["facts"]["shops"], told["rows_in"]) == (2, "WHICH_SHOP", "one、two", 0)
    code, out, _err = house.run("import", "orders", written(row(3)), "--shop", "two")
    assert (code, "shop two" in out) == (0, True)


@pytest.mark.one_leg
def test_of_a_workbook_with_two_sheets_of_orders_one_is_named(house: House, tmp_path: Path) -> None:
    sheets = [(name, [dict(zip(HEADER.split(","), row(nth).split(","), strict=True))]) for nth, name in enumerate(("三月", "四月"))]
    file = tmp_path / "two.xlsx"
    with file.open("wb") as out:
        write_worksheets(sheets, out)
    code, told = house.taken("orders", str(file))
    assert (code, told["refused"], told["facts"]["sheets"]) == (1, "SEVERAL_SHEETS", "三月、四月")
    assert house.ask("SELECT COUNT(*) FROM orders_order") == 0
    code, told = house.taken("orders", str(file), "--sheet", "五月")
    assert (code, told["refused"]) == (1, "UNKNOWN_SHEET")
    for sheet in ("四月", "三月"):
        code, told = house.taken("orders", str(file), "--sheet", sheet)
        assert (code, told["orders_created"]) == (0, 1)


@pytest.mark.one_leg
def test_what_cannot_be_asked_is_exit_code_two(house: House, written: Callable[..., str]) -> None:
    good = written(row(1))
    for words in (("orders", "/nowhere.csv"), ("goods", good, good), ("parcels", good)):
        code, out, err = house.run("import", *words)
        assert (code, out) == (2, ""), words
        assert err
        assert "Traceback" not in err


@pytest.mark.one_leg
def test_an_unknown_format_is_exit_code_two_with_the_names_of_the_known(house: House, written: Callable[..., str]) -> None:
    code, out, err = house.run("import", "orders", written(row(1)), "--format", "nope")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(name in err for name in ("auto", "template", "taobao", "online_retail"))
    assert house.ask("SELECT COUNT(*) FROM channels_import") == 0


@pytest.mark.one_leg
@pytest.mark.parametrize(("shell", "heading"), [("zh_CN.UTF-8", "怎么改"), ("C", "怎么改"), ("en_US.UTF-8", "How to mend")])
def test_the_reject_file_speaks_as_the_shell_does(
    house: House, written: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str, heading: str
) -> None:
    monkeypatch.setenv("LC_ALL", shell)
    out = tmp_path / "out.csv"
    code, told = house.taken("orders", written(row(1, pieces="0")), "--rejects", str(out))
    assert (code, "must be from 1" in told["rejects"][0]["message"]) == (1, True)
    assert out.read_text("utf-8-sig").splitlines()[0].endswith(heading)


@pytest.mark.one_leg
def test_a_reject_file_that_cannot_be_written_is_said_before_anything_comes_in(
    house: House, written: Callable[..., str], tmp_path: Path
) -> None:
    file = written(row(1, pieces="0"))
    for words in (("--rejects", "/nowhere/out.csv"), ("--rejects", str(tmp_path)), ("--rejects", file), ("--dry-run", "--rejects", "out.csv")):
        code, out, err = house.run("import", "orders", file, *words)
        assert (code, out, err.count("\n"), "Traceback" in err) == (2, "", 1, False), words
    assert house.ask("SELECT COUNT(*) FROM channels_import") == 0


@pytest.mark.one_leg
def test_a_file_that_is_no_table_is_refused_in_words(house: House, tmp_path: Path) -> None:
    file = tmp_path / "orders.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 200)
    code, out, err = house.run("import", "orders", str(file))
    assert (code, out) == (1, "")
    assert "Traceback" not in err


@pytest.mark.capability("I-08", "A-06")
def test_killed_in_the_middle_it_goes_on_and_every_row_is_accounted_for_once(house: House, written: Callable[..., str]) -> None:
    many = 6_000
    file = written(*(row(nth, pieces="0" if nth % 500 == 5 else "1") for nth in range(many)))
    kills, seen = 0, 0
    while kills < 2:
        process = house.begin("import", "orders", file, "--create-goods", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before, until = seen, time.monotonic() + 60
        while (seen := house.ask("SELECT COUNT(*) FROM channels_importrow") or 0) <= before and time.monotonic() < until:
            time.sleep(0.003)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        kills += 1
        assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"
        seen = house.ask("SELECT COUNT(*) FROM channels_importrow")
        # Whole batches only: an order is never in without its row's outcome.
        assert house.ask("SELECT COUNT(*) FROM orders_order") == house.ask("SELECT COUNT(*) FROM channels_importrow WHERE outcome = 'ok'")
    assert 0 < seen < many
    code, told = house.taken("orders", file, "--create-goods")
    adds_up(told)
    assert (code, told["rows_in"], told["rows_ok"], told["rows_rejected"], told["orders_created"]) == (1, many, 5_988, 12, 5_988)
    assert len(told["rejects"]) == 12
    assert house.ask("SELECT COUNT(*) FROM channels_import") == 1
    assert house.ask("SELECT COUNT(DISTINCT platform_no) FROM orders_order") == house.ask("SELECT COUNT(*) FROM orders_order") == 5_988
    assert house.run("verify")[0] == 0


def test_an_empty_house_opened_by_three_at_once_is_made_once(tmp_path: Path, transactional_db: None, written: Callable[..., str]) -> None:
    if connection.vendor == "postgresql":
        house = House(tmp_path, address(tmp_path))
    else:
        house = House(tmp_path, "")
    crowd = [house.begin("prepare") for _ in range(3)]
    heard = [(process.communicate(timeout=100), process.returncode) for process in crowd]
    assert [code for _, code in heard] == [0, 0, 0], heard
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("keys.") and path.name != "keys.json"]
    code, told = house.taken("orders", written(row(1)))
    assert (code, told["orders_created"]) == (0, 1)
