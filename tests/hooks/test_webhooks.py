"""Programs outside are told what they asked to hear: signed, once written never lost, and never more than their maker may."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from receivers import Receiver
from telling import place, send, signed

from zhanggui.accounts.commands import access
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.queries import actor_of
from zhanggui.customers.sealing import Person
from zhanggui.fulfilment.events import ParcelVoided, WaybillRefused
from zhanggui.hooks import offered, queries
from zhanggui.hooks.commands import deliveries, endpoints
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.hooks.refusals import BadUrl, EndpointIncomplete, NobodysEndpoint, NoSuchEvents, TooManyEndpoints
from zhanggui.journal import jobs
from zhanggui.journal.book import tell
from zhanggui.journal.events import EVENTS, names_of
from zhanggui.journal.models import Entry
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, NotFound, StepUpNeeded
from zhanggui.orders.commands import shops
from zhanggui.orders.events import OrderCancelled, OrderPlaced, OrderShipped
from zhanggui.tracking.events import ParcelMoved

pytestmark = pytest.mark.django_db
EVERY = offered.names()
People = Callable[..., User]


# Who is told what


def test_an_order_placed_is_told_once_signed_with_a_link_and_no_person(
    by: Actor, shop_id: int, at: datetime, listening: Receiver, settings: Any
) -> None:
    settings.ADDRESS = "https://erp.example.com"
    made = endpoints.open_one("仓库看板", listening.url(), ["order.placed"], by=by, at=at)
    place("T1", shop_id, at)
    jobs.run_until_idle(at=lambda: at, lanes=("outward",))
    (heard,) = listening.heard
    row = Delivery.objects.get()
    assert json.loads(heard.body) == {
        "id": row.key, "type": "order.placed", "timestamp": "2026-10-20T02:00:00.000Z", "sequence": row.pk,
        "subject": {"kind": "order", "id": str(row.subject_id)}, "data": {},
        "link": f"https://erp.example.com/api/v1/orders/{row.subject_id}",
    }  # fmt: skip
    assert (heard.headers["content-type"], heard.headers["webhook-id"]) == ("application/json", row.key)
    assert signed(made.secret, heard)
    assert (row.state, row.status, row.tries, len(row.log)) == ("sent", 204, 1, 1)
    jobs.run_until_idle(at=lambda: at, lanes=("outward",))
    assert len(listening.heard) == 1


def test_what_is_told_is_written_with_the_effect_or_not_at_all(by: Actor, shop_id: int, at: datetime, listening: Receiver) -> None:
    endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)

    def half_done() -> None:
        with db.write():
            tell([OrderPlaced(7)], by=SYSTEM, at=at)
            assert Delivery.objects.count() == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    assert not Delivery.objects.exists()


def test_a_thousand_events_cost_as_many_statements_as_one_and_nobody_hearing_costs_none(by: Actor, at: datetime, listening: Receiver) -> None:
    def cost(many: int) -> int:
        with CaptureQueriesContext(connection) as seen, db.write():
            tell([OrderShipped(nth, 1) for nth in range(1, many + 1)], by=SYSTEM, at=at)
        # COPY does not show among the statements; both of these are many enough for it, or neither.
        return len(seen)

    nobody = [cost(30), cost(1000)]
    endpoints.open_one("一", listening.url(), ["order.placed"], by=by, at=at)
    queries.known()
    other = [cost(30), cost(1000)]
    for nth in range(3):
        endpoints.open_one(f"另 {nth}", listening.url(), ["order.shipped", "order.placed"], by=by, at=at)
    queries.known()
    three = [cost(30), cost(1000)]
    assert nobody[0] == other[0]
    assert other[0] <= three[0] <= other[0] + 2
    chunks = nobody[1] - nobody[0]
    assert other[1] - other[0] == three[1] - three[0] == chunks
    assert Delivery.objects.count() == 3 * 1030
    with CaptureQueriesContext(connection) as seen:
        queries.forget()
        queries.known()
        queries.known()
    assert len(seen) == 1


CANARIES = Person("金丝雀甲", "13911112222", "13933334444", "鸟巢街 99 号", "canary-account", "CN", "湖北省", "武汉市", "洪山区")


def test_no_persons_data_leaves_the_house(by: Actor, shop_id: int, at: datetime, listening: Receiver) -> None:
    """Canaries in everything a buyer, a carrier or a colleague can type: none of them sings outside."""
    endpoints.open_one("全都要", listening.url(), EVERY, by=by, at=at)
    place("T-canary", shop_id, at, CANARIES, buyer_note="canary-note")
    order = Delivery.objects.get(event="order.placed").subject_id
    assert order is not None
    for event in (
        OrderCancelled(order, "canary-reason"), ParcelVoided(1, order, "canary-void"), WaybillRefused(1, order, "bad", "canary-carrier"),
        ParcelMoved(1, order, "moving", "canary-scan 13955556666"),
    ):  # fmt: skip
        tell([event], by=Actor("person", None, "canary-clerk"), at=at)
    assert send(at) >= 5
    said = b"\n".join(heard.line.encode() + json.dumps(heard.headers).encode() + heard.body for heard in listening.heard)
    for word in ("canary", "金丝雀", "13911112222", "13933334444", "13955556666", "鸟巢街"):
        assert word.encode() not in said
        assert json.dumps(word).strip('"').encode() not in said


def test_every_offer_is_an_event_of_the_house_and_carries_only_words_of_our_own() -> None:
    ours = {"codes", "code", "fields", "waybill", "status", "state", "pieces", "rows_ok", "rows_rejected", "good"}
    ours |= {"amount_minor", "late", "cause", "to", "due_at"}
    for name, offer in offered.OFFERS.items():
        kind = EVENTS[name]
        assert kind.subject == offer.subject
        assert set(offer.facts) <= set(names_of(kind)[1:])
        assert all(fact in ours or fact.endswith("_id") for fact in offer.facts), offer
    assert len(offered.BY_NAME) == len(offered.OFFERS)


def test_one_shops_endpoint_hears_of_that_shop_alone(by: Actor, shop_id: int, at: datetime, listening: Receiver) -> None:
    other = shops.open_one("huitong", "惠通", platform="jd", by=SYSTEM, at=at)
    endpoints.open_one("一家店", listening.url(), ["order.placed", "sku.defined"], shop_id=other, by=by, at=at)
    place("T1", shop_id, at)
    place("T2", other, at)
    assert [row.subject_kind for row in Delivery.objects.all()] == ["order"]
    assert send(at) == 1
    with pytest.raises(NotFound):
        endpoints.open_one("x", listening.url(), ["order.placed"], shop_id=10**9, by=narrow(by, shop_id), at=at)


def narrow(by: Actor, shop_id: int) -> Actor:
    User.objects.filter(pk=by.id).update(shop_ids=[shop_id])
    return actor_of(User.objects.get(pk=by.id), fresh=True)


def test_an_endpoint_hears_no_more_than_its_maker_may_now(by: Actor, shop_id: int, at: datetime, listening: Receiver) -> None:
    other = shops.open_one("huitong", "惠通", platform="jd", by=SYSTEM, at=at)
    endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    place("T1", other, at)
    narrow(by, shop_id)
    queries.forget()
    place("T2", shop_id, at)
    place("T3", other, at)
    assert Delivery.objects.count() == 2
    send(at)
    # Written while they might, and not sent since they may not.
    assert sorted(Delivery.objects.values_list("state", "why")) == [("failed", "reach"), ("sent", "")]
    assert len(listening.heard) == 1


def test_a_maker_who_is_switched_off_or_changes_role_takes_their_endpoints_along(
    maker: User, by: Actor, person: People, shop_id: int, at: datetime, listening: Receiver
) -> None:
    made = endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    place("T1", shop_id, at)
    second = actor_of(person("finance"), fresh=True)
    assert not second.can("token.create")
    User.objects.filter(pk=maker.pk).update(role=Role.objects.get(code="sales"))
    # Sent by nobody, though no event told of it: the right is asked at the moment of sending.
    assert send(at) == 0
    row = Endpoint.objects.get(pk=made.endpoint_id)
    assert (row.active, row.paused_why, listening.heard) == (False, "maker", [])
    place("T2", shop_id, at)
    assert Delivery.objects.count() == 1
    User.objects.filter(pk=maker.pk).update(role=Role.objects.get(code="owner"))
    endpoints.resume([made.endpoint_id], by=by, at=at)
    User.objects.create_user("o2@example.com", "kettle-lamp-42", name="二", role=Role.objects.get(code="owner"), joined_at=at)
    access.switch_off(maker.pk, by=SYSTEM, at=at)
    jobs.run_until_idle(at=lambda: at, lanes=("quick",))
    row.refresh_from_db()
    assert (row.active, row.paused_why) == (False, "maker")
    assert Entry.objects.filter(name="EndpointPaused", actor_kind="system").count() == 2


# Who may


def test_only_who_may_make_keys_and_has_just_shown_who_they_are_opens_an_endpoint(
    by: Actor, maker: User, roles: dict[str, Actor], at: datetime
) -> None:
    ask = ("x", "https://hooks.example.com/", ["order.placed"])
    for role, actor in roles.items():
        if role != "owner":
            with pytest.raises(NotAllowed):
                endpoints.open_one(*ask, by=actor, at=at)
    with pytest.raises(StepUpNeeded):
        endpoints.open_one(*ask, by=actor_of(maker), at=at)
    with pytest.raises(NobodysEndpoint):
        endpoints.open_one(*ask, by=SYSTEM, at=at)
    for url in ("http://hooks.example.com/", "https://10.0.0.1/", "https://localhost/", "https://a:b@hooks.example.com/", "https://x:25/"):
        with pytest.raises(BadUrl):
            endpoints.open_one("x", url, ["order.placed"], by=by, at=at)
    with pytest.raises(NoSuchEvents):
        endpoints.open_one("x", ask[1], ["order.placed", "AccessChanged"], by=by, at=at)
    for name, events in (("", ["order.placed"]), ("x" * 61, ["order.placed"]), ("x", [])):
        with pytest.raises(EndpointIncomplete):
            endpoints.open_one(name, ask[1], events, by=by, at=at)
    for nth in range(endpoints.MOST):
        endpoints.open_one(f"x{nth}", *ask[1:], by=by, at=at)
    with pytest.raises(TooManyEndpoints):
        endpoints.open_one(*ask, by=by, at=at)
    assert not Entry.objects.filter(facts__icontains="whsec_").exists()


def test_the_secret_lies_sealed_and_a_renewed_one_signs_beside_the_old_for_a_day(
    by: Actor, at: datetime, listening: Receiver
) -> None:
    made = endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    row = Endpoint.objects.get()
    assert made.secret.encode() not in bytes(row.secrets_sealed)
    assert made.secret[6:].encode() not in bytes(row.secrets_sealed)
    renewed = endpoints.renew_secret(row.pk, by=by, at=at)
    for nth, moment in enumerate((at, at + timedelta(hours=23), at + timedelta(hours=25))):
        deliveries.ping([row.pk], by=by, at=moment)
        assert send(moment) == 1
        heard = listening.heard[nth]
        assert signed(renewed.secret, heard)
        assert signed(made.secret, heard) == (nth < 2)
    assert len(listening.heard[0].headers["webhook-signature"].split(" ")) == 2
