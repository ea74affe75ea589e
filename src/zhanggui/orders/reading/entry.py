"""What whoever writes an order by hand asks: who is this buyer, what did they buy last, and what would review say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from zhanggui.catalog.models import Sku
from zhanggui.customers import queries as customers
from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.kernel import clock, masking
from zhanggui.kernel.actor import EVERYWHERE, Actor, Reach
from zhanggui.kernel.errors import NotFound
from zhanggui.kernel.money import price_in
from zhanggui.orders import facts_of, reaching
from zhanggui.orders.checks.check import findings
from zhanggui.orders.checks.facts import Facts, Finding, LineFacts
from zhanggui.orders.models import Draft, Line, Order, Shop
from zhanggui.orders.reading.rows import Held
from zhanggui.orders.sheet import Sheet, Typed
from zhanggui.orders.tuning import Forces
from zhanggui.stock.queries import available

MOST_FOUND, LOOKED_AT, MOST_DRAFTS = 6, 500, 50
TOKEN = sealing.COLUMNS.index("person_token")
PROBLEMS = sealing.COLUMNS.index("problems")


@dataclass(frozen=True)
class Buyer:
    """Somebody who bought before, behind the mask: their last address, and what they bought last."""

    recipient: Recipient
    orders: int
    last: Order
    lines: list[Line] = field(default_factory=list)


def drafts_of(owner_id: int | None) -> list[Draft]:
    """What somebody has begun and not placed, the latest first; without what was typed. One statement."""
    rows = Draft.objects.filter(owner_id=owner_id or 0, placed_at=None).order_by("-saved_at").defer("sealed")
    return list(rows[:MOST_DRAFTS])


def draft_of(key: str, owner_id: int | None) -> Draft | None:
    """One's own draft by its key; None where it is not there yet. Raises NotFound for somebody else's."""
    row = Draft.objects.select_related("order").filter(key=key).first()
    if row is not None and row.owner_id != (owner_id or 0):
        raise NotFound(what=key[:6])
    return row


def buyers(text: str, *, reach: Reach = EVERYWHERE) -> list[Buyer]:
    """Who bought before under this phone, its last four or this name, each address once, the latest first. Three statements.

    A single character of a name is too many people, and finds nobody.
    """
    who = customers.matching(text)
    if who is None or (len(sealing.normal_name(text)) < 2 and not masking.digits_of(text)):
        return []
    rows = Recipient.objects.filter(who, erased_at=None).exclude(sealed=None)
    if not reach.everywhere:
        # Asked before they are cut off: what others sell to the same tail leaves one's own buyers findable.
        rows = rows.filter(reaching.of(reach, "orders__"))
    many: dict[int, int] = {}
    latest: dict[int, int] = {}
    for pk, token in rows.order_by("-pk").values_list("pk", "person_token")[:LOOKED_AT]:
        same = token or -pk
        many[same] = many.get(same, 0) + 1
        latest.setdefault(same, pk)
    return _buyers({pk: many[same] for same, pk in list(latest.items())[:MOST_FOUND]}, reach=reach)


def buyer(recipient_id: int, *, reach: Reach = EVERYWHERE) -> Buyer | None:
    """The same of one recipient, with what they bought last. Two statements."""
    return next(iter(_buyers({recipient_id: 1}, reach=reach)), None)


def _buyers(many: Mapping[int, int], *, reach: Reach) -> list[Buyer]:
    """Recipient → how often they bought: each with their order and its goods, the latest first."""
    orders = (
        Order.objects.filter(reaching.of(reach), recipient__in=list(many), recipient__erased_at=None)
        .select_related("recipient", "shop")
        .defer("fingerprint", "recipient__sealed", "recipient__platform_ciphertext")
        .order_by("pk")
    )
    latest = {order.recipient_id: order for order in orders}
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(order__in=[order.pk for order in latest.values()]).order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    shown = sorted(latest.values(), key=lambda order: -order.pk)
    return [Buyer(order.recipient, many[order.recipient_id], order, lines.get(order.pk, [])) for order in shown]


def recipient(recipient_id: int | None, *, reach: Reach = EVERYWHERE) -> Recipient | None:
    """The masked recipient a draft leaves its blanks to; None where there is none or it may not be seen."""
    if recipient_id is None or (not reach.everywhere and recipient_id in reaching.recipients_outside([recipient_id], reach)):
        return None
    rows = Recipient.objects.filter(pk=recipient_id, erased_at=None).defer("platform_ciphertext")
    return rows.first()


def lines_again(order_id: int, *, reach: Reach = EVERYWHERE) -> list[tuple[Sku, int]]:
    """What an order was of, as far as it is still sold: goods and pieces. Raises NotFound. Two statements."""
    if not Order.objects.filter(reaching.of(reach), pk=order_id).exists():
        raise NotFound(what=order_id)
    rows = Line.objects.filter(order=order_id, sku__isnull=False, sku__retired_at=None).select_related("sku").order_by("position")
    return [(line.sku, line.quantity) for line in rows if line.sku is not None]


def free_of(sku_ids: Sequence[int], *, reach: Reach = EVERYWHERE) -> dict[int, int]:
    """SKU → pieces that can still be promised. One statement."""
    return available(sku_ids, reach=reach) if sku_ids else {}


def foreseen(sheet: Sheet, person: Person, shop: Shop, *, at: datetime) -> list[Finding]:
    """What the rules of review would find if this were an order now, but for others of the same receiver."""
    return findings(_facts(sheet, person, shop, [], at=at), Forces().of(shop.pk))


def alike(sheet: Sheet, person: Person, shop: Shop, *, by: Actor, at: datetime) -> list[Finding]:
    """The finding of another order of the same receiver that looks the same. Two statements; none where nothing is known of them."""
    token = sealing.row_of(person, 0, None, settings.KEY_RING)[TOKEN]
    if token is None:
        return []
    others = facts_of.near(token, reach=by.reach)
    if not others:
        return []
    facts = _facts(sheet, person, shop, others, at=at)
    return [each for each in findings(facts, Forces().of(shop.pk)) if each.code == "duplicate-suspected"]


def as_held(finding: Finding) -> Held:
    """A finding as if it already held the order, for those who say it in words."""
    return Held(finding.code, finding.facts, "review", clock.now())


def problems_of(person: Person) -> str:
    """What a carrier would miss, as review names it."""
    return str(sealing.row_of(person, 0, None, settings.KEY_RING)[PROBLEMS])


def _facts(sheet: Sheet, person: Person, shop: Shop, others: Any, *, at: datetime) -> Facts:
    from_s = int(clock.day_bounds(sheet.ships_on)[0].timestamp()) if sheet.ships_on else None
    lines = [
        LineFacts(
            nth, row.piece.sku_id, row.piece.code, row.piece.name, row.quantity, row.unit_minor, row.off_minor, row.total_minor,
            price_in(sheet.currency, row.piece.cost_minor, row.piece.currency) or 0, row.piece.retired, ships_from_s=from_s,
        )
        for nth, row in enumerate(sheet.rows)
    ]  # fmt: skip
    method = sheet.said.get("method")
    return Facts(
        0, "", sheet.kind, sheet.payment, sheet.currency, sheet.goods_minor, sheet.discount_minor, sheet.freight_minor, sheet.total_minor,
        sheet.paid_minor, int(at.timestamp()), problems_of(person), shop.needs_address, lines, list(others),
        person.province, person.city, person.district, shop.pk, method, bool(method) and method in facts_of.closed_ways(), 0,
        sheet.said.get("buyer_note"), sheet.said.get("seller_note"), sheet.said.get("flag"), at_s=int(at.timestamp()),
    )  # fmt: skip


def plain_enough(said: Typed, before: Recipient | None) -> Person:
    """The person as the rules need them: what was typed over what stands of the one before. Opened in memory for the checks alone;
    nothing of it is shown."""
    typed_ = {
        part: said.get(part) for part in ("name", "phone", "phone2", "province", "city", "district", "street") if said.get(part)
    }
    if before is None or before.sealed is None:
        return Person(**typed_)
    return customers.persons([before])[before.pk]._replace(**typed_, oaid="", ciphertext="")
