"""What may be kept of a cell that was not what its column promised: it may be anybody's name or door."""

import re
import unicodedata

from zhanggui.kernel import masking

# A number, an amount, a date or a code of digits, however badly written: nobody is known by it.
_HARMLESS = re.compile(
    r"[A-Za-z]?(?:[\d\s.,:/+\-−–*%~=≠¥$€£()'\"…_]|[年月日时分秒点]|上午|下午|中午|凌晨|晚上|[AaPp][Mm]|[eE][+-]?\d|\dT\d|Z"
    r"|CNY|RMB|USD|[元件个只条双套箱包斤克])*"
).fullmatch
_BROKEN_FORMULA = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)").fullmatch
# An identity card: a place, a birthday, a sequence and a check digit.
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")

_SPACED = re.compile(r"[\s\-–()+.]")
_PHONE = re.compile(r"(?:86)?1[3-9]\d{9}|0\d{9,11}").fullmatch


def kept(words: str) -> str:
    """``words`` as the books may keep them: figures stay, phone and identity numbers are masked, of anything else the first
    character is left. What is kept already stays as it is."""
    if not words:
        return ""
    plain = _IDENTITY.sub(lambda found: f"{found[0][:1]}{'*' * 17}", unicodedata.normalize("NFKC", words))
    if not (_HARMLESS(plain) or _BROKEN_FORMULA(plain)):
        return masking.initial(plain)
    together = _SPACED.sub("", plain)
    return masking.phone(together) if _PHONE(together) else masking.in_passing(plain)
