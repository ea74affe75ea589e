"""A page of a large upload shown again does not read the file again, and never shows what is no longer so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from tests.web.imports.test_import_steps import HEADER, row, table, token_of, upload
from tests.web.orders.bench import Bench
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.channels import keeping, looks, uploads
from zhanggui.channels.ahead import Ahead
from zhanggui.channels.reading.errors import ReaderStopped
from zhanggui.channels.reading.text_table import TextTable
from zhanggui.kernel import clock, vault
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
Counter = Callable[..., Client]
MANY = 2_500


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOADS", tmp_path / "uploads")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read of a file, and by whom, since this was last emptied."""
    found: list[str] = []
    for kind in (TextTable, Ahead):
        init = kind.__init__

        def noted(self: Any, *given: Any, _init: Any = init, _name: str = kind.__name__) -> None:
            found.append(_name)
            _init(self, *given)

        monkeypatch.setattr(kind, "__init__", noted)
    kept = keeping.kept

    def opened(name: str) -> bytes:
        found.append("kept")
        return kept(name)

    monkeypatch.setattr(keeping, "kept", opened)
    return found


def large(sku: str = "GW-150-QY", header: Any = HEADER, date: str = "2026-11-20 10:00:00") -> SimpleUploadedFile:
    rows = [[cells[0], date, *cells[2:]] for nth in range(MANY) for cells in [row(f"A{nth:05}", sku=sku, phone=f"138{nth:08}")]]
    return table(*rows, header=header)


def found() -> list[str]:
    return [file.name for file in settings.UPLOADS.iterdir() if file.name.endswith(keeping.FOUND)]


@pytest.mark.capability("I-07")
def test_a_look_shown_again_does_not_read_the_file_again(at_counter: Counter, bench: Bench, read: list[str]) -> None:
    client = at_counter()
    look = upload(client, bench, large())
    first = look.content.decode()
    assert look.status_code == 200
    assert read.count("Ahead") == 1
    read.clear()
    for _again in range(2):
        again = client.get(token_of(look))
        assert (again.status_code, f"导入 {MANY} 单" in again.content.decode()) == (200, f"导入 {MANY} 单" in first)
    assert read == []
    # Another choice is another look; the first choice again is the first look.
    client.post(token_of(look), {"options": "1", "update": "on"}, follow=True)
    assert read.count("Ahead") == 1
    read.clear()
    client.post(token_of(look), {"options": "1"}, follow=True)
    assert read == []


def test_a_small_file_is_looked_at_afresh(at_counter: Counter, bench: Bench, read: list[str]) -> None:
    client = at_counter()
    small = upload(client, bench, table(row("S1")))
    read.clear()
    client.get(token_of(small))
    assert read == ["kept"]
    assert found() == []


def test_what_a_look_goes_by_changed_and_it_is_looked_at_again(at_counter: Counter, bench: Bench, read: list[str]) -> None:
    client = at_counter()
    look = upload(client, bench, large("NOBODYS"))
    assert "NOBODYS" in look.content.decode()
    read.clear()
    goods.define([Definition("NOBODYS", "有了")], by=SYSTEM, at=clock.now())
    again = client.get(token_of(look)).content.decode()
    assert read.count("Ahead") == 1
    assert "NOBODYS…" not in again
    bench.put("A00001")
    read.clear()
    client.get(token_of(look))
    assert read.count("Ahead") == 1


def test_a_question_asked_again_does_not_read_the_file_again(at_counter: Counter, bench: Bench, read: list[str]) -> None:
    client = at_counter()
    asked = upload(client, bench, large(date="03/04/2026"))
    assert asked.status_code == 422
    assert 'name="choose-dates"' in asked.content.decode()
    read.clear()
    again = client.get(token_of(asked))
    assert (again.status_code, 'name="choose-dates"' in again.content.decode()) == (422, True)
    assert read == []


def test_columns_to_be_matched_by_hand_are_not_read_again(at_counter: Counter, bench: Bench, read: list[str]) -> None:
    client = at_counter()
    strange = upload(client, bench, large(header=[f"列{nth}" for nth in "甲乙丙丁戊己庚辛壬癸子丑寅"]))
    assert strange.status_code == 422
    assert "列甲" in strange.content.decode()
    read.clear()
    again = client.get(token_of(strange))
    assert (again.status_code, "列甲" in again.content.decode()) == (422, True)
    assert read == []


def test_what_was_found_is_sealed_and_goes_with_the_upload(at_counter: Counter, bench: Bench) -> None:
    client = at_counter()
    look = upload(client, bench, large())
    (name,) = found()
    sealed = (settings.UPLOADS / name).read_bytes()
    for said in ("A00000", "GW-150-QY", "林", "掌柜模板"):
        assert said.encode() not in sealed
    client.post(f"{token_of(look)}drop/", follow=True)
    assert list(settings.UPLOADS.iterdir()) == []
    look = upload(client, bench, large())
    client.post(f"{token_of(look)}start/", {"options": "1"}, follow=True)
    assert found() == []


def test_a_reader_that_stopped_is_tried_again(at_counter: Counter, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    client = at_counter()
    look = uploads.look

    def stops(*given: Any, **said: Any) -> Any:
        raise ReaderStopped()

    monkeypatch.setattr(uploads, "look", stops)
    stopped = upload(client, bench, large())
    assert stopped.status_code == 422
    monkeypatch.setattr(uploads, "look", look)
    assert client.get(token_of(stopped)).status_code == 200


@pytest.mark.parametrize("goes", ["old", "another key", "another language"])
def test_what_was_found_holds_ten_minutes_under_its_key_and_there_are_few(goes: str, settings: Any, at: datetime) -> None:
    name = keeping.keep(b"x" * looks.WORTH_BYTES)
    done: list[str] = []

    def look(asked: str, at: datetime) -> str:
        return looks.once(name, (asked,), lambda: done.append(asked) or asked, shop_id=None, at=at)

    assert [look("a", at), look("a", at + timedelta(minutes=9))] == ["a", "a"]
    assert done == ["a"]
    if goes == "old":
        look("a", at + timedelta(minutes=10))
    elif goes == "another language":
        with translation.override("en"):
            look("a", at)
    else:
        settings.KEY_RING = vault.new_ring()
        look("a", at)
    assert done == ["a", "a"]
    for nth in range(looks.KEPT):
        look(f"b{nth}", at)
    done.clear()
    look("a", at)
    assert done == ["a"]
    keeping.forget(name)
    assert not settings.UPLOADS.exists() or list(settings.UPLOADS.iterdir()) == []
