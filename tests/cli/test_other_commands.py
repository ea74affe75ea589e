"""The other words of the command line, as a person types them."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.house import HEADER, House
from zhanggui import __version__

CHINESE = re.compile(r"[\u3400-\u9fff]")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200)]


@pytest.mark.one_leg
def test_the_first_owner_is_made_once_and_never_without_a_password(house: House) -> None:
    assert house.run("createowner", "--email", "a@example.com", typed="\n")[0] == 2
    code, _out, err = house.run("createowner", "--email", "a@example.com", typed="12345\n")
    assert (code, "bad-account" in err) == (1, True)
    code, out, _err = house.run("createowner", "--email", "a@example.com", typed="kettle-lamp-42\n")
    assert (code, out.strip()) == (0, "a@example.com owns the shop")
    code, _out, err = house.run("createowner", "--email", "b@example.com", typed="kettle-lamp-42\n")
    assert (code, "owner-exists" in err) == (1, True)
    assert house.ask("SELECT COUNT(*) FROM accounts_user") == 1


@pytest.mark.one_leg
def test_a_forgotten_password_is_given_anew_from_outside(house: House) -> None:
    assert house.run("createowner", "--email", "a@example.com", typed="kettle-lamp-42\n")[0] == 0
    before = house.ask("SELECT password FROM accounts_user")
    for typed, email, expected, why in (("\n", "a", 2, "standard input"), ("12345\n", "a", 1, "bad-account"), ("x\n", "b", 1, "not-found")):
        code, out, err = house.run("newpassword", "--email", f"{email}@example.com", typed=typed)
        assert (code, out, why in err) == (expected, "", True), err
    assert house.ask("SELECT password FROM accounts_user") == before
    code, out, _err = house.run("newpassword", "--email", "A@example.com", typed="lantern-fish-77\n")
    assert (code, out.strip()) == (0, "a@example.com has a new password")
    assert house.ask("SELECT password FROM accounts_user") != before
    code, out, err = house.run("clearsecondstep", "--email", "a@example.com", "--why", "lost the phone")
    assert (code, out.strip()) == (0, "a@example.com: 0 cleared; the password alone signs in"), err
    assert house.run("clearsecondstep", "--email", "b@example.com", "--why", "lost the phone")[0] == 1
    assert house.run("clearsecondstep", "--email", "a@example.com", "--why", " ")[0] == 1


@pytest.mark.capability("I-14")
def test_the_worker_reviews_what_was_imported_and_the_auditor_says_so(house: House, written: Callable[..., str]) -> None:
    stock = written("S1,9", "S2,9", header="商品编码,数量", name="stock.csv")
    assert house.taken("stock", stock, "--create-goods")[0] == 0
    paid = [f"T{nth},S{nth},1,10.00,林晓,1390000000{nth},2026-03-08 14:31:12" for nth in (1, 2)]
    assert house.taken("orders", written(*paid, header=f"{HEADER},付款时间"))[0] == 0
    code, _out, err = house.run("worker", "--until-idle")
    assert (code, "jobs done" in err) == (0, True)
    # Without an address a parcel comes back: the rules hold them both.
    assert house.ask("SELECT COUNT(*) FROM orders_hold WHERE code = 'address-incomplete'") == 2
    code, out, _err = house.run("verify", "--json")
    told = json.loads(out)
    assert (code, told["clean"]) == (0, True)
    assert {"I01", "I02", "I03", "I05", "I08", "I20", "I26", "I27", "I31"} <= {check["code"] for check in told["checks"]}


@pytest.mark.one_leg
def test_what_the_house_writes_is_its_owners_alone(house: House, tmp_path: Path) -> None:
    fresh = House(tmp_path / "fresh", f"sqlite:///{tmp_path / 'fresh' / 'shop.sqlite3'}")
    assert fresh.run("prepare")[0] == 0
    written = [path for path in fresh.data.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    code, out, err = House(tmp_path, "postgresql://nobody@127.0.0.1:9/nothing").run("verify")
    assert (code, out, err.count("\n"), "Traceback" in err) == (1, "", 1, False), err


@pytest.mark.one_leg
def test_what_cannot_be_asked_is_exit_code_two_and_says_what_can(house: House, tmp_path: Path) -> None:
    for words, says in (
        (("run", "--port", "99999"), "1 to 65535"),
        (("run", "--port", "x"), "1 to 65535"),
        (("bench", "labels", "--orders", "-3"), "1 or more"),
        (("bench", "speed"), "intake"),
        (("tour", "/nowhere.csv"), "/nowhere.csv"),
        (("newpassword",), "--email"),
        (("verify", "--fast"), "--fast"),
        ((), "COMMAND"),
    ):
        code, _out, err = house.run(*words)
        assert (code, says in err, "Traceback" in err) == (2, True, False), (words, err)


@pytest.mark.one_leg
def test_an_environment_that_cannot_be_is_exit_code_two_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for house, says in (
        (House(tmp_path / "data", "mysql://host/name"), "postgresql://"),
        (House(file / "data", ""), "ZHANGGUI_DATA"),
    ):
        code, out, err = house.run("verify")
        assert (code, out, err.count("\n"), says in err) == (2, "", 1, True), err


@pytest.mark.one_leg
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ZHANGGUI_KEYS", "bad"), ("ZHANGGUI_TIME_ZONE", "Nowhere"), ("ZHANGGUI_TIME_ZONE", "/etc/passwd"), ("ZHANGGUI_TIME_ZONE", ""),
        ("ZHANGGUI_BACKUP_MINUTES", "x"), ("ZHANGGUI_BACKUP_MINUTES", "-5"),
    ],
)  # fmt: skip
def test_a_variable_that_cannot_be_read_is_named_in_one_line(name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, said)
    code, out, err = House(tmp_path, f"sqlite:///{tmp_path / 'shop.sqlite3'}").run("verify")
    assert (code, out, err.count("\n"), name in err) == (2, "", 1, True), err


@pytest.mark.one_leg
def test_a_port_that_cannot_be_had_is_said_before_anything_starts(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        code, out, err = house.run("run", "--port", str(port))
    assert (code, out, f"port {port}" in err, "--port" in err) == (1, "", True, True), err
    code, out, err = house.run("run", "--host", "192.0.2.1", "--port", str(port))
    assert (code, out, "--host" in err) == (1, "", True), err


@pytest.mark.one_leg
@pytest.mark.parametrize("shell", ["zh_CN.UTF-8", "en_GB.UTF-8", "C"])
def test_the_terminal_speaks_english_whatever_the_shell_speaks(
    house: House, written: Callable[..., str], monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    assert house.run("createowner", "--email", "a@example.com", typed="kettle-lamp-42\n")[0] == 0
    monkeypatch.setenv("LC_ALL", shell)
    empty = written(name="empty.csv")
    said = (
        (("createowner", "--email", "b@example.com"), "kettle-lamp-42\n"),
        (("createowner", "--email", "nobody"), "kettle-lamp-42\n"),
        (("newpassword", "--email", "a@example.com"), "1\n"),
        (("newpassword", "--email", "nobody"), "kettle-lamp-42\n"),
        (("import", "orders", empty), ""),
        (("import", "orders", empty, "--shop", "nowhere"), ""),
        (("tour", empty), ""),
    )
    # Every command where it would go wrong; of the other shells one of each kind.
    for words, typed in said if shell == "zh_CN.UTF-8" else said[-2:]:
        code, out, err = house.run(*words, typed=typed)
        assert (code, out) == (1, ""), words
        assert err.isascii() or not CHINESE.search(err), (words, err)


@pytest.mark.one_leg
def test_usage_is_told_without_a_word_of_python(house: House) -> None:
    code, out, _err = house.run("--version")
    assert (code, out.strip()) == (0, f"zhanggui {__version__}")
    code, _out, err = house.run("fly")
    assert (code, "invalid choice" in err, "Traceback" in err) == (2, True, False)
    code, out, _err = house.run("--help")
    assert code == 0
    assert all(word in out for word in ("run", "worker", "import", "tour", "verify", "bench"))
