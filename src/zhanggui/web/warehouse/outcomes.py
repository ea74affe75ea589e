"""What became of a batch, in sentences: kept for the next page, said once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest

from zhanggui.fulfilment.models import Parcel, Wave
from zhanggui.journal.book import Batch
from zhanggui.kernel.errors import Refused, refusals
from zhanggui.web.frame.addresses import address

KEPT = "warehouse.outcome"
MOST = 100
# No more digits than a key of the database has.
ID = re.compile(r"[0-9]{1,18}")
# Beyond these a person is asked to act; the words of the button stand in the template.
ACTS = (
    "no-waybill",
    "not-packed",
    "not-weighed",
    "sender-incomplete",
    "no-carrier",
    "by-hand-only",
    "order-stopped",
    "shelf-short",
)


@dataclass(frozen=True)
class Left:
    """One thing a batch left out, why, and what mends it. ``code`` is the refusal's."""

    id: int
    name: str
    href: str
    code: str
    says: str
    fix: str


@dataclass(frozen=True)
class Outcome:
    """``says`` is what was done; ``left`` is what was not, ``more`` of them unsaid. ``kind`` is what they are."""

    says: str
    kind: str = "parcel"
    left: list[Left] = field(default_factory=list)
    more: int = 0

    @property
    def by_code(self) -> list[tuple[str, list[Left]]]:
        """Those left out, together by why, the commonest first."""
        many = Counter(one.code for one in self.left)
        return [(code, [one for one in self.left if one.code == code]) for code, _n in many.most_common()]


def keep(request: HttpRequest, says: str, batch: Batch, *, kind: str = "parcel") -> None:
    """Say on the next page what was left out. Nothing left out needs no saying there."""
    if batch.refused:
        request.session[KEPT] = asdict(told(says, batch, kind=kind))


def take(request: HttpRequest) -> Outcome | None:
    """What the page before left to say, once."""
    facts = request.session.pop(KEPT, None)
    if not facts:
        return None
    return Outcome(facts["says"], facts["kind"], [Left(**one) for one in facts["left"]], facts["more"])


def told(says: str, batch: Batch, *, kind: str = "parcel") -> Outcome:
    """A batch in words. One statement."""
    shown = list(batch.refused.items())[:MOST]
    names = _names(kind, [id_ for id_, _ in shown])
    left = [_left(id_, names.get(id_, str(id_)), kind, why) for id_, why in shown]
    return Outcome(says, kind, left, len(batch.refused) - len(left))


def _left(id_: int, name: str, kind: str, why: Mapping[str, Any]) -> Left:
    refusal = sentence(why)
    href = address("warehouse:wave", id_) if kind == "wave" else address("warehouse:parcel", id_)
    return Left(id_, name, href, str(why["code"]), refusal.sentence, refusal.advice)


def sentence(why: Mapping[str, Any]) -> Refused:
    """The refusal behind a code and its facts, to be said."""
    kind = refusals().get(str(why["code"]), Refused)
    return kind(**{name: value for name, value in why.items() if name != "code"})


def _names(kind: str, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    model: Any = Wave if kind == "wave" else Parcel
    return dict(model.objects.filter(pk__in=ids).values_list("id", "number"))


def ids_of(values: Iterable[str]) -> list[int]:
    """The ids a form named, one a value or several with commas between: every one, each once; what is none is passed over."""
    said = (part.strip() for value in values for part in value.split(","))
    return list(dict.fromkeys(int(part) for part in said if ID.fullmatch(part)))
