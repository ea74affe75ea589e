"""Every case of the corpus through the real import: looked at, taken in by the worker, and brought again. Each row ends as
imported, duplicate, rejected or blank; a file refused as a whole imports nothing; the second time adds nothing."""

import json
import os
import re
import resource
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.data.bad_input.make import HERE, every, written
from tests.data.bad_input.oracle import Case
from tests.data.bad_input.writing import row, text
from zhanggui.catalog.models import Sku
from zhanggui.channels import jobs, keeping, rejects, uploads
from zhanggui.channels.models import Import, ImportRow
from zhanggui.channels.reading import macros, sheet_table
from zhanggui.channels.reading.asking import Asked
from zhanggui.channels.reading.errors import HeadersUnknown
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.reading.source import Source
from zhanggui.channels.refusals import SeveralSheets
from zhanggui.channels.uploads import Look
from zhanggui.customers import sealing
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order

pytestmark = pytest.mark.django_db
CASES = every()
QUESTIONS = (Asked, HeadersUnknown, SeveralSheets)
SECONDS = 10
# 028, an upload cut in the middle, is a story of the real server (tests/crash/test_an_upload_cut_off.py); 103 and 104 are of
# orders that were here before.
OWN_STORIES = {"028"}
PLACED = re.compile(r"-(first|middle|last)\.|-10000-rows")
KIB_GROWN = 64 * 1024
KIB_OF_A_CHILD = 256 * 1024
NUMBERS = {"rows_in": "rows_in", "ok": "rows_ok", "dup": "rows_duplicate", "rej": "rows_rejected", "blank": "rows_blank"}


def on_every_database(cases: Iterable[Case]) -> set[str]:
    """Of every number the first file and the last, those that differ in the row alone (or have ten thousand) passed over where
    there are others: which row it is, is nothing to a database."""
    seen: dict[str, list[str]] = {}
    for case in cases:
        seen.setdefault(case.number, []).append(case.file)
    wanted = ([each for each in files if not PLACED.search(each)] or files for files in seen.values())
    return {name for files in wanted for name in (files[0], files[-1])}


def params(cases: Iterable[Case]) -> list[Any]:
    every_leg = on_every_database(CASES)
    return [pytest.param(case, id=case.file, marks=() if case.file in every_leg else pytest.mark.one_leg) for case in cases]


class Desk:
    """Somebody with a file and a shop, doing what the wizard does."""

    def __init__(self, case: Case, shop_id: int, by: Actor, at: datetime) -> None:
        oracle = case.oracle
        self.content, self.name = case.bytes_of(), oracle.get("name", case.file)
        self.kind, self.by, self.at = oracle.get("kind", "orders"), by, at
        self.shop_id = shop_id if self.kind == "orders" else None
        self.mapping, self.options = oracle.get("mapping"), {"create_goods": True, **oracle.get("options", {})}

    def chosen(self, choose: Mapping[str, str]) -> dict[str, Any]:
        said: dict[str, Any] = dict(choose)
        own = {"header_row": int(said.pop("header_row"))} if "header_row" in said else {}
        own |= {"sheet": said.pop("sheet")} if "sheet" in said else {}
        return own | ({"choices": said} if said else {})

    def look(self, choose: Mapping[str, str] = {}, *, mapped: bool = True) -> Look:
        return uploads.look(
            self.content, self.name, kind=self.kind, shop_id=self.shop_id, by=self.by, mapping=self.mapping if mapped else None,
            create_goods=self.options["create_goods"], strict=self.options.get("strict", False), **self.chosen(choose),
        )  # fmt: skip

    def take_in(self, choose: Mapping[str, str] = {}, *, mapped: bool = True) -> Import:
        import_id = uploads.submit(
            self.content, self.name, kind=self.kind, shop_id=self.shop_id, mapping=self.mapping if mapped else None,
            options=self.options | self.chosen(choose), by=self.by, at=self.at,
        )  # fmt: skip
        jobs.run_import([import_id], at=self.at)
        return Import.objects.get(pk=import_id)


def rejected(row: Import) -> dict[str, str]:
    return {str(each.row): each.code for each in ImportRow.objects.filter(of=row, outcome="rej")}


def numbers(row: Any) -> dict[str, int]:
    return {ours: getattr(row, theirs) for ours, theirs in NUMBERS.items()}


