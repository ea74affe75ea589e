"""What a backup says of itself."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

FILE = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Table:
    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """``tables`` are what was in them at the moment of the copy; ``migrations`` how far the tables were brought."""

    made_at: datetime
    merchant: str
    vendor: str
    version: str
    migrations: list[str]
    tables: dict[str, Table] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=1))


def read(folder: Path) -> Manifest:
    """Raises OSError, KeyError, TypeError, ValueError for what is none."""
    facts = json.loads((folder / FILE).read_text())
    tables = {name: Table(**table) for name, table in facts.pop("tables").items()}
    return Manifest(**{**facts, "made_at": datetime.fromisoformat(facts["made_at"]), "tables": tables})
