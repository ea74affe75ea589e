"""Keys that are lost are missed: nothing is sealed with others, until a backup or a person brings them back."""

import json
from collections.abc import Callable

import pytest

from tests.cli.house import House
from zhanggui.kernel.vault import new_ring
from zhanggui.kernel.vault import written as text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("backups")]
ROWS = [f"L{nth},S1,1,10.00,林晓{nth},139{nth:08d}" for nth in range(5)]
NOT_OURS = "not those of this database"


@pytest.fixture
def shop(house: House, written: Callable[..., str]) -> House:
    assert house.taken("stock", written("S1,99", header="商品编码,数量", name="stock.csv"), "--create-goods")[0] == 0
    assert house.taken("orders", written(*ROWS))[0] == 0
    return house


def ends(house: House, *words: str) -> None:
    code, out, err = house.run(*words)
    assert (code, out, err.count("\n"), NOT_OURS in err) == (2, "", 1, True), (words, err)


@pytest.mark.capability("B-01")
@pytest.mark.one_leg
def test_lost_keys_stop_every_command_and_no_new_ones_are_made(shop: House, written: Callable[..., str]) -> None:
    ring, kept = shop.data / "keys.json", shop.data / "keys.kept"
    ring.rename(kept)
    file = written(*ROWS)
    for words in (
        ("verify",), ("prepare",), ("import", "orders", file), ("backup",), ("drill",), ("worker", "--until-idle"), ("run", "--port", "8277"),
    ):  # fmt: skip
        ends(shop, *words)
        assert not ring.exists()
    assert str(ring) in shop.run("verify")[2]
    # Another house's are no better, wherever they come from.
    ring.write_text(text_of(new_ring()))
    ends(shop, "verify")
    kept.replace(ring)
    code, again = shop.taken("orders", file)
    # Known again as what they were: their fingerprints are keyed.
    assert (code, again["orders_created"], again["rows_duplicate"]) == (0, 0, len(ROWS)), again
    assert shop.run("verify")[0] == 0


@pytest.mark.one_leg
@pytest.mark.capability("B-01")
def test_a_ring_of_which_half_was_changed_is_not_ours_either(shop: House) -> None:
    path = shop.data / "keys.json"
    mine, other = json.loads(path.read_text()), json.loads(text_of(new_ring()))
    for part in ("index", "sealing"):
        path.write_text(json.dumps({**mine, part: other[part]}))
        ends(shop, "verify")
    # A key beside the old one changes nothing: what was sealed still opens.
    path.write_text(json.dumps({**mine, "current": "k2", "sealing": {**mine["sealing"], "k2": other["sealing"]["k1"]}}))
    assert shop.run("verify")[0] == 0


@pytest.mark.capability("B-01")
def test_a_database_from_before_the_mark_gets_one_from_its_own_keys_only(shop: House) -> None:
    path = shop.data / "keys.json"
    mine = path.read_text()
    shop.change("DELETE FROM ops_keymark")
    path.unlink()
    ends(shop, "verify")
    path.write_text(text_of(new_ring()))
    ends(shop, "verify")
    assert shop.ask("SELECT COUNT(*) FROM ops_keymark") == 0
    path.write_text(mine)
    assert shop.run("verify")[0] == 0
    assert shop.ask("SELECT COUNT(*) FROM ops_keymark") == 1


@pytest.mark.one_leg
@pytest.mark.capability("B-01")
def test_a_new_database_is_given_new_keys(house: House) -> None:
    assert house.run("prepare")[0] == 0
    assert (house.data / "keys.json").stat().st_mode & 0o777 == 0o600
    assert house.ask("SELECT COUNT(*) FROM ops_keymark") == 1
    assert house.run("prepare")[0] == 0
    assert house.ask("SELECT COUNT(*) FROM ops_keymark") == 1
