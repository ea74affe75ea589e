"""`make docs`: the reference, written from what the code itself has registered; the house rules hold it up to date."""

import argparse
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any

import django
import messages

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "zhanggui"
REFERENCE = ROOT / "docs" / "reference"
TOUR = ROOT / "docs" / "tour.md"


@dataclass(frozen=True)
class Registries:
    """Everything that signs up by name, all apps loaded."""

    commands: Mapping[str, Any]
    events: Mapping[str, Any]
    listeners: Mapping[str, Any]
    tasks: Mapping[str, Any]


@cache
def registries() -> Registries:
    """Load every app's verbs, events, reactions and jobs, and say what has signed up. Django must be set up."""
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC.parent).with_suffix("").parts
        # All of them: a verb may stand in any module, and whether another story has imported it must not matter.
        if "migrations" not in parts and path.stem != "__main__":
            import_module(".".join(parts).removesuffix(".__init__"))
    book, events = import_module("zhanggui.journal.book"), import_module("zhanggui.journal.events")

    def ours(found: Mapping[str, Any]) -> dict[str, Any]:
        return {name: each for name, each in sorted(found.items()) if module_of(each).startswith("zhanggui.")}

    return Registries(ours(book.COMMANDS), ours(events.EVENTS), ours(events.LISTENERS), ours(events.TASKS))


def module_of(each: Any) -> str:
    return str(getattr(each, "call", each).__module__)


def said(of: Any) -> str:
    """A docstring as one line of a table."""
    text = cleandoc(of.__doc__ or "").replace("|", "\\|")
    return " ".join(text.split())


def page(title: str, what: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", f"{what} Written by `make docs`; change the code, not this page.", *parts]) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def apps_of(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.split(".", 1)[0], []).append(name)
    return dict(sorted(found.items()))


def verbs() -> dict[str, Any]:
    """The verbs others may call: a private one is its module's own business."""
    return {name: each for name, each in registries().commands.items() if not name.split(".")[-1].startswith("_")}


def commands() -> str:
    known = verbs()
    parts = []
    for app, names in apps_of(known).items():
        rows = [(f"`{name.removeprefix(app + '.')}`", f"`{known[name].needs}`", said(known[name].call)) for name in names]
        parts += [f"## {app}", table(("verb", "needs", "promise"), rows)]
    return page("Commands", "Every verb that changes the books, the capability it needs, and what it promises.", *parts)


def events() -> str:
    known = registries()
    by_app: dict[str, list[tuple[str, ...]]] = {}
    hears: dict[str, list[str]] = {}
    for name, listener in known.listeners.items():
        hears.setdefault(listener.event.__name__, []).append(f"`{name}`")
    bases = {base.__name__ for event in known.events.values() for base in event.__mro__[1:]}
    for name, event in known.events.items():
        if name in bases or not is_dataclass(event):
            continue
        carries = ", ".join(f"`{field.name}`" for field in fields(event))
        by_app.setdefault(event.__module__.split(".")[1], []).append(
            (f"`{name}`", carries, said(event), ", ".join(hears.get(name, ["–"])))
        )
    parts = []
    for app, rows in sorted(by_app.items()):
        parts += [f"## {app}", table(("event", "carries", "what happened", "heard by"), rows)]
    return page("Events", "What is told in the transaction of its effect, and who hears it afterwards.", *parts)


def jobs() -> str:
    known = registries()
    heard = [
        (f"`{n}`", f"`{each.event.__name__}`", each.lane, str(each.tries), said(each.call)) for n, each in known.listeners.items()
    ]
    asked = [(f"`{n}`", each.lane, str(each.tries), said(each.call)) for n, each in known.tasks.items() if each.every is None]
    beats = [(f"`{n}`", str(each.every), each.lane, said(each.call)) for n, each in known.tasks.items() if each.every is not None]
    return page(
        "Jobs",
        "What the worker does; each may be done a second time without harm, and what keeps failing is set aside and shown.",
        "## When something happened", table(("handler", "hears", "lane", "tries", "what it does"), heard),
        "## When asked", table(("task", "lane", "tries", "what it does"), asked),
        "## On a beat", table(("task", "every (h:mm:ss)", "lane", "what it does"), beats),
    )  # fmt: skip


def settings() -> str:
    variables = import_module("config.environment").VARIABLES
    rows = [(f"`{name}`", f"`{default}`" if default else "–", says) for name, (default, says) in variables.items()]
    return page("Settings", "Every environment variable the product reads.", table(("variable", "default", "meaning"), rows))


def command_line() -> str:
    parts = []
    for name, (module, says) in import_module("zhanggui.cli.main").COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"zhanggui {name}", description=says)
        import_module(module).arguments(parser)
        rows = [
            (f"`{' '.join(action.option_strings) or action.metavar or action.dest}`", shown_default(action), action.help or "–")
            for action in parser._actions
            if action.dest != "help"
        ]
        says_more = cleandoc(import_module(module).run.__doc__ or "")
        parts.append(f"## zhanggui {name}\n\n{says[0].upper()}{says[1:]}.{' ' + says_more if says_more else ''}")
        if rows:
            parts.append(table(("argument", "default", "meaning"), rows))
    return page("Command line", "Exit codes: 0 done, 1 something fell short or was refused, 2 usage.", *parts)


