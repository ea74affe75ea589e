"""Keys for programs: lent by a person, never more than that person may now, dead with them, counted and bounded."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.api.caller import Caller, lent, secret_of
from tests.web.orders.bench import Bench
from zhanggui.accounts import tokens_pace
from zhanggui.accounts.commands import access, tokens
from zhanggui.accounts.commands.tokens import BadTokenWish
from zhanggui.accounts.models import Role, Token, User
from zhanggui.accounts.queries import actor_of
from zhanggui.accounts.tokens import digest_of, grants_for
from zhanggui.journal.models import Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.errors import StepUpNeeded
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.capability("L-04")]
Person = Callable[..., User]


def test_the_secret_is_told_once_and_only_its_digest_is_kept(person: Person) -> None:
    secret = secret_of(person("owner"), ["order.view"])
    row = Token.objects.get()
    assert secret.startswith("zg_")
    assert len(secret) == 67
    assert row.digest == digest_of(secret)
    assert row.shown == secret[:11]
    assert secret not in str(list(Token.objects.values())) + str(list(Entry.objects.values()))


def test_making_one_asks_who_one_is_and_lends_only_what_one_has(person: Person) -> None:
    owner = person("owner")
    at = clock.now()
    with pytest.raises(StepUpNeeded):
        tokens.create("x", ["order.view"], by=actor_of(owner), at=at)
    by = actor_of(owner, fresh=True)
    wishes: list[dict[str, Any]] = [
        {"scopes": []}, {"scopes": ["people.manage"]}, {"scopes": ["nothing"]}, {"name": " "}, {"days": 0}, {"days": 366},
        {"networks": ["nowhere"]}, {"shop_ids": []},
    ]  # fmt: skip
    for wish in wishes:
        facts: dict[str, Any] = {"name": "x", "scopes": ["order.view"], **wish}
        with pytest.raises(BadTokenWish):
            tokens.create(facts.pop("name"), facts.pop("scopes"), by=by, at=at, **facts)
    assert not Token.objects.exists()


def test_two_grants_meet_where_both_are_narrow() -> None:
    assert grants_for(["order.view"], {"order.view": "Y released"}) == {"order.view": "scope released"}
    assert grants_for(["return.open"], {"return.open": "O create"}) == {"return.open": "scope O create"}
    assert grants_for(["order.recipient"], {"order.recipient": "M S R"}) == {"order.recipient": "scope A M R S"}
    assert grants_for(["return.open"], {"return.open": "Y other"}) == {}
    assert grants_for(["people.manage", "backup"], {"people.manage": "Y", "backup": "Y"}) == {}


def test_a_maker_who_may_less_makes_the_key_open_less_at_its_next_call(person: Person, shop_id: int) -> None:
    owner, other = person("owner"), person("finance")
    User.objects.filter(pk=other.pk).update(role=Role.objects.get(code="owner"))
    other.refresh_from_db()
    caller = Caller(secret_of(other))
    assert caller.get("/waves")[0] == 200
    access.give_role(other.pk, "readonly", by=SYSTEM, at=clock.now())
    status, told = caller.get("/waves")
    assert (status, told["code"]) == (403, "not-allowed")
    assert caller.get("/orders")[0] == 200
    access.switch_off(other.pk, by=actor_of(owner, fresh=True) if False else SYSTEM, at=clock.now())
    status, told = caller.get("/orders")
    assert (status, told["code"]) == (401, "token-maker-gone")
    access.switch_on(other.pk, by=SYSTEM, at=clock.now())
    assert caller.get("/orders")[0] == 401


def test_a_key_taken_back_opens_nothing_from_the_next_call_on(person: Person, shop_id: int) -> None:
    owner = person("owner")
    caller = Caller(secret_of(owner))
    assert caller.get("/orders")[0] == 200
    by = actor_of(owner, fresh=True)
    assert tokens.revoke([Token.objects.get().pk], by=by, at=clock.now()).done
    assert caller.get("/orders")[1]["code"] == "token-revoked"
    assert not tokens.revoke([Token.objects.get().pk], by=by, at=clock.now()).done


def test_a_key_sees_its_shops_only_and_touches_no_other(person: Person, shop_id: int, at: Any) -> None:
    owner = person("owner")
    here = Bench(shop_id, at).put("A1")
    foreign = shops.open_one("other", "别家", by=SYSTEM, at=at)
    caller = Caller(secret_of(owner, shop_ids=[foreign]))
    assert caller.get("/orders", tab="all")[1]["items"] == []
    assert caller.get(f"/orders/{here.pk}")[0] == 404
    assert [row["code"] for row in caller.get("/shops")[1]["items"]] == ["other"]
    assert caller.post("/orders/holds/hold", {"order_ids": [str(here.pk)]})[0] == 404
    assert Order.objects.get().version == here.version


@pytest.mark.parametrize(
    ("address", "right"),
    [("10.1.2.3", 200), ("::ffff:10.9.9.9", 200), ("11.0.0.1", 403), ("2001:db8::7", 200), ("nonsense", 403)],
)
def test_a_key_bound_to_addresses_works_from_nowhere_else(address: str, right: int, person: Person, shop_id: int) -> None:
    caller = Caller(secret_of(person("owner"), networks=["10.0.0.0/8", "2001:db8::/32"]), address=address)
    assert caller.get("/me")[0] == right


def test_too_many_calls_a_minute_are_told_when_to_come_back(
    person: Person, shop_id: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_CALLS_A_MINUTE = 40
    now = clock.now().replace(second=20)
    monkeypatch.setattr(clock, "now", lambda: now)
    caller = Caller(secret_of(person("owner")))
    # Another process took a handful and keeps it: over both together it is never more than the limit.
    statuses = [caller.get("/me")[0] for _ in range(30)]
    tokens_pace.forget()
    statuses += [caller.get("/me")[0] for _ in range(30)]
    assert 38 <= statuses.count(200) <= 40
    assert set(statuses) == {200, 429}
    assert caller.last.headers["Retry-After"] == "40"
    now += timedelta(minutes=1)
    assert caller.get("/me")[0] == 200
    assert Token.objects.get().used_at == now


def test_a_key_is_made_and_taken_back_on_the_page(client: Client, person: Person, shop_id: int) -> None:
    owner = person("owner")
    client.force_login(owner)
    assert client.get("/settings/tokens/").status_code == 200
    wish = {"name": "官网", "days": "30", "scopes": ["order.view", "stock.view"], "networks": "10.0.0.0/8\n"}
    bad = client.post("/settings/tokens/new/", {**wish, "networks": "nowhere"})
    assert bad.status_code == 422
    assert "nowhere" in bad.content.decode()
    answer = client.post("/settings/tokens/new/", wish)
    row = Token.objects.get()
    page = answer.content.decode()
    secret = re.findall(r"zg_([0-9A-Za-z_-]{64})", page)[0]
    assert digest_of(f"zg_{secret}") == row.digest
    assert (row.expires_at - row.made_at).days == 30
    assert f"zg_{secret}" not in client.get("/settings/tokens/").content.decode()
    assert "官网" in client.get(f"/settings/tokens/{row.pk}/").content.decode()
    assert client.post(f"/settings/tokens/{row.pk}/revoke/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_what_no_program_may_is_told_from_what_this_one_was_not_lent(person: Person, shop_id: int, at: Any) -> None:
    order = Bench(shop_id, at).put("A1")
    caller = Caller(lent(person("owner")))
    assert caller.post("/accounts/access/switch-on", {"person_id": "1"})[1]["code"] == "closed-to-programs"
    assert Caller(lent(User.objects.get(), ["stock.view"])).get("/orders")[1]["code"] == "not-allowed"
    status, told = caller.post("/orders/noting/reveal", {"order_id": str(order.pk), "why": "buyer asked twice"})
    assert (status, told["code"]) == (403, "not-for-programs")
