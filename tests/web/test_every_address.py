"""Every address, by every method, as everybody: the cells are made from the addresses, the policy and the gate's own file."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.accounts.queries import actor_of
from zhanggui.web.frame import gate

pytestmark = pytest.mark.one_leg
METHODS = ("get", "post", "put", "patch", "delete", "options")
# A program bears a token and comes to no page.
ROLES = tuple(role for role in policy().roles if role != "program")
# Each role, and two of them with the things of another shop and of another warehouse.
PRINCIPALS = (*((role, "") for role in ROLES), ("sales", "shop_ids"), ("warehouse", "warehouse_ids"))
FILLED = {"token": "x" * 22, "kind": "orders", "language": "zh", "verb": "x", "name": "density", "number": "x"}
STRANGERS = ("nobody", "a stranger's session", "somebody switched off")
Person = Callable[..., User]


def routes(resolver: URLResolver | Any = None, path: str = "/", space: str = "") -> Iterator[tuple[str, str]]:
    """(name in the gate's file, the route as it is written)."""
    for each in (resolver or get_resolver()).url_patterns:
        route = path + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from routes(each, route, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", route


def addresses() -> Iterator[tuple[str, str]]:
    """(name in the gate's file, a path that resolves to it)."""
    for name, route in routes():
        yield name, re.sub(r"<(?:int|str|slug):(\w+)>", lambda found: FILLED.get(found.group(1), "1"), route)


EVERY = sorted(addresses())


def cells(turn: int, many: int) -> list[tuple[str, str, str]]:
    """(name, path, method): every method an address knows. Those it does not know are the same to everybody, and asked by one of
    ``many`` after the other; by each of them in the long proofs."""
    each = os.environ.get("ZHANGGUI_EVERY_CELL")
    unknown = [(name, path, one) for name, path in EVERY for one in METHODS if one.upper() not in gate.methods(name)]
    known = [(name, path, one) for name, path in EVERY for one in METHODS if one.upper() in gate.methods(name)]
    return known + (unknown if each else unknown[turn::many])


def test_every_address_is_in_the_gates_file_and_the_file_names_no_other() -> None:
    assert {name for name, _path in EVERY} == set(gate.routes())
    asked = [cells(turn, len(each)) for each in (PRINCIPALS, STRANGERS) for turn in range(len(each))]
    assert sum(map(len, asked)) >= 5_000
    # Nothing is left out between them.
    assert {cell for cells_of in asked[: len(PRINCIPALS)] for cell in cells_of} == {(*each, method) for each in EVERY for method in METHODS}


def test_the_file_asks_for_what_the_policy_knows_and_in_its_own_words() -> None:
    known = policy()
    words = {word for role in known.roles for cell in known.grants_of(role).values() for word in cell.split()}
    for name, methods in gate.routes().items():
        for need in methods.values():
            assert need.capability in (gate.PUBLIC, gate.SIGNED_IN) or need.capability in known.capabilities, (name, need)
            assert need.takes <= words, (name, need)
    with pytest.raises(ValueError, match="no need"):
        gate.need("order.view released")


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "bound"), PRINCIPALS)
@pytest.mark.capability("L-04")
def test_a_role_comes_where_the_policy_lets_it_and_nowhere_else(
    role: str, bound: str, client: Client, person: Person, shop_id: int
) -> None:
    client.raise_request_exception = False
    someone = person(role)
    if bound:
        # Of a shop, or a warehouse, of which there is nothing here: the doors stay those of the role.
        User.objects.filter(pk=someone.pk).update(**{bound: [shop_id + 1000]})
        someone.refresh_from_db()
    actor = actor_of(someone)
    client.force_login(someone)
    wrong = []
    for name, path, method in cells(PRINCIPALS.index((role, bound)), len(PRINCIPALS)):
        status = getattr(client, method)(path).status_code
        if name == "account_logout":
            client.force_login(someone)
        need = gate.methods(name).get(method.upper())
        if need is None:
            right = status == 405
        elif not need.met(actor):
            right = status == 403
        else:
            right = status not in (401, 403, 405, 500) or (need.more and status == 403)
        if not right:
            wrong.append((name, method, status))
    assert not wrong, wrong


@pytest.mark.django_db
@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.capability("L-04")
def test_whoever_did_not_sign_in_sees_what_is_public_and_changes_nothing(who: str, client: Client, person: Person, shop_id: int) -> None:
    client.raise_request_exception = False
    person("owner")
    if who == "a stranger's session":
        client.cookies["sessionid"] = "a" * 32
    if who == "somebody switched off":
        someone = person("finance")
        client.force_login(someone)
        User.objects.filter(pk=someone.pk).update(is_active=False)
    wrong = []
    for name, path, method in cells(STRANGERS.index(who), len(STRANGERS)):
        answer = getattr(client, method)(path)
        known = gate.methods(name)
        need = known.get(method.upper())
        if need is not None and need.capability == gate.PUBLIC:
            right = answer.status_code not in (401, 403, 405, 500) or (need.more and answer.status_code == 403)
        elif need is None and gate.PUBLIC in {each.capability for each in known.values()}:
            right = answer.status_code == 405
        else:
            right = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        if not right:
            wrong.append((name, method, answer.status_code))
    assert not wrong, wrong


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "called"), [("zh-hans", "（审核订单）"), ("en", "Review orders")])
def test_a_shut_door_says_in_the_readers_words_which_right_is_wanting(
    language: str, called: str, client: Client, person: Person, settings: Any
) -> None:
    client.force_login(person("sales"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get("/review/", headers=headers)
        assert page.status_code == 403
        assert called in page.content.decode()
        assert "order.review" not in page.content.decode()
