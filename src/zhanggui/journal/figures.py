"""Figures a merchant may set: what each bounds, what it is until somebody says otherwise, and between which it may lie."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhanggui.journal.models import Figure
from zhanggui.journal.phrases import PHRASES
from zhanggui.kernel.errors import Text


@dataclass(frozen=True)
class Known:
    """One figure. ``usual`` holds until it is set; ``least`` and ``most`` bound it; ``unit`` is what it counts.

    ``keeps``: it says how long something is kept, 0 for ever; less of it takes away, and more is harmless.
    """

    name: str
    usual: int
    says: Text
    does: Text
    unit: Text
    least: int = 0
    most: int = 1_000_000
    keeps: bool = False

    def loosened(self, now: int, then: int) -> bool:
        """Whether going from ``now`` to ``then`` is more than one person decides alone."""
        return then != 0 and (now == 0 or then < now) if self.keeps else then > now


FIGURES: dict[str, Known] = {}
PHRASES["figure"] = lambda name: FIGURES[name].says if name in FIGURES else name


def known(
    name: str, usual: int, *, says: Text, does: Text, unit: Text, least: int = 0, most: int = 1_000_000, keeps: bool = False
) -> Known:
    """Register a figure; its name is the capability whose ``≤limit`` it is, or one a verb names."""
    FIGURES[name] = Known(name, usual, says, does, unit, least, most, keeps)
    return FIGURES[name]


def of(name: str) -> int:
    """The figure in force; 0 for one nobody registered. One statement."""
    if name not in FIGURES:
        return 0
    said: int | None = Figure.objects.filter(name=name).values_list("value", flat=True).first()
    return FIGURES[name].usual if said is None else said


def every() -> Mapping[str, int]:
    """All of them, as they are in force. One statement."""
    said = dict(Figure.objects.values_list("name", "value"))
    return {name: said.get(name, each.usual) for name, each in FIGURES.items()}