def shown_default(action: argparse.Action) -> str:
    return f"`{action.default}`" if action.default not in (None, False, "", 0, argparse.SUPPRESS) else "–"


def permissions() -> str:
    policy = import_module("zhanggui.accounts.policy").policy()
    needed: dict[str, list[str]] = {}
    for name, verb in verbs().items():
        needed.setdefault(verb.needs, []).append(f"`{name}`")
    head = ["capability", "what", *(en for _, en in policy.roles.values()), "verbs"]
    rows = [
        (f"`{code}`", capability.en, *(capability.cells[role] for role in policy.roles), ", ".join(needed.get(code, ["–"])))
        for code, capability in policy.capabilities.items()
    ]
    legend = (
        "`Y` yes · `-` no · `M` masked only · `O` own shops only · `A` a second person confirms · `S` sign in again first · "
        "`R` a reason is written down. Words after them narrow the right; `request`, `propose` and `suggest` are lesser rights. "
        "Which shops are a person's own is chosen for each person; who was given all of them has all, whatever the cell says."
    )
    return page("Permissions", "Who may do what, by built-in role.", legend, table(head, rows))


def flows() -> list[tuple[Any, Mapping[str, str]]]:
    """Every flow table with the words of its states."""
    orders, fulfilment = import_module("zhanggui.orders.states"), import_module("zhanggui.fulfilment.states")
    return [(orders.ORDER, orders.WORD), (fulfilment.WAVE, fulfilment.WAVE_WORD), (fulfilment.PARCEL, fulfilment.PARCEL_WORD)]


def drawn(flow: Any, words: Mapping[str, str]) -> str:
    return f"```mermaid\n{flow.mermaid({state: f'{state} {word}' for state, word in words.items()})}\n```"


def states() -> str:
    parts = []
    for flow, words in flows():
        rows = [
            (f"`{verb}`", f"`{before}`", f"`{after}`") for verb, pairs in flow.moves.items() for before, after in pairs.items()
        ]
        parts += [f"## {flow.name}", drawn(flow, words), table(("verb", "from", "to"), rows)]
    return page("States", "The lives of things: the guard, this drawing and the buttons are one table.", *parts)


