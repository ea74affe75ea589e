"""A bundle for whoever helps: versions, settings by name, counts, queues, checks. No secret, no buyer, no goods."""

import json
import platform
import shutil
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from zhanggui import __version__
from zhanggui.journal import queries as journal
from zhanggui.kernel import db
from zhanggui.ops import queries
from zhanggui.ops.verify import verify

# Written out by name: a setting that is new says nothing until somebody has judged it.
TOLD = ("DEBUG", "LANGUAGE_CODE", "TIME_ZONE", "MERCHANT", "SESSION_COOKIE_AGE", "BACKUP_MINUTES", "KEYS_ARE_GIVEN", "SQLITE_VERSION")


def bundle(out: Path, *, at: datetime) -> list[str]:
    """Write the zip; which parts are in it. A part that cannot be told says why, and the others are told all the same."""
    parts: Mapping[str, Callable[[], Any]] = {
        "program.json": program,
        "machine.json": machine,
        "settings.json": lambda: {name: getattr(settings, name, None) for name in TOLD},
        "checks.json": lambda: [str(each) for each in run_checks(include_deployment_checks=True)],
        "database.json": database,
        "jobs.json": lambda: jobs(at),
        "backups.json": lambda: backups(at),
        "verify.json": lambda: [{"code": each.code, "says": each.says, "broken": len(each.rows)} for each in verify()],
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, tell in parts.items():
            try:
                said = tell()
            except (DatabaseError, OSError, ValueError) as error:
                said = {"not_told": type(error).__name__}
            file.writestr(name, json.dumps(said, indent=1, default=str, ensure_ascii=False))
    return list(parts)


def program() -> dict[str, Any]:
    parts = sorted((each.metadata["Name"].lower(), each.version) for each in distributions())
    return {"version": __version__, "python": sys.version, "parts": dict(parts)}


def machine() -> dict[str, Any]:
    disk = shutil.disk_usage(settings.DATA)
    return {"system": platform.platform(), "disk_free_mb": disk.free // 1_000_000, "disk_total_mb": disk.total // 1_000_000}


def database() -> dict[str, Any]:
    """Its version, how far it was brought, and how many rows each table has."""
    version = db.fetch("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")[0][0]
    names = sorted(connection.introspection.table_names())
    rows = {name: db.fetch(f'SELECT COUNT(*) FROM "{name}"')[0][0] for name in names}
    migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return {"vendor": connection.vendor, "version": version, "rows": rows, "migrations": migrations}


def jobs(at: datetime) -> dict[str, Any]:
    now = journal.waiting(at=at)
    failed = [{"name": row.name, "error": row.error, "tries": row.attempts} for row in journal.jobs("quarantined", at=at)]
    return {
        "due": now.due,
        "later": now.later,
        "oldest_at": now.oldest_at,
        "workers": [str(each.at) for each in journal.workers(at=at)],
        "quarantined": failed,
    }


def backups(at: datetime) -> dict[str, Any]:
    now = queries.standing()
    return {"good_at": now.good.made_at if now.good else None, "late": now.late(at), "key_taken": now.key_taken is not None}
