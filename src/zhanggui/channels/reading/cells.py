"""Text, identifiers, numbers and phones out of single cells; each answers its value or a ``Code``, never a guess.

Padding that platforms put around ids (``="…"``, a leading apostrophe, a trailing tab) is taken off. Python's own
``int`` and ``Decimal`` take more than people write (``1_000``, ``1E3``, ``٣``), so nothing reaches them unmatched.
"""

import re
import unicodedata
from datetime import date, datetime

from zhanggui.channels.port import BadCell
from zhanggui.channels.reading.codes import Code

ID_CHARS = 64
TEXT_CHARS = 500
MOST_PIECES = 1_000_000
EXACT_BELOW = 10**15  # a spreadsheet keeps 15 digits of a number

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
# A cell that begins like this would be run as a formula by whoever opens the file; an apostrophe before it keeps it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LIKE_A_NUMBER = re.compile(r"[0-9][0-9A-Za-z.,/:_-]*").fullmatch
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}").fullmatch
_WRAPPED = re.compile(r'="([^"]*)"').fullmatch
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]+").fullmatch
_DECIMAL_TAIL = re.compile(r"[0-9]+\.0+").fullmatch
_WHOLE = re.compile(r"(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0{1,6})?").fullmatch
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?").fullmatch
# What people write beside a count of pieces. A box, a dozen or a weight is no piece: those are left for a person to say.
_UNIT = r"(?:件|个|只|条|瓶|盒|包|袋|双|套|份|台|支|张|本|把|块|片|罐|副|顶|枚|pcs?|pieces?|ea|units?)\.?"
_COUNTED = re.compile(rf"(?:[xX×✕*]\s*([0-9]{{1,7}})|(?:[xX×✕*]\s*)?([0-9]{{1,7}})\s*{_UNIT})", re.IGNORECASE).fullmatch
_UNCLEAR = re.compile(r"[0-9].*[\u4e00-\u9fff]|[0-9]\s*[-~—–至到]\s*[0-9]|^[xX×✕*]\s*[0-9]").search
_SMALL = {str(number): number for number in range(1, 1000)}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_PHONE_NOISE = re.compile(r"[\s\-()（）.]+")
_PHONE = re.compile(r"\+?[0-9]{5,15}(?:(?:转|ext|x|#)[0-9]{1,8})?").fullmatch
_EXTENSION = re.compile(r"(1[0-9]{10})-([0-9]{2,8})").fullmatch


def normal(words: str) -> str:
    """The form in which headers and words are compared, never stored: one width, one case, no blanks, nothing unseen."""
    return "".join(ZERO_WIDTH.sub("", unicodedata.normalize("NFKC", words)).split()).casefold()


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def unwrapped(words: str) -> str:
    """The text inside a platform's padding: ``="123"``, ``'123``, ``123<tab>``."""
    words = words.strip()
    if words[:1] == "=" and (inside := _WRAPPED(words)):
        return inside[1].strip()
    return words[1:].lstrip() if words[:1] == "'" else words


def text(cell: object, most: int = TEXT_CHARS) -> str | Code:
    """Free text without blanks around it; ``""`` where there is none. An apostrophe that only keeps a spreadsheet from a
    formula or a number is no part of it."""
    if cell.__class__ is str:
        words: str = cell.strip()
    elif cell is None:
        return ""
    elif isinstance(cell, BadCell):
        return Code(cell.code)
    elif isinstance(cell, bool):
        return Code.CELL_TYPE
    elif isinstance(cell, float):
        words = str(int(cell)) if cell.is_integer() and abs(cell) < EXACT_BELOW else repr(cell)
    elif isinstance(cell, datetime):
        words = cell.isoformat(" ")
    else:
        words = str(cell)
    if words[:1] == "=" and (inside := _WRAPPED(words)):
        words = inside[1].strip()
    elif words[:1] == "'" and (words[1:].startswith(FORMULA) or _LIKE_A_NUMBER(words[1:])):
        words = words[1:].strip()
    return words if len(words) <= most else Code.CELL_TOO_LONG


def order_no(cell: object) -> str | Code:
    """An identifier as the shop writes it; ``Code.BLANK`` where there is none."""
    if cell.__class__ is str:
        if _PLAIN_ID(cell):
            return cell
        words = unwrapped(cell)
        if not words:
            return Code.BLANK
        if _SCIENTIFIC(words):
            return Code.SCIENTIFIC_NOTATION
        if _DECIMAL_TAIL(words):
            return Code.DECIMAL_ID
        if CONTROL.search(words) or "\n" in words or "\t" in words or "\r" in words:
            return Code.CONTROL_CHAR
        return words if len(words) <= ID_CHARS else Code.ID_TOO_LONG
    if cell is None:
        return Code.BLANK
    if isinstance(cell, BadCell):
        return Code(cell.code)
    if isinstance(cell, bool):
        return Code.CELL_TYPE
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT_BELOW:
            return Code.PRECISION_LOST
        if isinstance(cell, float) and not cell.is_integer():
            return Code.DECIMAL_ID
        return str(int(cell)) if cell >= 0 else Code.NUMBER_FORMAT
    return Code.CELL_TYPE


