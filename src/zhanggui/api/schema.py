"""The OpenAPI 3.1 description: what the operations say of themselves, and what holds for all of them."""

import hashlib
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from ninja import NinjaAPI
from pydantic_core import to_json

from zhanggui.accounts.policy import policy
from zhanggui.api import asking, doing
from zhanggui.api.bodies import TEXT
from zhanggui.api.entrance import LONGEST_KEY, Need
from zhanggui.api.problems import MEDIA

PREFIX = "api/v1"
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "New for every new request, the same when you send one again: it is then done once, and answered the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}
MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag of the one thing you change: refused with 412 when somebody changed it since, with 422 where several are changed.",
    "schema": {"type": "string", "maxLength": TEXT, "pattern": r'^"[0-9]{1,9}(\.[0-9a-f]+)?"$'},
}
NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "The ETag of what you have: answered with 304 and nothing while it is still that.",
    "schema": {"type": "string", "maxLength": TEXT, "pattern": r'^"[0-9.a-f]*"$'},
}


@cache
def described(api: NinjaAPI) -> dict[str, Any]:
    """The whole description, made once."""
    made = dict(api.get_openapi_schema(path_prefix=f"{PREFIX}/"))
    made["info"] = {
        "title": "掌柜 Zhanggui",
        "version": "1",
        "description": "Every question and every verb of the house that the policy opens to programs.",
    }
    made["servers"] = [{"url": "/"}]
    for methods in made["paths"].values():
        for operation in methods.values():
            _finish(operation)
    return made


def _finish(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    question = asking.QUESTIONS.get(name)
    need: Need | None = question.need if question is not None else DEEDS[name].need
    operation["x-needs"] = list(need.capabilities) if need is not None else []
    answers = operation["responses"]
    for status, answer in answers.items():
        if int(status) >= 400:
            answer["content"] = {MEDIA: answer["content"]["application/json"]}
    if question is not None:
        operation["parameters"] = [*operation["parameters"], NONE_MATCH]
        answers[200]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        operation["responses"] = dict(sorted({**answers, 304: {"description": "Still what you have."}}.items()))
        return
    operation["parameters"] = [*operation["parameters"], KEY]
    if DEEDS[name].versioned:
        operation["parameters"].append(MATCH)
    else:
        answers.pop(412)
    answers[200]["headers"] = {"Idempotency-Replayed": {"schema": {"type": "string"}, "required": False}}
    answers[429]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}


def capability(code: str, *, english: bool) -> str:
    """What the policy calls it."""
    known = policy().capabilities.get(code)
    return code if known is None else known.en if english else known.zh


DEEDS = {name.replace(".", "_"): deed for name, deed in doing.deeds()[0].items()}


def served(api: NinjaAPI) -> Any:
    """The view that hands it out."""

    @cache
    def whole() -> tuple[bytes, str]:
        body = to_json(described(api))
        return body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'

    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        body, mark = whole()
        same = request.headers.get("If-None-Match", "") == mark
        made = HttpResponse(b"" if same else body, status=304 if same else 200, content_type="application/json")
        made["ETag"] = mark
        return made

    return view
