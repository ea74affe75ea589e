"""The policy file, read once: eight built-in roles, 47 capabilities, one cell each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# A cell that begins with one of these is a lesser right than the capability's own.
LESSER = ("-", "request", "propose", "suggest")


@dataclass(frozen=True)
class Capability:
    code: str
    zh: str
    en: str
    cells: Mapping[str, str]

    def grants(self, role: str) -> str | None:
        """The cell of a built-in role, or None where it may not."""
        cell = self.cells[role]
        return None if cell.split(" ", 1)[0] in LESSER else cell


@dataclass(frozen=True)
class Policy:
    roles: Mapping[str, tuple[str, str]]
    capabilities: Mapping[str, Capability]
    advised: frozenset[str]

    def grants_of(self, role: str) -> dict[str, str]:
        """What a built-in role may: capability → cell."""
        found = {code: capability.grants(role) for code, capability in self.capabilities.items()}
        return {code: cell for code, cell in found.items() if cell is not None}


@cache
def policy() -> Policy:
    facts = tomllib.loads(files("zhanggui.accounts").joinpath("policy.toml").read_text("utf-8"))
    roles = {code: (facts["names"][code][0], facts["names"][code][1]) for code in facts["roles"]}
    capabilities = {}
    for code, (zh, en, *cells) in facts["capabilities"].items():
        capabilities[code] = Capability(code, zh, en, dict(zip(roles, cells, strict=True)))
    return Policy(roles, capabilities, frozenset(facts["second_factor_advised"]))
