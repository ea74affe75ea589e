"""What may be done with orders, many at once: each verb, what it says of itself, and the way back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.customers.notes import masked
from zhanggui.fulfilment import gathering
from zhanggui.fulfilment.commands import waves
from zhanggui.fulfilment.refusals import NothingToPlan
from zhanggui.journal.book import Batch
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, NotFound
from zhanggui.orders import states
from zhanggui.orders.commands import (
    categories,
    change,
    finance,
    holds,
    merging,
    noting,
    presale,
    progress,
    rejoining,
    review,
    tags,
)
from zhanggui.orders.facts_of import tags_of
from zhanggui.orders.models import Line, Order
from zhanggui.orders.presale_refusals import BadDay
from zhanggui.orders.reading import rights
from zhanggui.orders.reading.verbs import NEEDS
from zhanggui.stock.queries import default_warehouse
from zhanggui.web.frame import counts, say
from zhanggui.web.frame.addresses import address
from zhanggui.web.frame.ids import ids_in
from zhanggui.web.frame.request import Request
from zhanggui.web.orders import held_for, leaving, results


class Done(NamedTuple):
    """What a verb did. ``undo`` is the verb that takes it back, with its ids; ``note`` says more, ``link`` leads on."""

    batch: Batch
    undo: str = ""
    undo_ids: Sequence[int] = ()
    note: str = ""
    link: str = ""
    link_text: str = ""
    before: Mapping[int, Any] | None = None


Verb = Callable[[list[int], Actor, datetime, str], Done]


def approve(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = review.approve(ids, by=by, at=at)
    return Done(batch, "unapprove" if by.can("order.unreview") else "", batch.done)


def unapprove(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = review.unapprove(ids, reason=why, by=by, at=at)
    return Done(batch, "approve" if by.can("order.review") else "", batch.done)


def hold(ids: list[int], by: Actor, at: datetime, why: str, what: str = "") -> Done:
    """By hand, of the type that ``what`` chose. One held so already stays so and is not let go by undoing this."""
    chose = held_for.choice(what)
    facts = {"note": masked(why)[:200]} if why else {}
    batch = holds.hold(ids, chose.code, facts=facts, until=chose.until, event=chose.event, by=by, at=at)
    fresh, batch.done = batch.done, [id_ for id_ in ids if id_ not in batch.refused]
    return Done(batch, "clear" if rights.may_clear(by) else "", fresh)


def clear(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    """Let go what was held by hand; the rules look at it again at once."""
    if not rights.may_clear(by):
        raise NotAllowed(needs="order.hold", who=by.name)
    let = review.let_go(ids, by=by, at=at)
    n = len(let.approved)
    note = ngettext("其中 %(n)s 单检查合格，已自动通过", "其中 %(n)s 单检查合格，已自动通过", n) % {"n": n} if n else ""
    return Done(let.batch, "hold_again", let.batch.done, note)


def hold_again(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    """The way back from letting go: what the rules approved meanwhile returns to review."""
    if by.can("order.unreview"):
        return Done(review.hold_again(ids, reason=why, by=by, at=at))
    return Done(review.held_back(ids, by=by, at=at))


def accept(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    """Finance lets them pass; what was reviewed before goes on at once."""
    batch = finance.accept(ids, by=by, at=at)
    n = Order.objects.filter(pk__in=batch.done, stage=states.APPROVED).count() if batch.done else 0
    note = ngettext("其中 %(n)s 单已审核通过", "其中 %(n)s 单已审核通过", n) % {"n": n} if n else ""
    return Done(batch, note=note)


def give_back(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(finance.give_back(ids, reason=why, by=by, at=at))


def cancel(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = progress.cancel(ids, reason=why, by=by, at=at)
    return Done(batch, "restore", batch.done)


def restore(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = progress.restore(ids, by=by, at=at)
    return Done(batch, "cancel", batch.done)


def submit(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(change.submit(ids, by=by, at=at))


def pay(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(progress.record_payment(ids, by=by, at=at))


def complete(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(progress.complete(ids, by=by, at=at))


def merge(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = merging.merge(ids, by=by, at=at)
    return Done(batch, "unmerge", batch.done)


def unmerge(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    batch = merging.unmerge(ids, by=by, at=at)
    return Done(batch, "merge", batch.done)


def rejoin(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    return Done(rejoining.rejoin(ids, by=by, at=at))


def plan(ids: list[int], by: Actor, at: datetime, why: str) -> Done:
    try:
        planned = waves.plan(ids, warehouse_id=default_warehouse(reach=by.reach).pk, by=by, at=at)
    except NothingToPlan:
        batch = Batch()
        gathering.explain(batch, ids)
        return Done(batch)
    return Done(planned.batch, note=planned.number, link=address("warehouse:waves"), link_text=_("去看波次"))


def sort_into(ids: list[int], by: Actor, at: datetime, what: str) -> Done:
    """Into the category of this id, or out of any."""
    before = dict(Order.objects.filter(pk__in=ids).values_list("pk", "category_id"))
    batch = categories.sort_into(ids, next(iter(ids_in([what])), None), by=by, at=at)
    fresh, batch.done = batch.done, [id_ for id_ in ids if id_ in before]
    return Done(batch, "sort_back", fresh, before={id_: before[id_] for id_ in fresh})


def flag(ids: list[int], by: Actor, at: datetime, what: str) -> Done:
    before = dict(Order.objects.filter(pk__in=ids).values_list("pk", "flag"))
    batch = noting.flag_all(ids, what, by=by, at=at)
    fresh, batch.done = batch.done, [id_ for id_ in ids if id_ in before]
    return Done(batch, "flag_back", fresh, before={id_: before[id_] for id_ in fresh})


def tag(ids: list[int], by: Actor, at: datetime, what: str) -> Done:
    """Put the tag of this id on."""
    return _tagged(ids, tags.put_on, ids_in([what]), by, at)


def untag(ids: list[int], by: Actor, at: datetime, what: str) -> Done:
    """Take the tag of this id off, or every tag."""
    if what and not what.isdecimal():
        raise NotFound(what=what)
    return _tagged(ids, tags.take_off, ids_in([what]), by, at)


def _tagged(ids: list[int], verb: Callable[..., Batch], tag_ids: list[int], by: Actor, at: datetime) -> Done:
    there = set(Order.objects.filter(pk__in=ids).values_list("pk", flat=True))
    before = {id_: sorted(on) for id_, on in tags_of(ids).items()}
    batch = verb(ids, tag_ids, by=by, at=at)
    fresh, batch.done = batch.done, [id_ for id_ in ids if id_ in there]
    return Done(batch, "tags_back", fresh, before={id_: before.get(id_, []) for id_ in fresh})


def presell(ids: list[int], by: Actor, at: datetime, what: str) -> Done:
    """From this day on they may be shipped; without one at once."""
    before: dict[int, list[Any]] = {}
    for order_id, line_id, moment in Line.objects.filter(order__in=ids).values_list("order_id", "pk", "ships_from"):
        before.setdefault(order_id, []).append([line_id, moment.isoformat() if moment else None])
    batch = presale.set_from(ids, day_of(what), by=by, at=at)
    fresh, batch.done = batch.done, [id_ for id_ in ids if id_ in before and id_ not in batch.refused]
    return Done(batch, "presale_back", fresh, before={id_: before[id_] for id_ in fresh})


def day_of(text: str) -> datetime | None:
    """When a day of the calendar begins; None where none is said. Raises BadDay."""
    try:
        return clock.day_bounds(date.fromisoformat(text))[0] if text else None
    except ValueError:
        raise BadDay from None


def presell_back(before: Mapping[int, Any], *, by: Actor, at: datetime) -> Batch:
    """The way back, from what the session kept of it."""
    was = {order_id: [(line, datetime.fromisoformat(day) if day else None) for line, day in lines] for order_id, lines in before.items()}
    return presale.put_back(was, by=by, at=at)


# What these are done to it is said with them: a category, a flag, a tag, a day.
WITH: dict[str, Verb] = {"sort": sort_into, "flag": flag, "tag": tag, "untag": untag, "presale": presell}
NEEDED = {**NEEDS, "sort": "order.edit", "flag": "order.view", "tag": "order.edit", "untag": "order.edit", "presale": "order.edit"}
VERBS: dict[str, Verb] = {
    "approve": approve,
    "unapprove": unapprove,
    "hold": hold,
    "clear": clear,
    "cancel": cancel,
    "restore": restore,
    "submit": submit,
    "pay": pay,
    "complete": complete,
    "plan": plan,
    "merge": merge,
    "unmerge": unmerge,
    "rejoin": rejoin,
    "accept": accept,
    "give_back": give_back,
}


def says(verb: str, n: int) -> str:
    """What was done to ``n`` orders."""
    said = {
        "approve": ngettext("审核通过 %(n)s 单", "审核通过 %(n)s 单", n),
        "unapprove": ngettext("反审核 %(n)s 单", "反审核 %(n)s 单", n),
        "hold": ngettext("挂起 %(n)s 单", "挂起 %(n)s 单", n),
        "hold_again": ngettext("重新挂起 %(n)s 单", "重新挂起 %(n)s 单", n),
        "clear": ngettext("解挂 %(n)s 单", "解挂 %(n)s 单", n),
        "cancel": ngettext("取消 %(n)s 单", "取消 %(n)s 单", n),
        "restore": ngettext("恢复 %(n)s 单", "恢复 %(n)s 单", n),
        "submit": ngettext("提交 %(n)s 单", "提交 %(n)s 单", n),
        "pay": ngettext("%(n)s 单记为已付款", "%(n)s 单记为已付款", n),
        "complete": ngettext("完成 %(n)s 单", "完成 %(n)s 单", n),
        "plan": ngettext("%(n)s 单排进波次", "%(n)s 单排进波次", n),
        "merge": ngettext("%(n)s 单合好了", "%(n)s 单合好了", n),
        "unmerge": ngettext("%(n)s 单拆开了", "%(n)s 单拆开了", n),
        "rejoin": ngettext("%(n)s 单并回了原单", "%(n)s 单并回了原单", n),
        "accept": ngettext("财务通过 %(n)s 单", "财务通过 %(n)s 单", n),
        "give_back": ngettext("财务退回 %(n)s 单", "财务退回 %(n)s 单", n),
        "sort": ngettext("%(n)s 单分好了类", "%(n)s 单分好了类", n),
        "sort_back": ngettext("%(n)s 单放回了原来的分类", "%(n)s 单放回了原来的分类", n),
        "flag": ngettext("%(n)s 单插好了旗", "%(n)s 单插好了旗", n),
        "tag": ngettext("%(n)s 单贴好了标签", "%(n)s 单贴好了标签", n),
        "untag": ngettext("%(n)s 单拿掉了标签", "%(n)s 单拿掉了标签", n),
        "presale": ngettext("%(n)s 单定好了哪天起能发", "%(n)s 单定好了哪天起能发", n),
        "presale_back": ngettext("%(n)s 单的可发货时间换回了原来的", "%(n)s 单的可发货时间换回了原来的", n),
        "tags_back": ngettext("%(n)s 单换回了原来的标签", "%(n)s 单换回了原来的标签", n),
        "flag_back": ngettext("%(n)s 单换回了原来的旗", "%(n)s 单换回了原来的旗", n),
    }[verb]
    return said % {"n": n}


def act(request: Request, verb: str, ids: list[int], why: str = "", what: str = "") -> Done:
    """Do it, say it, offer the way back. Raises what refuses the whole."""
    done = do(request, verb, ids, why, what)
    tell(request, verb, done, why=why, what=what)
    return done


def do(request: Request, verb: str, ids: list[int], why: str = "", what: str = "") -> Done:
    """Do it, and say nothing yet. Raises what refuses the whole."""
    actor = request.actor
    may(actor, verb)
    if verb == "hold":
        done = hold(ids, actor, request.at, why.strip(), what)
    else:
        done = WITH[verb](ids, actor, request.at, what) if verb in WITH else VERBS[verb](ids, actor, request.at, why.strip())
    leaving.in_order(ids, done.batch)
    counts.forget()
    return done


def may(actor: Actor, verb: str) -> None:
    """Raises NotAllowed; some may only put a hold on, and some see only what was released."""
    actor.require(NEEDED[verb], takes={"order.view": ("released",), "order.hold": ("hold",)}.get(NEEDED[verb], ()))


def tell(request: Request, verb: str, done: Done, *, why: str = "", what: str = "") -> None:
    batch, n, left = done.batch, len(done.batch.done), len(done.batch.refused)
    undo = ""
    if done.undo and done.undo_ids:
        more = {"before": [[id_, was] for id_, was in done.before.items()]} if done.before is not None else {}
        undo = results.undoing(request, done.undo, done.undo_ids, **more)
    stayed = ngettext("%(n)s 单没有，看原因和办法", "%(n)s 单没有，看原因和办法", left) % {"n": left} if left else ""
    if n == 0 and left:
        code, facts = first_refusal(batch)
        told = leaving.says(code, facts)
        if left == 1:
            say.say(request, _("没有做成：%s") % told, note=leaving.fix(verb, code, facts), tone="warn")
        else:
            say.say(request, _("%s 单都没有做成") % left, tone="warn")
    else:
        note = _("；").join(part for part in (done.note, stayed) if part)
        say.say(request, says(verb, n), note=note, undo=undo, link=done.link, link_text=done.link_text)
    if left or n > 1:
        results.keep(request, result_of(verb, batch, why=why, what=what))


def result_of(verb: str, batch: Batch, *, why: str = "", what: str = "") -> results.Result:
    """What became of each, as it is kept."""
    return results.Result(verb, list(batch.done), leaving.plainly(batch.refused), masked(why), what)


def first_refusal(batch: Batch) -> tuple[str, dict[str, Any]]:
    facts = next(iter(batch.refused.values()))
    return facts["code"], facts
