"""A merchant is a database namespace: what the alias ``default`` points at. Nothing else in the house knows of merchants."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

SLUG = re.compile(r"^[a-z][a-z0-9_]{0,40}$")
_now: ContextVar[str | None] = ContextVar("merchant", default=None)


def current() -> str:
    """The merchant whose books are open."""
    return _now.get() or settings.MERCHANT


@contextmanager
def use_merchant(slug: str) -> Iterator[None]:
    """Open another merchant's books: its own file beside ours, or its own schema. Never inside a transaction.

    Raises ValueError for a slug that is none, RuntimeError while a transaction is open.
    """
    if not SLUG.match(slug):
        raise ValueError("a merchant's slug is lower-case letters, digits and underscores")
    mark = _now.set(slug)
    try:
        with use_database(_facts(slug)):
            yield
    finally:
        _now.reset(mark)


@contextmanager
def use_database(facts: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """Let ``default`` be the database these settings name. Raises RuntimeError while a transaction is open."""
    before = connections["default"]
    if before.in_atomic_block:
        raise RuntimeError("a transaction of one merchant is open: end it before opening another's books")
    opened: BaseDatabaseWrapper = load_backend(facts["ENGINE"]).DatabaseWrapper(facts, "default")
    connections["default"] = opened
    try:
        yield opened
    finally:
        opened.close()
        connections["default"] = before


def _facts(slug: str) -> dict[str, Any]:
    facts: dict[str, Any] = copy.deepcopy(connections["default"].settings_dict)
    if facts["ENGINE"].endswith("sqlite3"):
        folder: Path = settings.DATA / "merchants"
        folder.mkdir(parents=True, exist_ok=True)
        facts["NAME"] = str(folder / f"{slug}.sqlite3")
    else:
        asked = re.sub(r"search_path=\w+", f"search_path=m_{slug}", facts["OPTIONS"]["options"])
        facts["OPTIONS"] = {**facts["OPTIONS"], "options": asked, "application_name": f"zhanggui {slug}"}
    return facts
