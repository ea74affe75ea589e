"""Backups on screen: who may, what is asked for, and that a copy taken is written down."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.journal.models import Entry, Job
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops import queries
from zhanggui.ops.backups import keys, making
from zhanggui.ops.backups.making import Made
from zhanggui.ops.commands import backups
from zhanggui.ops.models import Backup

pytestmark = pytest.mark.django_db
Person = Callable[..., Any]
PAGE = "/settings/backups/"


@pytest.fixture
def owner_in(client: Client, person: Person, shop_id: int, settings: Any, tmp_path: Path) -> Client:
    settings.BACKUPS, settings.DATA = tmp_path / "backups", tmp_path
    client.force_login(person("owner"))
    return client


def made(at: datetime, *, nth: int = 0, good: bool = True) -> int:
    file = making.folder() / f"main-{nth}.zgb"
    file.write_bytes(b"sealed" * 100)
    backup_id = backups.note(Made(file, at, 600, "0" * 64, 10, 3, 0.5), by_hand=False, by=SYSTEM, at=at)
    Backup.objects.filter(pk=backup_id).update(state="good" if good else "bad", problem="" if good else "账不平")
    return backup_id


def test_only_whoever_may_back_up_comes_in(client: Client, person: Person, shop_id: int) -> None:
    for role in ("finance", "warehouse", "readonly", "reviewer", "sales"):
        client.force_login(person(role))
        assert client.get(PAGE).status_code == 403, role
        for act in ("make/", "key/", "1/take/", "1/drop/"):
            assert client.post(PAGE + act).status_code == 403, (role, act)
    assert not Job.objects.filter(name="ops.back_up_asked").exists()


@pytest.mark.capability("B-01")
def test_the_page_teaches_when_empty_and_shows_what_came_back_and_what_did_not(owner_in: Client, at: datetime) -> None:
    assert "还没有备份" in owner_in.get(PAGE).content.decode()
    made(at - timedelta(days=1))
    made(at, nth=1, good=False)
    with CaptureQueriesContext(connection) as few:
        html = owner_in.get(PAGE).content.decode()
    many = len(few)
    for nth in range(2, 30):
        made(at - timedelta(days=nth), nth=nth)
    with CaptureQueriesContext(connection) as more:
        html = owner_in.get(PAGE).content.decode()
    assert len(more) == many
    assert all(text in html for text in ("账不平", "可用", "main-29.zgb", "只在这台机器上"))


@pytest.mark.capability("B-01")
def test_asking_twice_is_one_and_the_page_says_that_it_works(owner_in: Client) -> None:
    for _ in range(2):
        assert owner_in.post(f"{PAGE}make/").status_code == 302
    assert Job.objects.filter(name="ops.back_up_asked").count() == 1
    assert "正在做" in owner_in.get(PAGE).content.decode()


@pytest.mark.capability("B-01")
def test_a_copy_of_the_file_or_the_key_leaves_a_line_in_the_book(owner_in: Client, at: datetime) -> None:
    backup_id = made(at)
    answer = owner_in.post(f"{PAGE}{backup_id}/take/")
    assert b"".join(answer.streaming_content) == b"sealed" * 100  # type: ignore[attr-defined]
    answer = owner_in.post(f"{PAGE}key/")
    assert str(keys.own_key()) in answer.content.decode()
    assert set(Entry.objects.filter(name__startswith="Backup").values_list("name", flat=True)) == {"BackupMade", "BackupTaken", "BackupKeyTaken"}
    assert queries.standing().key_taken is not None
    assert "有人取走过一份" in owner_in.get(PAGE).content.decode()
    # Looking at an address takes nothing.
    assert owner_in.get(f"{PAGE}key/").status_code == 405
    assert owner_in.get(f"{PAGE}{backup_id}/take/").status_code == 405


@pytest.mark.capability("B-01")
def test_one_let_go_is_gone_with_its_file_and_one_whose_file_is_gone_says_so(owner_in: Client, at: datetime) -> None:
    first, second = made(at), made(at, nth=1)
    assert owner_in.post(f"{PAGE}{first}/drop/").status_code == 302
    assert [path.name for path in making.folder().glob("*.zgb")] == ["main-1.zgb"]
    (making.folder() / "main-1.zgb").unlink()
    assert owner_in.post(f"{PAGE}{second}/take/").status_code == 404
    assert owner_in.post(f"{PAGE}{second}/try/").status_code == 302
    assert backups.prove(second, by=SYSTEM) is False
    assert Backup.objects.get(pk=second).state == "bad"


@pytest.mark.capability("B-01")
def test_one_that_cannot_be_made_is_listed_with_its_reason_and_the_house_is_late(owner_in: Client, at: datetime, settings: Any) -> None:
    made(at - timedelta(days=5))
    settings.BACKUP_KEY = "not a key"
    backups.or_say_why(by_hand=False, by=SYSTEM, at=at)
    row = Backup.objects.order_by("-made_at")[0]
    assert (row.state, "AGE-SECRET-KEY" in row.problem) == ("bad", True)
    now = queries.standing()
    assert now.late(at)
    assert now.good is not None
    assert not now.late(now.good.made_at + timedelta(hours=30))
