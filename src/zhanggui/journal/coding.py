"""The arguments of a verb as JSON and back: only kinds that mean the same a week later, said by the verb's own annotations."""

import inspect
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

PLAIN = (bool, int, float, str, type(None))
MANY = (list, tuple, set, frozenset, Sequence, Collection, Iterable)
# Who does it and when is said anew when it is done.
OUTSIDE = ("by", "at")


@cache
def hints(call: Callable[..., Any]) -> Mapping[str, Any]:
    """What each argument of ``call`` is. Raises TypeError for one that could not be kept."""
    known = get_type_hints(call)
    found = {name: known.get(name, Any) for name in inspect.signature(call).parameters if name not in OUTSIDE}
    for name, hint in found.items():
        try:
            _check(hint)
        except TypeError as error:
            raise TypeError(f"{call.__module__}.{call.__name__}({name}=…) cannot be kept: {error}") from error
    return found


def keepable(call: Callable[..., Any]) -> bool:
    """Whether every argument can be kept and read back."""
    try:
        hints(call)
    except (NameError, TypeError):
        return False
    return True


def encode(call: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by name, as JSON bears them; who and when are left out. Raises TypeError for what could not be kept."""
    known = hints(call)
    given = inspect.signature(call).bind(*args, **kwargs).arguments
    return {name: _out(value) for name, value in given.items() if name in known}


def decode(call: Callable[..., Any], said: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What ``encode`` wrote, as the call takes it: by place where it has one, by keyword else."""
    known = hints(call)
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, parameter in inspect.signature(call).parameters.items():
        if name not in said or name not in known:
            continue
        value = _in(known[name], said[name])
        # After one that was left out, the later ones go by their names.
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and len(args) == list(known).index(name):
            args.append(value)
        else:
            kwargs[name] = value
    return tuple(args), kwargs


def _check(hint: Any) -> None:
    origin, parts = get_origin(hint), get_args(hint)
    if hint in PLAIN or hint is None or hint in (datetime, date):
        return
    if origin in (Union, types.UnionType):
        inner = [part for part in parts if part is not type(None)]
        if len(inner) > 1 and any(part not in PLAIN for part in inner):
            raise TypeError(f"{hint} may be several things")
        for part in inner:
            _check(part)
        return
    if origin in (dict, Mapping):
        _check(parts[0])
        _check(parts[1])
        return
    if origin in MANY and parts:
        for part in parts:
            if part is not Ellipsis:
                _check(part)
        return
    if isinstance(hint, type) and issubclass(hint, Enum):
        return
    shape = _shape(hint)
    if shape is None:
        raise TypeError(f"{hint} is no kind that is kept")
    for part in shape.values():
        _check(part)


def _shape(hint: Any) -> dict[str, Any] | None:
    """The fields of a frozen dataclass or a named tuple."""
    if isinstance(hint, type) and is_dataclass(hint):
        if not cast(Any, hint).__dataclass_params__.frozen:
            return None
        known = get_type_hints(hint)
        return {each.name: known[each.name] for each in fields(hint) if each.init}
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        return {name: each for name, each in get_type_hints(hint).items() if name in hint._fields}
    return None


def _out(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _out(getattr(value, each.name)) for each in fields(value) if each.init}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: _out(each) for name, each in zip(value._fields, value, strict=True)}
    if isinstance(value, Mapping):
        return [[_out(key), _out(each)] for key, each in value.items()]
    if isinstance(value, Iterable):
        return [_out(each) for each in value]
    raise TypeError(f"{type(value).__name__} is no kind that is kept")


def _in(hint: Any, said: Any) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if said is None or hint in PLAIN or hint is None:
        return said
    if hint in (datetime, date):
        return hint.fromisoformat(said)
    if origin in (Union, types.UnionType):
        inner = [part for part in parts if part is not type(None)]
        return _in(inner[0], said) if len(inner) == 1 else said
    if origin in (dict, Mapping):
        return {_in(parts[0], key): _in(parts[1], each) for key, each in said}
    if origin is tuple and parts[-1:] != (Ellipsis,):
        return tuple(_in(part, each) for part, each in zip(parts, said, strict=True))
    if origin in MANY:
        made = [_in(parts[0], each) for each in said]
        return origin(made) if origin in (set, frozenset, tuple) else made
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(said)
    shape = _shape(hint)
    assert shape is not None
    return hint(**{name: _in(shape[name], each) for name, each in said.items() if name in shape})