def told(error: Refused, oracle: Mapping[str, Any]) -> None:
    """A refusal names what it promises, in whole sentences."""
    assert error.code == oracle["code"]
    assert error.sentence
    assert "{" not in error.sentence + error.advice
    if "row" in oracle:
        assert error.facts["row"] == oracle["row"]
    if "lacks" in oracle:
        assert oracle["lacks"] in error.facts["missing"]


def nothing_of(row: Import, oracle: Mapping[str, Any]) -> None:
    assert (row.state, row.refusal["code"]) == ("refused", oracle["code"])
    assert numbers(row) == dict.fromkeys(NUMBERS, 0)
    assert not ImportRow.objects.filter(of=row).exists()
    assert not Order.objects.exists()


def comes_in(desk: Desk, oracle: Mapping[str, Any], choose: Mapping[str, str]) -> tuple[Look, Import]:
    """What the look foretold is what happens."""
    wanted = {name: oracle[name] for name in NUMBERS}
    look = desk.look(choose)
    assert numbers(look.totals) == wanted
    found = {trouble.row: trouble.code for trouble in reversed(look.warnings)}
    assert {str(row): code for row, code in found.items() if code != "SAME_ROW_TWICE"} == oracle["warnings"]
    row = desk.take_in(choose)
    assert row.state == "done", row.refusal
    assert numbers(row) == wanted
    assert row.rows_in == row.rows_ok + row.rows_duplicate + row.rows_rejected + row.rows_blank
    assert ImportRow.objects.filter(of=row).count() == row.rows_in - row.rows_blank
    assert rejected(row) == oracle["codes"]
    before = [(each.row, each.beside, each.column, each.code, each.message, each.fix) for each in look.problems]
    after = [(one["row"], one["beside"], one["column"], one["code"], one["says"], one["fix"]) for one in rejects.shown(row.pk)]
    assert before == after[: len(before)]
    return look, row


def comes_in_once(desk: Desk, oracle: Mapping[str, Any], choose: Mapping[str, str]) -> tuple[Look, Import]:
    look, row = comes_in(desk, oracle, choose)
    before = (Order.objects.count(), Sku.objects.count())
    again = desk.take_in(choose)
    assert (again.state, again.rows_ok, again.rows_duplicate) == ("done", 0, row.rows_ok + row.rows_duplicate)
    assert (Order.objects.count(), Sku.objects.count()) == before
    return look, row


def says(oracle: Mapping[str, Any], look: Look, row: Import) -> None:
    """What else a case promises of the orders that came in."""
    of_row = {str(each.row): each.subject_id for each in ImportRow.objects.filter(of=row, outcome="ok")}
    orders = Order.objects.in_bulk([pk for pk in of_row.values() if pk is not None]) if row.kind == "orders" else {}

    def at(number: str) -> Order:
        return orders[of_row[number]]

    for number, said in oracle.get("numbers", {}).items():
        assert at(number).platform_no == said
    for number, said in oracle.get("notes", {}).items():
        assert at(number).buyer_note == said
    for number, said in oracle.get("paid", {}).items():
        assert at(number).paid_at == datetime.fromisoformat(said)
    for number, said in oracle.get("names", {}).items():
        assert name_of(at(number)) == said
    if "orders" in oracle:
        assert len(orders) == oracle["orders"]
    if "skus" in oracle:
        assert list(Sku.objects.values_list("code", flat=True)) == oracle["skus"]
    if oracle.get("held"):
        assert not Sku.objects.exists()
    for word in oracle.get("remarks", ()):
        assert any(word in remark for remark in look.remarks), look.remarks


def worked() -> float:
    """Seconds of all cores that this process and those it waited for have used: a busy machine does not lengthen them."""
    return sum(os.times()[:4])


def name_of(order: Order) -> str:
    return sealing.opened(order.recipient.sealed)[0]


