"""The same expectations for every courier plugin, ours and others'.

A plugin's test module subclasses ``CourierKit`` and gives a ``world`` fixture: the plugin, an account, and a
carrier that can be told to fall silent.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import count
from typing import Protocol

import pytest

from zhanggui.carriers.port import Account, Booked, Courier, Doubt, HandsOver, Outcome, Party, Shipment, Status, Unreachable

_serial = count(1)
ENDS = {Status.DELIVERED, Status.RETURNED, Status.LOST}


class World(Protocol):
    """What the kit needs of a carrier under test."""

    courier: Courier
    account: Account        # patient
    hasty: Account          # the same contract, with a time-out shorter than ``silent`` lasts
    unreachable: Account    # nobody listens there

    def spoilt(self, shipment: Shipment) -> Shipment:
        """The same, with something this carrier surely refuses."""

    def silent(self, *, acts: bool) -> AbstractContextManager[None]:
        """Within, the carrier answers nothing in time; whether it ``acts`` all the same."""

    def move(self, waybills: Sequence[str], to: Status) -> None:
        """Parcels handed over come as far as this."""


def shipment(reference: str = "", *, city: str = "深圳市", street: str = "科技路 8 号") -> Shipment:
    reference = reference or f"KIT-{next(_serial):06d}"
    sender = Party("掌柜仓", "02787654321", "湖北省", "武汉市", "洪山区", "珞喻路 1 号")
    return Shipment(reference, sender, Party("李四", "13900002222", "广东省", city, "南山区", street), "standard", 500, 1)


def shipments(size: int) -> list[Shipment]:
    return [shipment() for _ in range(size)]


def settle(courier: Courier, account: Account, wanted: Sequence[Shipment], answers: Sequence[Booked]) -> dict[str, str]:
    """{reference: waybill}: what a shop does after a bad day. Doubt is asked about; only what surely failed is booked again."""
    held: dict[str, str] = {}
    by_reference = {one.reference: one for one in wanted}
    for _ in range(20):
        held |= {answer.reference: answer.waybill for answer in answers if answer.outcome is Outcome.OK}
        open_ones = [answer for answer in answers if answer.outcome is not Outcome.OK]
        if not open_ones:
            return held
        doubtful = [answer.reference for answer in open_ones if answer.outcome is Outcome.UNKNOWN]
        failed = [by_reference[answer.reference] for answer in open_ones if answer.outcome is Outcome.FAILED]
        answers = [*_asked(courier, account, doubtful), *_booked_again(courier, account, failed)]
    raise AssertionError(f"never settled: {answers}")


def _asked(courier: Courier, account: Account, references: Sequence[str]) -> list[Booked]:
    try:
        return courier.ask(account, references)
    except Unreachable:
        return [Booked(reference, Outcome.UNKNOWN) for reference in references]


def _booked_again(courier: Courier, account: Account, wanted: Sequence[Shipment]) -> list[Booked]:
    try:
        return courier.book(account, wanted)
    except Unreachable:
        return [Booked(one.reference, Outcome.FAILED) for one in wanted]


class CourierKit:
    """Subclass it, name the subclass ``Test…``, give ``world``."""

    @pytest.mark.capability("F-07")
    def test_each_shipment_gets_its_own_number_in_the_order_asked(self, world: World) -> None:
        wanted = shipments(5)
        answers = world.courier.book(world.account, wanted)
        assert [answer.reference for answer in answers] == [one.reference for one in wanted]
        assert {answer.outcome for answer in answers} == {Outcome.OK}
        assert len({answer.waybill for answer in answers}) == 5
        assert all(answer.waybill and not answer.code for answer in answers)

    def test_asking_twice_books_once(self, world: World) -> None:
        wanted = shipments(3)
        once = world.courier.book(world.account, wanted)
        assert world.courier.book(world.account, wanted) == once
        assert world.courier.book(world.account, [wanted[1], wanted[1]]) == [once[1], once[1]]

    def test_more_than_one_request_holds_is_still_one_call(self, world: World) -> None:
        wanted = shipments(450)
        answers = world.courier.book(world.account, wanted)
        assert [answer.reference for answer in answers] == [one.reference for one in wanted]
        assert len({answer.waybill for answer in answers}) == 450

    def test_nothing_asked_is_nothing_said(self, world: World) -> None:
        courier = world.courier
        assert courier.book(world.unreachable, []) == courier.ask(world.unreachable, []) == []
        assert courier.void(world.unreachable, []) == {}
        assert courier.track(world.unreachable, []) == []

    def test_one_bad_shipment_among_many_spoils_no_other(self, world: World) -> None:
        wanted = shipments(7)
        wanted[3] = world.spoilt(wanted[3])
        answers = world.courier.book(world.account, wanted)
        assert [answer.outcome for answer in answers] == [Outcome.OK] * 3 + [Outcome.FAILED] + [Outcome.OK] * 3
        assert answers[3].code
        assert answers[3].message
        assert not answers[3].waybill

    def test_what_was_refused_can_be_mended_and_booked_under_the_same_reference(self, world: World) -> None:
        good = shipment()
        assert world.courier.book(world.account, [world.spoilt(good)])[0].outcome is Outcome.FAILED
        assert world.courier.ask(world.account, [good.reference])[0].outcome is Outcome.FAILED
        assert world.courier.book(world.account, [good])[0].outcome is Outcome.OK

    def test_words_from_anywhere_go_through_or_are_refused_alone(self, world: World) -> None:
        streets = ["𠮷野路 5 号 🏠", "half \ud800 a sign", "nul \x00", "<b>&\"'</b>", "\u202e倒着写", "长" * 5000]
        wanted = [shipment(), *(shipment(street=street) for street in streets), shipment()]
        answers = world.courier.book(world.account, wanted)
        assert [answer.reference for answer in answers] == [one.reference for one in wanted]
        assert answers[0].outcome is answers[-1].outcome is Outcome.OK
        assert Outcome.UNKNOWN not in {answer.outcome for answer in answers}

    @pytest.mark.parametrize("acts", [True, False])
    def test_silence_is_unknown_and_asking_settles_it(self, world: World, acts: bool) -> None:
        wanted = shipments(3)
        with world.silent(acts=acts):
            answers = world.courier.book(world.hasty, wanted)
        assert {answer.outcome for answer in answers} == {Outcome.UNKNOWN}
        assert {answer.code for answer in answers} == {Doubt.TIMEOUT}
        told = world.courier.ask(world.account, [one.reference for one in wanted])
        assert {answer.outcome for answer in told} == {Outcome.OK if acts else Outcome.FAILED}
        held = settle(world.courier, world.account, wanted, answers)
        assert len(set(held.values())) == len(held) == 3

    def test_silence_about_a_question_says_nothing_of_the_parcel(self, world: World) -> None:
        [booked] = world.courier.book(world.account, [shipment()])
        with world.silent(acts=True):
            [told] = world.courier.ask(world.hasty, [booked.reference])
        assert told.outcome is Outcome.UNKNOWN
        assert world.courier.ask(world.account, [booked.reference]) == [booked]

    def test_who_cannot_be_reached_was_asked_nothing(self, world: World) -> None:
        [one] = wanted = shipments(1)
        with pytest.raises(Unreachable):
            world.courier.book(world.unreachable, wanted)
        with pytest.raises(Unreachable):
            world.courier.ask(world.unreachable, [one.reference])
        with pytest.raises(Unreachable):
            world.courier.void(world.unreachable, ["SB000000000000"])
        with pytest.raises(Unreachable):
            world.courier.track(world.unreachable, ["SB000000000000"])
        assert world.courier.ask(world.account, [one.reference])[0].outcome is Outcome.FAILED

    def test_a_number_given_back_is_gone_and_giving_it_back_twice_is_once(self, world: World) -> None:
        booked = world.courier.book(world.account, shipments(2))
        waybills = [answer.waybill for answer in booked]
        assert world.courier.void(world.account, waybills) == dict.fromkeys(waybills, Outcome.OK)
        assert world.courier.void(world.account, waybills) == dict.fromkeys(waybills, Outcome.OK)
        told = world.courier.ask(world.account, [answer.reference for answer in booked])
        assert {answer.outcome for answer in told} == {Outcome.FAILED}

    def test_a_parcel_picked_up_cannot_be_taken_back(self, world: World) -> None:
        waybill = self.on_the_way(world, 1, Status.PICKED_UP)[0]
        assert world.courier.void(world.account, [waybill]) == {waybill: Outcome.FAILED}

    def test_a_number_nobody_knows_has_no_trail_and_spoils_no_other(self, world: World) -> None:
        [waybill] = self.on_the_way(world, 1, Status.PICKED_UP)
        found = world.courier.track(world.account, ["NO-SUCH-NUMBER", waybill])
        assert {event.waybill for event in found} == {waybill}

    @pytest.mark.capability("T-01")
    def test_a_trail_is_in_order_and_every_scan_has_a_key_that_stays(self, world: World) -> None:
        waybills = self.on_the_way(world, 4, Status.OUT_FOR_DELIVERY)
        before = world.courier.track(world.account, waybills)
        world.move(waybills, Status.DELIVERED)
        after = world.courier.track(world.account, waybills)
        assert [event.at for event in after] == sorted(event.at for event in after)
        assert all(event.at.utcoffset() is not None for event in after)
        assert len({(event.waybill, event.key) for event in after}) == len(after)
        assert set(before) < set(after), "a scan heard once reads the same for ever"
        for waybill in waybills:
            trail = [event.status for event in after if event.waybill == waybill]
            assert trail[0] is Status.PICKED_UP
            assert trail[-1] is Status.DELIVERED
            assert not ENDS & set(trail[:-1])

    def on_the_way(self, world: World, size: int, to: Status) -> list[str]:
        waybills = [answer.waybill for answer in world.courier.book(world.account, shipments(size))]
        if "handover" in world.courier.can:
            courier: HandsOver = world.courier  # type: ignore[assignment]
            assert courier.hand_over(world.account, waybills) == dict.fromkeys(waybills, Outcome.OK)
            assert courier.hand_over(world.account, waybills) == dict.fromkeys(waybills, Outcome.OK)
        world.move(waybills, to)
        return waybills
