"""Who calls whom, asked of the code itself: looking never writes, and what is public is used. Neither needs a database."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from reference import registries
from test_house import ROOT, SRC, python, tree

# Whoever has read the code asks everything of it.
pytestmark = pytest.mark.xdist_group("house")
# Functions that no other code of ours names, and why they stand.
CALLED_BY_NAME = {"arguments", "run"}  # of every word of the command line: `cli.main` asks the module it has loaded
STOOD_ON = {
    "zhanggui.accounts.tokens_pace.forget": "stories begin without a memory",
    "zhanggui.orders.commands.receipts.take": "tills call it, by their programs",
    "zhanggui.orders.commands.holds.clear": "for programs, which take one reason away and ask for review themselves",
    "zhanggui.fulfilment.commands.numbers.request": "for programs, which do not wait for a carrier",
    "zhanggui.fulfilment.commands.parcels.void": "the screen that gives a box up is still to come",
    "zhanggui.fulfilment.commands.waves.withdraw": "the screen that takes an order out of its wave is still to come",
    "zhanggui.hooks.queries.assume_none": "stories begin without a memory",
    "zhanggui.kernel.crashing.heard": "the bench counts how often a point is passed",
    "zhanggui.kernel.guards.without": "the bench takes a guard away to see the accident",
    "zhanggui.kernel.merchants.use_merchant": "the door to a second merchant; one process serves one today",
    "zhanggui.ops.verify.assert_clean": "every story may end by asking it",
    "zhanggui.papers.codes.read": "paper of ours is read back",
    "zhanggui.papers.press.preview": "paper of ours is looked at",
    "zhanggui.papers.samples.sample_packing_slip": "facts to print where nobody's may be",
    "zhanggui.papers.samples.sample_pick_sheet": "facts to print where nobody's may be",
}
# A decorator that signs a function up somewhere calls it; these do not.
SIGNS_NOTHING_UP = re.compile(r"(functools\.)?(cache|lru_cache|wraps)\b|contextmanager$|command\(|overload$")


def test_what_is_public_is_used() -> None:
    idle = {
        full
        for path in python("src/zhanggui")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if all(SIGNS_NOTHING_UP.match(ast.unparse(each)) for each in node.decorator_list)
        if (full := f"{module_named(path)}.{node.name}") not in used()
        if not (path.parent == SRC / "cli" and node.name in CALLED_BY_NAME)
    }
    assert not idle - STOOD_ON.keys(), "nobody calls these; delete them with the tests that only they have"
    assert not STOOD_ON.keys() - idle, "these are called now, or gone: take them off the list"


def module_named(path: Path) -> str:
    base = SRC.parent if path.is_relative_to(SRC.parent) else ROOT
    return ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")


@cache
def used() -> set[str]:
    """Every function that some other code of src or config names: through an import, in its own module, or in a string."""
    found: set[str] = set()
    carried: set[tuple[str, str]] = set()
    for path in (*python("src/zhanggui"), *python("config")):
        module = module_named(path)
        known = {n.name: f"{module}.{n.name}" for n in tree(path).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom):
                known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                known |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names if alias.asname}
        carried |= {(f"{module}.{name}", full) for name, full in known.items()}
        for top in tree(path).body:
            own = f"{module}.{getattr(top, 'name', '')}"
            for node in ast.walk(top):
                if isinstance(node, ast.Name):
                    found |= {known.get(node.id, "")} - {own}
                elif isinstance(node, ast.Attribute):
                    head, _, rest = ast.unparse(node).partition(".")
                    found.add(f"{known.get(head, head)}.{rest}")
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= set(re.findall(r"zhanggui(?:\.\w+)+", node.value.replace(":", ".")))
    # A name a module passes on is used where it comes from.
    return found | {full for passed, full in carried if passed in found}


def views() -> Iterator[tuple[str, Any]]:
    def walk(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[str, Any]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns)
            elif each.callback.__module__.startswith("zhanggui."):
                yield f"{each.callback.__module__}.{each.callback.__name__}", each.callback

    yield from walk(get_resolver().url_patterns)


@cache
def calls() -> dict[str, set[str]]:
    """Which of our functions mention which, followed through the names a module imports."""
    found: dict[str, set[str]] = {}
    for path in python("src/zhanggui"):
        module = module_named(path)
        names = {
            node.name: f"{module}.{node.name}" for node in tree(path).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zhanggui"):
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        for node in tree(path).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                uses = found.setdefault(f"{module}.{node.name}", set())
                for part in ast.walk(node):
                    if isinstance(part, ast.Name) and part.id in names:
                        uses.add(names[part.id])
                    elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in names:
                        uses.add(f"{names[part.value.id]}.{part.attr}")
    return found


@cache
def sources() -> dict[str, str]:
    """Every function of the screens with its decorators, by its full name."""
    found = {}
    for path in python("src/zhanggui/web"):
        module = module_named(path)
        found |= {f"{module}.{node.name}": ast.unparse(node) for node in tree(path).body if isinstance(node, ast.FunctionDef)}
    return found


def test_looking_never_writes() -> None:
    verbs = {f"{verb.call.__module__}.{verb.call.__name__}" for verb in registries().commands.values()}
    bold = {}
    for name, _view in views():
        reached, edge = {name}, [name]
        while edge:
            new = calls().get(edge.pop(), set()) - reached
            reached |= new
            # What a verb does is the verb's own business.
            edge += [each for each in new if each not in verbs]
        written = reached & verbs
        if written and not re.search(r"@require_POST|@require_http_methods\(\['POST'\]\)|request\.method", sources()[name]):
            bold[name] = sorted(written)
    assert not bold, json.dumps(bold, indent=1)
