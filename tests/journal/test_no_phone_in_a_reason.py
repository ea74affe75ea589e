"""Whoever puts a phone or a mail address into a reason finds it masked wherever the reason went: book, approval, table, job."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from reference import registries

from tests.fulfilment.floor import FakeCourier, Floor
from zhanggui.accounts.commands import people, rescue
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.carriers.port import Booked, Outcome
from zhanggui.channels.commands import imports, undoing
from zhanggui.channels.models import Import, ImportRow
from zhanggui.customers.commands import blocking, erasing, revealing
from zhanggui.fulfilment.commands import parcels, readdressing, waves, waybills
from zhanggui.journal import approvals
from zhanggui.journal.book import COMMANDS
from zhanggui.journal.models import Approval, Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.orders import sheet
from zhanggui.orders.commands import dues, entry, finance, holds, money, notified, noting, progress, review
from zhanggui.orders.commands.money import Back
from zhanggui.orders.models import Order
from zhanggui.orders.rulebook import FINANCE_ASKED
from zhanggui.payments.models import Gateway, Notice
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt

pytestmark = pytest.mark.django_db
PHONE, MAIL = "13977778882", "lin.shen@example.com"
SAYS = f"打 {PHONE} 或写 {MAIL} 说的"
MASKED = "打 139****8882 或写 l***@example.com 说的"
Done = Callable[[str], Any]


def in_clear() -> list[tuple[str, str, Any]]:
    """Every text or JSON of every table that has the phone or the address in it, the login of a colleague aside."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.name, flat=True):
                    if PHONE in str(value) or MAIL in str(value):
                        found.append((model._meta.db_table, field.name, value))
    return found


def saying() -> Mapping[str, tuple[str, ...]]:
    """Verbs in which somebody says something, with the arguments they say it in."""
    registries()
    return {
        name: tuple(verb.reasons)
        for name, verb in COMMANDS.items()
        if verb.reasons and verb.call.__module__.startswith("zhanggui.")
    }


def test_what_is_said_is_said_by_name() -> None:
    for name in saying():
        known = inspect.signature(COMMANDS[name].call).parameters
        assert {known[one].kind for one in COMMANDS[name].reasons} == {inspect.Parameter.KEYWORD_ONLY}, name


def test_no_verb_at_all_hears_a_phone_in_a_reason(at: datetime) -> None:
    """The frame is one: of whatever verb, neither its own reason nor what the actor said reaches the verb in clear."""
    registries()
    heard: list[str] = []

    def spy(*args: Any, **kwargs: Any) -> None:
        heard.extend([kwargs["by"].why, *(str(value) for name, value in kwargs.items() if name not in ("by", "at"))])

    for verb in COMMANDS.values():
        said = dict.fromkeys(verb.reasons, SAYS)
        replace(verb, call=spy, named=()).act(
            (), {**said, "by": replace(SYSTEM, why=SAYS), "at": at}, by=replace(SYSTEM, why=SAYS), at=at
        )
    assert set(heard) == {MASKED}
    assert len(heard) == len(COMMANDS) + sum(len(verb.reasons) for verb in COMMANDS.values())
    assert in_clear() == []
    assert set(Entry.objects.values_list("facts__why", flat=True)) == {MASKED}


