"""Canaries go through a house that serves, works, backs up, breaks and hands files out; afterwards they are looked for everywhere."""

import io
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pytest
from django.db import connection

from tests.cli.house import House
from tests.flows.team import address
from tests.flows.test_privacy import everything_in_postgres, traces
from tests.serving import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400), pytest.mark.xdist_group("backups")]
NAME, PHONE, DOOR, ACCOUNT, PASSWORD = "甄秋鹤朵", "18812349876", "甲乙丙楼 4 单元 1802 室", "lonelycanary8823", "secret-canary-5511"
TYPED = ("18700112233", "typed-canary-77")
CANARIES = (NAME, "秋鹤朵", PHONE, "甲乙丙楼", "4 单元 1802", ACCOUNT, PASSWORD, *TYPED)
HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家昵称,买家留言"
ROW = f"TEA,1,10.00,{NAME},{PHONE},浙江省,杭州市,西湖区,金雀路 77 号{DOOR},2026-03-08 14:31:12,{ACCOUNT},请打 {PHONE}"
EXPORTS = ("/orders/export/", "/goods/export/", "/stock/export/", "/tracking/export/")


def test_no_canary_is_found_where_it_was_not_meant_and_a_planted_one_is(tmp_path: Path, transactional_db: None) -> None:
    data = tmp_path / "data"
    data.mkdir()
    house, port = House(data, address(data)), free_port()
    assert house.run("prepare")[0] == 0
    where = {**os.environ, "ZHANGGUI_DATA": str(data), "ZHANGGUI_DATABASE_URL": house.url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    where |= {"ZHANGGUI_LOG_LEVEL": "DEBUG", "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    good = "\n".join([HEADER, *(f"K{nth},{ROW}" for nth in range(3))])
    typed = f"{PASSWORD}\0{good}\0{HEADER}\nK9,{ROW.replace('TEA,1', 'TEA,0')}".encode()
    subprocess.run([sys.executable, str(Path(__file__).with_name("at_work.py"))], input=typed, env=where, check=True)
    with (tmp_path / "server.log").open("wb") as told:
        server = subprocess.Popen([sys.executable, "-m", "zhanggui", "run", "--port", str(port)], env=where, stdout=told, stderr=told)
        try:
            shown = visited(f"http://127.0.0.1:{port}", house)
        finally:
            server.terminate()
            server.wait(30)
    piles = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} | shown
    with zipfile.ZipFile(io.BytesIO(piles["diagnosis.zip"])) as bundle:
        piles |= {f"diagnosis/{name}": bundle.read(name) for name in bundle.namelist()}
    if connection.vendor == "postgresql":
        piles["postgres"] = everything_in_postgres()
    assert {name: found for name, pile in piles.items() if (found := traces(pile, CANARIES))} == {}
    # It was all there to be found: the files, the copy, the log of every request, the pages that broke.
    assert sum("uploads/" in name for name in piles) == 2
    assert sum(name.endswith(".zgb") for name in piles) == 1
    log = piles["server.log"].decode()
    for words in ('"route":"orders:list"', '"status":500', '"error":"', "places"):
        assert words in log
    assert "?q=" not in log
    # And the look is no blind one.
    house.change(f"UPDATE orders_order SET internal_note = '{PHONE}'")
    planted = everything_in_postgres() if connection.vendor == "postgresql" else b"".join(path.read_bytes() for path in data.glob("*.sqlite3*"))
    assert traces(planted, CANARIES) == [PHONE]
    (data / "uploads" / "plain.csv").write_bytes(good.encode("gbk"))
    assert NAME in traces((data / "uploads" / "plain.csv").read_bytes(), CANARIES)


def visited(base: str, house: House) -> dict[str, bytes]:
    """Everybody signs in and takes what they may; the house breaks and backs itself up meanwhile. What was shown, by page."""
    shown: dict[str, bytes] = {}
    for role in ("owner", "sales", "reviewer", "warehouse", "aftersales", "finance", "readonly"):
        with httpx.Client(base_url=base, follow_redirects=True, timeout=60, trust_env=False) as client:
            sign_in(client, role)
            if role == "owner":
                wait_for(house, "SELECT COUNT(*) FROM channels_import WHERE state = 'done'", 2)
                shown |= broken(client, house)
                assert house.run("backup")[0] == 0
                assert house.run("diagnose", str(house.data.parent / "diagnosis.zip"))[0] == 0
            for page in ("/orders/", f"/orders/?q={TYPED[0]}", *EXPORTS):
                answer = client.get(page)
                assert answer.status_code in (200, 403, 404), (role, page, answer.status_code)
                # The box shows what was typed into it: on that page, to who typed it.
                shown[f"{role} {page.split('?')[0]}"] = b"" if "?" in page else opened(answer.content)
    return shown


def broken(client: httpx.Client, house: House) -> dict[str, bytes]:
    """A page and a job that fall over for want of a table, with what was typed in their hands."""
    house.change("ALTER TABLE orders_line RENAME TO orders_line_away")
    try:
        answer = client.get("/orders/", params={"q": TYPED[0], "sku": TYPED[1]})
        late = client.get(f"/orders/{house.ask('SELECT MIN(id) FROM orders_order')}/")
    finally:
        house.change("ALTER TABLE orders_line_away RENAME TO orders_line")
    assert 500 in (answer.status_code, late.status_code)
    missing = client.get(f"/{TYPED[1]}/")
    # The page names the address that is not there, to who typed it; nothing else of it may stay.
    nowhere = missing.content.replace(f"/{TYPED[1]}/".encode(), b"")
    return {"500": answer.content if answer.status_code == 500 else b"", "500 late": late.content, "404": nowhere}


def sign_in(client: httpx.Client, role: str) -> None:
    for _ in range(150):
        try:
            page = client.get("/orders/")
            break
        except httpx.TransportError:
            time.sleep(0.2)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token is not None
    # Wrong once: a refused password is one as well.
    for password in (TYPED[1], PASSWORD)[role != "owner" :]:
        answer = client.post(page.url, data={"login": f"{role}@example.com", "password": password, "csrfmiddlewaretoken": token[1]})
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text) or token
    assert answer.status_code == 200
    assert "sessionid" in client.cookies or any("session" in name for name in client.cookies)


def opened(content: bytes) -> bytes:
    """A workbook as what its parts say; anything else as it is."""
    if content[:2] != b"PK":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def wait_for(house: House, question: str, many: int) -> None:
    for _ in range(300):
        if house.ask(question) == many:
            return
        time.sleep(0.2)
    raise AssertionError(question)
