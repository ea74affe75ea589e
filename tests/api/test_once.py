"""Once a key: the same request is done once and answered the same, another under that key is refused, a crash leaves nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.api.caller import Caller, lent, secret_of
from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.journal import once
from zhanggui.journal.models import Answered, Entry
from zhanggui.kernel import clock

pytestmark = pytest.mark.capability("L-04")
Person = Callable[..., User]
HOLD = "/orders/holds/hold"


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


def acts() -> int:
    return Entry.objects.filter(name="orders.holds.hold").count()


@pytest.mark.django_db
def test_the_same_request_again_is_answered_the_same_and_done_once(person: Person, bench: Bench) -> None:
    caller, order = Caller(secret_of(person("owner"))), bench.put("A1")
    body = {"order_ids": [str(order.pk)]}
    first = caller.post(HOLD, body, key="one")
    assert "Idempotency-Replayed" not in caller.last.headers
    again = caller.post(HOLD, body, key="one")
    assert first == again
    assert first[0] == 200
    assert caller.last.headers["Idempotency-Replayed"] == "true"
    assert acts() == 1
    status, told = caller.post(HOLD, {**body, "because": "another"}, key="one")
    assert (status, told["code"]) == (422, "idempotency-key-reused")
    assert caller.post("/orders/holds/clear", {**body, "code": "by-hand"}, key="one")[0] == 422
    # The key is the caller's own: somebody else's is another.
    assert Caller(lent(User.objects.get())).post(HOLD, body, key="one")[0] == 200
    assert acts() == 2


@pytest.mark.django_db
def test_a_refusal_that_changed_nothing_is_not_kept(person: Person, bench: Bench) -> None:
    caller, order = Caller(secret_of(person("owner"))), bench.put("A1")
    body = {"order_id": str(order.pk), "payment": "paid"}
    assert caller.post("/orders/change/set-payment", {**body, "order_id": "99"}, key="one")[0] in (404, 409)
    assert not Answered.objects.exists()
    assert caller.post("/orders/change/set-payment", body, key="one")[0] in (200, 409)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201])
def test_a_change_without_a_good_key_is_refused(key: str, person: Person, bench: Bench) -> None:
    caller, order = Caller(secret_of(person("owner"))), bench.put("A1")
    status, told = caller.post(HOLD, {"order_ids": [str(order.pk)]}, headers={"Idempotency-Key": key.encode().decode("latin-1")})
    assert (status, told["code"]) == (422, "idempotency-key-missing")
    assert acts() == 0


@pytest.mark.django_db
def test_answers_are_sealed_and_let_go_after_a_week(person: Person, bench: Bench) -> None:
    caller, order = Caller(secret_of(person("owner"))), bench.put("A1")
    caller.post(HOLD, {"order_ids": [str(order.pk)]}, key="one")
    row = Answered.objects.get()
    assert row.status == 200
    assert b"done" not in bytes(row.sealed or b"")
    assert once.forget(at=clock.now() + timedelta(days=6)) == 0
    assert once.forget(at=clock.now() + timedelta(days=8)) == 1


@pytest.mark.django_db
def test_only_what_was_seen_is_changed(person: Person, bench: Bench) -> None:
    caller, order = Caller(secret_of(person("owner"))), bench.put("A1")
    caller.get(f"/orders/{order.pk}")
    seen = caller.last.headers["ETag"]
    body = {"order_ids": [str(order.pk)]}
    assert caller.get(f"/orders/{order.pk}", headers={"If-None-Match": seen})[0] == 304
    assert caller.post("/orders/progress/cancel", {**body, "reason": "买家不要了"}, headers={"If-Match": seen})[0] == 200
    status, told = caller.post("/orders/progress/restore", body, headers={"If-Match": seen})
    assert (status, told["code"]) == (412, "changed")
    assert caller.get(f"/orders/{order.pk}", headers={"If-None-Match": seen})[0] == 200
    for bad in ("x", '"x"', '"1', '"99999999999"'):
        assert caller.post("/orders/progress/restore", body, headers={"If-Match": bad})[0] in (412, 422)