def files() -> str:
    """Formats, the templates' columns, and what a row or a file may be told."""
    formats = import_module("zhanggui.channels.formats").formats
    english = {zh: said if isinstance(said, str) else said[-1] for zh, said in messages.known().items()}

    def en(text: Any) -> str:
        zh = str(text)
        return " ".join(english.get(zh, zh).replace("|", "\\|").split())

    rows = [(f"`{kind}`", f"`{each.code}`", en(each.title)) for kind in ("orders", "goods", "stock") for each in formats(kind)]
    template = import_module("zhanggui.connectors.template_file.wire").COLUMNS
    columns = [
        (c.zh, c.en, "yes" if c.needed else "", c.help_en or "–", f"`{c.example}`" if c.example else "–") for c in template
    ]
    parts = ["## Formats", table(("kind", "name", "title"), rows)]
    parts += ["## The template of orders", table(("中文", "English", "needed", "what to write", "example"), columns)]
    for kind in ("goods", "stock"):
        wire = import_module(f"zhanggui.connectors.{kind}_file.wire")
        heads = zip(wire.FILE.headers("zh"), wire.FILE.headers("en"), wire.EXAMPLE, strict=True)
        parts += [
            f"## The template of {kind}",
            table(("中文", "English", "example"), [(zh, e, f"`{one}`") for zh, e, one in heads]),
        ]
    words, books = import_module("zhanggui.channels.reading.words").WORDS, import_module("zhanggui.channels.words").WORDS
    said_of = [(f"`{code}`", en(says), en(fix) or "–") for code, (says, fix) in sorted({**words, **books}.items())]
    refused = [
        (f"`{code}`", en(kind.says), en(kind.fix) or "–")
        for code, kind in sorted(import_module("zhanggui.channels.reading.errors").every().items())
    ]
    parts += ["## What a row may be told", table(("code", "what is wrong", "what to do"), said_of)]
    parts += ["## Why a whole file may be refused", table(("code", "what is wrong", "what to do"), refused)]
    return page("Files", "What can be read, and what is said of what cannot.", *parts)


def api() -> str:
    """Every operation; what the policy closes to programs; every verb and question that is none with its reason."""
    whole = import_module("zhanggui.api.schema").described(import_module("zhanggui.api.urls").api)
    left_out = import_module("zhanggui.api.left_out")
    found: dict[str, list[tuple[str, ...]]] = {}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            needs = " or ".join(f"`{code}`" for code in operation["x-needs"]) or "any token"
            row = (method.upper(), f"`{path}`", needs, operation["summary"].replace("|", "\\|"))
            found.setdefault(operation["tags"][0], []).append(row)
    parts = [
        part for group, rows in found.items() for part in (f"## {group}", table(("", "address", "needs", "what it does"), rows))
    ]
    deeds = import_module("zhanggui.api.doing").deeds()[0].values()
    shut = [(f"`{each.name}`", f"`{each.command.needs}`") for each in deeds if not each.open]
    closed = "The policy gives programs none of these rights, or asks a person for a proof with them."
    parts += ["## Verbs no program may do", closed, table(("verb", "needs"), shut)]
    parts += [
        "## Verbs that are no operations",
        table(("verb", "why"), [(f"`{name}`", why) for name, why in left_out.LEFT_OUT.items()]),
    ]
    parts += ["## What no program is told", table(("what", "why"), list(left_out.UNASKED.items()))]
    return page("API", "Every operation of `/api/v1`; how to begin is told in [the guide](../guides/api.md).", *parts)


PAGES = {
    "api": api,
    "files": files,
    "commands": commands,
    "events": events,
    "jobs": jobs,
    "settings": settings,
    "command-line": command_line,
    "permissions": permissions,
    "states": states,
}


def tour() -> str:
    """The tour as it is, its drawings drawn anew."""
    text = TOUR.read_text("utf-8")
    for flow, words in flows():
        mark = f"<!-- flow: {flow.name} -->"
        head, rest = text.split(mark)
        rest = re.sub(r"\A\s*```mermaid.*?```\n", "", rest, flags=re.DOTALL)
        text = f"{head}{mark}\n\n{drawn(flow, words)}\n\n{rest.lstrip()}"
    return text


def written() -> dict[Path, str]:
    """Each page that is written from the code, as it should stand."""
    return {TOUR: tour(), **{REFERENCE / f"{name}.md": make() for name, make in PAGES.items()}}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    django.setup()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for path, text in written().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
