"""What can happen to a lesson: each is told of its order, whose story it is. The book says which fields, never the words."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.journal.events import Event
from zhanggui.orders.events import OrderEvent


@dataclass(frozen=True)
class LessonNoted(OrderEvent):
    """Somebody noted what went wrong with it, and perhaps what helped."""

    lesson_id: int
    kind: str


@dataclass(frozen=True)
class LessonCorrected(OrderEvent):
    """What was noted of it was corrected; the book says in which fields."""

    lesson_id: int
    fields: list[str]


@dataclass(frozen=True)
class LessonWithdrawn(OrderEvent):
    """What was noted of it holds no more."""

    lesson_id: int


@dataclass(frozen=True)
class LessonBroughtBack(OrderEvent):
    """What was withdrawn holds again."""

    lesson_id: int


@dataclass(frozen=True)
class LessonUsed(OrderEvent):
    """Somebody did with it what a lesson of another order says; the book says of which."""

    lesson_id: int


@dataclass(frozen=True)
class LessonNotUsed(OrderEvent):
    """It was not done after all."""

    lesson_id: int


@dataclass(frozen=True)
class LessonKindSaid(Event):
    """The merchant said how a kind of trouble is called and whether it is offered, or added one."""

    subject: ClassVar[str] = "lesson-kind"
    kind_id: int
    code: str


@dataclass(frozen=True)
class LessonsTaken(Event):
    """Somebody took a list of lessons along as a file."""

    subject: ClassVar[str] = "person"
    person_id: int
    rows: int
