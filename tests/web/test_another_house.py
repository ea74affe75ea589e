"""Pages of one house shown to people of another: what is not theirs is not there, by any address, word or form."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.flows.two_houses import Houses, build, everything
from tests.fulfilment.floor import FakeCourier
from tests.web.counting import statements
from tests.web.test_every_address import addresses, routes
from zhanggui.accounts.models import Role, User
from zhanggui.accounts.policy import policy
from zhanggui.carriers import queries as carriers
from zhanggui.journal.models import Entry
from zhanggui.web.frame import counts, gate, notices

# Whose ids stand in an address. Goods are of no shop; people, carriers and settings ask for the right to settings itself.
KINDS = {"order_id": "order", "other_id": "order", "import_id": "import", "wave_id": "wave", "parcel_id": "parcel", "pick_id": "pick"}
MISSING = 987_654_321
PLAIN = {
    "verb": "release",
    "kind": "orders",
    "language": "zh",
    "token": "x" * 22,
    "name": "density",
    "number": "x",
    "sku_id": "1",
}
SETTLED = ("settings:", "machine:", "people:", "ui:", "mfa_", "account_", "usersessions", "end_", "frame:", "home", "goods:")
SIDES = ("shop", "warehouse")


@pytest.fixture
def houses(shop_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Houses:
    fake = FakeCourier()
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": fake})
    counts.forget()
    notices.forget()
    return build(shop_id, at)


@pytest.fixture
def at_mine(person: Callable[..., User], houses: Houses) -> Callable[..., Client]:
    """``at_mine("shop")`` → a browser of somebody who may everything, at my shop; or at ``both``, at ``warehouse``, anywhere."""

    def make(side: str = "both") -> Client:
        someone = User.objects.filter(email="owner@example.com").first() or person("owner")
        every = dict.fromkeys(policy().capabilities, "Y")
        role, _ = Role.objects.get_or_create(code="everything", defaults={"name": "样样行", "grants": every})
        mine = houses.mine
        User.objects.filter(pk=someone.pk).update(
            role=role,
            shop_ids=[mine.shop_id] if side in ("both", "shop") else None,
            warehouse_ids=[mine.warehouse_id] if side in ("both", "warehouse") else None,
        )
        counts.forget()
        notices.forget()
        browser = Client()
        browser.force_login(User.objects.get(pk=someone.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return make


def asked(filled: dict[str, Any]) -> Iterator[tuple[str, str, set[str]]]:
    """(name, path with these ids, the kinds of things that stand in it) of every address that names a thing of a house."""
    for name, route in sorted(routes()):
        kinds = {KINDS[word] for word in re.findall(r"<int:(\w+)>", route) if word in KINDS}
        if kinds and not name.startswith(SETTLED):
            yield name, re.sub(r"<(?:int|str|slug):(\w+)>", lambda found: str({**PLAIN, **filled}[found.group(1)]), route), kinds


def of(house: Any, nth: int = 0) -> dict[str, Any]:
    return {word: house.ids[kind][nth] for word, kind in KINDS.items()}


def said(answer: Any, filled: dict[str, Any]) -> str:
    """What a page says, without the number that was asked for and the number of the request."""
    text = re.sub(rf"(?<=[/ ])({'|'.join(str(id_) for id_ in filled.values())})(?=[/。])", "N", answer.content.decode())
    return re.sub(r"[0-9A-F]{4}-[0-9A-F]{4}|csrf[^>]*>|CSRFToken\W+\w+|nonce-[\w=+/-]+|value=.\w{64}", "", text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.capability("L-04")
def test_the_page_of_anothers_thing_is_the_page_of_nothing(houses: Houses, at_mine: Callable[..., Client]) -> None:
    missing = dict.fromkeys(KINDS, MISSING)
    tried = 0
    for side in SIDES:
        browser = at_mine(side)
        own = {name: browser.get(path).status_code for name, path, _ in asked(of(houses.mine)) if "GET" in gate.methods(name)}
        for nth in (0, -1):
            theirs = of(houses.theirs, nth)
            for (name, path, kinds), (_, nowhere, _kinds) in zip(asked(theirs), asked(missing), strict=True):
                if "GET" not in gate.methods(name) or (side == "warehouse" and kinds == {"import"}):
                    continue
                here, there = browser.get(path), browser.get(nowhere)
                assert (here.status_code, there.status_code) == (404, 404), (side, name, path, here.status_code)
                assert said(here, theirs) == said(there, missing), (side, name)
                tried += 1
        assert any(status == 200 for status in own.values())
    assert tried > 30


@pytest.mark.django_db(transaction=True)
def test_no_list_search_or_figure_says_anything_of_another_house(houses: Houses, at_mine: Callable[..., Client]) -> None:
    lists = [path for name, path in addresses() if "GET" in gate.methods(name) and "/1/" not in path and "x" * 22 not in path]
    # The country's places are the same for everyone: every town of another house is among them.
    lists.remove("/f/places.json")
    lists = [
        path for path in lists if not path.startswith(("/accounts/", "/settings/", "/machine/", "/api/", "/healthz", "/readyz"))
    ]
    lists += [
        f"/orders/?tab={tab}" for tab in ("all", "held", "late", "short", "shipped", "completed", "cancelled", "draft", "to_ship")
    ]
    lists += [f"/orders/?tab=all&shop={houses.theirs.shop_id}", f"/orders/?tab=all&batch={houses.theirs.ids['import'][0]}"]
    lists += [f"/warehouse/waves/?warehouse={houses.theirs.warehouse_id}", "/warehouse/shipping/?carrier=today"]
    lists += ["/tracking/?tab=all", "/stock/?tab=waited", "/stock/?tab=short", "/review/?reason=by-hand", "/review/?reason=green"]
    lists += [f"/stock/{sku}/" for sku in (1, 2)] + [f"/review/?order={houses.theirs.order.pk}"]
    for side in SIDES:
        browser, words = at_mine(side), houses.theirs.secret(side)
        for path in lists:
            page = browser.get(path)
            assert page.status_code in (200, 204, 302, 304, 400, 404, 405), (path, page.status_code)
            text = _text(page)
            told = {word for word in words if word in text} if page.status_code == 200 else set()
            assert not told, (side, path, told)


def _text(page: Any) -> str:
    content = b"".join(page.streaming_content) if page.streaming else page.content
    if content[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(content))
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return str(content.decode("utf-8", "replace"))


@pytest.mark.django_db(transaction=True)
def test_searching_by_anothers_number_finds_nothing(houses: Houses, at_mine: Callable[..., Client]) -> None:
    theirs = houses.theirs
    for side in SIDES:
        browser, words = at_mine(side), theirs.secret(side)
        kinds = {word[:1]: word for word in sorted(theirs.words)}
        for word in kinds.values():
            for path in ("/orders/?tab=all&q=", "/tracking/?tab=all&q="):
                page = browser.get(f"{path}{word}").content.decode()
                assert not {other for other in words - {word} if other in page and other not in word}, (side, path, word)
        mine = houses.mine.ids["order"]
        assert f"/orders/{mine[-1]}/" in browser.get("/orders/?tab=all").content.decode() or side == "warehouse"


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_along_is_ones_own(houses: Houses, at_mine: Callable[..., Client]) -> None:
    theirs, mine = houses.theirs, houses.mine
    ids = ",".join(str(id_) for id_ in [*mine.ids["order"], *theirs.ids["order"]])
    for side in SIDES:
        browser = at_mine(side)
        for path in ("/orders/export/?tab=all", f"/orders/export/?ids={ids}", "/tracking/export/?tab=all", "/stock/export/"):
            text = _text(browser.get(path))
            told = {word for word in theirs.secret(side) if word in text}
            assert not told, (side, path, told)
    everyones = _text(at_mine("everywhere").get("/orders/export/?tab=all"))
    assert "禁区" in everyones


@pytest.mark.django_db(transaction=True)
def test_no_form_does_anything_to_anothers_things(houses: Houses, at_mine: Callable[..., Client]) -> None:
    theirs, mine = houses.theirs, houses.mine
    tried = 0
    for side in SIDES:
        browser = at_mine(side)
        before, path_ids = everything(), of(theirs)
        for name, path, _kinds in asked(path_ids):
            if "POST" in gate.methods(name) and not (side == "warehouse" and "import" in name):
                for form in FORMS:
                    assert browser.post(path, {**form, "why": "看看"}).status_code in (400, 404), (side, name, form)
                    tried += 1
        for path, form in aimed(houses, side):
            answer = browser.post(path, form)
            assert answer.status_code in (404, 422, 409, 400) or (
                answer.status_code == 200 and "wrong" in answer.get("X-Station", "")
            ), (
                side,
                path,
                form,
                answer.status_code,
            )
            tried += 1
        now = everything()
        changed = [table for table in now if now[table] != before[table]]
        assert not changed, (side, changed, list(Entry.objects.order_by("-id").values_list("name", "facts")[:3]))
    assert tried > 100
    assert mine.order.stage == "pending_review"


FORMS: tuple[dict[str, str], ...] = (
    {"verb": "approve"},
    {"do": "payment", "value": "paid"},
    {"seller": "x", "flag": "red"},
    {"found": "0"},
)


def aimed(houses: Houses, side: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Forms whose fields name another's things, one of one's own before it."""
    mine, theirs = houses.mine.ids, houses.theirs.ids
    for verb in ("approve", "hold", "clear", "cancel", "restore", "submit", "pay", "complete", "plan", "unapprove"):
        yield "/orders/batch/", {"verb": verb, "ids": [mine["order"][0], theirs["order"][-1]], "why": "看看"}
    for verb in ("ship", "number", "reopen", "void"):
        yield "/warehouse/shipping/act/", {"verb": verb, "ids": [mine["parcel"][0], theirs["parcel"][-1]], "sure": "1"}
    yield "/warehouse/shipping/act/", {"verb": "ship_all", "shown": f"{mine['parcel'][-1]},{theirs['parcel'][2]}", "sure": "1"}
    yield "/warehouse/plan/", {"warehouse": houses.theirs.warehouse_id, "kind": "all"}
    yield "/warehouse/labels/", {"ids": [theirs["parcel"][0]]}
    yield "/warehouse/labels/", {"wave": theirs["wave"][0]}
    yield "/warehouse/labels/paper/", {"ids": [theirs["parcel"][1]]}
    yield "/warehouse/labels/void/", {"ids": [theirs["parcel"][1]]}
    yield "/warehouse/slips/", {"ids": [theirs["parcel"][1]]}
    yield "/warehouse/door/scan/", {"code": sorted(houses.theirs.words)[0], "uid": "a1"}
    yield "/warehouse/packing/open/", {"code": sorted(word for word in houses.theirs.words if word.startswith("P"))[0]}
    yield "/review/decide/", {"order": theirs["order"][0], "reason": "by-hand"}
    if side == "shop":
        yield "/imports/new/", {"kind": "orders", "shop": houses.theirs.shop_id, "file": io.BytesIO(b"a,b\n1,2\n")}
    else:
        yield "/stock/receive/", {"goods": "CUP", "warehouse": houses.theirs.warehouse_id, "pieces": "3", "bin": "A"}


@pytest.mark.django_db(transaction=True)
def test_a_bound_costs_a_page_no_more_than_one_statement(houses: Houses, at_mine: Callable[..., Client]) -> None:
    paths = ("/", "/orders/?tab=all", "/review/", "/imports/", "/warehouse/waves/", "/warehouse/packing/", "/warehouse/shipping/")
    paths += ("/tracking/?tab=all", "/stock/", f"/orders/{houses.mine.ids['order'][-1]}/")
    free = at_mine("everywhere")
    plain = {path: statements(free, path) for path in paths}
    bounded = at_mine("both")
    for path in paths:
        assert statements(bounded, path) <= plain[path] + 1, path
