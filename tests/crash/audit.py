"""After the dying, over a database opened anew: is everything acknowledged there, and nothing by halves?"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from zhanggui.kernel import db
from zhanggui.ops.verify import verify


@dataclass
class Findings:
    """``lost``: acknowledged and not in the books. ``half``: of one act a part. ``wrong``: what the auditor has against them."""

    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0
    entries: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        return asdict(self)


def acknowledgements(path: Path) -> list[dict[str, Any]]:
    """Every whole line of the log: the last of a killed hand may be cut."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.endswith("}")]


def audit() -> Findings:
    """Everything there is to say of the books as they stand."""
    found = Findings()
    acks = acknowledgements(settings.DATA / "acks.log")
    found.acknowledged = len(acks)
    _lost(acks, found)
    _halves(found)
    found.wrong += [f"{each.code} {each.says}: {list(each.rows[:2])}" for each in verify() if each.rows]
    if connection.vendor == "sqlite":
        said = db.fetch("PRAGMA integrity_check(20)")
        found.wrong += [] if said == [("ok",)] else [f"integrity_check: {said}"]
    return found


def _lost(acks: Sequence[dict[str, Any]], found: Findings) -> None:
    book = Counter((actor, name, subject) for actor, name, subject in db.fetch("SELECT actor_name, name, subject_id FROM journal_entry"))
    moved = dict(db.fetch("SELECT note, COUNT(*) FROM stock_ledger WHERE note <> '' GROUP BY note"))
    waiting = {id_ for (id_,) in db.fetch("SELECT id FROM journal_job WHERE attempts = 0 OR state = 'waiting'")}
    noted: Counter[tuple[str, int]] = Counter()
    files = set(db.fetch("SELECT file_name, state, rows_ok, rows_rejected FROM channels_import"))
    for ack in acks:
        token = ack["token"]
        wanted: Iterable[tuple[str, int]] = map(tuple, ack.get("events", ()))
        found.lost += [f"{ack['act']} {token}: {name} of {subject}" for name, subject in wanted if not book[token, name, subject]]
        if "ledger" in ack and moved.get(token) != ack["ledger"]:
            found.lost.append(f"{ack['act']} {token}: {moved.get(token)} of {ack['ledger']} movements")
        found.lost += [f"{ack['act']} {token}: job {id_} is there again" for id_ in ack.get("jobs", ()) if id_ in waiting]
        if "noted" in ack:
            noted[tuple(ack["noted"])] += 1
        if "file" in ack:
            name, ok, bad = ack["file"]
            if (f"{name}.csv", "done", ok, bad) not in files:
                found.lost.append(f"bring {token}: {name} was not taken in as it was said")
        if "copy" in ack and _digest(Path(ack["copy"][0])) != ack["copy"][1]:
            found.lost.append(f"copy {token}: not as it was sealed")
    for (name, order), times in noted.items():
        if book[name, "OrderChanged", order] < times:
            found.lost.append(f"page: {times} notes of order {order} acknowledged, {book[name, 'OrderChanged', order]} in the book")


def _halves(found: Findings) -> None:
    # One act is one moment of one hand: its events and its own line are there together or not at all.
    acts: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    rows = db.fetch("SELECT actor_name, at, name, subject_kind FROM journal_entry WHERE actor_name LIKE '%%~%%'")
    found.entries = len(rows)
    for actor, at, name, kind in rows:
        acts[actor, str(at)].append((name, kind == ""))
    found.half += [f"{actor}: {lines} without the act" for (actor, _), lines in acts.items() if not any(own for _, own in lines)]
    placed = db.fetch(
        "SELECT platform_no, (SELECT COUNT(*) FROM orders_line l WHERE l.order_id = o.id) FROM orders_order o WHERE platform_no LIKE '%%~%%'"
    )
    orders: dict[str, list[int]] = defaultdict(list)
    brought: Counter[str] = Counter()
    for no, lines in placed:
        token, _, nth = no.partition("/")
        if nth.startswith("f"):
            brought[token] += 1
        else:
            orders[token].append(lines)
    found.half += [f"place {token}: orders of {lines} lines" for token, lines in orders.items() if lines != [2, 2, 2]]
    for token, many in db.fetch("SELECT note, COUNT(*) FROM stock_ledger WHERE note LIKE '%%~%%' AND kind = 'received' GROUP BY note"):
        if many != 3:
            found.half.append(f"receive {token}: {many} of 3 movements")
    # One that was brought a second time finds everything there already.
    for name, made, ok in db.fetch("SELECT file_name, SUM(orders_created), SUM(rows_ok) FROM channels_import GROUP BY file_name"):
        if not made == ok == brought[name.removesuffix(".csv")]:
            found.half.append(f"bring {name}: {made} orders and {ok} rows accounted for, {brought[name.removesuffix('.csv')]} there")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def unheard() -> list[str]:
    """Once no job waits any more: events of the book that no listener heard, and jobs that nobody could do."""
    heard: dict[str, set[int]] = defaultdict(set)
    path = settings.DATA / "heard.log"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        if line.endswith("]]"):
            name, ids = json.loads(line)
            heard[name].update(ids)
    missing = [
        f"{name} of {subject} was heard by nobody"
        for name, subject in db.fetch("SELECT name, subject_id FROM journal_entry WHERE name IN ('OrderPlaced', 'ParcelShipped', 'StockReceived')")
        if subject not in heard[name]
    ]
    left = [f"job {name} is {state}: {error}" for name, state, error in db.fetch("SELECT name, state, error FROM journal_job")]
    return missing + left


def asked_twice(books: Path) -> list[str]:
    """References the carrier was asked to book more than once, from its own books; and numbers of ours it never gave."""
    with sqlite3.connect(f"file:{books}?mode=ro", uri=True) as line:
        given = dict(line.execute("SELECT reference, asked FROM parcels"))
        numbers = dict(line.execute("SELECT reference, waybill FROM parcels"))
    again = [f"{reference} was asked for {times} times" for reference, times in given.items() if times > 1]
    ours = db.fetch("SELECT reference, number, state FROM fulfilment_waybill")
    odd = [f"{reference}: ours {number}, theirs {numbers.get(reference)}" for reference, number, state in ours
           if state == "issued" and numbers.get(reference) != number]
    open_ = [f"{reference} is still {state}" for reference, _, state in ours if state in ("pending", "unknown")]
    return again + odd + open_
