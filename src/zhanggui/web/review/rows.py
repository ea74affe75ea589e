"""The checks of one order as rows: what is wrong first, with its ways out; what is well in a few words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.kernel.money import written
from zhanggui.orders.models import Line, Order
from zhanggui.orders.reading import desk
from zhanggui.orders.reading.desk import Case
from zhanggui.orders.reading.joinable import could_join
from zhanggui.orders.reading.parts import goods as goods_of
from zhanggui.orders.reading.rows import Held
from zhanggui.web.frame import words as frame
from zhanggui.web.orders import words
from zhanggui.web.orders.holding import short_lines

# Which row a reason belongs to.
PLACE = {
    "out-of-stock": "stock",
    "shelf-short": "stock",
    "duplicate-suspected": "double",
    "address-incomplete": "address",
    "region-disagrees": "address",
    "sku-unknown": "goods",
    "sku-retired": "goods",
    "not-sent-there": "address",
    "no-service": "address",
    "note-asks": "note",
    "flagged": "note",
    "cod-over": "payment",
    "credit-over": "payment",
    "method-closed": "payment",
    "total-odd": "money",
    "free-of-charge": "money",
    "refund-applied": "platform",
    "locked-there": "platform",
    "quantity-odd": "goods",
    "amount-mismatch": "money",
    "price-low": "money",
    "unpaid": "payment",
    "underpaid": "payment",
    "by-hand": "hand",
    "rule-held": "rule",
    "finance-asked": "payment",
    "blacklisted": "buyer",
    "presale": "goods",
    "waybill-failed": "hand",
}
LABELS = {
    "stock": gettext_lazy("库存"),
    "double": gettext_lazy("重复"),
    "goods": gettext_lazy("商品"),
    "address": gettext_lazy("地址"),
    "money": gettext_lazy("金额"),
    "payment": gettext_lazy("付款"),
    "hand": gettext_lazy("人工"),
    "rule": gettext_lazy("规则"),
    "platform": gettext_lazy("平台"),
    "buyer": gettext_lazy("客户"),
    "note": gettext_lazy("留言"),
}


@dataclass(frozen=True)
class Fix:
    """A way out to choose: ``value`` is what the form sends, ``key`` the number that chooses it."""

    value: str
    says: str
    note: str = ""
    key: int = 0
    chosen: bool = False


@dataclass(frozen=True)
class Pair:
    """One line of a comparison; ``differs`` is what the eye should find."""

    label: str
    mine: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.mine != self.theirs


@dataclass(frozen=True)
class Compare:
    order_id: int
    number: str
    stage: str
    pairs: list[Pair]


@dataclass(frozen=True)
class Row:
    """One check. ``tone`` bad must be mended, warn wants a look, good is well, info is worth knowing."""

    place: str
    tone: str
    title: str
    note: str = ""
    code: str = ""
    fixes: list[Fix] = field(default_factory=list)
    compare: Compare | None = None
    form: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(LABELS[self.place])


def rows(case: Case, *, at: datetime, reach: Reach = EVERYWHERE) -> list[Row]:
    """All of them, trouble first; the ways out are numbered through."""
    trouble = [_trouble(held, case, reach) for held in case.whole.held]
    if short_lines(case.whole) and all(row.place != "stock" for row in trouble):
        # No rule stops for it before everything else is well, yet nobody should choose without knowing.
        trouble.append(_stock(Row("stock", "bad", _lacking(case), code="out-of-stock"), case, reach))
    taken = {row.place for row in trouble}
    well = [row for place, say in WELL.items() if place not in taken and (row := say(case, at)) is not None]
    numbered, key = [], 0
    for row in trouble:
        fixes = []
        for one in row.fixes:
            key += 1
            fixes.append(replace(one, key=key if key < 10 else 0))
        numbered.append(replace(row, fixes=fixes))
    return [*numbered, *well]


def _trouble(held: Held, case: Case, reach: Reach) -> Row:
    said = words.hold_says(held, case.whole.order.currency)
    tone = "bad" if held.stubborn or held.tone == "bad" else "warn"
    row = Row(PLACE.get(held.code, "hand"), tone, said.title, said.note, held.code)
    if held.code == "duplicate-suspected":
        return _double(row, held, case, reach)
    if held.code == "out-of-stock":
        return _stock(row, case, reach)
    make = _by_hand if held.by_hand else MAKERS.get(held.code)
    return make(row, held, case) if make else replace(row, fixes=[Fix("pass", _("看过了，放行"), chosen=True)])


def _lacking(case: Case) -> str:
    one = short_lines(case.whole)[0]
    facts = {"sku": one.line.sku_code, "free": one.free, "wanted": one.line.quantity}
    return _("%(sku)s 只剩 %(free)s 件，本单要 %(wanted)s 件") % facts


def _stock(row: Row, case: Case, reach: Reach) -> Row:
    order, short = case.whole.order, short_lines(case.whole)
    goods = goods_of(order, reach=reach)
    lacking = goods.short()
    if not short and not lacking:
        return replace(row, tone="warn", note=_("现在又够了"), fixes=[Fix("pass", _("再审一次"), chosen=True)])
    fixes = [Fix("wait", _("等货到，到了自动再审"), chosen=True)]
    fixes += [Fix(f"house:{pk}", _("改从%s发") % name, _("那里整单都有")) for pk, name in goods.could_send()[:2]]
    takes = goods.divided("stock").takes
    if takes:
        codes = {line.pk: line.sku_code or line.name for line in goods.lines}
        waits = _("、").join(f"{codes[take.line_id]} ×{take.pieces}" for take in takes)
        fixes.append(Fix("part", _("有货的先发，缺的拆成另一单等"), _("等的是 %s") % waits))
    if not short:
        return replace(row, fixes=fixes)
    if any(one.free for one in short) or len(case.whole.lines) > len(short):
        less = sum((one.line.quantity - one.free) * one.line.total_minor // one.line.quantity for one in short)
        left = [one for one in short if one.free]
        dropped = [one for one in short if not one.free]
        parts = [f"{one.line.sku_code} ×{one.free}" for one in left]
        what = _("、").join([*parts, *(_("不要 %s 这一行") % one.line.sku_code for one in dropped)])
        fixes.append(Fix("cut", _("有多少发多少：%s") % what, _("应付少 %s，差价要退") % written(less, order.currency)))
    fixes.append(Fix("swap", _("换成别的商品"), _("买家付的钱不变")))
    return replace(row, fixes=fixes, form="swap", lines=[one.line for one in short])


def _double(row: Row, held: Held, case: Case, reach: Reach) -> Row:
    ids = held.facts.get("ids", [])
    found = desk.other(ids[0], reach=reach) if ids else None
    fixes = [
        Fix("pass", _("不是重复，各发各的"), chosen=True),
        Fix("cancel", _("是重复，取消这一单"), _("占住的货放回，可以撤回")),
    ]
    if len(could_join(case.whole.order, reach=reach)) > 1:
        fixes.insert(1, Fix("merge", _("不是重复，合成一个包裹发"), _("去同一个地址的都一起发，可以拆开")))
    return replace(row, note="", fixes=fixes, compare=_compared(case, *found) if found else None)


def _compared(case: Case, other: Order, lines: list[Line]) -> Compare:
    mine = case.whole.order
    goods = _("、").join(f"{one.line.name} ×{one.line.quantity}" for one in case.whole.lines)
    pairs = [
        Pair(_("商品"), goods, _("、").join(f"{line.name} ×{line.quantity}" for line in lines)),
        Pair(_("应付"), written(mine.total_minor, mine.currency), written(other.total_minor, other.currency)),
        Pair(_("店铺"), mine.shop.name, other.shop.name),
        Pair(_("留言"), mine.buyer_note or "–", other.buyer_note or "–"),
        Pair(_("收件"), _to(mine), _to(other)),
    ]
    return Compare(other.pk, other.number, other.stage, pairs)


def _to(order: Order) -> str:
    to = order.recipient
    return f"{to.masked_name} {to.masked_phone[-4:]} · {words.region(to.province, to.city, to.district)} {to.masked_street}"


def _address(row: Row, held: Held, case: Case) -> Row:
    return replace(row, form="address", fixes=[Fix("mend", _("补全再审"), chosen=True)])


def _unknown(row: Row, held: Held, case: Case) -> Row:
    strange = [one.line for one in case.whole.lines if one.line.sku_id is None]
    return replace(row, form="match", lines=strange, fixes=[Fix("match", _("对应好再审"), chosen=True)])


def _unpaid(row: Row, held: Held, case: Case) -> Row:
    fixes = [
        Fix("wait", _("再等等"), chosen=True),
        Fix("paid", _("款已收到")),
        Fix("cod", _("改成货到付款")),
        Fix("on_account", _("改成挂账")),
    ]
    return replace(row, fixes=fixes)


def _mismatch(row: Row, held: Held, case: Case) -> Row:
    return replace(row, fixes=[Fix("wait", _("先不动，去订单里核对"), chosen=True)])


def _by_hand(row: Row, held: Held, case: Case) -> Row:
    return replace(row, tone="warn", fixes=[Fix("pass", _("处理好了，解挂"), chosen=True), Fix("wait", _("接着挂"))])


def _presale(row: Row, held: Held, case: Case) -> Row:
    fixes = [Fix("wait", _("等到那天，到了自动放行"), chosen=True)] if held.until else []
    at_s = case.facts.at_s if case.facts else 0
    waits = [one.line for one in case.whole.lines if one.line.ships_from and one.line.ships_from.timestamp() > at_s]
    if waits and len(waits) < len(case.whole.lines):
        goods = _("、").join(line.sku_code or line.name for line in waits)
        fixes.append(Fix("ready", _("能发的先发，预售的拆成另一单等"), _("等的是 %s") % goods))
    fixes.append(Fix("pass", _("现在就发"), chosen=not held.until))
    return replace(row, fixes=fixes)


MAKERS: Mapping[str, Callable[[Row, Held, Case], Row]] = {
    "address-incomplete": _address,
    "sku-unknown": _unknown,
    "unpaid": _unpaid,
    "presale": _presale,
    "amount-mismatch": _mismatch,
}


def _well_stock(case: Case, at: datetime) -> Row | None:
    exact = [one for one in case.whole.lines if one.light.kind == "exact"]
    if exact:
        return Row("stock", "good", _("够，%s 刚好用完") % exact[0].line.sku_code)
    return Row("stock", "good", _("都有货"))


def _well_goods(case: Case, at: datetime) -> Row | None:
    n = len(case.whole.lines)
    said = [f"{one.line.name} {one.line.spec}".strip() + f" ×{one.line.quantity}" for one in case.whole.lines[:4]]
    goods = _("、").join(said) + ("…" if n > len(said) else "")
    return Row("goods", "good", ngettext("%(n)s 种都对上本地 SKU", "%(n)s 种都对上本地 SKU", n) % {"n": n}, goods)


def _well_money(case: Case, at: datetime) -> Row | None:
    order = case.whole.order
    parts = [written(order.goods_minor, order.currency)]
    if order.discount_minor:
        parts.append(_("− 优惠 %s") % written(order.discount_minor, order.currency))
    if order.freight_minor:
        parts.append(_("+ 运费 %s") % written(order.freight_minor, order.currency))
    return Row("money", "good", f"{written(order.total_minor, order.currency)} = {' '.join(parts)}")


def _well_payment(case: Case, at: datetime) -> Row | None:
    order = case.whole.order
    when = frame.when(order.paid_at, at) if order.paid_at else ""
    return Row("payment", "good", _(" · ").join(part for part in (words.payment_says(order), order.payment_method, when) if part))


def _well_address(case: Case, at: datetime) -> Row | None:
    to = case.whole.order.recipient
    region = words.region(to.province, to.city, to.district)
    return Row("address", "good", _("齐全：%s") % f"{region} {to.masked_street}".strip())


def _well_double(case: Case, at: datetime) -> Row | None:
    return Row("double", "good", _("一天内没有差不多的另一单"))


def _well_buyer(case: Case, at: datetime) -> Row | None:
    n = case.whole.bought.orders
    return Row("buyer", "good", _("第一次买") if n <= 1 else _("老客，第 %s 单") % frame.number(n))


def _note(case: Case, at: datetime) -> Row | None:
    order = case.whole.order
    notes = [_("「%s」") % note for note in (order.buyer_note, order.seller_note, order.internal_note) if note]
    return Row("note", "info", " ".join(notes)) if notes else None


WELL: Mapping[str, Callable[[Case, datetime], Row | None]] = {
    "stock": _well_stock,
    "double": _well_double,
    "buyer": _well_buyer,
    "goods": _well_goods,
    "money": _well_money,
    "payment": _well_payment,
    "address": _well_address,
    "note": _note,
}
