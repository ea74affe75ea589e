"""A house whose processes are killed again and again, and what is left of it.

``python -m tests.crash.campaign`` runs one over an empty database and prints what it found as JSON. This process has
Django loaded and no connection: it forks hands, each with a connection of its own, and puts another in a dead one's place.
"""

import argparse
import gc
import json
import logging
import os
import random
import select
import signal
import sys
import time
import traceback
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import django

from tests.crash.report import Report

HANDS = 3
LIFE_S = (0.02, 0.35)   # a hand nobody armed is killed from outside somewhere in here
PATIENCE_S = 8.0        # an armed one that never comes to its point
AUDIT_EVERY = 60        # kills
# Which points share a wheel, and how often it is turned; the rest are killed from outside, whenever that is.
WHEELS = {("batch", "call", "claim", "tick", "response", "backup"): 0.25, ("queue", "begin", "commit"): 0.25, ("statement",): 0.35}


@dataclass
class Target:
    """A point of one act, and which of its hits."""

    act: str
    point: str
    nth: int

    @property
    def name(self) -> str:
        return f"{self.act} · {self.point}"


@dataclass
class Living:
    """A hand at work. ``target`` None: it is killed from outside at ``ends``."""

    target: Target | None
    began: float
    ends: float


class Campaign:
    """``early`` acknowledges before the commit, ``bare`` does without transactions: two ways to see that this can fail."""

    def __init__(self, *, kills: int, seed: int, hands: int = HANDS, early: bool = False, bare: bool = False, only: str = "") -> None:
        self.kills, self.hands, self.early, self.bare, self.only = kills, hands, early, bare, only
        self.dice = random.Random(seed)
        self.report = Report(seed=seed)
        self.living: dict[int, Living] = {}
        self.deaths: list[float] = []
        self.births: dict[int, float] = {}
        self.tokens = 0
        self.wheels: list[tuple[float, list[Target]]] = []

    def go(self) -> Report:
        from django.conf import settings  # noqa: PLC0415  # after setup
        from django.db import connection, connections  # noqa: PLC0415

        from tests.crash import house  # noqa: PLC0415

        self.data = Path(settings.DATA)
        self.report.vendor = connection.vendor
        with house.opened() as (world, books):
            self.world = world
            self._rehearse()
            connections.close_all()
            gc.collect()
            gc.freeze()
            began = time.monotonic()
            try:
                self._kill_on(connection.vendor)
            finally:
                self._all_stop(count=False)
            self.report.seconds = time.monotonic() - began
            self._ask(partial(house.last_questions, world, books))
            self._gaps()
        return self.report

    # What is there to be hit

    def _rehearse(self) -> None:
        """Do every act a few times and note which points each comes by: those are what is aimed at."""
        from tests.crash.acts import ACTS  # noqa: PLC0415  # after setup
        from zhanggui.kernel import crashing  # noqa: PLC0415

        known: dict[tuple[str, str], int] = {}
        for _ in range(4):
            for name in [name for name in ACTS if not self.only or name in self.only.split(",")] + ["heed"] * 6:
                with crashing.heard() as counts:
                    self._act(name)
                for point, many in counts.items():
                    known[name, point] = max(known.get((name, point), 0), many)
        for kind, share in WHEELS.items():
            targets = [
                Target(act, point, nth)
                for (act, point), many in sorted(known.items())
                for nth in sorted({1, max(1, many // 2), many})
                if point.partition(".")[0] in kind and (not self.only or act in self.only.split(","))
                # A copy reads every table; on PostgreSQL it takes seconds, and its own steps are points enough.
                and (act != "copy" or "backup" in kind or self.report.vendor == "sqlite")
            ]
            self.dice.shuffle(targets)
            # One of each point before the second of any.
            seen: Counter[str] = Counter()
            rank = []
            for target in targets:
                rank.append((seen[target.name], target))
                seen[target.name] += 1
            self.report.points_known += len(seen)
            self.wheels.append((share, [target for _, target in sorted(rank, key=lambda each: each[0])]))

    def _next(self) -> Target | None:
        """What the next hand is armed for: the wheels turn, each at its own pace; None for one that is killed from outside."""
        roll = self.dice.random()
        for share, targets in self.wheels:
            roll -= share
            if roll < 0 and targets:
                targets.append(targets.pop(0))
                return targets[-1]
        return None

    # One act, acknowledged once it returned

    def _act(self, name: str, arm: Callable[[], None] = lambda: None) -> bool:
        """Do ``name``, and what has to be done first where there is nothing to do; whether it was done."""
        from tests.crash.acts import ACTS, BEFORE, Hand  # noqa: PLC0415  # after setup
        from zhanggui.journal import book  # noqa: PLC0415
        from zhanggui.kernel import crashing  # noqa: PLC0415
        from zhanggui.kernel.errors import Refused  # noqa: PLC0415

        for depth in range(5):
            self.tokens += 1
            hand = Hand(self.world, self.dice, f"~{os.getpid()}-{self.tokens}")
            arm()
            try:
                if self.early and name == "place":
                    with book.around(lambda act, hand=hand: self._early(act, hand)):  # type: ignore[misc]
                        did = ACTS[name](hand)
                else:
                    did = ACTS[name](hand)
            except Refused:
                did = False
            crashing.disarm() if arm is not NOTHING else None
            if did:
                if not (self.early and name == "place"):
                    self._acknowledge(name, hand.token, hand.told)
                return True
            before = BEFORE.get(name)
            if before is None or depth == 4 or not self._act(before, NOTHING):
                return False
        return False

    def _early(self, act: Callable[[], Any], hand: Any) -> Any:
        placed = act()
        self._acknowledge("place", hand.token, {"events": [["OrderPlaced", id_] for id_ in placed.created.values()]})
        return placed

    def _acknowledge(self, act: str, token: str, told: dict[str, Any]) -> None:
        line = json.dumps({"act": act, "token": token, "pid": os.getpid(), "at": time.monotonic(), **told})
        file = os.open(self.data / "acks.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
        os.close(file)

    # A hand

    def _work(self, target: Target | None) -> None:
        """In the child: a little of anything, then what it was armed for; without a target anything until it is killed."""
        from tests.crash.acts import ACTS, OFTEN  # noqa: PLC0415  # after setup
        from zhanggui.kernel import crashing, db  # noqa: PLC0415

        if self.bare:
            db.write = db.together = NOBODY  # type: ignore[assignment]
        names = [name for name in ACTS if not self.only or name in self.only.split(",")]
        weights = [OFTEN.get(name, 1) for name in names]
        for _ in range(self.dice.randrange(3) if target else 10**9):
            self._act(self.dice.choices(names, weights)[0] if any(weights) else names[0], NOTHING)
        assert target is not None
        for _ in range(6):
            self._act(target.act, partial(crashing.arm, target.point, target.nth))
        os._exit(7)

    def _fork(self, replaces: float | None) -> None:
        target = self._next()
        seed = self.dice.randrange(2**32)
        pid = os.fork()
        if pid == 0:
            code = 9
            try:
                self.dice.seed(seed)
                self._work(target)
            except BaseException:
                print(f"a hand broke, armed for {target}", file=sys.stderr)
                traceback.print_exc()
            finally:
                os._exit(code)
        now = time.monotonic()
        ends = now + (PATIENCE_S if target else self.dice.uniform(*LIFE_S))
        self.living[pid] = Living(target, now, ends)
        if replaces is not None:
            self.births[pid] = replaces

    # The one who watches

    def _kill_on(self, vendor: str) -> None:
        report, next_audit = self.report, AUDIT_EVERY
        replaces: list[float | None] = [None] * self.hands
        broken = 0
        while report.kills < self.kills:
            while len(self.living) < self.hands:
                self._fork(replaces.pop() if replaces else None)
            time.sleep(0.002)
            now = time.monotonic()
            for pid, each in list(self.living.items()):
                if now > each.ends and each.ends:
                    os.kill(pid, signal.SIGKILL)
                    each.target, each.ends = None, 0
                ended, status = os.waitpid(pid, os.WNOHANG)
                if not ended:
                    continue
                del self.living[pid]
                now = time.monotonic()
                if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
                    self._killed(each.target, now)
                    replaces.append(now)
                else:
                    report.survived += 1
                    report.missed[each.target.name if each.target else ""] += 1
                    if os.WEXITSTATUS(status) == 9:
                        broken += 1
                        report.wrong.append("a hand broke: see its log")
                        if broken > 5:
                            return
            if report.kills >= next_audit:
                next_audit += AUDIT_EVERY
                self._all_stop()
                replaces.clear()
                self._audited()
        self._all_stop()
        self._audited()

    def _killed(self, target: Target | None, now: float) -> None:
        self.report.kills += 1
        if now:
            self.deaths.append(now)
        if target is None:
            self.report.outside += 1
        else:
            self.report.at_points[target.name] += 1

    def _all_stop(self, *, count: bool = True) -> None:
        """Everybody at once, as when the machine's power goes; the last of them is the last to have the file open."""
        for pid in self.living:
            os.kill(pid, signal.SIGKILL)
        for pid in self.living:
            os.waitpid(pid, 0)
            if count:
                self._killed(None, 0.0)
        self.living.clear()

    def _audited(self) -> None:
        from tests.crash.audit import audit  # noqa: PLC0415  # after setup

        self.report.audits += 1
        self._ask(lambda: audit().facts)

    def _ask(self, question: Callable[[], dict[str, Any]]) -> None:
        """A question to the books in a process of its own, which opens them anew."""
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(ours)
                with os.fdopen(theirs, "w") as pipe:
                    json.dump(question(), pipe)
            except BaseException:
                traceback.print_exc()
                os._exit(9)
            finally:
                os._exit(0)
        os.close(theirs)
        said = b""
        while select.select([ours], [], [], 120)[0] and (block := os.read(ours, 1 << 16)):
            said += block
        os.close(ours)
        os.waitpid(pid, 0)
        report = self.report
        if not said:
            report.wrong.append("the books could not be asked")
            return
        found = json.loads(said)
        for name in ("lost", "half", "wrong"):
            known = getattr(report, name)
            known += [each for each in found[name] if each not in known]
        report.acknowledged, report.entries = max(report.acknowledged, found["acknowledged"]), max(report.entries, found["entries"])

    def _gaps(self) -> None:
        from tests.crash.audit import acknowledgements  # noqa: PLC0415  # after setup

        acks = acknowledgements(self.data / "acks.log")
        self.report.acts = Counter(ack["act"] for ack in acks)
        times = sorted(ack["at"] for ack in acks)
        self.report.gaps = [times[nth] - died for died in self.deaths if (nth := bisect(times, died)) < len(times)]
        first: dict[int, float] = {}
        for ack in acks:
            first.setdefault(ack["pid"], ack["at"])
        self.report.returns = [first[pid] - died for pid, died in self.births.items() if pid in first]


NOTHING: Callable[[], None] = lambda: None  # noqa: E731  # compared by identity


@contextmanager
def NOBODY() -> Iterator[None]:
    yield


def main() -> int:
    """0 when nothing was lost, nothing half done and the auditor content."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=500)
    asked.add_argument("--seed", type=int, default=20261122)
    asked.add_argument("--hands", type=int, default=HANDS)
    asked.add_argument("--early", action="store_true", help="acknowledge before the commit: this must go wrong")
    asked.add_argument("--bare", action="store_true", help="do without transactions: this must go wrong")
    asked.add_argument("--only", default="", help="these acts alone")
    given = asked.parse_args()
    logging.disable(logging.WARNING)
    django.setup()
    report = Campaign(kills=given.kills, seed=given.seed, hands=given.hands, early=given.early, bare=given.bare, only=given.only).go()
    print(json.dumps(report.facts(), ensure_ascii=False, indent=1))
    return 1 if report.lost or report.half or report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
