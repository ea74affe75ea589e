"""Numbers from carriers: the intent is written, the carrier is asked, the answer is recorded.

The reference is ours, fixed before the call and kept for ever, so asking twice books once. An answer is ``ok``,
``failed`` or ``unknown``; while it is unknown nobody asks for another number, ``settle`` asks what became of it.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.port import Booked, Courier, Doubt, Outcome, Shipment, Unreachable
from zhanggui.carriers.refusals import NumberMisshapen
from zhanggui.carriers.rules import waybills as shapes
from zhanggui.customers import queries as customers
from zhanggui.fulfilment import giving_back, shipments
from zhanggui.fulfilment.commands import aside
from zhanggui.fulfilment.events import WaybillIssued, WaybillRefused
from zhanggui.fulfilment.models import Waybill
from zhanggui.fulfilment.refusals import (
    ByHandOnly,
    CarrierAway,
    HasWaybill,
    NoCarrier,
    NoWaybill,
    NumberUsed,
    OrderStopped,
    ParcelElsewhere,
    RecipientClosed,
    SenderIncomplete,
    WaybillRefusedByCarrier,
    WaybillUnsettled,
    refuse,
)
from zhanggui.fulfilment.states import PARCEL_WORD
from zhanggui.journal.book import Batch, ask, command, tell
from zhanggui.kernel import db, masking
from zhanggui.kernel.actor import SYSTEM, Actor

log = logging.getLogger("zhanggui.waybills")
# So many shipments in one call to a carrier.
AT_ONCE = 200
# A "no" that is not the carrier's own has its own words.
OURS = {Doubt.NOT_SENT: CarrierAway, RecipientClosed.code: RecipientClosed, NumberUsed.code: NumberUsed}
# An intent this old whose answer never came: its caller is gone. Longer than any courier waits for its carrier.
GRACE = timedelta(minutes=5)
PENDING = ("parcel_id", "carrier_id", "reference", "state", "asked_at")
ASSIGNED = ("parcel_id", "carrier_id", "reference", "number", "state", "asked_at", "settled_at")


class Asked(NamedTuple):
    """A number to be asked for: the row that says so, and for what."""

    waybill_id: int
    reference: str
    carrier_id: int
    parcel_id: int


class Intent(NamedTuple):
    """What is to be asked for, and what became of the parcels that are not."""

    asked: Sequence[Asked]
    batch: Batch


def label(parcel_ids: Sequence[int], *, carrier_id: int | None = None, by: Actor, at: datetime) -> Batch:
    """Get a waybill number for each parcel. One that has a number keeps it: asking twice books once.

    ``done`` have an issued number now. Refused are those the carrier said no to (free to try again), those whose
    answer is not known yet (settled by itself, never asked again meanwhile), and those that cannot be asked for.
    Talks to carriers outside any transaction, at most ``AT_ONCE`` parcels a call.
    """
    intent = intend(parcel_ids, carrier_id=carrier_id, by=by, at=at)
    got = fetched(intent.asked, by=by, at=at)
    return Batch(intent.batch.done + got.done, intent.batch.refused | got.refused)


def fetched(asked: Sequence[Asked], *, by: Actor, at: datetime) -> Batch:
    """Ask the carriers for these numbers and write down what they answer. Outside any transaction."""
    batch = Batch()
    by_carrier: dict[int, list[Asked]] = defaultdict(list)
    for one in asked:
        by_carrier[one.carrier_id].append(one)
    known = carriers.by_ids(by_carrier)
    for chosen, group in sorted(by_carrier.items()):
        for chunk in db.in_chunks(group, AT_ONCE):
            recorded = record(_book(known[chosen], chunk, by=by, at=at), by=by, at=at)
            batch.done += recorded.done
            batch.refused |= recorded.refused
    return batch


@command(needs="waybill.get", over="parcel")
def intend(parcel_ids: Sequence[int], *, carrier_id: int | None = None, by: Actor, at: datetime) -> Intent:
    """Write down that a number is asked for, each with its own reference; nothing is asked yet.

    One live number a parcel: two who ask at once write one intent, the other is told.
    """
    aside.lock("fulfilment_parcel", parcel_ids)
    boxes, batch, asked = shipments.boxes(parcel_ids), Batch(), []
    in_use = {carrier.pk: carrier for carrier in carriers.enabled()}
    for box in boxes:
        carrier = in_use.get(carrier_id or box.carrier_id or 0)
        if box.live == Waybill.State.ISSUED:
            batch.done.append(box.parcel_id)
        elif box.live:
            refuse(batch, [box.parcel_id], WaybillUnsettled, parcel=box.number)
        elif box.stage not in aside.LIVE:
            refuse(batch, [box.parcel_id], ParcelElsewhere, parcel=box.number, stage=PARCEL_WORD[box.stage])
        elif box.holds:
            refuse(batch, [box.parcel_id], OrderStopped, order=box.order_number, reasons=[])
        elif carrier is None:
            refuse(batch, [box.parcel_id], NoCarrier, parcel=box.number)
        elif not _books(carrier):
            refuse(batch, [box.parcel_id], ByHandOnly, parcel=box.number, carrier=carrier.name)
        elif not shipments.sender_is_whole(box.sender):
            refuse(batch, [box.parcel_id], SenderIncomplete, warehouse=box.warehouse)
        else:
            asked.append((box, carrier.pk, f"{box.number}-{box.asked_before + 1}"))
    ids = db.take_ids(Waybill, len(asked))
    rows = [(id_, box.parcel_id, carrier, ref, "pending", at) for id_, (box, carrier, ref) in zip(ids, asked, strict=True)]
    db.insert_many(Waybill, ("id", *PENDING), rows)
    _send_with({box.parcel_id: carrier for box, carrier, _ in asked})
    return Intent([Asked(id_, ref, carrier, box.parcel_id) for id_, (box, carrier, ref) in zip(ids, asked, strict=True)], batch)


def _books(carrier: Carrier) -> bool:
    courier = carriers.courier_of(carrier)
    return courier is not None and "book" in courier.can


def _send_with(carrier_of: Mapping[int, int]) -> None:
    rows = [(carrier, parcel_id, carrier) for parcel_id, carrier in sorted(carrier_of.items())]
    db.execute_many(
        "UPDATE fulfilment_parcel SET carrier_id = %s WHERE id = %s AND (carrier_id IS NULL OR carrier_id <> %s)", rows
    )


def _book(carrier: Carrier, asked: Sequence[Asked], *, by: Actor, at: datetime) -> list[Booked]:
    """Ask for all of them in one call. Never raises for the carrier: what is not known is ``UNKNOWN``."""
    courier = carriers.courier_of(carrier)
    if courier is None:
        return [Booked(one.reference, Outcome.FAILED, code=Doubt.NOT_SENT) for one in asked]
    reference_of = {one.parcel_id: one.reference for one in asked}
    facts = shipments.facts(list(reference_of))
    people = customers.opened([fact.recipient_id for fact in facts], by=by, at=at, why="waybill")
    sendable: list[Shipment] = []
    answers: list[Booked] = []
    for fact in facts:
        person = people.get(fact.recipient_id)
        reference = reference_of[fact.parcel_id]
        if person is None or not (person.name or person.phone):
            answers.append(Booked(reference, Outcome.FAILED, code=RecipientClosed.code))
        else:
            sendable.append(shipments.shipment(fact, person, reference=reference, service=carrier.service))
    return answers + (_heard(courier, carrier, sendable) if sendable else [])


def _heard(courier: Courier, carrier: Carrier, sendable: Sequence[Shipment]) -> list[Booked]:
    try:
        answers = courier.book(carriers.account_of(carrier), sendable)
    except Unreachable:
        return [Booked(shipment.reference, Outcome.FAILED, code=Doubt.NOT_SENT) for shipment in sendable]
    except Exception as error:
        # Whatever went wrong in the plugin, the carrier may have booked: only an answer by reference can tell.
        log.error("%s broke while booking %s: %s", carrier.plugin, len(sendable), type(error).__name__)
        answers = []
    heard = {answer.reference: answer for answer in answers}
    return [heard.get(one.reference, Booked(one.reference, Outcome.UNKNOWN, code=Doubt.MISSING)) for one in sendable]


@command(needs="waybill.get", over="reference@answers.reference")
def record(answers: Sequence[Booked], *, by: Actor, at: datetime) -> Batch:
    """Write down what a carrier answered, by reference. ``done`` and ``refused`` are parcels.

    Only an open intent takes an answer, once. A number for a parcel that was void meanwhile goes back to the carrier;
    a number that is another parcel's already is none.
    """
    batch = Batch()
    open_rows = shipments.unsettled([answer.reference for answer in answers])
    given = {(row.carrier_id, answer.waybill) for answer in answers if (row := open_rows.get(answer.reference))}
    used = shipments.used_numbers(given)
    rows, issued, said_no, orphans = [], [], [], []
    for answer in answers:
        row = open_rows.pop(answer.reference, None)
        if row is None:
            continue
        # Carriers quote what they do not like, a phone also.
        outcome, code, words = answer.outcome, answer.code, masking.masked(answer.message)
        if outcome is Outcome.OK and (not answer.waybill or (row.carrier_id, answer.waybill) in used):
            outcome, code, words = Outcome.FAILED, NumberUsed.code, answer.waybill
        number = answer.waybill[: shapes.LONGEST] if outcome is Outcome.OK else ""
        state = _state(outcome, gone=row.stage == "voided")
        used.add((row.carrier_id, number))
        settled = None if state == Waybill.State.UNKNOWN else db.adapt(at)
        rows.append((state, number, answer.sort_code[:40], answer.station[:40], code[:40], words[:200], settled, row.waybill_id))
        if state == Waybill.State.ISSUED:
            issued.append(WaybillIssued(row.parcel_id, row.order_id, number))
        elif state == Waybill.State.VOIDED:
            orphans.append(row.waybill_id)
        elif state == Waybill.State.FAILED:
            said_no.append(WaybillRefused(row.parcel_id, row.order_id, code[:40], words[:200]))
            told = {"parcel": row.parcel, "carrier": row.carrier, "code_said": code, "words": words, "number": words}
            refuse(batch, [row.parcel_id], OURS.get(code, WaybillRefusedByCarrier), **told)
        else:
            refuse(batch, [row.parcel_id], WaybillUnsettled, parcel=row.parcel)
    db.execute_many(
        "UPDATE fulfilment_waybill SET state = %s, number = %s, sort_code = %s, station = %s, error_code = %s, error = %s, "
        "settled_at = %s WHERE id = %s AND state IN ('pending', 'unknown')",
        rows,
    )
    tell(issued, by=by, at=at)
    tell(said_no, by=by, at=at)
    if orphans:
        ask(giving_back.give_back, orphans, at=at)
    batch.done = [event.parcel_id for event in issued]
    return batch


def _state(outcome: Outcome, *, gone: bool) -> Waybill.State:
    if outcome is Outcome.OK:
        return Waybill.State.VOIDED if gone else Waybill.State.ISSUED
    return Waybill.State.FAILED if outcome is Outcome.FAILED else Waybill.State.UNKNOWN


def settle(*, at: datetime, by: Actor = SYSTEM, limit: int = 1000) -> Batch:
    """Ask carriers what became of numbers whose answer is unknown, or whose asker vanished; never books.

    One the carrier cannot say anything of stays as it is and is shown; a carrier that cannot be asked by reference
    needs a person to decide.
    """
    batch = Batch()
    for carrier, references in shipments.doubtful(older_than=at - GRACE, limit=limit):
        courier = carriers.courier_of(carrier)
        if courier is None or "ask" not in courier.can:
            continue
        for chunk in db.in_chunks(references, AT_ONCE):
            try:
                answers = courier.ask(carriers.account_of(carrier), chunk)
            except Unreachable:
                break
            except Exception as error:
                log.error("%s broke while asked about %s: %s", carrier.plugin, len(chunk), type(error).__name__)
                break
            recorded = record(answers, by=by, at=at)
            batch.done += recorded.done
            batch.refused |= recorded.refused
    return batch


@command(needs="waybill.get", over="parcel")
def assign(numbers: Mapping[int, str], *, carrier_id: int | None = None, by: Actor, at: datetime) -> Batch:
    """Write hand-typed numbers {parcel: number}, each checked against its carrier's format and against every other."""
    aside.lock("fulfilment_parcel", numbers)
    boxes, batch = shipments.boxes(list(numbers)), Batch()
    in_use = {carrier.pk: carrier for carrier in carriers.enabled()}
    typed = {box.parcel_id: shapes.plain(numbers[box.parcel_id]) for box in boxes}
    homes = {box.parcel_id: in_use.get(carrier_id or box.carrier_id or 0) for box in boxes}
    used = shipments.used_numbers({(home.pk, typed[parcel_id]) for parcel_id, home in homes.items() if home})
    rows, issued = [], []
    for box in boxes:
        carrier, number = homes[box.parcel_id], typed[box.parcel_id]
        if box.stage not in aside.LIVE:
            refuse(batch, [box.parcel_id], ParcelElsewhere, parcel=box.number, stage=PARCEL_WORD[box.stage])
        elif box.live == Waybill.State.ISSUED:
            refuse(batch, [box.parcel_id], HasWaybill, parcel=box.number, number=box.waybill)
        elif box.live:
            refuse(batch, [box.parcel_id], WaybillUnsettled, parcel=box.number)
        elif carrier is None:
            refuse(batch, [box.parcel_id], NoCarrier, parcel=box.number)
        elif not shapes.fits(number, carrier.waybill_pattern):
            refuse(batch, [box.parcel_id], NumberMisshapen, number=number[: shapes.LONGEST], carrier=carrier.name)
        elif (carrier.pk, number) in used:
            refuse(batch, [box.parcel_id], NumberUsed, number=number)
        else:
            used.add((carrier.pk, number))
            rows.append((box.parcel_id, carrier.pk, f"{box.number}-{box.asked_before + 1}", number, "issued", at, at))
            issued.append(WaybillIssued(box.parcel_id, box.order_id, number))
    db.insert_many(Waybill, ASSIGNED, rows)
    _send_with({row[0]: row[1] for row in rows})
    tell(issued, by=by, at=at)
    batch.done = [event.parcel_id for event in issued]
    return batch


@command(needs="waybill.void", over="parcel")
def give_up(parcel_ids: Sequence[int], *, why: str = "", by: Actor, at: datetime) -> Batch:
    """Void the issued numbers of parcels still in the house; the carrier is told, and a new number may be asked for."""
    live = aside.live_parcels("id", parcel_ids)
    done = aside.void_waybills({parcel.parcel_id: parcel.order_id for parcel in live}, by=by, at=at)
    batch = Batch(done=done)
    boxes = {box.parcel_id: box for box in shipments.boxes(sorted(set(parcel_ids) - set(done)))}
    alive = {parcel.parcel_id for parcel in live}
    for box in boxes.values():
        if box.parcel_id not in alive:
            refuse(batch, [box.parcel_id], ParcelElsewhere, parcel=box.number, stage=PARCEL_WORD[box.stage])
        elif box.live:
            refuse(batch, [box.parcel_id], WaybillUnsettled, parcel=box.number)
        else:
            refuse(batch, [box.parcel_id], NoWaybill, parcel=box.number)
    return batch
