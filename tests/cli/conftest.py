"""A house made ready, and files to bring to it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.cli.house import HEADER, House
from tests.flows.team import address
from tests.serving import prepared


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> House:
    data = tmp_path / "data"
    if connection.vendor == "postgresql":
        data.mkdir()
    else:
        shutil.copytree(prepared(), data)
        (data / "zhanggui.sqlite3").rename(data / "template.sqlite3")
    return House(data, address(data))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    def write(*rows: str, name: str = "orders.csv", header: str = HEADER) -> str:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]), "utf-8")
        return str(path)

    return write
