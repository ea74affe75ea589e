"""Taking files of goods and of stock in: each row stands for itself."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import normal
from zhanggui.channels.accounting import Account
from zhanggui.channels.commands import imports
from zhanggui.channels.port import GoodsRow, StockRow, Turned
from zhanggui.channels.taking import Taking
from zhanggui.channels.telling import Why, why_of
from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.stock import queries as stock
from zhanggui.stock import reaching
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Shelf, Warehouse

# Which of our fields it is about, where the books turn a row away.
ABOUT = {"SKU_UNKNOWN": "sku", "AMBIGUOUS_SKU": "sku", "WAREHOUSE_UNKNOWN": "warehouse", "BELOW_CLAIMED": "quantity", "BAD_QUANTITY": "quantity"}
# row → (outcome, code, the id it is about)
Outcomes = dict[int, tuple[str, str, int | None]]


class RowsIn(Taking):
    """What goods and stock files share: a batch is written whole, or, where one row refuses it, row by row."""

    @abstractmethod
    def _outcomes(self, rows: Sequence[Any], *, at: datetime) -> Outcomes:
        """Write these rows and say what became of each."""

    def _write(self, import_id: int, good: list[Any], turned: list[Turned]) -> bool:
        goes_on, outcomes = take(import_id, good, turned, self._outcomes, self._column, by=self.by, at=self.now())
        if goes_on:
            self._note(good, outcomes)
        return goes_on

    def _would(self, good: list[Any]) -> None:
        self._note(good, tried(good, self._outcomes, by=self.by, at=self.now()))

    def _note(self, good: list[Any], outcomes: Outcomes) -> None:
        for row in good:
            outcome, code, _subject = outcomes[row.row]
            self.result.count(outcome, 1)
            if outcome == "rej":
                self._note_reject([row.row], code, row.sku, column=self._column(code))
                if self.note is not None:
                    self.note("rej", {row.row: [why_of(self._column(code), code, row.sku)]}, {})

    def _column(self, code: str) -> str:
        """What the file calls the column a reason is about."""
        named = getattr(self.format, "column_of", None)  # formats of others may not say
        return str(named(self.table.header, ABOUT[code])) if named is not None and code in ABOUT else ""


class GoodsIn(RowsIn):
    """SKUs made or changed; a row that says what stands already is a duplicate."""

    kind = "goods"

    def _outcomes(self, rows: Sequence[GoodsRow], *, at: datetime) -> Outcomes:
        said = [Definition(r.sku, r.name, r.spec, r.barcode, r.category, r.weight_g, r.price_minor, r.cost_minor, r.currency) for r in rows]
        made = goods.define(said, by=self.by, at=at)
        fresh = made.new | made.changed
        return {r.row: ("ok" if r.sku in fresh else "dup", "" if r.sku in fresh else "DUPLICATE", made.ids.get(r.sku)) for r in rows}


class StockIn(RowsIn):
    """What lies in each bin set to the file's number: importing twice changes nothing the second time."""

    kind = "stock"

    def _outcomes(self, rows: Sequence[StockRow], *, at: datetime) -> Outcomes:
        known = catalog.ids_by_norm(row.sku for row in rows)
        if self.options.create_goods:
            new = {row.sku: Definition(row.sku, row.name or row.sku) for row in rows if normal(row.sku) not in known}
            if new:
                goods.define(list(new.values()), by=self.by, at=at)
                known = catalog.ids_by_norm(row.sku for row in rows)
        # A row of a warehouse that is not theirs is turned away like one of a warehouse there is not.
        houses = {house.code: house.pk for house in Warehouse.objects.filter(reaching.warehouse_rows(self.by.reach))}
        default = stock.default_warehouse().pk
        usual = default if default in houses.values() else None
        outcomes: Outcomes = {}
        counted: list[tuple[StockRow, Receipt]] = []
        for row in rows:
            house, sku_id = houses.get(row.warehouse) if row.warehouse else usual, known.get(normal(row.sku))
            if sku_id is None:
                outcomes[row.row] = ("rej", "SKU_UNKNOWN", None)
            elif house is None:
                outcomes[row.row] = ("rej", "WAREHOUSE_UNKNOWN", None)
            else:
                counted.append((row, Receipt(house, row.bin, sku_id, row.quantity)))
        lies = _lies([receipt for _, receipt in counted])
        for row, receipt in counted:
            same = lies.get((receipt.warehouse_id, receipt.bin.strip()[:32] or "-", receipt.sku_id)) == receipt.pieces
            outcomes[row.row] = ("dup", "DUPLICATE", receipt.sku_id) if same else ("ok", "", receipt.sku_id)
        changed = [receipt for row, receipt in counted if outcomes[row.row][0] == "ok"]
        if changed:
            receipts.count(changed, why=self.format.title, by=self.by, at=at, document=("import", None))
        return outcomes


def _lies(counted: Sequence[Receipt]) -> dict[tuple[int, str, int], int]:
    """(warehouse, bin, SKU) → pieces, of the SKUs counted."""
    rows = Shelf.objects.filter(sku_id__in={receipt.sku_id for receipt in counted}, bin__kind="shelf")
    return {(house, code, sku): n for house, code, sku, n in rows.values_list("bin__warehouse_id", "bin__code", "sku_id", "pieces")}


@command(needs="import.files", takes=("stock",), over="import")
def take(
    import_id: int,
    good: list[Any],
    turned: list[Turned],
    outcomes_of: Callable[..., Outcomes],
    column_of: Callable[[str], str],
    *,
    by: Actor,
    at: datetime,
) -> tuple[bool, Outcomes]:
    """Write one batch and the outcome of its rows, together; where the batch is refused, each row alone. False once the import was
    cancelled: nothing is written then."""
    if not imports.still_runs(import_id):
        return False, {}
    outcomes = _all_or_each(good, outcomes_of, at=at)
    account = Account(import_id)
    for row in good:
        outcome, code, subject = outcomes[row.row]
        why = why_of(column_of(code), code, row.sku) if outcome == "rej" else Why("", code)
        account.rows.append((import_id, row.row, outcome, subject, *why))
        account.tally(outcome, 1)
    account.turn_away(turned)
    imports.account(import_id, account.rows, account.counts, at=at)
    return True, outcomes


def tried(good: list[Any], outcomes_of: Callable[..., Outcomes], *, by: Actor, at: datetime) -> Outcomes:
    """What would become of these rows: done, looked at, and undone."""
    outcomes: Outcomes = {}
    with suppress(_Undone):
        _try(good, outcomes_of, outcomes, by=by, at=at)
    return outcomes


class _Undone(Exception):  # never leaves this module
    """We have seen what we wanted to see."""


@command(needs="import.files", takes=("stock",))
def _try(good: list[Any], outcomes_of: Callable[..., Outcomes], outcomes: Outcomes, *, by: Actor, at: datetime) -> None:
    """Do it, see the outcomes, and undo all of it: always ends by raising."""
    if not Warehouse.objects.exists():
        warehouses.open_one("MAIN", "MAIN", by=by, at=at)
    outcomes |= _all_or_each(good, outcomes_of, at=at)
    raise _Undone


def _all_or_each(good: list[Any], outcomes_of: Callable[..., Outcomes], *, at: datetime) -> Outcomes:
    outcomes: Outcomes = {}
    try:
        with db.together():
            return outcomes_of(good, at=at) if good else {}
    except Refused:
        for row in good:
            try:
                with db.together():
                    outcomes |= outcomes_of([row], at=at)
            except Refused as error:
                outcomes[row.row] = ("rej", error.code.upper().replace("-", "_"), None)
    return outcomes
