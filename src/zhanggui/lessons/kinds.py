"""The kinds of trouble as the merchant has them: those of the house, called otherwise or put away, and their own."""

from typing import NamedTuple

from django.utils.translation import gettext

from zhanggui.lessons.models import Kind
from zhanggui.lessons.rules.usual import KINDS
from zhanggui.orders.holding import OWN


class Sort(NamedTuple):
    """One kind. ``said``: what the merchant calls it; ``told``: they said something of it."""

    code: str
    zh: str
    said: str = ""
    enabled: bool = True
    told: bool = False

    @property
    def own(self) -> bool:
        return self.code.startswith(OWN)

    @property
    def name(self) -> str:
        return self.said or (gettext(self.zh) if self.zh else self.code)


class Kinds:
    """Every kind there is. Asks the database once, when it is made."""

    def __init__(self) -> None:
        self._by_code = {code: Sort(code, zh) for code, zh in KINDS.items()}
        for row in Kind.objects.order_by("pk"):
            self._by_code[row.code] = Sort(row.code, KINDS.get(row.code, ""), row.name, row.enabled, told=True)

    def all(self) -> list[Sort]:
        return list(self._by_code.values())

    def get(self, code: str) -> Sort | None:
        return self._by_code.get(code)

    def of(self, code: str) -> Sort:
        return self._by_code.get(code) or Sort(code, "")

    def offered(self, also: str = "") -> list[Sort]:
        """Those people may choose; ``also`` one that is in use though it was put away."""
        return [one for one in self._by_code.values() if one.enabled or one.code == also]
