"""Every way a carrier can fail us, in every verb, before and after it acted: nothing is lost and nothing is doubled."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from tests.couriers.kit import settle, shipments
from zhanggui.carriers.port import Account, Booked, Doubt, Outcome, Shipment, TrackEvent, Unreachable
from zhanggui.couriers.sandbox.connector import COURIER
from zhanggui.couriers.sandbox.faults import HOWS
from zhanggui.couriers.sandbox.running import SandboxServer

HASTY_S = "0.3"
SLOW = ("hang", "late", "drip")
MATRIX = [f"{how}/{when}" for how, whens in HOWS.items() for when in whens]
MIXED_UP = ("twin/after", "stranger/after")

# What booking with each fault comes to; every other one leaves its references unknown.
BOOKS_NOTHING_AND_SAYS_SO = ("busy/before",)
FINE_AT_THE_SECOND_TRY = ("unauthorised/before",)
WHY = {
    "drop": Doubt.BROKEN, "reset": Doubt.BROKEN, "hang": Doubt.TIMEOUT, "late": Doubt.TIMEOUT, "drip": Doubt.TIMEOUT,
    "error": Doubt.SERVER_ERROR, "html": Doubt.UNREADABLE, "truncated": Doubt.UNREADABLE, "charset": Doubt.UNREADABLE,
    "huge": Doubt.UNREADABLE, "redirect": Doubt.UNREADABLE,
}


def spoil(carrier: SandboxServer, fault: str, verb: str) -> Account:
    """The next request of this verb meets the fault; an account short of patience, to meet it with."""
    carrier.faults(f"{fault}@{verb}:1")
    # Only where waiting is the fault: on a busy machine a good answer may take its time.
    return carrier.account(timeout_s=HASTY_S) if fault.startswith(SLOW) else carrier.account()


def truth(carrier: SandboxServer, wanted: Sequence[Shipment]) -> dict[str, list[str]]:
    """What the carrier's own books say: every number each reference has."""
    references = {one.reference for one in wanted}
    found: dict[str, list[str]] = {}
    for parcel in carrier.parcels():
        if parcel["reference"] in references:
            found.setdefault(parcel["reference"], []).append(parcel["waybill"])
    return found


def check(carrier: SandboxServer, wanted: Sequence[Shipment], held: dict[str, str]) -> None:
    """One number for each reference, the same on both sides; none lost, none twice."""
    assert set(held) == {one.reference for one in wanted}
    assert len(set(held.values())) == len(wanted)
    assert truth(carrier, wanted) == {reference: [waybill] for reference, waybill in held.items()}


def booked(carrier: SandboxServer, size: int = 3) -> list[Booked]:
    answers = COURIER.book(carrier.account(), shipments(size))
    assert {answer.outcome for answer in answers} == {Outcome.OK}
    return answers


@pytest.mark.capability("F-07")
@pytest.mark.parametrize("fault", MATRIX)
def test_booking_comes_to_one_number_each_whatever_the_carrier_does(carrier: SandboxServer, fault: str) -> None:
    wanted = shipments(3)
    account = spoil(carrier, fault, "book")
    how, when = fault.split("/")
    answers = [Booked(one.reference, Outcome.FAILED, code="never-sent") for one in wanted]
    if fault in BOOKS_NOTHING_AND_SAYS_SO:
        with pytest.raises(Unreachable) as refused:
            COURIER.book(account, wanted)
        assert refused.value.retry_after_s == 3
    else:
        answers = COURIER.book(account, wanted)
        assert Outcome.FAILED not in {answer.outcome for answer in answers}, "nobody knows that it failed"
        if fault in FINE_AT_THE_SECOND_TRY:
            assert {answer.outcome for answer in answers} == {Outcome.OK}
        elif fault == "twin/after":
            assert [answer.code for answer in answers] == [Doubt.MISMATCH, "", Doubt.MISMATCH]
        elif fault == "stranger/after":
            assert [answer.code for answer in answers] == ["", "", Doubt.MISMATCH]
        elif fault == "drip/before" or how not in WHY:
            assert {answer.outcome for answer in answers} == {Outcome.UNKNOWN}
        else:
            assert {(answer.outcome, answer.code) for answer in answers} == {(Outcome.UNKNOWN, WHY[how])}
    if how != "late":
        acted = when == "after" or fault in FINE_AT_THE_SECOND_TRY
        assert len(truth(carrier, wanted)) == (3 if acted else 0), "the plugin never books again by itself"
    held = settle(COURIER, carrier.account(), wanted, answers)
    if how == "late":
        time.sleep(1.0)  # the act we gave up on happens now, after the reference was booked again
    check(carrier, wanted, held)
    times = Counter(parcel["asked"] for parcel in carrier.parcels() if parcel["reference"] in held)
    assert times == ({2: 3} if how == "late" else {1: 3})


