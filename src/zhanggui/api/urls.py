"""Every address of the API: made from the questions and the registry of verbs."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from zhanggui.api import asking, docs, doing, problems, schema, wrongs
from zhanggui.api.asked import goods, house, lessons, orders, parcels
from zhanggui.api.entrance import Bearer
from zhanggui.api.refusals import DoesNotFit, NotJson, NotUnderstood
from zhanggui.kernel.errors import NotForPrograms, NotFound, Refused, StepUpNeeded

AREAS = (orders, lessons, goods, parcels, house)
READS = (401, 403, 404, 422, 429)
DOES = (401, 403, 404, 409, 412, 413, 415, 422, 429)


class Said(Parser):
    """The body as the entrance read it."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.__dict__["said"]


api = NinjaAPI(title="掌柜 Zhanggui", version="1", docs_url=None, openapi_url=None, parser=Said(), urls_namespace="api")
reading, acting = Router(), Router()


for question in asking.QUESTIONS.values():
    reading.add_api_operation(
        question.path,
        ["GET"],
        asking.view_of(question),
        auth=Bearer(question.need, changes=False),
        response={200: question.answers, **dict.fromkeys(READS, problems.Problem)},
        operation_id=question.name,
        summary=question.promise.split("\n", 1)[0],
        description=question.promise,
        tags=[question.group],
    )
for deed in doing.deeds()[0].values():
    acting.add_api_operation(
        deed.path,
        ["POST"],
        doing.view_of(deed),
        auth=Bearer(deed.need, changes=True),
        response={200: deed.answers, **dict.fromkeys(DOES, problems.Problem)},
        operation_id=deed.name.replace(".", "_"),
        summary=deed.promise.split("\n", 1)[0],
        description=deed.promise,
        tags=[deed.name.split(".", 1)[0]],
        # What the policy lets no program do is refused in words where it would be, and described nowhere.
        include_in_schema=deed.open,
    )
api.add_router("", reading)
api.add_router("", acting)


def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    # A program cannot show again who it is: what asks for that is not for it.
    return problems.answer(request, NotForPrograms(**refusal.facts) if isinstance(refusal, StepUpNeeded) else refusal)


def not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    wrong = [
        {"at": place_of(each["loc"]), "kind": each["type"], "says": wrongs.said(each["type"], each.get("ctx", {}))}
        for each in error.errors[:20]
    ]
    return problems.answer(request, NotUnderstood(), errors=wrong)


def place_of(loc: Any) -> str:
    """``body.order_ids.0``: what the frame calls its own parameter is left out."""
    return ".".join(str(part)[:60] for part in loc if part not in ("said", "asked"))


def does_not_fit(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(request, DoesNotFit())


def not_there(request: HttpRequest, error: Any) -> HttpResponse:
    """A verb looked for a row by an id that was sent, and it is not there."""
    return problems.answer(request, NotFound(what=type(error).__qualname__.split(".", 1)[0].lower()))


def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(request, NotJson(why=wrongs.unread(error)))


api.add_exception_handler(Refused, refused)
api.add_exception_handler(ValidationError, not_understood)
api.add_exception_handler(DataError, does_not_fit)
api.add_exception_handler(IntegrityError, does_not_fit)
api.add_exception_handler(OverflowError, does_not_fit)
api.add_exception_handler(ObjectDoesNotExist, not_there)
api.add_exception_handler(HttpError, unreadable)

urlpatterns = [
    path("api/v1/openapi.json", schema.served(api)),
    path("api/v1/docs", docs.page(api)),
    path("api/v1/", api.urls),
]
