"""``zhanggui run``: server, worker and, where one is used, the practice courier: one command, ended together."""

import argparse
import contextlib
import errno
import os
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from functools import partial

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from zhanggui.cli.saying import note, ready, say
from zhanggui.kernel import logs

# A worker that keeps dying is started again, ever more slowly.
RESTART_S = (1, 2, 5, 10, 30)
WATCH_S = 0.1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on; 0.0.0.0 for every one of this machine")
    parser.add_argument("--port", type=port, default=8000)
    parser.add_argument("--demo", action="store_true", help="add a demo shop with goods, stock and orders in every stage")


def run(given: Namespace) -> int:
    """Serve until stopped. The database is made ready first; 1 for a port that cannot be had, said before anything starts."""
    if why := in_the_way(given.host, given.port):
        note(why)
        return 1
    ready(speaks=False)
    from django.conf import settings  # noqa: PLC0415  # after setup
    from django.db import connections  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415
    from django.utils.module_loading import import_string  # noqa: PLC0415

    from zhanggui.cli import practice  # noqa: PLC0415
    from zhanggui.ops.backups.open_books import in_use  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415

    prepared = prepare()
    if given.demo:
        _fill()
    if prepared or given.demo:
        # What filled the house leaves threads and memory behind; a server should start with neither.
        connections.close_all()
        again = ["run", "--host", given.host, "--port", str(given.port)]
        os.execv(sys.executable, [sys.executable, "-m", "zhanggui", *again])  # noqa: S606  # ourselves
    courier = practice.start()
    # Loaded before anybody forks: a child that is put back answers at once.
    import_string(settings.WSGI_APPLICATION)
    list(get_resolver().url_patterns)
    connections.close_all()
    shown = f"[{given.host}]" if ":" in given.host else given.host
    worker = Companion([sys.executable, "-m", "zhanggui", "worker", "--parent", str(os.getpid())])
    worker.start()
    server = Granian(
        "config.wsgi:application",
        address=given.host,
        port=given.port,
        interface=Interfaces.WSGI,
        workers=settings.SERVERS or min(2, len(os.sched_getaffinity(0))),
        blocking_threads=8,
        log_level=LogLevels.error,
        log_dictconfig=logs.configured(),
        # Ctrl C reaches both parent and child, and two signals at once can trip the child over itself.
        workers_kill_timeout=5,
        # A child that is killed is put back at once; one that dies at its birth is not, and whoever started us must look.
        respawn_failed_workers=True,
    )
    say(f"掌柜 is open: http://{shown}:{given.port}/  (Ctrl C ends it)")
    os.register_at_fork(after_in_child=partial(_end_with, os.getpid()))
    try:
        with in_use():
            server.serve()
    finally:
        worker.stop()
        courier.stop()
    if not server.interrupt_signal:
        note("the server ended by itself")
        return 1
    return 0


def _end_with(parent: int) -> None:
    """In a child of the server: when we are killed it must not keep the port, and serve on with nobody beside it."""
    if os.getppid() != parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _fill() -> None:
    from zhanggui.cli import practice  # noqa: PLC0415  # after setup
    from zhanggui.ops import demo  # noqa: PLC0415

    courier = practice.start()
    try:
        practice.enrol()
        demo.fill(courier, tell=note)
    finally:
        courier.stop()


def port(said: str) -> int:
    """A number a door can have."""
    if not said.isdecimal() or not 1 <= int(said) <= 65535:
        raise argparse.ArgumentTypeError(f"{said!r} is no port: give one from 1 to 65535")
    return int(said)


def in_the_way(host: str, port: int) -> str:
    """Why we cannot listen there, and what to do; empty when we can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"port {port} on {host} is in use: stop what holds it, or choose another with --port"
            if error.errno == errno.EACCES:
                return f"port {port} needs more rights than ours: choose one above 1023 with --port"
            return f"{host} is no address of this machine: choose another with --host"
    return ""


class Companion:
    """A process that lives as long as ours, and is started again when it dies."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.ending = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.watch = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """The first time here, before anybody forks: a child forked in the midst of it would keep its pipe open."""
        self.process = subprocess.Popen(self.command)  # noqa: S603  # our own module
        self.watch.start()

    def _watch(self) -> None:
        falls = 0
        while not self.ending.is_set():
            began = time.monotonic()
            assert self.process is not None
            self.process.wait()
            if self.ending.is_set():
                return
            falls = 0 if time.monotonic() - began > 60 else falls + 1
            wait = RESTART_S[min(falls, len(RESTART_S) - 1)]
            note(f"the worker ended with {self.process.returncode}; starting it again in {wait} s")
            if not self.ending.wait(wait):
                self.process = subprocess.Popen(self.command)  # noqa: S603

    def stop(self) -> None:
        self.ending.set()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
