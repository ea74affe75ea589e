"""What a grant asks for beyond the right: a reason, a bound, signing in again, a second person; of verbs that take it, and not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.utils.translation import override
from reference import registries

from tests.journal.chores import Piece, bare, because, heavy, plain
from zhanggui.accounts.policy import policy
from zhanggui.journal import coding, figures, marks
from zhanggui.journal.book import COMMANDS, command
from zhanggui.journal.marks import Second
from zhanggui.journal.models import Approval, Entry, Figure
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import BeyondLimit, NotForPrograms, ReasonNeeded, SecondPersonAsked, StepUpNeeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_figure() -> Iterator[None]:
    figures.known("tests.bells", 5, says="", does="", unit="")
    figures.known("order.cancel", 3, says="", does="", unit="")
    yield
    del figures.FIGURES["tests.bells"], figures.FIGURES["order.cancel"]


def granted(cell: str, **more: Any) -> Actor:
    return Actor("person", 7, "小李", {"order.cancel": cell}, "x", **more)


# R


@pytest.mark.capability("L-08")
def test_a_reason_is_asked_for_by_the_frame_and_kept_in_the_book(at: datetime) -> None:
    for said in ("", "  ", "。", "。。。。", "a", "嗯嗯嗯"):
        with pytest.raises(ReasonNeeded) as told:
            plain([1, 2], by=granted("Y R", why=said), at=at)
        assert told.value.facts == {"needs": "order.cancel", "verb": "journal.chores.plain", "many": 2}
    assert Entry.objects.count() == 0
    plain([1, 2], by=granted("Y R", why="重复"), at=at)
    assert Entry.objects.get().facts["why"] == "重复"


def test_a_verbs_own_argument_may_be_the_reason_and_a_verb_may_need_none(at: datetime) -> None:
    with pytest.raises(ReasonNeeded):
        because([1], by=granted("Y R"), at=at)
    because([1], reason="买家不要了", by=granted("Y R"), at=at)
    assert Entry.objects.get().facts["why"] == "买家不要了"
    bare([1], by=granted("Y R"), at=at)
    plain([1], by=granted("Y"), at=at)
    plain([1], by=SYSTEM, at=at)


@pytest.mark.capability("L-08")
def test_no_phone_and_no_mail_stays_in_clear_in_a_reason(at: datetime, person: Any) -> None:
    said, kept = "林晓 13977778882，lin@example.com 要求", "林晓 139****8882，l***@example.com 要求"
    plain([1], by=granted("Y R", why=said), at=at)
    because([1], reason=said, by=granted("Y R"), at=at)
    assert [line.facts["why"] for line in Entry.objects.order_by("id")] == [kept, kept]
    person("owner")
    with pytest.raises(SecondPersonAsked):
        plain([1], by=granted("A R", why=said, fresh=True), at=at)
    assert Approval.objects.get().reason == kept
    assert "8882" not in str([{**line.facts, "why": ""} for line in Entry.objects.all()])
    # Cut after it was masked: half a phone at the end is a phone.
    assert "1397777" not in marks.reason(COMMANDS["journal.chores.plain"], granted("Y", why="换" * 190 + "13977778882"), {})


# S


def test_showing_who_one_is_is_asked_of_the_grant_that_says_so_and_of_the_verb_that_takes_it(at: datetime) -> None:
    with pytest.raises(StepUpNeeded):
        plain([1], by=granted("Y S"), at=at)
    plain([1], by=granted("Y S", fresh=True), at=at)
    bare([1], by=granted("Y S"), at=at)
    plain([1], by=granted("Y"), at=at)


# ≤


@pytest.mark.capability("L-08")
def test_a_figure_bounds_how_many_at_a_time(at: datetime) -> None:
    plain([1, 2], by=granted("Y ≤2"), at=at)
    with pytest.raises(BeyondLimit) as told:
        plain([1, 2, 3], by=granted("Y ≤2"), at=at)
    assert (told.value.facts["limit"], told.value.facts["many"], "2" in told.value.sentence) == (2, 3, True)
    bare([1, 2, 3], by=granted("Y ≤2"), at=at)


def test_the_merchants_own_figure_bounds_where_the_grant_says_limit(at: datetime) -> None:
    plain([1, 2, 3], by=granted("Y ≤limit"), at=at)
    with pytest.raises(BeyondLimit):
        plain([1, 2, 3, 4], by=granted("Y ≤limit"), at=at)
    with pytest.raises(BeyondLimit):
        heavy([6], by=granted("scope ≤limit"), at=at)
    Figure.objects.create(name="tests.bells", value=6)
    heavy([6], by=granted("scope ≤limit"), at=at)
    assert figures.every()["tests.bells"] == 6
    assert figures.of("nobody knows it") == 0


# A


def test_a_second_person_is_asked_only_of_what_weighs_more_than_the_figure(at: datetime, person: Any) -> None:
    person("owner")
    owner = granted("A", fresh=True)
    heavy([5], by=owner, at=at)
    with pytest.raises(SecondPersonAsked):
        heavy([6], by=owner, at=at)
    with pytest.raises(SecondPersonAsked):
        heavy([6], by=replace(owner, may={"order.cancel": "Y ≤limit A"}), at=at)
    assert Approval.objects.count() == 1
    heavy([5], by=granted("Y ≤limit A"), at=at)
    bare([6], by=owner, at=at)


@pytest.mark.capability("L-08")
def test_a_figure_refuses_and_never_stands_in_for_a_second_person(at: datetime, person: Any) -> None:
    person("owner")
    for act, many in ((plain, [1, 2]), (heavy, [6])):
        with pytest.raises(SecondPersonAsked):
            act(many, by=granted("A ≤1000", fresh=True), at=at)
        with pytest.raises(BeyondLimit):
            act(many, by=granted("A ≤1", fresh=True), at=at)
    heavy([5], by=granted("A ≤1000", fresh=True), at=at)
    with pytest.raises(BeyondLimit):
        heavy([3], by=granted("A ≤limit ≤2", fresh=True), at=at)


def test_no_program_asks_for_a_second_person(at: datetime) -> None:
    with pytest.raises(NotForPrograms):
        plain([1], by=replace(granted("A"), kind="program"), at=at)
    assert Approval.objects.count() == 0


# What can be kept


def test_arguments_come_back_as_they_were(at: datetime) -> None:
    call = COMMANDS["journal.chores.rich"].call
    said = coding.encode(call, ([Piece(3, at), Piece(4)], {5: "五"}, at), {"pair": (1, "x"), "by": SYSTEM, "at": at})
    assert "by" not in said
    args, kwargs = coding.decode(call, said)
    assert args == ([Piece(3, at), Piece(4)], {5: "五"}, at)
    assert kwargs == {"pair": (1, "x")}


def test_a_verb_whose_arguments_could_not_be_kept_is_refused_when_it_is_made() -> None:
    def anything(what: Any, *, by: Actor, at: datetime) -> None:
        """No."""

    anything.__module__ = COMMANDS["journal.chores.plain"].call.__module__
    with pytest.raises(TypeError, match="cannot be kept"):
        command(needs="order.cancel", second=Second(""))(anything)


def test_every_verb_that_may_need_a_second_person_can_be_asked_in_words() -> None:
    """Where the policy says A, or a bound beyond which another must agree."""
    roles = [role for role in policy().roles if role != "program"]
    cells = {code: " ".join(each.grants(role) or "" for role in roles).split() for code, each in policy().capabilities.items()}
    asks = {code for code, words in cells.items() if "A" in words}
    assert {"people.manage", "backup", "stock.adjust"} <= asks
    unsaid = []
    for name, verb in registries().commands.items():
        takes = "A" in verb.marks or ("≤" in verb.marks and "≤limit" in cells[verb.needs])
        if verb.needs not in asks or not takes:
            continue
        if verb.second is None or not coding.keepable(verb.call):
            unsaid.append(name)
    assert unsaid == []
    for verb in registries().commands.values():
        assert set(verb.marks) <= set(marks.EVERY), verb.name
        if verb.second is not None:
            with override("en"):
                assert str(verb.second.says), verb.name


def test_every_limit_the_policy_leaves_to_the_merchant_has_a_figure_where_a_verb_asks_it() -> None:
    limited = {
        code
        for code, each in policy().capabilities.items()
        if any("≤limit" in (each.grants(role) or "") for role in policy().roles)
    }
    for verb in registries().commands.values():
        if verb.needs in limited and "≤" in verb.marks:
            assert verb.figure in figures.FIGURES, verb.name
            assert verb.weighs is not None, verb.name
