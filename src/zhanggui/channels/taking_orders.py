"""Taking a file of orders in: its SKUs matched to ours, its orders placed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import normal
from zhanggui.channels.commands import imports
from zhanggui.channels.port import ChannelOrder, Turned
from zhanggui.channels.taking import Given, Taking, no_counts, tally, turned_rows
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import NewLine, NewOrder, Placed
from zhanggui.orders.models import Shop
from zhanggui.orders.queries import already_here

OPEN_TO_CHANGE = ("draft", "pending_payment", "pending_review", "approved")


class OrdersIn(Taking):
    """Orders of one shop."""

    kind = "orders"

    def __init__(self, given: Given, *, shop: Shop, **rest: Any) -> None:
        super().__init__(given, currency=shop.currency, **rest)
        self.shop = shop
        self.skus: dict[str, int] = {}

    def _write(self, import_id: int, good: list[ChannelOrder], turned: list[Turned]) -> bool:
        self._match(good)
        new = [self._new(order) for order in good]
        placed, kept = take(import_id, new, good, turned, shop_id=self.shop.pk, by=self.by, at=self.now())
        self._note(good, placed)
        return kept

    def _would(self, good: list[ChannelOrder]) -> None:
        self._learn(good)
        found = already_here(self.shop.pk, [self._new(order) for order in good])
        self._note(good, Placed({order.platform_no: 0 for order in good if order.platform_no not in found}, found))

    def _note(self, good: list[ChannelOrder], placed: Placed) -> None:
        for order in good:
            outcome, code = outcome_of(order.platform_no, placed)
            self.result.count(outcome, len(order.rows))
            if outcome == "rej":
                self._note_reject(order.rows[0], code, order.platform_no)

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
            "draft" if self.options.draft else intake.first_stage(order.said.value),
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
        if not unknown or not self.options.create_goods:
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


@command(needs="import.files")
def take(
    import_id: int, new: list[NewOrder], orders: list[ChannelOrder], turned: list[Turned], *, shop_id: int, by: Actor, at: datetime
) -> tuple[Placed, bool]:
    """Place one batch and write the outcome of its rows, together. The second answer is False once it was cancelled."""
    placed = intake.place(new, shop_id=shop_id, by=by, at=at)
    counts = no_counts()
    rows: list[tuple[Any, ...]] = []
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
        tally(counts, outcome, len(order.rows))
    rows += turned_rows(import_id, turned, counts)
    return placed, imports.account(import_id, rows, counts, at=at)


def outcome_of(platform_no: str, placed: Placed) -> tuple[str, str]:
    """(outcome, code) of an order's rows."""
    here = placed.known.get(platform_no)
    if here is None:
        return "ok", ""
    if here.same:
        return "dup", "DUPLICATE"
    return "rej", "CHANGED" if here.stage in OPEN_TO_CHANGE else "LOCKED"
