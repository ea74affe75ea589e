"""People are erased when their time is over or they ask for it: provably, everywhere, and still after a backup came back."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as house_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from zhanggui.accounts.commands import people
from zhanggui.channels import uploads
from zhanggui.channels.models import Import
from zhanggui.customers import queries
from zhanggui.customers.commands import erasing, limits
from zhanggui.customers.models import Erasure, Recipient
from zhanggui.journal import approvals, jobs
from zhanggui.journal.models import Approval, Entry, Figure
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, ReasonNeeded, SecondPersonAsked
from zhanggui.ops.commands import privacy
from zhanggui.ops.privacy import holdings, retention, sights
from zhanggui.ops.privacy.refusals import NotWhatWasFound
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import progress
from zhanggui.orders.models import Order
from zhanggui.payments.models import Account

HEADER = "订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家留言"
PERSON = "甄秋鹤,18812349876,浙江省,杭州市,西湖区,金雀路 77 号,2026-03-08 14:31:12"
OTHER = "林晓,13800137621,湖北省,武汉市,洪山区,珞喻路 12 号,2026-03-08 14:31:12"


@pytest.fixture
def brought(shop_id: int, at: datetime, settings: Any, tmp_path: Any) -> dict[str, Order]:
    """Three orders of one file, two of one buyer; all cancelled but the third."""
    settings.UPLOADS, settings.BACKUPS = tmp_path / "uploads", tmp_path / "backups"
    rows = [f"E1,TEA,1,10.00,{PERSON},请交给甄阿姨", f"E2,TEA,1,10.00,{OTHER},", f"E3,TEA,1,10.00,{PERSON},"]
    content = "\n".join([HEADER, *rows]).encode()
    uploads.submit(content, "三月.csv", shop_id=shop_id, options={"create_goods": True}, by=SYSTEM, at=at)
    jobs.run_until_idle()
    found = {order.platform_no: order for order in Order.objects.select_related("recipient")}
    progress.cancel([found["E1"].pk, found["E2"].pk], reason="buyer", by=SYSTEM, at=at)
    return {number: Order.objects.select_related("recipient").get(pk=order.pk) for number, order in found.items()}


@pytest.mark.django_db
def test_what_is_past_its_time_loses_its_people_and_keeps_its_books(brought: dict[str, Order], at: datetime) -> None:
    before, after = at + timedelta(days=89), at + timedelta(days=91)
    assert retention.run(by=SYSTEM, at=before) == 0
    (month,) = retention.due(after)
    assert (month.shop, month.month, month.people) == ("山野杂货", f"{at:%Y-%m}", 2)
    assert Recipient.objects.filter(erased_at=None).count() == 3
    erasing.keep([brought["E2"].recipient_id], why="和快递打官司", by=SYSTEM, at=after)
    with CaptureQueriesContext(connection) as seen:
        assert retention.run(by=SYSTEM, at=after) == 1
    assert len(seen) <= 20
    gone, kept, going = (Recipient.objects.get(pk=brought[number].recipient_id) for number in ("E1", "E2", "E3"))
    assert (gone.sealed, gone.name_token, gone.masked_name, gone.masked_phone) == (None, None, "甄**", "188****9876")
    assert gone.person_token is not None
    assert None not in (kept.sealed, going.sealed)
    assert Order.objects.get(pk=brought["E1"].pk).buyer_note == ""
    entry = Entry.objects.get(name="RecipientsErased")
    assert (entry.facts["many"], entry.facts["cause"]) == (1, "old")
    assert entry.facts["digest"] == erasing.digest_of(Erasure.objects.values_list("recipient_id", "made_at"))
    assert [each.code for each in verify() if each.rows] == []
    erasing.let([kept.pk], by=SYSTEM, at=after)
    assert retention.run(by=SYSTEM, at=after) == 1
    assert retention.run(by=SYSTEM, at=after) == 0


@pytest.mark.django_db
def test_kept_for_ever_and_kept_for_other_days(brought: dict[str, Order], owner: Actor, at: datetime) -> None:
    limits.put({limits.KEPT: 0}, by=owner, at=at)
    assert retention.due(at + timedelta(days=9_000)) == []
    limits.put({limits.KEPT: 10}, by=owner, at=at)
    assert sum(row.people for row in retention.due(at + timedelta(days=11))) == 2
    limits.put({limits.KEPT: None}, by=owner, at=at)
    assert limits.days_kept() == 90
    for wrong in ({"privacy.other": 1}, {limits.KEPT: -1}, {"orders": 1}):
        with pytest.raises(limits.NoSuchLimit):
            limits.put(wrong, by=owner, at=at)
    assert not Figure.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["18812349876", "+86 188 1234 9876", "甄秋鹤", "E1"])
def test_a_person_is_found_by_phone_name_or_number_wherever_they_lie(typed: str, brought: dict[str, Order], at: datetime) -> None:
    held = privacy.find(typed, by=SYSTEM, at=at)
    assert [order.platform_no for order in held.orders] == (["E1"] if typed == "E1" else ["E1", "E3"])
    assert len(held.imports) == len(held.uploads) == 1
    assert (held.on_the_way, len(held.going)) == ((0, 1) if typed == "E1" else (1, 1))
    book = json.dumps(list(Entry.objects.values_list("facts", flat=True)), ensure_ascii=False)
    assert not any(word in book for word in ("18812349876", "甄秋鹤"))


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["9876", "甄", "", "nobody", "19900000000"])
def test_half_a_name_or_the_end_of_a_phone_is_nobody_in_particular(typed: str, brought: dict[str, Order], at: datetime) -> None:
    assert privacy.find(typed, by=SYSTEM, at=at).recipients == []


@pytest.mark.django_db
def test_a_row_that_stayed_out_is_found_in_the_file_that_is_kept(shop_id: int, brought: dict[str, Order], at: datetime) -> None:
    rows = f"{HEADER}\nE9,TEA,0,10.00,{PERSON.replace('18812349876', '18899998888')},"
    uploads.submit(rows.encode(), "四月.csv", shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    held = privacy.find("18899998888", by=SYSTEM, at=at)
    assert (held.recipients, len(held.uploads)) == ([], 1)


def told_us(order: Order, at: datetime) -> None:
    """What somebody said who was asked for their money."""
    Account.objects.create(order_id=order.pk, shop_id=order.shop_id, currency="CNY", made_at=at, contact_note="甄阿姨说月底付")


@pytest.mark.django_db
def test_everything_held_is_handed_out_readable_and_the_book_says_so(brought: dict[str, Order], at: datetime) -> None:
    told_us(brought["E1"], at)
    held = privacy.find("18812349876", by=SYSTEM, at=at)
    with zipfile.ZipFile(io.BytesIO(privacy.hand_out(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at))) as file:
        assert file.namelist() == ["person.json", "person.xlsx"]
        said = json.loads(file.read("person.json"))
        rows = CalamineWorkbook.from_filelike(io.BytesIO(file.read("person.xlsx"))).get_sheet_by_index(0).to_python()
    assert [(order["platform_no"], order["recipient"]["phone"]) for order in said["orders"]] == [
        ("E1", "18812349876"),
        ("E3", "18812349876"),
    ]
    assert [order["payment_note"] for order in said["orders"]] == ["甄阿姨说月底付", ""]
    assert [row[4] for row in rows[1:]] == ["甄秋鹤", "甄秋鹤"]
    told = Entry.objects.filter(name="PersonTaken", subject_kind="recipient").order_by("subject_id")
    assert [(row.subject_id, row.facts["orders"]) for row in told] == [(pk, 1) for pk in held.ids]
    for order in held.orders:
        seen = sights.seen(since=at, until=at + timedelta(seconds=1), orders=[order.pk], named=True)
        assert [(row.what, row.order) for row in seen] == [("PersonTaken", order.number)]


@pytest.mark.django_db
def test_nothing_is_taken_or_erased_that_was_not_found(brought: dict[str, Order], owner: Actor, at: datetime) -> None:
    me, held = replace(owner, id=0, why="本人来电"), holdings.found("18812349876")
    mine = privacy.sign(held, by=me)
    other = brought["E2"].recipient_id
    for ids, found in (
        ([other], mine), ([*held.ids, other], mine), (held.ids[:1], mine), (held.ids, ""), (held.ids, f"{mine}x"),
        (held.ids, privacy.sign(held, by=SYSTEM)),
    ):  # fmt: skip
        for verb in (privacy.hand_out, privacy.erase):
            with pytest.raises(NotWhatWasFound):
                verb(ids, found=found, by=me, at=at)
    assert not Entry.objects.filter(name__in=["PersonTaken", "RecipientsErased"]).exists()


@pytest.mark.django_db
def test_taking_a_person_along_asks_a_reason_and_a_second_person(
    brought: dict[str, Order], person: Any, owner: Actor, at: datetime
) -> None:
    asker, other = person("owner"), people.add("second@example.com", "乙", "kettle-lamp-42", "owner", by=SYSTEM, at=at)
    me = replace(owner, id=asker.pk)
    held = holdings.found("18812349876")
    found = privacy.sign(held, by=me)
    with pytest.raises(ReasonNeeded):
        privacy.hand_out(held.ids, found=found, by=me, at=at)
    me = replace(me, why="本人来函")
    with pytest.raises(SecondPersonAsked):
        privacy.hand_out(held.ids, found=found, by=me, at=at)
    assert not Entry.objects.filter(name="PersonTaken").exists()
    approvals.agree(Approval.objects.get().pk, by=replace(owner, id=other), at=at)
    assert zipfile.is_zipfile(io.BytesIO(privacy.hand_out(held.ids, found=found, by=me, at=at)))
    with pytest.raises(SecondPersonAsked):
        privacy.hand_out(held.ids, found=found, by=me, at=at)


@pytest.mark.django_db(transaction=True)
def test_files_where_somebody_stands_in_a_rejected_row_only_go_too(shop_id: int, brought: dict[str, Order], at: datetime) -> None:
    """Of a person with orders, found by the number of one; and of one who never had any."""
    stranger = PERSON.replace("18812349876", "18899998888").replace("甄秋鹤", "司空远")
    for nth, row in enumerate((f"E8,TEA,0,10.00,{PERSON},", f"E9,TEA,0,10.00,{stranger},")):
        uploads.submit(f"{HEADER}\n{row}".encode(), f"{nth}.csv", shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    first, second, third = Import.objects.order_by("pk")
    held = privacy.find("18899998888", by=SYSTEM, at=at)
    assert (held.ids, [row.pk for row in held.uploads]) == ([], [third.pk])
    found = privacy.sign(held, by=SYSTEM)
    assert privacy.erase([], found=found, by=SYSTEM, at=at).files == 1
    held = privacy.find("E1", by=SYSTEM, at=at)
    assert [row.pk for row in held.uploads] == [first.pk, second.pk]
    receipt = privacy.erase(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at)
    assert (receipt.erased, receipt.files, receipt.waiting) == (1, 2, [])
    jobs.run_until_idle(lanes=("slow",))
    assert list(house_settings.UPLOADS.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_who_asks_is_erased_with_their_words_and_their_files_and_is_told_what_stays(
    brought: dict[str, Order], at: datetime
) -> None:
    told_us(brought["E1"], at)
    held = privacy.find("18812349876", by=SYSTEM, at=at)
    receipt = privacy.erase(held.ids, found=privacy.sign(held, by=SYSTEM), by=SYSTEM, at=at)
    assert (receipt.erased, receipt.orders, receipt.on_the_way, receipt.files) == (1, 2, 1, 1)
    assert Account.objects.get(order_id=brought["E1"].pk).contact_note == ""
    assert len(list(house_settings.UPLOADS.iterdir())) == 1
    jobs.run_until_idle(lanes=("slow",))
    assert list(house_settings.UPLOADS.iterdir()) == []
    assert Import.objects.get().path == ""
    again = privacy.find("18812349876", by=SYSTEM, at=at)
    assert [order.platform_no for order in again.orders] == ["E3"]
    row = Recipient.objects.get(pk=brought["E1"].recipient_id)
    assert (row.masked_phone, row.tail_token, row.phone_token) == ("188****9876", None, None)
    assert queries.persons([row])[row.pk].phone == ""
    assert Entry.objects.get(name="RecipientsErased").facts["digest"] == receipt.digest


@pytest.mark.django_db
def test_erasing_takes_a_second_person_and_nobody_else_may(
    brought: dict[str, Order], person: Any, roles: dict[str, Actor], owner: Actor, at: datetime
) -> None:
    held = holdings.found("18812349876")
    ids = held.ids
    for role, actor in roles.items():
        if role not in ("owner", "program"):
            with pytest.raises(NotAllowed):
                privacy.erase(ids, found=privacy.sign(held, by=actor), by=actor, at=at)
    person("owner")
    with pytest.raises(SecondPersonAsked):
        privacy.erase(ids, found=privacy.sign(held, by=replace(owner, id=0)), by=replace(owner, id=0), at=at)
    assert not Recipient.objects.exclude(erased_at=None).exists()
