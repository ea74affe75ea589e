"""The carrier's own books: which numbers were given, what was handed over, how far each parcel came."""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from zhanggui.couriers.sandbox import accepts, numbers, plans

ZONE = timezone(timedelta(hours=8))
STRIDE_MS = 3 * 3_600_000  # between scans when several are told at once and nothing says when the first was

SCHEMA = """
CREATE TABLE IF NOT EXISTS parcels (
    waybill TEXT PRIMARY KEY, customer TEXT NOT NULL, reference TEXT NOT NULL,
    sort_code TEXT NOT NULL, station TEXT NOT NULL,
    from_province TEXT NOT NULL, from_city TEXT NOT NULL,
    to_province TEXT NOT NULL, to_city TEXT NOT NULL, to_district TEXT NOT NULL,
    fate TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 1, booked_ms INTEGER NOT NULL,
    voided_ms INTEGER, handed_ms INTEGER, moved_ms INTEGER,
    steps INTEGER NOT NULL DEFAULT 0, last_ms INTEGER, ended INTEGER NOT NULL DEFAULT 0,
    UNIQUE (customer, reference)
);
CREATE TABLE IF NOT EXISTS scans (
    waybill TEXT NOT NULL, step INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (waybill, step)
) WITHOUT ROWID;
"""
BOOK = """
INSERT INTO parcels (waybill, customer, reference, sort_code, station, from_province, from_city, to_province, to_city,
                     to_district, fate, booked_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
MOVING = "handed_ms IS NOT NULL AND voided_ms IS NULL AND ended = 0"

Answer = dict[str, Any]


class Depot:
    """Every verb takes many, answers one dict for each in the same order, and is one transaction.

    No name, phone or street is ever kept: only the places a scan would show.
    ``pace_s``: seconds from scan to scan of a parcel handed over; 0 = nothing moves unless told to.
    """

    def __init__(self, path: str = ":memory:", *, pace_s: float = 0.0, no_service: Collection[str] = accepts.NO_SERVICE) -> None:
        self.pace_ms = int(pace_s * 1000)
        self.no_service = tuple(no_service)
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        with self.lock:
            self.db.close()

    def book(self, customer: str, shipments: Sequence[Any], *, now_ms: int) -> list[Answer]:
        """A number for each; the same (customer, reference) has the same number for ever, whatever else is sent with it."""
        with self.lock, self.db:
            return [self._book(customer, shipment, now_ms) for shipment in shipments]

    def _book(self, customer: str, shipment: Any, now_ms: int) -> Answer:
        refusal = accepts.refusal_of(shipment, no_service=self.no_service)
        if refusal:
            reference = shipment.get("reference") if isinstance(shipment, dict) else ""
            return _no({"reference": reference if isinstance(reference, str) else ""}, *refusal)
        reference, sender, receiver = shipment["reference"], shipment["sender"], shipment["receiver"]
        known = self._by_reference(customer, reference)
        if known is None:
            waybill = self._free_number(customer, reference)
            places = (sender["province"], sender["city"], receiver["province"], receiver["city"], receiver["district"])
            labels = (accepts.sort_code(receiver), accepts.station(receiver))
            self.db.execute(BOOK, (waybill, customer, reference, *labels, *places, plans.fate_of(waybill), now_ms))
            known = self._by_reference(customer, reference)
        else:
            self.db.execute("UPDATE parcels SET asked = asked + 1 WHERE waybill = ?", (known["waybill"],))
        return self._number(reference, known)

    def _free_number(self, customer: str, reference: str) -> str:
        turn = 0
        while True:
            waybill = numbers.number_for(customer, reference, turn)
            if not self.db.execute("SELECT 1 FROM parcels WHERE waybill = ?", (waybill,)).fetchone():
                return waybill
            turn += 1

    def _by_reference(self, customer: str, reference: str) -> sqlite3.Row | None:
        found = self.db.execute("SELECT * FROM parcels WHERE customer = ? AND reference = ?", (customer, reference))
        row: sqlite3.Row | None = found.fetchone()
        return row

    def _number(self, reference: str, row: sqlite3.Row | None) -> Answer:
        if row is None:
            return _no({"reference": reference}, "never-booked", "没有这个参考号的记录。")
        if row["voided_ms"] is not None:
            return _no({"reference": reference}, "voided", f"面单 {row['waybill']} 已作废，请换一个参考号。")
        labels = {key: row[key] for key in ("waybill", "sort_code", "station")}
        return {"reference": reference, "ok": True, **labels}

    def ask(self, customer: str, references: Sequence[str]) -> list[Answer]:
        """What became of each reference: its number, ``never-booked`` or ``voided``."""
        with self.lock:
            return [self._number(reference, self._by_reference(customer, reference)) for reference in references]

    def void(self, customer: str, waybills: Sequence[str], *, now_ms: int) -> list[Answer]:
        """Take numbers back, until the parcel is picked up. Twice is once."""
        with self.lock, self.db:
            rows = self._rows(customer, waybills, now_ms)
            answers = [self._no_void(waybill, rows.get(waybill)) for waybill in waybills]
            given = [(now_ms, answer["waybill"]) for answer in answers if answer["ok"]]
            self.db.executemany("UPDATE parcels SET voided_ms = coalesce(voided_ms, ?) WHERE waybill = ?", given)
            return answers

    def _no_void(self, waybill: str, row: sqlite3.Row | None) -> Answer:
        if row is None:
            return _no({"waybill": waybill}, "unknown-waybill", "没有这个运单号。")
        if row["steps"]:
            return _no({"waybill": waybill}, "already-moving", "快件已揽收，不能作废。")
        return {"waybill": waybill, "ok": True}

    def hand_over(self, customer: str, waybills: Sequence[str], *, now_ms: int) -> list[Answer]:
        """The parcels lie with the carrier now, and begin to move. Twice is once."""
        with self.lock, self.db:
            rows = self._rows(customer, waybills, now_ms)
            answers = []
            for waybill in waybills:
                row = rows.get(waybill)
                if row is None:
                    answers.append(_no({"waybill": waybill}, "unknown-waybill", "没有这个运单号。"))
                elif row["voided_ms"] is not None:
                    answers.append(_no({"waybill": waybill}, "voided", "运单号已作废，不能交寄。"))
                else:
                    answers.append({"waybill": waybill, "ok": True})
            taken = [(now_ms, now_ms, answer["waybill"]) for answer in answers if answer["ok"]]
            self.db.executemany(
                "UPDATE parcels SET handed_ms = ?, moved_ms = ? WHERE waybill = ? AND handed_ms IS NULL", taken)
            return answers

    def track(self, customer: str, waybills: Sequence[str], *, now_ms: int) -> list[Answer]:
        """Every scan so far of each number, oldest first; none before it is picked up."""
        with self.lock, self.db:
            rows = self._rows(customer, waybills, now_ms)
            times: dict[str, list[int]] = {}
            for scan in self._select("SELECT * FROM scans WHERE waybill IN ({}) ORDER BY waybill, step", list(rows)):
                times.setdefault(scan["waybill"], []).append(scan["at_ms"])
            return [
                {"waybill": waybill, "ok": True, "scans": _scans(rows[waybill], times.get(waybill, []))}
                if waybill in rows
                else _no({"waybill": waybill}, "unknown-waybill", "没有这个运单号。")
                for waybill in waybills
            ]

    def advance(
        self, waybills: Sequence[str] | None, *, steps: int = 1, to: str = "", at_ms: int | None = None, now_ms: int
    ) -> Answer:
        """Move parcels along: all that are on their way, or those named; ``steps`` scans, or up to the scan ``to``.

        The last scan is at ``at_ms`` (now, when not said) and the others spread before it; time never goes
        back. ``skipped`` names each that stayed and why: not handed over, at its end, no way there, ``at`` too early.
        """
        with self.lock, self.db:
            if waybills is None:
                rows = {row["waybill"]: row for row in self.db.execute(f"SELECT * FROM parcels WHERE {MOVING}")}
                self._settle(rows.values(), now_ms)
                waybills = list(rows)
            rows = self._rows(None, waybills, now_ms)
            skipped = []
            for waybill in waybills:
                why = self._advance(rows.get(waybill), steps, to, at_ms, now_ms)
                if why:
                    skipped.append({"waybill": waybill, "code": why})
            return {"moved": len(waybills) - len(skipped), "skipped": skipped}

    def _advance(self, row: sqlite3.Row | None, steps: int, to: str, at_ms: int | None, now_ms: int) -> str:
        if row is None or row["voided_ms"] is not None:
            return "unknown-waybill"
        if row["handed_ms"] is None:
            return "not-handed-over"
        if row["ended"]:
            return "ended"
        fate, goal = row["fate"], row["steps"] + steps
        if to:
            steered = plans.steered(row["waybill"], _way(row), fate, row["steps"], to)
            if steered is None:
                return "no-way-there"
            fate, goal = steered
        size = len(plans.plan(row["waybill"], _way(row), fate))
        many = min(goal, size) - row["steps"]
        last_ms = row["last_ms"]
        if at_ms is None:
            start_ms = last_ms if last_ms is not None else row["handed_ms"]
            end_ms = max(now_ms, start_ms + many)
        else:
            start_ms = last_ms if last_ms is not None else at_ms - many * STRIDE_MS
            end_ms = at_ms
            if end_ms - start_ms < many:
                return "at-too-early"
        self._scan(row, [start_ms + (end_ms - start_ms) * nth // many for nth in range(1, many + 1)], fate, now_ms)
        return ""

    def _settle(self, rows: Iterable[sqlite3.Row], now_ms: int) -> None:
        """Write the scans that came due by themselves since anybody last looked."""
        for row in rows:
            if not self.pace_ms or row["handed_ms"] is None or row["voided_ms"] is not None or row["ended"]:
                continue
            size = len(plans.plan(row["waybill"], _way(row), row["fate"]))
            due = min((now_ms - row["moved_ms"]) // self.pace_ms, size - row["steps"])
            if due > 0:
                times = [row["moved_ms"] + self.pace_ms * nth for nth in range(1, due + 1)]
                floor = row["last_ms"] or 0  # an ``at`` in the future may have run ahead of the clock
                self._scan(row, [max(at, floor + nth) for nth, at in enumerate(times, 1)], row["fate"], times[-1])

    def _scan(self, row: sqlite3.Row, times: Sequence[int], fate: str, moved_ms: int) -> None:
        waybill, done = row["waybill"], row["steps"] + len(times)
        ended = done == len(plans.plan(waybill, _way(row), fate))
        scans = [(waybill, step, at) for step, at in enumerate(times, row["steps"] + 1)]
        self.db.executemany("INSERT INTO scans (waybill, step, at_ms) VALUES (?, ?, ?)", scans)
        self.db.execute(
            "UPDATE parcels SET steps = ?, last_ms = ?, fate = ?, moved_ms = ?, ended = ? WHERE waybill = ?",
            (done, times[-1], fate, moved_ms, ended, waybill))

    def _rows(self, customer: str | None, waybills: Sequence[str], now_ms: int) -> dict[str, sqlite3.Row]:
        """The rows of these numbers, each as far along as it should be by now."""
        query = "SELECT * FROM parcels WHERE waybill IN ({})" + (" AND customer = ?" if customer else "")
        tail = [customer] if customer else []
        rows = self._select(query, waybills, tail)
        if self.pace_ms:
            self._settle(rows, now_ms)
            rows = self._select(query, waybills, tail)
        return {row["waybill"]: row for row in rows}

    def _select(self, query: str, keys: Sequence[str], tail: Sequence[str] = ()) -> list[sqlite3.Row]:
        found: list[sqlite3.Row] = []
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            found += self.db.execute(query.format(", ".join("?" * len(some))), [*some, *tail])
        return found

    def another(self, waybill: str) -> str:
        """The latest number that is not this one; this one when there is no other."""
        with self.lock:
            row = self.db.execute("SELECT waybill FROM parcels WHERE waybill <> ? ORDER BY rowid DESC", (waybill,)).fetchone()
            return str(row["waybill"]) if row else waybill

    def parcels(self, *, now_ms: int, limit: int = -1) -> list[Answer]:
        """Every parcel, newest first: the whole truth, for the control page and for checking against."""
        with self.lock, self.db:
            if self.pace_ms:
                self._settle(self.db.execute(f"SELECT * FROM parcels WHERE {MOVING}").fetchall(), now_ms)
            rows = self.db.execute("SELECT * FROM parcels ORDER BY booked_ms DESC, rowid DESC LIMIT ?", (limit,))
            return [_told(row) for row in rows]


def _way(row: sqlite3.Row) -> plans.Way:
    return plans.Way(row["from_province"], row["from_city"], row["to_province"], row["to_city"], row["to_district"])


def _scans(row: sqlite3.Row, times: Sequence[int]) -> list[Answer]:
    stops = plans.plan(row["waybill"], _way(row), row["fate"])
    return [
        {"id": f"{step:02d}", "at": _iso(at), "op": stop.op, "text": stop.text, "place": stop.place}
        for step, (stop, at) in enumerate(zip(stops, times, strict=False), 1)
    ]


def _told(row: sqlite3.Row) -> Answer:
    stops = plans.plan(row["waybill"], _way(row), row["fate"])
    state = "voided" if row["voided_ms"] is not None else "announced" if row["handed_ms"] is None else "handed-over"
    if row["steps"]:
        state = stops[row["steps"] - 1].op
    kept = {key: row[key] for key in ("waybill", "customer", "reference", "station", "sort_code", "steps", "asked")}
    return {**kept, "size": len(stops), "ended": bool(row["ended"]), "state": state}


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, ZONE).isoformat(timespec="milliseconds")


def _no(named: Answer, code: str, message: str) -> Answer:
    return {**named, "ok": False, "code": code, "message": message}
