"""Taking a file of orders in: its SKUs matched to ours, its orders placed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import normal
from zhanggui.channels import ahead, offering, reviving, telling
from zhanggui.channels.accounting import Account
from zhanggui.channels.commands import imports
from zhanggui.channels.credit import Credit
from zhanggui.channels.models import ImportBefore
from zhanggui.channels.opened import Given
from zhanggui.channels.port import Problem, Said, Turned
from zhanggui.channels.reading.quoting import kept
from zhanggui.channels.reading.statuses import said_of
from zhanggui.channels.ready import Ready, read_ready
from zhanggui.channels.taking import Taking
from zhanggui.journal.book import command
from zhanggui.kernel import db, masking
from zhanggui.kernel.actor import Actor
from zhanggui.orders import prepared as making
from zhanggui.orders.before import Before, sealed
from zhanggui.orders.checks.money import ON_ACCOUNT
from zhanggui.orders.commands import intake, renew
from zhanggui.orders.commands.renew import Renewed
from zhanggui.orders.drafts import Known, Placed
from zhanggui.orders.models import Shop
from zhanggui.orders.prepared import Prepared
from zhanggui.orders.queries import already_here, statuses_here
from zhanggui.orders.saying import NOTED, about_status

CODE, NAME, SPEC, UNIT = (making.LINE.index(column) for column in ("sku_code", "name", "spec", "unit_minor"))
STAGE, STATUS, PAYMENT = (making.ORDER.index(column) for column in ("stage", "platform_status", "payment"))
OPEN_TO_CHANGE = ("draft", "pending_payment", "pending_review", "approved")


class OrdersIn(Taking):
    """Orders of one shop."""

    kind = "orders"
    undoable = True

    def __init__(self, given: Given, *, shop: Shop, **rest: Any) -> None:
        super().__init__(given, currency=shop.currency, **rest)
        self.shop = shop
        self.result.shop = shop.code
        self.skus: dict[str, int] = {}
        # Codes that are none of ours → how many orders name them.
        self.strange: Counter[str] = Counter()
        self.credit = Credit(shop.pk)
        self.create_goods = self.options.create_goods or self.choices.goods == "create"

    def read(self) -> Iterator[Ready | Turned]:
        """Every order once, ready for the books or turned away; a large file is read in a process ahead of this one."""
        way, draft = intake.way_of(self.shop), self.options.draft
        # What would be changed of an order that is here can only be told from all of it.
        outline = self.looking and not self.options.update
        if not ahead.worth_it((self.given, self.table), (self.beside, self.companion)):
            yield from read_ready(
                self.format, self.table, self.context, self.companion, way, draft=draft, now=self.now, looking=outline
            )
            return
        task = ahead.task_of(
            ahead.file_of(self.given, self.table),
            ahead.file_of(self.beside, self.companion) if self.beside is not None else None,
            format=self.format.code, limits=self.limits, context=self.context, way=way, draft=draft,
            choices=self.choices, sheet=self.options.sheet, looking=outline,
        )  # fmt: skip
        reader = ahead.Ahead(task)
        yield from reader
        self.table.sums, self.table.seen, self.table.blank_rows = reader.sums, reader.seen, reader.blank_rows
        if self.companion is not None:
            self.companion.sums = reader.sums_beside
            self.companion.seen, self.companion.blank_rows = reader.beside

    def forget(self) -> None:
        """The goods, too: those that were made are undone with the rest."""
        super().forget()
        self.skus, self.strange, self.credit = {}, Counter(), Credit(self.shop.pk)

    def sifted(self, good: list[Ready], turned: list[Turned]) -> tuple[list[Ready], list[Turned]]:
        """Orders that name goods nobody knows are turned away where somebody chose so; else they wait for a person to match them.
        A shop that is switched off takes none that is new. Who would owe more than the shop allows is said beside the order."""
        if not self.shop.enabled:
            here = already_here(self.shop.pk, [each.order for each in good])
            new = [each for each in good if each.order.platform_no not in here]
            shut = [(each, (Problem(each.rows[0], "", "SHOP_CLOSED", ""),)) for each in new]
            turned = [*turned, *(Turned(each.order.platform_no, each.rows, why, each.beside) for each, why in shut)]
            good = [each for each in good if each.order.platform_no in here]
        good, turned = self._known_goods(good, turned)
        return self._on_credit(good), turned

    def _on_credit(self, good: list[Ready]) -> list[Ready]:
        if self.credit.most is None or all(each.order.order[PAYMENT] != ON_ACCOUNT for each in good):
            return good
        return self.credit.weighed(good, set(already_here(self.shop.pk, [each.order for each in good])))

    def _known_goods(self, good: list[Ready], turned: list[Turned]) -> tuple[list[Ready], list[Turned]]:
        unknown = self._learn(good)
        if not unknown:
            return good, turned
        known, column = [], self._goods_column()
        for each in good:
            strange = dict.fromkeys(line[CODE] for line in each.order.lines if line[CODE] in unknown)
            self.strange.update(list(strange))
            if strange and self.choices.goods == "reject":
                problems = tuple([Problem(each.rows[0], column, "SKU_UNKNOWN", code) for code in strange])
                turned.append(Turned(each.order.platform_no, each.rows, problems, each.beside))
            else:
                known.append(each)
        return known, turned

    def _goods_column(self) -> str:
        """What the file calls the code of goods, where one column says it."""
        at = offering.columns_of(self) or {}
        return str(self.table.header[at["sku"]]) if "sku" in at else ""

    def _write(self, import_id: int, good: list[Ready], turned: list[Turned]) -> bool:
        taken = take(
            import_id, [self._known(each) for each in good], turned, shop_id=self.shop.pk, update=self.options.update,
            goods_too=self._missing(good) if self.create_goods else (), by=self.by, at=self.now(),
        )  # fmt: skip
        if taken.goes_on:
            # Those that were none of ours are by now: looked up when they are met again.
            self.skus = {code: id_ for code, id_ in self.skus.items() if id_} if self.create_goods else self.skus
            self._note(good, taken.placed, taken.renewed, taken.back)
        return taken.goes_on

    def _would(self, good: list[Ready]) -> None:
        said = {each.order.platform_no: each.order for each in good}
        known = already_here(self.shop.pk, list(said.values()))
        back = reviving.undone(known, said)
        found = {no: here for no, here in known.items() if no not in back}
        placed, renewed = Placed({no: 0 for no in said if no not in found}, found), Renewed.nothing()
        if self.options.update:
            changed = to_renew(placed, good)
            renewed = renew.foreseen(changed, shop_id=self.shop.pk, by=self.by) if changed else renewed
        self._note(good, placed, renewed, back)

    def _note(self, good: list[Ready], placed: Placed, renewed: Renewed, back: Collection[str]) -> None:
        plain, rows = 0, 0
        self.result.orders_revived += len(back)
        for each in good:
            outcome, code = outcome_of(each.order.platform_no, placed, renewed)
            if outcome == "ok" and not each.again and not each.beside:
                plain, rows = plain + 1, rows + len(each.rows)
            else:
                again = len(each.again) if outcome == "ok" else 0
                self.result.count(outcome, len(each.rows) - again, len(each.beside))
                if again:
                    self.result.repeat(again)
            if each.warnings:
                self.problems.update(what for _row, _column, what, _value in each.warnings)
            value = value_of(each, outcome, renewed)
            if outcome == "rej":
                self._note_reject(each.rows, code, value, each.beside)
            if self.note is not None and outcome != "dup":
                told = telling.of_order(each, outcome, code, value, back)
                if told:
                    why = told[each.rows[0]][:1] if outcome == "rej" else []
                    self.note(outcome, told, dict.fromkeys(each.beside, why) if why else telling.NOTHING)
        if plain:
            self.result.count("ok", rows, orders=plain)

    def _known(self, each: Ready) -> Ready:
        """The same order with our SKUs beside its lines."""
        skus, (no, print_, order, recipient, lines, _skus, awaits) = self.skus, each.order
        ids = tuple([(skus[line[CODE]] or None) if line[CODE] else None for line in lines])
        # Written out: an import does it for every order, and ``_replace`` goes by names.
        return Ready(Prepared(no, print_, order, recipient, lines, ids, awaits), each[1], each[2], each[3], each[4], each[5])

    def _learn(self, orders: Iterable[Ready]) -> set[str]:
        """Look up the codes of these orders not met before; returns those that are none of ours."""
        skus = self.skus
        said = {line[CODE] for each in orders for line in each.order.lines if line[CODE]}
        new = [code for code in said if code not in skus]
        if new:
            known = catalog.ids_by_norm(new)
            for code in new:
                skus[code] = known.get(normal(code), 0)
        return {code for code in said if not skus[code]}

    def _missing(self, orders: list[Ready]) -> list[Definition]:
        """The goods of these orders that are none of ours, as the orders call them."""
        unknown = self._learn(orders)
        said: dict[str, Definition] = {}
        for each in orders:
            for line in each.order.lines:
                code, name = line[CODE], line[NAME]
                if code in unknown:
                    before = said.get(normal(code))
                    if before is None or (before.name == before.code and name):
                        first = before.code if before else code
                        said[normal(code)] = Definition(
                            first, name or first, line[SPEC], price_minor=max(line[UNIT], 0), currency=each.currency
                        )
        return list(said.values())


class Taken(NamedTuple):
    """What became of a batch: ``back`` are the numbers of those created that were here, cancelled by the undo of an import."""

    placed: Placed
    renewed: Renewed
    back: frozenset[str]
    goes_on: bool = True


@command(needs="import.files", over="import shop@shop_id")
def take(
    import_id: int,
    good: list[Ready],
    turned: list[Turned],
    *,
    shop_id: int,
    update: bool = False,
    goods_too: Sequence[Definition] = (),
    by: Actor,
    at: datetime,
) -> Taken:
    """Place one batch, bring those that are here up to date where ``update`` says so, and write the outcome of its rows, together.
    Once it was cancelled nothing is written, and the answer says so.

    Orders that the undo of an import cancelled, and nobody moved since, come back with what the file says now; they count as created.
    ``goods_too`` are made first: a batch that fails leaves none of them.
    """
    if not imports.still_runs(import_id):
        return Taken(Placed({}, {}), Renewed.nothing(), frozenset(), goes_on=False)
    good = _with_goods(good, goods_too, by=by, at=at)
    orders = [each.order for each in good]
    placed = intake.write(orders, shop_id=shop_id, by=by, at=at)
    placed, back = reviving.revive(placed, orders, shop_id=shop_id, by=by, at=at)
    renewed = Renewed.nothing()
    if update:
        by.require("order.edit")
        changed = to_renew(placed, good)
        renewed = renew.renew(changed, shop_id=shop_id, by=by, at=at) if changed else renewed
        _keep_before(import_id, renewed.before)
    account = Account(import_id)
    rows = account.rows
    plain, plain_rows = 0, 0
    for each in good:
        no = each.order.platform_no
        outcome, code = outcome_of(no, placed, renewed)
        if outcome == "ok" and not (each.warnings or each.again or each.beside or no in back):
            subject = placed.created[no]
            rows += [(import_id, row, "ok", subject, "", "", "") for row in each.rows]
            plain, plain_rows = plain + 1, plain_rows + len(each.rows)
            continue
        here = placed.known.get(no)
        told = telling.of_order(each, outcome, code, value_of(each, outcome, renewed), back)
        account.take_in(each, outcome, here.order_id if here else placed.created[no], code, told)
    if plain:
        account.tally("ok", plain_rows, orders=plain)
    account.turn_away(turned)
    imports.account(import_id, rows, account.counts, beside=account.beside, more=account.more, at=at)
    return Taken(placed, renewed, back)


def _keep_before(import_id: int, befores: Mapping[int, Before]) -> None:
    """How the orders stood that were changed, for whoever takes the import back. One statement, none where nothing was changed."""
    if befores:
        rows = [(import_id, order_id, before.seq, sealed(before)) for order_id, before in befores.items()]
        db.insert_many(ImportBefore, ("of_id", "order_id", "seq", "sealed"), rows)


def _with_goods(good: list[Ready], goods_too: Sequence[Definition], *, by: Actor, at: datetime) -> list[Ready]:
    """The same orders, their lines matched to goods made now, or meanwhile by others."""
    if not goods_too:
        return good
    made = catalog.ids_by_norm(each.code for each in goods_too)
    new = [each for each in goods_too if normal(each.code) not in made]
    if new:
        by.require("catalog.edit")
        made |= {normal(code): id_ for code, id_ in goods.define(new, by=by, at=at).ids.items()}
    matched = []
    for each in good:
        order = each.order
        skus = [id_ or made.get(normal(line[CODE])) for id_, line in zip(order.skus, order.lines, strict=True)]
        matched.append(each._replace(order=order._replace(skus=tuple(skus))))
    return matched


def moved_there(known: Mapping[str, Known], said: Mapping[str, Prepared]) -> dict[str, str]:
    """Of orders that are here and say the same, those whose shop calls where they stand something else now: number → what that
    means (``saying.about_status``). One statement, none where no order says where it stands."""
    same = {no: here for no, here in known.items() if here.same and no in said and said[no].order[STATUS]}
    if not same:
        return {}
    statuses = statuses_here(here.order_id for here in same.values())
    told = {
        no: about_status(stage=here.stage, here=statuses.get(here.order_id, ""), said_stage=said[no].order[STAGE], said=said[no].order[STATUS])
        for no, here in same.items()
    }
    return {no: what for no, what in told.items() if what}


def to_renew(placed: Placed, good: Sequence[Ready]) -> list[Prepared]:
    """Those of these orders that are here and of which the file says something else."""
    moved = moved_there(placed.known, {each.order.platform_no: each.order for each in good})
    return [each.order for each in good if _changed(placed, each.order.platform_no) or each.order.platform_no in moved]


def value_of(each: Ready, outcome: str, renewed: Renewed) -> str:
    """What is quoted of an order that stayed out, or of which something was noted: the shop's word for where it stands, as far as we
    know it; else its number."""
    no = each.order.platform_no
    said = renewed.noted.get(no, "")
    if said:
        return said if said_of(said) is not Said.UNKNOWN else kept(said)[:60]
    return masking.in_passing(no)[:60] if outcome == "rej" else ""


def _changed(placed: Placed, platform_no: str) -> bool:
    here = placed.known.get(platform_no)
    return here is not None and not here.same


def outcome_of(platform_no: str, placed: Placed, renewed: Renewed) -> tuple[str, str]:
    """(outcome, code) of an order's rows."""
    here = placed.known.get(platform_no)
    if here is None:
        return "ok", ""
    if platform_no in renewed.done:
        code = "KEPT_OURS" if platform_no in renewed.kept else NOTED if platform_no in renewed.noted else ""
        return "upd", code
    if platform_no in renewed.same:
        return "dup", "DUPLICATE"
    if platform_no in renewed.refused:
        return "rej", renewed.refused[platform_no]
    if here.same:
        return "dup", "DUPLICATE"
    return "rej", "CHANGED" if here.stage in OPEN_TO_CHANGE else "LOCKED"
