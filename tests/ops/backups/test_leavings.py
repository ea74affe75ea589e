"""What a killed copy leaves is cleared away by the next, and nobody's work is taken for leavings."""

import os
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection
from psycopg import sql

from zhanggui.ops.backups import making, postgres_side

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kept(settings: LazySettings, tmp_path: Path) -> Path:
    settings.BACKUPS = tmp_path
    return making.folder()


def left(folder: Path, *, seconds_ago: float) -> list[Path]:
    dead, part = folder / ".work-dead", folder / "main-20261122-030000.part"
    dead.mkdir()
    (dead / "half").write_bytes(b"x")
    part.write_bytes(b"half")
    for path in (dead, part):
        os.utime(path, (time.time() - seconds_ago,) * 2)
    return [dead, part]


@pytest.mark.capability("B-01")
def test_the_next_copy_clears_away_what_a_killed_one_left(kept: Path) -> None:
    dead = left(kept, seconds_ago=3600)
    good = kept / "main-20261121-030000.zgb"
    good.write_bytes(b"whole")
    with making.scratch() as mine:
        os.utime(mine, (time.time() - 3600,) * 2)
        with making.alone():
            assert [path for path in dead if path.exists()] == []
            # A drill that took an hour is no leaving, and neither is what has its name.
            assert (mine.exists(), good.exists()) == (True, True)


def test_one_that_began_a_moment_ago_is_left_alone(kept: Path) -> None:
    fresh = left(kept, seconds_ago=1)
    with making.alone():
        assert all(path.exists() for path in fresh)


def test_a_database_beside_ours_whose_trial_was_killed_is_dropped_and_one_in_use_is_not(on_postgres: bool) -> None:
    if not on_postgres:
        assert connection.vendor == "sqlite"
        return
    with psycopg.connect(postgres_side.conninfo(), autocommit=True) as one, psycopg.connect(postgres_side.conninfo(), autocommit=True) as two:
        family = f"{postgres_side.ASIDE}{one.execute(postgres_side.OWN_OID).fetchall()[0][0]}_"
        names = [f"{family}dead", f"{family}busy"]
        for name in names:
            one.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        two.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [postgres_side.LOCK, names[1]])
        assert postgres_side.clear_away(one, family) == 1
        stand = one.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [family]).fetchall()
        assert stand == [(names[1],)]
        two.close()
        time.sleep(0.2)
        assert postgres_side.clear_away(one, family) == 1
