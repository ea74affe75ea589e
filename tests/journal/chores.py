"""Verbs that do nothing, each with its own marks, for the stories about what grants ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.journal.book import Batch, command
from zhanggui.journal.marks import Second
from zhanggui.kernel.actor import Actor


@dataclass(frozen=True)
class Piece:
    sku: int
    seen_at: datetime | None = None


def weighed(ids: Sequence[int], *args: Any, **kwargs: Any) -> int:
    return sum(ids)


@command(needs="order.cancel")
def plain(ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Do it, all marks taken."""
    return Batch(done=list(ids))


@command(needs="order.cancel", marks="")
def bare(ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Do it, no mark taken."""
    return Batch(done=list(ids))


@command(needs="order.cancel", because="reason")
def because(ids: Sequence[int], *, reason: str = "", by: Actor, at: datetime) -> Batch:
    """Do it, the reason being an argument of its own."""
    return Batch(done=list(ids))


@command(needs="order.cancel", weighs=weighed, figure="tests.bells", second=Second("{many}"))
def heavy(ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Do it, by weight."""
    return Batch(done=list(ids))


@command(needs="order.cancel", second=Second("{n}", lambda *a, **k: {"n": 1}))
def rich(
    rows: Sequence[Piece], by_id: Mapping[int, str], when: datetime, *, word: str | None = None, pair: tuple[int, str] = (0, ""),
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Do it, with everything that can be kept."""
