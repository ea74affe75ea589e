"""Many real processes over one database, let go at one moment: what a race needs to be one."""

import atexit
import multiprocessing
import os
import select
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import BrokenBarrierError
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import django
from django.core.management import call_command
from django.db import connection

from tests.mother import forget

STORIES, HOUSE = "tests.flows.racing", "tests.flows.house_read"
WAIT_S = 200
GATE_S = 20


class Crossing:
    """Where the processes of one verb wait for each other once more: between the look and the leap, where a guard is taken away."""

    gate: Barrier | None = None
    met = False


def meet() -> None:
    """Wait until everybody of the verb is here, the first time it is called in it; a few seconds at most, for somebody may never come."""
    if Crossing.gate is None or Crossing.met:
        return
    Crossing.met = True
    with suppress(BrokenBarrierError):
        Crossing.gate.wait(GATE_S)


@contextmanager
def meeting_at(module: ModuleType, name: str, then: Callable[[], None] | None = None) -> Iterator[None]:
    """Whoever calls this function of this module meets the others first, and then does ``then``."""
    kept = getattr(module, name)

    def met(*args: Any, **more: Any) -> Any:
        meet()
        if then is not None:
            then()
        return kept(*args, **more)

    setattr(module, name, met)
    try:
        yield
    finally:
        setattr(module, name, kept)


def mother(
    lines: Sequence[Connection], told: Connection, barrier: Barrier, gate: Barrier, module: str, where: dict[str, str]
) -> None:
    """The process all of a team come from: each of them begins where it stands. It has no database yet, and no thread: nothing of
    theirs is shared. ``where`` is its environment; what was read before it knew that is forgotten."""
    Crossing.gate = gate
    forget(where, os.getcwd())
    django.setup()
    stories = import_module(module)
    for line in lines:
        pid = os.fork()
        if not pid:
            # Nobody else's end stays open in one's hand: when the team is let go, each hears it.
            for other in lines:
                if other is not line:
                    other.close()
            told.close()
            try:
                hand(line, barrier, stories)
            finally:
                os._exit(0)
        told.send(pid)
    for line in lines:
        line.close()
    with suppress(ChildProcessError):
        while True:
            os.wait()


def hand(line: Connection, barrier: Barrier, stories: ModuleType) -> None:
    """One process: it does what it is told, verb after verb, until it is told nothing more."""
    while (told := line.recv()) is not None:
        name, args, together = told
        Crossing.met = not together
        try:
            if together:
                barrier.wait(WAIT_S)
            line.send((True, getattr(stories, name)(*args)))
        except Exception as error:
            line.send((False, f"{error!r}\n{''.join(traceback.format_exc(limit=-4))}"))


class Hand:
    """One process of a team, as its own mother knows it. A pidfd never names another that came later."""

    def __init__(self, pid: int) -> None:
        self.pid, self.fd = pid, os.pidfd_open(pid)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.fd, signal.SIGKILL)

    def join(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        return bool(select.select([self.fd], [], [], seconds)[0])


class Team:
    """So many processes. ``one`` asks the first of them, ``all`` lets every one of them go together."""

    def __init__(self, many: int, data: Path, url: str, stories: str = STORIES) -> None:
        self.many, self.data = many, data
        spawn = server()
        # Kept: a barrier nobody holds is gone before the others have heard of it.
        self.barrier, self.gate = spawn.Barrier(many), spawn.Barrier(many)
        self.lines: list[Connection] = []
        self.processes: list[Hand] = []
        where = {"ZHANGGUI_DATA": str(data), "ZHANGGUI_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
        where["ZHANGGUI_MIGRATED"] = migrated()
        pairs = [spawn.Pipe() for _ in range(many)]
        heard, told = spawn.Pipe(duplex=False)
        # No daemon: one of them may start a carrier of its own.
        given = [theirs for _, theirs in pairs], told, self.barrier, self.gate, stories, {**os.environ, **where}
        self.mother = spawn.Process(target=mother, args=given)  # type: ignore[attr-defined]
        self.mother.start()
        told.close()
        for ours, theirs in pairs:
            theirs.close()
            self.lines.append(ours)
        for _ in range(many):
            assert heard.poll(WAIT_S), "the processes do not begin"
            self.processes.append(Hand(heard.recv()))

    def one(self, name: str, *args: Any) -> Any:
        self.lines[0].send((name, args, False))
        good, answer = self._said(self.lines[0])
        assert good, answer
        return answer

    def all(self, name: str, *args: Any, each: Sequence[Sequence[Any]] = ()) -> list[Any]:
        """Everybody does it; ``args`` for all, or a row of ``each`` for every one."""
        for line, own in zip(self.lines, each or [args] * self.many, strict=True):
            line.send((name, tuple(own), True))
        heard = [self._said(line) for line in self.lines]
        bad = [answer for good, answer in heard if not good]
        assert not bad, "\n".join(bad[:3])
        return [answer for _, answer in heard]

    def _said(self, line: Connection) -> tuple[bool, Any]:
        assert line.poll(WAIT_S), "a process does not answer"
        good, answer = line.recv()
        return good, answer

    def rest(self) -> None:
        """They have nothing left to lose."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join(10)
            os.close(process.fd)
        self.mother.join(10)


@cache
def server() -> BaseContext:
    """Who has read the house once for all mothers of this run."""
    folder = tempfile.mkdtemp(prefix="zg-read-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    multiprocessing.set_forkserver_preload([HOUSE])
    with environment({"ZHANGGUI_DATA": folder, "ZHANGGUI_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings_test"}):
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")


@contextmanager
def environment(more: dict[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    os.environ |= more
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= kept


def address(data: Path) -> str:
    """The bench's own PostgreSQL database, or a file that is made."""
    if connection.vendor == "postgresql":
        return urlsplit(os.environ["ZHANGGUI_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return f"sqlite:///{data / 'template.sqlite3'}"


def begun(many: int, folder: Path, module: str) -> Iterator[Team]:
    """``many`` who do what ``module`` knows, each at the same database, which has its tables; they go home afterwards. ``module``
    has ``migrate`` and ``begin`` among its verbs."""
    made = Team(many, folder, address(folder), module)
    if connection.vendor != "postgresql":
        template, fresh = str(folder / "template.sqlite3"), str(folder / "race.sqlite3")
        made.one("migrate", template)
        made.one("begin", template, fresh)
        made.all("begin", template, fresh)
    yield made
    made.rest()


@cache
def migrated() -> str:
    """Where this run keeps a database file with every table, once somebody made one."""
    folder = tempfile.mkdtemp(prefix="zg-migrated-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return f"{folder}/migrated.sqlite3"


def migrate(path: str) -> None:
    """A database file with every table, made once."""
    connection.close()
    connection.settings_dict["NAME"] = path
    if os.path.exists(known := os.environ["ZHANGGUI_MIGRATED"]):
        shutil.copy(known, path)
        return
    call_command("migrate", verbosity=0)
    connection.close()
    shutil.copy(path, known)


def begin(template: str, path: str) -> None:
    """Go over to a copy of the database."""
    if not os.path.exists(path):
        shutil.copy(template, path)
    connection.close()
    connection.settings_dict["NAME"] = path
