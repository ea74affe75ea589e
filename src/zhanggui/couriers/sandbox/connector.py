"""The practice courier as a plugin: entry point ``zhanggui.carriers: sandbox``."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from zhanggui.carriers.port import Account, Booked, Doubt, Outcome, Shipment, TrackEvent, Unreachable
from zhanggui.couriers.sandbox import wire
from zhanggui.couriers.sandbox.client import Line

Thing = TypeVar("Thing", Shipment, str)

MOST = 200  # in one request
FIELDS = {"book": "shipments", "ask": "references", "void": "waybills", "track": "waybills", "handover": "waybills"}


class SandboxCourier:
    """A carrier to practise with. Its account: ``url``, ``customer``, ``secret``, perhaps ``timeout_s``."""

    code = "sandbox"
    can = frozenset({"book", "ask", "void", "track", "handover"})

    def book(self, account: Account, shipments: Sequence[Shipment]) -> list[Booked]:
        answers: list[Booked] = []
        results: list[wire.Item] = []
        for some, heard in _said(account, "book", shipments):
            answers += wire.booked([shipment.reference for shipment in some], heard)
            results += heard.results
        return wire.told_apart(answers, results)

    def ask(self, account: Account, references: Sequence[str]) -> list[Booked]:
        answers: list[Booked] = []
        results: list[wire.Item] = []
        for some, heard in _said(account, "ask", references):
            answers += wire.booked(some, heard, asking=True)
            results += heard.results
        return wire.told_apart(answers, results)

    def void(self, account: Account, waybills: Sequence[str]) -> dict[str, Outcome]:
        return _done(account, "void", waybills)

    def hand_over(self, account: Account, waybills: Sequence[str]) -> dict[str, Outcome]:
        return _done(account, "handover", waybills)

    def track(self, account: Account, waybills: Sequence[str]) -> list[TrackEvent]:
        found: list[TrackEvent] = []
        unread = ""
        read = False
        for some, heard in _said(account, "track", waybills):
            found += wire.events(some, heard)
            read = read or heard.outcome is Outcome.OK
            unread = unread or heard.code
        if unread and not read:
            raise Unreachable(unread)
        return wire.in_order(found)


def _done(account: Account, verb: str, waybills: Sequence[str]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for some, heard in _said(account, verb, waybills):
        outcomes |= wire.done(some, heard)
    return outcomes


def _said(account: Account, verb: str, things: Sequence[Thing]) -> Iterator[tuple[Sequence[Thing], wire.Heard]]:
    """Everything said in requests of MOST, each with what it came to.

    Unreachable only while nothing has been sent. After that, and after a time-out, the rest stays
    at home: a carrier that does not answer is not kept waiting for five times as long.
    """
    if not things:
        return
    with Line(account) as line:
        silent = False
        for start in range(0, len(things), MOST):
            some = things[start : start + MOST]
            heard = wire.NOT_SENT
            if not silent:
                try:
                    heard = line.say(verb, wire.payload_of(FIELDS[verb], some))
                    silent = heard.code == Doubt.TIMEOUT
                except Unreachable:
                    if start == 0:
                        raise
                    silent = True
            yield some, heard


COURIER = SandboxCourier()
