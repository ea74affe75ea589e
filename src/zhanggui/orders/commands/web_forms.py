"""Public order forms: what is offered on them, and the orders that come in by them."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhanggui.catalog.models import Sku
from zhanggui.customers.sealing import Person
from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Changed, NotFound, Refused
from zhanggui.orders import offering, sources
from zhanggui.orders import prepared as making
from zhanggui.orders.commands import intake
from zhanggui.orders.drafts import Known, NewLine, NewOrder
from zhanggui.orders.events import OrderSentByForm
from zhanggui.orders.models import FormGood, Order, OrderForm
from zhanggui.orders.offering import Offered
from zhanggui.orders.queries import known_orders
from zhanggui.orders.refusals import NoSuchSku
from zhanggui.orders.states import PENDING_PAYMENT, PENDING_REVIEW

ORIGIN = re.compile(r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::[1-9][0-9]{0,4})?")
MOST_ORIGINS, MOST_GOODS, MOST_PIECES = 10, 60, 9999
Pays = OrderForm.Pays


class FormClosed(Refused):
    code = "form-closed"
    says = _("这张表单现在不收订单。")
    fix = _("请直接联系店家。")
    status = 410


class FormChanged(Refused):
    code = "form-changed"
    says = _("打开这一页以后，商品或价格变过，所以还没有下单。")
    fix = _("您填的都还在：看一下现在的价格，再提交一次。")


class FormSent(Refused):
    """``facts``: number."""

    code = "form-sent"
    says = _("这一页已经下过单了，单号 {number}；这次的内容不一样，没有再下。")
    fix = _("要另外买，请重新打开这个链接；要改那一单，请联系店家。")


class FormTampered(Refused):
    """What was sent is not what the page can send. ``facts``: what."""

    code = "form-tampered"
    says = _("提交的内容和这一页对不上，没有下单。")
    fix = _("请重新打开这个链接再填。")
    status = 422


class FormSoldOut(Refused):
    """``facts``: name."""

    code = "form-sold-out"
    says = _("{name} 没有这么多了。")
    fix = _("少买几件，或去掉它再提交。")


class BadOrigin(Refused):
    """``facts``: origin."""

    code = "bad-origin"
    says = _("「{origin}」不是网站的地址。")
    fix = _("写成 https://shop.example.com 这样：只要 https、域名和端口，最多 10 个，不用通配符。")
    status = 422


class BadForm(Refused):
    """``facts``: what (of a field)."""

    code = "bad-form"
    says = _("价格不能小于零，每单最多件数要在 1 到 9999 之间，一张表单最多 60 种商品。")
    status = 422


class Good(NamedTuple):
    """A SKU on a form: its price there, and how many of it at most in one order."""

    sku_id: int
    price_minor: int
    most: int = 10


class Design(NamedTuple):
    """What a form says and asks. ``pays``: first, cod or on_account. Empty texts are ours."""

    name: str
    house: str
    intro: str = ""
    privacy: str = ""
    thanks: str = ""
    language: str = "zh-hans"
    pays: str = "first"
    freight_minor: int = 0
    shows_stock: bool = True
    origins: tuple[str, ...] = ()
    goods: tuple[Good, ...] = ()


class Asked(NamedTuple):
    """What a buyer sent: ``key`` is the pass of the page it came from, ``offer`` the mark of what that page offered."""

    key: str
    offer: str
    goods: tuple[tuple[int, int], ...]
    person: Person
    note: str = ""


@command(needs="settings", over="shop@shop_id form@form_id")
def design(form_id: int | None, wanted: Design, *, shop_id: int, seen: int | None = None, by: Actor, at: datetime) -> int:
    """A new form of this shop under a link nobody can guess, still closed, or what one says from now on. Returns its id.

    ``seen``: the version that was changed; raises Changed where somebody wrote another meanwhile.
    """
    facts = wanted._asdict()
    goods = facts.pop("goods")
    facts["origins"] = _origins(wanted.origins)
    sane = all(each.price_minor >= 0 and 0 < each.most <= MOST_PIECES for each in goods)
    if len(goods) > MOST_GOODS or wanted.freight_minor < 0 or not sane:
        raise BadForm
    if wanted.pays not in Pays.values or wanted.language not in dict(settings.LANGUAGES):
        raise BadForm
    known = set(Sku.objects.filter(pk__in=[each.sku_id for each in goods]).values_list("pk", flat=True))
    for each in goods:
        if each.sku_id not in known:
            raise NoSuchSku(code=each.sku_id)
    if form_id is None:
        made = OrderForm.objects.create(token=secrets.token_urlsafe(16), shop_id=shop_id, enabled=False, made_at=at, **facts)
    else:
        as_seen = {"version": seen} if seen is not None else {}
        if not OrderForm.objects.filter(pk=form_id, **as_seen).update(version=F("version") + 1, shop_id=shop_id, **facts):
            found = OrderForm.objects.filter(pk=form_id).values_list("name", flat=True).first()
            raise NotFound(what=form_id) if found is None else Changed(what=found)
        made = OrderForm.objects.get(pk=form_id)
    FormGood.objects.filter(form=made.pk).delete()
    rows = {each.sku_id: each for each in goods}
    FormGood.objects.bulk_create([
        FormGood(form=made, sku_id=each.sku_id, position=nth, price_minor=each.price_minor, most=each.most)
        for nth, each in enumerate(rows.values())
    ])  # fmt: skip
    return made.pk


@command(needs="settings", over="form@form_id")
def set_open(form_id: int, is_open: bool, *, by: Actor, at: datetime) -> None:
    """Take orders by this form, or say on its page that it takes none."""
    if not OrderForm.objects.filter(pk=form_id).update(enabled=is_open, version=F("version") + 1):
        raise NotFound(what=form_id)


@command(needs="settings", over="form@form_id")
def renew_link(form_id: int, *, by: Actor, at: datetime) -> None:
    """The form stands at a new link; the old one leads nowhere."""
    if not OrderForm.objects.filter(pk=form_id).update(token=secrets.token_urlsafe(16), version=F("version") + 1):
        raise NotFound(what=form_id)


@command(needs="order.create", over="form@form_id")
def submit(form_id: int, asked: Asked, *, by: Actor, at: datetime) -> int:
    """Place what a buyer asked for by a form, at the prices of the form and no others. Returns the order.

    One page is one order: sent again as it was, it is the same order, whatever became of the form, its prices and its goods since;
    sent again with something else, it is refused. Raises FormSent, FormClosed, SourceClosed, FormTampered, FormChanged, FormSoldOut.
    """
    form = OrderForm.objects.select_related("shop").get(pk=form_id)
    before = again(form, asked.key, asked)
    if before is not None:
        return before
    if not form.enabled or not form.shop.enabled:
        raise FormClosed
    sources.require("web")
    goods = offering.offered(form)
    lines = _lines(form, goods, asked)
    total = sum(line.total_minor for line in lines) + form.freight_minor
    first = form.pays == Pays.FIRST
    new = NewOrder(
        _no(asked.key), at, lines, asked.person, form.shop.currency, 0, form.freight_minor, total, 0,
        "unpaid" if first else form.pays, PENDING_PAYMENT if first else PENDING_REVIEW, buyer_note=asked.note,
    )  # fmt: skip
    ready = making.prepared(new, intake.way_of(form.shop), _mark(asked))
    placed = intake.write([ready], shop_id=form.shop_id, source="web", by=by, at=at)
    for order_id in placed.created.values():
        tell([OrderSentByForm(order_id, form_id)], by=by, at=at, facts={order_id: {"form": form.name, "agreed": asked.offer}})
        return order_id
    return _same(placed.known[new.platform_no])


def again(form: OrderForm, key: str, asked: Asked | None) -> int | None:
    """The order that the page with this key has become; None where it has become none. One statement. Raises FormSent where
    it asked for something else then (``asked`` None: for nothing that can be read)."""
    known = known_orders(form.shop_id, {_no(key): _mark(asked) if asked is not None else b""})
    return _same(known[_no(key)]) if known else None


def _same(known: Known) -> int:
    if not known.same:
        raise FormSent(number=Order.objects.values_list("number", flat=True).get(pk=known.order_id))
    return known.order_id


def _no(key: str) -> str:
    return f"W{key.upper()}"


def _mark(asked: Asked) -> bytes:
    """What tells two answers of one page apart: what the buyer asked for, and not what it was called or cost."""
    goods = tuple(sorted((sku_id, pieces) for sku_id, pieces in asked.goods if pieces))
    return making.digest((goods, tuple(asked.person[:12]), asked.note), settings.KEY_RING.stays)


def _lines(form: OrderForm, goods: Sequence[Offered], asked: Asked) -> tuple[NewLine, ...]:
    by_id = {one.sku_id: one for one in goods}
    wanted = [(sku_id, pieces) for sku_id, pieces in asked.goods if pieces]
    for sku_id, pieces in wanted:
        if sku_id not in by_id or not 0 < pieces <= by_id[sku_id].most:
            raise FormTampered(what=sku_id)
    if not wanted or len(dict(wanted)) != len(wanted):
        raise FormTampered(what="goods")
    if asked.offer != offering.mark(form, goods):
        raise FormChanged
    lines = []
    for sku_id, pieces in wanted:
        one = by_id[sku_id]
        if form.shows_stock and one.free < pieces:
            raise FormSoldOut(name=one.name)
        lines.append(NewLine(sku_id, one.code, one.name, one.spec, pieces, one.price_minor, 0, pieces * one.price_minor))
    return tuple(lines)


def _origins(said: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(each.strip().rstrip("/").lower() for each in said if each.strip()))
    for each in found:
        if not ORIGIN.fullmatch(each):
            raise BadOrigin(origin=each[:60])
    if len(found) > MOST_ORIGINS:
        raise BadOrigin(origin=found[MOST_ORIGINS][:60])
    return found
