"""Make the table of divisions the product carries: ``python tests/divisions.py FOLDER``.

FOLDER is a checkout's ``dist/`` of Administrative-divisions-of-China (its LICENSE travels with the table): ``pcas-code.json`` with
provinces, cities, counties and towns, ``HK-MO-TW.json`` with the rest. One line a division, its depth first; a county's towns
follow it on its line. The same input gives the same bytes.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

MADE = Path(__file__).parent.parent / "src/zhanggui/customers/places/data/divisions.txt.gz"
# Counties the province rules itself, and the halves of a municipality, stand under a heading that is no place.
HEADING = re.compile("^(?:市辖区|县|.*直辖县级行政区划)$")


def lines(folder: Path) -> list[str]:
    made = []
    for province in json.loads((folder / "pcas-code.json").read_text("utf-8")):
        made.append(f"1{province['name']}")
        for city in province["children"]:
            if not HEADING.match(city["name"]):
                made.append(f"2{city['name']}")
            elif province["name"].endswith("市") and f"2{province['name']}" not in made:
                made.append(f"2{province['name']}")
            for county in city["children"]:
                made += _county(county, city["name"], heads=HEADING.match(city["name"]) and not province["name"].endswith("市"))
    for name, cities in json.loads((folder / "HK-MO-TW.json").read_text("utf-8")).items():
        made.append(f"1{name}")
        for city_name, counties in cities.items():
            made.append(f"2{city_name}")
            made += [f"3{re.sub('（.*）', '', county)}" for county in counties]
    return made


def _county(county: dict[str, Any], city: str, heads: Any) -> list[str]:
    """A county ruled by its province stands where cities stand; a city without counties has its towns itself."""
    towns = [town["name"].removeprefix(county["name"]) for town in county.get("children", [])]
    depth = "2" if heads or county["name"] == city else "3"
    line = "\t".join((depth + county["name"], *towns))
    return [line]


if __name__ == "__main__":
    source = Path(sys.argv[1])
    text = "\n".join(lines(source)) + "\n"
    # A city that is its only county was said twice: once bare, once with its towns.
    text = re.sub(r"(?m)^(2\S+)\n(?=\1\t)", "", text)
    MADE.parent.mkdir(parents=True, exist_ok=True)
    MADE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    (MADE.parent / "LICENSE").write_text((source / "LICENSE").read_text("utf-8"), "utf-8")
    print(f"{MADE.name}: {text.count(chr(10)):,} lines, {MADE.stat().st_size:,} bytes")
