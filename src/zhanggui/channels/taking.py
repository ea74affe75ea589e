"""Taking a file of orders in: read, match, place, account, batch by batch, and go on where it was cut off.

Reading and matching happen outside any transaction; each batch's orders and the outcome of its rows are one.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import normal
from zhanggui.channels import formats
from zhanggui.channels.commands import imports
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.port import ChannelOrder, Context, Turned
from zhanggui.channels.reading import words
from zhanggui.channels.reading.limits import Limits
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.refusals import StrictRefused
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder, Placed
from zhanggui.orders.models import Shop
from zhanggui.orders.queries import already_here

AT_ONCE = 500
Progress = Callable[[int, int], None]
Given = Path | bytes


@dataclass
class Reject:
    """One row that stayed out, and why."""

    row: int
    column: str
    code: str
    message: str


@dataclass
class Result:
    """What became of a file. ``rows_in`` = ok + duplicate + rejected + blank, always."""

    format: str = ""
    rows_in: int = 0
    rows_ok: int = 0
    rows_duplicate: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0
    orders_in: int = 0
    orders_created: int = 0
    orders_duplicate: int = 0
    orders_rejected: int = 0
    seconds: float = 0.0
    rejects: list[Reject] = field(default_factory=list)


class Counted:
    """A table that counts what it gives out, so that no row is lost between the file and the books."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.seen = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        self.seen = 0
        for row in self._table.rows():
            self.seen += 1
            yield row


class Lost(Exception):
    """A row of the file has no outcome: a fault of ours, said loudly."""


