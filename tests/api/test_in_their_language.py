"""What is wrong with a body is said in the house's own sentences, in the language asked for: whatever kind of wrong it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from pydantic import BaseModel, ValidationError

from tests.api.caller import Caller, secret_of
from zhanggui.accounts.models import User
from zhanggui.api import asking, doing, wrongs

JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 2**40, 2**63, 1.5, "", "x", "0", "1", "9" * 30, "x" * 30_000, "\ud800", "2026-10-20T02:00:00", "1000-01-01T00:00:00Z",
    "2026-13-45T99:00:00Z", "2026-10-20", 10**400, [], {}, [None], ["x"], [{}], [1.5], [[]], {"x": 1}, {"1": None}, {"1": "x"}, {"1": {}},
    ["1"] * 1001, [{"x": 1}], {"1": 1.5}, {"1": -1}, {"1": "x" * 30_000},
)  # fmt: skip
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"\b(should|input|valid|field|required|Extra|permitted|than|least|most)\b")


def wrong_in(model: type[BaseModel], said: Any) -> list[Any]:
    try:
        model.model_validate(said)
    except ValidationError as error:
        return list(error.errors(include_url=False, include_input=False))
    return []


def everything_wrong() -> dict[str, dict[str, Any]]:
    """Every kind of wrong that junk at every place of every operation brings about."""
    models = [each.body for each in doing.deeds()[0].values()]
    models += [
        each.parameters[-1].annotation
        for each in asking.QUESTIONS.values()
        if each.parameters and each.parameters[-1].name == "asked"
    ]
    found: dict[str, dict[str, Any]] = {}
    for model in models:
        usual = dict.fromkeys(model.model_fields, "1")
        for said in ({}, {"strange": 1}, *({**usual, name: junk} for name in model.model_fields for junk in JUNK)):
            for each in wrong_in(model, said):
                found.setdefault(each["type"], each.get("ctx", {}))
    return found


def test_every_kind_of_wrong_there_can_be_has_its_sentence_in_both_languages() -> None:
    found = everything_wrong()
    assert found.keys() <= wrongs.SAYS.keys(), found.keys() - wrongs.SAYS.keys()
    assert {
        "missing",
        "extra_forbidden",
        "too_long",
        "literal_error",
        "id_digits",
        "moment_range",
        "timezone_aware",
    } <= found.keys()
    for kind, facts in found.items():
        with translation.override("zh-hans"):
            told = wrongs.said(kind, facts)
            assert CHINESE.search(told), (kind, told)
            assert not ENGLISH.search(told), (kind, told)
            assert "{" not in told or kind == "string_pattern_mismatch", (kind, told)
        with translation.override("en"):
            assert not CHINESE.search(wrongs.said(kind, facts)), kind


@pytest.mark.django_db
def test_a_program_hears_it_at_its_place(person: Callable[..., User], shop_id: int) -> None:
    secret = secret_of(person("owner"))
    chinese, english = Caller(secret), Caller(secret, language="en")
    bad = {"order_ids": ["x"], "strange": 1}
    told = chinese.post("/orders/holds/hold", bad)[1]["errors"]
    assert told == [
        {"at": "body.order_ids.0", "kind": "id_digits", "says": "编号是一串数字，写成文字。"},
        {"at": "body.strange", "kind": "extra_forbidden", "says": "这里没有这一项。"},
    ]
    assert english.post("/orders/holds/hold", bad)[1]["errors"][0]["says"] == "An id is a string of digits."
    assert chinese.get("/orders", tab="nowhere")[1]["errors"][0]["says"].startswith("只能是 'unshipped', ")
    assert chinese.post("/orders/holds/hold", b'{"a": }')[1]["title"] == "请求正文不是能读的 JSON：第 1 行第 7 个字符处读不下去。"
    assert english.post("/orders/holds/hold", b"[]")[1]["title"] == "The request body is not readable JSON: not an object."
