"""What may stand in clear of what people write beside an order: no phone, no mail address. Pure."""

import re

from zhanggui.kernel import masking

HINT = re.compile(r"\d{4}|@").search
PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[ -]?)?[1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")


def masked(text: str) -> str:
    """``改送 13977778882`` → ``改送 139****8882``, ``lin@example.com`` → ``l***@example.com``; the rest stays as it is."""
    if not HINT(text):
        return text
    text = PHONE.sub(lambda found: masking.phone(found.group(0)), text)
    return MAIL.sub(lambda found: f"{found[1]}***@{found[2]}", text) if "@" in text else text
