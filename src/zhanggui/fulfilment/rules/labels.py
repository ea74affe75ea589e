"""What of an address a parcel may show to strangers. Pure."""

import re
import unicodedata

# GB/T 41833-2022: unit and room are hidden on the outside of a parcel, the building stays for the courier.
ROOM = re.compile(
    r"(?:[一二三四五六七八九十\dA-Za-z]{1,4}\s*单元)?\s*"
    r"(?:[一二三四五六七八九十\d]{1,3}\s*[层楼])?\s*[A-Za-z]?[-\d]{1,8}\s*(?:室|房|户)(?![一-鿿])"
)
UNIT = re.compile(r"[一二三四五六七八九十\dA-Za-z]{1,4}\s*单元.*$")
DASHED = re.compile(r"(\d{1,4})(?:\s*[-－–]\s*\d{1,5}){1,3}\s*$")


def door(street: str) -> str:
    """The street without unit and room: ``珞喻路12号3栋2单元1502室`` → ``珞喻路12号3栋***``, ``8-2-501`` → ``8***``."""
    text = unicodedata.normalize("NFKC", street).strip()
    for pattern, instead in ((ROOM, "***"), (UNIT, "***"), (DASHED, r"\1***")):
        hidden, many = pattern.subn(instead, text, count=1)
        if many:
            return hidden
    return text
