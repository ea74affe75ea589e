"""A refusal as programs read it (RFC 9457): the same code and the same two sentences as on the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field
from pydantic_core import to_json

from zhanggui.accounts import aloud
from zhanggui.kernel.errors import Refused

MEDIA = "application/problem+json"
DOCS = "/api/v1/docs"


class Wrong(BaseModel):
    """One place of what was sent, and what is wrong with it."""

    at: str = Field(description="Where: `body.order_ids.0`.")
    kind: str = Field(description="What kind of wrong, for programs: `missing`, `int_type`.")
    says: str


class Problem(BaseModel):
    """Why it was not done. Branch on `code`; `title` and `fix` are for people, in the language asked for."""

    type: str = Field(description="An address that stands for this kind of problem.")
    title: str
    status: int
    code: str
    fix: str = Field(description="What to do about it; may be empty.")
    facts: dict[str, Any] = Field(description="What the sentence names.")
    request: str = Field(description="The number of this request: tell it when asking for help.")
    errors: list[Wrong] | None = None


def answer(request: HttpRequest, refusal: Refused, **more: Any) -> HttpResponse:
    """``refusal`` as an answer with its own status. ``more`` stands beside it."""
    worded = aloud.refused(refusal)
    facts = {
        "type": f"{DOCS}#{refusal.code}",
        "title": worded.sentence,
        "status": refusal.status,
        "code": refusal.code,
        "fix": worded.advice,
        "facts": refusal.facts,
        "request": str(request.__dict__.get("number", "")),
        **more,
    }
    made = HttpResponse(to_json(facts, fallback=str, inf_nan_mode="null"), status=refusal.status, content_type=MEDIA)
    if refusal.status == 401:
        made["WWW-Authenticate"] = 'Bearer realm="zhanggui"'
    if refusal.status == 429:
        made["Retry-After"] = str(refusal.facts.get("wait_s", 60))
    if refusal.status == 405:
        made["Allow"] = str(refusal.facts.get("allowed", ""))
    return made
