"""What the test run has shown of the product's acceptance lines, and what is missing."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = ROOT / "docs" / "reference" / "capabilities.md"


def put_together(build: Path) -> dict[str, list[str]]:
    """``{id: [tests that passed on every database they ran on]}``, written to ``build/capabilities.json``.

    One that failed on either shows nothing; one that is asked on one alone, since no database changes it, shows it there.
    """
    legs = [json.loads(path.read_text()) for path in sorted((build / "legs").glob("*.json"))]
    found: dict[str, list[str]] = {}
    for id_ in sorted({id_ for ran in legs for id_ in ran}):
        outcomes: dict[str, bool] = {}
        for ran in legs:
            for test, good in ran.get(id_, {}).items():
                outcomes[test] = outcomes.get(test, True) and good
        if passed := sorted(test for test, good in outcomes.items() if good):
            found[id_] = passed
    build.mkdir(exist_ok=True)
    (build / "capabilities.json").write_text(json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1))
    return found


def listed() -> dict[str, str]:
    """Every acceptance line: id → what it takes."""
    return dict(re.findall(r"^\| ([A-Z]-\d\d) \| (.+?) \|$", LIST.read_text("utf-8"), re.MULTILINE))


def main() -> int:
    path = ROOT / "build" / "capabilities.json"
    if not path.exists():
        print("run `make test` first: it writes build/capabilities.json")
        return 1
    shown = json.loads(path.read_text())
    lines = listed()
    for id_, takes in lines.items():
        print(f"{'✓' if id_ in shown else '·'} {id_}  {takes[:100]}{f'   ({len(shown[id_])} tests)' if id_ in shown else ''}")
    print(f"\n{sum(id_ in shown for id_ in lines)} of {len(lines)} shown; {sum(id_ not in shown for id_ in lines)} missing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
