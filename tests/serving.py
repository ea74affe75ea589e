"""The house as it really runs: `zhanggui run` in a process of its own, on a free port of this machine and a merchant of its own."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

CALL = (sys.executable, "-m", "zhanggui")
ANSWERS_WITHIN_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def prepared() -> Path:
    """An empty shop in a file, made ready once a run: to copy it takes no time."""
    folder = Path(tempfile.mkdtemp(prefix="zg-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    where = {**os.environ, "ZHANGGUI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([*CALL, "prepare"], env=where, check=True, timeout=120, capture_output=True)
    return folder


@contextmanager
def served(folder: Path, name: str, *, owner: tuple[str, str] | None = None, bare: bool = False) -> Iterator[str]:
    """The address of an empty shop that keeps its things in ``folder``; ``owner`` (address, password) is made before it opens. One
    that is ``bare`` makes its database itself.

    What was made in PostgreSQL for it is gone afterwards.
    """
    if not bare and not os.environ.get("ZHANGGUI_DATABASE_URL"):
        shutil.copytree(prepared(), folder, dirs_exist_ok=True)
    url, merchant, port = os.environ.get("ZHANGGUI_DATABASE_URL", ""), f"{name}_{os.getpid()}", free_port()
    where = {**os.environ, "ZHANGGUI_DATA": str(folder), "ZHANGGUI_MERCHANT": merchant, "DJANGO_SETTINGS_MODULE": "config.settings"}
    if owner is not None:
        made = [*CALL, "createowner", "--email", owner[0]]
        subprocess.run(made, env=where, input=owner[1] + "\n", text=True, check=True, timeout=120, capture_output=True)
    log = folder / "house.log"
    with log.open("wb") as out:
        house = subprocess.Popen([*CALL, "run", "--port", str(port)], env=where, stdout=out, stderr=subprocess.STDOUT)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, house, log)
            yield address
        finally:
            house.terminate()
            house.wait(30)
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(f'DROP SCHEMA IF EXISTS "m_{merchant}" CASCADE')  # type: ignore[arg-type]


def _wait_for(address: str, house: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < until:
        if house.poll() is not None:
            raise RuntimeError(f"the house ended with {house.returncode}: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the house did not open: {log.read_text()[-2000:]}")
