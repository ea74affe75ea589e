"""`make test`: the house rules once, every story on SQLite and on PostgreSQL, then the browser walk on both."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from capabilities import put_together
from postgres import postgres

HERE = Path(__file__).parent
ROOT = HERE.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Two more than there are cores: a story that waits for a process leaves its core to another.
STORIES_AT_ONCE = str(min(len(os.sched_getaffinity(0)), 3) + 2)
# What is asked of no database at all.
BARE = (
    "test_house.py", "test_calls.py", "test_messages.py", "customers/test_pasting.py", "customers/test_which_of_two.py",
    "papers", "connectors", "couriers", "channels/reading",
)  # fmt: skip
# Pages whose questions the stories of their rooms put to both databases: here on one, on the other in the soak.
PAGES = ("web/frame", "web/people", "web/settings", "web/imports")


def main() -> int:
    """0 when everything passed. Prints what each part took."""
    shutil.rmtree(ROOT / "build" / "legs", ignore_errors=True)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print("\n*** No Chromium here: the browser walk is NOT run. Install Debian's package `chromium` to run it. ***\n", flush=True)
        if os.environ.get("CI") == "true":
            print("under CI that is a failure", flush=True)
            return 1
    times: dict[str, float] = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="zg-test-") as scratch, postgres() as url:
        legs = {"sqlite": "", "postgresql": url}
        for leg, address in legs.items():
            where = environment(leg, address, scratch)
            # The house is the same on every database, and so is who comes where and what a page looks like.
            once = "" if leg == "sqlite" else " and not one_leg"
            stories = ["-n", STORIES_AT_ONCE, "--dist", "loadgroup", "-m", f"not browser{once}"]
            if leg != "sqlite":
                stories += [part for bare in (*BARE, *PAGES) for part in ("--ignore", str(HERE / bare))]
            run(f"stories on {leg}", stories, where, times, failed)
            if browser is not None:
                walk = {**where, "ZHANGGUI_BROWSER": browser, "ZHANGGUI_LEG": f"{leg}-browser"}
                run(f"browser walk on {leg}", ["-n", "2", "--dist", "loadgroup", "-m", f"browser{once}"], walk, times, failed)
    shown = put_together(ROOT / "build")
    print(f"\ncapabilities shown: {len(shown)} of 147 (make capabilities prints them)")
    for name, seconds in times.items():
        print(f"  {name:<28}{seconds:7.1f} s  {'FAILED' if name in failed else 'passed'}")
    print(f"  {'all':<28}{sum(times.values()):7.1f} s")
    (ROOT / "build" / "times.json").write_text(json.dumps({name: round(seconds, 1) for name, seconds in times.items()}, indent=1))
    return 1 if failed else 0


def environment(leg: str, url: str, scratch: str) -> dict[str, str]:
    data = Path(scratch) / leg
    data.mkdir()
    return {
        **os.environ,
        "ZHANGGUI_DATA": str(data),
        "ZHANGGUI_DATABASE_URL": url,
        "ZHANGGUI_LEG": leg,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PYTHONDONTWRITEBYTECODE": "",
    }


def run(name: str, arguments: list[str], where: dict[str, str], times: dict[str, float], failed: list[str]) -> None:
    print(f"\n=== {name}", flush=True)
    began = time.monotonic()
    code = subprocess.call([sys.executable, "-m", "pytest", "-q", *arguments, str(HERE)], env=where, cwd=ROOT)
    times[name] = time.monotonic() - began
    if code:
        failed.append(name)


if __name__ == "__main__":
    sys.exit(main())