@pytest.mark.capability("I-06", "I-07", "I-08")
@pytest.mark.parametrize("case", params(CASES))
def test_a_bad_file_does_what_its_oracle_says(case: Case, shop_id: int, owner: Actor, at: datetime, settings: Any) -> None:
    oracle = case.oracle
    settings.TIME_ZONE = oracle.get("zone", settings.TIME_ZONE)
    desk = Desk(case, shop_id, owner, at)
    began, grown = worked(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if oracle["verdict"] in ("R", "?"):
        asked = oracle["verdict"] == "?"
        with pytest.raises(Refused) as refused:
            desk.look(mapped=not asked)
        told(refused.value, oracle)
        assert isinstance(refused.value, QUESTIONS) or not asked
        nothing_of(desk.take_in(mapped=not asked), oracle)
        if asked:
            look, row = comes_in_once(desk, oracle["then"], oracle["choose"])
            says(oracle, look, row)
    else:
        look, row = comes_in_once(desk, oracle, {})
        if "offer" in oracle:
            offer = next(each for each in look.offers if each.key == oracle["offer"])
            assert offer.chosen == ""
            assert oracle["choose"][offer.key] in dict(offer.answers)
            # Another shop, for the order number of one is nothing to the other.
            desk.shop_id = shops.open_one("other", "另一家", by=SYSTEM, at=at)
            look, row = comes_in_once(desk, oracle["then"], oracle["choose"])
            assert next(each for each in look.offers if each.key == oracle["offer"]).chosen == oracle["choose"][offer.key]
        says(oracle, look, row)
    assert worked() - began < SECONDS * (4 if oracle["rows_in"] > 1_000 else 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < KIB_GROWN + len(desk.content) // 128


HOSTILE = [case for case in CASES if "015" <= case.number <= "025" and case.file.endswith((".xlsx", ".zip"))]


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
@pytest.mark.parametrize("case", HOSTILE, ids=[case.file for case in HOSTILE])
def test_a_hostile_file_is_taken_apart_in_little_memory(case: Case) -> None:
    spool = sheet_table.Spool.__new__(sheet_table.Spool)
    with tempfile.TemporaryFile() as spool.rows:
        before = worked()
        ended = spool._read(Source(case.bytes_of()), WEB, {"kind": "zip", "wanted": None, "formulas": ""}, 0)
        assert worked() - before < SECONDS
        assert 0 < ended["peak_kib"] < KIB_OF_A_CHILD


@pytest.mark.one_leg
@pytest.mark.capability("I-08")
def test_the_files_that_are_kept_are_those_the_script_makes() -> None:
    """Nothing that is kept is squeezed, so that it is the same wherever it is made."""
    assert len(CASES) >= 150
    assert {case.number for case in CASES} >= {f"{number:03}" for number in range(1, 103)} - OWN_STORIES
    assert {file[:3] for file in on_every_database(CASES)} == {case.number for case in CASES}
    kept = {path.name for path in HERE.iterdir()}
    assert kept == {f"{case.file}.oracle.json" for case in CASES} | {case.file for case in CASES if not case.large}
    assert sum(path.stat().st_size for path in HERE.iterdir()) < 1024 * 1024
    for case in CASES:
        assert json.loads((HERE / f"{case.file}.oracle.json").read_text("utf-8")) == json.loads(written(case))
        if not case.large:
            assert (HERE / case.file).read_bytes() == case.bytes_of(), case.file


def test_a_macro_is_never_kept(shop_id: int, owner: Actor, at: datetime) -> None:
    case = next(case for case in CASES if case.file == "007-macro.xlsm")
    assert b"Auto_Open" in case.bytes_of()
    row = Desk(case, shop_id, owner, at).take_in()
    held = keeping.kept(row.path)
    assert (b"Auto_Open" in held, len(held)) == (False, len(case.bytes_of()))
    assert macros.taken_out(case.bytes_of()[:200]) == case.bytes_of()[:200]


def test_an_order_here_already_is_known_by_its_shop_and_what_it_says(shop_id: int, owner: Actor, at: datetime) -> None:
    """The same again is a duplicate; changed, it waits for somebody to say so; shipped, it is closed; of another shop, another."""
    def desk(*table: list[object], shop: int = shop_id) -> Desk:
        return Desk(Case("103", "orders.csv", text(table).encode(), {}), shop, owner, at)

    assert desk(row(1), row(2)).take_in().rows_ok == 2
    assert desk(row(1), row(3)).take_in().rows_duplicate == 1
    assert rejected(desk(row(1, 数量="3")).take_in()) == {"2": "CHANGED"}
    Order.objects.filter(platform_no="T2").update(stage="shipped")
    assert rejected(desk(row(2, 数量="3")).take_in()) == {"2": "LOCKED"}
    other = shops.open_one("other", "另一家", by=SYSTEM, at=at)
    assert desk(row(1), row(2), shop=other).take_in().rows_ok == 2
    assert Order.objects.count() == 5
