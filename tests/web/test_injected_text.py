"""A house full of attempts at its pages: every page shows them as the text they are, and looking changes nothing."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.fulfilment.floor import FakeCourier
from tests.web.poisoned import PAYLOADS, addresses, alive, build
from tests.web.test_headers import inline, lacks
from zhanggui.accounts.models import User
from zhanggui.carriers import queries as carriers
from zhanggui.kernel import clock
from zhanggui.web.frame import gate

pytestmark = [pytest.mark.one_leg, pytest.mark.django_db]
# Signing in and being here leave a trace; nothing else does by looking.
TRACES = {"django_session", "usersessions_usersession", "cache"}
# By GET, and yet they write: each says in the book that something was taken out.
NOTED = {"imports:rejects", "orders:export", "settings:people_export", "settings:roles_export", "lessons:export", "lessons:report_export"}
# Asked by GET it shows a page that asks again; what changes something is a POST.
LEAVES = {"account_logout"}
# Whoever posts there has no session to ride on: the signed pass of the page stands for the token, and here there is none.
BY_A_PASS = {"doors:form", "payments:notify"}


@pytest.fixture
def house(shop_id: int, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, list[int]]:
    courier = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": courier})
    return build(person("owner"), courier, shop_id, clock.now(), settings)


@pytest.fixture
def owner_desk(client: Client, house: dict[str, list[int]]) -> Client:
    client.force_login(User.objects.get(role__code="owner"))
    return client


@contextmanager
def written() -> Iterator[list[str]]:
    """The tables that statements write to while this lasts."""
    tables: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.replace('"', " ").replace("(", " ").split()
        if words and words[0].upper() in ("INSERT", "UPDATE", "DELETE", "COPY"):
            named = words[1] if words[0].upper() in ("UPDATE", "COPY") else words[2]
            tables.append(named)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables


def digests() -> dict[str, str]:
    """Every table but those of traces, as a digest of its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - TRACES):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def test_no_page_comes_alive_and_no_look_changes_anything(owner_desk: Client, house: dict[str, list[int]]) -> None:
    """Every address by GET, whole and as a part; its headers; what it runs; what it writes."""
    # The first look at an order is noted, once: that it was seen.
    for order in house["order_id"]:
        owner_desk.get(f"/orders/{order}/")
    before, wrong, pages, shown = digests(), [], 0, 0
    for name, path in addresses(house):
        known = gate.methods(name)
        if "GET" not in known or name in LEAVES | NOTED:
            continue
        for part in ({}, {"HX-Request": "true", "HX-Target": "drawer"})[: 2 if any(sign.isdigit() for sign in path) else 1]:
            with written() as tables:
                answer = owner_desk.get(path, headers=part)
            if changed := set(tables) - TRACES:
                wrong.append((path, "writes", changed))
            if missing := lacks(answer):
                wrong.append((path, answer.status_code, missing))
            if answer.status_code == 500:
                wrong.append((path, "500"))
            trigger = answer.headers.get("HX-Trigger", "")
            if not trigger.isascii() or (trigger.startswith("{") and not isinstance(json.loads(trigger), dict)):
                wrong.append((path, "HX-Trigger", trigger[:80]))
            if "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
                text = answer.content.decode()
                found, seen = alive(text)
                pages, shown = pages + 1, shown + seen
                if found or inline(text):
                    wrong.append((path, "alive", found[:2], inline(text)[:2]))
    assert not wrong, "\n".join(map(str, wrong[:20]))
    assert before == digests()
    assert pages >= 150
    # Where nothing of it is shown, nothing was tried.
    assert shown >= 300


EXPORTS = (
    "/lessons/export/", "/lessons/report/export/", "/orders/export/", "/goods/export/", "/stock/export/", "/tracking/export/",
    "/settings/people/export/", "/settings/roles/export/",
)  # fmt: skip


@pytest.mark.parametrize("path", EXPORTS)
def test_no_export_holds_a_formula(path: str, owner_desk: Client, house: dict[str, list[int]]) -> None:
    """What begins as a formula in a cell stays text: in a book by its kind, in a file of text by an apostrophe before it."""
    answer = owner_desk.get(path)
    assert answer.status_code == 200, answer.status_code
    assert not lacks(answer)
    content = b"".join(answer) if answer.streaming else answer.content
    assert answer["Content-Disposition"].startswith("attachment")
    if content[:2] == b"PK":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        assert b"<f>" not in content
    else:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row if not cell.lstrip("+-").replace(".", "", 1).isdigit()]
        risky = [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
        assert not risky, risky[:5]
    assert rows


def test_what_is_posted_back_and_refused_is_shown_as_text(owner_desk: Client, house: dict[str, list[int]]) -> None:
    """A form that comes back with its errors holds what was typed; so do refusals and the toasts in headers."""
    wrong, tried = [], 0
    forms = ["/goods/new/", *(f"/settings/{kind}/new/" for kind in ("shops", "warehouses", "carriers", "people", "hooks"))]
    fields = ("name", "code", "email", "url", "waybill_pattern", "barcode", "spec", "phone", "street", "number", "plugin", "role")
    for path in forms:
        for turn in range(0, len(PAYLOADS), 4):
            told = {field: PAYLOADS[(turn + nth) % len(PAYLOADS)] for nth, field in enumerate(fields)}
            answer = owner_desk.post(path, told, headers={"HX-Request": "true", "HX-Target": "drawer"})
            tried += len(told)
            found, _ = alive(answer.content.decode())
            if found or not answer.headers.get("HX-Trigger", "").isascii() or answer.status_code == 500:
                wrong.append((path, turn, answer.status_code, found[:2]))
    asked = ("/orders/?q={}", "/orders/?tab={}", "/goods/?q={}", "/stock/?q={}", "/tracking/?q={}", "/orders/?shop={}", "/{}")
    for nth, payload in enumerate(PAYLOADS):
        for path in (asked[nth % 7], asked[(nth + 3) % 7]):
            answer = owner_desk.get(path.format(quote(payload)), follow=True)
            tried += 1
            if (found := alive(answer.content.decode())[0]) or answer.status_code == 500:
                wrong.append((path, answer.status_code, found[:2]))
    assert not wrong, "\n".join(map(str, wrong[:10]))
    assert tried >= 300


def test_every_post_without_its_token_is_refused_and_changes_nothing(person: Callable[..., User], shop_id: int) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("owner"))
    before, wrong, asked = digests(), [], 0
    for name, path in addresses({}):
        if "POST" not in gate.methods(name):
            continue
        asked += 1
        for extra in ({}, {"Origin": "https://evil.example.com", "HX-Request": "true"}):
            answer = strict.post(path, {"name": "x"}, headers=extra)
            if answer.status_code != (404 if name in BY_A_PASS else 403):
                wrong.append((name, path, answer.status_code))
    assert not wrong, wrong[:10]
    assert before == digests()
    assert asked >= 70
