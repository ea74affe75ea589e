"""Bytes that make sense in more than one encoding, told by what people write; and a taste of each for somebody to choose by."""

import re
from typing import BinaryIO

from zhanggui.channels.reading.cells import normal
from zhanggui.channels.reading.fields import known_words
from zhanggui.channels.reading.quoting import kept

NAMES = {
    "utf-8": "UTF-8", "gb18030": "GB18030", "cp950": "Big5", "cp932": "Shift-JIS", "utf-16-le": "UTF-16 LE", "utf-16-be": "UTF-16 BE",
}  # fmt: skip
_LOOKED_AT = 64 * 1024
_SURE = 0.8
_PAIRS = re.compile(rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|([\x81-\xfe])([\x40-\xfe])", re.DOTALL)
# Characters of two bytes of UTF-8 that no Latin letter touches: two or more of them, or one alone in its cell.
_TWO = rb"(?:[\xc2-\xdf][\x80-\xbf])"
_ALONE = re.compile(rb"(?<![A-Za-z\x80-\xff])" + _TWO + rb"{2,}(?![A-Za-z\x80-\xff])|(?:^|[,;\t|\"\r\n])" + _TWO + rb"(?=$|[,;\t|\"\r\n])")
_WIDE = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
_WORDS = re.compile(r"[^\x00-\x7f]{1,12}")


def unlike_chinese(stream: BinaryIO) -> bool:
    """Whether the pairs of bytes are seldom what Chinese writes in GB18030: its common characters and its punctuation. A header
    of words we know settles it."""
    data = _head(stream)
    if _headed(data):
        return False
    usual = pairs = 0
    for lead, trail in _PAIRS.findall(data):
        if lead:
            pairs += 1
            usual += (0xB0 <= lead[0] <= 0xD7 or lead[0] in (0xA1, 0xA3)) and trail[0] >= 0xA1
    return pairs > 0 and usual < pairs * _SURE


def _headed(data: bytes) -> bool:
    known = known_words()
    for line in data.decode("gb18030", "replace").splitlines()[:20]:
        words = [word for word in re.split(r"[,;\t|]", line) if not word.isascii() and normal(word.strip('"')) in known]
        if len(words) >= 2:
            return True
    return False


def unlike_utf8(stream: BinaryIO) -> bool:
    """Whether text that is valid UTF-8 looks as if its pairs of bytes were whole words: nothing wider in it, and pairs that
    stand by themselves. Accents stand among letters."""
    data = _head(stream)
    return not _WIDE.search(data) and _ALONE.search(data) is not None


def sample(stream: BinaryIO, encoding: str) -> str:
    """The first words that are not plain, as this encoding reads them; a header's in full, of anything below only a little."""
    text = _head(stream).decode(encoding, "replace")
    header, _, rest = text.lstrip("\ufeff").partition("\n")
    if _WORDS.search(header) or encoding.startswith("utf-16"):
        return " ".join(header.split())[:60]
    found = _WORDS.search(rest)
    return kept(found[0]) if found else ""


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(_LOOKED_AT)