def sku(cell: object, *, numbers: bool = True) -> str | Code:
    """A goods code; a date or a fraction in its place means the spreadsheet has eaten it. So may a whole number have lost its
    zeros (``000123``) or its letter (``1E5``): ``numbers`` says whether one is taken all the same."""
    if cell.__class__ is str and _PLAIN_ID(cell):
        return cell
    read = order_no(cell)
    if read is Code.CELL_TYPE or (read is Code.DECIMAL_ID and not isinstance(cell, str)):
        return Code.SKU_MANGLED
    if not numbers and isinstance(cell, int | float) and not isinstance(cell, bool) and isinstance(read, str):
        return Code.SKU_MANGLED
    if read is Code.DECIMAL_ID:
        return unwrapped(str(cell))  # a text code may well be "1.0"
    return read


def quantity(cell: object) -> int | Code:
    """Pieces, 1 to a million; nothing is taken for one piece where nothing is written. ``3件`` and ``×3`` are three."""
    if cell.__class__ is str:
        small = _SMALL.get(cell)
        if small is not None:
            return small
        return _quantity_of(unwrapped(cell))
    if cell is None:
        return Code.BLANK
    if isinstance(cell, BadCell):
        return Code(cell.code)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return Code.CELL_TYPE
    if cell != cell or cell in (float("inf"), float("-inf")):
        return Code.NUMBER_FORMAT
    if not 1 <= cell <= MOST_PIECES:
        return Code.QTY_RANGE if cell <= 0 or cell > MOST_PIECES else Code.QTY_NOT_WHOLE
    return int(cell) if cell == int(cell) else Code.QTY_NOT_WHOLE


def _quantity_of(words: str) -> int | Code:
    if not words:
        return Code.BLANK
    words = words.translate(_FULL_WIDTH)
    if _WHOLE(words):
        pieces = int(words.partition(".")[0].replace(",", ""))
        return pieces if 1 <= pieces <= MOST_PIECES else Code.QTY_RANGE
    if _NUMBER(words):
        if words[0] == "-":
            return Code.QTY_RANGE
        rest = words.partition(".")[2]
        return Code.QTY_NOT_WHOLE if rest.strip("0") else Code.QTY_RANGE
    if counted := _COUNTED(words):
        pieces = int(counted[1] or counted[2])
        return pieces if 1 <= pieces <= MOST_PIECES else Code.QTY_RANGE
    return Code.QTY_UNCLEAR if _UNCLEAR(words) else Code.NUMBER_FORMAT


def beside_pieces(cell: object) -> bool:
    """Whether a quantity that was read has more written in it than its number, a unit for one."""
    return cell.__class__ is str and cell not in _SMALL and bool(_COUNTED(unwrapped(str(cell)).translate(_FULL_WIDTH)))


def whole(cell: object, most: int) -> int | Code:
    """A count from 0 to ``most``: pieces on a shelf, grams."""
    if isinstance(cell, bool):
        return Code.CELL_TYPE
    if (isinstance(cell, int | float) and cell == 0) or (isinstance(cell, str) and cell.strip() in ("0", "0.0", "0.00")):
        return 0
    if isinstance(cell, str):
        words = unwrapped(cell).translate(_FULL_WIDTH)
        if words and _WHOLE(words):
            number = int(words.partition(".")[0].replace(",", ""))
            return number if number <= most else Code.QTY_RANGE
    read = quantity(cell)
    return Code.QTY_RANGE if isinstance(read, int) and read > most else read


def phone(cell: object) -> tuple[str, Code | None] | Code:
    """(number, what is worth saying of it). A masked number is kept and named; ``+86`` and dashes are taken off a
    mobile number; a virtual number keeps its extension after a dash."""
    if cell.__class__ is str and len(cell) == 11 and cell[0] == "1" and cell.isdigit() and cell.isascii():
        return cell, None
    read = order_no(cell)
    if read is Code.BLANK:
        return "", None
    if isinstance(read, Code):
        return read
    words = unicodedata.normalize("NFKC", read)
    if "*" in words:
        return words, Code.PHONE_MASKED
    if _EXTENSION(words):
        return words, None
    short = _PHONE_NOISE.sub("", words)
    for prefix in ("+86", "0086"):
        if short.startswith(prefix):
            short = short[len(prefix):]
    if short.startswith("86") and len(short) == 13 and short[2] == "1":
        short = short[2:]
    if not _PHONE(short):
        return words, Code.PHONE_FORMAT
    return (short if short[0] in "1+" else words), None


def shown(cell: object, most: int = 40) -> str:
    """A cell as a problem quotes it: short, on one line."""
    if isinstance(cell, BadCell):
        words = cell.raw
    elif isinstance(cell, date):
        words = cell.isoformat()
    else:
        words = "" if cell is None else str(cell)
    words = " ".join(CONTROL.sub("\ufffd", words).split())
    return words if len(words) <= most else words[: most - 1] + "…"
