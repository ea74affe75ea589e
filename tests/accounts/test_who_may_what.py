"""One file says who may do what; every verb asks it, and nobody slips in beside it."""

from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from zhanggui.accounts import queries
from zhanggui.accounts.commands import access, people
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.passwords import BadAccount
from zhanggui.accounts.policy import LESSER, policy
from zhanggui.channels.commands import imports
from zhanggui.journal.book import COMMANDS
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, Refused
from zhanggui.orders.commands import holds, progress, review, shops
from zhanggui.stock.commands import receipts, safety, warehouses

ROLES = ["owner", "sales", "reviewer", "warehouse", "aftersales", "finance", "readonly", "program"]
PASSWORD = "kettle-lamp-42"


def test_the_policy_has_a_cell_for_every_right_and_role() -> None:
    found = policy()
    assert list(found.roles) == ROLES
    assert len(found.capabilities) == 49
    for code, capability in found.capabilities.items():
        assert list(capability.cells) == ROLES, code
        assert all(cell.strip() for cell in capability.cells.values())
        assert capability.zh
        assert capability.en
    assert all(found.capabilities["order.delete"].grants(role) is None for role in ROLES)
    assert all(found.capabilities["journal.change"].grants(role) is None for role in ROLES)


def test_a_request_a_proposal_and_a_suggestion_are_not_the_right_itself() -> None:
    cells = {(code, role): cell for code, each in policy().capabilities.items() for role, cell in each.cells.items()}
    lesser = {key for key, cell in cells.items() if cell.split(" ")[0] in LESSER}
    for role in ROLES:
        grants = policy().grants_of(role)
        assert {code for code, who in cells if who == role} - {code for code, who in lesser if who == role} == set(grants)
    assert "catalog.edit" not in policy().grants_of("sales")
    assert "order.cancel" not in policy().grants_of("sales")


def test_every_verb_needs_a_right_that_exists() -> None:
    ours = [each for each in COMMANDS.values() if each.call.__module__.startswith("zhanggui.")]
    assert len(ours) > 40
    assert {each.name: each.needs for each in ours if each.needs not in policy().capabilities} == {}


@pytest.mark.django_db
@pytest.mark.capability("L-08")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_the_right_is_refused_by_every_verb_before_it_begins(role: str, roles: dict[str, Actor], at: datetime) -> None:
    """A verb called with nothing else: who may gets past the door and trips over the missing words; who may not never comes so far."""
    by = roles[role]
    before = Entry.objects.count()
    refused = 0
    for each in COMMANDS.values():
        if not each.call.__module__.startswith("zhanggui.") or by.can(each.needs):
            continue
        with pytest.raises(NotAllowed) as told:
            _framed(each.call)(by=by, at=at)
        assert told.value.facts == {"needs": each.needs, "who": role}
        refused += 1
    assert refused == sum(1 for each in COMMANDS.values() if each.call.__module__.startswith("zhanggui.") and not by.can(each.needs))
    assert (refused == 0) == (role == "owner" and all(by.can(each.needs) for each in COMMANDS.values()))
    assert Entry.objects.count() == before


def _framed(call):  # type: ignore[no-untyped-def]
    """The verb as the house calls it: with its frame."""
    module = __import__(call.__module__, fromlist=[call.__name__])
    return getattr(module, call.__name__)


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_sales_may_look_and_enter_but_not_approve_adjust_or_let_people_in(shop_id: int, roles: dict[str, Actor], at: datetime) -> None:
    sales = roles["sales"]
    verbs = (
        lambda: review.approve([1], by=sales, at=at), lambda: progress.cancel([1], by=sales, at=at),
        lambda: receipts.receive([], by=sales, at=at), lambda: safety.keep_back([], by=sales, at=at),
        lambda: people.add("x@example.com", "x", PASSWORD, "owner", by=sales, at=at), lambda: shops.open_one("x", "x", by=sales, at=at),
        lambda: warehouses.open_one("x", "x", by=sales, at=at),
    )  # fmt: skip
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()
    assert holds.hold([], by=sales, at=at).done == []
    stock = imports.Upload("a.csv", "d", 1)
    with pytest.raises(NotAllowed):
        imports.begin("orders", stock, shop_id=shop_id, format="", mapping={}, options={}, by=roles["warehouse"], at=at)
    assert imports.begin("stock", stock, shop_id=None, format="", mapping={}, options={}, by=roles["warehouse"], at=at)


