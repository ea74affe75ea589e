"""A merchant's schema copied at one moment by ``pg_dump``, restored into a database of its own, and put in place."""

import hashlib
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from zhanggui.kernel import db
from zhanggui.kernel.merchants import current, use_database
from zhanggui.ops.backups.manifest import Table
from zhanggui.ops.backups.refusals import NoRoomAside, NoTools, ToolFailed

COPY = "schema.dump"
ASIDE = "zhanggui_aside_"
OWN_OID = "SELECT oid FROM pg_database WHERE datname = current_database()"
LOCK = 741_425_703
PASSING = ("django_session", "usersessions_usersession", "cache")
# What is no word of libpq's but of the driver's or Django's.
OURS = ("options", "pool", "server_side_binding", "isolation_level", "assume_role")


def dump(folder: Path) -> dict[str, Table]:
    """Copy the schema and count it, both in one snapshot: whoever writes meanwhile is in neither."""
    dumper = tool("pg_dump")
    with transaction.atomic():
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        snapshot = db.fetch("SELECT pg_export_snapshot()")[0][0]
        passing = [f"--exclude-table-data={schema()}.{table}" for table in PASSING]
        run(dumper, "-Fc", "-Z1", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", "-n", schema(), *passing, "-f", str(folder / COPY))
        return tables()


def tables() -> dict[str, Table]:
    """Rows and digest of every table of the schema ``default`` looks at."""
    found: dict[str, Table] = {}
    names = db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    for (name,) in names:
        if name in PASSING:
            continue
        keys = db.fetch(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
            "WHERE i.indisprimary AND i.indrelid = %s::regclass ORDER BY a.attnum",
            [f'"{name}"'],
        )
        order = ", ".join(f'"{key}"' for (key,) in keys)
        digest, rows = hashlib.blake2b(digest_size=16), 0
        with connection.cursor() as cursor, cursor.copy(f'COPY (SELECT * FROM "{name}" ORDER BY {order}) TO STDOUT') as out:
            for block in out:
                digest.update(block)
                rows += bytes(block).count(b"\n")
        found[name] = Table(rows, digest.hexdigest())
    return found


@contextmanager
def aside(folder: Path) -> Iterator[dict[str, Table]]:
    """The copy restored into a database of its own, which is ``default`` for as long as the block and then dropped."""
    restorer = tool("pg_restore")
    with psycopg.connect(conninfo(), autocommit=True) as plain:
        family = f"{ASIDE}{plain.execute(OWN_OID).fetchall()[0][0]}_"
        clear_away(plain, family)
        name = f"{family}{secrets.token_hex(6)}"
        facts: dict[str, Any] = {**connection.settings_dict, "NAME": name}
        # Ours for as long as this line stands; whoever finds it free knows that its maker was killed.
        plain.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK, name])
        try:
            plain.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        except errors.InsufficientPrivilege as error:
            raise NoRoomAside(user=plain.info.user) from error
        try:
            run(restorer, "--no-owner", "--no-privileges", "--exit-on-error", str(folder / COPY), into=name)
            with use_database(facts):
                yield tables()
        finally:
            plain.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def clear_away(plain: "psycopg.Connection[Any]", family: str) -> int:
    """Drop the databases a trial left that was killed. Returns how many."""
    gone = 0
    for (name,) in plain.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [family]).fetchall():
        if plain.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, name]).fetchall()[0][0]:
            plain.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            plain.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, name])
            gone += 1
    return gone


def put_back(folder: Path, stamp: str) -> str:
    """Let the copy be the schema; the one before keeps another name. Returns it. As it was when anything fails."""
    before = f"{schema()}_before_{stamp}"
    restorer = tool("pg_restore")
    connections.close_all()
    with psycopg.connect(conninfo(), autocommit=True) as plain:
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        stood = plain.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema()]).fetchone() is not None
        if stood:
            plain.execute(rename.format(sql.Identifier(schema()), sql.Identifier(before)))
        try:
            run(restorer, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(folder / COPY), into=plain.info.dbname)
        except Exception:
            if stood:
                plain.execute(rename.format(sql.Identifier(before), sql.Identifier(schema())))
            raise
    return before if stood else ""


def others() -> int:
    """How many other connections work in our database as this product."""
    return int(
        db.fetch(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = %s",
            [f"zhanggui {current()}"],
        )[0][0]
    )


def schema() -> str:
    return f"m_{current()}"


def conninfo(name: str = "", *, secret: bool = True) -> str:
    """How libpq reaches our database, or another of the same server; ``secret`` says whether with the password."""
    facts = connection.settings_dict
    plain = {key: value for key, value in facts["OPTIONS"].items() if key not in OURS}
    given = {"dbname": name or facts["NAME"], "user": facts["USER"], "host": facts["HOST"], "port": facts["PORT"]}
    words = {**plain, **given, **({"password": facts["PASSWORD"]} if secret else {})}
    return make_conninfo("", **{key: value for key, value in words.items() if value})


def tool(name: str) -> str:
    """The newest ``name`` that is not older than the server. Raises NoTools."""
    wanted = int(db.fetch("SHOW server_version_num")[0][0]) // 10_000
    places = [shutil.which(name), *sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), key=_major, reverse=True)]
    extra = settings.POSTGRES_BIN
    for place in [f"{extra}/{name}" if extra else None, *places]:
        if place and Path(place).exists() and _version(place) >= wanted:
            return place
    raise NoTools(tool=name, version=wanted)


def _major(path: str) -> int:
    return int(Path(path).parent.parent.name)


def _version(place: str) -> int:
    said = subprocess.run([place, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # one of PostgreSQL's own
    found = re.search(r"(\d+)\.", said)
    return int(found.group(1)) if found else 0


def run(place: str, *words: str, into: str = "") -> None:
    """Run one of PostgreSQL's tools on our database; the password goes by the environment, where nobody lists it."""
    password = connection.settings_dict["PASSWORD"]
    where = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    words = (place, "-d", conninfo(into, secret=False), *words)
    done = subprocess.run(words, capture_output=True, text=True, env=where, check=False)  # noqa: S603
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise ToolFailed(tool=Path(place).name, said=" ".join(lines[-2:])[:300])
