"""What gave up is shown with its reason, tried again or let go; machines are told whether all is well."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.journal import jobs
from zhanggui.journal.events import LISTENERS, TASKS, name_of, task
from zhanggui.journal.models import Beat, Entry, Job
from zhanggui.kernel import clock, db, vault
from zhanggui.ops import own_keys
from zhanggui.web.machine import words

pytestmark = pytest.mark.django_db
Person = Callable[..., Any]
broken: list[int] = []
done: list[int] = []


@task(tries=2)
def mends_itself(items: list[int], *, at: datetime) -> None:
    """Fails while something is broken."""
    if broken:
        raise RuntimeError("林晓 13800137621 寄不到")
    done.extend(items)


NAME = name_of(mends_itself)


@pytest.fixture
def owner_in(client: Client, person: Person, shop_id: int) -> Client:
    client.force_login(person("owner"))
    return client


@pytest.fixture
def stuck(at: datetime) -> list[int]:
    """Three jobs that gave up."""
    broken[:], done[:] = [1], []
    now = clock.now()
    made = [Job.objects.create(name=NAME, payload=[nth], run_at=now, made_at=now).pk for nth in (1, 2, 3)]
    for turn in range(3):
        jobs.run_until_idle(at=lambda turn=turn: now + timedelta(minutes=turn))  # type: ignore[misc]
    assert Job.objects.filter(state="quarantined").count() == 3
    return made


@pytest.mark.capability("B-03")
def test_what_gave_up_is_shown_without_a_word_of_a_buyer_and_is_done_once_mended(owner_in: Client, stuck: list[int]) -> None:
    html = owner_in.get("/machine/").content.decode()
    assert ("没做成" in html, "RuntimeError at test_machine_room.py" in html, "13800137621" in html) == (True, True, False)
    broken.clear()
    owner_in.post("/machine/retry/", {"ids": stuck[:2], "tab": "quarantined"})
    jobs.run_until_idle(at=lambda: clock.now() + timedelta(seconds=1))
    assert sorted(done) == [1, 2]
    assert list(Job.objects.filter(name=NAME).values_list("id", "state")) == [(stuck[2], "quarantined")]


@pytest.mark.capability("B-03")
def test_what_is_let_go_is_never_done_and_the_book_says_by_whom_and_why(owner_in: Client, stuck: list[int]) -> None:
    broken.clear()
    owner_in.post("/machine/discard/", {"ids": stuck[:1]})
    line = Entry.objects.get(name="JobDiscarded")
    assert (line.actor_name, line.facts["name"], line.facts["about"]) == ("owner", NAME, [1])
    jobs.run_until_idle(at=lambda: clock.now() + timedelta(days=1))
    assert done == []
    # One that waits, or is being done, cannot be let go.
    waits = Job.objects.create(name=NAME, payload=[9], run_at=clock.now(), made_at=clock.now()).pk
    owner_in.post("/machine/discard/", {"ids": [waits, 10**15]})
    assert Job.objects.filter(pk=waits).exists()


def test_only_whoever_may_change_settings_comes_in(client: Client, person: Person, shop_id: int, stuck: list[int]) -> None:
    for role in ("sales", "warehouse", "reviewer", "readonly"):
        client.force_login(person(role))
        assert client.get("/machine/").status_code == 403
        assert client.post("/machine/retry/", {"ids": stuck}).status_code == 403
    assert Job.objects.filter(state="quarantined").count() == 3


@pytest.mark.parametrize("tab", ["quarantined", "running", "due", "later", "beats"])
def test_a_tab_costs_the_same_however_many_wait(owner_in: Client, tab: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert owner_in.get(f"/machine/?tab={tab}").status_code == 200
        return len(asked)

    # What the frame keeps for some seconds is asked anew now and then.
    few = min(cost() for _ in range(3))
    at = clock.now()
    state = "quarantined" if tab == "quarantined" else "waiting"
    run_at = at + timedelta(days=1) if tab == "later" else at
    leased = at + timedelta(hours=1) if tab == "running" else None
    Job.objects.bulk_create(Job(name=NAME, payload=[1], state=state, run_at=run_at, made_at=at, leased_until=leased) for _ in range(300))
    assert min(cost() for _ in range(3)) == few


def test_every_job_has_a_name_for_people() -> None:
    known = {**TASKS, **LISTENERS}
    nameless = [name for name, each in known.items() if each.call.__module__.startswith("zhanggui.") and name not in words.JOBS]
    assert nameless == []


def test_alive_asks_nobody_and_ready_says_what_holds(client: Client, db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/healthz").content == b"ok\n"
    assert len(asked) == 0
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "migrated": True, "keys": True, "worker": False, "queue": True})
    now = clock.now()
    Beat.objects.create(worker="one", at=now)
    Job.objects.create(name=NAME, payload=[], run_at=now - timedelta(hours=1), made_at=now)
    assert client.get("/readyz").json() == {"database": True, "migrated": True, "keys": True, "worker": True, "queue": False}
    assert client.post("/readyz").status_code == 405


def test_keys_that_are_not_the_databases_are_not_ready(client: Client, db: None, settings: Any) -> None:
    own_keys.known(None, at=clock.now())
    assert client.get("/readyz").json()["keys"]
    settings.KEY_RING = vault.new_ring()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["keys"]) == (503, False)


def test_a_database_that_is_away_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise DatabaseError("gone")

    monkeypatch.setattr(db, "fetch", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_figures_are_for_whoever_bears_the_token(client: Client, shop_id: int, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    told = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"}).content.decode()
    assert all(name in told for name in ("zhanggui_jobs{", "zhanggui_worker_up 0.0", "zhanggui_backup_age_seconds -1.0"))
    assert json.dumps(told).count("@") == 0
