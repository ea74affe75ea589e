"""How our own numbers are written: a prefix, the day, and a running figure. Pure, but for the one that asks what is chosen.

The text before the figure ends in no digit, so that two numbers are the same only where both their parts are: whatever the
format was yesterday, today's numbers meet none of it.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from zhanggui.orders.models import Choice

NAME = "numbering"
DAYS = {"yymmdd": "%y%m%d", "yyyymmdd": "%Y%m%d", "yymm": "%y%m", "yyyymm": "%Y%m", "": ""}
JOINTS = ("-", "_", "/", "")
PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]{0,5}|")
DIGITS = range(3, 9)
LONGEST = 24


@dataclass(frozen=True)
class Format:
    """``261020-00001`` until the merchant says otherwise."""

    prefix: str = ""
    day: str = "yymmdd"
    joint: str = "-"
    digits: int = 5

    def lead(self, day: date) -> str:
        """What stands before the running figure."""
        return f"{self.prefix}{day.strftime(DAYS[self.day])}{self.joint}"

    def series(self, day: date) -> str:
        """The counter of these numbers: numbers with the same lead share one."""
        return f"order:{self.lead(day).removesuffix('-')}"

    def written(self, lead: str, figure: int) -> str:
        return f"{lead}{figure:0{self.digits}d}"

    def example(self, day: date, figure: int = 1) -> str:
        return self.written(self.lead(day), figure)

    def wrong(self) -> str:
        """Why it cannot be used: ``prefix``, ``day``, ``joint``, ``digits``, ``runs-together`` or ``long``; empty when it can."""
        if not PREFIX.fullmatch(self.prefix):
            return "prefix"
        if self.day not in DAYS:
            return "day"
        if self.joint not in JOINTS:
            return "joint"
        if self.digits not in DIGITS:
            return "digits"
        lead = self.lead(date(2026, 10, 20))
        if not lead or lead[-1].isdigit():
            return "runs-together"
        return "long" if len(lead) + self.digits > LONGEST else ""


USUAL = Format()


def in_force() -> Format:
    """One statement."""
    said: dict[str, Any] | None = Choice.objects.filter(name=NAME).values_list("value", flat=True).first()
    return Format(**said) if said else USUAL


def kept(form: Format) -> dict[str, Any]:
    return asdict(form)
