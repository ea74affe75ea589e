"""Shops as an order knows them, the ways orders come in, orders, their lines and what holds them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhanggui.accounts.models import User
from zhanggui.catalog.models import Sku
from zhanggui.customers.models import Recipient
from zhanggui.kernel.covering import Covering
from zhanggui.kernel.tails import Tail
from zhanggui.orders import states
from zhanggui.orders.holding_models import Hold, HoldType, KeptApart
from zhanggui.orders.joinable_models import Counted, Joinable
from zhanggui.orders.ruling_models import Rule, Ruling
from zhanggui.orders.tag_models import HUES, Tag, Tagged
from zhanggui.orders.template_models import DayHandled, Made, Making, Recurring, Template, TemplateLine
from zhanggui.orders.tuning_models import CheckSaid, Choice

__all__ = [
    "Bundle", "CheckSaid", "Choice", "Counted", "DayHandled", "Hold", "HoldType", "Joinable", "KeptApart", "Line", "Made", "Making", "Order",
    "Recurring", "Rule", "Ruling", "Shop", "Tag", "Tagged", "Template", "TemplateLine",
]  # fmt: skip
STAGES = [(stage, word) for stage, word in states.WORD.items()]


class Shop(models.Model):
    """Where an order was placed: half of its natural key. How to reach the shop is the channels' business.

    ``needs_address`` off is for shops that hand over at the counter or keep addresses elsewhere.
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    platform = models.CharField(max_length=24, default="manual", db_default="manual")
    mark = models.CharField(max_length=2, default="", db_default="")
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    needs_address = models.BooleanField(default=True, db_default=True)
    ship_within_h = models.PositiveIntegerField(default=48, db_default=48)
    enabled = models.BooleanField(default=True, db_default=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A drawer the merchant sorts orders into, in their own words. ``hue`` is one of ``HUES``; one put away is offered no more."""

    HUES: ClassVar[tuple[str, ...]] = HUES

    name = models.CharField(max_length=20)
    hue = models.CharField(max_length=8, default="grey", db_default="grey")
    place = models.PositiveIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="category_named_once")]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """One way orders come in, as the merchant calls it. ``Order.source`` holds ``code``.

    Those of the house stand in ``orders.sources`` and have a row once something of them was changed; others are added.
    """

    class Kind(models.TextChoices):
        MANUAL = "manual", "手工录入"
        FILE = "file", "文件导入"
        PHONE = "phone", "电话"
        WECHAT = "wechat", "微信"
        WEB = "web", "网页表单"
        POS = "pos", "门店收银"
        API = "api", "接口"
        SYNC = "sync", "平台同步"

    class Tone(models.TextChoices):
        QUIET = "quiet", "灰"
        INFO = "info", "蓝"
        GOOD = "good", "绿"
        WARN = "warn", "黄"
        BAD = "bad", "红"

    code = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=24)
    tone = models.CharField(max_length=8, choices=Tone, default=Tone.QUIET, db_default=Tone.QUIET)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    enabled = models.BooleanField(default=True, db_default=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class View(models.Model):
    """A question of the order list under a name: its tab, filters and order as ``query``, and its columns. Words to find are
    never in it: they may be somebody's name or phone. ``shared``: everybody sees it, each within their own reach."""

    maker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="order_views")
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=1000, default="", db_default="")
    columns = models.CharField(max_length=300, default="", db_default="")
    shared = models.BooleanField(default=False, db_default=False)
    place = models.PositiveIntegerField(default=0, db_default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["maker", "name"], name="view_named_once")]

    def __str__(self) -> str:
        return self.name


class OrderForm(models.Model):
    """A page of a shop on which anybody who has its link orders. ``token`` is that link and nothing else of it is secret.

    ``pays`` says when the buyer pays, and with it the stage its orders begin at. ``origins`` are the sites that may show it
    inside their own pages. Texts that are empty are ours.
    """

    class Pays(models.TextChoices):
        FIRST = "first", "先付款再发货"
        COD = "cod", "货到付款"
        ACCOUNT = "on_account", "月结挂账"

    token = models.CharField(max_length=32, unique=True)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="forms")
    name = models.CharField(max_length=60)
    house = models.CharField(max_length=60)
    intro = models.CharField(max_length=500, default="", db_default="", blank=True)
    privacy = models.CharField(max_length=1000, default="", db_default="", blank=True)
    thanks = models.CharField(max_length=500, default="", db_default="", blank=True)
    language = models.CharField(max_length=8, default="zh-hans", db_default="zh-hans")
    pays = models.CharField(max_length=12, choices=Pays, default=Pays.FIRST, db_default=Pays.FIRST)
    freight_minor = models.BigIntegerField(default=0, db_default=0)
    shows_stock = models.BooleanField(default=True, db_default=True)
    origins = models.JSONField(default=list, blank=True)
    enabled = models.BooleanField(default=True, db_default=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(freight_minor__gte=0), name="form_freight_not_negative")]

    def __str__(self) -> str:
        return self.name


