"""Misbehaviour on request: which fault a request meets, said in one line.

A line is words with commas between: ``HOW[/before|/after][@VERB][=CHANCE|:TIMES]``. ``error@book:1`` spoils the next
booking, ``hang/before=0.05`` every twentieth request. Without chance or times it holds until it is cleared.
"""

import random
import re
import threading

BEFORE, AFTER = "before", "after"
VERBS = ("book", "ask", "void", "track", "handover")

# How → when it may strike relative to the act; the first is meant when nothing is said.
HOWS = {
    "drop": (BEFORE,),            # the connection is torn down before the request is read
    "reset": (AFTER, BEFORE),     # torn down in the middle of the answer
    "hang": (AFTER, BEFORE),      # no answer for ``hang_s``, then the line is cut
    "late": (AFTER,),             # no answer, and the act itself only after ``late_s``
    "error": (AFTER, BEFORE),     # 500
    "html": (AFTER, BEFORE),      # 200 with a web page
    "truncated": (AFTER, BEFORE),  # 200 with half the JSON
    "charset": (AFTER, BEFORE),   # 200 with GBK called UTF-8
    "drip": (AFTER, BEFORE),      # a right answer, one byte at a time
    "huge": (AFTER, BEFORE),      # 200 and more bytes than anyone should read
    "redirect": (AFTER, BEFORE),  # 307 to somewhere else
    "busy": (BEFORE,),            # 429 with Retry-After
    "unauthorised": (BEFORE,),    # 401 though the signature is right
    "twin": (AFTER,),             # a number that belongs to another reference
    "stranger": (AFTER,),         # an answer for a reference nobody asked
}
WORD = re.compile(r"(?P<how>[a-z]+)(?:/(?P<when>[a-z]+))?(?:@(?P<verb>[a-z]+))?(?:=(?P<chance>[0-9.]+)|:(?P<times>\d+))?")


class Fault:
    """One word of the line. ``times`` counts down; None is for ever."""

    __slots__ = ("chance", "how", "times", "verb", "when")

    def __init__(self, how: str, when: str, verb: str = "", chance: float = 1.0, times: int | None = None) -> None:
        self.how, self.when, self.verb, self.chance, self.times = how, when, verb, chance, times


def parse(line: str) -> list[Fault]:
    """The faults of ``line``; ValueError names the first word that is none."""
    faults = []
    for word in filter(None, (part.strip() for part in line.split(","))):
        found = WORD.fullmatch(word)
        if not found or found["how"] not in HOWS or found["verb"] not in (None, *VERBS):
            raise ValueError(f"no such fault: {word}")
        when = found["when"] or HOWS[found["how"]][0]
        if when not in HOWS[found["how"]]:
            raise ValueError(f"{found['how']} cannot strike {when} the act: {word}")
        try:
            chance = float(found["chance"] or 1)
        except ValueError:
            raise ValueError(f"not a chance between 0 and 1: {word}") from None
        if not 0 <= chance <= 1:
            raise ValueError(f"not a chance between 0 and 1: {word}")
        faults.append(Fault(found["how"], when, found["verb"] or "", chance, int(found["times"]) if found["times"] else None))
    return faults


class Faults:
    """The faults now in force. ``hang_s`` and ``late_s`` are how long those two keep a caller waiting."""

    def __init__(self, line: str = "", *, seed: int = 7) -> None:
        self.lock = threading.Lock()
        self.dice = random.Random(seed)  # noqa: S311  # faults that come again with the same seed
        self.hang_s, self.late_s, self.drip_s = 30.0, 1.0, 0.05
        self.faults = parse(line)

    def set(self, line: str) -> None:
        """Instead of what was in force; an empty line clears."""
        faults = parse(line)
        with self.lock:
            self.faults = faults

    def draw(self, verb: str) -> Fault | None:
        """The fault this request meets: the first in the line that applies, its turn used up."""
        with self.lock:
            for fault in self.faults:
                if fault.verb not in ("", verb) or fault.times == 0:
                    continue
                if fault.chance < 1 and self.dice.random() >= fault.chance:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
            return None
