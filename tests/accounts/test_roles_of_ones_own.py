"""Roles of the shop's own: made from a copy, narrower than it or the same, and never wider than who made them."""

from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest

from zhanggui.accounts import grants, queries
from zhanggui.accounts.commands import access, bounds, inviting, people, rescue, roles, sessions
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.policy import policy
from zhanggui.journal.book import COMMANDS
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotFound

PASSWORD = "kettle-lamp-42"
HUMAN = [role for role in policy().roles if role != "program"]


def test_a_cell_read_and_written_again_lets_one_do_the_same() -> None:
    for role, capability in product(HUMAN, policy().capabilities.values()):
        said = capability.grants(role)
        if said is not None:
            read = grants.cell(said)
            assert grants.cell(str(read)) == read, said
            assert read.within(read)
            assert Actor("person", 1, "x", {"c": str(read)}).granted("c") == Actor("person", 1, "x", {"c": said}).granted("c"), said


@pytest.mark.parametrize(("mine", "theirs", "within"), [
    ("Y R", "Y", True), ("Y", "Y R", False), ("Y ≤500", "Y ≤1000", True), ("Y", "Y ≤1000", False), ("Y ≤2000", "Y ≤1000", False),
    ("O", "Y", True), ("Y", "O", False), ("Y released", "Y", True), ("Y", "Y released", False), ("Y hold", "O hold", False),
    ("M", "M R", True), ("M R", "M", False), ("M label", "M S R", True), ("M R", "M S R", False), ("M totals", "M", True),
    ("A S R", "A S R", True), ("A R", "A S R", False), ("Y ≤limit", "A", False), ("A ≤limit", "A", True),
    ("A S ≤1000", "A S", False), ("A S ≤5", "A S ≤9", True),
])  # fmt: skip
def test_what_is_narrower_is_known(mine: str, theirs: str, within: bool) -> None:
    assert grants.cell(mine).within(grants.cell(theirs)) is within
    held = grants.cell(mine).held(grants.cell(theirs))
    assert held.within(grants.cell(theirs)), str(held)


def test_what_stays_hidden_is_opened_by_no_mark_of_the_policy() -> None:
    """A mask without its reason shows nothing in plain; beside a floor that asks for a reason it still does not."""
    for floor in ("M R", "M S R", "M"):
        assert str(grants.cell("M").held(grants.cell(floor))) == "M"
    assert str(grants.cell("M R").held(grants.cell("M S R"))) == "M S R"
    assert str(grants.cell("M label").held(grants.cell("M S R"))) == "M label"


@pytest.fixture
def boss(db: None, at: datetime) -> Actor:
    made = people.add("boss@example.com", "老板", PASSWORD, "owner", by=SYSTEM, at=at)
    return alone(queries.actor_of(User.objects.get(pk=made), fresh=True))


def come_in(role: str, at: datetime, name: str = "li") -> int:
    return people.add(f"{name}@example.com", name, PASSWORD, role, by=SYSTEM, at=at)


def acting(person_id: int) -> Actor:
    return queries.actor_of(User.objects.select_related("role").get(pk=person_id), fresh=True)


def alone(by: Actor) -> Actor:
    """The same, needing nobody else to agree: that is shown elsewhere."""
    return replace(by, may={**by.may, "people.manage": "Y S"})