class FormGood(models.Model):
    """What may be ordered on a form, at which price, and how many of it at most in one order."""

    form = models.ForeignKey(OrderForm, on_delete=models.CASCADE, related_name="goods", db_index=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    price_minor = models.BigIntegerField()
    most = models.PositiveIntegerField(default=10, db_default=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "sku"], name="form_good_once"),
            models.CheckConstraint(condition=Q(price_minor__gte=0) & Q(most__gt=0), name="form_good_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} in {self.form_id}"


class FormTally(models.Model):
    """How often a form was answered with what, day by day: ``placed``, or the code of why not."""

    form = models.ForeignKey(OrderForm, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    day = models.DateField()
    what = models.CharField(max_length=24)
    many = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "day", "what"], name="form_tally_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.many}"


class Bundle(models.Model):
    """Orders to one door that go in one parcel. Each stays an order of its own; ``Order.bundle`` says which belong to it."""

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return str(self.pk)


class Order(models.Model):
    """One order, whole: amounts in minor units of ``currency``; ``total = goods − discount + freight``.

    ``fingerprint`` is a digest of what the shop gave, to tell a repeat from a change. ``holds`` counts the open ones. ``part`` is
    0 for the order its shop knows; parts split from it (``split_from``) bear the same number of the shop and count on from 1.
    ``chosen_warehouse_id`` is where a person wants it sent from, ``warehouse_id`` where it is.
    """

    class Payment(models.TextChoices):
        UNPAID = "unpaid", "未付款"
        PARTIAL = "partial", "部分付款"
        PAID = "paid", "已付款"
        COD = "cod", "货到付款"
        ON_ACCOUNT = "on_account", "挂账"
        REFUNDED = "refunded", "已退款"

    number = models.CharField(max_length=28, unique=True)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders", db_index=False)
    platform_no = models.CharField(max_length=64)
    part = models.PositiveSmallIntegerField(default=0, db_default=0)
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts", db_index=False)
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, null=True, related_name="orders", db_index=False)
    source = models.CharField(max_length=16, default="file", db_default="file")
    kind = models.CharField(max_length=16, default="normal", db_default="normal")
    stage = models.CharField(max_length=16, choices=STAGES)
    payment = models.CharField(max_length=12, choices=Payment)
    payment_method = models.CharField(max_length=32, default="", db_default="")
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    freight_minor = models.BigIntegerField(default=0, db_default=0)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0, db_default=0)
    pieces = models.PositiveIntegerField()
    kinds = models.PositiveIntegerField()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="orders", db_index=True)
    buyer_note = models.CharField(max_length=500, default="", db_default="")
    seller_note = models.CharField(max_length=500, default="", db_default="")
    internal_note = models.CharField(max_length=500, default="", db_default="")
    flag = models.CharField(max_length=8, default="", db_default="")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="orders", db_index=False)
    platform_status = models.CharField(max_length=60, default="", db_default="")
    holds = models.PositiveSmallIntegerField(default=0, db_default=0)
    warehouse_id = models.BigIntegerField(null=True)
    chosen_warehouse_id = models.BigIntegerField(null=True)
    carrier_id = models.BigIntegerField(null=True)
    waybill = models.CharField(max_length=40, default="", db_default="")
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    ship_by = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    fingerprint = models.BinaryField(max_length=16)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints: ClassVar = [
            # The number first: it also serves whoever searches by it without knowing the shop.
            models.UniqueConstraint(fields=["platform_no", "shop", "part"], name="order_comes_once"),
            models.CheckConstraint(
                condition=Q(total_minor=F("goods_minor") - F("discount_minor") + F("freight_minor")), name="order_adds_up"
            ),
            models.CheckConstraint(condition=Q(stage__in=list(states.WORD)), name="order_stage_known"),
        ]
        indexes: ClassVar = [
            # What the figures over the list ask of an order too, so that they are counted without reading the orders.
            Covering(
                fields=["stage", "ship_by", "id"],
                include=[
                    "holds", "paid_at", "recipient", "shop", "kinds", "pieces", "kind", "source", "payment_method", "waybill",
                ],
                name="order_work",
            ),
            # PostgreSQL keeps beside the few that are not yet shipped whatever a filter asks of them: none of them is fetched to be
            # counted. SQLite has no such index, and its table gives them quickly.
            models.Index(
                fields=["stage", "ship_by", "id"],
                include=[
                    "holds", "paid_at", "placed_at", "seen_at", "recipient", "shop", "source", "kind", "flag", "payment",
                    "payment_method", "warehouse_id", "carrier_id", "category", "waybill", "pieces", "kinds", "total_minor",
                ],
                condition=Q(stage__in=states.UNSHIPPED),
                name="order_open",
            ),
            models.Index(fields=["placed_at", "id"], name="order_placed"),
            # Other orders of a tab than its own: each stage by itself is read in order, and the few put together.
            models.Index(fields=["stage", "placed_at", "id"], name="order_stage_placed"),
            models.Index(fields=["stage", "total_minor", "id"], name="order_stage_total"),
            # The same two for those who see the orders of certain shops only: a small shop's page beside a large one's.
            models.Index(fields=["shop", "stage", "ship_by", "id"], name="order_shop_work"),
            models.Index(fields=["shop", "placed_at", "id"], name="order_shop_placed"),
            # Of what few orders have: who asks for the flagged ones of a shop, or for what went out today, reads no others.
            models.Index(fields=["shop", "flag", "id"], name="order_flagged", condition=~Q(flag="")),
            models.Index(fields=["kind", "id"], name="order_kind", condition=~Q(kind="normal")),
            models.Index(fields=["shipped_at", "id"], name="order_shipped", condition=Q(shipped_at__isnull=False)),
            models.Index(fields=["category", "placed_at"], name="order_sorted_into", condition=Q(category__isnull=False)),
            models.Index(fields=["waybill"], name="order_waybill", condition=~Q(waybill="")),
            models.Index(fields=["bundle"], name="order_together", condition=Q(bundle__isnull=False)),
            models.Index(fields=["split_from"], name="order_part_of", condition=Q(split_from__isnull=False)),
            models.Index(Tail("number"), name="order_tail"),
            models.Index(Tail("platform_no"), name="order_platform_tail"),
            models.Index(Tail("waybill"), name="order_waybill_tail", condition=~Q(waybill="")),
        ]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """One kind of goods in an order. ``sku`` is empty while nobody has said which of our goods it is. ``cut_from``: the line it was
    a part of until its order was split; ``ships_from``: sold before it is there, it may be shipped from then on."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, null=True, related_name="lines", db_index=False)
    sku_code = models.CharField(max_length=64, default="", db_default="")
    name = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, default="", db_default="")
    quantity = models.PositiveIntegerField()
    unit_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0, db_default=0)
    total_minor = models.BigIntegerField()
    note = models.CharField(max_length=200, default="", db_default="")
    platform_no = models.CharField(max_length=64, default="", db_default="")
    shipped = models.PositiveIntegerField(default=0, db_default=0)
    cut_from = models.BigIntegerField(null=True)
    ships_from = models.DateTimeField(null=True)
    placed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_some_pieces"),
            models.CheckConstraint(condition=Q(shipped__lte=F("quantity")), name="line_ships_at_most_what_was_bought"),
        ]
        indexes: ClassVar = [
            # Whether an order sells certain goods, and in which orders goods are sold, is asked of very many at once:
            # neither reads the lines.
            models.Index(fields=["order", "sku"], name="line_goods"),
            models.Index(fields=["sku", "order"], name="line_sold_in"),
            # A shop that keeps no goods with us has only such.
            models.Index(fields=["sku_code", "order"], name="line_unmatched", condition=Q(sku=None)),
            # The few that are sold before they are there.
            models.Index(fields=["ships_from", "order"], name="line_presale", condition=Q(ships_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.sku_code or self.name} ×{self.quantity}"


class Draft(models.Model):
    """An order somebody is writing, kept as it was typed: sealed, theirs alone, known by a ``key`` that makes one order of it.

    ``version`` counts its savings. Once placed it names its order and holds nothing of what was typed.
    """

    key = models.CharField(max_length=32, unique=True)
    owner_id = models.BigIntegerField()
    sealed = models.BinaryField(null=True)
    masked_name = models.CharField(max_length=40, default="", db_default="")
    pieces = models.PositiveIntegerField(default=0, db_default=0)
    total_minor = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)
    placed_at = models.DateTimeField(null=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="drafts")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner_id", "saved_at"], name="draft_of", condition=Q(placed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.key
