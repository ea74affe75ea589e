"""Writes the corpus: every case of the list as a file with its oracle beside it. Large ones only where asked (``--large``).

    python -m tests.data.bad_input.make [FOLDER] [--large]
"""

import json
import sys
from pathlib import Path

from tests.data.bad_input import amounts, containers, headers, people, sheets, texts
from tests.data.bad_input.oracle import Case

HERE = Path(__file__).parent / "files"


def every() -> list[Case]:
    """All cases in the order of their numbers; no two files of one name."""
    found = [case for part in (containers, texts, headers, amounts, sheets, people) for case in part.cases().found]
    assert len({case.file for case in found}) == len(found)
    return sorted(found, key=lambda case: case.number)


def written(case: Case) -> str:
    return json.dumps(case.oracle, ensure_ascii=False, indent=1) + "\n"


def main(folder: Path, *, large: bool) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for case in every():
        (folder / f"{case.file}.oracle.json").write_text(written(case), "utf-8")
        if large or not case.large:
            (folder / case.file).write_bytes(case.bytes_of())
    return 0


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--large"]
    sys.exit(main(Path(given[0]) if given else HERE, large="--large" in sys.argv))
