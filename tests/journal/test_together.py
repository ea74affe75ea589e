"""Several verbs as one act: all or none, each with its own right, once under one mark, and one of them agreed to apart."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.journal.chores import bare, heavy, plain
from zhanggui.journal import book, figures, once
from zhanggui.journal.book import together
from zhanggui.journal.models import Answered, Approval, Entry
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotAllowed, Refused, SecondPersonAsked

pytestmark = pytest.mark.django_db(transaction=True)
BARE, PLAIN, HEAVY = (f"journal.chores.{verb}" for verb in ("bare", "plain", "heavy"))


@pytest.fixture(autouse=True)
def _a_figure() -> Iterator[None]:
    figures.known("tests.bells", 5, says="", does="", unit="")
    yield
    del figures.FIGURES["tests.bells"]


def granted(cell: str) -> Actor:
    return Actor("person", 7, "小李", {"order.cancel": cell}, "x", fresh=True)


def told() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("name", flat=True))


@pytest.mark.capability("L-09")
def test_all_of_it_happens_or_none(at: datetime) -> None:
    li = granted("Y")

    def whole() -> int:
        plain([1], by=li, at=at)
        return len(bare([2, 3], by=li, at=at).done)

    def broken() -> None:
        plain([1], by=li, at=at)
        raise Refused

    assert together(whole) == 2
    assert told() == [PLAIN, BARE]
    with pytest.raises(Refused):
        together(broken)
    assert told() == [PLAIN, BARE]


@pytest.mark.capability("L-08")
def test_each_asks_for_its_own_right(at: datetime) -> None:
    def whole() -> None:
        plain([1], by=granted("Y"), at=at)
        plain([1], by=Actor("person", 8, "小王", {}, "x"), at=at)

    with pytest.raises(NotAllowed):
        together(whole)
    assert told() == []


@pytest.mark.capability("L-09")
def test_under_one_mark_they_are_one_and_a_cut_between_them_leaves_nothing(at: datetime) -> None:
    li, cut = granted("Y"), [True]
    ask = once.Ask("person:7", "form:abc", "f", at)

    def whole() -> str:
        plain([1], by=li, at=at)
        if cut.pop():
            raise ConnectionError
        return str(bare([2], by=li, at=at).done)

    def sent() -> Any:
        with book.around(once.kept(ask, lambda result: (200, str(result).encode()))):
            return together(whole)

    with pytest.raises(ConnectionError):
        sent()
    assert (told(), Answered.objects.count()) == ([], 0)
    cut += [False]
    assert sent() == "[2]"
    with pytest.raises(once.Repeated) as before:
        sent()
    assert before.value.body == b"[2]"
    assert told() == [PLAIN, BARE]


@pytest.mark.capability("L-08")
def test_what_a_second_person_must_agree_to_is_asked_for_and_the_rest_is_not_done(at: datetime, person: Any) -> None:
    person("owner")
    li = granted("Y ≤limit A")

    def whole() -> None:
        bare([1], by=li, at=at)
        heavy([6], by=li, at=at)

    with pytest.raises(SecondPersonAsked):
        together(whole)
    assert Approval.objects.get().verb == HEAVY
    assert told()[-1] == "ApprovalAsked"
    assert BARE not in told()
