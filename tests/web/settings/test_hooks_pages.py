"""The pages of outgoing webhooks: the secret once, the log, sending again, and nothing for who may not."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.web.counting import statements
from zhanggui.accounts.models import User
from zhanggui.hooks import queries
from zhanggui.hooks.commands import endpoints, sending
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.journal.book import tell
from zhanggui.journal.models import Entry
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.outward.line import Answer
from zhanggui.orders.events import OrderPlaced
from zhanggui.web.frame import notices

pytestmark = pytest.mark.django_db
People = Callable[..., User]
ASKED = {"name": "看板", "url": "https://hooks.example.com/in", "shop": "", "events": ["order.placed", "parcel.shipped"]}


@pytest.fixture
def desk(client: Client, person: People, monkeypatch: pytest.MonkeyPatch) -> Client:
    """An owner who has just shown who they are; the world answers 500 with a word of its own."""
    client.force_login(person("owner"))
    monkeypatch.setattr(sending.line, "send", lambda *args, **more: Answer("failed", 12, 500, "status", b"a word of theirs"))
    return client


def opened(client: Client, **more: Any) -> Endpoint:
    answer = client.post("/settings/hooks/new/", {**ASKED, **more})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return Endpoint.objects.latest("id")


def secret_of(page: str) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]{44}", page)
    assert found
    return found.group()


def test_an_address_is_made_its_secret_shown_once_and_never_again(desk: Client) -> None:
    empty = desk.get("/settings/hooks/").content.decode()
    assert "还没有推送地址" in empty
    assert "hmac.compare_digest" in empty
    answer = desk.post("/settings/hooks/new/", ASKED)
    secret = secret_of(answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    row = Endpoint.objects.get()
    for path in ("/settings/hooks/", f"/settings/hooks/{row.pk}/", f"/settings/hooks/{row.pk}/edit/"):
        page = desk.get(path)
        assert page.status_code == 200
        assert secret not in page.content.decode()
        assert "whsec_" not in page.content.decode().replace('removeprefix("whsec_")', "")
    assert f'href="/settings/hooks/{row.pk}/">' in answer.content.decode().split("once-only")[1].split("我存好了")[0], "the box is closed"
    renewed = secret_of(desk.post(f"/settings/hooks/{row.pk}/renew/").content.decode())
    assert renewed != secret
    assert not [entry for entry in Entry.objects.all() if "whsec_" in str(entry.facts)]


def test_a_wrong_address_is_said_beside_its_field(desk: Client) -> None:
    for url, word in (("http://hooks.example.com/", "不是 https"), ("https://10.0.0.1/", "内网"), ("https://2130706433/", "古怪")):
        answer = desk.post("/settings/hooks/new/", {**ASKED, "url": url})
        assert answer.status_code == 422
        assert word in answer.content.decode()
    assert desk.post("/settings/hooks/new/", {**ASKED, "events": []}).status_code == 422
    assert not Endpoint.objects.exists()


def test_the_log_says_what_became_of_each_and_shows_nothing_of_the_answer(desk: Client, at: datetime) -> None:
    row = opened(desk)
    queries.forget()
    tell([OrderPlaced(nth) for nth in range(1, 61)], by=SYSTEM, at=at)
    sending.one_round(at=at)
    page = desk.get(f"/settings/hooks/{row.pk}/").content.decode()
    assert "对方没有回 2xx" in page
    assert "a word of theirs" not in page
    assert "v1,…" in page
    Delivery.objects.filter(pk__in=Delivery.objects.values("pk")[:7]).update(state="failed")
    failed = desk.get(f"/settings/hooks/{row.pk}/?tab=failed").content.decode()
    assert failed.count('name="ids"') == 7
    answer = desk.post(f"/settings/hooks/{row.pk}/replay/", {"since": "all"})
    assert answer.status_code == 302
    assert not Delivery.objects.filter(state="failed").exists()
    ids = [str(pk) for pk in Delivery.objects.values_list("pk", flat=True)[:2]]
    Delivery.objects.update(state="sent")
    desk.post(f"/settings/hooks/{row.pk}/replay/", {"ids": [*ids, "x", "9" * 30]})
    assert Delivery.objects.filter(state="waiting").count() == 2


def test_it_is_tried_paused_let_run_changed_and_dropped_by_buttons(desk: Client) -> None:
    row = opened(desk)
    for verb, check in (("ping", {"active": True}), ("pause", {"active": False, "paused_why": "hand"}), ("resume", {"active": True})):
        assert desk.post(f"/settings/hooks/{row.pk}/{verb}/").status_code == 302
        assert Endpoint.objects.filter(pk=row.pk, **check).exists(), verb
    assert Delivery.objects.filter(event="ping").count() == 1
    assert desk.post(f"/settings/hooks/{row.pk}/edit/", {**ASKED, "name": "新名"}).status_code == 302
    assert desk.post(f"/settings/hooks/{row.pk}/nonsense/").status_code == 404
    assert desk.post(f"/settings/hooks/{row.pk}/drop/").status_code == 302
    assert desk.get(f"/settings/hooks/{row.pk}/").status_code == 404
    assert "新名" not in desk.get("/settings/hooks/").content.decode().split("toasts")[0]


def test_lists_cost_the_same_however_many_there_are(desk: Client, at: datetime) -> None:
    row = opened(desk)
    tell([OrderPlaced(1)], by=SYSTEM, at=at)
    few = statements(desk, "/settings/hooks/"), statements(desk, f"/settings/hooks/{row.pk}/")
    for nth in range(8):
        opened(desk, name=f"看板 {nth}")
    tell([OrderPlaced(nth) for nth in range(2, 40)], by=SYSTEM, at=at)
    many = statements(desk, "/settings/hooks/"), statements(desk, f"/settings/hooks/{row.pk}/")
    assert many == few
    assert max(few) <= 17


def test_what_the_house_stopped_by_itself_is_said_at_home(desk: Client, at: datetime) -> None:
    row = opened(desk)
    endpoints.halt([row.pk], "failing", at=at)
    queries.forget()
    notices.forget()
    assert "看板" in desk.get("/").content.decode()
    assert "三天没有一次成功" in desk.get("/settings/hooks/").content.decode()
