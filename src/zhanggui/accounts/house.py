"""The company, as the house prefers it: what it is called, and how far its first steps were taken."""

from dataclasses import dataclass
from typing import Any

from zhanggui.accounts import preferences

COMPANY, FIRST_STEPS = "company", "first-steps"


@dataclass(frozen=True)
class House:
    """``skipped`` are the first steps somebody said they will not take now; ``steps_away``: the list of them was put away."""

    name: str = ""
    skipped: tuple[str, ...] = ()
    steps_away: bool = False


def standing() -> House:
    """What is known of it; an empty one before anybody said anything. One statement."""
    said: dict[str, Any] = preferences.several(None, COMPANY, FIRST_STEPS)
    company, steps = said.get(COMPANY) or {}, said.get(FIRST_STEPS) or {}
    return House(company.get("name", ""), tuple(steps.get("skipped", ())), bool(steps.get("away", False)))
