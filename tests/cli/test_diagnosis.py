"""A bundle that may be sent to a stranger."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.house import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.mark.capability("B-03")
def test_it_tells_how_the_house_stands_and_nothing_of_anybody(house: House, written: Callable[..., str], tmp_path: Path) -> None:
    assert house.taken("orders", written("X1,S1,1,10.00,林晓,13800137621"))[0] == 0
    out = tmp_path / "bundle.zip"
    code, _said, err = house.run("diagnose", str(out))
    assert code == 0, err
    with zipfile.ZipFile(out) as bundle:
        told = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert json.loads(told["database.json"])["rows"]["orders_order"] == 1
    assert json.loads(told["verify.json"])[0]["broken"] == 0
    whole = "".join(told.values())
    ring = (house.data / "keys.json").read_text()
    for secret in ("林晓", "13800137621", "X1", json.loads(ring)["index"], *json.loads(ring)["sealing"].values()):
        assert secret not in whole
    assert house.run("diagnose", str(tmp_path / "nowhere" / "x.zip"))[0] == 1
