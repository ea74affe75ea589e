"""The reference as a page: made on the server from the description, with nothing from elsewhere."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from zhanggui.api import doing, wrongs
from zhanggui.api.schema import capability, described
from zhanggui.kernel.errors import refusals

GROUPS = ("house", "orders", "goods", "parcels")


class Words(NamedTuple):
    """What the reference says in Chinese."""

    groups: Mapping[str, str]
    operations: Mapping[str, str]
    fields: Mapping[str, Any]

    def field(self, operation: str, name: str) -> str:
        own = self.fields.get(operation, {})
        return str(own.get(name) or self.fields.get(name, ""))


@cache
def words() -> Words:
    return Words(**tomllib.loads(files("zhanggui.api").joinpath("words.toml").read_text("utf-8")))


@dataclass(frozen=True)
class Field:
    """One thing that may be said, or is answered."""

    name: str
    kind: str
    needed: bool
    says: str


@dataclass(frozen=True)
class Shown:
    """One operation as the page shows it. ``needs`` are names of rights, any of which will do; ``promise`` is what the code itself
    promises, in English."""

    name: str
    method: str
    path: str
    summary: str
    promise: str
    needs: list[str]
    asked: list[Field]
    body: list[Field]
    answers: list[Field]
    statuses: list[str]
    curl: str

    def about(self, words: str) -> bool:
        """Whether its address, its promise or a right it needs has these words in it."""
        return words.lower() in " ".join((self.path, self.name, self.summary, self.promise, *self.needs)).lower()


def page(api: NinjaAPI) -> Any:
    """The view."""

    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        asked = request.GET.get("lang", "")
        language = {"zh": "zh-hans", "en": "en"}.get(asked, translation.get_language() or "zh-hans")
        wanted = request.GET.get("q", "").strip()[:80]
        with translation.override(language):
            english = language == "en"
            groups = [(name, [each for each in found if each.about(wanted)]) for name, found in shown(api, english)]
            facts = {
                "groups": [(name if english else words().groups[name], found) for name, found in groups if found],
                "q": wanted,
                "english": english,
                "chinese": dict(settings.LANGUAGES)["zh-hans"],
                "refused": refused(),
                "wrong": sorted((kind, says) for kind, says in wrongs.SAYS.items()),
                "shut": shut(english=english),
            }
            made = HttpResponse(render_to_string("api/docs.html", facts))
            made["Cache-Control"] = "no-cache"
            return made

    return view


@cache
def shown(api: NinjaAPI, english: bool) -> list[tuple[str, list[Shown]]]:
    """Every operation by its group: what reads first, then the verbs by their app."""
    whole = described(api)
    found: dict[str, list[Shown]] = {}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_shown(whole, path, method, operation, english=english))
    rest = sorted(found.keys() - set(GROUPS))
    return [(name, found[name]) for name in (*GROUPS, *rest) if name in found]


def _shown(whole: dict[str, Any], path: str, method: str, operation: dict[str, Any], *, english: bool) -> Shown:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answer = operation["responses"][200]["content"]["application/json"]["schema"]
    name, promise = operation["operationId"], operation.get("description", "").strip()
    first, _rest, more = promise.partition("\n")
    asked = [Field(p["name"], kind(whole, p["schema"]), p["required"], p.get("description", "")) for p in operation["parameters"]]

    def said(part: list[Field]) -> list[Field]:
        return part if english else [replace(each, says=words().field(name, each.name)) for each in part]

    return Shown(
        name,
        method.upper(),
        path,
        first if english else words().operations[name],
        more.strip() if english else promise,
        [capability(code, english=english) for code in operation["x-needs"]],
        said(asked),
        said(fields(whole, body)),
        said(fields(whole, answer)),
        [str(status) for status in operation["responses"]],
        curl(path, method, whole, body),
    )


def refused() -> list[tuple[str, int, str, str]]:
    """Every refusal but of files: its code, its status, its sentence and what to do, with the names of its facts in braces."""
    # Codes in capitals are those of files, which no program hands in.
    return [(code, each.status, str(each.says), str(each.fix)) for code, each in sorted(refusals().items()) if not code.isupper()]


def shut(*, english: bool) -> list[tuple[str, list[str]]]:
    """What the policy lets no program do: each right with the verbs that need it."""
    found: dict[str, list[str]] = {}
    for deed in doing.deeds()[0].values():
        if not deed.open:
            found.setdefault(capability(deed.command.needs, english=english), []).append(deed.name)
    return sorted(found.items())


def fields(whole: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    """The members of an object; of a list, those of one of it."""
    found = resolved(whole, schema)
    while found.get("type") == "array":
        found = resolved(whole, found["items"])
    needed = set(found.get("required", []))
    members = found.get("properties", {})
    return [Field(name, kind(whole, each), name in needed, each.get("description", "")) for name, each in members.items()]


def resolved(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found = schema
    while "$ref" in found or len(found.get("allOf", ())) == 1:
        found = whole["components"]["schemas"][found["$ref"].rsplit("/", 1)[1]] if "$ref" in found else found["allOf"][0]
    return found


def kind(whole: dict[str, Any], schema: dict[str, Any]) -> str:
    """What may stand there, in a few words."""
    found = resolved(whole, schema)
    if "anyOf" in found:
        return " | ".join(dict.fromkeys(kind(whole, each) for each in found["anyOf"]))
    if "enum" in found or "const" in found:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in found.get("enum", [found.get("const")]))
    if found.get("type") == "array":
        return f"[{kind(whole, found['items'])}]" if "items" in found else "[]"
    if found.get("type") == "object":
        if found.get("properties"):
            return str(found.get("title", "object"))
        more = found.get("additionalProperties")
        return f"{{…: {kind(whole, more)}}}" if isinstance(more, dict) else "object"
    return str(
        found.get("format") or ("id" if "pattern" in found and found.get("type") == "string" else found.get("type", "any"))
    )


def curl(path: str, method: str, whole: dict[str, Any], body: dict[str, Any]) -> str:
    """The call as one would type it."""
    address = f'"$ZHANGGUI{path.replace("{", "").replace("}", "")}"'
    if method == "get":
        return f'curl -H "Authorization: Bearer $TOKEN" {address}'
    found = resolved(whole, body)
    said = {name: sample(whole, each) for name, each in found.get("properties", {}).items() if name in found.get("required", [])}
    text = json.dumps(said, ensure_ascii=False).replace("'", "")
    return (
        f'curl -X POST -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $(uuidgen)" \\\n'
        f"  -H \"Content-Type: application/json\" -d '{text}' \\\n  {address}"
    )


def sample(whole: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """Something that could stand there."""
    found = resolved(whole, schema)
    if "anyOf" in found:
        return sample(whole, found["anyOf"][0], depth)
    if "enum" in found:
        return found["enum"][0]
    if found.get("examples"):
        return found["examples"][0]
    usual = {"string": "…", "integer": 1, "boolean": True, "number": 1, "null": None}
    if found.get("type") == "array":
        return [sample(whole, found["items"], depth + 1)] if depth < 4 and "items" in found else []
    if found.get("type") == "object":
        if found.get("properties"):
            return {
                name: sample(whole, each, depth + 1)
                for name, each in found["properties"].items()
                if name in found.get("required", [])
            }
        more = found.get("additionalProperties")
        return {"1024": sample(whole, more, depth + 1)} if isinstance(more, dict) else {}
    return usual.get(str(found.get("type")), _("文字"))