@pytest.mark.parametrize("fault", MATRIX)
def test_a_spoilt_answer_to_a_question_never_says_never_booked(carrier: SandboxServer, fault: str) -> None:
    good = booked(carrier)
    references = [answer.reference for answer in good]
    account = spoil(carrier, fault, "ask")
    if fault == "busy/before":
        with pytest.raises(Unreachable):
            COURIER.ask(account, references)
    else:
        told = COURIER.ask(account, references)
        assert all(answer.outcome is Outcome.UNKNOWN or answer in good for answer in told)
        assert any(answer.outcome is Outcome.UNKNOWN for answer in told) or fault in FINE_AT_THE_SECOND_TRY
    assert COURIER.ask(carrier.account(), references) == good


@pytest.mark.parametrize("fault", MATRIX)
@pytest.mark.parametrize(("verb", "tell", "state"), [
    ("void", COURIER.void, "voided"), ("handover", COURIER.hand_over, "handed-over"),
], ids=["void", "handover"])
def test_what_was_told_into_the_dark_can_be_told_again(
    carrier: SandboxServer, fault: str, verb: str, tell: Callable[[Account, Sequence[str]], dict[str, Outcome]], state: str
) -> None:
    waybills = [answer.waybill for answer in booked(carrier)]
    account = spoil(carrier, fault, verb)
    if fault == "busy/before":
        with pytest.raises(Unreachable):
            tell(account, waybills)
    else:
        outcomes = tell(account, waybills)
        assert list(outcomes) == waybills
        assert Outcome.FAILED not in outcomes.values()
        assert Outcome.UNKNOWN in outcomes.values() or fault in (*FINE_AT_THE_SECOND_TRY, "twin/after")
    assert tell(carrier.account(), waybills) == dict.fromkeys(waybills, Outcome.OK)
    states = {parcel["waybill"]: parcel["state"] for parcel in carrier.parcels()}
    assert {states[waybill] for waybill in waybills} == {state}


@pytest.mark.capability("T-01")
@pytest.mark.parametrize("fault", MATRIX)
def test_a_trail_is_read_whole_or_not_at_all_and_is_never_anothers(carrier: SandboxServer, fault: str) -> None:
    waybills = [answer.waybill for answer in booked(carrier)]
    COURIER.hand_over(carrier.account(), waybills)
    carrier.advance(waybills, steps=4)
    whole = COURIER.track(carrier.account(), waybills)
    account = spoil(carrier, fault, "track")
    try:
        found: list[TrackEvent] = COURIER.track(account, waybills)
    except Unreachable:
        found = []
        assert fault not in (*FINE_AT_THE_SECOND_TRY, *MIXED_UP)
    assert set(found) <= set(whole)
    if fault in (*FINE_AT_THE_SECOND_TRY, "twin/after"):
        assert found == whole
    assert COURIER.track(carrier.account(), waybills) == whole


def test_a_shut_door_is_no_doubt_at_all(carrier: SandboxServer) -> None:
    wanted = shipments(2)
    carrier.close_door(0.7)
    time.sleep(0.3)
    with pytest.raises(Unreachable):
        COURIER.book(carrier.account(), wanted)
    time.sleep(0.7)
    assert truth(carrier, wanted) == {}
    check(carrier, wanted, settle(COURIER, carrier.account(), wanted, COURIER.book(carrier.account(), wanted)))


