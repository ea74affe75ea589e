"""What was noted of an order, and what helped others that were held for the same: as its page and the desk show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.kernel.actor import Actor
from zhanggui.lessons import hints, queries
from zhanggui.lessons.commands import writing
from zhanggui.lessons.hints import Hint, Met
from zhanggui.lessons.kinds import Kinds, Sort
from zhanggui.lessons.models import Lesson
from zhanggui.lessons.queries import View
from zhanggui.lessons.rules.usual import kind_of
from zhanggui.orders import states
from zhanggui.orders.holding import Types
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.detail import Whole

DONE = (states.DELIVERED, states.COMPLETED, states.CANCELLED)


@dataclass(frozen=True)
class Noted:
    """A lesson as a page shows it; ``mine``: whoever looks may correct and withdraw it."""

    lesson: Lesson
    kind: str
    stage: str
    reason: str
    mine: bool
    kinds: Sequence[Sort] = ()

    @property
    def tags(self) -> list[str]:
        return [tag.word for tag in self.lesson.tags.all()]


@dataclass(frozen=True)
class Before:
    """An earlier solution, and in words why it is shown."""

    hint: Hint
    why: str

    @property
    def lesson(self) -> Lesson:
        return self.hint.lesson


def view_of(actor: Actor) -> View:
    return View(actor.reach, rights.stages_seen(actor))


def noted(lesson: Lesson, kinds: Kinds, types: Types, actor: Actor) -> Noted:
    stage = _(states.WORD.get(lesson.stage, lesson.stage))
    reason = types.of(lesson.code).name if lesson.code else ""
    mine = rights.may_note(actor) and writing.mends(lesson, actor)
    return Noted(lesson, kinds.of(lesson.kind).name, stage, reason, mine, kinds.offered(lesson.kind))


def seen_before(whole: Whole, actor: Actor) -> dict[str, list[Before]]:
    """Reason that holds the order → what helped before. At most three statements, none for an order nothing holds."""
    order = whole.order
    met = Met(order.pk, order.shop_id, [one.line.sku_id for one in whole.lines if one.line.sku_id])
    found = hints.seen_before([held.code for held in whole.held], met, view_of(actor))
    return {code: [Before(hint, _why(hint)) for hint in each] for code, each in found.items()}


def _why(hint: Hint) -> str:
    n = hint.lesson.helped
    near = [_("同款商品") if hint.same_goods else "", _("同一家店") if hint.same_shop else hint.lesson.shop.name]
    return _(" · ").join(filter(None, [*near, ngettext("帮过 %(n)s 单", "帮过 %(n)s 单", n) % {"n": n} if n else ""]))


def shown(whole: Whole, actor: Actor) -> dict[str, Any]:
    """What the page of an order needs of it: what was noted, what of others helped, and what a new note begins with."""
    order, may, kinds, types = whole.order, rights.may_note(actor), Kinds(), Types()
    held = [one.code for one in whole.held]
    codes = list(dict.fromkeys([*held, *queries.held_by(order.pk)])) if may else []
    return {
        "noted": [noted(one, kinds, types, actor) for one in queries.of_order(order.pk)],
        "used": queries.used_for(order.pk),
        "seen_before": seen_before(whole, actor),
        "may_write": may,
        "note_kinds": kinds.offered(),
        "note_kind": kind_of(codes),
        "note_codes": [(code, types.of(code).name) for code in codes],
        "note_code": held[0] if held else "",
        "note_steps": [(stage, _(word)) for stage, word in states.WORD.items()],
        "note_done": order.stage in DONE,
    }
