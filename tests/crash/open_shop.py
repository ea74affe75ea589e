"""A shop that is really open: `zhanggui run` with a person signed in at its door."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.conftest import Ground
from tests.crash.visitor import Visitor
from tests.serving import free_port


def children(pid: int) -> dict[int, str]:
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if int((path / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found[int(path.name)] = (path / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


class Open:
    """A shop that is open: ``main`` is the command somebody started."""

    def __init__(self, ground: Ground, visitors: int) -> None:
        self.ground, self.port = ground, free_port()
        code, out, err = ground.run("tests.crash.doorway", str(visitors))
        assert code == 0, err[-2000:]
        self.told = json.loads(out.splitlines()[-1])
        self.visitor = Visitor(self.port, f"{self.told['cookie']}={self.told['cookies'][0]}", self.told["orders"][0])
        self.start()

    def start(self) -> None:
        self.main = subprocess.Popen(
            [*self.ground.command, "run", "--port", str(self.port)], env=self.ground.where(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def servers(self) -> set[int]:
        """The processes that answer people."""
        return {pid for pid, line in children(self.main.pid).items() if "zhanggui run" in line}

    @property
    def worker(self) -> int:
        return next(pid for pid, line in children(self.main.pid).items() if "zhanggui worker" in line)


@pytest.fixture
def shop(ground: Ground) -> Iterator[Open]:
    shop = Open(ground, 1)
    shop.visitor.until_written("开门", within_s=60)
    yield shop
    shop.main.terminate()
    shop.main.wait(30)
