"""Taking a first step: each by the verbs of the settings, and one act."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from zhanggui.accounts.commands import house, tastes
from zhanggui.carriers.commands import contracts
from zhanggui.catalog.commands import goods
from zhanggui.catalog.commands.goods import Definition
from zhanggui.catalog.models import Sku, normal
from zhanggui.journal.book import together
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.ops.sample_people import people
from zhanggui.orders.commands import categories as drawers
from zhanggui.orders.commands import intake, shops
from zhanggui.orders.drafts import NewLine, NewOrder
from zhanggui.orders.models import Category, Shop
from zhanggui.orders.queries import DEFAULT_SHOP
from zhanggui.orders.reading.offered import Offered
from zhanggui.stock.commands import receipts, warehouses
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.queries import warehouses as houses
from zhanggui.web.orders.views import shop_said
from zhanggui.web.start.forms import HUES, USUAL, BeginForm, CarrierForm, CompanyForm, ShopForm, SortedForm, WarehouseForm

FIRST_BIN = "A-01"
SAMPLES = 3
AT_ONCE = 100


def company(form: CompanyForm, *, by: Actor, at: datetime) -> None:
    house.call_it(form.cleaned_data["name"], by=by, at=at)


def shop(form: ShopForm, *, by: Actor, at: datetime) -> None:
    shops.open_one(form.code(), form.cleaned_data["name"], platform=form.cleaned_data["platform"], by=by, at=at)


def warehouse(form: WarehouseForm, *, by: Actor, at: datetime) -> None:
    warehouses.open_one(form.code(), form.cleaned_data["name"], sender=form.sender(), by=by, at=at)


def carrier(form: CarrierForm, *, by: Actor, at: datetime) -> None:
    contracts.enrol(form.cleaned_data["code"], form.cleaned_data["name"], by=by, at=at)


def some_goods(rows: Sequence[dict[str, Any]], *, by: Actor, at: datetime) -> int:
    """These goods, and the pieces that lie there where a warehouse stands. Returns how many kinds."""
    named = [row for row in rows if row.get("name")]
    free = iter(free_codes(len(named)) if any(not row["code"] for row in named) else ())
    said = {normal(row["code"]) for row in named if row["code"]}
    wanted = []
    for row in named:
        code = row["code"].strip() or next(code for code in free if normal(code) not in said)
        wanted.append((Definition(code, row["name"].strip(), price_minor=row["price"] or 0), row["pieces"] or 0))
    standing = houses(reach=by.reach)

    def made() -> None:
        ids = goods.define([each for each, _pieces in wanted], by=by, at=at).ids
        lie = [Receipt(standing[0].pk, FIRST_BIN, ids[each.code], pieces) for each, pieces in wanted if pieces] if standing else []
        if lie:
            receipts.receive(lie, by=by, at=at)

    together(made)
    return len(wanted)


def free_codes(many: int) -> list[str]:
    """Codes nobody has, twice as many as are wanted: what somebody wrote beside them may be among these. Two statements."""
    begin = (Sku.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    while True:
        offered = [f"G{nth}" for nth in range(begin, begin + AT_ONCE)]
        taken = set(Sku.objects.filter(norm__in=[normal(code) for code in offered]).values_list("norm", flat=True))
        found = [code for code in offered if normal(code) not in taken]
        if len(found) >= 2 * many:
            return found
        begin += AT_ONCE


def begin(form: BeginForm, there: Offered, *, by: Actor, at: datetime) -> None:
    """Chosen are all shops: there is nothing to keep, and the step is not asked again."""
    said = shop_said(form.cleaned_data["shop"], there)
    if said:
        tastes.prefer_for_all(DEFAULT_SHOP, said, by=by, at=at)
    else:
        house.skip_step("begin", by=by, at=at)


def categories(form: SortedForm, *, by: Actor, at: datetime) -> int:
    """These categories, each in a colour of its own as far as there are; those that stand already stay as they are."""
    stand = {name.casefold() for name in Category.objects.values_list("name", flat=True)}
    wanted = [name for name in form.names() if name.casefold() not in stand]
    usual = {str(name): hue for name, hue in USUAL}

    def made() -> None:
        for nth, name in enumerate(wanted, start=len(stand)):
            drawers.make(name, usual.get(name, HUES[nth % len(HUES)]), by=by, at=at)

    together(made)
    return len(wanted)


def samples(*, by: Actor, at: datetime) -> int:
    """Three orders of invented buyers in the first shop, to practise with: marked as a demo, and to be cancelled like any other.

    Raises ``NotFound`` before there are a shop and goods. The same three however often they are asked for.
    """
    shop_ = Shop.objects.order_by("id").first()
    skus = list(Sku.objects.filter(retired_at=None).order_by("id")[:SAMPLES])
    if shop_ is None or not skus:
        raise NotFound(what=_("店铺和商品"))
    orders = []
    for nth, person in enumerate(people(SAMPLES)):
        sku = skus[nth % len(skus)]
        line = NewLine(sku.pk, sku.code, sku.name, sku.spec, 1, sku.price_minor, 0, sku.price_minor)
        placed = at - timedelta(minutes=nth)
        orders.append(NewOrder(
            f"DEMO-{nth + 1}", placed, (line,), person, shop_.currency, 0, 0, sku.price_minor, sku.price_minor, "paid", "pending_review",
            paid_at=placed, seller_note=_("练习单，买家是编的，练完作废就行"),
        ))  # fmt: skip
    return len(intake.place(orders, shop_id=shop_.pk, source="demo", by=by, at=at).created)
