"""Noting what went wrong with orders and what helped; correcting it, withdrawing it, bringing it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from zhanggui.customers.notes import masked, one_line
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed, NotAllowed, NotFound
from zhanggui.lessons.events import LessonBroughtBack, LessonCorrected, LessonNoted, LessonWithdrawn
from zhanggui.lessons.kinds import Kinds
from zhanggui.lessons.models import Lesson, Tag, Touched
from zhanggui.lessons.refusals import BadTags, NothingSaid, NotYours, UnknownKind, UnknownStep, Withdrawn
from zhanggui.orders import states
from zhanggui.orders.holding import Types
from zhanggui.orders.models import Hold, Order
from zhanggui.orders.reading import rights
from zhanggui.orders.refusals import UnknownReason

MOST_TAGS, LONGEST_TAG = 5, 12
LONGEST, LONGEST_SOLUTION = 200, 400
SAID = ("problem", "cause", "solution", "kind", "stage")
LESSON = (
    "id", "order_id", "shop_id", "stage", "kind", "code", "problem", "cause", "solution", "writer", "writer_name", "made_at", "helped", "version",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What somebody says: the ``problem``, and as far as known its ``cause`` and what helped. ``step`` is the stage it went wrong at;
    an empty one is where the order stands."""

    problem: str
    cause: str = ""
    solution: str = ""
    kind: str = "other"
    tags: Sequence[str] = ()
    step: str = ""


def writer_of(by: Actor) -> str:
    return f"{by.kind}:{by.id if by.id is not None else by.name}"[:40]


def mends(lesson: Lesson, by: Actor) -> bool:
    """Whether it is theirs to correct and to withdraw: the writer's, and of those who review orders."""
    return lesson.writer == writer_of(by) or by.can("order.review")


@command(needs="order.view", takes=("released",), over="order")
def add(order_ids: Sequence[int], words: Words, *, code: str = "", by: Actor, at: datetime) -> list[int]:
    """Note the same of each of these orders, whatever their stage; ``code`` is what holds or held them, where it was that. Returns
    the ids of the notes, in the order of the orders. Phones and mail addresses are masked: notes stand in clear. Those who only read
    may not. Raises NotFound, NothingSaid, UnknownKind, UnknownStep, BadTags, UnknownReason."""
    _may(by)
    said, tags = _sound(words)
    if code and Types().get(code) is None and not Hold.objects.filter(code=code).exists():
        raise UnknownReason(reason=code[:24])
    wanted = list(dict.fromkeys(order_ids))
    rows = Order.objects.filter(db.Among(F("pk"), wanted))
    if (stages := rights.stages_seen(by)) is not None:
        rows = rows.filter(stage__in=stages)
    orders = {id_: (shop_id, stage) for id_, shop_id, stage in rows.values_list("pk", "shop_id", "stage")}
    if missing := [id_ for id_ in wanted if id_ not in orders]:
        raise NotFound(what=missing[0])
    ids = db.take_ids(Lesson, len(wanted))
    made = []
    for id_, order_id in zip(ids, wanted, strict=True):
        shop_id, stage = orders[order_id]
        texts = (said["problem"], said["cause"], said["solution"])
        where = said["stage"] or stage
        made.append((id_, order_id, shop_id, where, said["kind"], code, *texts, writer_of(by), by.name, at, 0, 1))
    db.insert_many(Lesson, LESSON, made)
    db.insert_many(Tag, ("lesson_id", "word"), [(id_, word) for id_ in ids for word in tags])
    _touch(dict(zip(wanted, ids, strict=True)), code)
    tell([LessonNoted(order_id, id_, said["kind"]) for id_, order_id in zip(ids, wanted, strict=True)], by=by, at=at)
    return ids


def _touch(by_order: dict[int, int], code: str) -> None:
    chosen, ids = db.among("order_id", by_order)
    rows = db.fetch(f"SELECT DISTINCT order_id, sku_id FROM orders_line WHERE {chosen} AND sku_id IS NOT NULL ORDER BY order_id, sku_id", [ids])
    db.insert_many(Touched, ("lesson_id", "sku_id", "code"), [(by_order[order_id], sku_id, code) for order_id, sku_id in rows])


