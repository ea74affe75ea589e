"""What needs a second person: asked for once, agreed to by somebody else, done with the rights of today, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.accounts.commands import access, people, rescue
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.catalog.models import Sku
from zhanggui.journal import approvals, asking, jobs
from zhanggui.journal.approvals import AlreadySettled, AskerMayNot, OwnAsking
from zhanggui.journal.models import Approval, Entry, Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import AskedAlone, NotAllowed, NotFound, SecondPersonAsked, StepUpNeeded
from zhanggui.ops.commands import backups
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Shelf, Warehouse

pytestmark = pytest.mark.django_db
PASSWORD = "kettle-lamp-42"
State = Approval.State


def join(email: str, role: str, at: datetime) -> User:
    made = people.add(email, email.split("@")[0], PASSWORD, role, by=SYSTEM, at=at)
    return User.objects.select_related("role").get(pk=made)


def acts(person: User) -> Actor:
    return actor_of(User.objects.select_related("role").get(pk=person.pk), fresh=True)


@pytest.fixture
def later(at: datetime) -> datetime:
    """Two days after the shop was opened."""
    return at + timedelta(days=2)


@pytest.fixture
def ann(at: datetime) -> User:
    return join("ann@example.com", "owner", at)


@pytest.fixture
def bob(ann: User, at: datetime) -> User:
    return join("bob@example.com", "owner", at)


@pytest.fixture
def zoe(ann: User, at: datetime) -> User:
    return join("zoe@example.com", "sales", at)


def asked(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Approval:
    with pytest.raises(SecondPersonAsked) as told:
        call(*args, **kwargs)
    return Approval.objects.get(pk=told.value.facts["approval_id"])


# Two people


@pytest.mark.capability("L-08")
def test_one_asks_another_agrees_and_the_book_names_both(ann: User, bob: User, zoe: User, later: datetime) -> None:
    row = asked(access.give_role, zoe.pk, "finance", by=replace(acts(ann), why="换岗位"), at=later)
    zoe.refresh_from_db()
    assert (zoe.role.code, row.state, row.asker_name, row.reason, row.alone) == ("sales", State.WAITING, "ann", "换岗位", False)
    assert approvals.sentence(row) == "把 zoe 的角色从「客服」改成「财务」"
    assert row.person_id == zoe.pk
    assert list(approvals.theirs_to_settle(acts(bob), at=later)) == [row]
    assert not approvals.theirs_to_settle(acts(ann), at=later).exists()
    assert not approvals.theirs_to_settle(acts(zoe), at=later).exists()

    done = approvals.agree(row.pk, word="好", by=acts(bob), at=later)
    zoe = User.objects.get(pk=zoe.pk)
    assert (zoe.role.code, done.state, done.settler_name, done.word, done.sealed) == ("finance", State.DONE, "bob", "好", None)
    act = Entry.objects.get(name="accounts.access.give_role", actor_name="ann")
    assert (act.facts["agreed_by"], act.facts["approval"], act.facts["why"]) == ("bob", row.pk, "换岗位")
    assert [entry.actor_name for entry in Entry.objects.filter(subject_kind="approval").order_by("id")] == ["ann", "bob"]
    with pytest.raises(AlreadySettled):
        approvals.agree(row.pk, by=acts(bob), at=later)


def test_asked_twice_is_one_and_the_reason_does_not_make_it_another(ann: User, bob: User, zoe: User, later: datetime) -> None:
    first = asked(access.give_role, zoe.pk, "finance", by=acts(ann), at=later)
    again = asked(access.give_role, zoe.pk, "finance", by=replace(acts(ann), why="还是要"), at=later + timedelta(hours=1))
    other = asked(access.give_role, zoe.pk, "readonly", by=acts(ann), at=later)
    assert first.pk == again.pk != other.pk
    assert Approval.objects.count() == 2


def test_what_cannot_be_done_now_is_refused_now_and_asks_nobody(ann: User, bob: User, zoe: User, later: datetime) -> None:
    before = Entry.objects.count()
    with pytest.raises(people.EmailTaken):
        people.add("zoe@example.com", "z", PASSWORD, "sales", by=acts(ann), at=later)
    with pytest.raises(NotFound):
        access.give_role(zoe.pk, "nobody", by=acts(ann), at=later)
    assert (Approval.objects.count(), Entry.objects.count()) == (0, before)


def test_a_password_waits_sealed_and_is_forgotten_with_the_decision(ann: User, bob: User, later: datetime) -> None:
    row = asked(people.add, "new@example.com", "新人", "river-stone-77", "sales", by=acts(ann), at=later)
    assert not User.objects.filter(email="new@example.com").exists()
    assert row.sealed is not None
    assert b"river-stone" not in bytes(row.sealed)
    assert "river-stone" not in str(row.about)
    approvals.agree(row.pk, by=acts(bob), at=later)
    assert User.objects.get(email="new@example.com").check_password("river-stone-77")
    assert Approval.objects.get().sealed is None


@pytest.mark.parametrize("what", ["demoted", "switched off"])
def test_whoever_lost_the_right_meanwhile_has_asked_for_nothing(
    what: str, ann: User, bob: User, zoe: User, later: datetime
) -> None:
    row = asked(access.give_role, zoe.pk, "finance", by=acts(ann), at=later)
    if what == "demoted":
        access.give_role(ann.pk, "sales", by=SYSTEM, at=later)
    else:
        access.switch_off(ann.pk, by=SYSTEM, at=later)
    with pytest.raises(AskerMayNot):
        approvals.agree(row.pk, by=acts(bob), at=later)
    assert User.objects.get(pk=zoe.pk).role.code == "sales"
    row.refresh_from_db()
    assert (row.state, row.word) == (State.FAILED, AskerMayNot(who="ann").sentence)


def test_only_somebody_else_who_holds_the_right_and_shows_who_they_are_settles_it(
    ann: User, bob: User, zoe: User, later: datetime
) -> None:
    row = asked(access.give_role, zoe.pk, "finance", by=acts(ann), at=later)
    with pytest.raises(OwnAsking):
        approvals.agree(row.pk, by=acts(ann), at=later)
    with pytest.raises(NotFound):
        approvals.agree(row.pk, by=acts(zoe), at=later)
    with pytest.raises(StepUpNeeded):
        approvals.agree(row.pk, by=replace(acts(bob), fresh=False), at=later)
    with pytest.raises(NotFound):
        approvals.withdraw(row.pk, by=acts(bob), at=later)
    assert Approval.objects.get().state == State.WAITING


def test_nobody_agrees_to_what_is_about_themselves(ann: User, bob: User, later: datetime) -> None:
    """Two owners: for the other it is as if nobody else were there."""
    row = asked(access.switch_off, bob.pk, by=acts(ann), at=later)
    assert row.alone
    with pytest.raises(OwnAsking):
        approvals.agree(row.pk, by=acts(bob), at=later)
    # Whoever manages nobody is shut out at once.
    sales = join("max@example.com", "sales", later)
    access.switch_off(sales.pk, by=acts(ann), at=later)
    assert not User.objects.get(pk=sales.pk).is_active


def test_it_is_declined_with_a_word_taken_back_or_runs_out(ann: User, bob: User, zoe: User, later: datetime) -> None:
    rows = [asked(access.give_role, zoe.pk, role, by=acts(ann), at=later) for role in ("finance", "readonly", "warehouse")]
    assert approvals.decline(rows[0].pk, word="先问我", by=acts(bob), at=later).word == "先问我"
    assert approvals.withdraw(rows[1].pk, by=acts(ann), at=later).state == State.WITHDRAWN
    with pytest.raises(AlreadySettled):
        approvals.withdraw(rows[1].pk, by=acts(ann), at=later)
    over = later + timedelta(days=7)
    with pytest.raises(AlreadySettled):
        approvals.agree(rows[2].pk, by=acts(bob), at=over)
    approvals.let_expire(at=over)
    assert [row.state for row in Approval.objects.order_by("id")] == [State.DECLINED, State.WITHDRAWN, State.EXPIRED]
    assert {row.sealed for row in Approval.objects.all()} == {None}
    assert User.objects.get(pk=zoe.pk).role.code == "sales"
    # Run out, it may be asked for anew.
    assert asked(access.give_role, zoe.pk, "warehouse", by=acts(ann), at=over).pk not in {row.pk for row in rows}


def test_what_the_verb_refuses_at_the_last_moment_goes_on_waiting(ann: User, bob: User, later: datetime) -> None:
    row = asked(people.add, "new@example.com", "新人", PASSWORD, "sales", by=acts(ann), at=later)
    join("new@example.com", "sales", later)
    with pytest.raises(people.EmailTaken):
        approvals.agree(row.pk, by=acts(bob), at=later)
    row.refresh_from_db()
    assert (row.state, row.settled_at) == (State.WAITING, None)
    assert row.sealed is not None


# What is answered to the asker alone


@pytest.mark.capability("L-08")
def test_a_link_that_was_agreed_to_is_handed_to_who_asked_and_once(ann: User, bob: User, zoe: User, later: datetime) -> None:
    row = asked(rescue.hand_link, zoe.pk, why="手机丢了", by=acts(ann), at=later)
    generation = User.objects.get(pk=zoe.pk).generation
    approvals.agree(row.pk, by=acts(bob), at=later)
    row.refresh_from_db()
    assert (row.state, User.objects.get(pk=zoe.pk).generation) == (State.READY, generation)
    with pytest.raises(StepUpNeeded):
        rescue.hand_link(zoe.pk, why="手机丢了", by=replace(acts(ann), fresh=False), at=later)
    link = rescue.hand_link(zoe.pk, why="还是手机丢了", by=acts(ann), at=later + timedelta(hours=1))
    assert "/accounts/" in link
    assert Approval.objects.get(pk=row.pk).state == State.DONE
    # The book names who agreed, and the reason they agreed to.
    act = Entry.objects.get(name="accounts.rescue.hand_link")
    said = {"why": "手机丢了", "approval": row.pk, "agreed_by": "bob", "agreed_by_id": bob.pk}
    assert (act.actor_name, act.facts) == ("ann", said)
    assert Entry.objects.filter(name="AccessChanged", facts__why="手机丢了").exists()
    assert not Entry.objects.filter(facts__why="还是手机丢了").exists()
    assert asked(rescue.hand_link, zoe.pk, why="手机丢了", by=acts(ann), at=later + timedelta(hours=1)).pk != row.pk


def test_leave_that_was_given_runs_out_in_a_day_and_is_nobody_elses(ann: User, bob: User, later: datetime) -> None:
    row = asked(backups.hand_out_key, by=acts(ann), at=later)
    approvals.agree(row.pk, by=acts(bob), at=later)
    assert asked(backups.hand_out_key, by=acts(bob), at=later).pk != row.pk
    assert asked(backups.hand_out_key, by=acts(ann), at=later + timedelta(hours=24)).pk != row.pk
    assert Approval.objects.get(pk=row.pk).state == State.EXPIRED


def test_backing_up_is_free_and_taking_a_backup_away_is_not(ann: User, bob: User, later: datetime) -> None:
    backups.ask_for_one(by=replace(acts(ann), fresh=False), at=later)
    with pytest.raises(StepUpNeeded):
        backups.hand_out_key(by=replace(acts(ann), fresh=False), at=later)


# One person


@pytest.mark.capability("L-08")
def test_whoever_is_alone_waits_ten_minutes_and_then_it_is_done(ann: User, zoe: User, later: datetime) -> None:
    with pytest.raises(StepUpNeeded):
        access.give_role(zoe.pk, "finance", by=replace(acts(ann), fresh=False), at=later)
    with pytest.raises(AskedAlone):
        access.give_role(zoe.pk, "finance", by=acts(ann), at=later)
    row = Approval.objects.get()
    assert (row.alone, row.ready_at) == (True, later + timedelta(minutes=10))
    assert list(approvals.alone_and_waiting(acts(ann), at=later)) == [row]

    clock = later + timedelta(minutes=9, seconds=59)
    jobs.run_until_idle(at=lambda: clock)
    assert User.objects.get(pk=zoe.pk).role.code == "sales"
    clock = later + timedelta(minutes=10)
    jobs.run_until_idle(at=lambda: clock)
    assert User.objects.get(pk=zoe.pk).role.code == "finance"
    row.refresh_from_db()
    assert (row.state, row.settler_id, row.settler_name) == (State.DONE, None, SYSTEM.name)
    assert Entry.objects.get(name="accounts.access.give_role", actor_name="ann").facts["agreed_by"] == SYSTEM.name
    approvals.do_alone([row.pk], at=clock)
    assert Entry.objects.filter(name="accounts.access.give_role", actor_name="ann").count() == 1


def test_what_one_alone_takes_back_in_time_is_never_done(ann: User, zoe: User, later: datetime) -> None:
    with pytest.raises(AskedAlone):
        access.give_role(zoe.pk, "finance", by=acts(ann), at=later)
    approvals.withdraw(Approval.objects.get().pk, by=acts(ann), at=later + timedelta(minutes=5))
    approvals.do_alone([Approval.objects.get().pk], at=later + timedelta(minutes=10))
    assert User.objects.get(pk=zoe.pk).role.code == "sales"


def test_what_one_alone_asked_for_and_can_no_longer_be_done_ends_and_says_why(ann: User, zoe: User, later: datetime) -> None:
    with pytest.raises(AskedAlone):
        people.add("new@example.com", "新人", PASSWORD, "sales", by=acts(ann), at=later)
    join("new@example.com", "sales", later)
    approvals.do_alone([Approval.objects.get().pk], at=later + timedelta(minutes=10))
    assert (Approval.objects.get().state, Approval.objects.get().word) == (State.FAILED, "n***@example.com 已经有账号了。")
    with pytest.raises(AskedAlone):
        access.give_role(zoe.pk, "finance", by=acts(ann), at=later)
    access.switch_off(ann.pk, by=SYSTEM, at=later) if join("bob@example.com", "owner", later) else None
    approvals.do_alone([Approval.objects.latest("id").pk], at=later + timedelta(minutes=10))
    assert Approval.objects.latest("id").word == AskerMayNot(who="ann").sentence


def test_what_was_left_to_one_alone_to_take_is_theirs_after_ten_minutes(ann: User, later: datetime) -> None:
    with pytest.raises(AskedAlone):
        backups.hand_out_key(by=acts(ann), at=later)
    with pytest.raises(AskedAlone):
        backups.hand_out_key(by=acts(ann), at=later + timedelta(minutes=5))
    assert Job.objects.filter(name=asking.DO_ALONE).count() == 1
    jobs.run_until_idle(at=lambda: later + timedelta(minutes=10))
    assert backups.hand_out_key(by=acts(ann), at=later + timedelta(minutes=11))


def test_on_its_first_day_a_house_of_one_asks_only_who_it_is(ann: User, zoe: User, at: datetime) -> None:
    with pytest.raises(StepUpNeeded):
        access.give_role(zoe.pk, "finance", by=replace(acts(ann), fresh=False), at=at)
    access.give_role(zoe.pk, "finance", by=acts(ann), at=at + timedelta(hours=23, minutes=59))
    with pytest.raises(AskedAlone):
        access.give_role(zoe.pk, "sales", by=acts(ann), at=at + timedelta(hours=24))
    join("bob@example.com", "owner", at)
    assert not asked(access.give_role, zoe.pk, "readonly", by=acts(ann), at=at).alone


# Counting


@pytest.fixture
def shelf(shop_id: int, at: datetime) -> tuple[int, int]:
    """500 pieces of one SKU in bin A; (warehouse, sku)."""
    sku = Sku.objects.create(code="TEA", norm="TEA", name="茶", spec="", made_at=at)
    warehouse = Warehouse.objects.get()
    receipts.receive([Receipt(warehouse.pk, "A", sku.pk, 500)], by=SYSTEM, at=at)
    return warehouse.pk, sku.pk


@pytest.mark.capability("L-08")
def test_a_count_is_asked_for_only_where_much_is_off_and_receiving_is_no_adjustment(
    shelf: tuple[int, int], ann: User, bob: User, later: datetime
) -> None:
    place, sku = shelf
    owner = acts(ann)
    receipts.receive([Receipt(place, "A", sku, 50_000)], by=owner, at=later)
    receipts.count([Receipt(place, "A", sku, 50_300)], why="年底盘点", by=owner, at=later)
    row = asked(receipts.count, [Receipt(place, "A", sku, 50_000)], why="年底盘点", by=owner, at=later)
    assert approvals.sentence(row) == "盘点改数，一共差 300 件"
    assert list(approvals.lines(row)) == ["TEA · A · 50300 → 50000"]
    assert row.reason == "年底盘点"
    approvals.agree(row.pk, by=acts(bob), at=later)
    assert Shelf.objects.get(bin__code="A").pieces == 50_000


def test_a_hand_of_the_warehouse_counts_within_the_limit_and_beyond_it_another_agrees(
    shelf: tuple[int, int], ann: User, roles: dict[str, Actor], later: datetime
) -> None:
    place, sku = shelf
    hand = acts(join("hand@example.com", "warehouse", later))
    receipts.count([Receipt(place, "A", sku, 301)], why="盘点", by=hand, at=later)
    row = asked(receipts.count, [Receipt(place, "A", sku, 1)], why="盘点", by=hand, at=later)
    asked(receipts.receive, [Receipt(place, "A", sku, 10_001)], by=hand, at=later)
    approvals.agree(row.pk, by=acts(ann), at=later)
    assert Shelf.objects.get(bin__code="A").pieces == 1


def test_who_holds_the_right_for_their_own_shops_only_agrees_to_nothing(ann: User, bob: User, zoe: User, later: datetime) -> None:
    row = asked(access.give_role, zoe.pk, "finance", by=acts(ann), at=later)
    narrow = replace(acts(zoe), may={"people.manage": "O"})
    with pytest.raises((NotAllowed, NotFound)):
        approvals.agree(row.pk, by=narrow, at=later)
    assert not approvals.theirs_to_settle(narrow, at=later).exists()