# People


@pytest.mark.django_db
@pytest.mark.capability("G-01", "L-04")
def test_a_shop_is_opened_once_by_its_owner(at: datetime) -> None:
    assert not queries.has_an_owner()
    owner = User.objects.get(pk=people.open_shop(" Owner@Example.com ", " 店主 ", PASSWORD, by=SYSTEM, at=at))
    assert (owner.email, owner.name, owner.role.code) == ("owner@example.com", "店主", "owner")
    assert owner.password.split("$")[0] in ("md5", "argon2")
    assert set(Role.objects.values_list("code", flat=True)) == set(ROLES)
    with pytest.raises(people.OwnerExists):
        people.open_shop("other@example.com", "二", PASSWORD, by=SYSTEM, at=at)
    with pytest.raises(people.EmailTaken):
        people.add("OWNER@example.com", "二", PASSWORD, "sales", by=SYSTEM, at=at)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.capability("L-04", "B-02")
@pytest.mark.parametrize(("email", "name", "password", "field"), [
    ("nobody", "店主", PASSWORD, "email"), ("a@example.com", " ", PASSWORD, "name"), ("a@example.com", "店主", "short1", "password"),
    ("a@example.com", "店主", "password1234", "password"), ("a@example.com", "店主", "38472910564738", "password"),
    ("kettlelamp@example.com", "店主", "kettlelamp", "password"),
])  # fmt: skip
def test_a_bad_account_names_the_field(email: str, name: str, password: str, field: str, at: datetime) -> None:
    with pytest.raises(BadAccount) as told:
        people.open_shop(email, name, password, by=SYSTEM, at=at)
    assert (told.value.facts["field"], bool(told.value.sentence)) == (field, True)
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.capability("L-08")
def test_who_is_switched_off_may_nothing_at_once_and_the_last_owner_stays(at: datetime) -> None:
    owner = people.open_shop("a@example.com", "甲", PASSWORD, by=SYSTEM, at=at)
    sales = people.add("b@example.com", "乙", PASSWORD, "sales", by=SYSTEM, at=at)
    me = queries.actor_of(User.objects.get(pk=owner), fresh=True)
    assert queries.actor_of(User.objects.get(pk=sales)).can("order.create")
    access.switch_off(sales, by=me, at=at)
    gone = queries.actor_of(User.objects.get(pk=sales))
    assert (dict(gone.may), gone.role) == ({}, "")
    access.switch_on(sales, by=me, at=at)
    access.give_role(sales, "finance", by=me, at=at)
    assert queries.actor_of(User.objects.get(pk=sales)).role == "finance"
    for refusal, verb in (
        (access.Yourself, lambda: access.switch_off(owner, by=me, at=at)),
        (access.LastOwner, lambda: access.switch_off(owner, by=SYSTEM, at=at)),
        (access.LastOwner, lambda: access.give_role(owner, "sales", by=SYSTEM, at=at)),
        (Refused, lambda: access.give_role(sales, "emperor", by=me, at=at)),
    ):
        with pytest.raises(refusal):
            verb()
    assert queries.actor_of(AnonymousUser()).may == {}


@pytest.mark.django_db
def test_a_role_of_the_shops_own_has_the_grants_it_was_given(at: datetime) -> None:
    people.ensure_roles()
    own = Role.objects.create(code="intern", name="实习", grants={"order.view": "Y"})
    person = User.objects.create_user("i@example.com", PASSWORD, name="丙", role=own, joined_at=at)
    actor = queries.actor_of(person)
    assert (actor.can("order.view"), actor.can("order.create"), actor.role) == (True, False, "intern")
