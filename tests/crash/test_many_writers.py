"""Thirty-two people at the real server at once, one act in five a write: nobody is refused, and nobody starves."""

import json
import os
import subprocess
import sys

import pytest

from tests.crash.conftest import Ground
from tests.crash.open_shop import Open

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200), pytest.mark.xdist_group("crash"), pytest.mark.one_leg]
MANY = int(os.environ.get("ZHANGGUI_SOAK_VISITORS", "32"))
SECONDS = os.environ.get("ZHANGGUI_SOAK_SECONDS", "6")
P99_MS, MAX_MS = 300, 1000
SOAK = bool(os.environ.get("ZHANGGUI_SOAK"))


def test_thirty_two_people_write_through_the_server_and_none_starves(ground: Ground) -> None:
    house = Open(ground, MANY)
    try:
        house.visitor.until_written("开门", within_s=60)
        measured = subprocess.run(
            [sys.executable, "-m", "tests.crash.crowd", str(house.port), SECONDS, "1.0"],
            input=json.dumps(house.told), capture_output=True, text=True, check=True, timeout=200 + float(SECONDS),
        )  # fmt: skip
    finally:
        house.main.terminate()
        house.main.wait(30)
    told = json.loads(measured.stdout)
    print(told)
    assert (told["locked"], told["wrong"]) == (0, 0), told
    writes = told["writes"]
    assert writes["many"] >= 5
    if SOAK:
        assert writes["p99_ms"] <= P99_MS, writes
        assert writes["max_ms"] <= MAX_MS, writes
    else:
        # Beside other tests the machine decides how quick everything is; that nobody waits out of all proportion is ours.
        assert writes["max_ms"] <= max(MAX_MS, 8 * writes["p50_ms"]), writes
