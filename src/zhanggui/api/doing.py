"""A verb of the house as an operation: once a key, on many ids, with the answer kept beside the effect."""

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_type_hints

from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from pydantic_core import to_json

from zhanggui.accounts.policy import policy
from zhanggui.api.answers import answer_of
from zhanggui.api.bodies import Underivable, body_of, reason_in
from zhanggui.api.entrance import Need
from zhanggui.api.left_out import LEFT_OUT
from zhanggui.api.refusals import BadMatch, Stale
from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.journal import book, once
from zhanggui.journal.book import Command
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Order

# Verbs that programs know by another address than their name.
PATHS: Mapping[str, str] = {"orders.receipts.take": "/pos/receipts"}
# What carries a version, by the name of a verb's first argument.
VERSIONED: Mapping[str, type[models.Model]] = {"order": Order, "parcel": Parcel, "wave": Wave}


@dataclass(frozen=True)
class Deed:
    """One verb as an operation. ``call`` is the framed verb, ``versioned`` what its ids are of, where those carry a version."""

    name: str
    command: Command
    call: Callable[..., Any]
    body: Any
    arguments: Callable[[Any], tuple[list[Any], dict[str, Any]]]
    answers: Any
    turn: Callable[[Any], Any]
    versioned: str

    @property
    def path(self) -> str:
        return PATHS.get(self.name, "/" + self.name.replace(".", "/").replace("_", "-"))

    @property
    def need(self) -> Need:
        return Need((self.command.needs,), self.command.takes)

    @property
    def open(self) -> bool:
        """Whether any program could ever do it: the policy lends it to programs, and asks nothing with it that only people do."""
        asked = policy().grants_of("program").get(self.command.needs, "").split()
        return self.need.open and not {"A", "S"}.intersection(asked, self.command.marks)

    @property
    def promise(self) -> str:
        return inspect.cleandoc(self.command.call.__doc__ or "")


@cache
def verbs() -> dict[str, Command]:
    """Every verb of the house, all of its modules loaded."""
    for app in apps.get_app_configs():
        if not app.name.startswith("zhanggui."):
            continue
        for each in iter_modules([f"{app.path}/commands"]):
            import_module(f"{app.name}.commands.{each.name}")
    return {name: each for name, each in sorted(book.COMMANDS.items()) if each.call.__module__.startswith("zhanggui.")}


@cache
def deeds() -> tuple[dict[str, Deed], dict[str, str]]:
    """Every verb that is an operation; and those nobody left out that cannot be one, with why."""
    made: dict[str, Deed] = {}
    strange: dict[str, str] = {}
    for name, command in verbs().items():
        if name in LEFT_OUT:
            continue
        try:
            made[name] = deed(name, command)
        except (Underivable, AttributeError) as error:
            strange[name] = str(error)
    return made, strange


def deed(name: str, command: Command) -> Deed:
    framed = getattr(import_module(command.call.__module__), command.call.__name__)
    body, arguments = body_of(name, command.call)
    answers, turn = answer_of(name, get_type_hints(command.call).get("return"))
    first = next(iter(inspect.signature(command.call).parameters), "")
    kind = first.removesuffix("_ids").removesuffix("_id")
    return Deed(name, command, framed, body, arguments, answers, turn, kind if kind in VERSIONED else "")


def view_of(what: Deed) -> Callable[..., HttpResponse]:
    """The view: done once under the caller's key, in one transaction with the answer that is kept."""

    def view(request: HttpRequest, said: Any) -> HttpResponse:
        facts = request.__dict__
        by: Actor = replace(facts["actor"], why=reason_in(said))
        args, named = what.arguments(said)
        ask = once.Ask(f"token:{by.id}", facts["key"], fingerprint(request), facts["at"])
        seen = match_of(request, args) if what.versioned else None
        answered: list[bytes] = []

        def answer(found: Any) -> tuple[int, bytes]:
            answered.append(to_json(what.turn(found), fallback=str, inf_nan_mode="null"))
            return 200, answered[-1]

        def wrap(act: Callable[[], Any]) -> Any:
            return once.kept(ask, answer)(act if seen is None else lambda: checked(what.versioned, seen, act))

        try:
            with book.around(wrap):
                what.call(*args, **named, by=by, at=facts["at"])
        except once.Repeated as before:
            made = HttpResponse(before.body, status=before.status, content_type="application/json")
            made["Idempotency-Replayed"] = "true"
            return made
        return HttpResponse(answered[-1], content_type="application/json")

    first = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    second = inspect.Parameter("said", inspect.Parameter.KEYWORD_ONLY, annotation=what.body)
    view.__signature__ = inspect.Signature([first, second])  # type: ignore[attr-defined]
    view.__annotations__ = {"request": HttpRequest, "said": what.body}
    view.__name__ = what.name.replace(".", "_")
    view.__doc__ = what.promise
    return view


def fingerprint(request: HttpRequest) -> str:
    """What is asked, as a digest: the same key for anything else is refused."""
    digest = hashlib.sha256(request.body).hexdigest()
    match = request.headers.get("If-Match", "")
    return hashlib.sha256(f"{request.method} {request.path_info} {match} {digest}".encode()).hexdigest()


def match_of(request: HttpRequest, args: Sequence[Any]) -> tuple[int, int] | None:
    """(id, version) the caller saw, as ``If-Match`` says it; None where it says nothing. Raises ``BadMatch``."""
    said = request.headers.get("If-Match", "").strip()
    if not said or said == "*":
        return None
    ids = args[0] if args and isinstance(args[0], list | dict) else [each for each in args[:1] if each is not None]
    version = said.removeprefix("W/").strip('"').split(".", 1)[0]
    if len(ids) != 1 or not version.isdecimal() or len(version) > 9:
        raise BadMatch
    return int(next(iter(ids))), int(version)


def checked(kind: str, seen: tuple[int, int], act: Callable[[], Any]) -> Any:
    """``act``, unless somebody else changed the row meanwhile; it is held until the end. Raises ``Stale``."""
    id_, version = seen
    now = VERSIONED[kind]._default_manager.select_for_update().filter(pk=id_).values_list("version", flat=True).first()
    if now is not None and now != version:
        raise Stale(id=str(id_), version=now)
    return act()
