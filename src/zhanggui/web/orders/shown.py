"""A row of the list put into words: where the order is and why, its goods' light, what may be done with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from unicodedata import east_asian_width

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.kernel.actor import Actor
from zhanggui.orders import sources, states
from zhanggui.orders.models import Order
from zhanggui.orders.reading import rows as reading
from zhanggui.orders.reading import verbs
from zhanggui.orders.reading.rows import Row
from zhanggui.web.frame import words as frame
from zhanggui.web.orders import boxes, held_for, words
from zhanggui.web.orders.boxes import Box

# Of the words beside a stage, in Latin letters; a Chinese one takes two.
ROOM = 20
BOXED = (states.FULFILLING, states.SHIPPED, states.DELIVERED, states.COMPLETED)


def _wide(word: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in word)


@dataclass(frozen=True)
class Shown:
    """One order as its row says it. ``word`` is empty where the stage speaks for itself."""

    row: Row
    box: Box | None
    word: str
    tone: str
    why: str
    light_tone: str
    light: str
    can: str
    stopped: str
    carrier: str
    waybill: str
    flag: str
    note: str
    called: Callable[[], Mapping[str, str]]
    at: datetime

    @property
    def order(self) -> Order:
        return self.row.order

    @cached_property
    def chips(self) -> list[tuple[str, str, str]]:
        """(tone, word, sentence) of the first reason that holds it, and of the second where there is room for its word."""
        currency = self.order.currency
        held = self.row.held[:2]
        # Whose each is and how late it is stands in the sentence; what nobody looked at in time is red.
        whose = [held_for.whose(each, held_for.house_roles(), self.at) for each in held]
        sentences = [_(" · ").join((words.hold_says(each, currency).title, told)) for each, told in zip(held, whose, strict=True)]
        tones = ["bad" if held_for.late(each, self.at) else each.tone for each in held]
        # What somebody noted gives way where two reasons need the room.
        for word in (words.chip_says, words.called):
            said = [(tone, word(each), sentence) for tone, each, sentence in zip(tones, held, sentences, strict=True)]
            if sum(_wide(short) for _tone, short, _sentence in said) <= ROOM:
                return said
        return [(tones[0], words.chip_says(held[0]), sentences[0])]

    @property
    def more_chips(self) -> int:
        return len(self.row.held) - len(self.chips)

    @property
    def region(self) -> str:
        to = self.order.recipient
        return words.region(to.province, to.city, to.district)

    @property
    def kinds(self) -> str:
        n = self.order.kinds
        return ngettext("等 %(n)s 种", "等 %(n)s 种", n) % {"n": n} if n > 1 else ""

    @property
    def pieces_and_payment(self) -> str:
        n = self.order.pieces
        pieces = ngettext("%(pieces)s 件", "%(pieces)s 件", n) % {"pieces": frame.number(n)}
        return f"{pieces} · {words.payment_says(self.order)}"

    @property
    def payment_says(self) -> str:
        return words.payment_says(self.order)

    @property
    def notes(self) -> list[str]:
        """Every note there is, that of the house first."""
        order = self.order
        return [note for note in (order.internal_note, order.seller_note, order.buyer_note) if note]

    @property
    def more_notes(self) -> int:
        return max(len(self.notes) - 1, 0)

    @property
    def every_note(self) -> str:
        order = self.order
        named = ((_("内部备注"), order.internal_note), (_("卖家备注"), order.seller_note), (_("买家留言"), order.buyer_note))
        return "\n".join(_("%(name)s：%(note)s") % {"name": name, "note": note} for name, note in named if note)

    @property
    def every_tag(self) -> str:
        return _("、").join(tag.name for tag in self.row.tags)

    @property
    def flag_tone(self) -> str:
        return words.FLAG_TONES.get(self.flag, "quiet")

    @property
    def flag_word(self) -> str:
        return str(words.FLAG_WORDS.get(self.flag, ""))


def shown(order_ids: Sequence[int], actor: Actor, *, at: datetime) -> list[Shown]:
    """The rows of these orders, in the order asked. Seven statements."""
    rows = reading.rows(order_ids, reach=actor.reach)
    boxed = boxes.of([row.order.pk for row in rows if row.order.stage in BOXED])
    # What the ways in are called is asked once, by the first row that says it.
    called = cache(sources.names)
    return [_shown(row, boxed.get(row.order.pk), actor, called, at) for row in rows]


def _shown(row: Row, box: Box | None, actor: Actor, called: Callable[[], Mapping[str, str]], at: datetime) -> Shown:
    order = row.order
    can = verbs.verbs_for(order, row.held, actor)
    light_tone, light = words.light_says(row.goods.light)
    stubborn = row.stubborn
    in_house = box if order.stage == states.FULFILLING else None
    return Shown(
        row=row,
        box=box,
        word=in_house.word if in_house else "",
        tone=in_house.tone if in_house else "",
        why=why(row, box, at),
        light_tone=light_tone,
        light=light,
        can=" ".join(can),
        stopped=words.called(stubborn) if stubborn and order.stage == states.PENDING_REVIEW else "",
        carrier=box.carrier if box else "",
        waybill=order.waybill or (box.waybill if box else ""),
        flag=words.flag_of(order),
        note=order.internal_note or order.seller_note or order.buyer_note,
        called=called,
        at=at,
    )


def why(row: Row, box: Box | None, at: datetime) -> str:
    """Why an order stands where it stands, or what comes next, in one short line."""
    order = row.order
    if order.stage == states.DRAFT:
        return _("草稿，还没提交")
    if order.stage == states.PENDING_PAYMENT:
        return _("等了 %s") % frame.span((at - order.placed_at).total_seconds())
    if order.stage == states.PENDING_REVIEW:
        return _("没有拦截，等人通过")
    if order.stage == states.APPROVED:
        if order.bundle_id is not None:
            return _("和别的单合成一个包裹，等排波次")
        if row.approved_itself:
            return _("自动通过，全部检查合格")
        return _("%s 通过") % row.approved_by if row.approved_by else _("等排波次")
    if order.stage == states.FULFILLING:
        return box.note if box else ""
    if order.stage == states.CANCELLED:
        return frame.point(order.cancelled_at, at) if order.cancelled_at else _("来的时候就已取消")
    if box and box.note:
        return box.note
    moment = {states.SHIPPED: order.shipped_at, states.DELIVERED: order.delivered_at}.get(order.stage, order.completed_at)
    return frame.point(moment, at) if moment else _("来的时候就是这样")
