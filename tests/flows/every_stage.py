"""One order at each stage of its life, and a part split from each that can have one: what every verb is tried with."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.fulfilment.floor import Floor
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import states
from zhanggui.orders.commands import holds, merging, progress, review, splitting
from zhanggui.orders.models import Line, Order
from zhanggui.orders.rulebook import FINANCE_ASKED
from zhanggui.orders.rules.parting import Take

# The stages an order comes to by being approved first.
WALKED = (
    states.PENDING_REVIEW, states.APPROVED, states.FULFILLING, states.SHIPPED, states.DELIVERED, states.COMPLETED, states.CANCELLED,
)  # fmt: skip


class Stages:
    """``ids`` and ``parts`` are by stage; ``at_stage`` answers by stage what a batch said by id."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.at = floor, floor.at
        codes = [f"S{nth}" for nth in range(len(WALKED) + 2)]
        for code in codes:
            floor.shelf("A-1", code, 20)
        # One receiver, other goods each time: nothing looks like a repeat, and those at one door could go together.
        baskets = [{code: 2} for code in codes[: len(WALKED)]]
        whole = dict(zip(WALKED, floor.orders(*baskets, one_door=True), strict=True))
        lines = dict(Line.objects.filter(order__in=whole.values()).values_list("order_id", "pk"))
        made = splitting.split([Take(lines[id_], 1) for id_ in whole.values()], by=SYSTEM, at=self.at)
        self.parts = {stage: made.parts[id_][0] for stage, id_ in whole.items()}
        draft, unpaid = codes[len(WALKED) :]
        (whole[states.DRAFT],) = floor.orders({draft: 2}, one_door=True, stage="draft")
        (whole[states.PENDING_PAYMENT],) = floor.orders(
            {unpaid: 2}, one_door=True, stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None
        )
        self.ids = {stage: whole[stage] for stage in states.ORDER.states}
        self._walk()

    def _walk(self) -> None:
        both = {stage: [self.ids[stage], self.parts[stage]] for stage in WALKED}
        done: dict[str, Any] = {"by": SYSTEM, "at": self.at}
        gone = [states.SHIPPED, states.DELIVERED, states.COMPLETED]
        review.unapprove(both[states.PENDING_REVIEW], **done)
        progress.cancel(both[states.CANCELLED], reason="不要了", **done)
        progress.release([id_ for stage in (states.FULFILLING, *gone) for id_ in both[stage]], wave_id=1, **done)
        progress.mark_shipped([(id_, id_) for stage in gone for id_ in both[stage]], **done)
        progress.mark_delivered([id_ for stage in gone[1:] for id_ in both[stage]], **done)
        progress.complete(both[states.COMPLETED], **done)
        stands = dict(Order.objects.values_list("pk", "stage"))
        assert {stands[id_] for ids in (self.ids, self.parts) for id_ in ids.values()} == set(states.ORDER.states)
        assert all(stands[ids[stage]] == stage for ids in (self.ids, self.parts) for stage in ids)

    def ready(self, verb: str) -> None:
        """What somebody did before this verb is asked for: held them, merged them, asked finance."""
        ids = list(self.ids.values())
        if verb == "clear":
            holds.hold(ids, by=SYSTEM, at=self.at)
        elif verb == "unmerge":
            merging.merge(ids, by=SYSTEM, at=self.at)
        elif verb in ("accept", "give_back"):
            holds.put_on({self.ids[states.PENDING_REVIEW]: {FINANCE_ASKED: {}}}, source="rule", by=SYSTEM, at=self.at)

    def asked(self, verb: str) -> dict[str, int]:
        """The orders it is asked of, by stage: putting together again what was split is asked of parts."""
        return {**self.ids, **self.parts} if verb == "rejoin" else self.ids

    def at_stage(self, verb: str, done: Sequence[int], refused: dict[int, str]) -> dict[str, str]:
        """Stage → ``done``, or the code it was refused with; a stage of which nothing is said is absent."""
        said = {**dict.fromkeys(done, "done"), **refused}
        return {stage: said[id_] for stage, id_ in self.asked(verb).items() if id_ in said}

    def moved(self, verb: str, act: Callable[[], object]) -> dict[str, str]:
        """Stage before → stage after, of those that ``act`` moved."""
        asked = self.asked(verb)
        act()
        now = dict(Order.objects.filter(pk__in=asked.values()).values_list("pk", "stage"))
        return {stage: now[id_] for stage, id_ in asked.items() if now[id_] != stage}

