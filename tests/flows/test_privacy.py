"""One buyer's name, phone and door go through the whole house, and are found nowhere in it but sealed."""

from pathlib import Path

import pytest
from django.db import connection

from tests.flows.team import Team, address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("race")]
WORDS = ("甄秋鹤朵", "秋鹤朵", "18812349876", "甲乙丙楼", "4 单元 1802", "lonelycanary8823", "13977778882", "canarymail88")
SEEN = "a note that anybody may read"


def spellings(word: str) -> list[bytes]:
    """The word as files may hold it: two Chinese encodings, what Windows writes, JSON's escapes, hexadecimal."""
    ascii_json = word.encode("unicode_escape")
    return [word.encode(), word.encode("gbk"), word.encode("utf-16-le"), ascii_json, word.encode().hex().encode()]


def traces(data: bytes, words: tuple[str, ...] = WORDS) -> list[str]:
    return [word for word in words if any(spelling in data for spelling in spellings(word))]


def everything_in_postgres() -> bytes:
    """Every row of every table as text, bytes as hexadecimal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [text for (text,) in cursor.fetchall()]
    assert len(tables) > 30
    return "\n".join(rows).encode()


@pytest.mark.capability("I-08")
def test_nobody_is_found_in_the_files_the_database_or_the_logs(tmp_path: Path, transactional_db: None, capfd: pytest.CaptureFixture[str]) -> None:
    data, log = tmp_path / "data", tmp_path / "house.log"
    data.mkdir()
    team = Team(1, data, address(data), "tests.flows.secret")
    try:
        if connection.vendor != "postgresql":
            team.one("migrate", str(data / "template.sqlite3"))
        told = team.one("walk", str(log))
        # First with the log of the database still open, then with everything on the disk.
        piles = {str(path): path.read_bytes() for path in data.rglob("*") if path.is_file()}
        team.one("leave")
        piles |= {f"{path} afterwards": path.read_bytes() for path in data.rglob("*") if path.is_file()}
    finally:
        team.rest()
    out, err = capfd.readouterr()
    piles |= {"log": log.read_bytes(), "stdout": out.encode(), "stderr": err.encode()}
    if connection.vendor == "postgresql":
        piles["postgres"] = everything_in_postgres()

    assert told["stage"] == "delivered"
    assert told["opened"] == (WORDS[0], WORDS[2], "金雀路 77 号甲乙丙楼 4 单元 1802 室", "")
    assert told["masked"] == ("甄**", "188****9876", "金雀路 ***")
    assert (told["turned"], told["rejects"], told["audit"]) == (2, 2, [])
    assert told["paper"] > 10_000
    door = "金雀路 77 号甲乙丙楼 4 单元 1802 室"
    note = "改送 139****8882 或 c***@example.com"
    assert told["misplaced"] == {
        "K21": ("浙江省", "杭州市", "西湖区", door, "", ""),
        "K22": ("浙江省", "", "", f"杭州市西湖区{door}", "", ""),
        "K23": ("浙江省", "杭州市", "", f"{door} 后门", note, "改送 13977778882 或 canarymail88@example.com"),
    }
    wrong = told["wrong"]
    assert (wrong["states"], wrong["taken"]) == (["done", "done", "refused", "refused"], 0)
    assert wrong["rejected"] == 11
    # The file a person downloads has the row as it was, and is the only one that does.
    assert wrong["given back"] == [7, 2, 1]
    assert wrong["quoted"]
    assert told["found"] >= 1
    assert {page: status for page, (status, _) in told["visited"].items() if status != 200} == {}
    assert [page for page, (_, shown) in told["visited"].items() if shown] == []
    assert told["broken"] == (500, False)
    assert [state for state, _ in told["quarantined"]] == ["quarantined"]
    assert all(error.startswith("ValueError at secret.py:") for _, error in told["quarantined"])

    assert {name: found for name, pile in piles.items() if (found := traces(pile))} == {}
    # The same look finds what is no secret, so it does look.
    assert any(traces(pile, (SEEN,)) for pile in piles.values())
    assert b"SELECT" in piles["log"]
    assert b"stumble" in piles["log"]
    assert len([name for name in piles if "uploads" in name]) >= 2
