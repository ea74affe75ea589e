"""Every operation, with whatever its schema allows and some of what it does not: no failure, nothing undeclared, books clean after.

How many cases an operation is given: FUZZ (2 in the suite; a soak gives thousands). The seed is fixed, so that a finding returns.
"""

import copy
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as pace
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.api.caller import lent, maker
from tests.web.orders.bench import Bench
from zhanggui.accounts.models import User
from zhanggui.accounts.policy import policy
from zhanggui.accounts.queries import actor_of
from zhanggui.accounts.tokens import grants_for
from zhanggui.api.schema import described
from zhanggui.api.urls import api
from zhanggui.ops.verify import verify

SEED = 20261122
EACH = int(os.environ.get("FUZZ", "2"))
ROLES = ("owner", "sales", "reviewer", "warehouse", "aftersales", "finance", "readonly", "program")
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
ID = re.compile(r"[1-9][0-9]{0,18}")
# Ids there are: whatever number the schema gives is bent to one of the first.
FEW = 9


def bent(value: Any) -> Any:
    """Every id within the first few there are, so that calls reach rows."""
    if isinstance(value, str) and ID.fullmatch(value):
        return str(int(value) % FEW + 1)
    if isinstance(value, list):
        return [bent(each) for each in value]
    if isinstance(value, dict):
        return {bent(name): bent(each) for name, each in value.items()}
    return value


def without_doors(told: dict[str, Any]) -> dict[str, Any]:
    """The description as if nothing had to be shown at the door and no header mattered: what is wrong lies in what is sent, and
    gets as far as the operation. What keys and headers do is told by stories of their own."""
    told = copy.deepcopy(told)
    told["components"].pop("securitySchemes", None)
    for methods in told["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
            operation["parameters"] = [each for each in operation["parameters"] if each["in"] != "header"]
    return told


@pytest.mark.django_db(transaction=True)
# What a role may not is said before any database is asked: those who may most are tried on both.
@pytest.mark.parametrize("role", [pytest.param(role, marks=() if role in ("owner", "program") else pytest.mark.one_leg) for role in ROLES])
@pytest.mark.capability("L-04")
def test_whatever_a_program_sends_is_answered_as_declared(
    role: str, person: Callable[..., User], shop_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "API_CALLS_A_MINUTE", 10_000_000)
    bench = Bench(shop_id, at)
    for nth in range(4):
        bench.put(f"F{nth}", idle=False)
    someone = maker(person, role)
    bearer = {"Authorization": f"Bearer {lent(someone)}"}
    may = grants_for(list(policy().capabilities), actor_of(someone).may)
    schema = schemathesis.openapi.from_dict(without_doors(described(api)))
    schema.app = get_wsgi_application()
    told: Counter[int] = Counter()
    wrong: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        needs = operation.definition.raw["x-needs"]
        # What a role's key does not open is tried with the gate; the owner's opens whatever is described.
        if role != "owner" and needs and not may.keys() & set(needs):
            continue
        wrong += _tried(operation, bearer, told, EACH if role == "owner" else max(EACH // 2, 1), GenerationMode.POSITIVE)
        # What takes nothing can be sent nothing wrong.
        if role == "owner" and (operation.definition.raw["parameters"] or "requestBody" in operation.definition.raw):
            wrong += _tried(operation, bearer, told, max(EACH // 2, 1), GenerationMode.NEGATIVE)
    print(f"{role}: {sum(told.values())} calls {dict(sorted(told.items()))}, seed {SEED}")
    assert not wrong, "\n\n".join(wrong[:5]) + f"\n{len(wrong)} in all"
    assert not [each for each in verify() if each.rows]
    assert told[200] > 5
    assert not told[401]


def _tried(operation: Any, bearer: dict[str, str], told: Counter[int], many: int, mode: GenerationMode) -> list[str]:
    wrong: list[str] = []

    @seed(SEED)
    @pace(max_examples=many, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.body, case.path_parameters, case.query = bent(case.body), bent(case.path_parameters), bent(case.query)
        key = f"fuzz-{sum(told.values())}"
        response = case.call(headers={**bearer, "Idempotency-Key": key})
        told[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
            assert response.status_code < 500
        except (AssertionError, BaseExceptionGroup) as error:
            said = " ".join(str(each) for each in getattr(error, "exceptions", [error]))
            wrong.append(f"{operation.label} {response.status_code}: {said[:600]} {case.body!r:.300}")

    run()
    return wrong
