"""Whatever is sent wrong is refused in words, with its status and its headers, and nothing fails."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.caller import Caller, secret_of
from zhanggui.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.capability("L-04")]
Person = Callable[..., User]
HOLD = "/orders/holds/hold"


@pytest.fixture
def program(person: Person, shop_id: int) -> Caller:
    return Caller(secret_of(person("owner")))


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b"\xff\xfe", b'{"order_ids": ["1"], "order_ids": }', b"NaN", b'{"a": 1e999}', b'{"a": "\\ud800"}',
        json.dumps({"order_ids": ["1"], "because": "a\0b"}).encode(), b'{"order_ids": [' + b"9" * 5000 + b"]}", b"[" * 100_000,
        b'{"a": ' * 60 + b"1" + b"}" * 60, json.dumps({"order_ids": [2**70]}).encode(),
    ],
)  # fmt: skip
def test_a_body_nobody_can_read_is_refused_in_words(body: bytes, program: Caller) -> None:
    status, told = program.post(HOLD, body)
    assert (status, told["code"]) == (422, "not-json")
    assert program.last.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body.order_ids"), ({"order_ids": []}, "body.order_ids"), ({"order_ids": "1"}, "body.order_ids"),
        ({"order_ids": ["x"]}, "body.order_ids.0"), ({"order_ids": [True]}, "body.order_ids.0"), ({"order_ids": ["0"]}, "body.order_ids.0"),
        ({"order_ids": [str(2**63)]}, "body.order_ids.0"), ({"order_ids": ["1"], "by": "me"}, "body.by"),
        ({"order_ids": ["1"], "at": "now"}, "body.at"), ({"order_ids": ["1"] * 1001}, "body.order_ids"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_its_place(body: Any, place: str, program: Caller) -> None:
    status, told = program.post(HOLD, body)
    assert (status, told["code"]) == (422, "not-understood")
    assert place in [each["at"] for each in told["errors"]]


def test_types_sizes_methods_and_addresses_are_each_refused_by_their_name(program: Caller) -> None:
    assert program.post(HOLD, {}, content_type="text/plain")[1]["code"] == "wrong-content-type"
    assert program.last.status_code == 415
    assert program.post(HOLD, b" " * (2 * 1024 * 1024 + 1))[1]["code"] == "too-large"
    assert program.last.status_code == 413
    assert program.get(HOLD)[1]["code"] == "wrong-method"
    assert program.last.headers["Allow"] == "POST"
    assert program.get("/nothing/here")[0] == 404
    assert program.get("/orders", strange="1")[1]["code"] == "unknown-parameter"
    assert program.get("/orders", cursor="nonsense")[1]["code"] == "bad-cursor"
    assert program.get("/orders", limit="201")[0] == 422
    assert program.get(f"/orders/{2**64}")[0] == 422
    assert program.get("/orders", q="a\0b")[0] in (200, 422)


def test_it_speaks_the_language_asked_for_and_reads_no_cookie(program: Caller, person: Person) -> None:
    assert program.get("/nothing")[1]["title"] == "接口里没有 /api/v1/nothing。"
    english = {"Accept-Language": "fr, en;q=0.8, zh;q=0.2"}
    assert program.get("/nothing", headers=english)[1]["title"] == "The API has no /api/v1/nothing."
    bare = Caller()
    bare.client.force_login(User.objects.get())
    assert bare.get("/orders")[0] == 401
    assert "Cookie" not in bare.last.headers["Vary"]
    assert not bare.last.cookies


def test_every_answer_bears_the_headers(program: Caller) -> None:
    for path in ("/orders", "/nothing", "/docs", "/openapi.json"):
        program.last = program.client.get(f"/api/v1{path}", headers=program.headers)
        headers = program.last.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "Content-Security-Policy" in headers
        assert "X-Request-Id" in headers
        assert "Access-Control-Allow-Origin" not in headers


def test_the_page_of_the_api_names_every_operation_in_both_languages(program: Caller) -> None:
    for language, word in (("zh", "怎么开始"), ("en", "How to begin")):
        page = program.client.get("/api/v1/docs", {"lang": language}).content.decode()
        assert word in page
        assert page.count("<article") == page.count("curl -") >= 60
        assert "<script" not in page
        assert "style=" not in page
    assert "/orders/holds/hold" in program.client.get("/api/v1/docs", {"q": "holds"}).content.decode()
    assert "<article" not in program.client.get("/api/v1/docs", {"q": "nothing at all"}).content.decode()
