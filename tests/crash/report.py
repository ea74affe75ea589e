"""What a campaign counted."""

import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """``gaps`` run from a kill to the next acknowledged act of anybody, ``returns`` to the first of the hand that took its place."""

    kills: int = 0
    at_points: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    survived: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    audits: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    points_known: int = 0
    gaps: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0
    entries: int = 0
    seconds: float = 0.0
    vendor: str = ""
    seed: int = 0

    def facts(self) -> dict[str, Any]:
        kinds: Counter[str] = Counter()
        for name, many in self.at_points.items():
            kinds[" ".join(name.split(" · ")[1].split(" ")[:1])] += many
        return {
            "vendor": self.vendor, "seed": self.seed, "kills": self.kills, "at_points": sum(self.at_points.values()), "outside": self.outside,
            "survived": self.survived, "missed": dict(self.missed.most_common(12)),
            "points_known": self.points_known, "points_hit": len(self.at_points), "kinds": dict(sorted(kinds.items())),
            "audits": self.audits, "acknowledged": self.acknowledged, "entries": self.entries, "acts": dict(self.acts),
            "lost": len(self.lost), "half": len(self.half), "wrong": len(self.wrong),
            "findings": (self.lost + self.half + self.wrong)[:12], "write_again_s": spread(self.gaps), "replacement_writes_s": spread(self.returns),
            "seconds": round(self.seconds, 1), "kills_a_minute": round(self.kills / self.seconds * 60) if self.seconds else 0,
        }  # fmt: skip


def spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    at = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3) for name, share in at.items()} | {
        "mean": round(statistics.fmean(ordered), 3)
    }
