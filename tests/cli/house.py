"""An installation of its own, spoken to by its command line."""

import json
import os
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tests import mother

HEADER = "订单号,商品编码,数量,单价,收件人,手机"


@dataclass
class House:
    """An installation: its folder and its database."""

    data: Path
    url: str

    def begin(self, *words: str, **streams: Any) -> "subprocess.Popen[str]":
        where = {**os.environ, "ZHANGGUI_DATA": str(self.data), "ZHANGGUI_DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "config.settings"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return mother.begin(words, where, **pipes)

    def run(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        """(exit code, what it said, what it noted)."""
        process = self.begin(*words)
        out, err = process.communicate(typed, timeout=120)
        return process.returncode, out, err

    def taken(self, *words: str) -> tuple[int, dict[str, Any]]:
        code, out, err = self.run("import", *words, "--json")
        assert out, err
        return code, json.loads(out)

    def ask(self, sql: str) -> Any:
        """The one answer of a question to the database; None where there is no such table yet."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchone()[0]
        try:
            line = sqlite3.connect(self.url.removeprefix("sqlite:///"))
            try:
                return line.execute(sql).fetchone()[0]
            finally:
                line.close()
        except sqlite3.OperationalError:
            return None

    def change(self, sql: str) -> None:
        """A statement behind the house's back."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(sql)
            return
        line = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        try:
            line.execute(sql)
            line.commit()
        finally:
            line.close()