def test_after_a_time_out_the_rest_stays_at_home(carrier: SandboxServer) -> None:
    wanted = shipments(450)
    account = spoil(carrier, "hang/after", "book")
    started = time.monotonic()
    answers = COURIER.book(account, wanted)
    assert time.monotonic() - started < 3, "one patience, not three"
    assert {(answer.outcome, answer.code) for answer in answers[:200]} == {(Outcome.UNKNOWN, Doubt.TIMEOUT)}
    assert {(answer.outcome, answer.code) for answer in answers[200:]} == {(Outcome.FAILED, Doubt.NOT_SENT)}
    assert len(truth(carrier, wanted)) == 200
    check(carrier, wanted, settle(COURIER, carrier.account(), wanted, answers))
    spoil(carrier, "hang/after", "ask")
    told = COURIER.ask(account, [one.reference for one in wanted])
    assert {answer.outcome for answer in told} == {Outcome.UNKNOWN}, "not asked is not never booked"


def test_too_busy_for_the_second_request_is_no_excuse_to_forget_the_first() -> None:
    wanted = shipments(450)
    # The dice of a new carrier always fall the same: the first request passes, the second is told to come back.
    with SandboxServer(faults="busy@book=0.2") as carrier:
        answers = COURIER.book(carrier.account(), wanted)
        assert {answer.outcome for answer in answers[:200]} == {Outcome.OK}
        assert {(answer.outcome, answer.code) for answer in answers[200:]} == {(Outcome.FAILED, Doubt.NOT_SENT)}
        assert len(truth(carrier, wanted)) == 200
        check(carrier, wanted, settle(COURIER, carrier.account(), wanted, answers))


def test_a_failed_request_among_several_leaves_the_others_be(carrier: SandboxServer) -> None:
    wanted = shipments(450)
    answers = COURIER.book(spoil(carrier, "error/after", "book"), wanted)
    assert [answer.outcome for answer in answers] == [Outcome.UNKNOWN] * 200 + [Outcome.OK] * 250
    check(carrier, wanted, settle(COURIER, carrier.account(), wanted, answers))


def test_the_plugin_asks_for_one_account_at_most_twice_when_it_is_not_believed(carrier: SandboxServer) -> None:
    wanted = shipments(1)
    carrier.faults("unauthorised@book:2")
    [answer] = COURIER.book(carrier.account(), wanted)
    assert (answer.outcome, answer.code) == (Outcome.FAILED, "token-expired")
    assert truth(carrier, wanted) == {}


def test_only_the_shops_own_books_can_tell_a_number_that_was_anothers_yesterday(carrier: SandboxServer) -> None:
    [yesterday] = booked(carrier, 1)
    wanted = shipments(1)
    [answer] = COURIER.book(spoil(carrier, "twin/after", "book"), wanted)
    assert (answer.outcome, answer.waybill) == (Outcome.OK, yesterday.waybill)
    # So a number already held is a doubt about both, and asking settles both.
    told = COURIER.ask(carrier.account(), [yesterday.reference, wanted[0].reference])
    assert told[0] == yesterday
    check(carrier, wanted, {answer.reference: answer.waybill for answer in told[1:]})


@pytest.mark.capability("F-07")
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_bad_day_loses_nothing_and_doubles_nothing(carrier: SandboxServer, seed: int) -> None:
    dice = random.Random(seed)
    line = [f"{fault}={dice.uniform(0.01, 0.06):.3f}" for fault in MATRIX]
    dice.shuffle(line)
    account, wanted = carrier.account(timeout_s="0.15"), shipments(160)
    held: dict[str, str] = {}
    doubtful: list[Booked] = []
    carrier.faults(", ".join(line), late_s=0.3, hang_s=0.4)
    for start in range(0, len(wanted), 8):
        some = wanted[start : start + 8]
        try:
            answers = COURIER.book(account, some)
        except Unreachable:
            answers = [Booked(one.reference, Outcome.FAILED) for one in some]
        held |= {answer.reference: answer.waybill for answer in answers if answer.outcome is Outcome.OK}
        doubtful += [answer for answer in answers if answer.outcome is not Outcome.OK]
    assert doubtful, "it was a bad day"
    carrier.faults("")
    time.sleep(0.4)
    held |= settle(COURIER, carrier.account(), wanted, doubtful)
    check(carrier, wanted, held)