@command(needs="order.view", takes=("released",), over="lesson")
def change(lesson_id: int, words: Words, *, seen: int, by: Actor, at: datetime) -> int:
    """Let it say this instead; returns its version. ``seen`` is the version the writer read: raises Changed where that is no longer
    there. Saying the same changes nothing. Only who wrote it and those who review may. Raises NotFound, NotYours, Withdrawn and what
    ``add`` raises."""
    _may(by)
    lesson = _one(lesson_id, by)
    if lesson.withdrawn_at is not None:
        raise Withdrawn
    said, tags = _sound(words, kind=lesson.kind)
    said["stage"] = said["stage"] or lesson.stage
    before = list(Tag.objects.filter(lesson=lesson_id).order_by("pk").values_list("word", flat=True))
    fields = [name for name in SAID if getattr(lesson, name) != said[name]] + (["tags"] if before != tags else [])
    if not fields:
        return lesson.version
    if seen != lesson.version:
        raise Changed(what=Order.objects.values_list("number", flat=True).get(pk=lesson.order_id))
    Lesson.objects.filter(pk=lesson_id).update(**said, changed_at=at, emptied_at=None, version=F("version") + 1)
    if before != tags:
        Tag.objects.filter(lesson=lesson_id).delete()
        db.insert_many(Tag, ("lesson_id", "word"), [(lesson_id, word) for word in tags])
    tell([LessonCorrected(lesson.order_id, lesson_id, fields)], by=by, at=at)
    return lesson.version + 1


@command(needs="order.view", takes=("released",), over="lesson")
def withdraw(lesson_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """These hold no more: nobody is shown them as a help, and no report counts them. One that is somebody else's is refused
    (``lesson-not-yours``); one that was withdrawn is not among those done."""
    return _turn(lesson_ids, at, by=by, at=at)


@command(needs="order.view", takes=("released",), over="lesson")
def bring_back(lesson_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """What was withdrawn holds again. Refused as withdrawing is."""
    return _turn(lesson_ids, None, by=by, at=at)


def _turn(lesson_ids: Sequence[int], when: datetime | None, *, by: Actor, at: datetime) -> Batch:
    _may(by)
    batch, orders = Batch(), {}
    for row in _seen(lesson_ids, by):
        if not mends(row, by):
            batch.refuse([row.pk], NotYours.code, who=row.writer_name)
        elif (row.withdrawn_at is None) != (when is None):
            batch.done.append(row.pk)
            orders[row.pk] = row.order_id
    Lesson.objects.filter(db.Among(F("pk"), batch.done)).update(withdrawn_at=when, version=F("version") + 1)
    event = LessonBroughtBack if when is None else LessonWithdrawn
    tell([event(orders[id_], id_) for id_ in batch.done], by=by, at=at)
    return batch


def _may(by: Actor) -> None:
    if not rights.may_note(by):
        raise NotAllowed(needs="order.hold", who=by.name)


def _seen(lesson_ids: Sequence[int], by: Actor) -> list[Lesson]:
    rows = Lesson.objects.select_for_update(of=("self",)).filter(db.Among(F("pk"), sorted(set(lesson_ids)))).order_by("pk")
    if (stages := rights.stages_seen(by)) is not None:
        rows = rows.filter(order__stage__in=stages)
    return list(rows)


def _one(lesson_id: int, by: Actor) -> Lesson:
    found = _seen([lesson_id], by)
    if not found:
        raise NotFound(what=lesson_id)
    if not mends(found[0], by):
        raise NotYours(who=found[0].writer_name)
    return found[0]


def _sound(words: Words, kind: str = "") -> tuple[dict[str, str], list[str]]:
    """The words as they are kept. ``kind`` may stay though it was put away."""
    problem = masked(words.problem.strip())[:LONGEST]
    if not problem:
        raise NothingSaid
    found = Kinds().get(words.kind)
    if found is None or not (found.enabled or found.code == kind):
        raise UnknownKind(kind=words.kind[:20])
    if words.step and words.step not in states.WORD:
        raise UnknownStep(step=words.step[:20])
    tags = list(dict.fromkeys(tag for each in words.tags if (tag := one_line(each.lstrip(" #＃")))))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise BadTags(most=MOST_TAGS, longest=LONGEST_TAG)
    said = {
        "problem": problem, "cause": masked(words.cause.strip())[:LONGEST], "solution": masked(words.solution.strip())[:LONGEST_SOLUTION],
        "kind": words.kind, "stage": words.step,
    }  # fmt: skip
    return said, tags
