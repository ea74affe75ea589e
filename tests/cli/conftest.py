"""A house made ready, and files to bring to it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.cli.house import HEADER, House
from tests.flows.team import address


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared SQLite installation to copy: preparing one takes longer than most stories."""
    data = tmp_path_factory.mktemp("ready")
    if connection.vendor != "postgresql":
        code, _out, err = House(data, f"sqlite:///{data / 'template.sqlite3'}").run("prepare")
        assert code == 0, err
    return data


@pytest.fixture
def house(ready: Path, tmp_path: Path, transactional_db: None) -> House:
    data = tmp_path / "data"
    shutil.copytree(ready, data)
    return House(data, address(data))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    def write(*rows: str, name: str = "orders.csv", header: str = HEADER) -> str:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]), "utf-8")
        return str(path)

    return write
