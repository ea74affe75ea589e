"""A house of its own for those who kill: its folder, its database, its merchant."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.flows.team import address


@dataclass
class Ground:
    """Where a house may die. ``run`` starts a program of ours there."""

    data: Path
    url: str
    slug: str = "killed"

    def where(self, **more: str) -> dict[str, str]:
        return {
            **os.environ, "ZHANGGUI_DATA": str(self.data), "ZHANGGUI_DATABASE_URL": self.url, "ZHANGGUI_MERCHANT": self.slug,
            "DJANGO_SETTINGS_MODULE": "config.settings_test", **more,
        }  # fmt: skip

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "zhanggui"]

    def begin(self, module: str, *words: str, **more: str) -> "subprocess.Popen[str]":
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen([sys.executable, "-m", module, *words], env=self.where(**more), text=True, **pipes)

    def run(self, module: str, *words: str, timeout: float = 240, **more: str) -> tuple[int, str, str]:
        """(exit code, what it said, what it noted)."""
        process = self.begin(module, *words, **more)
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return process.returncode, out, err

    def campaign(self, *words: str) -> dict[str, Any]:
        """What a campaign found; see ``tests.crash.campaign``."""
        _, out, err = self.run("tests.crash.campaign", *words)
        assert out.startswith("{"), err[-3000:]
        told: dict[str, Any] = json.loads(out)
        told["log"] = err[-3000:]
        (self.data.parent / "campaign.json").write_text(out)
        return told


@pytest.fixture
def ground(db: None, tmp_path: Path) -> Iterator[Ground]:
    data = tmp_path / "data"
    data.mkdir()
    ground = Ground(data, address(data))
    yield ground
    if connection.vendor == "postgresql":
        with psycopg.connect(ground.url, autocommit=True) as line:
            line.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(f"m_{ground.slug}")))
