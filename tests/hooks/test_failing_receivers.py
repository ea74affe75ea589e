"""What a receiver does wrong: tried ever more slowly, given up, shown, sent again."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from receivers import Receiver, answer, drip, garbage, hang_up, receiver, silence
from telling import send

from zhanggui.accounts.models import User
from zhanggui.hooks import offered
from zhanggui.hooks.commands import deliveries, endpoints, sending
from zhanggui.hooks.jobs import forget_old_messages, sweep
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.hooks.refusals import EndpointOff
from zhanggui.journal.book import tell
from zhanggui.journal.models import Job
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.orders.events import OrderPlaced

pytestmark = pytest.mark.django_db
EVERY = offered.names()
People = Callable[..., User]


# What the world does


def test_a_receiver_that_fails_is_tried_ever_more_slowly_then_given_up_and_shown(
    by: Actor, at: datetime, near: Callable[[Receiver], str]
) -> None:
    with receiver(answer(500, b"secret of theirs")) as there:
        made = endpoints.open_one("坏的", near(there), ["order.placed"], by=by, at=at)
        tell([OrderPlaced(1)], by=SYSTEM, at=at)
        moment, waits = at, []
        while (row := Delivery.objects.get()).state == "waiting":
            waits.append(round((row.run_at - moment).total_seconds()))
            moment = max(row.run_at, Endpoint.objects.get().rest_until or row.run_at)
            if not sending.one_round(at=moment)[0]:
                break
    assert waits == [0, 5, 60, 300, 1800, 7200, 18_000, 36_000, 86_400]
    assert (row.state, row.tries, row.status, row.why) == ("failed", 9, 500, "status")
    assert len({heard.headers["webhook-id"] for heard in there.heard}) == 1
    assert len({heard.headers["webhook-timestamp"] for heard in there.heard}) == 9
    assert b"secret of theirs" not in json.dumps(row.log).encode()
    with receiver(answer(200)) as good:
        Endpoint.objects.filter(pk=made.endpoint_id).update(url=near(good))
        assert deliveries.replay_failed(made.endpoint_id, since=at + timedelta(hours=1), by=by, at=moment) == 0
        assert deliveries.replay_failed(made.endpoint_id, since=at, by=by, at=moment) == 1
        Endpoint.objects.update(rest_until=None)
        assert send(moment) == 1
        assert good.heard[0].headers["webhook-id"] == there.heard[0].headers["webhook-id"]
    row = Endpoint.objects.get()
    assert (row.failures, row.failing_since, row.rest_until) == (0, None, None)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (silence, "slow"), (garbage, "broken"), (hang_up, "broken"), (drip(head=b"HTTP/1.1 2"), "slow"),
        (answer(302, b"", "Location: /x"), "redirect"), (answer(410), "status"),
    ],
    ids=["silence", "garbage", "hang up", "drops", "redirect", "gone"],
)  # fmt: skip
def test_whatever_a_receiver_does_the_message_is_kept_and_the_why_is_said(
    act: Any, why: str, by: Actor, at: datetime, near: Callable[[Receiver], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = sending.line.send
    monkeypatch.setattr(sending.line, "send", lambda *args, **more: patient(*args, **more, patience_s=0.4))
    with receiver(act) as there:
        endpoints.open_one("怪的", near(there), ["order.placed"], by=by, at=at)
        tell([OrderPlaced(1)], by=SYSTEM, at=at)
        began = time.monotonic()
        assert sending.one_round(at=at)[0] == 1
        assert time.monotonic() - began < 2
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.why) == ("waiting", 1, why)


def test_a_slow_receiver_keeps_nobody_waiting_and_is_probed_with_one_message(
    by: Actor, at: datetime, near: Callable[[Receiver], str], listening: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = sending.line.send
    with receiver(silence) as slow:
        # Short of patience with the silent one alone: the other may be slow on a busy machine.
        short = {slow.url(): 0.3}
        monkeypatch.setattr(sending.line, "send", lambda way, url, **more: patient(way, url, **more, patience_s=short.get(url, 5.0)))
        bad = endpoints.open_one("慢的", near(slow), ["order.placed"], by=by, at=at)
        endpoints.open_one("快的", near(listening), ["order.placed"], by=by, at=at)
        tell([OrderPlaced(nth) for nth in range(1, 61)], by=SYSTEM, at=at)
        assert send(at) == 60 + sending.AT_ONCE
        assert len(listening.heard) == 60
        assert [json.loads(heard.body)["sequence"] for heard in listening.heard] != []
        assert sending.one_round(at=at + timedelta(seconds=5))[0] == 1
    assert Delivery.objects.filter(endpoint_id=bad.endpoint_id, state="waiting").count() == 60
    with CaptureQueriesContext(connection) as seen:
        sending.one_round(at=at + timedelta(hours=1))
    assert len(seen) <= 12


def test_three_days_without_one_success_switch_it_off_and_nothing_of_it_is_lost(
    by: Actor, at: datetime, near: Callable[[Receiver], str]
) -> None:
    with receiver(answer(503)) as there:
        made = endpoints.open_one("坏的", near(there), ["order.placed"], by=by, at=at)
        tell([OrderPlaced(1)], by=SYSTEM, at=at)
        send(at)
        send(at + timedelta(days=2, hours=23))
        assert Endpoint.objects.get().active
        send(at + timedelta(days=3, hours=1))
    row = Endpoint.objects.get()
    assert (row.active, row.paused_why) == (False, "failing")
    tell([OrderPlaced(2)], by=SYSTEM, at=at)
    assert Delivery.objects.filter(state="waiting").count() == 2
    with pytest.raises(EndpointOff):
        deliveries.ping([made.endpoint_id], by=by, at=at)
    with receiver(answer(200)) as good:
        endpoints.change(made.endpoint_id, "好了", near(good), ["order.placed"], by=by, at=at)
        assert endpoints.resume([made.endpoint_id, 999], by=by, at=at).refused.keys() == {999}
        assert send(at + timedelta(days=5)) == 2
        assert len(good.heard) == 2


def test_paused_by_hand_collects_and_dropped_forgets(by: Actor, at: datetime, listening: Receiver) -> None:
    made = endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    assert endpoints.pause([made.endpoint_id], by=by, at=at).done == [made.endpoint_id]
    tell([OrderPlaced(1)], by=SYSTEM, at=at)
    assert send(at) == 0
    endpoints.resume([made.endpoint_id], by=by, at=at)
    assert send(at) == 1
    tell([OrderPlaced(2)], by=SYSTEM, at=at)
    endpoints.drop([made.endpoint_id], by=by, at=at)
    tell([OrderPlaced(3)], by=SYSTEM, at=at)
    assert send(at) == 0
    assert list(Delivery.objects.order_by("id").values_list("state", "why")) == [("sent", ""), ("failed", "dropped")]
    assert bytes(Endpoint.objects.get().secrets_sealed) == b""
    assert deliveries.replay(list(Delivery.objects.values_list("pk", flat=True)), by=by, at=at).done == []


def test_one_or_many_messages_are_sent_again_under_their_own_ids(by: Actor, at: datetime, listening: Receiver) -> None:
    endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    tell([OrderPlaced(nth) for nth in range(1, 4)], by=SYSTEM, at=at)
    send(at)
    ids = sorted(Delivery.objects.values_list("pk", flat=True))
    batch = deliveries.replay([*ids[:2], 10**9], by=by, at=at)
    assert (batch.done, list(batch.refused)) == (ids[:2], [10**9])
    assert send(at) == 2
    keys = [heard.headers["webhook-id"] for heard in listening.heard]
    assert len(keys) == 5
    assert len(set(keys)) == 3


def test_a_lease_keeps_two_workers_apart_and_one_that_ran_out_is_taken_up(by: Actor, at: datetime, listening: Receiver) -> None:
    made = endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    tell([OrderPlaced(1)], by=SYSTEM, at=at)
    endpoint = Endpoint.objects.select_related("maker").get(pk=made.endpoint_id)
    assert len(sending._claim(endpoint, 20, at)) == 1
    assert sending._claim(endpoint, 20, at) == []
    assert send(at + timedelta(seconds=60)) == 0
    sweep(at=at + sending.LEASE + timedelta(seconds=1))
    assert len(listening.heard) == 1


def test_messages_are_kept_for_thirty_days(by: Actor, at: datetime, listening: Receiver) -> None:
    endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    tell([OrderPlaced(1)], by=SYSTEM, at=at - timedelta(days=31))
    tell([OrderPlaced(2)], by=SYSTEM, at=at - timedelta(days=29))
    forget_old_messages(at=at)
    assert list(Delivery.objects.values_list("subject_id", flat=True)) == [2]


def test_an_idle_sweep_of_a_house_without_endpoints_asks_the_database_nothing(at: datetime) -> None:
    with CaptureQueriesContext(connection) as seen:
        sweep(at=at)
    assert len(seen) == 0
    assert not Job.objects.filter(lane="outward").exists()
