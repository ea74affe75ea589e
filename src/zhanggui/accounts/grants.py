"""The algebra of grants: what a cell of the policy lets one do, and whether one cell lets no more than another. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from zhanggui.accounts.policy import Policy

OWNER = "owner"
MARKS = ("M", "A", "S", "R", "O")
NOTHING_SAID = frozenset({"Y", "scope"})
# The part of one who sees what is hidden and never what is behind it: ``M`` without the ``R`` that would open it.
MASKED = "masked"
# The merchant's own figure.
LIMIT = "≤limit"


@dataclass(frozen=True)
class Cell:
    """A grant taken apart. ``marks`` of M A S R O; ``most`` rows at a time; ``parts`` narrow it (``released``, ``≤limit``)."""

    marks: frozenset[str] = frozenset()
    most: int | None = None
    parts: frozenset[str] = frozenset()

    def __str__(self) -> str:
        # What stays hidden is opened by nothing, whatever opening it would ask for.
        asked = self.marks - {"A", "S", "R"} if "M" in self.marks and self.parts else self.marks
        first = [] if {"M", "A", "O"} & asked else ["Y"]
        figure = [] if self.most is None else [f"≤{self.most}"]
        return " ".join([*first, *(mark for mark in MARKS if mark in asked), *sorted(self.parts - {MASKED}), *figure])

    def within(self, other: "Cell") -> bool:
        """Whether this lets one do nothing that ``other`` does not, and asks for all that it asks for."""
        # A figure is nothing to have instead of a second person.
        loose = self.most is None or "A" not in other.marks
        bounded = loose if other.most is None else self.most is not None and self.most <= other.most
        hidden = "M" in self.marks and bool(self.parts)
        asked = other.marks - {"A", "S", "R"} if hidden else other.marks
        smaller = not other.parts or self.parts == other.parts or (other.parts == {MASKED} and hidden)
        return asked <= self.marks and bounded and smaller

    def held(self, floor: "Cell") -> "Cell":
        """This, and whatever ``floor`` asks for beside: never looser than either."""
        mine = None if "A" in floor.marks and floor.most is None else self.most
        figures = [most for most in (mine, floor.most) if most is not None]
        hidden = "M" in self.marks and floor.parts == {MASKED}
        parts = self.parts if hidden and self.parts else floor.parts or self.parts
        return Cell(self.marks | floor.marks, min(figures, default=None), parts)


def cell(text: str) -> Cell:
    """``M R O ≤1000`` taken apart."""
    words = set(text.split()) - NOTHING_SAID
    figures = {word for word in words if word.startswith("≤") and word[1:].isdecimal()}
    marks = words.intersection(MARKS)
    parts = words - figures - marks
    if "M" in marks and "R" not in marks and not parts:
        parts = {MASKED}
    return Cell(frozenset(marks), min((int(word[1:]) for word in figures), default=None), frozenset(parts))


def nobodys(policy: Policy) -> frozenset[str]:
    """What no role may, whoever makes it: deleting orders, changing the journal."""
    return frozenset(code for code, each in policy.capabilities.items() if not any(each.grants(role) for role in policy.roles))


def floor_of(policy: Policy, origin: str, capability: str) -> Cell:
    """What a role copied from ``origin`` is asked at least: as the policy says of it, or where it says no, of the owner."""
    each = policy.capabilities[capability]
    said = each.grants(origin) if origin in policy.roles else None
    return cell(said or each.grants(OWNER) or "")


def cells_of(policy: Policy, capability: str) -> list[Cell]:
    """What the policy says of ``capability`` for people, role by role."""
    each = policy.capabilities[capability]
    return [cell(said) for role in policy.roles if role != "program" and (said := each.grants(role))]


def boundable(policy: Policy, capability: str, wanted: Cell) -> bool:
    """Whether the policy itself bounds ``capability`` in the way ``wanted`` does: by a figure, by the merchant's own."""
    return unbounded(policy, capability, wanted) == wanted


def unbounded(policy: Policy, capability: str, wanted: Cell) -> Cell:
    """``wanted`` without the bounds the policy knows nothing of: beside a second person they would look like a way around."""
    known = cells_of(policy, capability)
    figure = any(each.most is not None for each in known)
    limit = any(LIMIT in each.parts for each in known)
    return Cell(wanted.marks, wanted.most if figure else None, wanted.parts if limit else wanted.parts - {LIMIT})


def in_force(policy: Policy, origin: str, grants: Mapping[str, str]) -> dict[str, str]:
    """The grants of a role of the shop's own as they count today: none the policy does not know or gives to nobody, none
    looser than the policy is now, none with a bound it does not know there. Without an ``origin`` they stand as written."""
    never = nobodys(policy)
    known = {
        code: said if boundable(policy, code, cell(said)) else str(unbounded(policy, code, cell(said)))
        for code, said in grants.items() if code in policy.capabilities and code not in never
    }  # fmt: skip
    if not origin:
        return known
    return {code: str(cell(said).held(floor_of(policy, origin, code))) for code, said in known.items()}


@dataclass(frozen=True)
class Options:
    """How a capability can be narrowed: by which marks, to which parts, to how many at a time."""

    marks: tuple[str, ...]
    parts: tuple[str, ...]
    figure: bool


def options(policy: Policy, capability: str, *, asks: Mapping[str, Collection[str]]) -> Options:
    """What the policy itself knows of narrowing ``capability``. ``asks``: capability → the marks its verbs heed; there alone
    a reason, a second person or showing who one is can be asked."""
    cells = cells_of(policy, capability)
    known = {mark for each in cells for mark in each.marks} & {"O"} | {"R", "S", "A"}.intersection(asks.get(capability, ()))
    parts = sorted({part for each in cells for part in each.parts})
    return Options(tuple(mark for mark in MARKS if mark in known), tuple(parts), any(each.most is not None for each in cells))