@pytest.mark.django_db
@pytest.mark.capability("L-08")
@pytest.mark.parametrize("role", HUMAN)
def test_a_copy_may_what_its_origin_may_and_keeps_the_policys_marks(role: str, boss: Actor, at: datetime) -> None:
    code = roles.copy(role, f"{role} 副本", by=boss, at=at)
    made = Role.objects.get(code=code)
    theirs = policy().grants_of(role)
    mine = queries.grants_of(made)
    assert set(mine) == set(theirs)
    assert (made.built_in, made.origin) == (False, role)
    # Even with every mark rubbed out in its row.
    Role.objects.filter(pk=made.pk).update(grants=dict.fromkeys(theirs, "Y"))
    forced = queries.grants_of(Role.objects.get(pk=made.pk))
    assert all(grants.cell(forced[each]).within(grants.cell(said)) for each, said in theirs.items())


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_a_role_is_narrowed_and_the_change_counts_at_the_next_click(boss: Actor, at: datetime) -> None:
    code = roles.copy("sales", "晚班客服", by=boss, at=at)
    li = come_in(code, at)
    assert acting(li).can("order.create")
    kept = queries.grants_of(Role.objects.get(code=code))
    wanted = {each: said for each, said in kept.items() if each != "order.create"} | {"export.masked": "O ≤200"}
    roles.change(code, "夜班客服", wanted, by=boss, at=at)
    assert (acting(li).can("order.create"), acting(li).most("export.masked")) == (False, 200)
    line = Entry.objects.get(name="GrantsChanged")
    assert line.facts["changed"] == {"export.masked": ["O ≤1000", "O ≤200"], "order.create": ["O", "-"]}
    assert (line.facts["called"], line.actor_name) == ("夜班客服", "老板")


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_a_role_is_never_wider_than_the_policy_nor_may_what_nobody_may(boss: Actor, at: datetime) -> None:
    code = roles.copy("sales", "客服二", by=boss, at=at)
    kept = queries.grants_of(Role.objects.get(code=code))
    for more in ({"export.masked": "O ≤5000"}, {"order.recipient": "M O"} | {"order.view": "Y"}, {"people.manage": "Y"}):
        with pytest.raises(roles.NotYours):
            roles.change(code, "客服二", kept | more, by=boss, at=at)
    for nobodys in ("order.delete", "journal.change", "no.such"):
        with pytest.raises(NotFound):
            roles.change(code, "客服二", kept | {nobodys: "Y"}, by=boss, at=at)
    Role.objects.filter(code=code).update(grants=kept | {"order.delete": "Y", "journal.change": "Y"})
    assert not {"order.delete", "journal.change"} & set(queries.grants_of(Role.objects.get(code=code)))
    # What the origin lacks comes with the marks the policy gives the owner.
    roles.change(code, "客服二", kept | {"order.unreview": "Y R"}, by=boss, at=at)
    with pytest.raises(roles.NotYours):
        roles.change(code, "客服二", kept | {"order.unreview": "Y"}, by=boss, at=at)


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_a_built_in_role_is_read_only_and_a_name_is_taken_once(boss: Actor, at: datetime) -> None:
    for act in (lambda: roles.change("sales", "x", {}, by=boss, at=at), lambda: roles.drop("sales", by=boss, at=at)):
        with pytest.raises(roles.BuiltIn):
            act()
    roles.copy("sales", "晚班", by=boss, at=at)
    for name in ("晚班", " 晚班 ", "客服", "Sales", "", "太长" * 20):
        with pytest.raises(roles.BadRole):
            roles.copy("sales", name, by=boss, at=at)
    with pytest.raises(NotFound):
        roles.copy("program", "机器", by=boss, at=at)


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_a_role_somebody_has_goes_only_with_another_for_them(boss: Actor, at: datetime) -> None:
    code = roles.copy("sales", "晚班", by=boss, at=at)
    li = come_in(code, at)
    waiting = inviting.invite(code, name="小王", by=boss, at=at)
    with pytest.raises(roles.RoleHeld) as told:
        roles.drop(code, by=boss, at=at)
    assert told.value.facts["people"] == 2
    assert roles.drop(code, move_to="readonly", by=boss, at=at) == 2
    assert acting(li).role == "readonly"
    path = inviting.link_for(waiting, by=boss, at=at)
    assert inviting.invited_by(path.rstrip("/").rsplit("/", 1)[1], at=at).role.code == "readonly"
    assert not Role.objects.filter(code=code).exists()
    empty = roles.copy("finance", "兼职财务", by=boss, at=at)
    assert roles.drop(empty, by=boss, at=at) == 0


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_who_manages_people_hands_out_no_more_than_they_hold_and_touches_nobody_above(boss: Actor, at: datetime) -> None:
    """A manager of people who is no owner: the door to the owner's account is shut at every verb."""
    code = roles.copy("owner", "人事", by=boss, at=at)
    kept = queries.grants_of(Role.objects.get(code=code))
    few = {"people.manage", "order.view", "journal.view"}
    roles.change(code, "人事", {each: said for each, said in kept.items() if each in few}, by=boss, at=at)
    hr = alone(acting(come_in(code, at, "hr")))
    clerk = come_in("readonly", at, "clerk")
    owner = User.objects.get(email="boss@example.com").pk
    twin = roles.copy(code, "人事二", by=hr, at=at)
    above = (
        lambda: people.add("x@example.com", "x", PASSWORD, "owner", by=hr, at=at),
        lambda: people.add("x@example.com", "x", PASSWORD, "finance", by=hr, at=at),
        lambda: inviting.invite("owner", by=hr, at=at),
        lambda: access.give_role(hr.id or 0, "owner", by=hr, at=at),
        lambda: access.switch_off(owner, by=hr, at=at), lambda: access.renew_password(owner, PASSWORD, by=hr, at=at),
        lambda: rescue.hand_link(owner, why="x", by=hr, at=at), lambda: rescue.clear_second_factor(owner, why="x", by=hr, at=at),
        lambda: sessions.end_all(owner, by=hr, at=at), lambda: access.give_logins(owner, username="hr2", phone="", by=hr, at=at),
        lambda: access.give_role(clerk, code, by=hr, at=at), lambda: roles.copy("sales", "新", by=hr, at=at),
        lambda: rescue.ask_second_factor("owner", False, by=hr, at=at),
    )  # fmt: skip
    for act in above:
        with pytest.raises(bounds.AboveYou):
            act()
    with pytest.raises(roles.NotYours):
        roles.change(twin, "人事二", {"refund.approve": "A not-proposer"}, by=hr, at=at)
    roles.change(twin, "人事二", {"order.view": "Y R"}, by=hr, at=at)
    assert people.add("y@example.com", "y", PASSWORD, twin, by=hr, at=at)


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_shops_and_warehouses_are_given_at_once_and_never_beyond_ones_own(boss: Actor, at: datetime) -> None:
    li = come_in("sales", at)
    access.give_reach(li, shops=[3, 1, 3], warehouses=None, by=boss, at=at)
    assert acting(li).reach.shops == {1, 3}
    assert acting(li).reach.warehouses is None, "every one, also those opened later"
    with pytest.raises(bounds.OwnerSeesAll):
        access.give_reach(boss.id or 0, shops=[1], warehouses=None, by=boss, at=at)
    code = roles.copy("owner", "店长", by=boss, at=at)
    manager = come_in(code, at, "manager")
    access.give_reach(manager, shops=[1], warehouses=[7], by=boss, at=at)
    narrow = alone(acting(manager))
    for shops, warehouses in ((None, [7]), ([1, 2], [7]), ([1], None)):
        with pytest.raises(bounds.BeyondYourReach):
            people.add("z@example.com", "z", PASSWORD, code, shops=shops, warehouses=warehouses, by=narrow, at=at)
    with pytest.raises(bounds.BeyondYourReach):
        access.switch_off(come_in(code, at, "elsewhere"), by=narrow, at=at)
    assert people.add("z@example.com", "z", PASSWORD, code, shops=[1], warehouses=[7], by=narrow, at=at)
    access.give_role(manager, "owner", by=boss, at=at)
    assert acting(manager).reach.everywhere


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_a_bound_the_policy_does_not_know_is_not_given_and_does_not_count(boss: Actor, at: datetime) -> None:
    code = roles.copy("owner", "店长", by=boss, at=at)
    kept = queries.grants_of(Role.objects.get(code=code))
    for more in ({"export.plain": "A S R ≤1000"}, {"people.manage": "A S ≤limit"}, {"order.hold": "Y ≤9"}):
        with pytest.raises(roles.NotYours):
            roles.change(code, "店长", kept | more, by=boss, at=at)
    roles.change(code, "店长", kept | {"export.masked": "Y ≤200", "stock.adjust": "A ≤limit"}, by=boss, at=at)
    for origin in ("owner", ""):
        written = kept | {"export.plain": "A S R ≤1000", "people.manage": "A S ≤limit", "export.masked": "Y ≤200"}
        Role.objects.filter(code=code).update(grants=written, origin=origin)
        counts = queries.grants_of(Role.objects.get(code=code))
        assert (counts["export.plain"], counts["people.manage"], counts["export.masked"]) == ("A S R", "A S", "Y ≤200")


def test_a_right_is_narrowed_by_what_the_policy_and_its_verbs_know() -> None:
    asks = {each.needs: set(each.marks) for each in COMMANDS.values()}
    found = {code: grants.options(policy(), code, asks=asks) for code in policy().capabilities}
    assert (found["export.masked"].figure, "pick-lists" in found["export.masked"].parts) == (True, True)
    assert "masked" in found["order.recipient"].parts
    assert found["report"].marks == ("O",), "no verb asks for it, so no reason can be asked"
    assert set(found["people.manage"].marks) == {"A", "S", "R"}
