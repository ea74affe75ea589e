"""`zhanggui` in a process of its own, begun where somebody has read the house already: of a command's second nine tenths are reading.

What a command does is the same: it finds its settings, its keys and its database anew, has its own streams, and ends as a process ends.
Where a story is about how Python itself begins (the language of the shell), it begins one.
"""

import atexit
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import empty, settings
from django.core.cache import caches
from django.db import connections

# Enough for the words and the environment of any command.
LENGTH = 4
OURS = ("ZHANGGUI_DATABASE_URL", "ZHANGGUI_MERCHANT", "ZHANGGUI_KEYS")
READ_BESIDE = (
    "django.db.backends.postgresql.base", "zhanggui.ops.invariants", "zhanggui.cli.main", "zhanggui.cli.running", "zhanggui.cli.importing",
    "zhanggui.cli.verifying", "zhanggui.cli.backing_up", "zhanggui.cli.restoring",
)  # fmt: skip


class Begun(subprocess.Popen[str]):
    """What ``Popen([python, "-m", "zhanggui", …])`` is, without the reading. Its parent is a keeper of its own, which tells how it
    ended."""

    def _execute_child(self, args: Any, _executable: Any, _preexec: Any, _close: Any, _pass: Any, cwd: Any, env: Any, *rest: Any) -> None:
        _info, _flags, _shell, stdin, to_stdin, from_stdout, stdout, from_stderr, stderr, *_more = rest
        told, theirs = socket.socketpair()
        said = json.dumps([list(args), dict(env or os.environ), str(cwd or os.getcwd())]).encode()
        fds = [own if own != -1 else nth for nth, own in enumerate((stdin, stdout, stderr))]
        line = mother()
        socket.send_fds(line, [len(said).to_bytes(LENGTH, "big")], [*fds, theirs.fileno()])
        line.sendall(said)
        theirs.close()
        self._told = told
        self.pid = int(told.recv(64))
        self._child_created = True
        self._close_pipe_fds(stdin, to_stdin, from_stdout, stdout, from_stderr, stderr)  # type: ignore[attr-defined]

    def _internal_poll(self, *_args: Any, **_more: Any) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def _wait(self, timeout: float | None) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._ended()
        return self.returncode

    def _ended(self) -> None:
        said = self._told.recv(64)
        self.returncode = os.waitstatus_to_exitcode(int(said)) if said else -signal.SIGKILL
        self._told.close()


def begin(words: tuple[str, ...], env: dict[str, str], **streams: Any) -> "subprocess.Popen[str]":
    """The command as a process. A shell that speaks another language is one that Python has to hear of."""
    if "LC_ALL" in env:
        return subprocess.Popen([sys.executable, "-m", "zhanggui", *words], env=env, text=True, **streams)
    return Begun(words, env=env, text=True, **streams)


@cache
def mother() -> socket.socket:
    """The line to the one who has read the house; she goes when we do."""
    ours, hers = socket.socketpair()
    folder = tempfile.mkdtemp(prefix="zg-mother-")
    where = {name: value for name, value in os.environ.items() if name not in OURS}
    where |= {"ZHANGGUI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    her = subprocess.Popen([sys.executable, "-m", "tests.mother", str(hers.fileno())], env=where, pass_fds=[hers.fileno()])
    hers.close()
    assert ours.recv(1) == b"+", "the house cannot be read"

    def rest() -> None:
        ours.close()
        her.wait(30)

    atexit.register(rest)
    return ours


def listen(line: socket.socket) -> tuple[list[str], dict[str, str], str] | None:
    """In the mother: wait to be asked, and be there as often as one is. Returns in each child what it is to do; None at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    line.send(b"+")
    while True:
        length, fds, _flags, _from = socket.recv_fds(line, LENGTH, 4)
        if not length:
            return None
        said = b""
        while len(said) < int.from_bytes(length, "big"):
            said += line.recv(1 << 20)
        if not os.fork():
            line.close()
            keep(fds)
            words, env, cwd = json.loads(said)
            return words, env, cwd
        for fd in fds:
            os.close(fd)


def keep(fds: list[int]) -> None:
    """The keeper stays here until its child has ended; only the child returns."""
    *streams, told = fds
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        for fd in (0, 1, 2, *streams):
            os.close(fd)
        os.write(told, str(pid).encode())
        _pid, status = os.waitpid(pid, 0)
        os.write(told, str(status).encode())
        os._exit(0)
    for nth, fd in enumerate(streams):
        os.dup2(fd, nth)
    for fd in fds:
        os.close(fd)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # it is this process's own
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115


def forget(env: dict[str, str], cwd: str) -> None:
    """Be where the one who asked is, and know nothing of the mother's own house."""
    for handler in (connections, caches):
        for alias in handler:
            if hasattr(handler._connections, alias):
                delattr(handler._connections, alias)
        handler.__dict__.pop("settings", None)
        handler._settings = None
    for name in [name for name in sys.modules if name.split(".")[0] == "config"]:
        del sys.modules[name]
    settings._wrapped = empty
    os.environ.clear()
    os.environ |= env
    os.chdir(cwd)


def main() -> int:
    line = socket.socket(fileno=int(sys.argv[1]))
    django.setup()
    for name in READ_BESIDE:
        import_module(name)
    asked = listen(line)
    if asked is None:
        return 0
    words, env, cwd = asked
    forget(env, cwd)
    sys.argv = ["zhanggui", *words]
    runpy.run_module("zhanggui", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    sys.exit(main())
