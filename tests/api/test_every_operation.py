"""Every operation, as every key there is: the cells are made from the operations, the policy and whose key it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from reference import registries

from tests.api.caller import Caller, lent, maker
from zhanggui.accounts.models import Token, User
from zhanggui.accounts.policy import policy
from zhanggui.accounts.tokens import bearer
from zhanggui.api import asking, docs, doing, urls
from zhanggui.api.entrance import Need
from zhanggui.api.left_out import LEFT_OUT, UNASKED
from zhanggui.api.schema import described
from zhanggui.kernel import clock

pytestmark = pytest.mark.one_leg
ROLES = tuple(policy().roles)
METHODS = ("get", "post", "put", "patch", "delete", "options")
Person = Callable[..., User]


def operations() -> list[tuple[str, str, str, Need | None]]:
    """(name, method, path, need) of each."""
    read = [(each.name, "get", path_of(each.path), each.need) for each in asking.QUESTIONS.values()]
    return read + [(each.name, "post", each.path, each.need) for each in doing.deeds()[0].values()]


def path_of(template: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in template.split("/"))


EVERY = operations()


def test_every_verb_is_an_operation_or_says_why_not() -> None:
    made, strange = doing.deeds()
    assert not strange, strange
    assert made.keys() | LEFT_OUT.keys() == registries().commands.keys()
    assert not made.keys() & LEFT_OUT.keys()
    assert all(LEFT_OUT.values())
    assert all(UNASKED.values())


def test_every_operation_needs_what_the_policy_knows_in_its_own_words() -> None:
    known = policy()
    words = {word for role in known.roles for cell in known.grants_of(role).values() for word in cell.split()}
    for name, _, _, need in EVERY:
        assert need is not None or name in ("show_me", "list_approvals"), name
        if need is not None:
            assert set(need.capabilities) <= known.capabilities.keys(), name
            assert need.takes <= words, name
    assert len({(method, path) for _, method, path, _ in EVERY}) == len(EVERY)


def test_what_is_described_is_what_some_program_may_do_and_all_of_it_has_its_chinese() -> None:
    told = [each for methods in described(urls.api)["paths"].values() for each in methods.values()]
    named = {each["operationId"] for each in told}
    open_ = {name.replace(".", "_") for name, each in doing.deeds()[0].items() if each.open}
    assert named == asking.QUESTIONS.keys() | open_
    assert all(each.need is None or each.need.open for each in asking.QUESTIONS.values())
    chinese = docs.words()
    assert chinese.operations.keys() == named
    assert chinese.groups.keys() == {each["tags"][0] for each in told}
    said = {(each.name, field.name) for _, shown in docs.shown(urls.api, True) for each in shown for field in said_by(each)}
    assert [one for one in said if not chinese.field(*one)] == []


def said_by(shown: docs.Shown) -> list[docs.Field]:
    return [field for part in (shown.asked, shown.body, shown.answers) for field in part if field.says]


def answered(caller: Caller, method: str, path: str) -> int:
    """A call that would change nothing: the body is empty, and what is right is refused for that alone."""
    if method == "post":
        return caller.post(path, {})[0]
    caller.last = getattr(caller.client, method)(f"/api/v1{path}", headers=caller.headers, REMOTE_ADDR=caller.address)
    return caller.last.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.capability("L-04")
def test_a_key_opens_what_its_maker_and_the_policy_let_it_and_nothing_else(
    role: str, person: Person, shop_id: int, settings: Any
) -> None:
    settings.API_CALLS_A_MINUTE = 10_000_000
    secret = lent(maker(person, role))
    caller, actor = Caller(secret), bearer(secret, address="127.0.0.1", at=clock.now()).actor
    wrong, cells = [], 0
    for name, right, path, need in EVERY:
        for method in METHODS:
            status = answered(caller, method, path)
            cells += 1
            if method != right:
                good = status == 405
            elif need is not None and not need.met(actor):
                good = status == 403
            else:
                # Whatever else is asked of it, it is not the right that is wanting; a verb may ask its marks on the way.
                good = status in (200, 404, 422)
            if not good:
                wrong.append((name, method, status))
    assert not wrong, wrong
    assert cells == len(EVERY) * len(METHODS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", ["nobody", "no such key", "expired", "revoked", "maker switched off", "maker renewed", "from elsewhere"]
)
@pytest.mark.capability("L-04")
def test_whoever_bears_no_good_key_is_told_nothing(who: str, person: Person, shop_id: int) -> None:
    someone, at = person("owner"), clock.now()
    facts = {
        "expired": {"expires_at": at - timedelta(seconds=1)},
        "revoked": {"revoked_at": at},
        "from elsewhere": {"networks": ["10.0.0.0/8"]},
    }
    secret = (
        {"nobody": "", "no such key": "zg_" + "0" * 64}.get(who)
        if who in ("nobody", "no such key")
        else lent(someone, **facts.get(who, {}))
    )
    if who == "maker switched off":
        User.objects.filter(pk=someone.pk).update(is_active=False)
    if who == "maker renewed":
        User.objects.filter(pk=someone.pk).update(generation=7)
    caller = Caller(secret or "")
    right = 403 if who == "from elsewhere" else 401
    wrong = [(name, status) for name, method, path, _ in EVERY if (status := answered(caller, method, path)) != right]
    assert not wrong, wrong
    assert "WWW-Authenticate" in caller.last.headers or right == 403
    assert Token.objects.exclude(used_at=None).count() == 0


@pytest.mark.django_db
@pytest.mark.capability("L-04")
def test_there_are_so_many_cells() -> None:
    assert len(EVERY) * len(METHODS) * len(ROLES) + len(EVERY) * 7 >= 5_000
