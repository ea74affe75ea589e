"""Real hands for races: processes with connections of their own, let go at one moment."""

import multiprocessing
import os
import shutil
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

STORIES = "tests.fulfilment.race_stories"
WAIT_S = 120


def work(line: Connection, barrier: Barrier) -> None:
    """A hand: does what it is told, one verb of the stories after another, until it is told nothing more."""
    django.setup()
    stories = import_module(STORIES)
    while True:
        told = line.recv()
        if told is None:
            return
        name, args, together = told
        try:
            if together:
                barrier.wait(WAIT_S)
            line.send((True, getattr(stories, name)(*args)))
        except Exception as error:
            line.send((False, f"{type(error).__name__}: {error}"))


class Hands:
    """So many processes over one database. ``one`` asks the first of them, ``all`` lets all of them go together."""

    def __init__(self, many: int, data: Path, url: str) -> None:
        self.data, self.url = data, url
        os.environ |= {"ZHANGGUI_DATA": str(data), "ZHANGGUI_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
        spawn = multiprocessing.get_context("spawn")
        # Kept: a barrier nobody holds is gone before the hands have heard of it.
        self.barrier = spawn.Barrier(many)
        self.lines: list[Connection] = []
        self.processes = []
        for _ in range(many):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=work, args=(theirs, self.barrier), daemon=True)
            process.start()
            self.lines.append(ours)
            self.processes.append(process)

    def one(self, name: str, *args: Any) -> Any:
        self.lines[0].send((name, args, False))
        return self._heard(self.lines[0])

    def all(self, name: str, each: Sequence[Sequence[Any]]) -> list[Any]:
        for line, args in zip(self.lines, each, strict=True):
            line.send((name, tuple(args), True))
        heard = [self._said(line) for line in self.lines]
        assert all(good for good, _ in heard), heard
        return [answer for _, answer in heard]

    def _heard(self, line: Connection) -> Any:
        good, answer = self._said(line)
        assert good, answer
        return answer

    def _said(self, line: Connection) -> tuple[bool, Any]:
        assert line.poll(WAIT_S), "a hand does not answer"
        good, answer = line.recv()
        return good, answer

    def rest(self) -> None:
        for line in self.lines:
            line.send(None)
        for process in self.processes:
            process.join(10)
            if process.is_alive():
                process.kill()


def migrated(path: Path) -> None:
    """A database file with every table, made once."""
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    call_command("migrate", verbosity=0)
    connection.close()


def begin_on(template: str, path: str) -> None:
    """A hand goes over to a fresh copy of the database."""
    if not os.path.exists(path):
        shutil.copy(template, path)
    connection.close()
    connection.settings_dict["NAME"] = path
