"""What of a person may be shown without asking: the masks of names, phones and streets."""

import re
import unicodedata

MOBILE = re.compile(r"^1[3-9]\d{9}$")
LANDLINE = re.compile(r"^0\d{2,3}-?\d{7,8}$")
MASKED = re.compile(r"\*{2,}|×{2,}|[xX]{4,}")
PRIVACY = re.compile(r"^(1[3-9]\d{9})[-转,，*]+(\d{3,6})$")
LOOSE = re.compile(r"(?<!\d)(?:(?:\+?86)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
HINT = re.compile(r"\d{4}|@").search
PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[ -]?)?[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
ROAD = re.compile(r"^.*?(?:路|街|道|巷|弄|村|镇|乡|区|园|苑|里|road|street|avenue|lane|drive|rd|st|ave)", re.IGNORECASE)

# Where the door begins: a figure, or a number written out before 号, 幢, 室 …; 文三路 is a road all the same.
DOOR = re.compile(r"[\d０-９#＃]|[一二三四五六七八九十百零]+(?=\s*(?:号|幢|栋|室|楼|单元|层|座))")


# What says that a receiver is no person: a firm, or a place that takes parcels in.
FIRM = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|公司|商行|商店|超市|便利店|门店|经营部|服务部|工作室|事务所|自提点|代收点|驿站|快递柜|学校|医院|酒店)$"
    r"|(?:\s(?:Co\.?,?\s?Ltd|Ltd|Inc|LLC|GmbH|Corp)\.?)$",
    re.IGNORECASE,
)


def initial(text: str) -> str:
    """The first character and no more."""
    text = text.strip()
    return f"{text[0]}**" if text else ""


def name(text: str) -> str:
    """``张三丰`` → ``张**``; the first character is all that is shown, and of a firm or a place that takes parcels in what it is:
    ``蜂巢自提点`` → ``蜂**自提点``."""
    text = text.strip()
    what = FIRM.search(text)
    return f"{initial(text)}{what[0]}" if what is not None and what.start() > 0 else initial(text)


def phone(text: str) -> str:
    """``13812341234`` → ``138****1234``; shorter numbers keep their last two digits at most."""
    digits = digits_of(text)
    if MOBILE.match(digits[:11]) and len(digits) >= 11:
        return f"{digits[:3]}****{digits[7:11]}"
    if len(digits) >= 7:
        return f"{'*' * (len(digits) - 4)}{digits[-4:]}"
    return "*" * len(digits)


def in_passing(text: str) -> str:
    """``text`` that is not meant to hold a phone, with those it holds masked: people put things in the wrong column."""
    return LOOSE.sub(lambda found: phone(found.group(0)), unicodedata.normalize("NFKC", text)) if any(map(str.isdigit, text)) else text


def masked(text: str) -> str:
    """What people write beside a thing: ``改送 13977778882`` → ``改送 139****8882``, ``lin@example.com`` → ``l***@example.com``;
    the rest stays as it is."""
    if not HINT(text):
        return text
    text = PHONE.sub(lambda found: phone(found.group(0)), text)
    return MAIL.sub(lambda found: f"{found[1]}***@{found[2]}", text) if "@" in text else text


def street(text: str) -> str:
    """The road is kept, the house, unit and room are not: ``珞喻路 12 号 3 栋`` → ``珞喻路 ***``."""
    text = text.strip()
    if not text:
        return ""
    head = DOOR.split(text, maxsplit=1)[0]
    found = ROAD.match(head)
    # An address that is all name and no road shows nothing: the name may be the door.
    kept = found.group(0).strip(" ,，") if found else ""
    return f"{kept[:12]} ***" if kept else "***"


def label_phone(text: str) -> str:
    """GB/T 41833-2022 wants at least six digits hidden on a parcel: ``138******34``."""
    digits = digits_of(text)
    if len(digits) < 8:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"


def digits_of(text: str) -> str:
    """Only the digits, full-width ones folded, a leading 86 or +86 of a mobile dropped."""
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"\D", "", plain)
    if len(digits) == 13 and digits.startswith("86"):
        return digits[2:]
    if len(digits) == 15 and digits.startswith("0086"):
        return digits[4:]
    return digits


def kind_of_phone(text: str) -> str:
    """``mobile``, ``landline``, ``privacy`` (with an extension), ``masked``, ``foreign``, ``bad`` or ``none``."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return "none"
    if MASKED.search(text):
        return "masked"
    if PRIVACY.match(re.sub(r"\s", "", text)):
        return "privacy"
    digits = digits_of(text)
    if MOBILE.match(digits):
        return "mobile"
    if LANDLINE.match(re.sub(r"[^\d-]", "", text)) or re.match(r"^(400|800)\d{7}$", digits):
        return "landline"
    if text.startswith("+") and 7 <= len(digits) <= 15:
        return "foreign"
    return "bad"


def account(text: str) -> str:
    """``tb3312345101`` → ``tb33**101``; short ones keep their first character. A mail address or a phone number that serves as one
    is masked as what it is: ``l***@example.com``, ``138****1234``. Of no other is more than about half shown."""
    text = text.strip()
    if MAIL.search(text) or PHONE.fullmatch(text):
        return masked(text)[:40]
    if "**" in text:
        return text[:40]
    if len(text) >= 8:
        return f"{text[: min(4, len(text) // 3)]}**{text[-min(3, len(text) // 4) :]}"
    return initial(text)
