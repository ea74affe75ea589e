"""The rules of the house, asked of the code itself. None needs a database; a rule that cannot fail is not here."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from capabilities import listed
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.template.base import Lexer, TokenType
from django.utils.translation import override
from reference import TOUR, registries, written

from zhanggui.accounts.policy import policy

# Whoever has read the code asks everything of it.
pytestmark = pytest.mark.xdist_group("house")
ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "zhanggui"
CHINESE = re.compile(r"[\u3400-\u9fff，。：；！？（）「」、]")
# The name above the door is the same in every language; on the page of samples everything is invented.
NAME = re.compile("掌柜?")
SAMPLES = "ui"
# What a screen compares with, and never shows.
COMPARED = re.compile("自治区$|特别行政区$|^[省市区县]$|^红黄绿蓝紫")
LONGEST = 400
BINARY = {".png", ".pdf", ".xls", ".xlsx", ".zip"}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "part2"}
# Written so that none of them finds itself.
ELSEWHERE = r"/simpl[e]/|/tm[p]/m/|files\.pythonhoste[d]|registry\.npmj[s]|(?<![\w.])/(?:home|root|Users|work)/[a-z]"
UNDONE = r"\bTOD[O]\b|\bFIXM[E]\b|\bXX[X]\b"
PASSED_OVER = r"mark\.ski[p]|pytest\.ski[p]|\bxfai[l]\b|importorski[p]"


@cache
def tracked() -> list[Path]:
    """Every file that travels with the product: what git knows, or without git all but what is made."""
    git = shutil.which("git")
    asked = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False) if git else None
    if asked is not None and asked.returncode == 0:
        return [path for name in asked.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    made = {".venv", "build", "data", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


def ours(*suffixes: str, under: str = "") -> list[Path]:
    return [path for path in tracked() if path.suffix in suffixes and path.is_relative_to(ROOT / under)]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def python(under: str = "") -> list[Path]:
    return [path for path in ours(".py", under=under) if "migrations" not in path.parts]


def run(tool: str, *arguments: str, **where: str) -> str:
    """What a tool beside this Python says when it is not content; empty when it is."""
    command = [str(Path(sys.executable).with_name(tool)), *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **where}, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


# The street, the rooms, the types


def test_everyone_imports_only_what_stands_below() -> None:
    said = run("lint-imports", "--no-cache")
    assert not said, said


@pytest.mark.timeout(900)
def test_every_type_is_said_and_right(tmp_path: Path) -> None:
    said = run("mypy", "--no-error-summary", ZHANGGUI_DATA=str(tmp_path), ZHANGGUI_DATABASE_URL="")
    assert not said, said


def test_ruff_finds_nothing() -> None:
    said = run("ruff", "check", "--quiet", "--output-format=concise", ".")
    assert not said, said


# Files and words


def test_no_two_files_of_stories_share_a_name() -> None:
    """Stories stand in no package: of two files of one name the second is never read."""
    names = Counter(path.name for path in python("tests") if path.name.startswith("test_"))
    assert not [name for name, many in names.items() if many > 1]


def test_a_file_that_grew_was_split() -> None:
    long = {
        named(path): n
        for path in ours(".py", ".html", ".js", ".css")
        if (n := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert not long, long


def test_nothing_is_called_what_everything_could_be_called() -> None:
    vague = [named(path) for path in tracked() if VAGUE & set(re.split(r"[_.]", path.stem)) or VAGUE & set(path.parts)]
    assert not vague, vague


def test_an_import_inside_a_function_says_why() -> None:
    found = []
    for path in python():
        lines = path.read_text("utf-8").splitlines()
        for function in functions(tree(path)):
            inside = [node for node in ast.walk(function) if isinstance(node, (ast.Import, ast.ImportFrom))]
            marked = [lines[node.lineno - 1] for node in inside]
            # One reason stands for the block of imports it begins.
            if inside and not (all("noqa: PLC0415" in line for line in marked) and re.search(r"PLC0415\s+# \w", marked[0])):
                found.append(f"{named(path)}:{inside[0].lineno}")
    assert not found, found


def test_a_walk_presses_a_key_only_where_a_page_listens() -> None:
    bare = [named(path) for path in python() if "keyboard" + ".press(" in path.read_text("utf-8")]
    assert bare == ["tests/keys.py"], bare


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The outermost functions and methods below ``node``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
        else:
            yield from functions(child)


@pytest.mark.parametrize(("words", "under"), [(ELSEWHERE, ""), (UNDONE, ""), (PASSED_OVER, "tests")])
def test_no_file_names_a_machine_a_registry_or_what_was_left_undone(words: str, under: str) -> None:
    found = []
    for path in tracked():
        if path.is_relative_to(ROOT / under) and path.suffix not in BINARY:
            text = path.read_bytes().decode("utf-8", "ignore")
            found += [f"{named(path)}: {match}" for match in sorted(set(re.findall(words, text)))]
    assert not found, found


def test_every_requirement_is_pinned_by_its_hash_and_by_no_address() -> None:
    for lock in ROOT.glob("requirements*.txt"):
        text = lock.read_text("utf-8")
        assert "://" not in text, lock.name
        for requirement in re.split(r"\n(?=\S)", text.strip()):
            assert re.match(r"[\w.\[\],-]+==\S+", requirement), f"{lock.name}: {requirement[:60]}"
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), f"{lock.name}: {requirement[:60]}"


def test_the_readme_asks_for_two_commands_only() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        blocks = re.findall(r"^```(?:sh|bash)?\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
        asked = [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("make")]
        assert asked == ["make run", "make test"], name


# Tables


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("zhanggui.")]


def test_every_key_is_of_64_bits() -> None:
    wide = (models.BigAutoField, models.BigIntegerField, models.UUIDField)
    narrow = [
        model.__name__
        for model in our_models()
        if not isinstance(model._meta.pk, (*wide, models.OneToOneField, models.CharField))
    ]
    assert not narrow, narrow


def test_a_merchant_is_a_namespace_and_never_a_column() -> None:
    columns = [
        f"{m.__name__}.{f.name}"
        for m in our_models()
        for f in m._meta.get_fields()
        if re.match(r"(tenant|merchant)(_|$)", f.name)
    ]
    assert not columns, columns


def test_no_amount_is_a_float() -> None:
    floats = [f"{m.__name__}.{f.name}" for m in our_models() for f in m._meta.get_fields() if isinstance(f, models.FloatField)]
    assert not floats, floats


def test_the_migrations_say_what_the_models_say() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    asked = NonInteractiveMigrationQuestioner(specified_apps={m._meta.app_label for m in our_models()}, dry_run=True)
    with override(None):
        changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), asked).changes(graph=loader.graph)
    missing = {app: [str(op) for m in made for op in m.operations] for app, made in changes.items() if (SRC / app).is_dir()}
    assert not missing, missing


# Verbs, events, marks


def test_every_verb_event_and_task_says_what_it_promises() -> None:
    known = registries()
    silent = [name for name, verb in known.commands.items() if not verb.promise]
    silent += [name for name, event in known.events.items() if (event.__doc__ or "").startswith(f"{name}(") or not event.__doc__]
    silent += [name for name, task in (*known.tasks.items(), *known.listeners.items()) if not task.call.__doc__]
    assert not silent, silent
    unknown = {name: verb.needs for name, verb in known.commands.items() if verb.needs not in policy().capabilities}
    assert not unknown, unknown


def test_the_reference_says_what_the_code_says() -> None:
    stale = [named(path) for path, text in written().items() if not path.exists() or path.read_text("utf-8") != text]
    assert not stale, f"{stale}: run `make docs`"


def test_every_function_the_tour_names_is_there() -> None:
    rooms = {path.name for path in SRC.iterdir() if path.is_dir()}
    names = [name for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", TOUR.read_text("utf-8")) if name.split(".")[0] in rooms]
    lost = [name for name in names if not known_by_name(f"zhanggui.{name}")]
    assert len(names) > 50
    assert not lost, lost


def known_by_name(name: str) -> bool:
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_every_mark_is_a_line_of_the_list() -> None:
    lines, wrong = listed(), []
    for path in python("tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.capability"):
                wrong += [f"{named(path)}: {ast.unparse(arg)}" for arg in node.args if ast.literal_eval(arg) not in lines]
    assert not wrong, wrong


# Screens


def test_a_template_says_nothing_in_chinese_but_through_the_catalogue() -> None:
    found = []
    for path in ours(".html", under="src"):
        if path.parent.name == SAMPLES:
            continue
        inside = 0
        for token in Lexer(path.read_text("utf-8")).tokenize():
            word = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
            inside += (word in {"blocktranslate", "blocktrans", "comment"}) - (
                word in {"endblocktranslate", "endblocktrans", "endcomment"}
            )
            bare = NAME.sub("", re.sub(r"""_\((?:"[^"]*"|'[^']*')\)""", "", token.contents))
            spoken = token.token_type == TokenType.TEXT or (
                token.token_type != TokenType.COMMENT and word not in {"translate", "trans"}
            )
            if spoken and not inside and CHINESE.search(bare) and not word.startswith("blocktrans"):
                found.append(f"{named(path)}:{token.lineno}: {bare.strip()[:50]}")
    assert not found, "\n".join(found)


def test_a_view_says_nothing_in_chinese_but_through_the_catalogue() -> None:
    found = []
    for path in python("src/zhanggui/web"):
        if path.parent.name != SAMPLES:
            found += [f"{named(path)}:{text.lineno}: {text.value!s:.50}" for text in untranslated(tree(path))]
    assert not found, "\n".join(found)


def untranslated(module: ast.Module) -> Iterator[Any]:
    """Chinese literals that no gettext call and no docstring holds."""
    held: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and re.search(
            r"^(_|_lazy|n?p?gettext(_lazy|_noop)?|noop|later|told)$", ast.unparse(node.func).split(".")[-1]
        ):
            held |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            held.add(id(node.value))
    for node in ast.walk(module):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if CHINESE.search(text) and not COMPARED.search(text) and id(node) not in held:
            yield node
