"""Notes from before phones in them were masked: the auditor finds them, sealing anew masks them, and nobody loses what they said."""

import logging
from datetime import datetime

import pytest
from django.conf import settings as house
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.orders.bench import Bench
from zhanggui.customers.models import Recipient
from zhanggui.customers.queries import persons
from zhanggui.journal import jobs
from zhanggui.journal.book import ask
from zhanggui.kernel import db
from zhanggui.ops.privacy import old_notes, turning
from zhanggui.ops.privacy.places import FIRST
from zhanggui.ops.verify import verify
from zhanggui.orders.models import Line, Order

PHONE, MAIL = "13977778882", "lin.shen@example.com"
BUYER, SELLER, OURS = f"改送 {PHONE}", f"客户邮箱 {MAIL}", "已打 +86 139 7777 8882"
pytestmark = pytest.mark.django_db


class Old:
    """Orders as a house from before would have them."""

    def __init__(self, shop_id: int, at: datetime) -> None:
        self.bench, self.made = Bench(shop_id, at), 0

    def orders(self, many: int) -> list[int]:
        ids = [self.bench.put(f"N{self.made + nth}", idle=False).pk for nth in range(many)]
        self.made += many
        self.unmask(ids)
        return ids

    def unmask(self, ids: list[int]) -> None:
        Order.objects.filter(pk__in=ids).update(buyer_note=BUYER, seller_note=SELLER, internal_note=OURS)
        Line.objects.filter(order__in=ids).update(note=f"刻字 {PHONE}")


@pytest.fixture
def old(shop_id: int, at: datetime) -> Old:
    return Old(shop_id, at)


def red() -> list[str]:
    return [each.code for each in verify() if each.rows]


def notes(order_id: int) -> tuple[str, ...]:
    order = Order.objects.get(pk=order_id)
    return (order.buyer_note, order.seller_note, order.internal_note, order.lines.get().note)


def test_the_auditor_is_red_before_and_green_after_and_what_was_said_is_kept_sealed(
    old: Old, caplog: pytest.LogCaptureFixture
) -> None:
    gone, order_id, kept = old.orders(3)
    Recipient.objects.filter(orders=gone).update(sealed=None, erased_at=old.bench.at)
    who = Recipient.objects.get(orders=order_id)
    before = persons([who])[who.pk]
    assert red() == ["I27"]
    with caplog.at_level(logging.DEBUG):
        assert turning.all_anew() == 6
    assert red() == []
    masked = ("改送 139****8882", "客户邮箱 l***@example.com", "已打 139****8882", "刻字 139****8882")
    assert [notes(each) for each in (gone, order_id, kept)] == [masked] * 3
    assert PHONE not in caplog.text + MAIL
    who.refresh_from_db()
    assert persons([who])[who.pk] == before._replace(note=f"{BUYER}\n{SELLER}")
    assert Recipient.objects.get(orders=gone).sealed is None
    # Again there is nothing to do, and nothing is said twice.
    assert turning.all_anew() == 0
    assert persons([Recipient.objects.get(pk=who.pk)])[who.pk].note == f"{BUYER}\n{SELLER}"


def test_whoever_was_cut_off_goes_on_where_it_was(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    old.orders(7)
    place = old_notes.OrderNotes()
    last, done = place.turn(house.KEY_RING, FIRST, 3)
    assert (done, last) == (3, sorted(Order.objects.values_list("pk", flat=True))[-3])
    assert red() == ["I27"]
    # The worker: one a batch, one batch a job.
    monkeypatch.setattr(turning, "AT_ONCE", 2)
    monkeypatch.setattr(turning, "BATCHES", 1)
    ask(turning.seal_anew, [], at=old.bench.at, key=turning.KEY)
    jobs.run_until_idle(at=lambda: old.bench.at, lanes=("slow",))
    assert red() == []


def test_what_somebody_wrote_meanwhile_is_never_written_over(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    (order_id,) = old.orders(1)
    find = db.fetch

    def meanwhile(sql: str, params: object = ()) -> list[tuple[object, ...]]:
        found = find(sql, params)  # type: ignore[arg-type]
        if "buyer_note" in sql:
            Order.objects.filter(pk=order_id).update(seller_note="刚写的")
        return found

    monkeypatch.setattr(old_notes.db, "fetch", meanwhile)
    assert old_notes.OrderNotes().turn(house.KEY_RING, FIRST, 10)[1] == 0
    monkeypatch.undo()
    assert turning.all_anew() == 2
    assert notes(order_id)[:2] == ("改送 139****8882", "刚写的")
    assert red() == []


def test_a_batch_takes_as_many_statements_for_many_as_for_few(old: Old) -> None:
    def statements(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as told:
            assert old_notes.OrderNotes().turn(house.KEY_RING, FIRST, 100)[1] == len(ids)
            assert old_notes.LineNotes().turn(house.KEY_RING, FIRST, 100)[1] == len(ids)
        return len({each["sql"].split(" VALUES ")[0][:60] for each in told})

    few = statements(old.orders(3))
    assert statements(old.orders(30)) == few
