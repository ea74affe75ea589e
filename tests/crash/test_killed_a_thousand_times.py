"""Processes are ended with SIGKILL at every point of the flow and at any moment: what was acknowledged is there, nothing is half done."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.crash.conftest import Ground
from zhanggui.kernel import crashing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280), pytest.mark.xdist_group("crash")]

# A thousand together: a process on PostgreSQL takes three times as long to come back to its work.
KILLS = {"sqlite": 700, "postgresql": 300}
SEED = 20261122
READY_S = 3.0
# Those of migrations have a story of their own.
KINDS = set(crashing.POINTS) - {"migration"}


@pytest.mark.capability("I-08")
def test_of_a_thousand_killed_processes_nothing_acknowledged_is_lost_and_nothing_is_half_done(ground: Ground) -> None:
    told = ground.campaign("--kills", str(KILLS[connection.vendor]), "--seed", str(SEED))
    print({name: value for name, value in told.items() if name != "log"})
    assert (told["lost"], told["half"], told["wrong"]) == (0, 0, 0), f"{told['findings']} {told['log']}"
    assert told["kills"] >= KILLS[connection.vendor]
    assert {kind.partition(".")[0] for kind in told["kinds"]} == KINDS
    assert told["points_hit"] >= 120
    assert told["acknowledged"] > told["kills"]
    assert told["write_again_s"]["max"] <= READY_S, told["write_again_s"]


# The two that must go wrong show the campaign able to see it, which no database changes.
@pytest.mark.one_leg
def test_who_acknowledges_before_the_commit_loses_orders_and_is_found_out(ground: Ground) -> None:
    told = ground.campaign("--kills", "25", "--seed", "5", "--only", "place", "--early")
    assert told["lost"] > 0, told


@pytest.mark.one_leg
def test_without_transactions_acts_are_left_half_done_and_are_found_out(ground: Ground) -> None:
    told = ground.campaign("--kills", "12", "--seed", "5", "--only", "place", "--bare", "--hands", "1")
    assert told["half"] > 0, told


def test_a_point_is_armed_on_the_bench_alone(settings: object) -> None:
    settings.GUARDS_MAY_BE_OFF = False  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="bench"):
        crashing.arm("commit.before")
    asked = {**os.environ, "ZHANGGUI_CRASH_AT": "commit.before"}
    said = subprocess.run(
        [sys.executable, "-c", "from config import settings as s; print(repr(s.CRASH_AT), s.GUARDS_MAY_BE_OFF)"],
        env=asked, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "'' False\n"


def test_a_statement_is_known_by_its_verb_and_its_table() -> None:
    said = {
        'INSERT INTO "orders_order" ("id") VALUES (%s)': "INSERT orders_order",
        "UPDATE stock_level SET claimed = 1": "UPDATE stock_level",
        "SELECT a FROM (SELECT 1)": "SELECT",
        "SELECT id, x FROM journal_job WHERE": "SELECT journal_job",
        "DELETE FROM cache": "DELETE cache",
        "BEGIN IMMEDIATE": "BEGIN",
    }
    assert {sql: crashing.said(sql) for sql in said} == said
