"""What a verb answers, read from what it returns: ids as text, a batch as what was done and what was not, and why."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext
from pydantic import BaseModel, Field, create_model

from zhanggui.api.bodies import Underivable, parts_of
from zhanggui.api.types import Id
from zhanggui.journal.book import Batch
from zhanggui.kernel.errors import refusals
from zhanggui.orders.checks.reasons import REASONS

Turn = Callable[[Any], Any]
# Verbs that answer one whole number and mean the id of what they made; for the others it is how many.
MAKE_IDS = frozenset({"open_one", "enrol", "add", "invite"})
ID_FIELDS = frozenset({"id", "ids", "created"})


class LeftOut(BaseModel):
    """Why one thing of many was left as it was."""

    code: str
    message: str
    fix: str
    facts: dict[str, Any]


class BatchOut(BaseModel):
    """What became of each that was asked for: ids done, and by id why not. An id in neither needed nothing."""

    done: list[Id]
    refused: dict[str, LeftOut]


class SaidBatch(BaseModel):
    result: BatchOut


def answer_of(name: str, hint: Any) -> tuple[type[BaseModel], Turn]:
    """The model of a verb's answer, and how to make it of what the verb returned. Raises ``Underivable``."""
    verb = name.rsplit(".", 1)[-1]
    kind, turn = outgoing(hint, "id" if hint is int and verb in MAKE_IDS else "ids" if hint == list[int] else "result")
    title = "".join(part.title().replace("_", "") for part in name.split("."))
    model = create_model(f"{title}Answer", result=(kind, Field(description="What the verb answers.")))
    return model, lambda found: {"result": turn(found)}


def outgoing(hint: Any, name: str) -> tuple[Any, Turn]:
    """The type of the wire for what a verb returns, and how to turn it."""
    origin, of = get_origin(hint), get_args(hint)
    is_id = name in ID_FIELDS or name.endswith(("_id", "_ids"))
    if hint in (None, type(None)):
        return None, lambda _: None
    if hint is Batch:
        return BatchOut, batch
    if hint is int:
        return (Id, str) if is_id else (int, int)
    if hint in (str, bool, datetime, date, float) or origin is Literal:
        return hint, lambda found: found
    if hint is Any:
        return Any, lambda found: found
    if isinstance(hint, type) and issubclass(hint, Enum):
        return str, lambda found: found.value
    if origin in (Union, types.UnionType):
        kind, turn = outgoing(next(each for each in of if each is not type(None)), name)
        return kind | None, lambda found: None if found is None else turn(found)
    if origin in (list, set, frozenset, Sequence) or (origin is tuple and len(of) == 2 and of[1] is Ellipsis):
        kind, turn = outgoing(of[0], name)
        return list[kind], lambda found: [turn(each) for each in (found if origin is not set else sorted(found))]  # type: ignore[valid-type]
    if origin in (dict, Mapping):
        kind, turn = outgoing(of[1], name)
        return dict[str, kind], lambda found: {str(key): turn(each) for key, each in found.items()}  # type: ignore[valid-type]
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        parts = {part: outgoing(each, part) for part, (each, _, _) in parts_of(hint).items()}
        model = create_model(
            hint.__name__ + "Out", __doc__=hint.__doc__, **{part: (kind, ...) for part, (kind, _) in parts.items()}
        )  # type: ignore[call-overload]
        return model, lambda found: {part: turn(getattr(found, part)) for part, (_, turn) in parts.items()}
    raise Underivable(f"{name}: {hint}")


def batch(found: Batch) -> dict[str, Any]:
    refused = {str(id_): left_out(facts) for id_, facts in found.refused.items()}
    return {"done": [str(id_) for id_ in found.done], "refused": refused}


def left_out(facts: Mapping[str, Any]) -> dict[str, Any]:
    code = str(facts.get("code", "refused"))
    more = {name: value for name, value in facts.items() if name != "code"}
    says, fix = in_words(code, more)
    return {"code": code, "message": says, "fix": fix, "facts": more}


def in_words(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The sentence and the fix of a refusal by its code; of a reason to hold an order, what it is called and who mends it."""
    if (kind := refusals().get(code)) is not None:
        said = kind(**facts)
        if "{" not in said.sentence:
            return said.sentence, said.advice
        return gettext("这一步现在做不了。"), said.advice if "{" not in said.advice else ""
    if (reason := REASONS.get(code)) is not None:
        return gettext(reason.zh), gettext(reason.fix)
    return gettext("这一步现在做不了。"), ""
