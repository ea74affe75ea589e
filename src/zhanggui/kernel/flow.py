"""A life is a table of moves: the guard, the diagram and the buttons read the same one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One step that was taken: ``seq`` counts a subject's steps from 1 without a gap."""

    id: int
    seq: int
    before: str
    after: str


class Flow:
    """``moves``: verb → {state before: state after}. ``starts``: the states a life may begin in."""

    def __init__(self, name: str, moves: Mapping[str, Mapping[str, str]], *, starts: Iterable[str]) -> None:
        self.name = name
        self.moves = {verb: dict(pairs) for verb, pairs in moves.items()}
        self.starts = tuple(starts)
        self.pairs = {(a, b) for pairs in self.moves.values() for a, b in pairs.items()}

    @property
    def states(self) -> list[str]:
        """Every state, in the order the table names them."""
        seen = dict.fromkeys(self.starts)
        for pairs in self.moves.values():
            for before, after in pairs.items():
                seen.setdefault(before)
                seen.setdefault(after)
        return list(seen)

    def after(self, verb: str, state: str) -> str | None:
        """Where ``verb`` leads from ``state``; None where it may not be done."""
        return self.moves[verb].get(state)

    def sources(self, verb: str) -> list[str]:
        return list(self.moves[verb])

    def verbs_from(self, state: str) -> list[str]:
        """What may be done next: the buttons."""
        return [verb for verb, pairs in self.moves.items() if state in pairs]

    def lawful(self, before: str, after: str) -> bool:
        return (before, after) in self.pairs or (before == "" and after in self.starts)

    @property
    def ends(self) -> list[str]:
        return [state for state in self.states if not self.verbs_from(state)]

    def mermaid(self, words: Mapping[str, str] | None = None) -> str:
        """The table drawn as a Mermaid state diagram."""
        words = words or {}
        lines = ["stateDiagram-v2"]
        lines += [f"    {state}: {words.get(state, state)}" for state in self.states]
        lines += [f"    [*] --> {state}" for state in self.starts]
        for verb, pairs in self.moves.items():
            lines += [f"    {before} --> {after}: {verb}" for before, after in pairs.items()]
        lines += [f"    {state} --> [*]" for state in self.ends]
        return "\n".join(lines)
