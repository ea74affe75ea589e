"""What a waybill number looks like. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Where a contract says nothing: letters, digits and dashes, as every carrier we know writes them.
ANY = r"[0-9A-Z][0-9A-Z-]{5,39}"
LONGEST = 40


def plain(text: str) -> str:
    """What was meant by what was typed or scanned: NFKC, upper case, no blanks or invisible marks."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in folded if not mark.isspace() and unicodedata.category(mark) not in ("Cf", "Cc")).upper()


@lru_cache(maxsize=256)
def shape(pattern: str) -> re.Pattern[str]:
    """The pattern, ready; raises ``re.error`` when it is none. Empty stands for ``ANY``."""
    return re.compile(pattern or ANY)


def fits(number: str, pattern: str) -> bool:
    """Whether ``number`` (already plain) could be a number under ``pattern``, whole."""
    return 0 < len(number) <= LONGEST and shape(pattern).fullmatch(number) is not None


def candidates(number: str, patterns: Mapping[int, str]) -> list[int]:
    """Which carriers a number could belong to: those whose own pattern it fits, else those that take any."""
    own = [carrier_id for carrier_id, pattern in patterns.items() if pattern and fits(number, pattern)]
    return own or [carrier_id for carrier_id, pattern in patterns.items() if not pattern and fits(number, pattern)]
