"""The pass a page of a form carries: which form, since when, at which prices, and what it asks to see that a person is there.

Signed with the shop's own key, and kept nowhere: it is spent by the order that carries its key.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

SALT, SLIP = "zhanggui.doors.pass", "zhanggui.doors.slip"
LIFE_S = 3 * 3600
# Nobody reads a form, chooses and writes an address in less.
QUICK_S = 4


@dataclass(frozen=True)
class Pass:
    """``sum_of``: two small numbers to be added, or none where nothing is asked."""

    form_id: int
    key: str
    offer: str
    since: int
    sum_of: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return signing.dumps([self.form_id, self.key, self.offer, self.since, list(self.sum_of or ())], salt=SALT)

    @property
    def question(self) -> str:
        """In words: a machine that reads figures finds none."""
        if self.sum_of is None:
            return ""
        one, two = (str(NUMBERS[each]) for each in self.sum_of)
        return _("%(one)s加%(two)s等于几？") % {"one": one, "two": two}

    def answered(self, said: str) -> bool:
        return self.sum_of is None or said.strip().translate(WIDE) == str(sum(self.sum_of))

    def old(self, at: datetime) -> bool:
        return not 0 <= int(at.timestamp()) - self.since <= LIFE_S

    def quick(self, at: datetime) -> bool:
        return int(at.timestamp()) - self.since < QUICK_S


WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
NUMBERS: Mapping[int, str | Promise] = {
    1: pgettext_lazy("number", "一"), 2: pgettext_lazy("number", "二"), 3: pgettext_lazy("number", "三"),
    4: pgettext_lazy("number", "四"), 5: pgettext_lazy("number", "五"), 6: pgettext_lazy("number", "六"),
    7: pgettext_lazy("number", "七"), 8: pgettext_lazy("number", "八"), 9: pgettext_lazy("number", "九"),
}  # fmt: skip


def fresh(form_id: int, offer: str, *, at: datetime, asks: bool = False, before: Pass | None = None) -> Pass:
    """A pass for a page shown now. ``before``: that of the page before, which was not spent: it is still the same order, and
    whoever wrote it has taken their time already."""
    sum_of = (secrets.choice(range(1, 10)), secrets.choice(range(1, 10))) if asks else None
    now = int(at.timestamp())
    if before is None:
        return Pass(form_id, secrets.token_hex(8), offer, now, sum_of)
    return Pass(form_id, before.key, offer, now - QUICK_S if before.old(at) else before.since, sum_of)


def read(text: str) -> Pass | None:
    """The pass as we gave it; None for anything else."""
    try:
        form_id, key, offer, since, sum_of = signing.loads(text[:400], salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Pass(form_id, key, offer, since, (sum_of[0], sum_of[1]) if sum_of else None)


def slip(form_id: int, number: str) -> str:
    """What the page that says thanks is found by: the order's number, signed."""
    return signing.dumps([form_id, number], salt=SLIP)


def number_on(text: str, form_id: int) -> str:
    """The number on a slip of this form; empty for anything else."""
    try:
        of, number = signing.loads(text[:200], salt=SLIP)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(number) if of == form_id else ""
