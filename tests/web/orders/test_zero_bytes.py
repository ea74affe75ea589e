"""A zero byte in an address, a question or a form: PostgreSQL keeps none, and no page falls over one."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.orders.bench import Bench

pytestmark = pytest.mark.django_db


ASKED = (
    "/orders/?q=A%001", "/orders/?tab=all&sku=A%001", "/orders/new/skus/?q=A%001", "/orders/templates/?q=A%001", "/imports/?q=%00",
    "/stock/?q=A%00",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_a_zero_byte_in_a_question_is_passed_over(asked: str, at_counter: Callable[..., Client], bench: Bench) -> None:
    bench.put("A1")
    assert at_counter("owner").get(asked).status_code == 200


@pytest.mark.parametrize("address", ["/f/A%00B/", "/f/%00/thanks/%00/"])
def test_under_an_address_with_a_zero_byte_there_is_nothing(address: str, client: Client, person: Callable[..., object]) -> None:
    person("owner")
    assert client.get(address).status_code == 404