class Work:
    """One of everything a reason can be given for."""

    def __init__(self, shop_id: int, at: datetime) -> None:
        self.at, self.floor = at, Floor(shop_id, at)
        self.floor.shelf("A-1", "TEA", 500)
        self.asker = people.add("ann@example.com", "ann", "kettle-lamp-42", "owner", by=SYSTEM, at=at - timedelta(days=3))
        self.colleague = people.add("zoe@example.com", "zoe", "kettle-lamp-42", "sales", by=SYSTEM, at=at)

    @property
    def by(self) -> Actor:
        return replace(SYSTEM, why=SAYS)

    def recipient(self) -> int:
        return Order.objects.values_list("recipient_id", flat=True).get(pk=self.floor.orders({"TEA": 1})[0])

    def acts(self) -> Iterator[tuple[str, Done]]:
        floor, more = self.floor, {"by": self.by, "at": self.at}
        (one, two, three, four) = floor.orders(*[{"TEA": 1}] * 4)
        yield "orders.progress.cancel", lambda said: progress.cancel([one], reason=said, **more)
        yield "orders.review.unapprove", lambda said: review.unapprove([two], reason=said, **more)
        yield "orders.review.hold_again", lambda said: review.hold_again([three], reason=said, **more)
        yield "orders.noting.reveal", lambda said: noting.reveal(four, why=said, **more)
        yield "customers.revealing.reveal", lambda said: revealing.reveal(self.recipient(), why=said, **more)
        yield "customers.erasing.keep", lambda said: erasing.keep([self.recipient()], why=said, **more)
        yield "fulfilment.waves.withdraw", lambda said: waves.withdraw(self._in_wave(), why=said, **more)
        yield "fulfilment.parcels.void", lambda said: parcels.void(floor.labelled({"TEA": 1}), why=said, **more)
        yield "fulfilment.waybills.give_up", lambda said: waybills.give_up(floor.labelled({"TEA": 1}), why=said, **more)
        (sent,) = floor.orders({"TEA": 1})
        yield "fulfilment.readdressing.readdress", lambda said: readdressing.readdress(sent, {"street": "中山路 71 号"}, reason=said, **more)
        yield "orders.entry.confirm", lambda said: entry.confirm(self._draft(), seen=1, why=said, **more)
        yield "channels.undoing.ask_for", lambda said: undoing.ask_for(self._import(), reason=said, **more)
        yield "channels.undoing.take_back", lambda said: undoing.take_back(self._import(), [], reason=said, **more)
        yield "stock.receipts.receive", lambda said: receipts.receive([self._lot(3)], note=said, **more)
        yield "stock.receipts.count", lambda said: receipts.count([self._lot(400)], why=said, **more)
        yield "accounts.rescue.hand_link", lambda said: rescue.hand_link(self.colleague, why=said, **more)
        yield "orders.money.refund", lambda said: money.refund([Back(two, 1)], reason=said, **more)
        waits = {"stage": "pending_payment", "payment": "unpaid", "paid_minor": 0, "paid_at": None}
        owing = floor.orders({"TEA": 1}, **waits)
        dues.wait_for(owing, by=SYSTEM, at=self.at)
        yield "orders.dues.extend", lambda said: dues.extend(owing, 60, reason=said, **more)
        yield "orders.dues.chased", lambda said: dues.chased(owing, note=said, **more)
        (asked,) = floor.orders({"TEA": 1}, stage="draft")
        Order.objects.filter(pk=asked).update(stage="pending_review")
        holds.put_on({asked: {FINANCE_ASKED: {}}}, source="rule", by=SYSTEM, at=self.at)
        yield "orders.finance.give_back", lambda said: finance.give_back([asked], reason=said, **more)
        yield "orders.notified.dismiss", lambda said: notified.dismiss(self._notice(), reason=said, **more)
        yield "customers.blocking.add", lambda said: blocking.add(["13900001111"], reason=said, **more)
        yield "customers.blocking.add_buyers", lambda said: blocking.add_buyers([self.recipient()], reason=said, **more)
        yield "accounts.rescue.clear_second_factor", lambda said: rescue.clear_second_factor(self.colleague, why=said, **more)

    def _notice(self) -> int:
        gateway, _new = Gateway.objects.get_or_create(key="k", defaults={"plugin": "alipay", "name": "支付宝", "made_at": self.at})
        return Notice.objects.create(gateway=gateway, digest=b"d", kind="receipt", state=Notice.State.ASIDE, at=self.at).pk

    def _draft(self) -> str:
        key, written = entry.fresh_key(), {"shop": str(self.floor.shop_id), "name": "周", "street": "文三路 9 号", "payment": "paid"}
        said = sheet.typed(written, [{"sku": str(self.floor.skus["TEA"]), "quantity": "1"}])
        entry.keep(key, said, sheet.read(said, entry.pieces_of(said)), seen=None, by=SYSTEM, at=self.at)
        return key

    def _import(self) -> int:
        """One that made an order and is over."""
        nth = Import.objects.count()
        upload = imports.Upload(f"{nth}.csv", f"digest {nth}", 1)
        asked: dict[str, Any] = {"format": "template", "mapping": {}, "options": {}, "by": SYSTEM, "at": self.at}
        brought = imports.begin("orders", upload, shop_id=self.floor.shop_id, **asked)
        Import.objects.filter(pk=brought).update(state="done", orders_created=1)
        ImportRow.objects.create(of_id=brought, row=2, outcome="ok", subject_id=999_999)
        return brought

    def _lot(self, pieces: int) -> Receipt:
        return Receipt(self.floor.warehouse_id, "A-1", self.floor.skus["TEA"], pieces)

    def _in_wave(self) -> list[int]:
        wave_id = self.floor.wave({"TEA": 1})
        return list(Order.objects.filter(parcels__wave_id=wave_id).values_list("pk", flat=True))


