"""What a public order form offers now, and what it has taken: read by its page, by the verb behind it and by whoever keeps it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import EVERYWHERE, Reach
from zhanggui.orders import reaching
from zhanggui.orders.models import FormGood, FormTally, OrderForm
from zhanggui.stock.queries import available

PLACED = "placed"


@dataclass(frozen=True)
class Offered:
    """Goods of a form with today's price; ``there`` is whether there is any, None where the form does not say."""

    sku_id: int
    code: str
    name: str
    spec: str
    price_minor: int
    most: int
    free: int
    there: bool | None


def by_token(token: str) -> OrderForm | None:
    """The form behind a link, with its shop; None where there is none. One statement."""
    return OrderForm.objects.select_related("shop").filter(token=token).first()


def offered(form: OrderForm) -> list[Offered]:
    """Its goods, retired ones left out. Two statements."""
    rows = list(FormGood.objects.filter(form=form.pk, sku__retired_at=None).select_related("sku").order_by("position", "id"))
    free = available({row.sku_id for row in rows}) if form.shows_stock else {}
    return [
        Offered(
            row.sku_id, row.sku.code, row.sku.name, row.sku.spec, row.price_minor, row.most, free.get(row.sku_id, 0),
            free.get(row.sku_id, 0) > 0 if form.shows_stock else None,
        )
        for row in rows
    ]  # fmt: skip


def mark(form: OrderForm, goods: Sequence[Offered]) -> str:
    """Changes with whatever a buyer agrees to: prices, freight, how it is paid. Not with what is in stock."""
    said = (form.pk, form.freight_minor, form.pays, form.privacy, form.house, [(one.sku_id, one.price_minor) for one in goods])
    return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()


def count(form_id: int, what: str, *, at: datetime) -> None:
    """One more answer of this kind today."""
    with db.write():
        db.execute(
            "INSERT INTO orders_formtally (form_id, day, what, many) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (form_id, day, what) DO UPDATE SET many = orders_formtally.many + 1",
            [form_id, clock.day_of(at), what[:24]],
        )


@dataclass(frozen=True)
class Counted:
    """Orders and refused attempts of a form: of the last thirty days, and why it refused."""

    placed: int
    refused: int
    why: Mapping[str, int]


def counted(form_ids: Sequence[int], *, at: datetime) -> dict[int, Counted]:
    """One statement, however many forms."""
    since: date = clock.day_of(at - timedelta(days=30))
    rows = FormTally.objects.filter(form__in=list(form_ids), day__gt=since).values_list("form_id", "what", "many")
    sums: dict[int, dict[str, int]] = {id_: {} for id_ in form_ids}
    for form_id, what, many in rows:
        sums[form_id][what] = sums[form_id].get(what, 0) + many
    return {
        id_: Counted(whats.get(PLACED, 0), sum(whats.values()) - whats.get(PLACED, 0),
            {what: n for what, n in sorted(whats.items(), key=lambda each: -each[1]) if what != PLACED})
        for id_, whats in sums.items()
    }  # fmt: skip


def forms(*, reach: Reach = EVERYWHERE) -> list[OrderForm]:
    """The forms of the shops within ``reach``, the newest first. One statement."""
    return list(OrderForm.objects.filter(reaching.shops(reach)).select_related("shop").order_by("-id"))


# A city that is a province: who writes it once has said both.
MUNICIPALITIES = ("北京", "天津", "上海", "重庆")


def city_of(province: str, city: str) -> str:
    """The city as it was written, or the province where that is a city itself."""
    return city or (province if province.removesuffix("市") in MUNICIPALITIES else "")
