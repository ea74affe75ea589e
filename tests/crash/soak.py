"""`make soak`: the long proofs, one after the other, each bounded, with a table of what was found in the end.

``ZHANGGUI_SOAK_KILLS`` (1,000 together), ``ZHANGGUI_SOAK_SECONDS`` of the crowd (60), ``ZHANGGUI_SOAK_VISITORS`` (32), ``ZHANGGUI_SOAK_SEED``,
``ZHANGGUI_SOAK_DRILLS`` (3) and ``ZHANGGUI_SOAK_FUZZ`` (20 questions of an operation) say how long is long; 20000, 600, 64 and 100 are an evening's.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from postgres import postgres  # noqa: E402  # the bench's own, beside us
from run import BROWSERS, PAGES  # noqa: E402

ROOT = HERE.parent.parent
KILLS = int(os.environ.get("ZHANGGUI_SOAK_KILLS", "1000"))
SECONDS = os.environ.get("ZHANGGUI_SOAK_SECONDS", "60")
VISITORS = os.environ.get("ZHANGGUI_SOAK_VISITORS", "32")
FUZZ = os.environ.get("ZHANGGUI_SOAK_FUZZ", "20")
DRILLS = int(os.environ.get("ZHANGGUI_SOAK_DRILLS", "3"))
SEED = int(os.environ.get("ZHANGGUI_SOAK_SEED") or random.SystemRandom().randrange(10**9))
# A campaign's books grow, and so does every audit of them: many of these are one long one.
AT_ONCE = 500
Row = tuple[str, str, bool, str, float]


class Soak:
    def __init__(self, scratch: Path) -> None:
        self.scratch, self.rows, self.places = scratch, list[Row](), 0

    def part(self, name: str, leg: str, work: Callable[[], tuple[bool, str]]) -> None:
        """Do one part, and note how it ended; one that breaks is one that failed."""
        began = time.monotonic()
        try:
            good, says = work()
        except Exception as error:
            good, says = False, f"{type(error).__name__}: {error}"[:200]
        self.rows.append((name, leg, good, says, time.monotonic() - began))
        print(f"{'passed' if good else 'FAILED'}  {name} on {leg}: {says}  ({self.rows[-1][4]:.0f} s)", flush=True)

    def run(self, url: str, *words: str, timeout: float, **more: str) -> "subprocess.CompletedProcess[str]":
        """One of our programs in a house of its own."""
        self.places += 1
        data = self.scratch / str(self.places)
        data.mkdir()
        where = {
            **os.environ, "ZHANGGUI_DATA": str(data), "ZHANGGUI_DATABASE_URL": url, "ZHANGGUI_MERCHANT": f"soak{self.places}",
            "DJANGO_SETTINGS_MODULE": "config.settings_test", "ZHANGGUI_SOAK": "1", **more,
        }  # fmt: skip
        return subprocess.run([sys.executable, *words], env=where, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)

    def kills(self, url: str, many: int) -> tuple[bool, str]:
        total = {"kills": 0, "acknowledged": 0, "lost": 0, "half": 0, "wrong": 0}
        points, worst, seconds, turn = 0, 0.0, 0.0, 0
        while total["kills"] < many:
            turn += 1
            asked = str(min(AT_ONCE, many - total["kills"]))
            done = self.run(url, "-m", "tests.crash.campaign", "--kills", asked, "--seed", str(SEED + turn), timeout=900)
            if not done.stdout.startswith("{"):
                return False, done.stderr[-300:]
            told: dict[str, Any] = json.loads(done.stdout)
            for name in total:
                total[name] += told[name]
            points, worst, seconds = max(points, told["points_hit"]), max(worst, told["write_again_s"]["max"]), seconds + told["seconds"]
            if done.returncode:
                return False, f"seed {SEED + turn}: {told['findings'][:3]}"
        rate = total["kills"] / seconds * 60
        return worst <= 3, f"{total}, {points} points, {rate:.0f} a minute, written again within {worst:.2f} s, seed {SEED}"

    def upgrades(self, url: str) -> tuple[bool, str]:
        done = self.run(url, "-m", "tests.crash.upgrading", "--each", timeout=1800)
        told = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        return done.returncode == 0, f"{len(told.get('kills', ()))} kills" if told else done.stderr[-300:]

    def stories(self, url: str, *which: str, **more: str) -> tuple[bool, str]:
        done = self.run(url, "-m", "pytest", "-q", "-s", "-n", "0", "--timeout=1800", *which, timeout=3600, ZHANGGUI_MERCHANT="main", **more)
        said = [line for line in done.stdout.splitlines() if line.strip()]
        return done.returncode == 0, " | ".join(line for line in said if line.startswith(("{", "written"))) or said[-1]

    def walks(self, url: str) -> tuple[bool, str]:
        browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        if browser is None:
            return False, "no Chromium here"
        return self.stories(url, "tests", "-m", "browser", ZHANGGUI_BROWSER=browser, ZHANGGUI_EVERY_LOOK="1")

    def drills(self, url: str) -> tuple[bool, str]:
        for turn in range(DRILLS):
            good, says = self.stories(url, "tests/cli/test_backups.py", "-k", "five_drills")
            if not good:
                return False, f"drill {turn + 1}: {says}"
        return True, f"{5 * DRILLS} drills under load"


def main() -> int:
    """0 when every part held."""
    with tempfile.TemporaryDirectory(prefix="zg-soak-") as scratch, postgres() as address:
        soak = Soak(Path(scratch))
        share = {"sqlite": (KILLS * 7 + 9) // 10, "postgresql": (KILLS * 3 + 9) // 10}
        for leg, url in (("sqlite", ""), ("postgresql", address)):
            soak.part("killed processes", leg, lambda url=url, leg=leg: soak.kills(url, share[leg]))  # type: ignore[misc]
            soak.part("upgrades cut off", leg, lambda url=url: soak.upgrades(url))  # type: ignore[misc]
            soak.part("the server comes back", leg, lambda url=url: soak.stories(url, "tests/crash/test_the_server_comes_back.py"))  # type: ignore[misc]
            soak.part(
                "a crowd at the door", leg,
                lambda url=url: soak.stories(  # type: ignore[misc]
                    url, "tests/crash/test_many_writers.py", ZHANGGUI_SOAK_SECONDS=SECONDS, ZHANGGUI_SOAK_VISITORS=VISITORS
                ),
            )  # fmt: skip
            soak.part("thirty-two in line", leg, lambda url=url: soak.stories(url, "tests/flows/test_races.py", "-k", "thirty_two"))  # type: ignore[misc]
            soak.part(
                "every cell of the matrix", leg,
                lambda url=url: soak.stories(url, "tests/web/test_every_address.py", ZHANGGUI_EVERY_CELL="1"),  # type: ignore[misc]
            )  # fmt: skip
            soak.part(
                "every operation, at random", leg,
                lambda url=url: soak.stories(url, "tests/api/test_fuzzing.py", FUZZ=FUZZ),  # type: ignore[misc]
            )  # fmt: skip
            if leg == "sqlite":
                apart = "tests/channels/reading/test_texts_apart.py"
                soak.part("every text read apart", leg, lambda url=url, apart=apart: soak.stories(url, apart, ZHANGGUI_EVERY_CELL="1"))  # type: ignore[misc]
            else:
                # What `make test` shows on the other database alone.
                soak.part("what one leg shows", leg, lambda url=url: soak.stories(url, "tests", "-m", "one_leg and not browser"))  # type: ignore[misc]
                pages = [f"tests/{folder}" for folder in PAGES]
                soak.part("every page", leg, lambda url=url, pages=pages: soak.stories(url, *pages, "-m", "not browser"))  # type: ignore[misc]
                soak.part("every walk", leg, lambda url=url: soak.walks(url))  # type: ignore[misc]
            soak.part("drills", leg, lambda url=url: soak.drills(url))  # type: ignore[misc]
    print(f"\n{'':8}{'what':<24}{'on':<12}{'seconds':>8}")
    for name, leg, good, _, seconds in soak.rows:
        print(f"{'passed' if good else 'FAILED':<8}{name:<24}{leg:<12}{seconds:>8.0f}")
    return 0 if all(good for _, _, good, _, _ in soak.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
