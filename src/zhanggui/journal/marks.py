"""What a grant asks for beyond the right itself: signing in again, a reason, a bound, a second person."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from zhanggui.journal import figures
from zhanggui.kernel import masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import BeyondLimit, NotForPrograms, ReasonNeeded, Text

# S sign in again · R a reason · ≤ a bound · A a second person.
EVERY = "SR≤A"
# Two characters that say something: 重复, ok. A dot or a row of one letter says nothing.
LEAST_SAID = 2
LONGEST = 200
# Arguments in which people say why: beside that of the verb itself, and whatever they are for.
REASONS = frozenset({"why", "reason", "note"})
Facts = Callable[..., Mapping[str, Any]]
Weighs = Callable[..., int]


def nothing(*args: Any, **kwargs: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Second:
    """How a verb is asked of a second person.

    ``says`` is a sentence that may name ``facts`` in braces; ``facts`` is called with the verb's arguments and answers plain
    values that are no secret: ``person_id`` names whom it is about (they do not agree to it themselves), ``lines`` say
    more, as ``journal.phrases`` keeps them. ``answers``: what the verb returns is for who asked, so that agreeing lets them do it, once.
    ``outcome`` is called with what the verb returned when it was agreed to, and answers plain values that are no secret: whoever
    asked reads there what came of it.
    """

    says: Text
    facts: Facts = nothing
    answers: bool = False
    outcome: Facts | None = None


class Verb(Protocol):
    """What the marks need to know of a verb."""

    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> str: ...
    @property
    def marks(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def weighs(self) -> Weighs | None: ...
    @property
    def figure(self) -> str: ...


def meet(verb: Verb, by: Actor, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether a second person must agree first; what else the grant asks is met, or refused by name.

    Raises ``StepUpNeeded``, ``ReasonNeeded``, ``BeyondLimit``, ``NotForPrograms``. The system is asked nothing.
    """
    if by.kind == "system":
        return False
    words = by.words(verb.needs)
    if "S" in verb.marks:
        by.confirm(verb.needs)
    if "R" in words and "R" in verb.marks and not means(reason(verb, by, kwargs)):
        raise ReasonNeeded(needs=verb.needs, verb=verb.name, many=size(args))
    if not _second(verb, by, words, args, kwargs):
        return False
    if by.kind == "program":
        raise NotForPrograms(needs=verb.needs)
    return True


def _second(verb: Verb, by: Actor, words: frozenset[str], args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """A figure (``≤1000``) refuses what is more and lets nobody off; the merchant's own (``≤limit``) alone stands in for A."""
    if "≤" in verb.marks:
        most = by.most(verb.needs)
        if most is not None and (many := weight(verb, args, kwargs)) > most:
            raise BeyondLimit(needs=verb.needs, limit=most, many=many)
        if "≤limit" in words:
            limit, many = figures.of(verb.figure), weight(verb, args, kwargs)
            if many > limit and "A" not in words:
                raise BeyondLimit(needs=verb.needs, limit=limit, many=many)
            return many > limit
    if "A" not in words or "A" not in verb.marks:
        return False
    return verb.weighs is None or weight(verb, args, kwargs) > figures.of(verb.figure)


def reason(verb: Verb, by: Actor, kwargs: Mapping[str, Any]) -> str:
    """Why, as the actor says it or the verb's own argument for it does: no phone and no address of a mail stays in clear."""
    said = by.why or str(kwargs.get(verb.because) or "" if verb.because else "")
    return masking.masked(said.strip())[:LONGEST]


def reasons(call: Callable[..., Any], because: str) -> tuple[str, ...]:
    """The arguments of a verb in which somebody says something of their own."""
    return tuple(name for name in inspect.signature(call).parameters if name in REASONS or name == because)


def quiet(names: Sequence[str], kwargs: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """The arguments as a verb gets them: in what ``by`` and ``names`` say, no phone and no address of a mail is in clear, so that
    none gets into the book, a table or a message by whichever way the verb takes."""
    said = {name: masking.masked(text) for name in names if isinstance(text := kwargs.get(name), str)}
    return {**kwargs, **said, "by": replace(by, why=masking.masked(by.why)) if by.why else by}


def means(said: str) -> bool:
    """Whether it says anything at all."""
    letters = [letter for letter in said if letter.isalnum()]
    return len(letters) >= LEAST_SAID and len(set(letters)) > 1


def weight(verb: Verb, args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """How much is moved: as the verb weighs it, or how many things it is asked to do."""
    return verb.weighs(*args, **kwargs) if verb.weighs is not None else size(args)


def size(args: Sequence[Any]) -> int:
    """How many ids, rows or entries the first argument holds; one for a single thing."""
    first = args[0] if args else None
    return len(first) if isinstance(first, list | tuple | set | frozenset | Mapping) else 1
