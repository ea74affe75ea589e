"""A rule of review by name: what it looks at, and the dials a merchant turns on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from zhanggui.orders.checks.facts import Facts, Finding

Dials = Mapping[str, Any]
Look = Callable[[Facts, Dials], Finding | None]
NUMBER, MONEY, PERCENT, HOURS, WORDS = "number", "money", "percent", "hours", "words"
MOST_WORDS, LONGEST_WORD = 60, 20


class Dial(NamedTuple):
    """One thing about a rule that a merchant sets. ``usual`` is in pieces, minor units of the order's currency, hundredths, hours,
    or words: as ``kind`` says."""

    name: str
    zh: str
    kind: str
    usual: Any
    least: int = 0
    most: int = 10**9
    help: str = ""

    def wrong(self, said: Any) -> bool:
        """Whether this cannot be what the dial stands at."""
        if self.kind == WORDS:
            words = list(said) if isinstance(said, Sequence) and not isinstance(said, str) else None
            return words is None or len(words) > MOST_WORDS or any(not isinstance(w, str) or not 0 < len(w) <= LONGEST_WORD for w in words)
        return not isinstance(said, int) or isinstance(said, bool) or not self.least <= said <= self.most


class Check(NamedTuple):
    """``code`` is the rule's own name, ``finds`` the reasons it may find. ``on`` says how it stands until a merchant says otherwise;
    one that is ``always`` on guards what no later step could catch."""

    code: str
    zh: str
    why: str
    look: Look
    finds: tuple[str, ...]
    dials: tuple[Dial, ...] = ()
    on: bool = True
    always: bool = False

    @property
    def usual(self) -> dict[str, Any]:
        return {dial.name: dial.usual for dial in self.dials}


class Set(NamedTuple):
    """One rule as a shop has it."""

    check: Check
    dials: Dials


class Said(NamedTuple):
    """What a merchant said of one rule; a dial that is not named stands as usual."""

    on: bool
    dials: Dials


def in_force(known: Sequence[Check], everywhere: Mapping[str, Said], here: Mapping[str, Said]) -> tuple[Set, ...]:
    """The rules that look at a shop's orders: what is said of the shop goes before what is said of all shops, dial by dial."""
    force = []
    for check in known:
        said = [found for found in (everywhere.get(check.code), here.get(check.code)) if found is not None]
        on = said[-1].on if said else check.on
        if not (on or check.always):
            continue
        dials = check.usual
        for each in said:
            dials |= {name: value for name, value in each.dials.items() if name in dials}
        force.append(Set(check, dials))
    return tuple(force)


def findings(facts: Facts, force: Sequence[Set]) -> list[Finding]:
    """Everything these rules have against this order; empty when it may go on."""
    return [finding for check, dials in force if (finding := check.look(facts, dials)) is not None]
