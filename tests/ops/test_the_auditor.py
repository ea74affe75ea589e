"""The auditor has tests of its own: each corruption is planted by hand, and it names that one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.carriers import queries as carriers
from zhanggui.channels.models import Import, ImportRow
from zhanggui.fulfilment.commands import parcels
from zhanggui.journal import jobs
from zhanggui.journal.models import Entry, Seal
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.append_only import statements
from zhanggui.ops import own_keys, seals
from zhanggui.ops.invariants import INVARIANTS
from zhanggui.ops.verify import assert_clean, verify
from zhanggui.orders.commands import money
from zhanggui.orders.commands.money import Back
from zhanggui.orders.models import Bundle, Order
from zhanggui.stock.commands import claims

pytestmark = pytest.mark.django_db


@contextmanager
def unprotected(*tables: str) -> Iterator[None]:
    """Whoever damages the file does not ask the triggers or the constraints."""
    lite = connection.vendor == "sqlite"
    for table in tables:
        for name in (f"{table}_no_update", f"{table}_no_delete") if lite else (f"{table}_append_only",):
            db.execute(f"DROP TRIGGER {name}" if lite else f"DROP TRIGGER {name} ON {table}")
    if lite:
        db.execute("PRAGMA ignore_check_constraints = ON")
    yield
    if lite:
        db.execute("PRAGMA ignore_check_constraints = OFF")
    for table in tables:
        for statement in statements(connection.vendor, table):
            if "CREATE FUNCTION" not in statement:
                db.execute(statement)


@pytest.fixture
def house(shop_id: int, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """A shop in the middle of its day: one order shipped, one in a wave, one approved, one held, one cancelled, an import."""
    monkeypatch.setattr(carriers, "plugins", lambda: {"sandbox": FakeCourier()})
    floor = Floor(shop_id, at)
    floor.shelf("A-1", "TEA", 40)
    floor.shelf("A-2", "CUP", 40)
    boxes = floor.packed({"TEA": 2, "CUP": 1}, {"TEA": 1})
    parcels.ship(boxes[:1], by=SYSTEM, at=at)
    floor.picked({"CUP": 3})
    floor.orders({"TEA": 1}, {"TEA": 99})
    Bundle.objects.create(pk=1, made_at=at, made_by="x")
    made = Import.objects.create(
        number="I1", kind="orders", state="done", file_name="a.csv", digest="d", rows_in=2, rows_ok=1, rows_rejected=1, by_name="x", made_at=at
    )
    ImportRow.objects.bulk_create([ImportRow(of=made, row=2, outcome="ok"), ImportRow(of=made, row=3, outcome="rej", code="QTY_RANGE")])
    paid = Order.objects.filter(stage="shipped", paid_minor__gt=1).values_list("pk", flat=True)[0]
    money.refund([Back(paid, 1)], reason="少了一件", by=SYSTEM, at=at)
    jobs.run_until_idle(at=lambda: at)
    seals.seal(at=at + timedelta(hours=1))
    own_keys.known(None, at=at)
    assert_clean()
    return floor


# What is done behind the house's back → the rule that is broken by it.
DAMAGE: dict[str, tuple[str, str]] = {
    "claimed more than is there": ("I01", "UPDATE stock_level SET claimed = on_hand + 5"),
    "pieces that came from nowhere": ("I02 the ledger adds up to every level", "UPDATE stock_level SET on_hand = on_hand + 1"),
    "a shelf with a piece too many": ("I02 the ledger adds up to every shelf", "UPDATE stock_shelf SET pieces = pieces + 1"),
    "a shelf that is gone": ("I02 shelves add up", "DELETE FROM stock_shelf WHERE pieces > 30"),
    "a ledger line changed": ("I02 the ledger adds up to every level", "UPDATE stock_ledger SET delta = delta + 1 WHERE kind = 'received'"),
    "a ledger line gone": ("I02 the ledger adds up to every level", "DELETE FROM stock_ledger WHERE kind = 'received'"),
    "claimed drifts from its claims": ("I03 open claims add up", "UPDATE stock_level SET claimed = claimed + 1"),
    "a claim of a piece too few": ("I03 an order the warehouse", "UPDATE stock_claim SET pieces = pieces + 1 WHERE state = 'open'"),
    "an approved order without its claim": ("I03 an order the warehouse", "DELETE FROM stock_claim WHERE state = 'open'"),
    "a claim of nobody": ("I03 no other order", "UPDATE stock_claim SET for_order = 999999 WHERE state = 'open'"),
    "an issue the ledger never saw": ("I04", "UPDATE stock_claim SET pieces = pieces + 1 WHERE state = 'issued'"),
    "a released claim that was issued": ("I04", "UPDATE stock_claim SET state = 'released' WHERE state = 'issued'"),
    "an order worth more than its lines": ("I10", "UPDATE orders_order SET goods_minor = goods_minor + 1, total_minor = total_minor + 1"),
    "money that came from nowhere": ("I11 what came in", "UPDATE payments_account SET came_minor = came_minor + 1"),
    "a receipt that is gone": ("I11 what came in", "DELETE FROM payments_ledger WHERE kind = 'refund'"),
    "an order paid beside the book": ("I11 an order counts", "UPDATE orders_order SET paid_minor = paid_minor + 1"),
    "a line that lost its pieces": ("I10", "UPDATE orders_line SET quantity = quantity + 1, total_minor = total_minor"),
    "a shipped line that did not ship": ("I12", "UPDATE orders_line SET shipped = 0 WHERE shipped > 0"),
    "a shipped parcel without a number": ("I14", "UPDATE fulfilment_waybill SET state = 'voided'"),
    "a shipped parcel of an order that is not": ("I17 orders and parcels", "UPDATE orders_order SET stage = 'approved' WHERE stage = 'shipped'"),
    "holds miscounted": ("I17 an order carries", "UPDATE orders_order SET holds = 0 WHERE holds > 0"),
    "an order more than its import counts": ("I20 the numbers", "UPDATE channels_importrow SET subject_id = 1 WHERE outcome = 'ok'"),
    "a cancelled import that forgot a row": ("I20 the numbers", "UPDATE channels_import SET state = 'cancelled', rows_ok = 0"),
    "a row without an outcome": ("I20", "DELETE FROM channels_importrow WHERE outcome = 'rej'"),
    "packed more than was bought": ("I22", "UPDATE fulfilment_parcelline SET packed = 0 WHERE packed > 0"),
    "a parcel with a stranger's goods": (
        "I23 a parcel holds", "UPDATE fulfilment_parcelline SET order_line_id = (SELECT MAX(id) FROM orders_line) "
        "WHERE id = (SELECT MIN(id) FROM fulfilment_parcelline)"
    ),
    "merged orders torn apart": (
        "I23 merged orders", "UPDATE orders_order SET bundle_id = 1 WHERE stage IN ('shipped', 'approved')"
    ),
    "a part of nothing": ("I23 a part of an order", "UPDATE orders_order SET part = 1 WHERE stage = 'shipped'"),
    "a phone in clear": ("I27", "UPDATE customers_recipient SET masked_phone = '13800137621'"),
    "a name in clear": ("I27", "UPDATE customers_recipient SET masked_name = '林晓'"),
    "a door in a district": ("I27 province", "UPDATE customers_recipient SET district = '西湖区探针路100号'"),
    "a phone in a note": ("I27 no mobile", "UPDATE orders_order SET buyer_note = '改送13977778882'"),
    "a phone in a line's note": ("I27 no mobile", "UPDATE orders_line SET note = '13977778882 欧阳'"),
    "a stage nobody told": ("I08 the history of every order", "UPDATE orders_order SET stage = 'completed' WHERE stage = 'shipped'"),
    "a version that jumped": ("I08 the history of every order", "UPDATE orders_order SET version = version + 1"),
    "a step that is not in the table": (
        "I08 every step of every order", "UPDATE journal_entry SET before = 'cancelled' WHERE subject_kind = 'order' AND seq = 2"
    ),
    "a step that is gone": (
        "I08 the history of every order", "DELETE FROM journal_entry WHERE subject_kind = 'order' AND seq = 2 AND after = 'approved'"
    ),
    "a wave's history that ends elsewhere": ("I08 the history of every wave", "UPDATE fulfilment_wave SET stage = 'open'"),
    "a parcel's history that ends elsewhere": ("I08 the history of every parcel", "UPDATE fulfilment_parcel SET version = 9 WHERE stage = 'shipped'"),
    "a line of the book rewritten": ("I26", "UPDATE journal_entry SET actor_name = '别人' WHERE id = (SELECT MIN(id) FROM journal_entry)"),
    "keys of another house": ("I31", "UPDATE ops_keymark SET sealed = (SELECT fingerprint FROM orders_order LIMIT 1)"),
    "tokens of another house": ("I31", "UPDATE ops_keymark SET token = token - 1"),
    "a seal moved": ("I26", "UPDATE journal_seal SET digest = REPLACE(digest, SUBSTR(digest, 1, 1), 'x')"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_damage_is_named_for_what_it_is(damage: str, house: Floor) -> None:
    expected, statement = DAMAGE[damage]
    if "on_hand + 5" in statement and connection.vendor == "postgresql":
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        db.execute("ALTER TABLE stock_level DROP CONSTRAINT level_never_oversold")
    with unprotected("journal_entry", "stock_ledger", "payments_ledger"):
        assert db.execute(statement) > 0, "the story does not touch anything"
    code, _, words = expected.partition(" ")
    found = [(each.code, each.says) for each in verify() if each.rows]
    assert any(c == code and says.startswith(words) for c, says in found), found
    with pytest.raises(AssertionError):
        assert_clean()


def test_a_number_that_comes_twice_is_named(house: Floor) -> None:
    index = "DROP INDEX IF EXISTS waybill_used_once"
    db.execute(index)
    db.execute("UPDATE fulfilment_waybill SET number = 'SAME'")
    assert "I13" in {each.code for each in verify() if each.rows}


def test_every_rule_is_broken_by_some_story() -> None:
    told = {expected.split(" ")[0] for expected, _ in DAMAGE.values()} | {"I13"}
    # Two of one number cannot be written while its index stands; the file itself is asked by the database.
    assert {each.code for each in INVARIANTS} | {"I26", "I31"} == told | {"I05"}


def test_the_auditor_reads_and_changes_nothing(house: Floor) -> None:
    def piles() -> list[Any]:
        tables = ("stock_level", "stock_shelf", "stock_claim", "orders_order", "journal_entry", "journal_job", "journal_seal")
        return [db.fetch(f"SELECT COUNT(*) FROM {table}") for table in tables]

    before = piles()
    facts = [each.facts() for each in verify()]
    assert piles() == before
    assert all(fact["holds"] and fact["rows"] == [] for fact in facts)
    assert len(facts) >= len(INVARIANTS) + 1


def test_a_claim_that_leaks_is_seen_at_once(house: Floor, at: datetime) -> None:
    claims.hold([claims.Demand(999_999, 1, house.skus["TEA"], 1)], warehouse_id=house.warehouse_id, by=SYSTEM, at=at)
    assert [each.code for each in verify() if each.rows] == ["I03"]


# Seals


@pytest.fixture
def entries(at: datetime) -> Callable[..., None]:
    def write(*ages_min: int) -> None:
        for nth, age in enumerate(ages_min):
            Entry.objects.create(at=at - timedelta(minutes=age), actor_kind="system", actor_name="掌柜", name="x", facts={"nth": nth})

    return write


def test_what_has_settled_is_sealed_and_what_is_young_waits(entries: Callable[..., None], at: datetime) -> None:
    entries(60, 30, 6, 4, 0)
    assert (seals.seal(at=at), seals.seal(at=at)) == (3, 0)
    assert seals.seal(at=at + timedelta(minutes=10)) == 2
    first, second = Seal.objects.order_by("last_id")
    assert (first.entries, second.entries, first.digest != second.digest) == (3, 2, True)
    assert seals.broken_seals() == []


def test_moments_that_do_not_rise_with_the_ids_never_break_a_seal(entries: Callable[..., None], at: datetime) -> None:
    """A verb may be told a moment of yesterday, or of tomorrow, between two of now."""
    entries(60, 0, 50, -2880, 40)
    assert seals.seal(at=at) == 1
    assert seals.broken_seals() == []
    assert seals.seal(at=at + timedelta(minutes=10)) == 2
    assert seals.seal(at=at + timedelta(days=3)) == 2
    assert seals.broken_seals() == []


@pytest.mark.parametrize("statement", [
    "UPDATE journal_entry SET actor_name = '掌框' WHERE id = {}", "DELETE FROM journal_entry WHERE id = {}",
    "UPDATE journal_entry SET subject_id = 1 WHERE id = {}",
])  # fmt: skip
def test_one_byte_of_one_sealed_line_and_its_seal_is_named(statement: str, entries: Callable[..., None], at: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(seals, "AT_ONCE", 4)
    entries(*[60] * 12)
    assert seals.seal(at=at) == 12
    victim = sorted(Entry.objects.values_list("id", flat=True))[5]
    with unprotected("journal_entry"):
        db.execute(statement.format(victim))
    ((first, last, _why),) = seals.broken_seals()
    assert first <= victim <= last
    assert [each.code for each in verify() if each.rows] == ["I26"]
