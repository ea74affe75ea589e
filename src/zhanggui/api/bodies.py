"""What a verb takes, read from its own signature: a body of JSON in, the verb's arguments out."""

import inspect
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from zhanggui.api.left_out import FIXED, UNSAID
from zhanggui.api.types import MOST, IdIn, KeyIn, Minor, MomentIn, Scalar, Whole

REASON = "because"
# Texts are bounded by what their columns hold; a longer one would be cut or refused by the database in its own words.
LONGEST = {
    "code": 24, "currency": 3, "flag": 8, "payment": 12, "stage": 16, "kind": 16, "uid": 40, "waybill": 40, "platform_no": 64,
    "sku_code": 64, "barcode": 48, "bin": 32, "category": 80, "why": 120, "reason": 120, "note": 200, "place": 80, "key": 80,
    "solution": 400, "buyer_note": 500, "seller_note": 500, "internal": 500, "seller": 500, "payment_method": 32, "platform_status": 60, "seen": 64,
    "till": 24, "receipt_no": 39, "country": 2, "phone": 40, "phone2": 40, "name": 60, "province": 40, "city": 40, "district": 40, "postcode": 20,
}  # fmt: skip
TEXT = 200
# Words of which there are only some. An order begins where somebody still looks at it, never behind the warehouse's back.
WORDS = {
    "stage": Literal["draft", "pending_payment", "pending_review"],
    "payment": Literal["unpaid", "partial", "paid", "cod", "on_account", "refunded"],
    "flag": Literal["", "red", "yellow", "green", "blue", "purple"],
}
# Lists that say nothing when they are empty, wherever they stand.
NEVER_EMPTY = frozenset({"lines"})


class Underivable(TypeError):
    """No body can be made of this signature."""


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def body_of(name: str, call: Callable[..., Any]) -> tuple[type[Body], Callable[[Any], tuple[list[Any], dict[str, Any]]]]:
    """The model of a verb's body, and how to make its arguments of one: positional, and by keyword.

    Raises ``Underivable``.
    """
    hints = get_type_hints(call)
    taken = [
        each for each in inspect.signature(call).parameters.values() if each.name not in ("by", "at") and each.name not in UNSAID
    ]
    if any(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in taken):
        taken = [each for each in taken if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    said: dict[str, Any] = {}
    for nth, each in enumerate(taken):
        needed = each.default is inspect.Parameter.empty
        said[each.name] = (incoming(hints[each.name], each.name, some=not nth and needed), ... if needed else Field(each.default))
    if not {"why", "reason"} & said.keys():
        said[REASON] = (Annotated[str, Field(max_length=TEXT)], Field("", description="Why; the book keeps it with the act."))
    model = create_model(title_of(name), __base__=Body, **said)
    positional = [each.name for each in taken if each.kind is not each.KEYWORD_ONLY]
    named = [each.name for each in taken if each.kind is each.KEYWORD_ONLY]
    fixed = FIXED.get(name, {})

    def arguments(body: Any) -> tuple[list[Any], dict[str, Any]]:
        def made(which: str) -> Any:
            return built(getattr(body, which), hints[which])

        return [made(which) for which in positional], {**{which: made(which) for which in named}, **fixed}

    return model, arguments


def reason_in(body: Any) -> str:
    """Why, as the body says it: in a field of its own, or as the verb's own argument for it."""
    for name in (REASON, "why", "reason"):
        if found := getattr(body, name, ""):
            return str(found).strip()
    return ""


def title_of(name: str) -> str:
    return "".join(part.title().replace("_", "") for part in name.split("."))


def incoming(hint: Any, name: str, *, some: bool = False) -> Any:
    """The type of the wire for a Python type. ``some``: a list must not be empty."""
    origin, of = get_origin(hint), get_args(hint)
    if hint is int:
        return whole(name)
    if hint is str and name in WORDS:
        return WORDS[name]
    if hint is str:
        return Annotated[str, Field(max_length=LONGEST.get(name, TEXT))]
    if hint is bool:
        return bool
    if hint is datetime:
        return MomentIn
    if hint is Any:
        return Scalar
    if origin in (Union, types.UnionType):
        return reduce(or_, (each if each is type(None) else incoming(each, name) for each in of))
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint
    if origin is tuple and not (len(of) == 2 and of[1] is Ellipsis):
        return tuple[tuple(incoming(each, name) for each in of)]  # type: ignore[misc]
    if origin in (list, set, frozenset, tuple, Sequence, Collection):
        kind = list[incoming(of[0], name.removesuffix("s"))]  # type: ignore[misc, valid-type]
        return Annotated[kind, Field(min_length=int(some or name in NEVER_EMPTY), max_length=MOST)]
    if origin in (dict, Mapping):
        key = KeyIn if of[0] is int else Annotated[str, Field(max_length=TEXT)]
        found = dict[key, incoming(of[1], name)]  # type: ignore[valid-type, misc]
        return Annotated[found, Field(min_length=1 if some else 0, max_length=MOST)]
    if parts := parts_of(hint):
        facts = {part: (incoming(kind, part), ... if needed else Field(usual)) for part, (kind, needed, usual) in parts.items()}
        return create_model(hint.__name__ + "In", __base__=Body, __doc__=hint.__doc__, **facts)  # type: ignore[call-overload]
    raise Underivable(f"{name}: {hint}")


def whole(name: str) -> Any:
    if name == "id" or name.endswith("_id"):
        return IdIn
    return Minor if name.endswith("_minor") else Whole


def parts_of(hint: Any) -> dict[str, tuple[Any, bool, Any]]:
    """The fields of a named tuple or a dataclass: type, whether it is needed, and what it is otherwise."""
    if not isinstance(hint, type):
        return {}
    if issubclass(hint, tuple) and hasattr(hint, "_fields"):
        usual = hint._field_defaults  # type: ignore[attr-defined]
        hints = get_type_hints(hint)
        return {name: (hints[name], name not in usual, usual.get(name)) for name in hint._fields}
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        found = {}
        for each in fields(hint):
            made = each.default_factory() if each.default_factory is not MISSING else each.default
            found[each.name] = (hints[each.name], made is MISSING, None if made is MISSING else made)
        return found
    return {}


def built(value: Any, hint: Any) -> Any:
    """A validated value as the verb expects it."""
    origin, of = get_origin(hint), get_args(hint)
    if value is None:
        return None
    if origin in (Union, types.UnionType):
        return built(value, next(each for each in of if each is not type(None)))
    if isinstance(value, BaseModel):
        kinds = parts_of(hint)
        return hint(**{name: built(getattr(value, name), kind) for name, (kind, _, _) in kinds.items()})
    if isinstance(value, list):
        made = [built(each, of[0]) for each in value]
        return tuple(made) if origin is tuple else set(made) if origin in (set, frozenset) else made
    if isinstance(value, dict):
        return {key: built(each, of[1]) for key, each in value.items()}
    return value
