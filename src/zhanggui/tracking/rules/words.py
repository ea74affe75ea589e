"""What carriers write under a scan, fit to be kept: it may name people and their phones. Pure."""

import re

from zhanggui.kernel import masking

PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
SIGNER = re.compile(
    r"(签收人|收件人|代收人|signed by)(\s*(?:是|为|[:：])\s*|\s+(?=[A-Z]))([^\s，,。;；!！)）】]{1,30})",
    re.IGNORECASE,
)
# Who signed, where that names nobody.
NOBODY = re.compile(r"^(本人|家人|他人|同事|朋友|邻居|前台|门卫|保安|物业|驿站|代收点|快递柜|丰巢|菜鸟|妈妈驿站)")


def fit(text: str, longest: int = 200) -> str:
    """The words without phones and names of receivers, cut to what a row holds."""
    text = PHONE.sub(lambda found: masking.phone(found.group(0)), " ".join(text.split()))
    return SIGNER.sub(_signer, text)[:longest]


def _signer(found: re.Match[str]) -> str:
    who = found.group(3)
    return found.group(0) if NOBODY.match(who) or "*" in who else f"{found.group(1)}{found.group(2)}{masking.name(who)}"