class Taking:
    """One file on its way in. Give it a path or bytes, and call ``run``."""

    def __init__(
        self,
        given: Given,
        *,
        shop: Shop,
        by: Actor,
        limits: Limits,
        companion: Given | None = None,
        format: str = "auto",
        mapping: dict[str, str] | None = None,
        create_goods: bool = False,
        strict: bool = False,
        draft: bool = False,
        name: str = "",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.shop, self.by, self.now = shop, by, now
        self.create_goods, self.strict, self.draft = create_goods, strict, draft
        self.skus: dict[str, int] = {}
        self.result = Result()
        knows = formats.known_words("orders")
        tables = [Counted(open_table(given, limits=limits, knows=knows, name=name))]
        if companion is not None:
            tables.append(Counted(open_table(companion, limits=limits, knows=knows)))
        self.table, self.companion = self._sorted(tables)
        self.format = formats.choose("orders", self.table.header, format if not mapping else "generic")
        self.context = Context(zone=clock.company_zone(), currency=shop.currency, mapping=mapping)
        self.result.format = self.format.code

    def _sorted(self, tables: list[Counted]) -> tuple[Counted, Counted | None]:
        """Of two files the one that completes the other comes second, whichever was given first."""
        if len(tables) == 1:
            return tables[0], None
        known = formats.formats("orders").values()
        first, second = tables
        if any(each.companion(first.header) for each in known) and not any(each.companion(second.header) for each in known):
            return second, first
        return first, second

    def read(self) -> Iterator[ChannelOrder | Turned]:
        yield from self.format.read(self.table, self.context, self.companion)  # type: ignore[arg-type]

    def dry(self) -> Result:
        """Read and match everything, write nothing; what would happen."""
        began = time.perf_counter()
        for batch in batches(self.read(), AT_ONCE):
            orders, turned = apart(batch)
            self._learn(orders)
            found = already_here(self.shop.pk, [self._new(order) for order in orders])
            self._note(orders, turned, Placed({order.platform_no: 0 for order in orders if order.platform_no not in found}, found))
        return self._finish(began)

    def run(self, import_id: int, *, progress: Progress | None = None) -> Result:
        """Take it in. A file refused as a whole raises its Refused, with nothing imported and the import closed so."""
        began = time.perf_counter()
        done = rows_done(import_id)
        if self.strict and not done:
            self._refuse_unless_clean(import_id)
        imports.start(import_id, format=self.format.code, rows_expected=0, by=self.by, at=self.now())
        for batch in batches(self.read(), AT_ONCE):
            orders, turned = apart(item for item in batch if not done or item.rows[0] not in done)
            if not orders and not turned:
                continue
            self._match(orders)
            if not self._write(import_id, orders, turned):
                break
            if progress is not None:
                progress(self.result.rows_ok + self.result.rows_duplicate + self.result.rows_rejected + len(done), 0)
        else:
            self._close(import_id)
        return self._totals(import_id, began)

    def _write(self, import_id: int, orders: list[ChannelOrder], turned: list[Turned]) -> bool:
        new = [self._new(order) for order in orders]
        placed, kept = take(import_id, new, orders, turned, shop_id=self.shop.pk, by=self.by, at=self.now())
        self._note(orders, turned, placed)
        return kept

    def _new(self, order: ChannelOrder) -> NewOrder:
        to = order.recipient
        return NewOrder(
            order.platform_no,
            order.placed_at or self.now(),
            tuple([
                NewLine(self._sku(line.sku), line.sku, line.name, line.spec, line.quantity, line.unit_minor, line.discount_minor,
                        line.total_minor, line.note, line.platform_no)
                for line in order.lines
            ]),
            Person(to.name, to.phone, to.phone2, to.street, to.account, to.country, to.province, to.city, to.district, to.postcode,
                   to.oaid, to.ciphertext),
            order.currency,
            order.discount_minor,
            order.freight_minor,
            order.total_minor,
            order.paid_minor,
            order.payment.value,
            "draft" if self.draft else intake.first_stage(order.said.value),
            order.payment_method,
            order.paid_at,
            order.ship_by,
            order.status_raw,
            order.buyer_note,
            order.seller_note,
            order.flag,
            "normal",
            order.waybill,
        )  # fmt: skip

    def _sku(self, code: str) -> int | None:
        if not code:
            return None
        return self.skus[code] or None

    def _learn(self, orders: Iterable[ChannelOrder]) -> set[str]:
        """Look up the codes of these orders not met before; returns those that are none of ours."""
        new = {line.sku for order in orders for line in order.lines if line.sku and line.sku not in self.skus}
        if new:
            known = catalog.ids_by_norm(new)
            for code in new:
                self.skus[code] = known.get(normal(code), 0)
        return {code for code in new if not self.skus[code]}

    def _match(self, orders: list[ChannelOrder]) -> None:
        """Know the SKUs of these orders; make those that are new, where that was asked for."""
        unknown = self._learn(orders)
        if not unknown or not self.create_goods:
            return
        said: dict[str, Definition] = {}
        for order in orders:
            for line in order.lines:
                if line.sku in unknown:
                    before = said.get(normal(line.sku))
                    if before is None or (before.name == before.code and line.name):
                        code = before.code if before else line.sku
                        said[normal(line.sku)] = Definition(
                            code, line.name or code, line.spec, price_minor=max(line.unit_minor, 0), currency=order.currency
                        )
        made = goods.define(list(said.values()), by=self.by, at=self.now())
        by_norm = {normal(code): id_ for code, id_ in made.ids.items()}
        for code in unknown:
            self.skus[code] = by_norm[normal(code)]

    def _note(self, orders: list[ChannelOrder], turned: list[Turned], placed: Placed) -> None:
        result = self.result
        for order in orders:
            outcome, code = outcome_of(order.platform_no, placed)
            _count(result, outcome, len(order.rows))
            if outcome == "rej":
                result.rejects.append(Reject(order.rows[0], "", code, words.sentence(code, {"value": order.platform_no})))
        for each in turned:
            _count(result, "rej", len(each.rows))
            result.rejects += [Reject(p.row, p.column, p.code, words.of(p)) for p in each.problems]

    def _refuse_unless_clean(self, import_id: int) -> None:
        bad = [item for item in self.read() if isinstance(item, Turned)]
        if bad:
            first = bad[0].problems[0]
            where = _("第 {row} 行「{column}」{why}").format(row=first.row, column=first.column, why=words.of(first))
            raise StrictRefused(rows=sum(len(item.rows) for item in bad), first=where)

    def _close(self, import_id: int) -> None:
        row = Import.objects.get(pk=import_id)
        counted = row.rows_ok + row.rows_duplicate + row.rows_rejected
        if counted != self.table.seen:
            raise Lost(f"{self.table.seen} rows were read and {counted} have an outcome")
        imports.end(
            import_id, "done", rows_in=counted + self.table.blank_rows, rows_blank=self.table.blank_rows, by=self.by, at=self.now()
        )

    def _finish(self, began: float) -> Result:
        result = self.result
        result.rows_blank = self.table.blank_rows
        result.rows_in = result.rows_ok + result.rows_duplicate + result.rows_rejected + result.rows_blank
        result.seconds = time.perf_counter() - began
        return result

    def _totals(self, import_id: int, began: float) -> Result:
        """The totals of the whole import, also of the part before it was cut off."""
        row = Import.objects.get(pk=import_id)
        result = self.result
        for name in (*imports.COUNTED, "rows_in", "rows_blank"):
            setattr(result, name, getattr(row, name))
        result.seconds = time.perf_counter() - began
        return result


@command(needs="import.files")
def take(
    import_id: int, new: list[NewOrder], orders: list[ChannelOrder], turned: list[Turned], *, shop_id: int, by: Actor, at: datetime
) -> tuple[Placed, bool]:
    """Place one batch and write the outcome of its rows, together. The second answer is False once it was cancelled."""
    placed = intake.place(new, shop_id=shop_id, by=by, at=at)
    rows: list[tuple[Any, ...]] = []
    counts = dict.fromkeys(imports.COUNTED, 0)
    for order in orders:
        outcome, code = outcome_of(order.platform_no, placed)
        here = placed.known.get(order.platform_no)
        subject = here.order_id if here else placed.created[order.platform_no]
        warned = {problem.row: problem for problem in order.warnings} if order.warnings else None
        for row in order.rows:
            warning = warned.get(row) if warned else None
            if warning and outcome == "ok":
                rows.append((import_id, row, outcome, subject, warning.column[:60], warning.code, warning.value[:60]))
            else:
                rows.append((import_id, row, outcome, subject, "", code, ""))
        _tally(counts, outcome, len(order.rows))
    for each in turned:
        why = {problem.row: problem for problem in each.problems}
        first = each.problems[0]
        for row in each.rows:
            problem = why.get(row, first)
            rows.append((import_id, row, "rej", None, problem.column[:60], problem.code[:32], problem.value[:60]))
        _tally(counts, "rej", len(each.rows))
    return placed, imports.account(import_id, rows, counts, at=at)


def outcome_of(platform_no: str, placed: Placed) -> tuple[str, str]:
    """(outcome, code) of an order's rows."""
    here = placed.known.get(platform_no)
    if here is None:
        return "ok", ""
    if here.same:
        return "dup", "DUPLICATE"
    return "rej", "CHANGED" if here.stage in ("draft", "pending_payment", "pending_review", "approved") else "LOCKED"


KEYS = {"ok": ("rows_ok", "orders_created"), "dup": ("rows_duplicate", "orders_duplicate"), "rej": ("rows_rejected", "orders_rejected")}


def _tally(counts: dict[str, int], outcome: str, rows: int) -> None:
    of_rows, of_orders = KEYS[outcome]
    counts[of_rows] += rows
    counts[of_orders] += 1
    counts["orders_in"] += 1


def _count(result: Result, outcome: str, rows: int) -> None:
    of_rows, of_orders = KEYS[outcome]
    setattr(result, of_rows, getattr(result, of_rows) + rows)
    setattr(result, of_orders, getattr(result, of_orders) + 1)
    result.orders_in += 1


def rows_done(import_id: int) -> set[int]:
    """Rows that have their outcome already, from before a cut."""
    return set(ImportRow.objects.filter(of_id=import_id).values_list("row", flat=True))


def batches(items: Iterable[Any], many: int) -> Iterator[list[Any]]:
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) >= many:
            yield batch
            batch = []
    if batch:
        yield batch


def apart(items: Iterable[ChannelOrder | Turned]) -> tuple[list[ChannelOrder], list[Turned]]:
    orders: list[ChannelOrder] = []
    turned: list[Turned] = []
    for item in items:
        if isinstance(item, ChannelOrder):
            orders.append(item)
        else:
            turned.append(item)
    return orders, turned


def digest_of(*given: Given) -> tuple[str, int]:
    """SHA-256 and size of what is given, files one after the other."""
    total, size = hashlib.sha256(), 0
    for each in given:
        if isinstance(each, bytes):
            total.update(each)
            size += len(each)
            continue
        with open(each, "rb") as file:
            while chunk := file.read(1 << 20):
                total.update(chunk)
                size += len(chunk)
    return total.hexdigest(), size


def refused(import_id: int, error: Refused, *, by: Actor, at: datetime) -> None:
    """Close an import whose file was refused as a whole."""
    facts = {name: str(value) for name, value in error.facts.items()}
    imports.end(import_id, "refused", refusal={"code": error.code, "says": error.sentence, "fix": error.advice, "facts": facts}, by=by, at=at)
