"""A worker is killed in the midst of sending: every message arrives all the same, again under the same id."""

import os
import signal
import socket
import threading
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from receivers import OK, Heard, receiver

from tests.flows.team import Team, address

MANY = 12
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120), pytest.mark.xdist_group("race")]


def test_what_a_killed_worker_had_in_hand_is_sent_again_under_the_same_id(
    transactional_db: None, tmp_path: Path, at: datetime
) -> None:
    house = Team(2, tmp_path, address(tmp_path), "tests.hooks.killing")
    first, rest = threading.Event(), threading.Event()

    def slow_until_the_kill(heard: Heard, line: socket.socket) -> None:
        first.set()
        rest.wait(20)
        line.sendall(OK)

    try:
        if connection.vendor != "postgresql":
            template, fresh = str(tmp_path / "template.sqlite3"), str(tmp_path / "killed.sqlite3")
            house.one("migrate", template)
            house.one("begin", template, fresh)
            house.all("begin", template, fresh)
        with receiver(slow_until_the_kill) as there:
            house.one("begin_telling", there.port, MANY, at)
            house.lines[1].send(("work", (there.port, at), False))
            assert first.wait(20)
            pid = house.processes[1].pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            house.processes[1].join(10)
            before = [heard.headers["webhook-id"] for heard in there.heard]
            rest.set()
            assert 1 <= len(before) <= MANY
            # The lease still stands: nobody else takes them up before it ends.
            house.one("work", there.port, at)
            assert house.one("work_later", there.port, at) == MANY
            after = [heard.headers["webhook-id"] for heard in there.heard]
    finally:
        house.rest()
    # What was on its way when it was killed may arrive after we looked: it was in hand too.
    in_hand = [key for key in set(after) if after.count(key) == 2]
    assert len(set(after)) == MANY
    assert set(before) <= set(in_hand)
    assert len(after) == MANY + len(in_hand)
