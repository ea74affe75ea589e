"""A program calls: it lists, it acts, once a key, and is told what it may not in the words of the pages."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, secret_of
from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


@pytest.fixture
def bench(shop_id: int, at: datetime) -> Bench:
    return Bench(shop_id, at)


@pytest.fixture
def program(person: Person) -> Caller:
    return Caller(secret_of(person("owner")))


def test_a_program_lists_orders_and_reads_one(program: Caller, bench: Bench) -> None:
    made = [bench.put(f"T{nth}").pk for nth in range(3)]
    program.get("/orders", tab="all")
    with CaptureQueriesContext(
        connection,
    ) as told:
        status, page = program.get("/orders", tab="all", limit=2)
    assert status == 200, page
    assert [row["id"] for row in page["items"]] == [str(pk) for pk in reversed(made)][:2]
    # One of them asks for their tags.
    assert len(told) == 4, [each["sql"] for each in told]
    status, rest = program.get("/orders", tab="all", limit=2, cursor=page["next"])
    assert [row["id"] for row in rest["items"]] == [str(made[0])]
    assert rest["next"] == ""
    status, one = program.get(f"/orders/{made[0]}")
    assert status == 200, one
    assert one["lines"][0]["sku_code"] == "GW-150-QY"
    assert program.get(f"/orders/{made[0]}/timeline")[0] == 200


def test_a_program_holds_and_cancels_many_and_each_is_answered(program: Caller, bench: Bench) -> None:
    ids = [bench.put(f"T{nth}").pk for nth in range(2)]
    status, told = program.post("/orders/holds/hold", {"order_ids": [str(pk) for pk in ids]})
    assert status == 200, told
    assert told["result"]["done"] == [str(pk) for pk in ids]
    status, told = program.post("/orders/progress/cancel", {"order_ids": [str(ids[0]), "999"], "reason": "买家不要了"})
    assert status == 200, told
    assert told["result"]["done"] == [str(ids[0])]
    assert Order.objects.get(pk=ids[0]).stage == "cancelled"


def test_a_program_says_why_before_it_cancels_what_is_paid(program: Caller, bench: Bench) -> None:
    order = bench.put("T1")
    waits = bench.put("T2", stage="pending_payment", payment="unpaid", paid_minor=0, paid_at=None)
    status, told = program.post("/orders/progress/cancel", {"order_ids": [str(order.pk), str(waits.pk)]})
    assert (status, told["code"]) == (422, "reason-needed"), told
    assert Order.objects.get(pk=order.pk).stage == "approved"
    assert program.post("/orders/progress/cancel", {"order_ids": [str(waits.pk)]})[0] == 200
    assert program.post("/orders/progress/cancel", {"order_ids": [str(order.pk)], "reason": "买家不要了"})[0] == 200
