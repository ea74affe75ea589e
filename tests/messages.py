"""`make messages`: gather what people read into the English catalogue, and say what has no English yet.

The Chinese is in the source itself and needs no catalogue. Given files of ``Chinese<TAB>English`` lines (of a plural
``one || other``), their English is taken over first: ``python tests/messages.py more.tsv``. Where one Chinese word is
two in English, the place that says it names a context; its line has that as a third column.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "zhanggui"
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile(r"[\u3400-\u9fff，。：；！？（）「」、]")
HOLE = re.compile(r"%\(\w+\)\w|%[sd%]|\{[\w.]*\}")
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext")
Id = str | tuple[str, str]
# Between a context and its text, as compiled catalogues have it.
BETWEEN = "\x04"


def written_out() -> Iterator[Id]:
    """What stands in a gettext call or a translate tag."""
    templatize = import_module("django.utils.translation.template").templatize
    for path in sorted(SRC.rglob("*.py")):
        with path.open("rb") as source:
            yield from found_in(source)
    for path in sorted((SRC / "web" / "templates").rglob("*.html")):
        said = templatize(path.read_text("utf-8"), origin=str(path))
        # How a template is set out says nothing to Python.
        yield from found_in(BytesIO("\n".join(line.lstrip() for line in said.splitlines()).encode()))


def found_in(source: Any) -> Iterator[Id]:
    for _line, call, said, _comments in extract_python(source, KEYWORDS, [], {"encoding": "utf-8"}):
        words = [said] if isinstance(said, str) else list(said or ())
        before = ""
        if "pgettext" in call and words:
            before = f"{words.pop(0)}{BETWEEN}"
        if words and words[0]:
            first = f"{before}{words[0]}"
            yield (first, words[1]) if call.startswith("n") else first


def looked_up() -> Iterator[str]:
    """What stands in a table of the code and is looked up when it is shown."""
    reasons = import_module("zhanggui.orders.checks.reasons").REASONS
    for reason in reasons.values():
        yield from (reason.zh, reason.why, reason.fix)
    for check in import_module("zhanggui.orders.checks.listed").OURS:
        yield from (check.zh, check.why)
        for dial in check.dials:
            yield from (dial.zh, *([dial.help] if dial.help else []))
    fields = import_module("zhanggui.orders.ruling.fields")
    yield from fields.OPS.values()
    for field in fields.FIELDS:
        yield from (field.zh, field.group)
    yield from import_module("zhanggui.orders.states").WORD.values()
    kinds = import_module("zhanggui.orders.kinds")
    yield from kinds.KINDS.values()
    yield from (each.name for each in import_module("zhanggui.orders.paying").USUAL)
    for cause in import_module("zhanggui.payments.rules.causes").CAUSES.values():
        yield from (cause.zh, cause.fix)
    for gateway in import_module("zhanggui.payments.queries").plugins().values():
        yield from (gateway.title, *(each.zh for each in gateway.asks))
    yield from import_module("zhanggui.lessons.rules.usual").KINDS.values()
    fulfilment = import_module("zhanggui.fulfilment.states")
    yield from (*fulfilment.WAVE_WORD.values(), *fulfilment.PARCEL_WORD.values())
    yield from import_module("zhanggui.tracking.queries").WORD.values()
    yield from import_module("zhanggui.channels.reading.fields").first_words().values()
    for kind in ("orders", "goods", "stock"):
        yield from (str(each.title) for each in import_module("zhanggui.channels.formats").formats(kind))
    for model in import_module("django.apps").apps.get_models():
        if model.__module__.startswith("zhanggui."):
            for field in model._meta.fields:
                yield from (str(label) for _value, label in field.flatchoices)


def from_the_policy() -> dict[str, str]:
    """Roles and capabilities carry their English with them."""
    policy = import_module("zhanggui.accounts.policy").policy()
    return {**dict(policy.roles.values()), **{each.zh: each.en for each in policy.capabilities.values()}}


@cache
def gathered() -> dict[str, Id]:
    """Every msgid in Chinese, by its (first) text; a plural where any place asks for one."""
    ids: dict[str, Id] = {}
    for id_ in (*written_out(), *looked_up(), *from_the_policy()):
        key = id_ if isinstance(id_, str) else id_[0]
        if CHINESE.search(key) and not isinstance(ids.get(key), tuple):
            ids[key] = id_
    return ids


def plain(text: str) -> str:
    """How a template's braces look in the catalogue; lines of a trimmed block are one."""
    return re.sub(r"\{\{\s*([a-z_]\w*)\s*\}\}", r"%(\1)s", text)


def given(paths: Sequence[Path]) -> dict[str, str]:
    """Chinese → English of the files; a later line wins."""
    found = dict(from_the_policy())
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            zh, en, context = (*line.split("\t"), "", "")[:3]
            if en.strip():
                before = f"{context.strip()}{BETWEEN}" if context.strip() else ""
                found[before + plain(zh)] = plain(en)
    return found


def known() -> dict[str, str | tuple[str, ...]]:
    """What the catalogue says today."""
    if not CATALOGUE.exists():
        return {}
    with CATALOGUE.open("rb") as stream:
        return {key_of(message): message.string for message in read_po(stream, locale="en") if message.id and message.string}


def key_of(message: Any) -> str:
    """Its (first) text, after its context where it has one."""
    first = str(message.id if isinstance(message.id, str) else message.id[0])
    return f"{message.context}{BETWEEN}{first}" if message.context else first


def forms(said: str | tuple[str, ...] | None, id_: Id) -> Any:
    """The English as the msgid needs it: one form, or one and other."""
    if said is None:
        return "" if isinstance(id_, str) else ("", "")
    words = (said,) if isinstance(said, str) and "||" not in said else split(said)
    if isinstance(id_, str):
        return words[-1]
    return (words[0], words[-1])


def split(said: str | tuple[str, ...]) -> tuple[str, ...]:
    """``one || other`` as its two forms."""
    return tuple(part.strip() for part in said.split("||")) if isinstance(said, str) else tuple(said)


def missing(catalogue: Mapping[str, str | tuple[str, ...]]) -> list[str]:
    """Msgids without any English."""
    return [key for key in gathered() if not catalogue.get(key) or not all(catalogue[key])]


def update(paths: Sequence[Path]) -> list[str]:
    """Write the catalogue anew: what is given, else what it knew; sorted, without places or dates. What has no English."""
    english: dict[str, Any] = {**known(), **given(paths)}
    ids = gathered()
    catalogue = Catalog(locale="en", project="zhanggui", fuzzy=False, charset="utf-8")
    for key in sorted(ids):
        flags = ["python-format"] if re.search(r"%\(|%[sd]", key) else []
        context, _between, text = key.rpartition(BETWEEN)
        id_ = ids[key] if isinstance(ids[key], str) else (text, ids[key][1])
        said = forms(english.get(key), ids[key])
        catalogue.add(text if isinstance(id_, str) else id_, said, flags=flags, context=context or None)
    stream = BytesIO()
    write_po(stream, catalogue, width=0, omit_header=True, no_location=True)
    head = (
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(head + stream.getvalue().decode().strip() + "\n", "utf-8")
    return [key for key in sorted(ids) if not english.get(key)]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    django.setup()
    import_module("django.utils.translation").deactivate_all()
    left = update([Path(name) for name in sys.argv[1:]])
    for key in left:
        print(key)
    print(f"{len(gathered())} texts, {len(left)} without English", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
