"""What a till sold: paid orders, taken away at once or to be delivered, each (till, receipt) once however often it is told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command
from zhanggui.kernel import db, guards
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders import prepared as making
from zhanggui.orders import sources
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import Known, NewLine, NewOrder
from zhanggui.orders.models import Shop
from zhanggui.orders.prepared import Prepared
from zhanggui.orders.queries import goods_by_code, known_orders
from zhanggui.orders.refusals import NoSuchSku, NotAtTheCounter
from zhanggui.orders.sheet import MOST_MINOR, MOST_PIECES
from zhanggui.orders.states import COMPLETED, PENDING_REVIEW
from zhanggui.stock import queries as stock
from zhanggui.stock.commands import claims, counter
from zhanggui.stock.commands.claims import Demand

BETWEEN = "/"
LONGEST_TILL, LONGEST_NO = 24, 39
# A till whose clock is a little fast, or in another zone, still sells.
AHEAD = timedelta(days=2)
# What a till with a dead battery says, and nobody sold.
EARLIEST = datetime(2000, 1, 2, tzinfo=UTC)
Became = Literal["created", "duplicate", "refused"]


class ReceiptSum(Refused):
    """``facts``: receipt, lines_minor, total_minor."""

    code = "receipt-sum"
    says = _("小票 {receipt} 的各行加起来和合计对不上：行合计 {lines_minor}，合计 {total_minor}（分）。")
    fix = _("合计 = 各行（数量 × 单价 − 优惠）之和 − 整单优惠，行金额和合计都不能小于零。")
    status = 422


class ReceiptChanged(Refused):
    """``facts``: receipt."""

    code = "receipt-changed"
    says = _("小票 {receipt} 收过了，这次的内容和那次不一样。")
    fix = _("改过的小票换一个号；退货在订单上做。")


class ReceiptUnnamed(Refused):
    """``facts``: receipt."""

    code = "receipt-unnamed"
    says = _("小票「{receipt}」要有收款机和小票号：收款机最多 24 个字、不含斜杠，小票号最多 39 个字。")
    fix = _("两个都填上；同一台机器上的小票号不能重复。")
    status = 422


class ReceiptEmpty(Refused):
    """``facts``: receipt."""

    code = "receipt-empty"
    says = _("小票 {receipt} 有一行没有件数。")
    fix = _("每行至少 1 件。")
    status = 422


class ReceiptTooMuch(Refused):
    """``facts``: receipt, most."""

    code = "receipt-too-much"
    says = _("小票 {receipt} 的件数或金额太大。")
    fix = _("每行最多 {most} 件，一张小票最多 100 亿；核对一下再发。")
    status = 422


class ReceiptAhead(Refused):
    """``facts``: receipt, sold_at."""

    code = "receipt-ahead"
    says = _("小票 {receipt} 的时间 {sold_at} 还没有到。")
    fix = _("把收款机的时钟调准，再发一次。")
    status = 422


class ReceiptBehind(Refused):
    """``facts``: receipt, sold_at."""

    code = "receipt-behind"
    says = _("小票 {receipt} 的时间 {sold_at} 早得不可能。")
    fix = ReceiptAhead.fix
    status = 422


class SoldLine(NamedTuple):
    """Pieces of one of our SKUs, by its code or its barcode. What the line comes to is quantity × unit − discount."""

    sku_code: str
    quantity: int
    unit_minor: int
    discount_minor: int = 0


class Receipt(NamedTuple):
    """One receipt of one till, paid. ``total_minor`` is what the buyer paid: the lines less ``discount_minor``.

    ``deliver``: the goods are sent to ``person`` and the order goes to review; else they were taken away at once.
    """

    till: str
    receipt_no: str
    sold_at: datetime
    lines: tuple[SoldLine, ...]
    total_minor: int
    discount_minor: int = 0
    payment_method: str = ""
    deliver: bool = False
    person: Person | None = None
    note: str = ""


class Outcome(NamedTuple):
    """What became of one receipt: ``created``, ``duplicate`` (it is here already, as ``order_id``) or ``refused`` and why."""

    till: str
    receipt_no: str
    outcome: Became
    order_id: int | None
    code: str
    message: str
    fix: str
    facts: Mapping[str, Any]


@command(needs="order.create", over="shop@shop_id warehouse@warehouse_id")
def take(
    receipts: Sequence[Receipt], *, shop_id: int, warehouse_id: int | None = None, by: Actor, at: datetime
) -> list[Outcome]:
    """Write what a till sold: each receipt is a paid order of this shop, once for each till and number.

    What was taken away at once leaves the stock of the warehouse (the first one, unless said) in the same transaction and its
    order is completed; what is to be delivered goes to review. A receipt is taken whole or refused with its reason, and one
    that is refused does not stop the others. Nothing is sold that is not there or is promised to somebody else. One that is here
    already is named as it was sent, whatever became of its goods since. Raises SourceClosed and ShopClosed where a new one is
    among them.
    """
    shop = Shop.objects.get(pk=shop_id)
    way = intake.way_of(shop)
    why: dict[int, Refused] = {}
    marks: dict[int, bytes] = {}
    for nth, receipt in enumerate(receipts):
        try:
            _named(receipt)
        except Refused as refusal:
            why[nth] = refusal
        else:
            marks[nth] = _mark(receipt, way.ring.stays)
    sent: dict[str, bytes] = {}
    for nth, mark in marks.items():
        sent.setdefault(_no(receipts[nth]), mark)
    known = known_orders(shop_id, sent) if guards.stands("intake.unique") and sent else {}
    new = {nth: receipts[nth] for nth in marks if _no(receipts[nth]) not in known}
    if new:
        sources.require("pos")
    goods = goods_by_code({line.sku_code for receipt in new.values() for line in receipt.lines})
    ready: dict[int, Prepared] = {}
    first: dict[str, int] = {}
    for nth, receipt in new.items():
        try:
            made = making.prepared(draft(receipt, goods, shop.currency, at=at), way, marks[nth])
        except Refused as refusal:
            why[nth] = refusal
            continue
        ready[nth] = made
        first.setdefault(made.platform_no, nth)
    prints = {number: ready[nth].fingerprint for number, nth in first.items()}
    fresh = {nth: ready[nth] for nth in first.values()}
    gone = [nth for nth in fresh if not receipts[nth].deliver]
    house = (warehouse_id or stock.default_warehouse(reach=by.reach).pk) if gone else 0
    lacking = _unfilled(receipts, fresh, gone, house)
    # Whoever sent the same receipt at the same moment took its goods, and is done: the levels were waited for, so it is here now.
    late = known_orders(shop_id, {(no := fresh[nth].platform_no): prints[no] for nth, _short in lacking}) if lacking else {}
    known |= late
    for nth, short in lacking:
        if fresh.pop(nth).platform_no not in late:
            why[nth] = short
    placed = intake.write(list(fresh.values()), shop_id=shop_id, source="pos", by=by, at=at)
    known |= placed.known
    numbers = [fresh[nth].platform_no for nth in gone if nth in fresh]
    sold = [placed.created[number] for number in numbers if number in placed.created]
    _hand_over(sold, house, by=by, at=at)
    told = []
    for nth, receipt in enumerate(receipts):
        no = _no(receipt)
        before = first.get(no, nth)
        same = nth not in marks or marks[nth] == (prints.get(no) or sent[no])
        told.append(_told(receipt, no, placed.created, known, first=before == nth, same=same, why=why.get(nth) or why.get(before)))
    return told


def _no(receipt: Receipt) -> str:
    return f"{receipt.till.strip()}{BETWEEN}{receipt.receipt_no.strip()}"


def _named(receipt: Receipt) -> None:
    till, no, name = receipt.till.strip(), receipt.receipt_no.strip(), _no(receipt)[:64]
    if not (0 < len(till) <= LONGEST_TILL and 0 < len(no) <= LONGEST_NO) or BETWEEN in till or "\0" in name:
        raise ReceiptUnnamed(receipt=name)


def _mark(receipt: Receipt, key: bytes) -> bytes:
    """What tells this receipt from another under its number: what was sent, and not what our goods are called today."""
    lines = tuple((line.sku_code.strip(), *line[1:]) for line in receipt.lines)
    person = tuple((receipt.person or Person())[:12])
    facts = (lines, receipt.discount_minor, receipt.total_minor, receipt.deliver, person, receipt.note)
    return making.digest(facts, key)


def draft(receipt: Receipt, goods: Mapping[str, tuple[int, str, str, str]], currency: str, *, at: datetime) -> NewOrder:
    """The receipt as an order. Raises the refusal that says what is wrong with it."""
    _named(receipt)
    name = _no(receipt)[:64]
    if receipt.sold_at > at + AHEAD:
        raise ReceiptAhead(receipt=name, sold_at=f"{receipt.sold_at:%Y-%m-%d %H:%M}")
    if receipt.sold_at < EARLIEST:
        raise ReceiptBehind(receipt=name, sold_at=f"{receipt.sold_at:%Y-%m-%d %H:%M}")
    lines = []
    for line in receipt.lines:
        found = goods.get(line.sku_code.strip())
        if found is None:
            raise NoSuchSku(code=line.sku_code[:64])
        if line.quantity < 1:
            raise ReceiptEmpty(receipt=name)
        if line.quantity > MOST_PIECES or line.quantity * line.unit_minor > MOST_MINOR:
            raise ReceiptTooMuch(receipt=name, most=MOST_PIECES)
        sku_id, code, called, spec = found
        total = line.quantity * line.unit_minor - line.discount_minor
        lines.append(NewLine(sku_id, code, called, spec, line.quantity, line.unit_minor, line.discount_minor, total))
    whole = sum(line.total_minor for line in lines) - receipt.discount_minor
    least = min((min(line.total_minor, line.unit_minor, line.discount_minor) for line in lines), default=-1)
    if whole != receipt.total_minor or whole < 0 or least < 0 or receipt.discount_minor < 0:
        raise ReceiptSum(receipt=name, lines_minor=whole, total_minor=receipt.total_minor)
    if whole + receipt.discount_minor > MOST_MINOR:
        raise ReceiptTooMuch(receipt=name, most=MOST_PIECES)
    return NewOrder(
        name, receipt.sold_at, tuple(lines), receipt.person or Person(), currency, receipt.discount_minor, 0, whole, whole, "paid",
        PENDING_REVIEW if receipt.deliver else COMPLETED, receipt.payment_method, receipt.sold_at, buyer_note=receipt.note,
    )  # fmt: skip


def _unfilled(
    receipts: Sequence[Receipt], fresh: Mapping[int, Prepared], gone: Sequence[int], house: int
) -> list[tuple[int, NotAtTheCounter]]:
    """Those taken away at once whose goods are not there, each with the first SKU it lacks."""
    demands = [
        Demand(nth, nth, sku_id, line[making.LINE.index("quantity")])
        for nth in gone
        for line, sku_id in zip(fresh[nth].lines, fresh[nth].skus, strict=True)
        if sku_id is not None
    ]
    if not demands:
        return []
    codes = {sku_id: line[0] for nth in gone for line, sku_id in zip(fresh[nth].lines, fresh[nth].skus, strict=True)}
    short = claims.fillable(demands, warehouse_id=house).short
    return [
        (nth, NotAtTheCounter(sku=codes[lacks[0].sku_id], free=lacks[0].free, wanted=lacks[0].wanted)) for nth, lacks in short.items()
    ]


def _hand_over(order_ids: Sequence[int], house: int, *, by: Actor, at: datetime) -> None:
    if not order_ids:
        return
    chosen, ids = db.among("order_id", order_ids)
    lines = db.fetch(f"SELECT order_id, id, sku_id, quantity FROM orders_line WHERE {chosen} ORDER BY id", [ids])
    filled = counter.hand_over([Demand(*line) for line in lines], warehouse_id=house, by=by, at=at)
    if len(filled) != len(order_ids):
        raise RuntimeError("what was there a moment ago, with its levels held, is not")
    db.execute(f"UPDATE orders_line SET shipped = quantity WHERE {chosen}", [ids])
    orders, ids = db.among("id", order_ids)
    moment = db.adapt(at)
    db.execute(
        f"UPDATE orders_order SET approved_at = %s, shipped_at = %s, completed_at = %s, warehouse_id = %s WHERE {orders}",
        [moment, moment, moment, house, ids],
    )


def _told(
    receipt: Receipt, no: str, created: Mapping[str, int], known: Mapping[str, Known], *, first: bool, same: bool, why: Refused | None
) -> Outcome:
    name = (receipt.till, receipt.receipt_no)
    if why is None:
        here = known.get(no)
        if same and here is None:
            return Outcome(*name, "created" if first else "duplicate", created[no], "", "", "", {})
        if same and here is not None and here.same:
            return Outcome(*name, "duplicate", here.order_id, "", "", "", {})
        why = ReceiptChanged(receipt=no)
    return Outcome(*name, "refused", None, why.code, why.sentence, why.advice, why.facts)
