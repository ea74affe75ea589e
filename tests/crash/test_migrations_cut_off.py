"""An upgrade that is killed on the way goes on where it stopped, and ends as if nobody had come."""

import json
from dataclasses import replace

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.crash.conftest import Ground
from tests.crash.upgrading import CHOSEN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("crash")]


@pytest.mark.capability("B-02")
def test_an_upgrade_killed_again_and_again_ends_as_if_nobody_had_come(ground: Ground) -> None:
    code, out, err = ground.run("tests.crash.upgrading")
    assert code == 0, err[-3000:]
    cut = json.loads(out)
    assert len(cut["kills"]) == len(CHOSEN), cut["kills"]
    whole = replace(ground, data=ground.data.parent / "whole", slug="whole")
    whole.data.mkdir()
    if connection.vendor == "sqlite":
        whole.url = f"sqlite:///{whole.data / 'zhanggui.sqlite3'}"
    try:
        code, out, err = whole.run("tests.crash.upgrading", "--uncut")
        assert code == 0, err[-3000:]
        right = json.loads(out)
        plain = json.loads(json.dumps(cut["shape"]).replace("m_killed", "m_whole"))
        assert (plain, cut["roles"], cut["wrong"]) == (right["shape"], right["roles"], [])
    finally:
        if connection.vendor == "postgresql":
            with psycopg.connect(whole.url, autocommit=True) as line:
                line.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier("m_whole")))
