"""Whoever a template sends to is found, told and erased like anybody; what came by itself to them stops and says so."""

import io
import json
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.web.orders.bench import LIN, SECRETS, Bench
from zhanggui.accounts.policy import policy
from zhanggui.customers.commands import erasing
from zhanggui.customers.models import Recipient
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.ops.commands import privacy
from zhanggui.ops.privacy import holdings, places, retention
from zhanggui.ops.verify import verify
from zhanggui.orders import jobs, refusals
from zhanggui.orders.commands import copies, making, recurring, templates
from zhanggui.orders.commands.templates import Wanted, WantedLine
from zhanggui.orders.drawing import Wish
from zhanggui.orders.models import Made, Order, Recurring, Template
from zhanggui.orders.rules.recurrence import Rhythm

pytestmark = [pytest.mark.django_db, pytest.mark.capability("N-14")]


@pytest.fixture
def owner() -> Actor:
    return Actor("person", 7, "店主", policy().grants_of("owner"), "owner", fresh=True)


@pytest.fixture
def template(shop_id: int, owner: Actor, at: datetime) -> Template:
    """A template that sends to Lin, whose only order is cancelled."""
    order = Bench(shop_id, at).put("A1", 1, person=LIN, stage="cancelled", buyer_note="交给林阿姨")
    made = templates.save(order.pk, "每周一件", keeps_customer=True, by=owner, at=at)
    wanted = Wanted("每周一件", (WantedLine("GW-150-QY", 1, 6800),), payment="on_account", buyer_note="交给林阿姨", seller_note="老客")
    templates.write(made, wanted, seen=1, by=owner, at=at)
    return Template.objects.select_related("recipient").get(pk=made)


@pytest.mark.parametrize("typed", ["13800137621", "林晓晓"])
def test_a_person_is_found_in_a_template_and_told_of_it(template: Template, typed: str, owner: Actor, at: datetime) -> None:
    held = privacy.find(typed, by=owner, at=at)
    assert held.templates == [template]
    assert len(held.recipients) == 2
    (told,) = holdings.told(held)["templates"]
    assert (told["name"], told["recipient"]["phone"], told["recipient"]["street"]) == ("每周一件", LIN.phone, LIN.street)
    content = privacy.hand_out(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert json.loads(file.read("person.json"))["templates"] == [told]


def test_who_asked_to_be_erased_vanishes_from_templates_and_nothing_comes_to_them_any_more(
    template: Template, owner: Actor, at: datetime, settings: Any, tmp_path: Any
) -> None:
    settings.BACKUPS = tmp_path
    coming = recurring.begin(template.pk, Rhythm("day", time(9, 0), date(2026, 10, 1)), by=owner, at=at)
    held = privacy.find("林晓晓", by=SYSTEM, at=at)
    receipt = privacy.erase(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at)
    assert receipt.erased == 2
    template.refresh_from_db()
    assert template.recipient is not None
    assert (template.recipient.sealed, template.buyer_note, template.seller_note) == (None, "", "")
    assert privacy.find("林晓晓", by=SYSTEM, at=at).templates == []
    raw = repr(list(Template.objects.values())) + repr(list(Recipient.objects.values()))
    assert not any(secret in raw for secret in SECRETS)
    made = making.make(template.pk, [Wish()], key="k", by=owner, at=at)
    assert Made.objects.get(making=made.making_id).code == "customer-erased"
    with pytest.raises(refusals.CustomerErased):
        templates.save(Order.objects.get().pk, "又一个", keeps_customer=True, by=owner, at=at)
    assert copies.copy([Order.objects.get().pk], key="c", by=owner, at=at).orders == {}
    jobs.place_recurring(at=at + timedelta(days=1))
    assert Recurring.objects.get(pk=coming).failing == "customer-erased"
    templates.set_customer(template.pk, LIN._replace(name="周"), by=owner, at=at)
    jobs.place_recurring(at=at + timedelta(days=2))
    assert (Recurring.objects.get(pk=coming).failing, Order.objects.filter(source="recurring").count()) == ("", 1)
    assert [each.code for each in verify() if each.rows] == []


def test_a_template_out_of_use_keeps_nobody_longer_than_an_order_does(template: Template, owner: Actor, at: datetime) -> None:
    Order.objects.update(cancelled_at=at)
    long_after = at + timedelta(days=200)
    assert retention.run(by=SYSTEM, at=long_after) == 1
    template.recipient.refresh_from_db()  # type: ignore[union-attr]
    assert template.recipient.sealed is not None  # type: ignore[union-attr]
    templates.archive([template.pk], by=owner, at=long_after)
    assert sum(row.people for row in retention.due(long_after + timedelta(days=89))) == 0
    assert sum(row.people for row in retention.due(long_after + timedelta(days=91))) == 1
    assert retention.run(by=SYSTEM, at=long_after + timedelta(days=91)) == 1
    template.refresh_from_db()
    assert (template.recipient.sealed, template.buyer_note) == (None, "")  # type: ignore[union-attr]


def test_who_is_kept_for_a_reason_is_kept_in_templates_too(template: Template, owner: Actor, at: datetime) -> None:
    erasing.keep([template.recipient_id or 0], why="和快递打官司", by=SYSTEM, at=at)
    templates.set_customer(template.pk, None, by=owner, at=at)
    assert Recipient.objects.filter(kept_why__gt="").exists()
    assert Template.objects.get().recipient_id is None


def test_the_customer_of_a_template_is_sealed_anew_with_the_others(template: Template) -> None:
    assert "customers_recipient.sealed" in {place.name for place in places.PLACES}
    columns = {field.column for field in Template._meta.concrete_fields}
    assert not columns & {"phone", "street", "sealed"}