@pytest.fixture
def work(shop_id: int, courier: FakeCourier, at: datetime) -> Work:
    return Work(shop_id, at)


def test_after_every_verb_that_takes_a_reason_the_phone_stands_nowhere(work: Work) -> None:
    done = []
    for name, act in work.acts():
        act(SAYS)
        done.append(name)
        assert in_clear() == [], name
        assert MASKED in str(Entry.objects.filter(name=name).order_by("-id").values_list("facts", flat=True).first()), name
    assert set(done) == saying().keys()


def test_nor_in_what_waits_for_a_second_person_or_in_the_word_that_settles_it(work: Work) -> None:
    at = work.at
    other = people.add("bob@example.com", "bob", "kettle-lamp-42", "owner", by=SYSTEM, at=at)

    def acts_as(person_id: int) -> Actor:
        return actor_of(User.objects.select_related("role").get(pk=person_id), fresh=True)

    for word in ("agree", "decline"):
        with pytest.raises(SecondPersonAsked) as asked:
            receipts.count([work._lot(400 if word == "decline" else 2)], why=SAYS, by=acts_as(work.asker), at=at)
        row = Approval.objects.get(pk=asked.value.facts["approval_id"])
        assert row.reason == MASKED
        getattr(approvals, word)(row.pk, word=SAYS, by=acts_as(other), at=at)
        row.refresh_from_db()
        assert row.word == MASKED
        assert in_clear() == []
    # What could not be done is told with the refusal's own sentence, which may name whom it is about.
    User.objects.filter(pk=other).update(is_active=False)
    with pytest.raises(SecondPersonAsked):
        people.add(MAIL, "新人", "kettle-lamp-42", "sales", by=acts_as(work.asker), at=at)
    User.objects.filter(pk=work.colleague).update(email=MAIL)
    approvals.do_alone([Approval.objects.latest("id").pk], at=at + timedelta(minutes=10))
    assert "l***@example.com" in Approval.objects.latest("id").word
    assert {table for table, *_ in in_clear()} == {"accounts_user"}


def test_nor_in_what_a_carrier_answered(work: Work, courier: FakeCourier) -> None:
    (box,) = work.floor.picked({"TEA": 1})
    courier.answers["P261020-00001-1"] = Booked("P261020-00001-1", Outcome.FAILED, code="bad-phone", message=f"{PHONE} 不对")
    parcels.label([box], by=SYSTEM, at=work.at)
    assert Entry.objects.get(name="WaybillRefused").facts["message"] == "139****8882 不对"
    assert in_clear() == []
