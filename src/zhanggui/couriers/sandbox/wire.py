"""What we say and what we make of the answer. Pure; no answer, however odd, makes any of this raise."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from zhanggui.carriers.port import Booked, Doubt, Outcome, Shipment, Status, TrackEvent
from zhanggui.couriers.sandbox.numbers import is_number

# Of ``ask``: the carrier's words that mean there is no live number. Any other word settles nothing.
NO_NUMBER = frozenset({"never-booked", "voided"})
LONGEST_WORDS = 300
STATUSES = {
    "COLLECT": Status.PICKED_UP,
    "HUB": Status.IN_TRANSIT,
    "DELIVERING": Status.OUT_FOR_DELIVERY,
    "SIGNED": Status.DELIVERED,
    "ATTEMPT": Status.FAILED_ATTEMPT,
    "REJECT": Status.REFUSED,
    "RETURN": Status.RETURNED,
    "LOST": Status.LOST,
}

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one request came to. ``OK``: ``results`` can be read; otherwise ``code`` holds for everything in the request."""

    outcome: Outcome
    results: tuple[Item, ...] = ()
    code: str = ""
    message: str = ""


def doubtful(doubt: Doubt) -> Heard:
    return Heard(Outcome.UNKNOWN, code=doubt)


NOT_SENT = Heard(Outcome.FAILED, code=Doubt.NOT_SENT)


def payload_of(field: str, things: Sequence[Shipment] | Sequence[str]) -> bytes:
    """The body of one request."""
    said = [asdict(thing) if isinstance(thing, Shipment) else thing for thing in things]
    # Escaped throughout, so that half a character in one address cannot spoil the request of all.
    return json.dumps({field: said}, separators=(",", ":")).encode()


def heard(status: int, body: bytes) -> Heard:
    """2xx with readable results is ``OK``; 4xx with the carrier's code is ``FAILED``; all else is ``UNKNOWN``."""
    if status >= 500:
        return doubtful(Doubt.SERVER_ERROR)
    try:
        said = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return doubtful(Doubt.UNREADABLE)
    if not isinstance(said, dict):
        return doubtful(Doubt.UNREADABLE)
    code, results = said.get("code"), said.get("results")
    if 400 <= status < 500 and isinstance(code, str) and code not in ("", "ok"):
        return Heard(Outcome.FAILED, code=code[:64], message=_words(said.get("message")))
    if 200 <= status < 300 and code == "ok" and isinstance(results, list):
        return Heard(Outcome.OK, results=tuple(item for item in results if isinstance(item, dict)))
    return doubtful(Doubt.UNREADABLE)


def booked(references: Sequence[str], answer: Heard, *, asking: bool = False) -> list[Booked]:
    """One for each reference, in order. ``asking``: a request that failed says nothing of what became of them."""
    if answer.outcome is not Outcome.OK:
        outcome = Outcome.UNKNOWN if asking else answer.outcome
        return [Booked(reference, outcome, code=answer.code, message=answer.message) for reference in references]
    by_reference = _by("reference", answer.results)
    strangers = set(by_reference) - set(references)
    return [_one(reference, by_reference.get(reference, []), bool(strangers), asking) for reference in references]


def _one(reference: str, said: Sequence[Item], strangers: bool, asking: bool) -> Booked:
    if not said:
        return _unknown(reference, Doubt.MISMATCH if strangers else Doubt.MISSING)
    first = said[0]
    if any(item != first for item in said):
        return _unknown(reference, Doubt.MISMATCH)
    waybill, code = _text(first.get("waybill")), _text(first.get("code"))
    if first.get("ok") is True and is_number(waybill):
        labels = _text(first.get("sort_code")), _text(first.get("station"))
        return Booked(reference, Outcome.OK, waybill, *labels)
    if first.get("ok") is False and code and not waybill:
        outcome = Outcome.UNKNOWN if asking and code not in NO_NUMBER else Outcome.FAILED
        return Booked(reference, outcome, code=code[:64], message=_words(first.get("message")))
    return _unknown(reference, Doubt.UNREADABLE)


def told_apart(answers: Sequence[Booked], results: Iterable[Item]) -> list[Booked]:
    """The answers of a whole call, without the numbers that were given to more than one reference.

    ``results``: everything the carrier said in that call, strangers included.
    """
    owners: dict[str, set[str]] = {}
    for item in results:
        owners.setdefault(_text(item.get("waybill")), set()).add(_text(item.get("reference")))
    return [
        _unknown(answer.reference, Doubt.MISMATCH)
        if answer.outcome is Outcome.OK and len(owners.get(answer.waybill, ())) > 1
        else answer
        for answer in answers
    ]


def done(waybills: Sequence[str], answer: Heard) -> dict[str, Outcome]:
    """Of verbs on numbers that answer only yes or no. What was never sent is ``UNKNOWN`` too: say it again."""
    if answer.outcome is not Outcome.OK:
        outcome = Outcome.UNKNOWN if answer.code == Doubt.NOT_SENT else answer.outcome
        return dict.fromkeys(waybills, outcome)
    by_waybill = _by("waybill", answer.results)
    return {waybill: _yes_or_no(by_waybill.get(waybill, [])) for waybill in waybills}


def _yes_or_no(said: Sequence[Item]) -> Outcome:
    words = {item.get("ok") if isinstance(item.get("ok"), bool) else None for item in said}
    if words == {True}:
        return Outcome.OK
    if words == {False} and all(_text(item.get("code")) for item in said):
        return Outcome.FAILED
    return Outcome.UNKNOWN


def events(waybills: Sequence[str], answer: Heard) -> list[TrackEvent]:
    """The scans of the numbers asked for, each once, oldest first; what cannot be read is left out."""
    asked = set(waybills)
    found: dict[tuple[str, str], TrackEvent] = {}
    for item in answer.results:
        waybill, scans = _text(item.get("waybill")), item.get("scans")
        if waybill in asked and isinstance(scans, list):
            for scan in scans:
                event = _event(waybill, scan)
                if event:
                    found.setdefault((waybill, event.key), event)
    return in_order(found.values())


def in_order(found: Iterable[TrackEvent]) -> list[TrackEvent]:
    return sorted(found, key=lambda event: (event.at, event.waybill, event.key))


def _event(waybill: str, scan: Any) -> TrackEvent | None:
    if not isinstance(scan, dict):
        return None
    key, op, at = _text(scan.get("id")), _text(scan.get("op")), _moment(_text(scan.get("at")))
    if not key or not op or at is None:
        return None
    # A scan of a kind we never heard of still says where the parcel is.
    status = STATUSES.get(op, Status.IN_TRANSIT)
    return TrackEvent(waybill, key[:64], at, status, _words(scan.get("text")), _words(scan.get("place")))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _by(key: str, results: Iterable[Item]) -> dict[str, list[Item]]:
    grouped: dict[str, list[Item]] = {}
    for item in results:
        grouped.setdefault(_text(item.get(key)), []).append(item)
    return grouped


def _unknown(reference: str, doubt: Doubt) -> Booked:
    return Booked(reference, Outcome.UNKNOWN, code=doubt)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _words(value: Any) -> str:
    return _text(value)[:LONGEST_WORDS]
