"""What the plugin makes of every answer, right or odd."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.couriers.kit import shipment
from zhanggui.carriers.port import Booked, Doubt, Outcome
from zhanggui.couriers.sandbox import numbers, signing, wire

FIXTURES = sorted((Path(wire.__file__).parent / "fixtures").glob("*.json"))


def read(verb: str, asked: list[str], status: int, body: bytes) -> Any:
    """The answer as the plugin would hand it on, in plain JSON."""
    heard = wire.heard(status, body)
    if verb in ("book", "ask"):
        answers = wire.told_apart(wire.booked(asked, heard, asking=verb == "ask"), heard.results)
        keys = ("reference", "outcome", "waybill", "sort_code", "station", "code", "message")
        return [{key: getattr(answer, key) for key in keys} for answer in answers]
    if verb == "void":
        return wire.done(asked, heard)
    parts = ("waybill", "key", "status", "text", "place")
    return [{"at": event.at.isoformat(), **{part: getattr(event, part) for part in parts}} for event in wire.events(asked, heard)]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_answer_seen_is_read_as_it_should_be(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    body = json.dumps(case["answer"], ensure_ascii=False).encode()
    assert read(case["verb"], case["asked"], case["status"], body) == case["means"]


REFERENCES = ["P-1", "P-2", "P-3"]
NUMBERS = [numbers.number_for("practice", reference) for reference in REFERENCES]
known = [*REFERENCES, *NUMBERS, "ok", "SB", "never-booked", "", "2026-03-01T10:00:00+08:00"]
words = st.sampled_from(known) | st.text(max_size=5)
keys = st.sampled_from(["code", "results", "reference", "waybill", "ok", "message", "scans", "id", "at", "op", "text"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6), max_leaves=20)
item = st.dictionaries(keys, anything, max_size=7)
answer = st.fixed_dictionaries({"code": st.just("ok") | words, "results": st.lists(item | anything, max_size=5)}) | anything


@settings(max_examples=300, deadline=None)
@given(said=answer, status=st.sampled_from([200, 201, 204, 302, 400, 401, 404, 409, 500, 503]))
def test_no_answer_however_odd_raises_or_claims_what_was_not_asked(said: Any, status: int) -> None:
    body = json.dumps(said).encode()
    heard = wire.heard(status, body)
    told = wire.told_apart(wire.booked(REFERENCES, heard), heard.results)
    assert [one.reference for one in told] == REFERENCES
    good = [one.waybill for one in told if one.outcome is Outcome.OK]
    assert len(set(good)) == len(good)
    assert all(numbers.is_number(waybill) for waybill in good)
    assert all(one.code for one in told if one.outcome is not Outcome.OK)
    if status >= 500:
        assert {one.outcome for one in told} == {Outcome.UNKNOWN}
    assert list(wire.done(NUMBERS, heard)) == NUMBERS
    assert {event.waybill for event in wire.events(NUMBERS, heard)} <= set(NUMBERS)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(100, 599))
def test_bytes_that_are_no_answer_are_a_doubt(body: bytes, status: int) -> None:
    heard = wire.heard(status, body)
    assert heard.outcome in Outcome
    assert heard.outcome is not Outcome.OK or json.loads(body)


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b"{", b"[" * 100_000, b'{"code": "ok"}', b'{"code": "ok", "results": {}}',
    '{"code":"ok","results":[]}'.encode("utf-16"),
    b'{"code": "ok", "message": "\xb3\xc9\xb9\xa6", "results": []}', b"9" * 5000,
])
def test_a_page_that_is_not_json_is_never_a_refusal(body: bytes) -> None:
    for status in (200, 302, 400, 404, 502):
        [told] = wire.booked(["P-1"], wire.heard(status, body))
        assert told.outcome is Outcome.UNKNOWN
        assert told.code in (Doubt.UNREADABLE, Doubt.SERVER_ERROR)


def test_what_was_never_sent_may_be_booked_again_and_must_be_asked_again() -> None:
    assert wire.booked(["P-1"], wire.NOT_SENT) == [Booked("P-1", Outcome.FAILED, code=Doubt.NOT_SENT)]
    assert wire.booked(["P-1"], wire.NOT_SENT, asking=True) == [Booked("P-1", Outcome.UNKNOWN, code=Doubt.NOT_SENT)]
    assert wire.done(NUMBERS[:1], wire.NOT_SENT) == {NUMBERS[0]: Outcome.UNKNOWN}


def test_half_a_character_leaves_as_an_escape() -> None:
    body = wire.payload_of("shipments", [shipment("P-1", street="\ud800")])
    assert body.isascii()
    assert json.loads(body)["shipments"][0]["receiver"]["street"] == "\ud800"


def test_the_check_digit_catches_every_slip_of_one_digit() -> None:
    assert numbers.number_for("practice", "P-1") == NUMBERS[0] == "SB898849517757"
    for place in range(2, 14):
        for digit in "0123456789":
            slipped = NUMBERS[0][:place] + digit + NUMBERS[0][place + 1 :]
            assert numbers.is_number(slipped) == (slipped == NUMBERS[0])
    for odd in ("", "SB", "sb" + NUMBERS[0][2:], NUMBERS[0] + "0", "SB" + "１" * 12, NUMBERS[0] + "\n"):
        assert not numbers.is_number(odd)


def test_the_signature_covers_key_time_path_and_body() -> None:
    signed = signing.sign("key", "1700000000", "/v1/book", b"{}")
    assert signed == "b7f2958a71e659adab4175951b86fdde6174201a5711516d95d64895d6fb3e9c"
    others = [("kez", "1700000000", "/v1/book", b"{}"), ("key", "1700000001", "/v1/book", b"{}"),
              ("key", "1700000000", "/v1/void", b"{}"), ("key", "1700000000", "/v1/book", b"{ }")]
    assert signed not in [signing.sign(*other) for other in others]
