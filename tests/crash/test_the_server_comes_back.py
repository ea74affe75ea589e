"""SIGKILL for the real server: how long until somebody writes again."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.crash.open_shop import Open, children, shop

__all__ = ["shop"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200), pytest.mark.xdist_group("crash")]
READY_S = 3.0
# A machine that is busy with other things takes so much longer to start a process; `make soak` holds it to the figure itself.
BUSY = 1.0 if os.environ.get("ZHANGGUI_SOAK") else 5.0


def gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"still here: {left}"
        time.sleep(0.02)


def test_whatever_of_the_house_is_killed_somebody_writes_again_within_three_seconds(shop: Open) -> None:
    worker, servers = shop.worker, shop.servers
    os.kill(worker, signal.SIGKILL)
    assert shop.visitor.write("伙计倒下时")

    for server in servers:
        os.kill(server, signal.SIGKILL)
    put_back = shop.visitor.until_written("又开门", within_s=60)
    assert not shop.servers & servers

    # Nothing of the old house keeps the port, or serves on with nobody beside it.
    everybody = [*children(shop.main.pid)]
    shop.main.kill()
    shop.main.wait(10)
    gone(everybody)
    shop.start()
    anew = shop.visitor.until_written("换一个开门", within_s=60)
    print(f"written again {put_back:.2f} s after the server was killed; {anew:.2f} s after everything was, and started anew")
    assert put_back <= READY_S * BUSY
    assert anew <= READY_S * BUSY
    assert shop.worker != worker
