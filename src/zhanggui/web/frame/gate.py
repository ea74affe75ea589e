"""The gate before every view: which methods an address knows, and what they need. One file says it, for all of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from zhanggui.kernel.actor import Actor
from zhanggui.web.frame.addresses import address

PUBLIC, SIGNED_IN = "!", "*"


@dataclass(frozen=True)
class Need:
    """What one method of one address needs: ``capability`` (or ``!``, ``*``), the parts it takes, and whether the view or
    its verb asks for more."""

    capability: str
    takes: frozenset[str] = frozenset()
    more: bool = False

    def met(self, actor: Actor) -> bool:
        return self.capability in (PUBLIC, SIGNED_IN) or actor.granted(self.capability, takes=self.takes)


def need(text: str) -> Need:
    """``order.view +released ?`` as the file writes it. Raises ValueError for anything else."""
    first, *rest = text.split()
    parts = [word for word in rest if word != "?"]
    if any(not word.startswith("+") for word in parts):
        raise ValueError(f"{text!r} is no need")
    return Need(first, frozenset(word[1:] for word in parts), "?" in rest)


@cache
def routes() -> Mapping[str, Mapping[str, Need]]:
    """Address → method → need. A GET may also be asked as HEAD."""
    said = tomllib.loads(files("zhanggui.web.frame").joinpath("routes.toml").read_text("utf-8"))
    found: dict[str, dict[str, Need]] = {}
    for name, methods in said.items():
        found[name] = {method: need(text) for method, text in methods.items()}
        if "GET" in found[name]:
            found[name]["HEAD"] = found[name]["GET"]
    return found


def methods(name: str) -> Mapping[str, Need]:
    """The methods ``name`` knows; none for an address nobody wrote down."""
    return routes().get(name, {})


def comes(actor: Actor, name: str) -> bool:
    """Whether this actor may look at ``name``; no link is shown to a shut door."""
    found = methods(name).get("GET")
    return found is not None and found.met(actor)


def door(actor: Actor, name: str, *args: Any, **query: str) -> str:
    """The address of ``name``, as ``address`` gives it; empty where the gate would not let this actor in."""
    return address(name, *args, **query) if comes(actor, name) else ""
