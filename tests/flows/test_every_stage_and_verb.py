"""Every verb at every stage of an order's life: the command, a program and the page allow the same, and refuse it by the same code."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.api.caller import Caller, secret_of
from tests.flows.every_stage import Stages
from tests.fulfilment.floor import Floor
from zhanggui.accounts.models import User
from zhanggui.fulfilment import states as warehouse
from zhanggui.fulfilment.commands import waves
from zhanggui.journal.book import Batch
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.flow import Flow
from zhanggui.orders import states
from zhanggui.orders.commands import change, finance, holds, merging, progress, rejoining, review
from zhanggui.orders.reading import verbs
from zhanggui.orders.states import ORDER
from zhanggui.web.orders import acting

S = states
PAST = (S.SHIPPED, S.DELIVERED, S.COMPLETED)
EARLY = (S.DRAFT, S.PENDING_PAYMENT)
WRONG = dict.fromkeys(ORDER.states, "wrong-stage")
TOO_FAR = dict.fromkeys(ORDER.states, "too-far-to-join")
HERE = dict.fromkeys((S.PENDING_REVIEW, S.APPROVED), "done")
WAITS = dict.fromkeys(S.UNSHIPPED, "done")
# Verb → what becomes of an order at each stage, where the table of its life does not say it.
SAID: dict[str, dict[str, str]] = {
    "approve": {**WRONG, S.APPROVED: "done-before"},
    "hold": {**dict.fromkeys(ORDER.states, "not-there"), **WAITS, S.DELIVERED: "done"},
    "clear": {**dict.fromkeys(ORDER.states, "not-held"), **WAITS, S.DELIVERED: "done"},
    "plan": {**WRONG, **dict.fromkeys((*EARLY, S.PENDING_REVIEW), "not-approved"), S.APPROVED: "done", S.FULFILLING: "in-wave"},
    "merge": {**TOO_FAR, **HERE},
    "unmerge": {**dict.fromkeys(ORDER.states, "not-together"), **HERE},
    "rejoin": {**TOO_FAR, **HERE, **dict.fromkeys(EARLY, "no-part")},
    "accept": {**dict.fromkeys(ORDER.states, "finance-not-asked"), S.PENDING_REVIEW: "done"},
    "give_back": {**dict.fromkeys(ORDER.states, "finance-not-asked"), S.PENDING_REVIEW: "done"},
}
COMMANDS: dict[str, Callable[..., Any]] = {
    "submit": change.submit,
    "pay": progress.record_payment,
    "approve": review.approve,
    "unapprove": review.unapprove,
    "hold": holds.hold,
    "clear": review.let_go,
    "cancel": progress.cancel,
    "restore": progress.restore,
    "complete": progress.complete,
    "plan": waves.plan,
    "merge": merging.merge,
    "unmerge": merging.unmerge,
    "rejoin": rejoining.rejoin,
    "accept": finance.accept,
    "give_back": finance.give_back,
}
# What only the warehouse and the road say of an order: no page and no program does.
INNER = ("release", "recall", "ship", "deliver")
# What the table of permissions gives to people alone.
CLOSED = {"unapprove"}
WHY = "买家说的"
pytestmark = pytest.mark.django_db


def meant(verb: str) -> dict[str, str]:
    """Stage → ``done``, or the code of the refusal."""
    said = SAID.get(verb, WRONG)
    return {**said, **dict.fromkeys(ORDER.sources(verb), "done")} if verb in ORDER.moves else said


def test_every_verb_of_the_table_and_of_the_pages_is_tried() -> None:
    assert set(COMMANDS) == set(acting.VERBS) == set(verbs.NEEDS)
    assert set(ORDER.moves) - set(COMMANDS) == set(INNER)


@pytest.mark.parametrize("flow", [ORDER, warehouse.WAVE, warehouse.PARCEL], ids=lambda flow: flow.name)
@pytest.mark.one_leg
def test_no_life_has_a_stage_nobody_comes_to_and_none_without_an_end(flow: Flow) -> None:
    reached, new = set(flow.starts), set(flow.starts)
    while new:
        new = {after for pairs in flow.moves.values() for before, after in pairs.items() if before in new} - reached
        reached |= new
    assert reached == set(flow.states)
    assert flow.ends or flow is ORDER


@pytest.mark.one_leg
@pytest.mark.capability("A-01", "A-13", "L-04")
def test_command_program_and_page_agree_on_every_verb_at_every_stage(floor: Floor, person: Callable[..., User], owner: Actor) -> None:
    stages = Stages(floor)
    who = person("owner")
    page, program = Client(), Caller(secret_of(who))
    page.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    wrong: list[Any] = []
    closed = set()
    for verb in COMMANDS:
        found = {way: tried(stages, verb, way, page, program, owner) for way in ("command", "program", "page")}
        wrong += [(verb, way, stage, said.get(stage), meant(verb)[stage]) for way, (said, _) in found.items() if said is not None
                  for stage in ORDER.states if said.get(stage) != meant(verb)[stage]]  # fmt: skip
        closed |= {verb for said, _ in found.values() if said is None}
        if verb in ORDER.moves:
            wrong += [(verb, way, moves) for way, (said, moves) in found.items() if said is not None and moves != ORDER.moves[verb]]
    for verb in INNER:
        with transaction.atomic():
            moves = stages.moved(verb, lambda verb=verb: inner(stages, verb))  # type: ignore[misc]
            transaction.set_rollback(True)
        wrong += [(verb, moves)] if moves != ORDER.moves[verb] else []
    assert not wrong, "\n".join(map(str, wrong))
    assert closed == CLOSED


def tried(stages: Stages, verb: str, way: str, page: Client, program: Caller, owner: Actor) -> tuple[dict[str, str] | None, dict[str, str]]:
    """What one way of asking said of each stage, and which stages it moved; as if it had not been. None: not offered this way."""
    said: dict[str, str] | None = {}

    def act() -> None:
        nonlocal said
        ids = list(stages.asked(verb).values())
        ask = {"command": by_command, "program": by_program, "page": by_page}[way]
        answer = ask(verb, ids, stages, page, program, owner)
        said = None if answer is None else stages.at_stage(verb, *answer)

    with transaction.atomic():
        stages.ready(verb)
        moves = stages.moved(verb, act)
        transaction.set_rollback(True)
    return said, moves


Answer = tuple[list[int], dict[int, str]]


def by_command(verb: str, ids: list[int], stages: Stages, _page: Client, _program: Caller, owner: Actor) -> Answer:
    more: dict[str, Any] = {"warehouse_id": stages.floor.warehouse_id} if verb == "plan" else {}
    more |= {"reason": WHY} if verb in ("cancel", "give_back", "unapprove") else {}
    found = COMMANDS[verb](ids, **more, by=owner, at=stages.at)
    batch: Batch = found if isinstance(found, Batch) else found.batch
    return batch.done, {id_: facts["code"] for id_, facts in batch.refused.items()}


def by_program(verb: str, ids: list[int], stages: Stages, _page: Client, program: Caller, _owner: Actor) -> Answer | None:
    call = COMMANDS[verb]
    path = f"/{call.__module__.removeprefix('zhanggui.').replace('.commands.', '/')}/{call.__name__}".replace("_", "-")
    more: dict[str, Any] = {"warehouse_id": str(stages.floor.warehouse_id)} if verb == "plan" else {}
    more |= {"reason": WHY} if verb in ("cancel", "give_back", "unapprove") else {}
    status, told = program.post(path, {"order_ids": [str(id_) for id_ in ids], **more})
    if (status, told.get("code")) == (403, "closed-to-programs"):
        return None
    assert status == 200, (verb, told)
    result = told["result"]
    batch = result if "refused" in result else result["batch"]
    assert all(left["message"] for left in batch["refused"].values())
    return [int(id_) for id_ in batch["done"]], {int(id_): left["code"] for id_, left in batch["refused"].items()}


def by_page(verb: str, ids: list[int], _stages: Stages, page: Client, _program: Caller, _owner: Actor) -> Answer:
    answer = page.post("/orders/batch/", {"verb": verb, "ids": ids, "why": WHY})
    assert answer.status_code in (200, 204, 302), (verb, answer.status_code)
    kept = page.session["orders.result"]
    assert kept["verb"] == verb
    return kept["done"], {int(id_): facts["code"] for id_, facts in kept["refused"]}


def inner(stages: Stages, verb: str) -> None:
    ids = list(stages.ids.values())
    if verb in ("release", "recall"):
        getattr(progress, verb)(ids, wave_id=1, by=SYSTEM, at=stages.at)
    elif verb == "ship":
        progress.mark_shipped([(id_, id_) for id_ in ids], by=SYSTEM, at=stages.at)
    else:
        progress.mark_delivered(ids, by=SYSTEM, at=stages.at)
