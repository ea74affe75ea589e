"""What was found in an upload that waits, kept beside it: a page shown again does not read the file again.

It is sealed as the upload is, for a table somebody matched by hand may show persons, and forgotten with it. It holds for ten minutes,
and no longer than the books it was compared with stand as they stood.
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import get_language

from zhanggui.channels import keeping
from zhanggui.channels.reading.errors import DiskFull, ReaderStopped, Unreadable
from zhanggui.channels.refusals import DetailsAlone, OtherKind, SeveralSheets
from zhanggui.journal import queries as journal
from zhanggui.kernel.errors import Refused
from zhanggui.kernel.vault import Unopened
from zhanggui.orders.models import Order

T = TypeVar("T")
# A smaller upload is read again sooner than it would be found here.
WORTH_BYTES = 256 * 1024
FRESH, KEPT, MOST_BYTES = timedelta(minutes=10), 6, 1024 * 1024
_OF_THE_FILE = (Unreadable, SeveralSheets, DetailsAlone, OtherKind)
# What a look goes by besides the file: goods, warehouses, and what was matched and brought in before.
_OURS = Q(subject_kind__in=("sku", "warehouse")) | Q(subject_kind="", name__startswith="channels.")


@dataclass(frozen=True)
class _Found:
    """An answer or a refusal, when it was found, and the last line of the book before."""

    at: datetime
    mark: int
    answer: Any
    refusal: tuple[type[Refused], dict[str, Any]] | None = None

    def told(self) -> Any:
        if self.refusal is None:
            return self.answer
        kind, said = self.refusal
        refusal = kind.__new__(kind)
        refusal.__dict__.update(said)
        raise refusal


def once(name: str, asked: tuple[Any, ...], work: Callable[[], T], *, shop_id: int | None, at: datetime) -> T:
    """What ``work`` answers of the upload kept under ``name``, or refuses it with, found again where the same was ``asked`` of it
    before. A reader that stopped and a full disk are of their moment, and tried again."""
    if not _large(name):
        return work()
    key = repr((get_language(), *asked))
    found = _all(name)
    before = found.get(key)
    if before is not None and before.at <= at < before.at + FRESH and not _moved(before.mark, shop_id):
        return before.told()  # type: ignore[no-any-return]
    mark = journal.newest()
    try:
        answer = work()
    except (ReaderStopped, DiskFull):
        raise
    except _OF_THE_FILE as refusal:
        _keep(name, key, _Found(at, mark, None, (type(refusal), dict(refusal.__dict__))))
        raise
    _keep(name, key, _Found(at, mark, answer))
    return answer


def _large(name: str) -> bool:
    return keeping.size(name) >= WORTH_BYTES


def _moved(mark: int, shop_id: int | None) -> bool:
    """Whether something was written since that a look may go by: ours, or of an order of this shop. Two statements."""
    since = journal.since(mark)
    told = since.filter(subject_kind="order").values("subject_id")
    return since.filter(_OURS).exists() or (shop_id is not None and Order.objects.filter(shop_id=shop_id, pk__in=told).exists())


def _all(name: str) -> dict[str, _Found]:
    sealed = None
    with suppress(Unopened):
        sealed = keeping.beside(name)
    return pickle.loads(sealed) if sealed else {}  # noqa: S301  # sealed by us


def _keep(name: str, key: str, found: _Found) -> None:
    """Together with what was found before, the oldest of too many left out. One that finds no room is not kept."""
    others = {other: one for other, one in _all(name).items() if other != key}
    while len(others) >= KEPT:
        others.pop(next(iter(others)))
    data = pickle.dumps({**others, key: found}, protocol=5)
    if len(data) <= MOST_BYTES:
        with suppress(DiskFull):
            keeping.keep_beside(name, data)
